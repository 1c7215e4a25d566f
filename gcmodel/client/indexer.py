"""The local copy of a collection, as far as the watch has brought it.

Upstream: client-go tools/cache/thread_safe_store.go
"""

from typing import Protocol

import attrs

from gcmodel.objects.metadata import KubeObject


class Cached(Protocol):
    """Read access to a local copy."""

    def get(self, namespace: str, name: str) -> KubeObject | None:
        """Return the cached object, or None."""

    def list(self, namespace: str = "") -> list[KubeObject]:
        """Return the cached objects of *namespace*, or all."""


@attrs.define(eq=False)
class Indexer:
    """Objects by key. It lags behind the server and never leads it."""

    _objects: dict[str, KubeObject] = attrs.field(factory=dict, init=False)

    def __len__(self) -> int:
        """How many objects are cached."""
        return len(self._objects)

    def find(self, key: str) -> KubeObject | None:
        """Return the cached object called ``namespace/name``, or None."""
        return self._objects.get(key)

    def get(self, namespace: str, name: str) -> KubeObject | None:
        """Return the cached object, or None."""
        return self._objects.get(f"{namespace}/{name}" if namespace else name)

    def list(self, namespace: str = "") -> list[KubeObject]:
        """Return the cached objects of *namespace*, or all, in the order they came."""
        if not namespace:
            return list(self._objects.values())
        return [one for one in self._objects.values() if one.namespace == namespace]

    def keys(self) -> tuple[str, ...]:
        """Return the keys in the order they came."""
        return tuple(self._objects)

    def store(self, seen: KubeObject) -> KubeObject | None:
        """Add or replace an object; return what was there before."""
        key = seen.key
        before = self._objects.get(key)
        self._objects[key] = seen
        return before

    def remove(self, key: str) -> KubeObject | None:
        """Drop an object; return it, or None if there was none."""
        return self._objects.pop(key, None)
