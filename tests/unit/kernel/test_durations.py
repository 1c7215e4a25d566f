"""Durations in and out of text, to the nanosecond."""

import math

import pytest
from hypothesis import given, strategies as st

from gcmodel.errors import UsageError
from gcmodel.kernel.durations import (
    DURATION_MAX,
    HOUR,
    MILLISECOND,
    MINUTE,
    SECOND,
    format_duration,
    parse_duration,
)


@pytest.mark.parametrize(
    ("value", "nanoseconds"),
    [
        ("90s", 90 * SECOND),
        ("1m30s", 90 * SECOND),
        ("1.5h", 90 * MINUTE),
        (".5s", 500 * MILLISECOND),
        ("2.s", 2 * SECOND),
        ("0", 0),
        ("0s", 0),
        ("1h2m3s4ms5us6ns", HOUR + 2 * MINUTE + 3 * SECOND + 4_005_006),
        ("1\u00b5s", 1000),
        ("1\u03bcs", 1000),
        ("7", 7 * SECOND),
        ("0.25", 250 * MILLISECOND),
        (" 5m ", 5 * MINUTE),
        (7, 7 * SECOND),
        (0.1, 100 * MILLISECOND),
        (0.29, 290 * MILLISECOND),
        ("1s1s", 2 * SECOND),
        ("9223372036854775807ns", DURATION_MAX),
    ],
)
def test_reading(value, nanoseconds):
    """A duration is a sum of numbers with units; a bare number means seconds."""
    assert parse_duration(value) == nanoseconds


@pytest.mark.parametrize(
    "value",
    [
        *["", "s", "5x", "-5s", "5 s", "1m 30s", "1e3s", "abc", "1.2.3s", "s5", "5s!"],
        *["\u0665s", "9223372036854775808ns", "300y", "9" * 5000, "9" * 90],
        *[-1, -0.1, math.inf, math.nan, True, None, [], 10**400],
    ],
)
def test_refusing(value):
    """What is no duration, or none that Go could hold, is refused in one line."""
    with pytest.raises(UsageError) as caught:
        parse_duration(value, "until")

    message = str(caught.value)
    assert message.startswith("until=")
    assert message.endswith(
        ": must be a duration from 0s to 2562047h47m16.854775807s; "
        "write a number with a unit, such as 90s, 5m or 1m30s"
    )
    assert len(message) < 250


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0s"),
        (1, "1ns"),
        (1_500, "1.5\u00b5s"),
        (250 * MILLISECOND, "250ms"),
        (SECOND, "1s"),
        (1_234_567_890, "1.23456789s"),
        (90 * SECOND, "1m30s"),
        (HOUR, "1h0m0s"),
        (HOUR + 500 * MILLISECOND, "1h0m0.5s"),
        (-90 * SECOND, "-1m30s"),
    ],
)
def test_writing(nanoseconds, text):
    """A duration is written as Go writes it."""
    assert format_duration(nanoseconds) == text


@given(st.integers(0, DURATION_MAX))
def test_round_trip(nanoseconds):
    """Whatever is written is read as the same number of nanoseconds."""
    assert parse_duration(format_duration(nanoseconds)) == nanoseconds


@given(st.floats() | st.text("0123456789.hmnsu\u00b5 -", max_size=12))
def test_nothing_but_usage_errors(value):
    """Whatever is passed is a duration in range, or refused."""
    try:
        nanoseconds = parse_duration(value)
    except UsageError:
        nanoseconds = 0

    assert 0 <= nanoseconds <= DURATION_MAX
