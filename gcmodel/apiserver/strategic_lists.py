"""The order of a list after a strategic merge: the patch's, then the server's.

Upstream: ``normalizeElementOrder`` and ``mergeSortedSlice`` in apimachinery
pkg/util/strategicpatch/patch.go
"""

from typing import Any

List = list[Any]


def merge_scalars(original: List, patch: List) -> List:
    """Return the union of two lists of scalars; the patch's elements come first."""
    union: List = []
    for item in (*original, *patch):
        if item not in union:
            union.append(item)
    return arrange(union, patch, original, "")


def arrange(merged: List, patch_order: List, server_order: List, key: str) -> List:
    """Return *merged* in order.

    * **Patch first**: elements named in *patch_order* keep its order.
    * **Server next**: the others keep that of *server_order*, and one of them goes
      before a patched element only if the server had both, in that order.

    Args:
        merged: What is in the list.
        patch_order: Elements as the patch lists them.
        server_order: Elements as the object listed them.
        key: The field that elements are known by; empty for scalars.
    """
    named = [_identity(item, key) for item in patch_order]
    known = [_identity(item, key) for item in server_order]
    patched = [item for item in merged if _identity(item, key) in named]
    others = [item for item in merged if _identity(item, key) not in named]
    patched.sort(key=lambda item: named.index(_identity(item, key)))
    others.sort(key=lambda item: _place(known, _identity(item, key)))
    return _interleave(others, patched, known, key)


def _interleave(others: List, patched: List, known: List, key: str) -> List:
    result: List = []
    waiting = list(others)
    for item in patched:
        place = _place(known, _identity(item, key))
        while waiting and _place(known, _identity(waiting[0], key)) < place < len(
            known
        ):
            result.append(waiting.pop(0))
        result.append(item)
    return result + waiting


def _place(known: List, identity: Any) -> int:
    return known.index(identity) if identity in known else len(known)


def _identity(item: Any, key: str) -> Any:
    return item.get(key) if key and isinstance(item, dict) else item
