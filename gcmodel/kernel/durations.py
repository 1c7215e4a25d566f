"""Integer nanoseconds, as Go's durations: two that should be equal are.

Upstream: none; the text forms follow Go's time.ParseDuration and Duration.String
"""

import math
import re
from fractions import Fraction

from gcmodel.errors import UsageError, shown

MICROSECOND = 1_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

_UNITS = {
    "ns": 1,
    "us": MICROSECOND,
    "µs": MICROSECOND,
    "\u03bcs": MICROSECOND,  # Go reads the Greek letter as well
    "ms": MILLISECOND,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
}
_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|\u03bcs|ms|s|m|h)")
_BARE = re.compile(r"[0-9]+(\.[0-9]+)?")
_TEXT_MAX = 100

DURATION_MAX = 2**63 - 1
"""The longest duration that Go knows, some 292 years."""


def parse_duration(value: str | float, name: str = "duration") -> int:
    """Return *value* in nanoseconds.

    Args:
        value: Text such as ``90s``, ``1m30s`` or ``1.5h``; a bare number means
            seconds.
        name: What the error message calls it.

    Raises:
        UsageError: It is no duration, it is negative, or it is too long for Go.
    """
    exact = _exact(value)
    if exact is None or not 0 <= exact <= DURATION_MAX:
        raise UsageError(
            f"{name}={shown(value)}: must be a duration from 0s to "
            f"{format_duration(DURATION_MAX)}; "
            "write a number with a unit, such as 90s, 5m or 1m30s"
        )
    return round(exact)


def _exact(value: object) -> Fraction | None:
    if isinstance(value, str):
        return _exact_text(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return Fraction(value) * SECOND


def _exact_text(text: str) -> Fraction | None:
    if len(text) > _TEXT_MAX:
        return None
    if _BARE.fullmatch(text):
        return Fraction(text) * SECOND
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return sum((Fraction(number) * _UNITS[unit] for number, unit in parts), Fraction())


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
