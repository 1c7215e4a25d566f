"""What an unquoted YAML word means to kubectl.

The rules are those of YAML 1.1 as kubectl applies them, which differ from PyYAML's:
``y`` and ``n`` are booleans, ``1e3`` is a number, dates and ``22:22`` are text.

Upstream: ``resolve`` in sigs.k8s.io/yaml goyaml.v2/resolve.go
"""

import base64
import binascii
import re
from typing import Any

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES"), True),
    **dict.fromkeys(("true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO"), False),
    **dict.fromkeys(("false", "False", "FALSE", "off", "Off", "OFF"), False),
}

_NOT_FINITE = {
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF"), float("inf")),
    **dict.fromkeys(("+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}

_START_OF_NUMBER = frozenset("+-.0123456789")
_INT = re.compile(
    r"(?P<sign>[-+]?)"
    r"(?:0[bB](?P<two>[01]+)|0[xX](?P<sixteen>[0-9a-fA-F]+)"
    r"|0[oO]?(?P<eight>[0-7]+)|(?P<ten>0|[1-9][0-9]*))"
)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASES = {"two": 2, "eight": 8, "ten": 10, "sixteen": 16}
_DIGITS_MAX = 400

_PREFIX = "tag:yaml.org,2002:"


def resolve(word: str) -> Any:
    """Return the null, boolean, number or string that the unquoted *word* means."""
    if word in _WORDS:
        return _WORDS[word]
    if word[0] not in _START_OF_NUMBER:
        return word
    if word in _NOT_FINITE:
        return _NOT_FINITE[word]
    # A point in front is a hint to Go that underscores are not for digits.
    digits = word if word[0] == "." else word.replace("_", "")
    if len(digits) > _DIGITS_MAX:
        return word
    if found := _INT.fullmatch(digits):
        base = str(found.lastgroup)
        return int(found["sign"] + found[base], _BASES[base])
    return float(digits) if _FLOAT.fullmatch(digits) else word


def tagged(tag: str, word: str) -> Any:
    """Return what *word* is under an explicit *tag*; tags unknown to YAML say nothing.

    Raises:
        ValueError: It cannot be that.
    """
    kind = tag.removeprefix(_PREFIX)
    if tag == kind or kind not in ("null", "bool", "int", "float", "binary"):
        return word
    if kind == "binary":
        return _binary(word)
    value = resolve(word)
    expected = {"null": type(None), "bool": bool, "int": int, "float": int | float}
    fits = isinstance(value, expected[kind])
    if not fits or (kind != "bool" and isinstance(value, bool)):
        raise ValueError(f"is not a !!{kind}")
    return value


def _binary(word: str) -> str:
    try:
        octets = base64.b64decode("".join(word.split()), validate=True)
    except binascii.Error as error:
        raise ValueError("is not a !!binary, which is base64") from error
    return octets.decode("utf-8", "replace")
