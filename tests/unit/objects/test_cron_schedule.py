"""Cron schedules: which minutes they name, and what is no schedule."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from gcmodel.objects.cron_schedule import Schedule, ScheduleError

ATOI = "strconv.Atoi: parsing"
NINES = "9" * 5000
RANGE = "value out of range"


def seconds(text):
    """Return the Unix time of a minute in UTC."""
    moment = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    return int(moment.timestamp())


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        ("* * * * *", "2025-03-27 15:06", "2025-03-27 15:07"),
        ("*/15 * * * *", "2025-03-27 15:06", "2025-03-27 15:15"),
        ("5/20 * * * *", "2025-03-27 15:06", "2025-03-27 15:25"),
        ("0 3 * * *", "2025-03-27 15:06", "2025-03-28 03:00"),
        ("30 9 * * mon-fri", "2025-03-28 10:00", "2025-03-31 09:30"),
        ("0 0 29 feb *", "2025-03-27 15:06", "2028-02-29 00:00"),
        ("0 0 13 * fri", "2025-03-27 15:06", "2025-03-28 00:00"),
        ("0 0 */2 * fri", "2025-03-27 15:06", "2025-03-28 00:00"),
        ("0 0 */2 * mon", "2025-03-27 15:06", "2025-03-29 00:00"),
        ("0 0 5,* * mon", "2025-03-27 15:06", "2025-03-31 00:00"),
        ("0 0 1,15 * *", "2025-03-27 15:06", "2025-04-01 00:00"),
        ("59 23 31 12 ?", "2025-12-31 23:59", "2026-12-31 23:59"),
        ("@weekly", "2025-03-27 15:06", "2025-03-30 00:00"),
        ("@yearly", "2025-03-27 15:06", "2026-01-01 00:00"),
    ],
)
def test_next(schedule, after, expected):
    """The next minute is the first that every field agrees to."""
    found = Schedule.parse(schedule).next_after(seconds(after))

    assert found == seconds(expected)


def test_a_day_that_never_comes():
    """A schedule for the thirtieth of February has no next minute."""
    assert Schedule.parse("0 0 30 2 *").next_after(0) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
        ("", "empty spec string"),
        ("@every 1h", "unrecognized descriptor: @every 1h"),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("*/x * * * *", f'failed to parse int from x: {ATOI} "x": invalid syntax'),
        ("a * * * *", f'failed to parse int from a: {ATOI} "a": invalid syntax'),
        (
            f"{NINES} * * * *",
            f'failed to parse int from {NINES}: {ATOI} "{NINES}": {RANGE}',
        ),
        ("* * * * 7", "end of range (7) above maximum (6): 7"),
        ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("*/2/2 * * * *", "too many slashes: */2/2"),
    ],
)
def test_refused(text, message):
    """What is no schedule is refused with the reason."""
    with pytest.raises(ScheduleError) as caught:
        Schedule.parse(text)

    assert str(caught.value) == message


@given(st.integers(0, 2_000_000_000), st.integers(1, 59))
def test_next_is_later_and_whole(time_s, step):
    """A next minute lies after the time it is asked for, on a full minute."""
    found = Schedule.parse(f"*/{step} * * * *").next_after(time_s)

    assert found > time_s
    assert found % 60 == 0
    assert (found // 60 % 60) % step == 0
