"""What Go says of text that is no time."""

import pytest
from hypothesis import given, strategies as st

from gcmodel.objects.go_times import LAYOUT, time_problem
from gcmodel.objects.metadata import rfc3339


@pytest.mark.parametrize(
    ("text", "rest", "element"),
    [
        ("abc", "abc", "2006"),
        ("", "", "2006"),
        ("2025/01/01", "/01/01", "-"),
        ("2025-01-01", "", "T"),
        ("2025-01-01T00:00:00", "", "Z07:00"),
        ("2025-01-01T00:0:00Z", "0:00Z", "04"),
    ],
)
def test_the_first_bad_element_is_named(text, rest, element):
    """The error shows what is left of the text, and what should stand there."""
    assert time_problem(text) == (
        f'parsing time "{text}" as "{LAYOUT}": cannot parse "{rest}" as "{element}"'
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2025-13-01T00:00:00Z", "month out of range"),
        ("2025-02-29T00:00:00Z", "day out of range"),
        ("2025-01-01T24:00:00Z", "hour out of range"),
        ("2025-01-01T00:60:00Z", "minute out of range"),
        ("2025-01-01T00:00:60.5Z", "second out of range"),
        ("0000-01-01T00:00:00Z", "year out of range"),
        ("2025-01-01T00:00:00Zx", 'extra text: "x"'),
    ],
)
def test_numbers_must_be_in_range(text, problem):
    """A time that no clock shows is refused for the part that is out of range."""
    assert time_problem(text) == f'parsing time "{text}": {problem}'


@given(st.integers(min_value=0, max_value=4_000_000_000))
def test_every_stored_time_can_be_read(seconds):
    """What the server writes, it reads."""
    assert time_problem(rfc3339(seconds)) == ""
