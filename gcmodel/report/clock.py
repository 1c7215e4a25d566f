"""Virtual time on a wall clock, for readers.

Upstream: none
"""

from datetime import UTC, datetime

from gcmodel.kernel.durations import (
    MICROSECOND,
    MILLISECOND,
    MINUTE,
    SECOND,
    format_duration,
)

SHORT_NS = 50 * MILLISECOND
"""What is shorter would be called no time at all if it had one decimal."""


def moment(epoch_s: int, at_ns: int) -> datetime:
    """Return the date and time of *at_ns*, to the microsecond."""
    whole, rest = divmod(at_ns, SECOND)
    found = datetime.fromtimestamp(epoch_s + whole, tz=UTC)
    return found.replace(microsecond=rest // MICROSECOND)


def clock(epoch_s: int, at_ns: int) -> str:
    """Return ``15:07:22``."""
    return moment(epoch_s, at_ns).strftime("%H:%M:%S")


def spoken(duration_ns: int) -> str:
    """Return a duration as people say it: ``0.4 s``, ``18 s``, ``11 min 2 s``."""
    if 0 < duration_ns < SHORT_NS:
        return format_duration(duration_ns)
    if duration_ns < 10 * SECOND:
        return f"{duration_ns / SECOND:.1f} s"
    minutes, rest = divmod(round(duration_ns / SECOND) * SECOND, MINUTE)
    seconds = f"{rest // SECOND} s"
    if not minutes:
        return seconds
    return f"{minutes} min {seconds}" if rest else f"{minutes} min"
