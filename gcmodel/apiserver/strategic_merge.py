"""Strategic merge patches: merge maps, and lists by the keys of their elements.

* **Pure**: neither the object nor the patch is changed.
* **Keyed delete takes all**: ``$patch: delete`` removes every element with that key,
  so a good owner reference goes with a bad one that shares its UID.
* **New comes first**: elements that only the patch has stand before those that only
  the object has, unless the object's own order says otherwise.

Upstream: ``mergeMap`` and ``mergePatchIntoOriginal`` in apimachinery
pkg/util/strategicpatch/patch.go
"""

from typing import Any

import attrs

from gcmodel.apiserver import strategic_lists
from gcmodel.apiserver.merge_keys import ATOMIC, Path, list_rule
from gcmodel.errors import ApiError, api_error
from gcmodel.objects.go_values import plain
from gcmodel.objects.metadata import Json

PATCH = "$patch"
RETAIN_KEYS = "$retainKeys"
SET_ELEMENT_ORDER = "$setElementOrder/"
DELETE_FROM_PRIMITIVE_LIST = "$deleteFromPrimitiveList/"

_DIRECTIVE = "$"
_DELETE = "delete"
_REPLACE = "replace"
_MERGE = "merge"


@attrs.frozen
class StrategicMerge:
    """Merges patches into objects of one kind.

    Attributes:
        kind: Decides, together with a list's place, how the list is merged.
        removes_directives: Directives inside a value that the object lacks are
            obeyed (1.28), not stored with it: before that, deleting an owner
            reference from an object without any adds a broken one.
    """

    kind: str
    removes_directives: bool = True

    def merge(self, original: Json, patch: Json, path: Path = ()) -> Json:
        """Return *original* changed as *patch* says.

        Raises:
            BadRequestError: A directive has the wrong form.
            InternalServerError: A directive is unknown, or an element lacks its key.
        """
        if PATCH in patch:
            return _directed(patch)
        merged = _retained(original, patch)
        changes = {key: value for key, value in patch.items() if key != RETAIN_KEYS}
        for key in [key for key in changes if key.startswith(SET_ELEMENT_ORDER)]:
            self._order_list(merged, changes, key, path)
        for key, change in changes.items():
            self._change(merged, key, change, path)
        return merged

    def _change(self, merged: Json, key: str, change: Any, path: Path) -> None:
        """Apply the change of one key to *merged*, which is the caller's own."""
        deletes = key.startswith(DELETE_FROM_PRIMITIVE_LIST)
        key = key.removeprefix(DELETE_FROM_PRIMITIVE_LIST)
        if change is None:
            merged.pop(key, None)
        elif deletes:
            self._delete_scalars(merged, key, change)
        elif key not in merged:
            merged[key] = self._added(change)
        elif isinstance(merged[key], dict) and isinstance(change, dict):
            merged[key] = self.merge(merged[key], change, (*path, key))
        elif isinstance(merged[key], list) and isinstance(change, list):
            merged[key] = self._merge_list(merged[key], change, (*path, key))
        else:
            merged[key] = self._added(change)

    @staticmethod
    def _delete_scalars(merged: Json, key: str, unwanted: Any) -> None:
        if not isinstance(unwanted, list):
            raise bad_patch("invalid patch format of primitive list")
        present = merged.get(key)
        if isinstance(present, list):
            merged[key] = [item for item in present if item not in unwanted]

    def _merge_list(self, original: list[Any], patch: list[Any], path: Path) -> Any:
        rule = list_rule(self.kind, path)
        if rule is ATOMIC:
            return self._added(patch)
        if not original and not patch:
            return original
        if any(isinstance(item, list) for item in (*original, *patch)):
            raise api_error(422, "Invalid", _REJECTED)
        if not rule:
            return strategic_lists.merge_scalars(original, patch)
        kept, changes = self._obey(original, patch, rule)
        merged = list(kept)
        for change in changes:
            wanted = _key_of(change, rule)
            for index, item in enumerate(merged):
                if _key_of(item, rule) == wanted:
                    merged[index] = self.merge(item, change, path)
                    break
            else:
                merged.append(self._added(change))
        return strategic_lists.arrange(merged, changes, kept, rule)

    @staticmethod
    def _obey(
        original: list[Any], patch: list[Any], key: str
    ) -> tuple[list[Any], list[Any]]:
        """Carry out the directives in a list; return what is left to be merged."""
        kept, changes, replaces = original, [], False
        for item in patch:
            directive = item.get(PATCH) if isinstance(item, dict) else None
            if directive is None:
                changes.append(item)
            elif directive == _DELETE:
                wanted = _key_of(item, key)
                kept = [other for other in kept if _key_of(other, key) != wanted]
            elif directive == _REPLACE:
                replaces = True
            elif directive == _MERGE:
                raise raw("merging lists cannot yet be specified in the patch")
            else:
                raise _unknown(directive, item)
        return (changes, []) if replaces else (kept, changes)

    def _order_list(
        self, merged: Json, changes: Json, directive: str, path: Path
    ) -> None:
        """Merge one list and give it the order that the patch asks for."""
        order = changes.pop(directive)
        key = directive.removeprefix(SET_ELEMENT_ORDER)
        if not isinstance(order, list):
            raise bad_patch("invalid patch format of setElementOrder list")
        before = merged.get(key)
        if key in changes:
            self._change(merged, key, changes.pop(key), path)
        if not isinstance(merged.get(key), list):
            return
        rule = list_rule(self.kind, (*path, key)) or ""
        server_order = before if isinstance(before, list) else []
        merged[key] = strategic_lists.arrange(merged[key], order, server_order, rule)

    def _added(self, value: Any) -> Any:
        return without_directives(value) if self.removes_directives else value


_REJECTED = "the server rejected our request due to an error in our request"


def without_directives(value: Any) -> Any:
    """Return *value* as it is stored where nothing was: no directives, no nulls."""
    if isinstance(value, dict):
        if value.get(PATCH) == _DELETE:
            return {}
        return {
            key: without_directives(item)
            for key, item in value.items()
            if not key.startswith(_DIRECTIVE) and item is not None
        }
    if isinstance(value, list):
        return [without_directives(item) for item in value if not _is_command(item)]
    return value


def _is_command(item: Any) -> bool:
    """Whether a list's element is there only to say what becomes of others."""
    return isinstance(item, dict) and item.get(PATCH) in (_DELETE, _REPLACE)


def _directed(patch: Json) -> Json:
    directive = patch[PATCH]
    if directive == _REPLACE:
        return {key: value for key, value in patch.items() if key != PATCH}
    if directive == _DELETE:
        return {}
    raise _unknown(directive, patch)


def _retained(original: Json, patch: Json) -> Json:
    """Return a copy of *original* with only the keys that the patch retains."""
    if RETAIN_KEYS not in patch:
        return dict(original)
    retained = patch[RETAIN_KEYS]
    named = [
        key
        for key, value in patch.items()
        if value is not None and not key.startswith(_DIRECTIVE)
    ]
    if not isinstance(retained, list) or any(key not in retained for key in named):
        raise bad_patch("invalid patch format of retainKeys")
    return {key: value for key, value in original.items() if key in retained}


def _key_of(item: Any, key: str) -> Any:
    if not isinstance(item, dict) or key not in item:
        shown = plain(item)
        raise raw(f"map: {shown} does not contain declared merge key: {key}")
    return item[key]


def _unknown(directive: Any, patch: Json) -> ApiError:
    return raw(f"unknown patch type: {plain(directive)} in map: {plain(patch)}")


def bad_patch(text: str) -> ApiError:
    """A patch that is not formed as its language asks."""
    return api_error(400, "BadRequest", text)


def raw(text: str) -> ApiError:
    """An error that upstream passes on as it is: 500 without a reason."""
    return api_error(500, "", text)
