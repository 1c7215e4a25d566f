"""JSON patches (RFC 6902): operations at places, all of them or none.

* **Pure**: the document is not changed; the result shares what it leaves alone.
* **All or nothing**: the first operation that cannot be done ends it.

Upstream: github.com/evanphx/json-patch, as the server uses it
"""

import copy
from collections.abc import Callable
from typing import Any

from gcmodel.objects.metadata import Json

_ABSENT = object()


class JsonPatchError(ValueError):
    """An operation cannot be done, or a test failed."""


def apply_json_patch(document: Any, operations: list[Any]) -> Any:
    """Return *document* after *operations*.

    Raises:
        JsonPatchError: Which operation, and why.
    """
    result = copy.deepcopy(document)
    for operation in operations:
        result = _operate(result, operation)
    return result


def well_formed(operations: Any) -> bool:
    """Whether *operations* are a list of objects, as the language asks."""
    return isinstance(operations, list) and all(
        isinstance(operation, dict) for operation in operations
    )


def _operate(document: Any, operation: Json) -> Any:
    name = operation.get("op")
    act = _OPERATIONS.get(name) if isinstance(name, str) else None
    if act is None:
        raise JsonPatchError(f"Unexpected kind: {name}")
    return act(document, operation)


def _add(document: Any, operation: Json) -> Any:
    return _put(document, _pointer(operation, "path"), _value(operation))


def _remove(document: Any, operation: Json) -> Any:
    path = _pointer(operation, "path")
    parent = _parent(document, path, "remove")
    key = path[-1]
    if _member(parent, key) is _ABSENT:
        raise _does_not_apply("remove", path)
    del parent[key if isinstance(parent, dict) else int(key)]
    return document


def _replace(document: Any, operation: Json) -> Any:
    path = _pointer(operation, "path")
    if not path:
        return _value(operation)
    parent = _parent(document, path, "replace")
    if _member(parent, path[-1]) is _ABSENT:
        raise _does_not_apply("replace", path)
    key = path[-1]
    parent[key if isinstance(parent, dict) else int(key)] = _value(operation)
    return document


def _move(document: Any, operation: Json) -> Any:
    source = _pointer(operation, "from")
    target = _pointer(operation, "path")
    if target[: len(source)] == source and target != source:
        raise _does_not_apply("move", target)
    value = _get(document, source, "move")
    return _put(_remove(document, {"path": operation["from"]}), target, value)


def _copy(document: Any, operation: Json) -> Any:
    value = _get(document, _pointer(operation, "from"), "copy")
    return _put(document, _pointer(operation, "path"), copy.deepcopy(value))


def _test(document: Any, operation: Json) -> Any:
    path = _pointer(operation, "path")
    if not _same(_get(document, path, "test"), _value(operation)):
        raise JsonPatchError(f"testing value {_shown(path)} failed")
    return document


_OPERATIONS: dict[str, Callable[[Any, Json], Any]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}


def _same(one: Any, other: Any) -> bool:
    """Compare as JSON does: true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            _same(value, other[key]) for key, value in one.items()
        )
    if isinstance(one, list) and isinstance(other, list):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(_same(a, b) for a, b in pairs)
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _pointer(operation: Json, field: str) -> tuple[str, ...]:
    text = operation.get(field)
    if not isinstance(text, str) or (text and not text.startswith("/")):
        name = operation.get("op", "remove")
        raise JsonPatchError(f"{name} operation does not apply: no valid {field}")
    parts = text.split("/")[1:]
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)


def _value(operation: Json) -> Any:
    if "value" not in operation:
        name = operation.get("op")
        raise JsonPatchError(f"{name} operation does not apply: no value")
    return copy.deepcopy(operation["value"])


def _put(document: Any, path: tuple[str, ...], value: Any) -> Any:
    if not path:
        return value
    parent, key = _parent(document, path, "add"), path[-1]
    if isinstance(parent, dict):
        parent[key] = value
        return document
    index = len(parent) if key == "-" else _index(key)
    if index is None or index > len(parent):
        raise _does_not_apply("add", path)
    parent.insert(index, value)
    return document


def _parent(document: Any, path: tuple[str, ...], name: str) -> Any:
    if not path:
        raise _does_not_apply(name, path)
    parent = _get(document, path[:-1], name)
    if not isinstance(parent, dict | list):
        raise _does_not_apply(name, path)
    return parent


def _get(document: Any, path: tuple[str, ...], name: str) -> Any:
    for key in path:
        document = _member(document, key)
        if document is _ABSENT:
            raise _does_not_apply(name, path)
    return document


def _member(parent: Any, key: str) -> Any:
    if isinstance(parent, dict):
        return parent.get(key, _ABSENT)
    if isinstance(parent, list):
        index = _index(key)
        if index is not None and index < len(parent):
            return parent[index]
    return _ABSENT


def _index(key: str) -> int | None:
    plain = key.isascii() and key.isdigit() and (key == "0" or key[0] != "0")
    return int(key) if plain else None


def _does_not_apply(name: str, path: tuple[str, ...]) -> JsonPatchError:
    return JsonPatchError(
        f"{name} operation does not apply: doc is missing path: {_shown(path)}"
    )


def _shown(path: tuple[str, ...]) -> str:
    parts = (part.replace("~", "~0").replace("/", "~1") for part in path)
    return "".join(f"/{part}" for part in parts)
