"""The store: objects by key, one revision for all, and the log of changes.

Upstream: ``store`` in apiserver pkg/storage/etcd3/store.go
"""

from bisect import insort
from collections import deque
from collections.abc import Callable, Iterator

import attrs

from gcmodel.apiserver.watch import (
    ADDED,
    DELETED,
    ERROR,
    MODIFIED,
    StoreEvent,
    WatchEvent,
    WatchStream,
)
from gcmodel.errors import Status
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.identity import GroupResource
from gcmodel.objects.metadata import KubeObject

HISTORY_MAX = 100_000
"""Changes that a collection remembers for watchers that come late."""


@attrs.define(eq=False)
class Collection:
    """What is stored under one prefix, its recent history and its watchers."""

    objects: dict[str, KubeObject] = attrs.field(factory=dict)
    history: deque[StoreEvent] = attrs.field(factory=lambda: deque(maxlen=HISTORY_MAX))
    watchers: dict[WatchStream, None] = attrs.field(factory=dict)
    compacted: int = 0
    """Revisions up to this one are no longer in the history."""
    _sorted: list[str] | None = None

    def sorted_keys(self) -> list[str]:
        """Return the keys in byte order."""
        if self._sorted is None:
            self._sorted = sorted(self.objects)
        return self._sorted

    def at(self, revision: int) -> dict[str, KubeObject] | None:
        """Return the objects as they were at *revision*; None if that is forgotten."""
        if revision < self.compacted:
            return None
        found = dict(self.objects)
        for change in reversed(self.history):
            if change.revision <= revision:
                break
            if change.previous is None:
                del found[change.object.key]
            else:
                found[change.object.key] = change.previous
        return found

    def compact(self, revision: int) -> None:
        """Forget what happened up to *revision*."""
        while self.history and self.history[0].revision <= revision:
            self.history.popleft()
        self.compacted = max(self.compacted, revision)

    def note_key(self, key: str, *, present: bool) -> None:
        """Keep the order of keys current; removals are put off until asked."""
        if self._sorted is None:
            return
        if present:
            insort(self._sorted, key)
        else:
            self._sorted = None


@attrs.define(eq=False)
class Store:
    """The only state of the API server.

    * **One revision**: every effective write takes the next one and stamps the
      object with it, whatever the resource.
    * **Logged**: every write is told to the watchers of its collection, in order,
      before the call returns.
    """

    scheduler: Scheduler
    revision: int = 1
    compacted: int = 0
    """Revisions up to this one are in no history, not even in one that is to come."""
    on_write: Callable[[GroupResource, KubeObject], None] | None = None
    """Told of every write after the watchers; for the server itself."""
    _collections: dict[GroupResource, Collection] = attrs.field(
        factory=dict, init=False
    )

    def collection(self, resource: GroupResource) -> Collection:
        """Return what is stored for *resource*; empty if nothing was."""
        found = self._collections.get(resource)
        if found is None:
            found = Collection(compacted=self.compacted)
            self._collections[resource] = found
        return found

    def fill_from(self, other: "Store") -> None:
        """Hold what *other* holds, without its history and its watchers."""
        self.revision = self.compacted = other.revision
        for resource, stored in other.iter_all():
            self.collection(resource).objects[stored.key] = stored

    def get(self, resource: GroupResource, key: str) -> KubeObject | None:
        """Return the stored object, or None."""
        return self.collection(resource).objects.get(key)

    def compact(self, revision: int | None = None) -> None:
        """Forget history up to *revision*, by default all of it.

        Old watches and continue tokens expire.
        """
        limit = self.revision if revision is None else min(revision, self.revision)
        self.compacted = max(self.compacted, limit)
        for collection in self._collections.values():
            collection.compact(limit)

    def iter_objects(
        self, resource: GroupResource, prefix: str
    ) -> Iterator[KubeObject]:
        """Walk the objects whose key starts with *prefix*, in key order."""
        collection = self.collection(resource)
        for key in collection.sorted_keys():
            if key.startswith(prefix):
                yield collection.objects[key]

    def iter_all(self) -> Iterator[tuple[GroupResource, KubeObject]]:
        """Walk everything, resource by resource, in key order."""
        for resource in sorted(self._collections):
            for stored in self.iter_objects(resource, ""):
                yield resource, stored

    def put(self, resource: GroupResource, written: KubeObject) -> KubeObject:
        """Create or replace an object; return it as stored."""
        collection = self.collection(resource)
        self.revision += 1
        stored = written.with_metadata(resource_version=str(self.revision))
        key = stored.key
        previous = collection.objects.get(key)
        collection.objects[key] = stored
        if previous is None:
            collection.note_key(key, present=True)
        kind = ADDED if previous is None else MODIFIED
        self._log(resource, collection, kind, stored, previous)
        return stored

    def remove(self, resource: GroupResource, key: str) -> KubeObject:
        """Delete an object; return its last stored state."""
        collection = self.collection(resource)
        previous = collection.objects.pop(key)
        collection.note_key(key, present=False)
        self.revision += 1
        self._log(resource, collection, DELETED, previous, previous)
        return previous

    def forget(self, resource: GroupResource, key: str, failure: Status) -> None:
        """Delete an object that nobody can read, its finalizers included.

        Watchers cannot be shown what it was: their streams end in *failure*, and
        older ones cannot be resumed.
        """
        collection = self.collection(resource)
        del collection.objects[key]
        collection.note_key(key, present=False)
        self.revision += 1
        self.scheduler.record(
            "store.forget",
            resource=str(resource),
            key=key,
            revision=self.revision,
        )
        collection.compact(self.revision)
        for stream in list(collection.watchers):
            stream.push(WatchEvent(ERROR, None, failure))
            stream.close()

    def _log(
        self,
        resource: GroupResource,
        collection: Collection,
        kind: str,
        stored: KubeObject,
        previous: KubeObject | None,
    ) -> None:
        cause = 0
        if self.scheduler.trace.enabled:
            cause = self.scheduler.record(
                "store.write",
                event=kind,
                resource=str(resource),
                key=stored.key,
                uid=stored.uid,
                revision=self.revision,
            )
        change = StoreEvent(self.revision, kind, stored, previous, cause)
        history = collection.history
        if len(history) == history.maxlen:
            collection.compacted = history[0].revision
        history.append(change)
        for stream in list(collection.watchers):
            stream.deliver(change)
        if self.on_write is not None:
            self.on_write(resource, stored)
