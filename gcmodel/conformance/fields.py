"""Fields of a recording, each looked at before anything relies on what it is."""

import json
from typing import Any

from gcmodel.objects.metadata import Json

_NAMES: dict[type, str] = {
    str: "a string",
    dict: "an object",
    list: "a list",
    bool: "true or false",
    int: "a whole number of 64 bits",
}
_INT64 = range(-(2**63), 2**63)


class MalformedError(Exception):
    """A line is no program; the text says what must be otherwise."""


def required(wire: Json, key: str, kind: type, where: str = "") -> Any:
    """Return the value of *key*.

    Args:
        wire: What the key is looked for in.
        key: Its name.
        kind: What the value must be.
        where: What precedes the key in a message.

    Raises:
        MalformedError: There is none, or it is of another type.
    """
    if key not in wire:
        raise MalformedError(f"{where}{key}: missing")
    _check(wire[key], kind, f"{where}{key}")
    return wire[key]


def optional(wire: Json, key: str, kind: type, where: str = "") -> Any:
    """Return the value of *key*, or None if it is null or left out.

    Raises:
        MalformedError: It is of another type.
    """
    value = wire.get(key)
    if value is not None:
        _check(value, kind, f"{where}{key}")
    return value


def each(found: list[Any], kind: type, where: str) -> list[Any]:
    """Return *found*.

    Raises:
        MalformedError: One of its values is of another type.
    """
    for index, one in enumerate(found):
        _check(one, kind, f"{where}[{index}]")
    return found


def _check(value: Any, kind: type, where: str) -> None:
    if not _fits(value, kind):
        shown = json.dumps(value)[:60]
        raise MalformedError(f"{where}={shown}: must be {_NAMES[kind]}")


def _fits(value: Any, kind: type) -> bool:
    if kind is int:
        # Python takes true for a number, and has numbers of any length.
        return type(value) is int and value in _INT64
    return isinstance(value, kind)
