"""The verb that follows what is stored: watch.

Upstream: ``WatchPredicate`` in apiserver pkg/registry/generic/registry/store.go;
``Watch`` in pkg/storage/cacher/cacher.go; ``nextBookmarkTime`` in
pkg/storage/cacher/cache_watcher.go
"""

from collections.abc import Callable
from functools import partial

import attrs

from gcmodel.apiserver.backend import Backend
from gcmodel.apiserver.requests import Request
from gcmodel.apiserver.resources import ResourceType
from gcmodel.apiserver.selection import (
    metadata_of,
    parse_revision,
    prefix_of,
    revision_error,
    selection,
)
from gcmodel.apiserver.store import Collection
from gcmodel.apiserver.validation_list_options import invalid_list_options
from gcmodel.apiserver.watch import ADDED, BOOKMARK, ERROR, WatchEvent, WatchStream
from gcmodel.errors import Status
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.field_errors import invalid
from gcmodel.objects.identity import GroupKind
from gcmodel.objects.metadata import KubeObject, ObjectMeta

BOOKMARK_PERIOD_NS = 60 * SECOND
LAST_BOOKMARK_NS = 2 * SECOND
"""How long before the end of a watch its last bookmark comes."""

SERVER_WATCH_TIMEOUT_S = (1800, 3600)
INITIAL_EVENTS_END = "k8s.io/initial-events-end"


@attrs.define(eq=False)
class Watching:
    """Opens watches.

    * **Strictly later**: a watch from a revision tells what happened after it; one
      from nowhere, or from any state, first tells of everything that is there.
    """

    backend: Backend

    def watch(self, served: ResourceType, request: Request) -> WatchStream:
        """Open a stream of what happens from a revision on.

        Raises:
            BadRequestError: A selector cannot be read.
            InvalidError: The options contradict each other.
            ApiError: A stored value cannot be read, so that nothing can be watched.
        """
        selects = selection(served, request)
        backend = self.backend
        watch_list = backend.profile.watch_list_client
        refusal = invalid_list_options(request, watch_list=watch_list)
        if refusal is not None:
            raise refusal
        since = _since(served, request)
        prefix = prefix_of(request)
        collection = backend.store.collection(served.storage)
        backend.check_cache(served)

        def shown(stored: KubeObject) -> KubeObject:
            found = backend.conversion(stored, served)
            return metadata_of(found) if request.metadata_only else found

        stream = WatchStream(
            backend.scheduler,
            lambda one: one.key.startswith(prefix) and selects(one),
            shown,
        )
        if not self._begin(served, stream, collection, request, since):
            return stream
        collection.watchers[stream] = None
        stream.on_close = lambda: collection.watchers.pop(stream, None)
        self._keep_alive(served, stream, request)
        return stream

    def _begin(
        self,
        served: ResourceType,
        stream: WatchStream,
        collection: Collection,
        request: Request,
        since: int,
    ) -> bool:
        if not since or request.send_initial_events:
            for key in collection.sorted_keys():
                stored = collection.objects[key]
                if stream.selects(stored):
                    stream.push(WatchEvent(ADDED, stream.project(stored)))
            if request.send_initial_events:
                stream.push(self._bookmark(served, initial_events_end=True))
            return True
        if since < collection.compacted:
            text = f"too old resource version: {since} ({collection.compacted})"
            stream.push(WatchEvent(ERROR, None, Status(410, "Expired", text)))
            stream.close()
            return False
        for change in collection.history:
            if change.revision > since:
                stream.deliver(change)
        return True

    def _keep_alive(
        self, served: ResourceType, stream: WatchStream, request: Request
    ) -> None:
        timeout_s = request.timeout_s
        if timeout_s is None:
            low, high = SERVER_WATCH_TIMEOUT_S
            timeout_s = int(self.backend.choices.uniform("watch-end", low, high))
        deadline = self.backend.scheduler.now + timeout_s * SECOND
        bookmarks = request.allow_bookmarks
        mark = partial(self._bookmark, served) if bookmarks else None
        _Upkeep(self.backend.scheduler, stream, deadline, mark).set_alarm()

    def _bookmark(
        self, served: ResourceType, *, initial_events_end: bool = False
    ) -> WatchEvent:
        ended = {INITIAL_EVENTS_END: "true"} if initial_events_end else {}
        revision = str(self.backend.store.revision)
        meta = ObjectMeta(resource_version=revision, annotations=ended)
        mark = KubeObject(served.api_version, served.kind, meta)
        return WatchEvent(BOOKMARK, mark, initial_events_end=initial_events_end)


@attrs.frozen
class _Upkeep:
    """Bookmarks a stream every minute and shortly before its end, and ends it."""

    scheduler: Scheduler
    stream: WatchStream
    deadline_ns: int
    bookmark: Callable[[], WatchEvent] | None

    def set_alarm(self) -> None:
        left = self.deadline_ns - self.scheduler.now
        due = left
        if self.bookmark is not None:
            last = left - LAST_BOOKMARK_NS
            due = min(BOOKMARK_PERIOD_NS, last if last > 0 else left, left)
        self.scheduler.call_at(
            self.scheduler.now + due, "watch-upkeep", self._ring, background=True
        )

    def _ring(self) -> None:
        if self.stream.closed:
            return
        if self.scheduler.now >= self.deadline_ns:
            self.stream.close()
            return
        if self.bookmark is not None:
            self.stream.push(self.bookmark())
        self.set_alarm()


def _since(served: ResourceType, request: Request) -> int:
    if not request.resource_version:
        return 0
    since = parse_revision(request.resource_version)
    if since is None:
        kind = GroupKind(served.group, served.plural)
        raise invalid(kind, "", [revision_error(request.resource_version)])
    return since
