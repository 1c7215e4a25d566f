"""Discovery: what is served, told group by group or in one document.

Upstream: ``APIResourceList`` handlers in apiserver pkg/endpoints/discovery;
``discoveryManager`` in kube-aggregator pkg/apiserver/handler_discovery.go
"""

from functools import lru_cache

import attrs

from gcmodel.apiserver.aggregation import AGGREGATOR_USER, Aggregator
from gcmodel.apiserver.availability import ApiService
from gcmodel.apiserver.requests import (
    AggregatedDiscovery,
    NoAnswer,
    Request,
    Response,
    ServedGroup,
    ServedResource,
)
from gcmodel.apiserver.resources import ResourceRegistry, ResourceType
from gcmodel.errors import ApiError
from gcmodel.kernel.durations import MINUTE, SECOND
from gcmodel.kernel.scheduler import Scheduler, pause, sleep
from gcmodel.kernel.waits import Mailbox
from gcmodel.objects.identity import GroupVersion

REFRESH_NS = MINUTE
"""How often the discovery manager asks every backend, changes or not."""

FETCH_TIMEOUT_NS = 5 * SECOND

ServedResources = tuple[ServedResource, ...]


@lru_cache(maxsize=1024)
def described(served: ResourceType) -> ServedResources:
    """Describe a resource and its subresources, as an APIResourceList does."""
    entries = [
        ServedResource(
            served.plural,
            served.kind,
            served.namespaced,
            served.verbs,
            served.singular,
            served.short_names,
            served.categories,
        )
    ]
    if served.plural == "namespaces" and not served.group:
        entries.append(_subresource(served, "finalize", "update"))
    if served.has_status:
        entries.append(_subresource(served, "status", "get", "patch", "update"))
    return tuple(entries)


def _subresource(served: ResourceType, name: str, *verbs: str) -> ServedResource:
    return ServedResource(
        f"{served.plural}/{name}", served.kind, served.namespaced, verbs
    )


def resource_list(
    registry: ResourceRegistry, group_version: GroupVersion
) -> ServedResources:
    """Return what this server itself serves under *group_version*; maybe nothing."""
    return tuple(
        entry
        for served in registry.resources_of(group_version)
        for entry in described(served)
    )


def core_group(registry: ResourceRegistry) -> tuple[ServedGroup, ...]:
    """Return what ``/api`` lists."""
    versions = tuple(
        found.version for found in registry.group_versions() if not found.group
    )
    return (ServedGroup("", versions),)


@attrs.define(eq=False)
class DiscoveryManager:
    """Keeps what the backends serve, for the one document that tells everything.

    * **Stale, not gone**: a backend that cannot be asked keeps its place, marked
      stale, with what it served last, or with nothing.
    * **Late**: a backend is asked when its APIService changes and once a minute; in
      between the document may be wrong about it.
    """

    scheduler: Scheduler
    registry: ResourceRegistry
    aggregator: Aggregator
    _fetched: dict[GroupVersion, ServedResources] = attrs.field(
        factory=dict, init=False
    )
    _stale: set[GroupVersion] = attrs.field(factory=set, init=False)
    _work: Mailbox[GroupVersion] = attrs.field(init=False)
    _queued: set[GroupVersion] = attrs.field(factory=set, init=False)

    @_work.default
    def _mailbox(self) -> Mailbox[GroupVersion]:
        return Mailbox(self.scheduler)

    async def run(self) -> None:
        """Fetch what is queued, and everything once a minute, for ever."""
        self.scheduler.spawn("discovery-manager", self._worker(), background=True)
        while True:
            self.refresh_all()
            await pause(REFRESH_NS)

    def observe(self, api_service: ApiService) -> None:
        """Take note that *api_service* was written or deleted."""
        if api_service.service is not None:
            self._enqueue(api_service.group_version)

    def refresh_all(self) -> None:
        """Have every backend asked again."""
        for api_service in self.aggregator.api_services():
            self.observe(api_service)

    def document(self, *, core: bool) -> AggregatedDiscovery:
        """Return the document of ``/api`` or of ``/apis``."""
        groups = core_group(self.registry) if core else self.aggregator.groups()
        resources: dict[GroupVersion, ServedResources] = {}
        stale = set()
        for group in groups:
            for version in group.versions:
                group_version = GroupVersion(group.name, version)
                resources[group_version] = self._resources(group_version)
                if self._is_stale(group_version):
                    stale.add(group_version)
        return AggregatedDiscovery(groups, resources, frozenset(stale))

    def _resources(self, group_version: GroupVersion) -> ServedResources:
        if self._is_aggregated(group_version):
            return self._fetched.get(group_version, ())
        return resource_list(self.registry, group_version)

    def _is_stale(self, group_version: GroupVersion) -> bool:
        if not self._is_aggregated(group_version):
            return False
        return group_version in self._stale or group_version not in self._fetched

    def _is_aggregated(self, group_version: GroupVersion) -> bool:
        api_service = self.aggregator.find(group_version)
        return api_service is not None and api_service.service is not None

    def _enqueue(self, group_version: GroupVersion) -> None:
        if group_version not in self._queued:
            self._queued.add(group_version)
            self._work.put(group_version)

    async def _worker(self) -> None:
        while True:
            group_version = await self._work.take()
            self._queued.discard(group_version)
            await self._fetch(group_version)

    async def _fetch(self, group_version: GroupVersion) -> None:
        request = Request(
            verb="discover", user=AGGREGATOR_USER, path=f"/apis/{group_version}"
        )
        proxy = self.aggregator.route(request)
        if proxy is None:
            self._fetched.pop(group_version, None)
            self._stale.discard(group_version)
            return
        try:
            answer = proxy.handle(request)
        except ApiError:
            self._stale.add(group_version)
        except NoAnswer:
            await sleep(FETCH_TIMEOUT_NS)
            self._stale.add(group_version)
        else:
            self._fetched[group_version] = _listed(answer)
            self._stale.discard(group_version)


def _listed(answer: Response) -> ServedResources:
    assert isinstance(answer.body, tuple), "a backend lists resources in a tuple"
    return tuple(entry for entry in answer.body if isinstance(entry, ServedResource))
