"""Shared informers: reflector, queue, cache and handlers of one resource.

Upstream: ``sharedIndexInformer`` in client-go tools/cache/shared_informer.go
"""

from collections.abc import Callable, Iterator
from typing import Protocol

import attrs

from gcmodel.client.backoff import ReflectorBackoff
from gcmodel.client.client import Client
from gcmodel.client.delta_fifo import Delta, DeltaFifo
from gcmodel.client.indexer import Indexer
from gcmodel.client.reflector import Reflector
from gcmodel.client.reflector_log import METADATA_TYPE, ReflectorLog
from gcmodel.kernel.durations import HOUR
from gcmodel.kernel.scheduler import Scheduler, Signal, Task, sleep
from gcmodel.kernel.waits import Mailbox
from gcmodel.objects.identity import GroupVersionResource
from gcmodel.objects.metadata import KubeObject
from gcmodel.versions.profile import Profile

RESYNC_NS_MIN = 12 * HOUR
"""``--min-resync-period``; the actual period is drawn between one and two of it."""


class EventHandler(Protocol):
    """Told of changes, one at a time."""

    def on_add(self, seen: KubeObject) -> None:
        """An object appeared in the cache."""

    def on_update(self, before: KubeObject, seen: KubeObject) -> None:
        """A cached object was replaced; perhaps by one of another UID."""

    def on_delete(self, last: KubeObject) -> None:
        """An object left the cache; *last* may be older than its last state."""


@attrs.frozen
class _Notification:
    before: KubeObject | None
    seen: KubeObject | None
    cause: int


@attrs.define(eq=False)
class _Listener:
    """One handler with its unbounded buffer.

    * **In order**: a handler sees the changes of one informer in one order; across
      informers there is none.

    Attributes:
        delay: Draws how long a notification waits in the buffer besides.
    """

    handler: EventHandler
    mailbox: Mailbox[_Notification]
    delay: Callable[[], int]
    running: bool = False

    async def run(self) -> None:
        """Hand over notifications for ever."""
        handler, scheduler = self.handler, self.mailbox.scheduler
        while True:
            notice = await self.mailbox.take()
            if delay := self.delay():
                await sleep(delay)
            scheduler.act_upon(notice.cause)
            if notice.seen is None:
                assert notice.before is not None
                handler.on_delete(notice.before)
            elif notice.before is None:
                handler.on_add(notice.seen)
            else:
                handler.on_update(notice.before, notice.seen)


@attrs.define(eq=False)
class SharedInformer:
    """The cache of one resource and those who want to hear of its changes.

    * **Lagging**: the cache shows a past state of the server; each object goes
      through a subsequence of its real states, in order.
    * **Sticky**: ``has_synced`` means that the first list was taken in. It never
      goes back, whatever breaks later, and it does not mean that handlers ran.
    * **Lasting**: once started an informer runs until its process ends.
    """

    scheduler: Scheduler
    client: Client
    resource: GroupVersionResource
    profile: Profile
    type_name: str = METADATA_TYPE
    indexer: Indexer = attrs.field(factory=Indexer, init=False)
    started: bool = attrs.field(default=False, init=False)
    reflector: Reflector = attrs.field(init=False)
    _fifo: DeltaFifo = attrs.field(init=False)
    _filled: Signal = attrs.field(init=False)
    _listeners: list[_Listener] = attrs.field(factory=list, init=False)
    _tasks: list[Task] = attrs.field(factory=list, init=False)
    _resync_ns: int = attrs.field(init=False)
    _first_resync_ns: int | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        """Wire the parts together."""
        self._filled = self.scheduler.signal()
        self._fifo = DeltaFifo(
            self.indexer,
            self._filled.fire,
            relist_type="Replaced" if self.profile.relist_replaces else "Sync",
            in_order=self.profile.in_order_informers,
            atomic=self.profile.atomic_fifo,
        )
        stretch = 1 + self.scheduler.choices.stream("resync").random()
        self._resync_ns = int(RESYNC_NS_MIN * stretch)
        exponential = self.profile.reflector_backoff
        backoff = ReflectorBackoff(self.scheduler, exponential)
        self.reflector = Reflector(
            self.scheduler,
            self.client,
            self.resource,
            self._fifo,
            backoff,
            ReflectorLog(self.scheduler, self.profile, self.type_name, self._resync_ns),
            watch_backoff=(
                backoff
                if self.profile.shared_reflector_backoff
                else ReflectorBackoff(self.scheduler, exponential)
            ),
            recovers=self.profile.recovers_from_too_large_version,
            watch_list=self.profile.watch_list_client,
        )

    @property
    def has_synced(self) -> bool:
        """Whether the first list has been taken in."""
        return self._fifo.has_synced

    def add_event_handler(self, handler: EventHandler) -> None:
        """Tell *handler* of all changes from now on, and first of what is cached."""
        delay = self.client.transport.handover_delay
        listener = _Listener(handler, Mailbox(self.scheduler), delay)
        self._listeners.append(listener)
        if self.started:
            for cached in self.indexer.list():
                self._notify(listener, _Notification(None, cached, 0))

    def remove_event_handler(self, handler: EventHandler) -> None:
        """Stop telling *handler*; what is under way still arrives."""
        kept = [one for one in self._listeners if one.handler is not handler]
        self._listeners = kept

    def start(self) -> None:
        """Begin to list and watch; further calls do nothing."""
        if self.started:
            return
        self.started = True
        self._first_resync_ns = self.scheduler.now + self._resync_ns
        name = f"informer {self.resource.group_resource}"
        self._tasks.append(
            self.scheduler.spawn(
                f"reflector {self.resource.group_resource}", self.reflector.run()
            )
        )
        self._tasks.append(self.scheduler.spawn(name, self._process()))

    def stop(self) -> None:
        """End with the process that the informer belongs to."""
        for task in self._tasks:
            self.scheduler.cancel(task)
        if self.reflector.stream is not None:
            self.reflector.stream.close()

    def _notify(self, listener: _Listener, notice: _Notification) -> None:
        listener.mailbox.put(notice)
        if not listener.running:
            # Most resources of a cluster never have anything to tell.
            listener.running = True
            name = f"listener {self.resource.group_resource}"
            self._tasks.append(self.scheduler.spawn(name, listener.run()))

    async def _process(self) -> None:
        fifo = self._fifo
        while True:
            while not len(fifo):
                await self._filled
            for delta in fifo.pop():
                self.scheduler.act_upon(delta.cause)
                self._apply(delta)
            if len(fifo) and self.scheduler.choices.schedule.pick(2):
                # Handlers may run between one change and the next, or may not.
                await sleep(0)

    def _apply(self, delta: Delta) -> None:
        if delta.type == "Deleted":
            self.indexer.remove(delta.object.key)
            self._distribute(_Notification(delta.object, None, delta.cause))
            return
        before = self.indexer.store(delta.object)
        notice = _Notification(before, delta.object, delta.cause)
        self._distribute(notice, resync=_is_resync(delta, before))

    def _distribute(self, notice: _Notification, *, resync: bool = False) -> None:
        # Until the resync timer first fires, every listener counts as resyncing.
        first = self._first_resync_ns
        if resync and first is not None and self.scheduler.now >= first:
            return
        for listener in self._listeners:
            self._notify(listener, notice)


def _is_resync(delta: Delta, before: KubeObject | None) -> bool:
    if before is None:
        return False
    if delta.type == "Sync":
        return True
    same = before.metadata.resource_version == delta.object.metadata.resource_version
    return delta.type == "Replaced" and same


@attrs.define(eq=False)
class SharedInformerFactory:
    """Gives out informers, one for each resource, and starts them together.

    Attributes:
        typed: Resources that the typed client knows, each with its kind; all others
            are watched by the metadata client, which has a rate limit of its own.
    """

    scheduler: Scheduler
    typed_client: Client
    metadata_client: Client
    profile: Profile
    typed: dict[GroupVersionResource, str] = attrs.field(factory=dict)
    started: Signal = attrs.field(init=False)
    has_started: bool = attrs.field(default=False, init=False)
    _informers: dict[GroupVersionResource, SharedInformer] = attrs.field(
        factory=dict, init=False
    )

    @started.default
    def _signal(self) -> Signal:
        return self.scheduler.signal()

    def __iter__(self) -> Iterator[SharedInformer]:
        """Walk the informers in the order in which they were asked for."""
        return iter(self._informers.values())

    def find(self, resource: GroupVersionResource) -> SharedInformer | None:
        """Return the informer of *resource* if anybody asked for it."""
        return self._informers.get(resource)

    def informer(self, resource: GroupVersionResource) -> SharedInformer:
        """Return the informer of *resource*, the same one each time."""
        found = self._informers.get(resource)
        if found is None:
            found = self._informers[resource] = self._make(resource)
        return found

    def _make(self, resource: GroupVersionResource) -> SharedInformer:
        kind = self.typed.get(resource)
        if kind is None:
            return SharedInformer(
                self.scheduler, self.metadata_client, resource, self.profile
            )
        return SharedInformer(
            self.scheduler,
            self.typed_client,
            resource,
            self.profile,
            type_name=f"*{resource.version}.{kind}",
        )

    def start(self) -> None:
        """Start every informer that is not running yet."""
        self.has_started = True
        for informer in list(self._informers.values()):
            informer.start()
        self.started.fire()

    def stop(self) -> None:
        """End every informer, as the process does when it ends."""
        for informer in self._informers.values():
            informer.stop()
