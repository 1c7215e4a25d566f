"""Five-field cron schedules: which minutes they name.

Upstream: ``ParseStandard`` and ``SpecSchedule.Next`` in robfig/cron/v3 parser.go and
spec.go; times are UTC
"""

import calendar
from datetime import UTC, datetime, timedelta

import attrs

from gcmodel.objects.go_values import quote

YEARS_MAX = 5
"""A schedule without a match in that many years has none."""

_DIGITS_MAX = 18
"""Of a Go integer, a few large ones aside that no field may have."""

_ANY = ("*", "?")
_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

_SHORTHANDS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


class ScheduleError(ValueError):
    """A text is no schedule."""


@attrs.frozen
class _Field:
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    def value(self, text: str) -> int:
        if text.lower() in self.names:
            return self.names.index(text.lower()) + self.low
        return _number(text)


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 0, 6, _DAYS),
)


@attrs.frozen
class Schedule:
    """The minutes that a schedule names, as sets of values of each field.

    * **Either day**: if both days are restricted, a day matches that is in one of
      them; otherwise it must be in both.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days_of_month: frozenset[int]
    months: frozenset[int]
    days_of_week: frozenset[int]
    any_day_of_month: bool = False
    any_day_of_week: bool = False

    @classmethod
    def parse(cls, text: str) -> "Schedule":
        """Read ``*/5 * * * *``, names of months and days, or a shorthand.

        Raises:
            ScheduleError: It is none.
        """
        if not text:
            raise ScheduleError("empty spec string")
        words = _SHORTHANDS.get(text, text).split()
        if text.startswith("@") and text not in _SHORTHANDS:
            raise ScheduleError(f"unrecognized descriptor: {text}")
        if len(words) != len(_FIELDS):
            raise ScheduleError(
                f"expected exactly {len(_FIELDS)} fields, found {len(words)}: "
                f"[{' '.join(words)}]"
            )
        minutes, hours, days, months, weekdays = [
            _values(word, field) for word, field in zip(words, _FIELDS, strict=True)
        ]
        stars = [_is_any(word) for word in words]
        return cls(minutes, hours, days, months, weekdays, stars[2], stars[4])

    def next_after(self, time_s: int) -> int | None:
        """Return the first matching minute after *time_s*, in Unix seconds, or None."""
        moment = datetime.fromtimestamp(time_s - time_s % 60, tz=UTC)
        moment += timedelta(minutes=1)
        last_year = moment.year + YEARS_MAX
        while moment.year <= last_year:
            if moment.month not in self.months:
                moment = _next_month(moment)
            elif not self._has_day(moment):
                moment = moment.replace(hour=0, minute=0) + timedelta(days=1)
            elif moment.hour not in self.hours:
                moment = moment.replace(minute=0) + timedelta(hours=1)
            elif moment.minute not in self.minutes:
                moment += timedelta(minutes=1)
            else:
                return int(moment.timestamp())
        return None

    def _has_day(self, moment: datetime) -> bool:
        in_month = moment.day in self.days_of_month
        in_week = moment.isoweekday() % 7 in self.days_of_week
        if self.any_day_of_month or self.any_day_of_week:
            return in_month and in_week
        return in_month or in_week


def _next_month(moment: datetime) -> datetime:
    days = calendar.monthrange(moment.year, moment.month)[1]
    first = moment.replace(day=1, hour=0, minute=0)
    return first + timedelta(days=days)


def _values(word: str, field: _Field) -> frozenset[int]:
    return frozenset(value for part in word.split(",") for value in _part(part, field))


def _is_any(word: str) -> bool:
    # With a step above one, a star restricts.
    parts = [part.partition("/") for part in word.split(",")]
    return any(
        spread in _ANY and (not slash or int(step) == 1)
        for spread, slash, step in parts
    )


def _part(part: str, field: _Field) -> range:
    spread, *steps = part.split("/")
    step = _number(steps[0]) if steps else 1
    low_text, *high_texts = spread.split("-")
    if low_text in _ANY:
        low, high = field.low, field.high
    else:
        low = field.value(low_text)
        # A start with a step runs to the end of the field.
        end = field.high if steps else low
        high = field.value(high_texts[0]) if high_texts else end
    problem = _problem(low, high, step, field)
    if len(high_texts) > 1:
        problem = "too many hyphens"
    if len(steps) > 1:
        problem = "too many slashes"
    if problem:
        raise ScheduleError(f"{problem}: {part}")
    return range(low, high + 1, step)


def _problem(low: int, high: int, step: int, field: _Field) -> str:
    if low < field.low:
        return f"beginning of range ({low}) below minimum ({field.low})"
    if high > field.high:
        return f"end of range ({high}) above maximum ({field.high})"
    if low > high:
        return f"beginning of range ({low}) beyond end of range ({high})"
    return "" if step else "step of range should be a positive number"


def _number(text: str) -> int:
    problem = ""
    if not text.isdecimal() or not text.isascii():
        problem = "invalid syntax"
    elif len(text.lstrip("0")) > _DIGITS_MAX:
        problem = "value out of range"
    if problem:
        raise ScheduleError(
            f"failed to parse int from {text}: strconv.Atoi: "
            f"parsing {quote(text)}: {problem}"
        )
    return int(text)
