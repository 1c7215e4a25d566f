"""Integer nanoseconds, as Go's durations: two that should be equal are.

Upstream: none; the text forms follow Go's time.ParseDuration and Duration.String
"""

import re
from fractions import Fraction

from gcmodel.errors import UsageError

MICROSECOND = 1_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

_UNITS = {
    "ns": 1,
    "us": MICROSECOND,
    "µs": MICROSECOND,
    "ms": MILLISECOND,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
}
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")


def parse_duration(value: str | float, name: str = "duration") -> int:
    """Return *value* in nanoseconds.

    Args:
        value: Text such as ``90s``, ``1m30s`` or ``1.5h``; a bare number means
            seconds.
        name: What the error message calls it.

    Raises:
        UsageError: It is no duration, or it is negative.
    """
    if isinstance(value, str):
        return _parse_text(value.strip(), name)
    if isinstance(value, bool) or not 0 <= value < float("inf"):
        raise _not_a_duration(value, name)
    return round(Fraction(value) * SECOND)


def _parse_text(text: str, name: str) -> int:
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        if re.fullmatch(r"\d+(\.\d+)?", text):
            return round(Fraction(text) * SECOND)
        raise _not_a_duration(text, name)
    return round(sum(Fraction(number) * _UNITS[unit] for number, unit in parts))


def _not_a_duration(value: object, name: str) -> UsageError:
    return UsageError(
        f"{name}={value!r}: must be a duration of 0 or more; "
        "write a number with a unit, such as 90s, 5m or 1m30s"
    )


def format_duration(nanoseconds: int) -> str:
    """Render as Go does: ``30s``, ``1m30s``, ``250ms``, ``0s``."""
    if nanoseconds == 0:
        return "0s"
    if nanoseconds < 0:
        return "-" + format_duration(-nanoseconds)
    for unit, size in (("ns", MICROSECOND), ("µs", MILLISECOND), ("ms", SECOND)):
        if nanoseconds < size:
            return _decimal(nanoseconds, _UNITS[unit]) + unit
    hours, rest = divmod(nanoseconds, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    text = _decimal(rest, SECOND) + "s"
    if hours or minutes:
        text = f"{minutes}m{text}"
    return f"{hours}h{text}" if hours else text


def _decimal(value: int, unit: int) -> str:
    whole, rest = divmod(value, unit)
    if not rest:
        return str(whole)
    digits = len(str(unit)) - 1
    return f"{whole}.{rest:0{digits}d}".rstrip("0")
