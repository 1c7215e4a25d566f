"""Plain JSON, in the sense in which a Kubernetes object holds it."""

import math
from collections.abc import Mapping
from typing import Any

from gcmodel.objects.places import Place, shown

DEPTH_MAX = 100
"""How deep a manifest may nest. Schemas of custom resources reach 40 or so."""

_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1


def plain(value: Any, place: Place, depth_left: int = DEPTH_MAX) -> Any:
    """Return a copy of *value* that shares nothing with it.

    Numbers become what they are after a trip through a server: whole ones integers
    of 64 bits if they fit, all others floats. Half characters (lone surrogates)
    become U+FFFD, as in Go.

    Raises:
        UsageError: It is not JSON, or it nests too deep.
    """
    match value:
        case None | bool():
            return value
        case str():
            return _text(value)
        case int() | float():
            return _number(value, place)
        case Mapping():
            return _object(value, place, depth_left)
        case list() | tuple():
            if not depth_left:
                raise too_deep(place)
            return [
                plain(child, place.at(index), depth_left - 1)
                for index, child in enumerate(value)
            ]
        case _:
            raise place.error(
                f"is {shown(value)}: must be JSON; "
                "use strings, numbers, booleans, null, lists and objects"
            )


def too_deep(place: Place) -> Exception:
    """Return the complaint about nesting at *place*."""
    parts = place.path
    near = Place(place.origin, place.line, place.document, place.documents, parts[:3])
    return near.error(
        f"nests deeper than {DEPTH_MAX} levels: no Kubernetes object does; flatten it"
    )


def not_finite(place: Place, number: object) -> Exception:
    """Return the complaint about a *number* that JSON does not have."""
    return place.error(
        f"is {number}: must be a finite number; put it in quotes if it is text"
    )


def _object(value: Mapping[Any, Any], place: Place, depth_left: int) -> dict[str, Any]:
    if not depth_left:
        raise too_deep(place)
    copy = {}
    for key, child in value.items():
        if not isinstance(key, str):
            raise place.error(
                f"has a key that is {shown(key)}: must be a string; put it in quotes"
            )
        copy[_text(key)] = plain(child, place.at(key), depth_left - 1)
    return copy


def _text(value: str) -> str:
    text = str(value)
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _number(value: float, place: Place) -> int | float:
    try:
        as_float = float(value)
    except OverflowError:
        raise not_finite(place, "a number beyond all floats") from None
    if not math.isfinite(as_float):
        raise not_finite(place, as_float)
    if as_float.is_integer() and _INT_MIN <= int(value) <= _INT_MAX:
        return int(value)
    return as_float
