"""Owners that the API server has denied: bounded, the least recently used goes.

Upstream: ``ReferenceCache`` in pkg/controller/garbagecollector/uid_cache.go
"""

from collections.abc import Iterator

import attrs

from gcmodel.objects.identity import ObjectReference, Uid

CAPACITY = 500


@attrs.define
class AbsentOwnerCache:
    """Remembers which owners are known not to exist.

    * **Safe**: a UID is never used twice, so an entry never turns wrong.
    * **Bounded**: beyond *capacity* the entry that was used longest ago is dropped.
    * **Touched by hits**: finding an entry makes it the most recent one.

    Attributes:
        by_uid: Know owners by UID alone, as before 1.20.
    """

    capacity: int = CAPACITY
    by_uid: bool = False
    _entries: dict[ObjectReference | Uid, None] = attrs.field(factory=dict, init=False)

    def __len__(self) -> int:
        """How many owners are remembered."""
        return len(self._entries)

    def __iter__(self) -> Iterator[ObjectReference | Uid]:
        """Walk the entries, the least recently used first."""
        return iter(self._entries)

    def add(self, owner: ObjectReference) -> None:
        """Remember that *owner* does not exist."""
        key = owner.uid if self.by_uid else owner
        self._entries.pop(key, None)
        self._entries[key] = None
        if len(self._entries) > self.capacity:
            del self._entries[next(iter(self._entries))]

    def has(self, owner: ObjectReference) -> bool:
        """Whether *owner* is known not to exist."""
        key = owner.uid if self.by_uid else owner
        if key not in self._entries:
            return False
        del self._entries[key]
        self._entries[key] = None
        return True
