"""The reflector's back-off: slots, jitter, and when the series starts over."""

from itertools import pairwise

import pytest

from gcmodel.client.backoff import ReflectorBackoff
from gcmodel.kernel.choices import Choices
from gcmodel.kernel.durations import MINUTE, SECOND
from gcmodel.kernel.scheduler import Scheduler

SLOTS = [0.8, 1.6, 3.2, 6.4, 12.8, 25.6]


class Chance:
    """A stream that always draws the same number."""

    def __init__(self, number):
        """Draw *number*."""
        self.number = number

    def random(self):
        """Draw."""
        return self.number


class Drawn(Choices):
    """Choices of which each is the same number."""

    def __init__(self, drawn):
        """Draw *drawn* each time."""
        super().__init__()
        self.drawn = drawn

    def stream(self, name):
        """Return the stream of that number, whatever its *name*."""
        del name
        return Chance(self.drawn)


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [(0.0, [*SLOTS, 30, 30, 30]), (0.5, [*(1.5 * slot for slot in SLOTS), 45, 45, 45])],
)
def test_slots(drawn, expected):
    """Delays double from 0.8 s to 30 s, and are stretched by what is drawn."""
    backoff = ReflectorBackoff(Scheduler(Drawn(drawn)))

    delays = [backoff.next_ns() / SECOND for _ in range(9)]
    assert delays == pytest.approx(expected)


def test_jitter_stays_in_its_slot():
    """Whatever is drawn, a delay is at least its slot and less than twice that."""
    backoff = ReflectorBackoff(Scheduler(Choices(3)))
    delays = [backoff.next_ns() / SECOND for _ in range(50)]

    for low, delay in zip([*SLOTS, *[30] * 44], delays, strict=True):
        assert low <= delay < 2 * low
    assert all(one != other for one, other in pairwise(delays[6:]))


@pytest.mark.parametrize(("quiet_ns", "delay"), [(0, 6.4), (1, 0.8)])
def test_the_series_starts_over_after_quiet(quiet_ns, delay):
    """More than two minutes since the last delay began, the series starts over."""
    scheduler = Scheduler(Drawn(0.0))
    backoff = ReflectorBackoff(scheduler)
    for _ in range(3):
        backoff.next_ns()
    scheduler.now = 2 * MINUTE + quiet_ns

    assert backoff.next_ns() / SECOND == delay


def test_before_back_off_existed():
    """Before 1.18 the wait is a second each time."""
    backoff = ReflectorBackoff(Scheduler(), exponential=False)

    assert [backoff.next_ns() for _ in range(3)] == [SECOND] * 3
