"""JSON of a dump, decoded: by the standard library, or by msgspec where there is one.

Either gives the same: what msgspec refuses is given to the standard library, whose
word is final.

Issue: msgspec is an accelerator, with the same result.
"""

import json
import re
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypedDict

DecodeMetadata = Callable[[bytes], Any]
"""Decodes one JSON value; ValueError, or RecursionError, if it is none."""

DEEP = "nests too deep: no Kubernetes object does; flatten it"


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"holds {name}: not a number of JSON; put it in quotes")


DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def decode_metadata(octets: bytes) -> Any:
    """Return the JSON value that *octets* are."""
    text = octets.decode().strip(" \t\r\n")
    value, end = DECODER.raw_decode(text)
    if end != len(text):
        raise json.JSONDecodeError("Extra data", text, end)
    return value


def problem_of(error: Exception) -> str:
    """Say what *error*, met in decoding, means: a verb and its rest."""
    match error:
        case UnicodeDecodeError():
            octet = f"0x{error.object[error.start]:02x}"
            return f"holds the byte {octet}: not UTF-8; save it as UTF-8"
        case json.JSONDecodeError():
            return (
                f"is not JSON: {error.msg}; check quotes, commas and brackets there, "
                "or dump it again"
            )
        case RecursionError():
            return DEEP
        case _ if str(error).startswith("holds "):
            return str(error)
        case _:
            return (
                "holds a number of too many digits: must be a number of 64 bits; "
                "put it in quotes"
            )


_DIGITS_MAX = sys.int_info.default_max_str_digits
_MANY_DIGITS = re.compile(rb"[0-9]{%d}" % _DIGITS_MAX)


class _Reference(TypedDict, total=False):
    apiVersion: str
    kind: str
    name: str
    uid: str
    controller: bool | None
    blockOwnerDeletion: bool | None


class Needed(TypedDict, total=False):
    """The metadata that are read; a decoder may pass over the rest."""

    name: str
    namespace: str
    uid: str
    ownerReferences: list[_Reference] | None
    finalizers: list[str] | None
    deletionTimestamp: str | None


def with_msgspec() -> DecodeMetadata:
    """Return a decoder of metadata that uses msgspec.

    Raises:
        ImportError: It is not installed.
    """
    msgspec: Any = import_module("msgspec")
    fast = msgspec.json.Decoder(Needed).decode
    refused = msgspec.MsgspecError

    def decode(octets: bytes) -> Any:
        # In what it passes over, msgspec does not look for what json would refuse.
        long = len(octets) > _DIGITS_MAX and _MANY_DIGITS.search(octets)
        if long or not octets.isascii():
            return decode_metadata(octets)
        try:
            return fast(octets)
        except (refused, UnicodeDecodeError, RecursionError):
            return decode_metadata(octets)

    return decode


def fastest() -> DecodeMetadata:
    """Return the fastest decoder of metadata that there is."""
    try:
        return with_msgspec()
    except ImportError:
        return decode_metadata
