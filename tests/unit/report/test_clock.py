"""Virtual time for readers."""

import pytest

from gcmodel.apiserver.clock import INCIDENT_DAY
from gcmodel.kernel.durations import MILLISECOND, MINUTE, SECOND
from gcmodel.report.clock import clock, spoken


def test_clock_starts_at_the_epoch():
    """Virtual time zero is the epoch's time of day, and seconds are cut off."""
    assert [clock(INCIDENT_DAY, at) for at in (0, 30 * SECOND - 1, 30 * SECOND)] == [
        "15:06:52",
        "15:07:21",
        "15:07:22",
    ]


@pytest.mark.parametrize(
    ("duration_ns", "text"),
    [
        (0, "0.0 s"),
        (1, "1ns"),
        (50 * MILLISECOND - 1, "49.999999ms"),
        (50 * MILLISECOND, "0.1 s"),
        (107 * MILLISECOND, "0.1 s"),
        (18 * SECOND, "18 s"),
        (11 * MINUTE + 2 * SECOND, "11 min 2 s"),
        (30 * MINUTE, "30 min"),
    ],
)
def test_durations_as_people_say_them(duration_ns, text):
    """Long durations have minutes, short ones a decimal, the shortest Go's form."""
    assert spoken(duration_ns) == text
