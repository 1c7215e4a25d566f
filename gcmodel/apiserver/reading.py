"""The verbs that change nothing: get, list, watch.

Upstream: ``Get``, ``ListPredicate`` and ``WatchPredicate`` in apiserver
pkg/registry/generic/registry/store.go; pkg/storage/cacher for what is too old
"""

import base64
import json
from collections.abc import Callable

import attrs

from gcmodel.apiserver import answers
from gcmodel.apiserver.backend import Backend, object_key
from gcmodel.apiserver.requests import Request
from gcmodel.apiserver.resources import ResourceType
from gcmodel.apiserver.store import Collection
from gcmodel.apiserver.watch import (
    ADDED,
    BOOKMARK,
    ERROR,
    WatchEvent,
    WatchStream,
)
from gcmodel.errors import ApiError, Status, StatusCause, api_error
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import pause
from gcmodel.objects.field_selectors import default_fields, parse_field_selector
from gcmodel.objects.identity import GroupResource
from gcmodel.objects.lists import ObjectList
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from gcmodel.objects.selector_parser import parse
from gcmodel.objects.selectors import SelectorError

BOOKMARK_PERIOD_NS = 60 * SECOND
SERVER_WATCH_TIMEOUT_S = (1800, 3600)
TOKEN_VERSION = "meta.k8s.io/v1"  # noqa: S105  (an API version, no secret)
EXPIRED_LIST = (
    "The provided continue parameter is too old to display a consistent list result. "
    "You can start a new list without the continue parameter, or use the continue "
    "token in this response to retrieve the remainder of the results. Continuing with "
    "the provided token results in an inconsistent list - objects that were created, "
    "modified, or deleted between the time the first chunk was returned and now may "
    "show up in the list."
)

Selects = Callable[[KubeObject], bool]


@attrs.define(eq=False)
class Reading:
    """Answers reads.

    * **All or nothing**: one object that cannot be read fails the whole list, even
      if no selector wants it.
    * **Consistent**: all pages of a list show the revision of the first.
    """

    backend: Backend
    _snapshots: dict[tuple[GroupResource, int], tuple[KubeObject, ...]] = attrs.field(
        factory=dict, init=False
    )

    def get(self, served: ResourceType, request: Request) -> KubeObject:
        """Return one object.

        Raises:
            NotFoundError: There is none.
        """
        found = self.backend.read(served, object_key(served, request))
        if found is None:
            raise answers.not_found(served.group_resource, request.name)
        return found

    def list(self, served: ResourceType, request: Request) -> ObjectList:
        """Return a collection, or one page of it."""
        selects = selection(request)
        if request.continue_token:
            return self._next_page(served, request, selects)
        self._check_version(request.resource_version)
        everything = self._everything(served, request)
        limit = 0 if request.resource_version == "0" else request.limit
        return self._page(served, request, everything, selects, limit)

    def watch(self, served: ResourceType, request: Request) -> WatchStream:
        """Open a stream of what happens from a revision on."""
        selects = selection(request)
        prefix = f"{request.namespace}/" if request.namespace else ""
        backend = self.backend
        collection = backend.store.collection(served.storage)
        self._check_cache(served, collection)
        stream = WatchStream(
            backend.scheduler,
            lambda one: one.key.startswith(prefix) and selects(one),
            lambda one: backend.conversion(one, served),
        )
        if not self._replay(stream, collection, request):
            return stream
        collection.watchers[stream] = None
        stream.on_close = lambda: collection.watchers.pop(stream, None)
        self._keep_alive(served, stream, request)
        return stream

    def compact(self) -> None:
        """Forget history: old watches and continue tokens expire."""
        store = self.backend.store
        self._snapshots.clear()
        for served in {
            one.storage for one in self.backend.registry.preferred_resources()
        }:
            collection = store.collection(served)
            collection.history.clear()
            collection.compacted = store.revision

    # List

    def _everything(
        self, served: ResourceType, request: Request
    ) -> tuple[KubeObject, ...]:
        prefix = f"{request.namespace}/" if request.namespace else ""
        backend = self.backend
        found = []
        checked = bool(backend.faults)
        for stored in backend.store.iter_objects(served.storage, prefix):
            if checked:
                backend.check_readable(served, stored.key, listing=True)
            found.append(backend.conversion(stored, served))
        return tuple(found)

    def _page(
        self,
        served: ResourceType,
        request: Request,
        everything: tuple[KubeObject, ...],
        selects: Selects,
        limit: int,
    ) -> ObjectList:
        revision = self.backend.store.revision
        matching = tuple(one for one in everything if selects(one))
        if not limit or len(matching) <= limit:
            return ObjectList(matching, str(revision))
        self._snapshots[served.storage, revision] = everything
        return self._cut(request, matching, revision, limit)

    def _cut(
        self,
        request: Request,
        matching: tuple[KubeObject, ...],
        revision: int,
        limit: int,
    ) -> ObjectList:
        page, rest = matching[:limit], matching[limit:]
        if not limit or not rest:
            return ObjectList(matching, str(revision))
        selected = bool(request.label_selector or request.field_selector)
        return ObjectList(
            page,
            str(revision),
            _token(revision, page[-1].key),
            None if selected else len(rest),
        )

    def _next_page(
        self, served: ResourceType, request: Request, selects: Selects
    ) -> ObjectList:
        if request.resource_version not in ("", "0"):
            raise answers.bad_request(
                "specifying resource version is not allowed when using continue"
            )
        revision, after = _parse_token(request.continue_token)
        if revision < 0:
            everything = self._everything(served, request)
            revision = self.backend.store.revision
        else:
            everything = self._snapshot(served, revision, after)
        matching = tuple(one for one in everything if one.key > after and selects(one))
        return self._cut(request, matching, revision, request.limit)

    def _snapshot(
        self, served: ResourceType, revision: int, after: str
    ) -> tuple[KubeObject, ...]:
        found = self._snapshots.get((served.storage, revision))
        if found is None:
            error = answers.expired(EXPIRED_LIST)
            details = {"continue": _token(-1, after)}
            raise type(error)(attrs.evolve(error.status, details=details))
        return found

    def _check_version(self, version: str) -> None:
        if version in ("", "0"):
            return
        current = self.backend.store.revision
        wanted = _revision(version)
        if wanted > current:
            raise api_error(
                504,
                "Timeout",
                f"Timeout: Too large resource version: {wanted}, current: {current}",
                causes=(
                    StatusCause(
                        "ResourceVersionTooLarge", "Too large resource version"
                    ),
                ),
                details={"retryAfterSeconds": 1},
            )

    # Watch

    def _check_cache(self, served: ResourceType, collection: Collection) -> None:
        backend = self.backend
        if not backend.faults:
            return
        try:
            for key in collection.sorted_keys():
                backend.check_readable(served, key, listing=True)
        except ApiError as error:
            if backend.profile.unready_watch_cache == "429":
                text = "storage is (re)initializing"
                details = {"retryAfterSeconds": 1}
                raise api_error(
                    429, "TooManyRequests", text, details=details
                ) from error
            text = "context deadline exceeded"
            raise api_error(503, "ServiceUnavailable", text) from error

    def _replay(
        self, stream: WatchStream, collection: Collection, request: Request
    ) -> bool:
        version = request.resource_version
        if version in ("", "0") or request.send_initial_events:
            for key in collection.sorted_keys():
                stored = collection.objects[key]
                if stream.selects(stored):
                    stream.push(WatchEvent(ADDED, stream.project(stored)))
            if request.send_initial_events:
                stream.push(self._bookmark(initial_events_end=True))
            return True
        since = _revision(version)
        if since < collection.compacted:
            oldest = collection.compacted
            text = f"too old resource version: {since} ({oldest})"
            expired = Status(410, "Expired", text)
            stream.push(WatchEvent(ERROR, None, expired))
            stream.close()
            return False
        for change in collection.history:
            if change.revision > since:
                stream.deliver(change)
        return True

    def _keep_alive(
        self, served: ResourceType, stream: WatchStream, request: Request
    ) -> None:
        scheduler = self.backend.scheduler
        timeout_s = request.timeout_s
        if timeout_s is None:
            low, high = SERVER_WATCH_TIMEOUT_S
            timeout_s = int(self.backend.choices.uniform("watch-end", low, high))
        deadline = scheduler.now + timeout_s * SECOND

        async def upkeep() -> None:
            while not stream.closed:
                left = deadline - scheduler.now
                if left <= 0:
                    stream.close()
                    return
                await pause(min(BOOKMARK_PERIOD_NS, left))
                if request.allow_bookmarks and not stream.closed:
                    stream.push(self._bookmark())

        name = f"watch {served.group_resource}"
        scheduler.spawn(name, upkeep(), background=True)

    def _bookmark(self, *, initial_events_end: bool = False) -> WatchEvent:
        meta = ObjectMeta(resource_version=str(self.backend.store.revision))
        mark = KubeObject("", "", meta)
        return WatchEvent(BOOKMARK, mark, initial_events_end=initial_events_end)


def selection(request: Request) -> Selects:
    """Return what the selectors of *request* let through.

    Raises:
        BadRequestError: A selector cannot be read.
    """
    if not request.label_selector and not request.field_selector:
        return lambda _: True
    try:
        labels = parse(request.label_selector)
        fields = parse_field_selector(request.field_selector)
        fields.check_fields()
    except SelectorError as error:
        raise answers.bad_request(str(error)) from error
    return lambda one: (
        labels.matches(one.metadata.labels) and fields.matches(default_fields(one))
    )


def _revision(version: str) -> int:
    try:
        return int(version)
    except ValueError as error:
        text = f'strconv.ParseUint: parsing "{version}": invalid syntax'
        raise answers.bad_request(
            f"invalid resource version {version!r}: {text}"
        ) from error


def _token(revision: int, last_key: str) -> str:
    wire = {"v": TOKEN_VERSION, "rv": revision, "start": f"{last_key}\u0000"}
    text = json.dumps(wire, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def _parse_token(token: str) -> tuple[int, str]:
    try:
        padded = token + "=" * (-len(token) % 4)
        wire = json.loads(base64.urlsafe_b64decode(padded))
        return int(wire["rv"]), str(wire["start"]).rstrip("\u0000")
    except (ValueError, KeyError, TypeError) as error:
        text = "invalid continue token: continue key is not valid"
        raise answers.bad_request(text) from error
