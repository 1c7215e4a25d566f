"""Whether metadata on the wire have the types that the server decodes them into.

Nothing else looks at a request before this, so that all later rules can rely on it.

Upstream: ``Unmarshal`` in sigs.k8s.io/json, and ``transformDecodeError`` in apiserver
pkg/endpoints/handlers/rest.go
"""

from collections.abc import Mapping
from typing import Any

import attrs

from gcmodel.errors import ApiError, api_error
from gcmodel.objects.go_times import time_problem
from gcmodel.objects.go_values import to_json
from gcmodel.objects.identity import GroupVersion
from gcmodel.objects.metadata import Json

_STRING, _NUMBER, _BOOL = "string", "number", "bool"
_ARRAY, _OBJECT, _TIME = "array", "object", "time"
_ZERO: dict[str, Any] = {_STRING: "", _NUMBER: 0, _BOOL: False}
_SUMMARY_BYTES = 30
_INT64 = range(-(2**63), 2**63)
_TYPE_META = (
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; '
    'Kind string "json:\\"kind,omitempty\\"" }'
)


class ShapeError(ValueError):
    """A value has the wrong type; the message is the decoder's."""


@attrs.frozen
class Shape:
    """What one value must look like.

    Attributes:
        kind: The JSON type, or a time.
        go_type: What the decoder reads it into.
        items: The shape of the elements, or of the values of a map.
        fields: The shapes of the known fields of a struct.
        struct: The struct's name.
        pointer: Null is a value of its own here, not the zero value.
    """

    kind: str
    go_type: str
    items: "Shape | None" = None
    fields: Mapping[str, "Shape"] | None = None
    struct: str = ""
    pointer: bool = False


_TEXT = Shape(_STRING, "string")
_UID = Shape(_STRING, "types.UID")
_INTEGER = Shape(_NUMBER, "int64")
_FLAG = Shape(_BOOL, "bool", pointer=True)
_MOMENT = Shape(_TIME, "v1.Time", pointer=True)
_TEXT_MAP = Shape(_OBJECT, "map[string]string", items=_TEXT)
_OWNER_REFERENCE = Shape(
    _OBJECT,
    "v1.OwnerReference",
    struct="OwnerReference",
    fields={
        "apiVersion": _TEXT,
        "kind": _TEXT,
        "name": _TEXT,
        "uid": _UID,
        "controller": _FLAG,
        "blockOwnerDeletion": _FLAG,
    },
)
_OBJECT_META = Shape(
    _OBJECT,
    "v1.ObjectMeta",
    struct="ObjectMeta",
    fields={
        "name": _TEXT,
        "generateName": _TEXT,
        "namespace": _TEXT,
        "selfLink": _TEXT,
        "uid": _UID,
        "resourceVersion": _TEXT,
        "generation": _INTEGER,
        "creationTimestamp": _MOMENT,
        "deletionTimestamp": _MOMENT,
        "deletionGracePeriodSeconds": attrs.evolve(_INTEGER, pointer=True),
        "labels": _TEXT_MAP,
        "annotations": _TEXT_MAP,
        "ownerReferences": Shape(_ARRAY, "[]v1.OwnerReference", items=_OWNER_REFERENCE),
        "finalizers": Shape(_ARRAY, "[]string", items=_TEXT),
    },
)


def check_shape(wire: Any, *, custom: bool = False, expected: str = "") -> Json:
    """Return *wire* with the nulls in its metadata read as the server reads them.

    Args:
        wire: The body of a request.
        custom: The kind is a custom resource: only its schema judges its spec.
        expected: The kind that the endpoint takes; empty for the body's own.

    Raises:
        BadRequestError: The first value, in the order of the document, that has the
            wrong type.
    """
    try:
        return decode(wire, custom=custom)
    except ShapeError as error:
        raise _bad_request(wire, str(error), expected) from error


def decode(wire: Any, *, custom: bool = False) -> Json:
    """Do what :func:`check_shape` does, with the decoder's bare words.

    Raises:
        ShapeError: The first value that has the wrong type.
    """
    if not isinstance(wire, dict):
        raise ShapeError(
            "couldn't get version/kind; json parse error: json: cannot unmarshal "
            f"{_kind_of(wire)} into Go value of type {_TYPE_META}"
        )
    for field in ("apiVersion", "kind"):
        if not isinstance(wire.get(field, ""), str):
            problem = _cannot(wire[field], f".{field}", _TEXT)
            text = f"couldn't get version/kind; json parse error: {problem}"
            raise ShapeError(text)
    kind = wire.get("kind", "")
    if custom and not kind:
        raise ShapeError(f"Object 'Kind' is missing in '{to_json(wire)}'")
    shapes = {"metadata": _OBJECT_META}
    if not custom:
        version = GroupVersion.parse(wire.get("apiVersion", "")).version
        shapes["spec"] = Shape(_OBJECT, f"{version}.{kind}Spec")
        shapes["status"] = Shape(_OBJECT, f"{version}.{kind}Status")
    return {
        key: _read(value, shapes[key], (key,), kind) if key in shapes else value
        for key, value in wire.items()
    }


def _read(value: Any, shape: Shape, path: tuple[str, ...], struct: str) -> Any:
    if value is None:
        return None if shape.pointer else _ZERO.get(shape.kind)
    if shape.kind == _TIME:
        return _time(value)
    if _kind_of(value) != shape.kind:
        raise ShapeError(_cannot(value, f"{struct}.{'.'.join(path)}", shape))
    if shape.kind == _NUMBER and (isinstance(value, float) or value not in _INT64):
        raise ShapeError(_cannot(value, f"{struct}.{'.'.join(path)}", shape))
    if shape.fields is not None:
        return _fields(value, shape, path)
    if shape.items is None:
        return value
    if isinstance(value, list):
        return [_element(item, shape.items, path, struct) for item in value]
    return {
        key: _element(item, shape.items, path, struct) for key, item in value.items()
    }


def _element(value: Any, shape: Shape, path: tuple[str, ...], struct: str) -> Any:
    if value is None and shape.fields is not None:
        return {}
    return _read(value, shape, path, struct)


def _fields(value: Json, shape: Shape, path: tuple[str, ...]) -> Json:
    known = shape.fields or {}
    return {
        key: _read(item, known[key], (*path, key), shape.struct)
        if key in known
        else item
        for key, item in value.items()
    }


def _kind_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return _BOOL
    kinds = ((str, _STRING), (int | float, _NUMBER), (list, _ARRAY), (dict, _OBJECT))
    return next((kind for type_, kind in kinds if isinstance(value, type_)), "value")


def _cannot(value: Any, place: str, shape: Shape) -> str:
    kind = _kind_of(value)
    if kind == shape.kind == _NUMBER:
        kind = f"number {value}"
    return (
        f"json: cannot unmarshal {kind} into Go struct field {place} "
        f"of type {shape.go_type}"
    )


def _time(value: Any) -> str:
    if not isinstance(value, str):
        kind = _kind_of(value)
        text = f"json: cannot unmarshal {kind} into Go value of type string"
        raise ShapeError(text)
    if problem := time_problem(value):
        raise ShapeError(problem)
    return value


def _bad_request(wire: Any, problem: str, expected: str) -> ApiError:
    kind = wire.get("kind") if isinstance(wire, dict) else None
    if isinstance(kind, str) and kind:
        version = GroupVersion.parse(str(wire.get("apiVersion", ""))).version
        problem = (
            f'{kind} in version "{version}" cannot be handled as a '
            f"{expected or kind}: {problem}"
        )
    elif expected:
        problem = (
            f"the object provided is unrecognized (must be of type {expected}): "
            f"{problem} ({_summary(wire)})"
        )
    return api_error(400, "BadRequest", problem)


def _summary(wire: Any) -> str:
    # What does not look like JSON is shown as bytes.
    text = to_json(wire)
    shown = text if text.startswith("{") else text.encode().hex()
    length = _SUMMARY_BYTES if shown == text else 2 * _SUMMARY_BYTES
    return f"{shown[:length]} ..." if len(shown) > length else shown
