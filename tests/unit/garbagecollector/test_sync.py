"""Passes of the sync loop that go wrong."""

import pytest

from gcmodel.client.discovery import Discovered
from gcmodel.kernel.durations import MILLISECOND
from gcmodel.objects.identity import GroupVersionResource as Resource
from tests.conformance.gc.sync_harness import (
    ALL,
    DEPLOYMENTS,
    PODS,
    SECRETS,
    SyncTest,
    discovered,
)

NOTHING = Discovered(error="internal error")
SERVED = discovered((PODS, ALL), (DEPLOYMENTS, ALL))
WITH_UNSYNCED = discovered((PODS, ALL), (SECRETS, ALL))
WIDGETS = Resource("example.com", "v1", "widgets")
GADGETS = Resource("example.com", "v1", "gadgets")
UNKNOWN = discovered((PODS, ALL), (WIDGETS, ALL), (GADGETS, ALL))


def lines(test, *starts):
    """Return the log lines that contain one of *starts*, each with its millisecond."""
    return [
        (one.at_ns // MILLISECOND, one.fields["text"])
        for one in test.scheduler.trace
        if one.what == "log" and any(start in one.fields["text"] for start in starts)
    ]


def test_nothing_discovered_within_a_strict_pass():
    """A second attempt that discovers nothing counts as an error, and ends nothing."""
    test = SyncTest("1.31")
    test.discovery.first.extend([WITH_UNSYNCED, NOTHING, NOTHING])
    test.discovery.answer = SERVED
    test.start()
    test.run()

    sync = test.collector.sync
    assert [(one.number, one.outcome) for one in sync.attempts] == [
        (1, "timed out"),
        (4, "synced"),
    ]
    assert sync.errors_total == 3
    assert lines(test, "no resources reported") == [
        (300, '"no resources reported by discovery" attempt=2'),
        (400, '"no resources reported by discovery" attempt=3'),
    ]
    assert test.not_blocked


def failed_line(attempt=""):
    """Return the error about two resources that cannot be looked up."""
    first, second = (
        f'couldn\'t look up resource \\"{one}\\": no matches for {one}'
        for one in (GADGETS, WIDGETS)
    )
    return (
        f'"Unhandled Error" err="failed to sync resource monitors{attempt}: '
        f'[{first}, {second}]" logger="UnhandledError"'
    )


def test_monitors_that_cannot_be_made_hold_a_strict_pass():
    """Up to 1.31 monitors that cannot be made are tried again at once."""
    test = SyncTest("1.31")
    test.discovery.first.extend([UNKNOWN, UNKNOWN])
    test.discovery.answer = SERVED
    test.start()
    test.run()

    sync = test.collector.sync
    assert [one.outcome for one in sync.attempts] == ["resync failed"] * 2 + ["synced"]
    assert sync.errors_total == 2
    assert lines(test, "failed to sync") == [
        (0, failed_line(" (attempt 1)")),
        (100, failed_line(" (attempt 2)")),
    ]
    assert test.not_blocked


def test_monitors_that_cannot_be_made_end_a_tolerant_pass():
    """From 1.32 on each pass that cannot make its monitors counts, a period apart."""
    test = SyncTest("1.32")
    test.discovery.answer = UNKNOWN
    test.start()
    test.run()

    sync = test.collector.sync
    assert {one.outcome for one in sync.attempts} == {"resync failed"}
    assert {one.number for one in sync.attempts} == {1}
    expected = [(at, failed_line()) for at in range(0, 1001, 200)]
    assert lines(test, "failed to sync") == expected
    assert sync.errors_total == len(expected)
    assert test.not_blocked


@pytest.mark.parametrize("kubernetes", ["1.31", "1.32"])
def test_what_could_not_be_made_is_made_once_it_can_be(kubernetes):
    """After monitors that could not be made, all that is served is monitored."""
    test = SyncTest(kubernetes)
    test.discovery.answer = UNKNOWN
    test.start()
    test.run()

    assert test.step(SERVED) == {"pods", "deployments"}
    assert test.collector.sync.attempts[-1].outcome == "synced"
