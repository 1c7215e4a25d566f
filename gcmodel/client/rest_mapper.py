"""From kinds to resources and back, out of cached discovery.

Upstream: ``NewDiscoveryRESTMapper`` and ``DeferredDiscoveryRESTMapper`` in client-go
restmapper/discovery.go over ``memCacheClient`` in client-go
discovery/cached/memory/memcache.go
"""

from collections.abc import Callable

import attrs

from gcmodel.apiserver.requests import ServedResource
from gcmodel.client.discovery import Discovered, DiscoveryClient
from gcmodel.errors import GcModelError
from gcmodel.kernel.log import Message, Wording
from gcmodel.kernel.scheduler import Signal
from gcmodel.objects.identity import (
    GroupVersion,
    GroupVersionKind,
    GroupVersionResource,
)

_NOT_CACHED = "couldn't get resource list for {version}: {error}"
NOT_CACHED = Message(
    "E",
    0,
    Wording("memcache.go:196", _NOT_CACHED),
    Wording("memcache.go:287", _NOT_CACHED),
    handled=True,
)
STILL_NOT_CACHED = Message(
    "E",
    0,
    Wording("memcache.go:101", _NOT_CACHED),
    Wording("memcache.go:121", _NOT_CACHED),
    handled=True,
)


class NoMatchError(GcModelError):
    """Discovery knows no such kind, or no such resource."""

    def __init__(self, wanted: GroupVersionKind | GroupVersionResource) -> None:
        """Keep what was looked for."""
        super().__init__(wanted)
        self.wanted = wanted

    def __str__(self) -> str:
        """Render as upstream does."""
        wanted = self.wanted
        if isinstance(wanted, GroupVersionKind):
            return (
                f'no matches for kind "{wanted.kind}" in version "{wanted.api_version}"'
            )
        return f"no matches for {wanted}"


@attrs.frozen
class RestMapping:
    """Where objects of a kind are served."""

    resource: GroupVersionResource
    kind: GroupVersionKind
    namespaced: bool


@attrs.define(eq=False)
class RestMapper:
    """Maps kinds and resources as discovery last described them.

    * **Lazy**: :meth:`reset` only forgets; the next lookup pays for discovery, and
      everybody else waits for it.
    * **Stubborn**: what is missing stays missing until the next reset.
    * **Of one version**: a kind is mapped only at the version that it names.
    * **Lenient**: a kind in lower case is mapped like the kind. ``<Kind>List`` and
      ``List`` are mapped to plurals that are guessed, and that nobody serves.
    * **Asking twice**: a group version that fails is asked once more, at the end,
      and each failure is logged.

    Attributes:
        log_style: How the version words its log lines.
    """

    discovery: DiscoveryClient
    log_style: str = "printf"
    _by_kind: dict[GroupVersionKind, RestMapping] = attrs.field(
        factory=dict, init=False
    )
    _by_resource: dict[GroupVersionResource, RestMapping] = attrs.field(
        factory=dict, init=False
    )
    _filled: bool = attrs.field(default=False, init=False)
    _generation: int = attrs.field(default=0, init=False)
    _loading: Signal | None = attrs.field(default=None, init=False)

    def reset(self) -> None:
        """Forget everything; the next lookup discovers anew."""
        self._filled = False
        self._generation += 1

    async def mapping_for(self, kind: GroupVersionKind) -> RestMapping:
        """Return where *kind* is served.

        Raises:
            NoMatchError: It is not, as far as the mapper knows.
        """
        if not self._filled:
            await self._fill()
        found = self._by_kind.get(kind)
        if found is None:
            raise NoMatchError(kind)
        return found

    async def kind_for(self, resource: GroupVersionResource) -> GroupVersionKind:
        """Return the kind that *resource* serves.

        Raises:
            NoMatchError: It is not served, as far as the mapper knows.
        """
        if not self._filled:
            await self._fill()
        found = self._by_resource.get(resource)
        if found is None:
            raise NoMatchError(resource)
        return found.kind

    async def _fill(self) -> None:
        while not self._filled:
            if self._loading is not None:
                await self._loading
                continue
            self._loading = self.discovery.client.scheduler.signal()
            generation = self._generation
            try:
                found = await self._discover()
            finally:
                loading, self._loading = self._loading, None
                loading.fire()
            self._index(found)
            if generation != self._generation:
                # A reset in the meantime asks for another round at the next lookup.
                return
            self._filled = True

    async def _discover(self) -> Discovered:
        found = await self.discovery.discover_once(self._report(NOT_CACHED))
        if self.discovery.aggregated:
            return found
        for version in list(found.failed):
            # The cache asks a group again whose error looks transient.
            served, text = await self.discovery.resources_of(version)
            if served is None:
                found.failed[version] = text
                self._report(STILL_NOT_CACHED)(version, text)
            else:
                del found.failed[version]
                found.resources[version] = served
        return found

    def _report(self, message: Message) -> Callable[[GroupVersion, str], None]:
        scheduler, style = self.discovery.client.scheduler, self.log_style

        def report(version: GroupVersion, error: str) -> None:
            message.log(scheduler, style, version=version, error=error)

        return report

    def _index(self, found: Discovered) -> None:
        self._by_kind.clear()
        self._by_resource.clear()
        for version, served in found.resources.items():
            for resource in served:
                if "/" not in resource.name:
                    self._add(version, resource)
            self._map(version, "List", "lists", namespaced=False)

    def _add(self, version: GroupVersion, resource: ServedResource) -> None:
        name, kind, namespaced = resource.name, resource.kind, resource.namespaced
        self._map(version, kind.lower(), name, namespaced=namespaced)
        mapping = self._map(version, kind, name, namespaced=namespaced)
        guess = f"{kind.lower()}lists"
        self._map(version, f"{kind}List", guess, namespaced=namespaced)
        self._by_resource[mapping.resource] = mapping

    def _map(
        self, version: GroupVersion, kind: str, resource: str, *, namespaced: bool
    ) -> RestMapping:
        gvk = GroupVersionKind(*version, kind)
        mapping = RestMapping(GroupVersionResource(*version, resource), gvk, namespaced)
        self._by_kind[gvk] = mapping
        return mapping
