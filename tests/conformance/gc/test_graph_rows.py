"""Rows GC-U-03 to GC-U-07, X-01 to X-07 and X-10: what the graph makes of events.

Upstream: ``TestProcessEvent`` and ``BenchmarkReferencesDiffs`` in
pkg/controller/garbagecollector/garbagecollector_test.go; none for the X rows
"""

import pytest

from gcmodel.garbagecollector.owner_references import ReferenceDiff, references_diffs
from gcmodel.objects.finalizers import DELETE_DEPENDENTS, ORPHAN_DEPENDENTS
from gcmodel.objects.metadata import OwnerReference
from tests.conformance.gc.config_maps import (
    config_map,
    deleting,
    graph_of,
    reference,
    to_delete,
    to_orphan,
    work_off,
)
from tests.conformance.gc.harness import Harness

FIRST = [("add", "1", ""), ("add", "2", "1"), ("add", "3", "1 2")]
INVARIANT_ROWS = {
    "GC-U-03": (FIRST, {"1": ("", "2 3"), "2": ("1", "3"), "3": ("1 2", "")}),
    "GC-U-04": (
        [*FIRST, ("add", "4", "2"), ("delete", "2", "")],
        {"1": ("", "3"), "3": ("1 2", ""), "4": ("2", "")},
    ),
    "GC-U-05": (
        [*FIRST, ("add", "4", "3"), ("update", "2", "4")],
        {"1": ("", "3"), "2": ("4", "3"), "3": ("1 2", "4"), "4": ("3", "2")},
    ),
    "GC-U-06": (
        [
            ("add", "4", "2"),
            ("add", "3", "1 2"),
            ("add", "2", "1"),
            ("add", "1", ""),
            ("delete", "2", ""),
        ],
        {"1": ("", "3"), "3": ("1 2", ""), "4": ("2", "")},
    ),
}


@pytest.mark.parametrize(
    ("events", "graph"), INVARIANT_ROWS.values(), ids=INVARIANT_ROWS
)
def test_each_edge_is_known_at_both_ends(events, graph):
    """Whatever order objects come and go in, owners and dependents agree."""
    harness = Harness(cache_capacity=2)
    for kind, uid, owners in events:
        harness.see(kind, config_map(uid, owners.split()))

    expected = {
        uid: (owners.split(), dependents.split())
        for uid, (owners, dependents) in graph.items()
    }
    assert graph_of(harness) == expected


def test_references_diffs():
    """GC-U-07: one owner came, one went, and the third did not change."""
    before, after = map(reference, "12"), map(reference, "23")

    expected = ReferenceDiff(
        added=[reference("3")], removed=[reference("1")], changed=[]
    )
    assert references_diffs(before, after) == expected


def test_orphaning_goes_before_foreground():
    """X-01: an object with both finalizers is queued to be orphaned, and only that."""
    harness = Harness()
    harness.see("add", config_map("owner"))
    harness.see("add", config_map("child", ["owner"]))

    after = deleting("owner", DELETE_DEPENDENTS, ORPHAN_DEPENDENTS)
    harness.see("update", after, config_map("owner"))

    assert (to_orphan(harness), to_delete(harness)) == (["owner"], [])
    assert not harness.graph.find("owner").deleting_dependents


def test_foreground_deletion_is_found_under_way():
    """X-02: seen in foreground deletion, an object queues dependents, then itself."""
    harness = Harness()
    harness.see("add", config_map("child", ["owner"]))
    work_off(harness)

    harness.see("add", deleting("owner", DELETE_DEPENDENTS))

    assert to_delete(harness) == ["child", "owner"]
    assert harness.graph.find("owner").deleting_dependents


def test_edge_that_was_missed():
    """X-03: an update between two states that both wait starts nothing."""
    harness = Harness()
    harness.see("add", config_map("owner"))
    harness.see("add", config_map("child", ["owner"]))

    after = deleting("owner", DELETE_DEPENDENTS)
    harness.see("update", after, after)

    assert (to_orphan(harness), to_delete(harness)) == ([], [])
    node = harness.graph.find("owner")
    assert (node.being_deleted, node.deleting_dependents) == (True, False)


def test_owner_of_itself():
    """X-04: an object that owns itself is its own dependent; nobody is invented."""
    harness = Harness()

    harness.see("add", config_map("ouroboros", ["ouroboros"]))

    assert graph_of(harness) == {"ouroboros": (["ouroboros"], ["ouroboros"])}
    assert to_delete(harness) == []


DUPLICATE_ROWS = {
    "a second one is added": (["1"], ["1", "1"], (["1"], [], [])),
    "of two the later one counts": (
        [reference("1", controller=True), "1"],
        ["1"],
        ([], [], []),
    ),
    "the first is compared, the second added": (
        ["1"],
        [reference("1", controller=True), "1"],
        (["1"], [], ["1"]),
    ),
    "none left": (["1", "1"], [], ([], ["1"], [])),
    "absent is not false": (
        ["1"],
        [reference("1", block_owner_deletion=False)],
        ([], [], ["1"]),
    ),
}


@pytest.mark.parametrize(
    ("before", "after", "expected"), DUPLICATE_ROWS.values(), ids=DUPLICATE_ROWS
)
def test_owner_named_twice(before, after, expected):
    """X-05: references are matched by UID, and each UID once."""
    diff = references_diffs(
        config_map("child", before).metadata.owner_references,
        config_map("child", after).metadata.owner_references,
    )

    found = (
        [owner.uid for owner in diff.added],
        [owner.uid for owner in diff.removed],
        [owner.uid for _, owner in diff.changed],
    )
    assert found == expected


def test_object_behind_a_virtual_node():
    """X-06: a claimed owner that lives, but whose own owners are gone, is deleted."""
    harness = Harness()
    harness.server.put(config_map("owner", ["gone"]))
    harness.see("add", config_map("child", ["owner"]))

    harness.process_attempt_to_delete(1)

    assert harness.server.actions == [
        "get configmaps ns1 owner",
        "get configmaps ns1 gone",
        "delete configmaps ns1 owner",
    ]
    assert to_delete(harness) == ["v:owner"]


def test_first_failure_ends_the_turn():
    """X-07: while one reference cannot be mapped, nothing is cut or deleted."""
    harness = Harness()
    unknown = OwnerReference("example.test/v1", "Widget", "w", "w")
    child = config_map("child", [unknown, "gone"])
    harness.server.put(child)
    harness.see("add", child)
    work_off(harness)
    harness.collector.attempt_to_delete.add(harness.graph.find("child"))

    harness.process_attempt_to_delete(1)

    assert harness.server.actions == ["get configmaps ns1 child"]
    assert to_delete(harness) == ["child"]


def test_another_incarnation_after_a_relist():
    """X-10: one update with two UIDs inserts the new one; the old one stays."""
    harness = Harness()
    old, new = config_map("old"), config_map("new").with_metadata(name="old")
    harness.see("add", config_map("child", ["old"]))
    harness.see("add", old)
    work_off(harness)

    harness.see("update", new, old)

    assert sorted(graph_of(harness)) == ["child", "new", "old"]
    assert to_delete(harness) == []

    # Whoever asks for the old one meets the new one.
    harness.server.put(new)
    harness.collector.attempt_to_delete.add(harness.graph.find("old"))
    harness.process_attempt_to_delete(1)
    harness.process_graph_changes(1)

    assert sorted(graph_of(harness)) == ["child", "new"]
    assert [str(absent) for absent in harness.cache] == [
        "[v1/ConfigMap, namespace: ns1, name: old, uid: old]"
    ]
    assert to_delete(harness) == ["child"]


# Rules of the graph builder that no row of the Go tests reaches

UNBLOCKING_ROWS = {
    "a blocking reference is removed": (reference("1", block_owner_deletion=True), []),
    "a blocking reference says no more": (
        reference("1", block_owner_deletion=True),
        [reference("1")],
    ),
    "a blocking reference says no": (
        reference("1", block_owner_deletion=True),
        [reference("1", block_owner_deletion=False)],
    ),
}


@pytest.mark.parametrize(
    ("before", "after"), UNBLOCKING_ROWS.values(), ids=UNBLOCKING_ROWS
)
def test_owner_that_is_no_longer_blocked(before, after):
    """GC-M-204: an owner is looked at when a reference stops to block it."""
    harness = Harness()
    harness.see("add", config_map("1"))
    harness.see("add", config_map("2", [before]))

    harness.see("update", config_map("2", after), config_map("2", [before]))

    assert to_delete(harness) == ["1"]


BLOCKING = reference("1", block_owner_deletion=True)
NOT_BLOCKING = reference("1", block_owner_deletion=False)
NOT_BLOCKED_ROWS = {
    "a reference that did not block goes": (reference("1"), []),
    "it begins to block": (NOT_BLOCKING, [BLOCKING]),
    "it says that it blocks": (reference("1"), [BLOCKING]),
    "it says that it does not": (reference("1"), [NOT_BLOCKING]),
    "it says nothing any more": (NOT_BLOCKING, [reference("1")]),
}


@pytest.mark.parametrize(
    ("before", "after"), NOT_BLOCKED_ROWS.values(), ids=NOT_BLOCKED_ROWS
)
def test_owner_that_was_not_blocked(before, after):
    """GC-M-205: an owner is not looked at when nothing stops to block it."""
    harness = Harness()
    harness.see("add", config_map("1"))
    harness.see("add", config_map("2", [before]))

    harness.see("update", config_map("2", after), config_map("2", [before]))

    dependents = ["2"] if after else []
    assert to_delete(harness) == []
    assert graph_of(harness) == {"1": ([], dependents), "2": (dependents and ["1"], [])}


def test_changed_coordinates_are_not_checked():
    """GC-M-206: another name under the same UID is a change, and nobody looks at it."""
    harness = Harness()
    harness.see("add", config_map("1"))
    harness.see("add", config_map("2", ["1"]))

    renamed = OwnerReference("v1", "ConfigMap", "another", "1")
    harness.see("update", config_map("2", [renamed]), config_map("2", ["1"]))

    assert to_delete(harness) == []
    assert harness.graph.find("2").owners == (renamed,)


def test_owners_of_a_removed_object():
    """GC-M-207: when an object is gone, the owners that wait for it are looked at."""
    harness = Harness()
    harness.see("add", deleting("waits", DELETE_DEPENDENTS))
    harness.see("add", config_map("stays"))
    harness.see("add", config_map("child", ["stays", "waits"]))
    harness.see("add", config_map("grandchild", ["child"]))
    work_off(harness)

    harness.see("delete", config_map("child", ["stays", "waits"]))

    assert to_delete(harness) == ["grandchild", "waits"]
    assert [absent.name for absent in harness.cache] == ["child"]


def test_childless_object_leaves_no_mark():
    """GC-M-208: an absent owner is remembered only if somebody depends on it."""
    harness = Harness()
    harness.see("add", config_map("1"))
    harness.see("delete", config_map("1"))

    assert list(harness.cache) == []


def test_delete_of_an_unknown_object():
    """GC-M-209: a delete event for what the graph does not know changes nothing."""
    harness = Harness()
    harness.see("delete", config_map("1", ["2"]))

    assert (graph_of(harness), to_delete(harness)) == ({}, [])


def test_real_delete_observes_first():
    """GC-M-210: a real delete of a claimed owner queues those who meant another."""
    harness = Harness()
    mistaken = OwnerReference("v1", "Secret", "owner", "owner")
    harness.see("add", config_map("wrong", [mistaken]))
    harness.see("add", config_map("right", ["owner"]))
    harness.see("add", config_map("also-wrong", [mistaken]))
    work_off(harness)

    harness.see("delete", config_map("owner"))

    assert to_delete(harness) == ["wrong", "also-wrong", "right"]
    assert sorted(graph_of(harness)) == ["also-wrong", "right", "wrong"]
