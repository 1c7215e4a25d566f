"""Whether objects on the wire have the types that the server decodes them into.

Nothing else looks at a request before this, so that all later rules can rely on it.

Upstream: ``Unmarshal`` in sigs.k8s.io/json, and ``transformDecodeError`` in apiserver
pkg/endpoints/handlers/rest.go
"""

from typing import Any

from gcmodel.apiserver.field_shapes import (
    ARRAY,
    BOOL,
    INT_OR_STRING,
    NUMBER,
    OBJECT,
    STRING,
    TIME,
    Shape,
    field_names,
    shape_of,
    top_level,
)
from gcmodel.errors import ApiError, api_error
from gcmodel.objects.go_times import time_problem
from gcmodel.objects.go_values import to_json
from gcmodel.objects.identity import GroupVersion
from gcmodel.objects.metadata import Json

_ZERO: dict[str, Any] = {STRING: "", NUMBER: 0, BOOL: False}
_SUMMARY_BYTES = 30
_INTEGERS = {"int32": range(-(2**31), 2**31), "int64": range(-(2**63), 2**63)}
_INTEGER = "int32"
"""What a number or string is read into if it is a number."""

_TYPE_META = (
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; '
    'Kind string "json:\\"kind,omitempty\\"" }'
)


class ShapeError(ValueError):
    """A value has the wrong type; the message is the decoder's."""


def check_shape(wire: Any, *, custom: bool = False, expected: str = "") -> Json:
    """Return *wire* with its nulls read as the server reads them.

    Fields at the top that the kind does not have are gone, as they are once they have
    been read into a struct.

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
            problem = _cannot(wire[field], f".{field}", shape_of("string"))
            text = f"couldn't get version/kind; json parse error: {problem}"
            raise ShapeError(text)
    kind = wire.get("kind", "")
    if custom and not kind:
        raise ShapeError(f"Object 'Kind' is missing in '{to_json(wire)}'")
    if custom:
        shapes = {"metadata": shape_of("v1.ObjectMeta")}
    else:
        version = GroupVersion.parse(wire.get("apiVersion", "")).version
        shapes = top_level(kind, version)
        wire = _known(wire, kind)
    return _fields(wire, shapes, (), kind)


def _known(wire: Json, kind: str) -> Json:
    """Return *wire* without what the struct of *kind* has no field for."""
    names = field_names(kind)
    if names is None:
        return wire
    return {key: value for key, value in wire.items() if key in names}


def _read(value: Any, shape: Shape, path: tuple[str, ...], struct: str) -> Any:
    if value is None:
        return None if shape.pointer else _ZERO.get(shape.kind)
    if shape.kind == TIME:
        return _time(value)
    if shape.kind == INT_OR_STRING:
        return _int_or_string(value, shape)
    if _kind_of(value) != shape.kind or not _fits(value, shape.go_type):
        raise ShapeError(_cannot(value, f"{struct}.{'.'.join(path)}", shape))
    if shape.fields is not None:
        return _fields(value, shape.fields, path, shape.struct)
    if shape.items is None:
        return value
    if isinstance(value, list):
        return [_element(item, shape.items, path, struct) for item in value]
    return {
        key: _element(item, shape.items, path, struct) for key, item in value.items()
    }


def _fits(value: Any, go_type: str) -> bool:
    integers = _INTEGERS.get(go_type)
    return integers is None or (not isinstance(value, float) and value in integers)


def _int_or_string(value: Any, shape: Shape) -> Any:
    kind = _kind_of(value)
    quantity = shape.go_type == "resource.Quantity"
    if kind == STRING or (kind == NUMBER and (quantity or _fits(value, _INTEGER))):
        return value
    said = f"number {value}" if kind == NUMBER else kind
    text = f"json: cannot unmarshal {said} into Go value of type {_INTEGER}"
    raise ShapeError(text)


def _element(value: Any, shape: Shape, path: tuple[str, ...], struct: str) -> Any:
    if value is None and shape.fields is not None:
        return {}
    return _read(value, shape, path, struct)


def _fields(
    value: Json, shapes: dict[str, Shape], path: tuple[str, ...], struct: str
) -> Json:
    return {
        key: _read(item, shapes[key], (*path, key), struct) if key in shapes else item
        for key, item in value.items()
        if not (item is None and key in shapes and _is_left_out(shapes[key]))
    }


def _is_left_out(shape: Shape) -> bool:
    # A struct is not, but nobody tells an empty one from none.
    return shape.kind != TIME and (shape.pointer or shape.kind not in _ZERO)


def _kind_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return BOOL
    kinds = ((str, STRING), (int | float, NUMBER), (list, ARRAY), (dict, OBJECT))
    return next((kind for type_, kind in kinds if isinstance(value, type_)), "value")


def _cannot(value: Any, place: str, shape: Shape) -> str:
    kind = _kind_of(value)
    if kind == shape.kind == NUMBER:
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
