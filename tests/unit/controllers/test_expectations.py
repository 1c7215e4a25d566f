"""Expectations: what is under way holds a controller back, for a while."""

from gcmodel.controllers.expectations import TIMEOUT_NS, Expectations
from gcmodel.kernel.scheduler import Scheduler


def test_nothing_expected_is_satisfied():
    """A controller that asked for nothing may go on."""
    assert Expectations(Scheduler()).satisfied("default/a")


def test_creations_are_counted():
    """Two creations under way need two sights."""
    expectations = Expectations(Scheduler())
    expectations.expect_creations("default/a", 2)

    seen = []
    for _ in range(2):
        expectations.creation_observed("default/a")
        seen.append(expectations.satisfied("default/a"))

    assert seen == [False, True]


def test_a_deletion_counts_once():
    """The second sight of one deletion does not stand for another."""
    expectations = Expectations(Scheduler())
    expectations.expect_deletions("default/a", ["p", "q"])

    expectations.deletion_observed("default/a", "p")
    expectations.deletion_observed("default/a", "p")
    halfway = expectations.satisfied("default/a")
    expectations.deletion_observed("default/a", "q")

    assert (halfway, expectations.satisfied("default/a")) == (False, True)


def test_expectations_expire():
    """After five minutes a missing event is taken for a missed one."""
    scheduler = Scheduler()
    expectations = Expectations(scheduler)
    expectations.expect_creations("default/a", 1)

    scheduler.now = TIMEOUT_NS
    held = expectations.satisfied("default/a")
    scheduler.now += 1

    assert (held, expectations.satisfied("default/a")) == (False, True)


def test_observing_what_nobody_expects_is_harmless():
    """Events of strangers change nothing."""
    expectations = Expectations(Scheduler())

    expectations.creation_observed("default/a")
    expectations.deletion_observed("default/a", "p")
    expectations.expect_creations("default/a", 1)
    expectations.forget("default/a")

    assert expectations.satisfied("default/a")
