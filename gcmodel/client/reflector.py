"""Copies a collection: list it once, then follow its watch; list anew when lost.

Upstream: ``ListAndWatch`` in client-go tools/cache/reflector.go
"""

import attrs

from gcmodel.apiserver.watch import (
    ADDED,
    BOOKMARK,
    DELETED,
    ERROR,
    MODIFIED,
    WatchEvent,
    WatchStream,
)
from gcmodel.client.backoff import ReflectorBackoff
from gcmodel.client.client import Client
from gcmodel.client.delta_fifo import Delta, DeltaFifo, DeltaType
from gcmodel.client.reflector_log import ReflectorLog
from gcmodel.client.understanding import broken_stream
from gcmodel.errors import (
    ApiError,
    ExpiredError,
    ServerTimeoutError,
    TooManyRequestsError,
    api_error,
    error_of,
)
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler, pause, sleep
from gcmodel.objects.identity import GroupVersionResource
from gcmodel.objects.lists import ObjectList
from gcmodel.objects.metadata import KubeObject

PAGE_SIZE = 500
WATCH_TIMEOUT_S = (300, 600)

_DELTAS: dict[str, DeltaType] = {
    ADDED: "Added",
    MODIFIED: "Updated",
    DELETED: "Deleted",
}


@attrs.define(eq=False)
class Reflector:
    """Keeps a DeltaFifo told of what happens to one resource.

    * **Persistent**: it never gives up; after every end, good or bad, it waits for
      its back-off and begins again.
    * **All or nothing**: a list that fails anywhere brings nothing.
    * **Resuming**: a watch that merely ended is opened again where it stopped, with
      no list in between.
    """

    scheduler: Scheduler
    client: Client
    resource: GroupVersionResource
    fifo: DeltaFifo
    backoff: ReflectorBackoff
    log: ReflectorLog
    watch_backoff: ReflectorBackoff
    """Before opening a watch again; up to 1.27 it is another than *backoff*."""
    recovers: bool = True
    """Ask for the newest state where the server has not reached a version yet."""
    watch_list: bool = False
    """Ask for the first state as a watch, before falling back to a list."""
    last_error: str = attrs.field(default="", init=False)
    failures: int = attrs.field(default=0, init=False)
    stream: WatchStream | None = attrs.field(default=None, init=False)
    _last_version: str = attrs.field(default="", init=False)
    _version_unavailable: bool = attrs.field(default=False, init=False)
    _paginated: bool = attrs.field(default=False, init=False)
    """The first list came in pages, although a cached state was good enough."""

    async def run(self) -> None:
        """List and watch for ever."""
        self.log.starting()
        while True:
            await self.list_and_watch()
            await pause(self.backoff.next_ns())

    async def list_and_watch(self) -> None:
        """Go once through list and watch; return when either has ended."""
        self.log.listing()
        if self.watch_list and await self._watch_list():
            return
        try:
            listed = await self._list()
        except ApiError as error:
            self.failures += 1
            self.last_error = str(error)
            self.log.list_failed(error)
            return
        self.last_error = ""
        self.fifo.replace(listed.items)
        self.log.populated()
        self._last_version = listed.resource_version
        self._version_unavailable = False
        await self._follow()

    async def _watch_list(self) -> bool:
        """Take in the first state from a watch, and follow it; or say it failed."""
        try:
            stream = await self._open(send_initial_events=True)
            items = await self._initial_events(stream)
        except ApiError as error:
            self.log.watch_list_failed(error)
            return False
        self.last_error = ""
        self.fifo.replace(items)
        self.log.populated()
        await self._follow(stream)
        return True

    async def _initial_events(self, stream: WatchStream) -> list[KubeObject]:
        items: dict[str, KubeObject] = {}
        while (event := await self._next(stream)) is not None:
            if event.type == ERROR:
                stream.close()
                assert event.status is not None, "an error event says why"
                raise error_of(event.status)
            seen = event.object
            assert seen is not None, "only errors come without an object"
            if event.initial_events_end:
                self._last_version = seen.metadata.resource_version
                return list(items.values())
            items[seen.key] = seen
        raise api_error(504, "Timeout", "the watch ended within its initial events")

    async def _list(self) -> ObjectList:
        try:
            return await self._list_pages(self._relist_version())
        except (ExpiredError, ServerTimeoutError) as error:
            if not self._is_unavailable(error):
                raise
            self._version_unavailable = True
            return await self._list_pages("")

    def _relist_version(self) -> str:
        if self._version_unavailable:
            return ""
        return self._last_version or "0"

    async def _list_pages(self, version: str) -> ObjectList:
        # A page would miss the watch cache, which has what a known version asks for;
        # unless the server has shown that it pages all the same.
        paged = self._paginated or version in ("", "0")
        limit = PAGE_SIZE if paged else 0
        page = await self._page(version, limit, "")
        if version == "0" and page.continue_token:
            self._paginated = True
        items = list(page.items)
        while page.continue_token:
            try:
                page = await self._page("", limit, page.continue_token)
            except ExpiredError:
                return await self._page(version, 0, "")
            items.extend(page.items)
        return ObjectList(tuple(items), page.resource_version)

    async def _page(self, version: str, limit: int, token: str) -> ObjectList:
        return await self.client.list(
            self.resource, limit=limit, resource_version=version, continue_token=token
        )

    async def _follow(self, first: WatchStream | None = None) -> None:
        while True:
            try:
                stream, first = first or await self._open(), None
            except TooManyRequestsError:
                await pause(self.watch_backoff.next_ns())
                continue
            except ApiError as error:
                self.last_error = str(error)
                self.log.watch_failed(error)
                return
            begun, events = self.scheduler.now, 0
            self.stream = stream
            while (event := await self._next(stream)) is not None:
                if event.type == ERROR:
                    break
                events += 1
                self._take(event)
            if stream.broken:
                event = self._break_off()
            if event is not None:
                stream.close()
                if not await self._goes_on_after(event):
                    return
                continue
            if self.scheduler.now - begun < SECOND and not events:
                self.log.very_short_watch()
                return
            self.log.watch_closed(events)

    async def _open(self, *, send_initial_events: bool = False) -> WatchStream:
        low, high = WATCH_TIMEOUT_S
        timeout_s = int(self.scheduler.choices.uniform("watch-timeout", low, high))
        return await self.client.watch(
            self.resource,
            resource_version="" if send_initial_events else self._last_version,
            timeout_s=timeout_s,
            send_initial_events=send_initial_events,
        )

    def _break_off(self) -> WatchEvent:
        # Each request is a stream of the one connection; clients count in odd numbers.
        number = 2 * self.client.sent - 1
        error = broken_stream(f"stream error: stream ID {number}; INTERNAL_ERROR")
        return WatchEvent(ERROR, None, error.status)

    async def _next(self, stream: WatchStream) -> WatchEvent | None:
        idle = not len(stream)
        event = await stream.next()
        if idle and event is not None:
            await sleep(self.client.transport.watch_delay())
        return event

    def _take(self, event: WatchEvent) -> None:
        seen = event.object
        assert seen is not None, "only errors come without an object"
        self._last_version = seen.metadata.resource_version
        if event.type != BOOKMARK:
            self.scheduler.act_upon(event.cause)
            self.fifo.add(Delta(_DELTAS[event.type], seen, event.cause))

    async def _goes_on_after(self, event: WatchEvent) -> bool:
        """Say why the watch ended; return whether it may be opened where it stopped.

        An expired version is not given up: a list that is at least as fresh can be
        had from the server's cache.
        """
        assert event.status is not None, "an error event says why"
        error = error_of(event.status)
        self.last_error = str(error)
        self.log.watch_ended(error)
        if not isinstance(error, TooManyRequestsError):
            return False
        await pause(self.watch_backoff.next_ns())
        return True

    def _is_unavailable(self, error: ApiError) -> bool:
        too_large = "Too large resource version" in str(error)
        return isinstance(error, ExpiredError) or (too_large and self.recovers)
