"""Discovery as a client sees it: what is served, and which groups do not answer.

Upstream: ``ServerPreferredResources`` and ``fetchGroupVersionResources`` in
client-go discovery/discovery_client.go
"""

from collections.abc import Callable

import attrs

from gcmodel.apiserver.requests import (
    AggregatedDiscovery,
    ServedGroup,
    ServedResource,
)
from gcmodel.client.client import Client
from gcmodel.errors import ApiError
from gcmodel.kernel.waits import gather
from gcmodel.objects.identity import GroupVersion, GroupVersionResource

ATTEMPTS = 2
"""Everything is asked again, once, when the only trouble is a failing group."""

Resources = dict[GroupVersion, tuple[ServedResource, ...]]


@attrs.frozen
class Discovered:
    """What one round of discovery brought.

    Attributes:
        groups: In the server's order; the first version of each is preferred.
        resources: What each group version that answered serves.
        failed: What each of the others said instead.
        error: Why there is nothing at all, if so.
    """

    groups: tuple[ServedGroup, ...] = ()
    resources: Resources = attrs.field(factory=dict)
    failed: dict[GroupVersion, str] = attrs.field(factory=dict)
    error: str = ""

    def preferred(self) -> list[tuple[GroupVersionResource, ServedResource]]:
        """Return each resource once, at the best version of its group that has it."""
        chosen: dict[tuple[str, str], tuple[GroupVersionResource, ServedResource]] = {}
        for group in self.groups:
            for version in group.versions:
                served = self.resources.get(GroupVersion(group.name, version), ())
                for resource in served:
                    if "/" not in resource.name:
                        gvr = GroupVersionResource(group.name, version, resource.name)
                        key = (group.name, resource.name)
                        chosen.setdefault(key, (gvr, resource))
        return list(chosen.values())

    @property
    def failure_text(self) -> str:
        """The failed groups as ``ErrGroupDiscoveryFailed`` prints them."""
        parts = [f"{version}: {text}" for version, text in sorted_failures(self.failed)]
        prefix = "unable to retrieve the complete list of server APIs: "
        return prefix + ", ".join(parts) if parts else self.error


def sorted_failures(failed: dict[GroupVersion, str]) -> list[tuple[str, str]]:
    """Return *failed* in the order of the printed group versions."""
    return sorted((str(version), text) for version, text in failed.items())


@attrs.define(eq=False)
class DiscoveryClient:
    """Asks what is served.

    * **Costed**: one request for ``/api``, one for ``/apis`` and one for each group
      version, all through the client's limiter; two in all where discovery is
      aggregated.
    * **Partial**: a group version that fails does not hide the others.
    * **Fresh or nothing**: of a group version that the one document marks stale,
      what it served last does not count.
    """

    client: Client
    aggregated: bool = False
    asked: Callable[[], None] | None = None
    """Called once a round; for whoever counts."""

    async def discover(self) -> Discovered:
        """Ask, and ask once more if a group failed."""
        found = await self.discover_once()
        for _ in range(ATTEMPTS - 1):
            if found.failed and not self.aggregated:
                found = await self.discover_once()
        return found

    async def discover_once(
        self, failed: Callable[[GroupVersion, str], None] | None = None
    ) -> Discovered:
        """Ask once; tell *failed* of each group version as soon as it fails."""
        if self.asked is not None:
            self.asked()
        try:
            if self.aggregated:
                return await self._aggregated()
            return await self._one_by_one(failed)
        except ApiError as error:
            return Discovered(error=str(error))

    async def resources_of(
        self, version: GroupVersion
    ) -> tuple[tuple[ServedResource, ...] | None, str]:
        """Ask for one group version; return what it serves, or what it said instead."""
        prefix = "/apis" if version.group else "/api"
        try:
            answer = await self.client.discover(f"{prefix}/{version}")
        except ApiError as error:
            return None, str(error)
        assert isinstance(answer.body, tuple)
        return answer.body, ""  # type: ignore[return-value]  # a resource list by path

    async def _one_by_one(
        self, report: Callable[[GroupVersion, str], None] | None
    ) -> Discovered:
        groups: list[ServedGroup] = []
        for path in ("/api", "/apis"):
            answer = await self.client.discover(path)
            assert isinstance(answer.body, tuple)
            groups.extend(answer.body)  # type: ignore[arg-type]  # a group list by path
        resources: Resources = {}
        failed: dict[GroupVersion, str] = {}

        async def fetch(version: GroupVersion) -> None:
            served, text = await self.resources_of(version)
            if served is None:
                failed[version] = text
                if report is not None:
                    report(version, text)
            else:
                resources[version] = served

        versions = [
            GroupVersion(group.name, version)
            for group in groups
            for version in group.versions
        ]
        fetches = [fetch(version) for version in versions]
        await gather(self.client.scheduler, "discovery", fetches)
        return Discovered(tuple(groups), resources, failed)

    async def _aggregated(self) -> Discovered:
        groups: list[ServedGroup] = []
        resources: Resources = {}
        failed: dict[GroupVersion, str] = {}
        for path in ("/api", "/apis"):
            answer = await self.client.discover(f"{path}?aggregated")
            document = answer.body
            assert isinstance(document, AggregatedDiscovery)
            groups.extend(document.groups)
            for version, served in document.resources.items():
                if version in document.stale:
                    failed[version] = f"stale GroupVersion discovery: {version}"
                else:
                    resources[version] = served
        return Discovered(tuple(groups), resources, failed)
