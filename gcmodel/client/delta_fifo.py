"""Changes between reflector and informer: a queue that knows objects by key.

Upstream: ``DeltaFIFO`` in client-go tools/cache/delta_fifo.go; ``RealFIFO`` in
client-go tools/cache/the_real_fifo.go
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Literal

import attrs

from gcmodel.client.indexer import Indexer
from gcmodel.objects.metadata import KubeObject

DeltaType = Literal["Added", "Updated", "Deleted", "Replaced", "Sync"]


@attrs.frozen
class Delta:
    """One change to one object.

    Attributes:
        tombstone: The deletion was missed by the watch; *object* is the last state
            that was known.
        cause: The trace record of the write, 0 if a list brought it.
    """

    type: DeltaType
    object: KubeObject
    cause: int = 0
    tombstone: bool = False


@attrs.define(eq=False)
class DeltaFifo:
    """Changes grouped by key, handed out key by key.

    * **Grouped**: all changes of one key are handed out together, so changes of
      one key may overtake those of another.
    * **Compressed**: two deletions in a row count as one; nothing else is lost.
    * **Counted**: ``has_synced`` is true once everything that the first list
      brought has been handed out, and stays true.
    """

    known: Indexer
    filled: Callable[[], None]
    relist_type: DeltaType = "Replaced"
    in_order: bool = False
    """Hand out single changes in arrival order instead (1.33 and later)."""
    atomic: bool = False
    """Hand out all that a list says at once; needs *in_order* (1.36 and later)."""
    populated: bool = attrs.field(default=False, init=False)
    _initial_count: int = attrs.field(default=0, init=False)
    _queue: deque[str] = attrs.field(factory=deque, init=False)
    _deltas: dict[str, list[Delta]] = attrs.field(factory=dict, init=False)
    _stream: deque[list[Delta]] = attrs.field(factory=deque, init=False)

    def __len__(self) -> int:
        """How many keys, or changes, wait; an atomic list counts as one."""
        return len(self._stream) if self.in_order else len(self._queue)

    @property
    def has_synced(self) -> bool:
        """Whether the first list has been handed out."""
        return self.populated and self._initial_count == 0

    def add(self, delta: Delta) -> None:
        """Queue one change that the watch brought."""
        self.populated = True
        if delta.type == "Deleted" and not self._is_known(delta.object.key):
            return
        self._push(delta)

    def replace(self, listed: Iterable[KubeObject]) -> None:
        """Queue what a list says: its objects, and the absence of all others."""
        deltas = [Delta(self.relist_type, found) for found in listed]
        keys = {delta.object.key for delta in deltas}
        for key in dict.fromkeys((*self._pending_keys(), *self.known.keys())):
            last = None if key in keys else self._last_known(key)
            if last is not None:
                deltas.append(Delta("Deleted", last, tombstone=True))
        if self.atomic and deltas:
            self._stream.append(deltas)
            self.filled()
        else:
            for delta in deltas:
                self._push(delta)
        if not self.populated:
            self.populated = True
            self._initial_count = len(self)

    def pop(self) -> list[Delta]:
        """Hand out the changes of the oldest key, or the oldest change or list."""
        if self._initial_count:
            self._initial_count -= 1
        if self.in_order:
            return self._stream.popleft()
        return self._deltas.pop(self._queue.popleft())

    def _push(self, delta: Delta) -> None:
        if self.in_order:
            self._stream.append([delta])
        else:
            key = delta.object.key
            queued = self._deltas.get(key)
            if queued is None:
                self._deltas[key] = [delta]
                self._queue.append(key)
            elif queued[-1].type == "Deleted" and delta.type == "Deleted":
                if queued[-1].tombstone:
                    queued[-1] = delta
            else:
                queued.append(delta)
        self.filled()

    def _is_known(self, key: str) -> bool:
        return self.known.find(key) is not None or key in self._pending_keys()

    def _pending_keys(self) -> list[str]:
        if self.in_order:
            return list(dict.fromkeys(delta.object.key for delta in self._waiting()))
        return list(self._queue)

    def _last_known(self, key: str) -> KubeObject | None:
        if not self.in_order and key in self._deltas:
            newest = self._deltas[key][-1]
            return newest.object
        for delta in reversed(self._waiting()):
            if delta.object.key == key:
                return None if delta.type == "Deleted" else delta.object
        return self.known.find(key)

    def _waiting(self) -> list[Delta]:
        return [delta for deltas in self._stream for delta in deltas]
