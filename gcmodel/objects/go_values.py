r"""How Go prints values inside messages: ``%q``, ``%#v``, and ``json.Marshal``.

Upstream: ``strconv.Quote``, ``fmt`` and ``encoding/json`` in Go's library
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs

from gcmodel.objects.metadata import OwnerReference, rfc3339

_FIRST_ADDRESS = 0xC000012000
_SHORT_ESCAPES = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    '"': '\\"',
    "\\": "\\\\",
}
_JSON_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


@attrs.frozen
class Timestamp:
    """A moment as Go's ``Time`` prints it; None is the zero time.

    Attributes:
        seconds: Since the Unix epoch.
    """

    seconds: int | None

    def __str__(self) -> str:
        """Render like ``1970-01-01 00:16:40 +0000 UTC``."""
        if self.seconds is None:
            return "0001-01-01 00:00:00 +0000 UTC"
        moment = datetime.fromtimestamp(self.seconds, tz=UTC)
        return moment.strftime("%Y-%m-%d %H:%M:%S +0000 UTC")


@attrs.frozen
class Unsigned:
    """An unsigned integer, which ``%#v`` prints in hexadecimal."""

    number: int


@attrs.frozen
class Printed:
    """A struct that no type here stands for.

    Attributes:
        go: As ``%#v`` prints it.
        wire: As JSON.
    """

    go: str
    wire: Any


class _Addresses:
    """Hands out the made-up addresses of the pointers inside one value."""

    def __init__(self) -> None:
        self._next = _FIRST_ADDRESS

    def take(self) -> str:
        address, self._next = self._next, self._next + 1
        return hex(address)


def quote(text: str) -> str:
    r"""Render *text* as ``%q`` does.

    >>> print(quote('say "hi"'))
    "say \"hi\""
    """
    return '"' + "".join(_quoted(character) for character in text) + '"'


def _quoted(character: str) -> str:
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x80:  # noqa: PLR2004  (ASCII)
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def render(value: Any, *, composite_as_json: bool = False) -> str:
    """Render *value* as a field error shows it.

    * **Nothing is text**: None, a nil pointer upstream, prints as the string null,
      quotes included.
    * **Simple is plain**: numbers, booleans and strings never look otherwise.

    Args:
        value: A string, number, boolean, None, Timestamp, Unsigned, OwnerReference,
            Printed, or a list or mapping of these.
        composite_as_json: Print all that is not simple as JSON (1.34), in place
            of Go syntax.
    """
    if value is None:
        return quote("null")
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, bool):
        return _bool(value=value)
    if isinstance(value, int | float):
        return str(value)
    if composite_as_json:
        return to_json(value)
    return _go_syntax(value, _Addresses())


def _bool(*, value: bool) -> str:
    return "true" if value else "false"


def _go_syntax(value: Any, addresses: _Addresses) -> str:
    if isinstance(value, Timestamp):
        return str(value)
    if isinstance(value, Unsigned):
        return hex(value.number)
    if isinstance(value, OwnerReference):
        return _owner_reference(value, addresses)
    if isinstance(value, Printed):
        return value.go
    if isinstance(value, Mapping):
        return _mapping(value, addresses)
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = ", ".join(_go_syntax(item, addresses) for item in value)
        return f"{_element_type(value)}{{{items}}}"
    return "interface {}(nil)" if value is None else render(value)


def _mapping(value: Mapping[str, Any], addresses: _Addresses) -> str:
    strings = all(isinstance(item, str) for item in value.values())
    kind = "map[string]string" if strings else "map[string]interface {}"
    items = (f"{quote(k)}:{_go_syntax(value[k], addresses)}" for k in sorted(value))
    return f"{kind}{{{', '.join(items)}}}"


def _element_type(value: Sequence[Any]) -> str:
    if value and all(isinstance(item, OwnerReference) for item in value):
        return "[]v1.OwnerReference"
    strings = all(isinstance(item, str) for item in value)
    return "[]string" if strings else "[]interface {}"


def _owner_reference(reference: OwnerReference, addresses: _Addresses) -> str:
    return (
        f"v1.OwnerReference{{APIVersion:{quote(reference.api_version)}, "
        f"Kind:{quote(reference.kind)}, Name:{quote(reference.name)}, "
        f"UID:{quote(reference.uid)}, "
        f"Controller:{_bool_pointer(reference.controller, addresses)}, "
        "BlockOwnerDeletion:"
        f"{_bool_pointer(reference.block_owner_deletion, addresses)}}}"
    )


def _bool_pointer(value: bool | None, addresses: _Addresses) -> str:  # noqa: FBT001
    return f"(*bool)({'nil' if value is None else addresses.take()})"


def to_json(value: Any) -> str:
    """Render *value* as ``json.Marshal`` does: no spaces, and no HTML."""
    text = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))
    return "".join(_JSON_ESCAPES.get(character, character) for character in text)


def _plain(value: Any) -> Any:
    if isinstance(value, Timestamp):
        return rfc3339(value.seconds) or None
    if isinstance(value, Unsigned):
        return value.number
    if isinstance(value, OwnerReference):
        return value.to_dict()
    if isinstance(value, Printed):
        return _plain(value.wire)
    if isinstance(value, Mapping):
        return {key: _plain(value[key]) for key in sorted(value)}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value


def plain(value: Any) -> str:
    """Render JSON as ``%v`` does: maps as ``map[key:value]``, their keys in order.

    >>> plain({"uid": "x", "list": [1, True, None]})
    'map[list:[1 true <nil>] uid:x]'
    """
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return _bool(value=value)
    if isinstance(value, Mapping):
        items = (f"{key}:{plain(value[key])}" for key in sorted(value))
        return f"map[{' '.join(items)}]"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{' '.join(plain(item) for item in value)}]"
    return str(value)
