"""Rows GC-U-01 and GC-U-13 to GC-U-17: discovery, monitors and the sync loop.

Upstream: ``TestGarbageCollectorConstruction``, ``TestGetDeletableResources`` and
``TestGarbageCollectorSync`` in
pkg/controller/garbagecollector/garbagecollector_test.go
"""

import pytest

from gcmodel.client.discovery import Discovered
from gcmodel.garbagecollector.deletable_resources import (
    DeletableResources,
    deletable_resources,
)
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.identity import GroupVersion, GroupVersionResource as Resource
from tests.conformance.gc.harness import FakeMapper, Harness
from tests.conformance.gc.sync_harness import (
    ALL,
    DEPLOYMENTS,
    PODS,
    SECRETS,
    SyncTest,
    discovered,
)

UNKNOWN = Resource("tpr.io", "v1", "unknown")
APPS = GroupVersion("apps", "v1")


def test_construction():
    """GC-U-01: monitors follow what is asked for, whether the collector runs or not."""
    mapper = FakeMapper(
        {("v1", "Pod"): ("pods", True), ("tpr.io/v1", "Unknown"): ("unknown", True)}
    )
    harness = Harness(mapper=mapper)
    collector = harness.collector
    collector.parts.informers.start()
    counts = [len(collector.monitors.by_resource)]

    def resync(*wanted):
        collector._spawn("resync", collector.monitors.resync(wanted))
        harness.scheduler.run(harness.scheduler.now + SECOND)
        counts.append(len(collector.monitors.by_resource))

    resync(PODS, UNKNOWN)
    resync(PODS)
    collector._spawn("run", collector._run())
    resync(PODS, UNKNOWN)
    resync(PODS)

    assert counts == [0, 2, 1, 2, 1]
    assert collector.working is False


PODS_OF_APPS = Resource("apps", "v1", "pods")
FIRST_LIST = [(PODS_OF_APPS, ALL), (Resource("apps", "v1", "services"), ())]
FOO = GroupVersion("foo", "v1")
DISCOVERY_ROWS = {
    "GC-U-13 no error": (
        discovered(
            *FIRST_LIST,
            (Resource("foo/", "whatever", "bars"), ALL),
            (Resource("acme", "v1", "widgets"), ("delete",)),
            (Resource("acme", "v1", "gadgets"), ("list", "watch")),
            (Resource("acme", "v1", "gizmos"), ("delete", "watch")),
            (Resource("acme", "v1", "trinkets"), ("delete", "list")),
        ),
        DeletableResources(
            frozenset({PODS_OF_APPS}), invalid=(GroupVersion("foo/", "whatever"),)
        ),
    ),
    "GC-U-14 an error": (
        discovered(*FIRST_LIST, error="internal error"),
        DeletableResources(frozenset({PODS_OF_APPS}), error="internal error"),
    ),
    "GC-U-15 a group that fails": (
        discovered(*FIRST_LIST, failed={FOO: "discovery failure"}),
        DeletableResources(frozenset({PODS_OF_APPS}), {FOO: "discovery failure"}),
    ),
    "GC-U-16 an error and nothing else": (
        discovered(error="internal error"),
        DeletableResources(error="internal error"),
    ),
}


@pytest.mark.parametrize(("found", "kept"), DISCOVERY_ROWS.values(), ids=DISCOVERY_ROWS)
def test_deletable_resources(found, kept):
    """What can be deleted, listed and watched is kept, and so is what went wrong."""
    assert deletable_resources(found) == kept


# GC-U-17


D = discovered((PODS, ALL), (DEPLOYMENTS, ALL))
NOTHING = Discovered(error="internal error")
U = discovered((PODS, ALL), (SECRETS, ALL))
U_WITH_E = discovered((PODS, ALL), (SECRETS, ALL), failed={APPS: "unavailable"})
BOTH = {"pods", "deployments"}


@pytest.mark.parametrize("kubernetes", ["1.28", "1.31", "1.32", "1.36"])
def test_sync_does_not_block(kubernetes):
    """GC-U-17: whatever discovery says, the collector finds its way back."""
    test = SyncTest(kubernetes)
    test.discovery.answer = D
    test.start()

    assert (test.step(D), test.not_blocked) == (BOTH, True)
    assert test.step(NOTHING) == BOTH
    assert (test.step(D), test.not_blocked) == (BOTH, True)
    assert test.step(U) == {"pods", "secrets"}
    assert (test.step(D), test.not_blocked) == (BOTH, True)
    assert test.step(U_WITH_E) == {"pods", "deployments", "secrets"}
    assert (test.step(D), test.not_blocked) == (BOTH, True)


@pytest.mark.parametrize(
    ("kubernetes", "not_blocked"), [("1.31", False), ("1.32", True)]
)
def test_what_an_unsynced_monitor_blocks(kubernetes, not_blocked):
    """GC-M-213: up to 1.31 a monitor that never syncs holds the workers."""
    test = SyncTest(kubernetes)
    test.discovery.answer = U
    test.start()
    test.run()

    assert test.collector.monitors.unsynced()[0].resource == SECRETS
    assert test.collector.working is not_blocked
    assert test.not_blocked is not_blocked


def test_a_failing_group_before_it_was_kept():
    """GC-M-214: in 1.27 a group that fails discovery is dropped, synced or not."""
    test = SyncTest("1.27")
    test.discovery.answer = D
    test.start()
    test.run()

    assert test.step(discovered((PODS, ALL), failed={APPS: "unavailable"})) == {"pods"}
    assert test.step(D) == BOTH


def test_an_invalid_group_version_is_named():
    """GC-U-13: what is left out is logged."""
    test = SyncTest("1.28")
    test.discovery.answer = DISCOVERY_ROWS["GC-U-13 no error"][0]
    test.start()
    test.run()

    said = [one.fields["text"] for one in test.scheduler.trace if one.what == "log"]
    assert (
        '"ignoring invalid discovered resource" groupversion="foo//whatever" '
        'error="unexpected GroupVersion string: foo//whatever"'
    ) in said


@pytest.mark.parametrize(
    ("kubernetes", "errors"), [("1.31", range(2, 20)), ("1.32", range(1, 2))]
)
def test_errors_are_counted(kubernetes, errors):
    """GC-M-215: each attempt that times out counts; from 1.32 on, each change does."""
    test = SyncTest(kubernetes)
    test.discovery.answer = U
    test.start()
    test.run()

    assert test.collector.sync.errors_total in errors


def test_nothing_discovered_is_counted_each_time():
    """GC-M-216: a pass that discovers nothing counts as an error."""
    test = SyncTest("1.32")
    test.start()
    test.run()

    assert test.collector.sync.errors_total == test.discovery.asked
    assert test.collector.monitors.by_resource == {}
