"""Watch streams: what happened to a collection, in order, until it ends.

Upstream: ``cacheWatcher`` in apiserver pkg/storage/cacher/cache_watcher.go
"""

from collections import deque
from collections.abc import Callable

import attrs

from gcmodel.errors import ApiError, Status
from gcmodel.kernel.scheduler import Scheduler, Signal
from gcmodel.objects.metadata import KubeObject

ADDED = "ADDED"
MODIFIED = "MODIFIED"
DELETED = "DELETED"
BOOKMARK = "BOOKMARK"
ERROR = "ERROR"


@attrs.frozen
class WatchEvent:
    """One change as a watcher sees it.

    Attributes:
        type: ``ADDED``, ``MODIFIED``, ``DELETED``, ``BOOKMARK`` or ``ERROR``.
        object: The state after the change; for ``DELETED`` the last stored state,
            with the revision of the deletion. None for ``ERROR``.
        status: Why the stream ends, for ``ERROR``.
        cause: The trace record of the write.
    """

    type: str
    object: KubeObject | None
    status: Status | None = None
    cause: int = 0
    initial_events_end: bool = False


@attrs.frozen
class StoreEvent:
    """One change as the store logs it: the state before and after."""

    revision: int
    type: str
    object: KubeObject
    previous: KubeObject | None
    cause: int


Selects = Callable[[KubeObject], bool]
Project = Callable[[KubeObject], KubeObject]


@attrs.define(eq=False)
class WatchStream:
    """The events of one watch request.

    * **Ordered**: revisions strictly increase, synthetic first events excepted.
    * **Filtered by transition**: an object that stops matching the selector is
      ``DELETED`` for this stream, with its old content and the new revision.
    * **Ends unsaid** if a change cannot be converted to what the watcher asked for.
    * **Ends once**: after :meth:`close` what is queued can still be read, nothing
      is added any more.

    Attributes:
        broken: It ended in the middle, as when a proxied backend goes away; the
            reader is not told politely.
    """

    scheduler: Scheduler
    selects: Selects
    project: Project
    _events: deque[WatchEvent] = attrs.field(factory=deque, init=False)
    _changed: Signal = attrs.field(init=False)
    closed: bool = attrs.field(default=False, init=False)
    broken: bool = attrs.field(default=False, init=False)
    on_close: Callable[[], None] | None = None

    @_changed.default
    def _signal(self) -> Signal:
        return self.scheduler.signal()

    def __len__(self) -> int:
        """How many events wait to be read."""
        return len(self._events)

    def deliver(self, change: StoreEvent) -> None:
        """Queue what *change* means to this watcher, if anything."""
        try:
            event = self._seen(change)
        except ApiError:
            # What cannot be shown ends the stream, without a word.
            self.close()
            return
        if event is not None and not self.closed:
            self._events.append(event)
            self._changed.fire()

    def push(self, event: WatchEvent) -> None:
        """Queue *event* as it is: synthetic events, bookmarks, errors."""
        if not self.closed:
            self._events.append(event)
            self._changed.fire()

    def close(self) -> None:
        """End the stream, from either side."""
        if not self.closed:
            self.closed = True
            self._changed.fire()
            if self.on_close is not None:
                self.on_close()

    def break_off(self) -> None:
        """End the stream as a connection that is cut."""
        self.broken = True
        self.close()

    def drain(self) -> list[WatchEvent]:
        """Return what waits to be read, without waiting for more."""
        waiting = list(self._events)
        self._events.clear()
        return waiting

    async def next(self) -> WatchEvent | None:
        """Return the next event, waiting for one; None when the stream has ended."""
        while not self._events:
            if self.closed:
                return None
            await self._changed
        return self._events.popleft()

    def _seen(self, change: StoreEvent) -> WatchEvent | None:
        now = change.type != DELETED and self.selects(change.object)
        before = change.previous is not None and self.selects(change.previous)
        if now:
            kind = MODIFIED if before else ADDED
            return WatchEvent(kind, self.project(change.object), cause=change.cause)
        if not before:
            return None
        assert change.previous is not None
        last = change.previous.with_metadata(resource_version=str(change.revision))
        return WatchEvent(DELETED, self.project(last), cause=change.cause)
