"""Monitors: one informer for each deletable resource, as the collector uses it.

Upstream: ``syncMonitors``, ``startMonitors`` and ``IsSynced`` in
pkg/controller/garbagecollector/graph_builder.go
"""

from collections.abc import Callable, Iterable

import attrs

from gcmodel.client.informer import SharedInformer, SharedInformerFactory
from gcmodel.client.rest_mapper import NoMatchError, RestMapper, RestMapping
from gcmodel.errors import GcModelError
from gcmodel.garbagecollector import sync_messages as messages
from gcmodel.garbagecollector.graph_builder import GraphChange
from gcmodel.kernel.scheduler import Scheduler, Signal
from gcmodel.objects.identity import (
    GroupResource,
    GroupVersionKind,
    GroupVersionResource,
    ObjectReference,
)
from gcmodel.objects.metadata import KubeObject
from gcmodel.versions.profile import Profile


class ResyncError(GcModelError):
    """Some monitors could not be made; the others were."""

    def __init__(self, errors: list[str]) -> None:
        """Keep what went wrong with each."""
        super().__init__(errors)
        self.errors = errors

    def __str__(self) -> str:
        """Render as an aggregate."""
        if len(self.errors) == 1:
            return self.errors[0]
        return f"[{', '.join(self.errors)}]"


@attrs.frozen
class _Handler:
    kind: GroupVersionKind
    enqueue: Callable[[GraphChange], None]
    cause: Callable[[], int]

    def on_add(self, seen: KubeObject) -> None:
        self._changed("add", seen, None)

    def on_update(self, before: KubeObject, seen: KubeObject) -> None:
        self._changed("update", seen, before)

    def on_delete(self, last: KubeObject) -> None:
        self._changed("delete", last, None)

    def _changed(self, kind: str, seen: KubeObject, before: KubeObject | None) -> None:
        meta = seen.metadata
        identity = ObjectReference(
            self.kind.api_version, self.kind.kind, meta.namespace, meta.name, meta.uid
        )
        before_meta = None if before is None else before.metadata
        change = GraphChange(kind, identity, meta, before_meta, cause=self.cause())  # type: ignore[arg-type]  # one of the three types
        self.enqueue(change)


@attrs.define(eq=False)
class Monitor:
    """What the collector watches of one resource."""

    resource: GroupVersionResource
    kind: GroupVersionKind
    informer: SharedInformer
    handler: _Handler
    started: bool = False
    _synced: bool = attrs.field(default=False, init=False)

    @property
    def has_synced(self) -> bool:
        """Whether the informer has taken in its first list; it never goes back."""
        if not self._synced:
            self._synced = self.informer.has_synced
        return self._synced


@attrs.define(eq=False)
class Monitors:
    """The set of monitors, kept in step with what discovery says.

    * **Never stopped**: a monitor that is dropped keeps its informer, and the
      handler keeps feeding the graph; added again, it registers a second handler.
    * **Locked while they change**: who wants to know whether they have synced waits,
      also for the mapper's discovery.
    * **Held back together**: while one new resource cannot be mapped, none of the
      new monitors of that pass is started.
    """

    scheduler: Scheduler
    informers: SharedInformerFactory
    mapper: RestMapper
    profile: Profile
    enqueue: Callable[[GraphChange], None]
    say: Callable[..., None]
    running: bool = attrs.field(default=False, init=False)
    """Whether the graph builder runs; until then nothing is started."""
    by_resource: dict[GroupVersionResource, Monitor] = attrs.field(
        factory=dict, init=False
    )
    _unsynced: list[Monitor] = attrs.field(factory=list, init=False)
    _locked: bool = attrs.field(default=False, init=False)
    _changed: Signal = attrs.field(init=False)

    @_changed.default
    def _signal(self) -> Signal:
        return self.scheduler.signal()

    @property
    def ignored(self) -> frozenset[GroupResource]:
        """Resources that are never watched."""
        ignored = {GroupResource("", "events")}
        if self.profile.ignores_new_events:
            ignored.add(GroupResource("events.k8s.io", "events"))
        return frozenset(ignored)

    async def resync(self, wanted: Iterable[GroupVersionResource]) -> None:
        """Make, keep and drop monitors so that they are those of *wanted*.

        Raises:
            ResyncError: Some could not be made. The set is changed all the same,
                but new monitors are not started.
        """
        await self._acquire()
        try:
            await self._sync(wanted)
        finally:
            self._release()
        await self.start()

    async def _sync(self, wanted: Iterable[GroupVersionResource]) -> None:
        current: dict[GroupVersionResource, Monitor] = {}
        errors: list[str] = []
        kept = added = 0
        for resource in wanted:
            if resource.group_resource in self.ignored:
                continue
            if resource in self.by_resource:
                current[resource] = self.by_resource[resource]
                kept += 1
                continue
            try:
                kind = await self.mapper.kind_for(resource)
            except NoMatchError as error:
                errors.append(f'couldn\'t look up resource "{resource}": {error}')
                continue
            current[resource] = self._monitor(resource, kind)
            added += 1
        self._drop([one for key, one in self.by_resource.items() if key not in current])
        removed = len(self.by_resource) - kept
        self.by_resource = current
        self._unsynced = list(current.values())
        self.say(messages.SYNCED_MONITORS, added=added, kept=kept, removed=removed)
        if errors:
            raise ResyncError(errors)

    def _monitor(
        self, resource: GroupVersionResource, kind: GroupVersionKind
    ) -> Monitor:
        informer = self.informers.informer(resource)
        handler = _Handler(kind, self.enqueue, lambda: self.scheduler.trace.cause)
        informer.add_event_handler(handler)
        self.say(messages.USING_INFORMER, resource=resource, kind=kind)
        return Monitor(resource, kind, informer, handler)

    def _drop(self, dropped: list[Monitor]) -> None:
        # Upstream closes a channel that nothing listens to; the handler stays.
        if self.profile.removes_handler_with_monitor:
            for monitor in dropped:
                monitor.informer.remove_event_handler(monitor.handler)

    async def start(self) -> None:
        """Start the monitors that are not running yet."""
        await self._acquire()
        try:
            await self._start()
        finally:
            self._release()

    async def _start(self) -> None:
        if not self.running:
            return
        while not self.informers.has_started:
            await self.informers.started
        started = 0
        for monitor in self.by_resource.values():
            if not monitor.started:
                monitor.started = True
                started += 1
        self.informers.start()
        self.say(messages.STARTED_MONITORS, new=started, current=len(self.by_resource))

    async def look(self) -> bool:
        """Wait until nobody changes the monitors, then say whether all have synced."""
        while self._locked:
            await self._changed
        return self.is_synced()

    async def _acquire(self) -> None:
        while self._locked:
            await self._changed
        self._locked = True

    def _release(self) -> None:
        self._locked = False
        self._changed.fire()

    def first_unsynced(self) -> Monitor | None:
        """Return a monitor that has not synced, or None; Go looks in any order."""
        unsynced = self.unsynced()
        if len(unsynced) > 1:
            return self.scheduler.choices.one_of("monitor-order", unsynced)
        return next(iter(unsynced), None)

    def unsynced(self) -> list[Monitor]:
        """Return all monitors that have not synced."""
        # It is asked ten times a second, and what has synced stays so.
        self._unsynced = [one for one in self._unsynced if not one.has_synced]
        return self._unsynced

    def is_synced(self) -> bool:
        """Whether there are monitors and all have synced; says which one has not."""
        if not self.by_resource:
            self.say(messages.NO_MONITORS)
            return False
        blocking = self.first_unsynced()
        if blocking is not None:
            self.say(messages.NOT_YET_SYNCED, resource=blocking.resource)
        return blocking is None

    def is_resource_synced(self, resource: GroupVersionResource) -> bool:
        """Whether *resource* is monitored and has synced."""
        monitor = self.by_resource.get(resource)
        return monitor is not None and monitor.has_synced

    def find_cached(self, mapping: RestMapping, key: str) -> KubeObject | None:
        """Return the monitor's copy of an object, if it has one."""
        monitor = self.by_resource.get(mapping.resource)
        return None if monitor is None else monitor.informer.indexer.find(key)
