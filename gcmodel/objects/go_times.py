"""What Go says of text that is no time.

Upstream: ``Parse`` in Go's ``time`` package, for the layout ``time.RFC3339``
"""

import calendar
import re

LAYOUT = "2006-01-02T15:04:05Z07:00"

_ELEMENTS = (
    ("2006", r"\d{4}"),
    ("-", "-"),
    ("01", r"\d\d"),
    ("-", "-"),
    ("02", r"\d\d"),
    ("T", "T"),
    ("15", r"\d\d?"),
    (":", ":"),
    ("04", r"\d\d"),
    (":", ":"),
    ("05", r"\d\d(?:[.,]\d+)?"),
    ("Z07:00", r"Z|[-+]\d\d:\d\d"),
)
_RANGES = (("hour", 6, 24), ("minute", 8, 60), ("second", 10, 60))


def time_problem(text: str) -> str:
    """Return the error of reading *text* as RFC 3339; empty if it is a time.

    >>> time_problem("2025-13-01T00:00:00Z")
    'parsing time "2025-13-01T00:00:00Z": month out of range'
    """
    position, parts = 0, []
    for name, pattern in _ELEMENTS:
        match = re.compile(pattern, re.ASCII).match(text, position)
        if match is None:
            return (
                f'parsing time "{text}" as "{LAYOUT}": '
                f'cannot parse "{text[position:]}" as "{name}"'
            )
        parts.append(match.group())
        position = match.end()
    problem = _range_problem(parts)
    if not problem and position < len(text):
        problem = f'extra text: "{text[position:]}"'
    return f'parsing time "{text}": {problem}' if problem else ""


def _range_problem(parts: list[str]) -> str:
    year, month, day = int(parts[0]), int(parts[2]), int(parts[4])
    if not 1 <= month <= 12:  # noqa: PLR2004  (months)
        return "month out of range"
    for name, index, limit in _RANGES:
        if int(re.split("[.,]", parts[index])[0]) >= limit:
            return f"{name} out of range"
    # Go knows a year zero, the calendar here does not.
    if year == 0:
        return "year out of range"
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return "day out of range"
    return ""
