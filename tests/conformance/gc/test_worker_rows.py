"""Rows GC-U-02 and GC-U-08 to GC-U-12, GC-U-70 to GC-U-76: what workers ask and do.

Upstream: ``TestAttemptToDeleteItem``, ``TestDependentsRace``,
``TestAbsentOwnerCache``, ``TestDeleteOwnerRefPatch``, ``TestUnblockOwnerReference``
and ``TestOrphanDependentsFailure`` in
pkg/controller/garbagecollector/garbagecollector_test.go; none for the last rows
"""

from functools import partial

import pytest

from gcmodel.apiserver.patches import apply_patch
from gcmodel.errors import api_error
from gcmodel.faults.kinds import Refuse
from gcmodel.faults.refusals import worded
from gcmodel.faults.requests import RequestFacts
from gcmodel.garbagecollector.node import Node
from gcmodel.garbagecollector.operations import RetryLaterError
from gcmodel.kernel.choices import Choices, RandomSchedule
from gcmodel.kernel.scheduler import sleep
from gcmodel.objects.finalizers import ORPHAN_DEPENDENTS
from gcmodel.objects.identity import GroupResource, ObjectReference
from gcmodel.objects.metadata import OwnerReference
from gcmodel.objects.options import DeleteOptions, Preconditions
from tests.conformance.gc.harness import Harness, kube_object

OWNER = OwnerReference("v1", "ReplicationController", "owner1", "123")


def pod(name="pod", uid="456", owners=(OWNER,), **metadata):
    """Return a Pod in ns1."""
    return kube_object(
        ObjectReference("v1", "Pod", "ns1", name, uid), owners, **metadata
    )


def node_of(seen):
    """Return a node of an object that was observed."""
    return Node.of(seen.reference, seen.metadata.owner_references)


def attempt(harness, node):
    """Let the worker look at *node*, which is in no queue."""
    return harness.run(harness.collector.deletion_worker.attempt_to_delete(node))


def test_attempt_to_delete_item():
    """GC-U-02: a node that was never observed is deleted if its owner is not there."""
    harness = Harness()
    harness.server.put(pod("ToBeDeletedPod"))
    node = Node.of(pod("ToBeDeletedPod").reference, virtual=True)

    reported = harness.run(harness.collector.deletion_worker._attempt(node))

    assert (reported, node.virtual) == (False, True)
    assert harness.server.actions == [
        "get pods ns1 ToBeDeletedPod",
        "get replicationcontrollers ns1 owner1",
        "delete pods ns1 ToBeDeletedPod",
    ]


def test_dependents_race():
    """GC-U-08: dependents may come and go while their owner is orphaned."""
    harness = Harness()
    harness.scheduler.choices = Choices(7, RandomSchedule(7))
    collector = harness.collector
    owner = kube_object(
        ObjectReference("v1", "ReplicationController", "ns1", "owner1", "123"),
        finalizers=(ORPHAN_DEPENDENTS,),
    )
    harness.server.put(owner)
    harness.server.put(pod())
    harness.see("add", owner)
    node = harness.graph.find("123")

    async def come_and_go():
        for _ in range(100):
            harness.see("add", pod())
            await sleep(0)
            harness.see("delete", pod())
            await sleep(0)

    async def orphan():
        for _ in range(100):
            collector.attempt_to_orphan.add(node)
            taken = collector.attempt_to_orphan.take()
            worker = collector.orphan_worker.attempt_to_orphan
            await collector._take_turn(collector.attempt_to_orphan, worker, taken)

    harness.scheduler.spawn("builder", come_and_go())
    harness.scheduler.spawn("orphaning", orphan())
    harness.scheduler.run()

    assert list(node.dependents) == []
    assert harness.server.actions.count("patch pods ns1 pod") > 0


def test_absent_owner_cache():
    """GC-U-09: an owner that is known to be absent is not asked for again."""
    harness = Harness(cache_capacity=2)

    def owned(name, owner, **flags):
        reference = OwnerReference("v1", "ReplicationController", *owner, **flags)
        return pod(name, owners=[reference])

    for one in (
        owned("rc1Pod1", ("rc1", "1"), controller=True),
        owned("rc2Pod1", ("rc2", "2")),
        owned("rc1Pod2", ("rc1", "1"), controller=False),
        owned("rc3Pod1", ("rc3", "3")),
    ):
        harness.server.put(one)
        attempt(harness, node_of(one))

    assert [str(absent) for absent in harness.cache] == [
        "[v1/ReplicationController, namespace: ns1, name: rc1, uid: 1]",
        "[v1/ReplicationController, namespace: ns1, name: rc3, uid: 3]",
    ]
    assert harness.server.actions.count("get replicationcontrollers ns1 rc1") == 1


def owners_called(*uids):
    """Return references to owners that have UIDs and nothing else of note."""
    return tuple(OwnerReference("v1", "Pod", f"o{uid}", uid) for uid in uids)


def test_patch_that_drops_owners():
    """GC-U-10: the patch takes away two owners of three, and guards the UID."""
    harness = Harness()
    stored = pod(uid="100", owners=owners_called("1", "2", "3"))
    harness.server.put(stored)

    operations = harness.collector.orphan_worker.operations
    harness.run(operations.drop_owners(node_of(stored), ("2", "3")))

    patched = apply_patch(harness.server.details[0], stored.to_dict(), kind_hint="Pod")
    assert patched == pod(uid="100", owners=owners_called("1")).to_dict()


def test_patch_that_unblocks_owners():
    """GC-U-11: a reference that blocks stops to; one that says nothing still does."""
    harness = Harness()

    def references(*blocking):
        return tuple(
            OwnerReference("v1", "Pod", f"o{n}", str(n), block_owner_deletion=blocks)
            for n, blocks in enumerate(blocking, start=1)
        )

    stored = pod(uid="100", owners=references(True, False, None))
    harness.server.put(stored)

    operations = harness.collector.orphan_worker.operations
    harness.run(operations.unblock_owners(node_of(stored)))

    patched = apply_patch(harness.server.details[0], stored.to_dict(), kind_hint="Pod")
    assert patched == pod(uid="100", owners=references(False, False, None)).to_dict()


def test_orphaning_that_fails():
    """GC-U-12: what the server says to a patch is part of the worker's error."""
    harness = Harness()
    pods = GroupResource("", "pods")
    facts = RequestFacts(verb="patch", resource=pods, namespace="ns1", name="pod")
    harness.server.answer("patch pods ns1 pod", worded(Refuse(409), facts).error())

    worker = harness.collector.orphan_worker
    owner = Node.of(ObjectReference("", "", "", "", ""))

    with pytest.raises(RetryLaterError, match="the server reported a conflict"):
        harness.run(worker.orphan_dependents(owner, [node_of(pod())]))


# The delete of 1.34 and later

ASKED = ["get pods ns1 pod", "get replicationcontrollers ns1 owner1"]
DELETE = "delete pods ns1 pod"
REPEATED = [DELETE, "get pods ns1 pod", DELETE]
GONE = api_error(404, "NotFound", 'pods "pod" not found')
CONFLICT = api_error(409, "Conflict", "the object has been modified")
BROKEN = api_error(500, "InternalError", "etcdserver: request timed out")


class Turn:
    """One turn on a Pod whose owner is gone: what was sent, and what came of it."""

    def __init__(self, kubernetes, *, version="10", fresh=None, answers=()):
        """Play a turn; *answers* meet the deletes, *fresh* the second read."""
        harness = Harness(kubernetes)
        first = pod(resource_version=version)
        harness.server.put(first)
        if fresh is not None:
            harness.server.answer("get pods ns1 pod", first, fresh)
        harness.server.answer(DELETE, *answers)
        node = node_of(first)
        collector = harness.collector
        collector.attempt_to_delete.add(node)
        harness.process_attempt_to_delete(1)

        self.actions = harness.server.actions[2:]
        self.conditions = [
            (detail.preconditions.uid, detail.preconditions.resource_version)
            for detail in harness.server.details
            if isinstance(detail, DeleteOptions)
        ]
        self.requeued = collector.attempt_to_delete.items() == [node]
        self.reported = [one.identity for one in collector.graph_changes.items()]
        self.gone_at_once = GONE in answers
        self.errors = harness.logged()
        assert harness.server.actions[:2] == ASKED

    @property
    def outcome(self):
        """Whether it is tried again, reported as absent, or simply over."""
        if self.reported:
            assert self.reported == [pod().reference]
            assert not self.requeued
            return "reported"
        return "requeued" if self.requeued else "forgotten"


NEWER = pod(resource_version="11")

ROWS_1_34 = {
    "GC-U-70 version goes along": (
        partial(Turn, "1.34"),
        ([DELETE], [("456", "10")], "forgotten"),
    ),
    "GC-U-71 changed, but not its owners": (
        partial(Turn, "1.34", fresh=NEWER, answers=[CONFLICT]),
        (REPEATED, [("456", "10"), ("456", None)], "forgotten"),
    ),
    "GC-U-72 owners changed": (
        partial(
            Turn,
            "1.34",
            fresh=pod(owners=(), resource_version="11"),
            answers=[CONFLICT],
        ),
        (REPEATED[:2], [("456", "10")], "requeued"),
    ),
    "GC-U-73 another incarnation": (
        partial(
            Turn,
            "1.34",
            fresh=pod(uid="789", resource_version="11"),
            answers=[CONFLICT],
        ),
        (REPEATED[:2], [("456", "10")], "requeued"),
    ),
    "GC-U-73 cannot be read again": (
        partial(Turn, "1.34", fresh=BROKEN, answers=[CONFLICT]),
        (REPEATED[:2], [("456", "10")], "requeued"),
    ),
    "GC-U-74 gone in the meantime, 1.34": (
        partial(Turn, "1.34", fresh=GONE, answers=[CONFLICT]),
        (REPEATED[:2], [("456", "10")], "forgotten"),
    ),
    "GC-U-74 gone in the meantime, 1.36": (
        partial(Turn, "1.36", fresh=GONE, answers=[CONFLICT]),
        (REPEATED[:2], [("456", "10")], "reported"),
    ),
    "GC-U-75 gone before the delete, 1.35": (
        partial(Turn, "1.35", answers=[GONE]),
        ([DELETE], [("456", "10")], "requeued"),
    ),
    "GC-U-75 gone before the delete, 1.36": (
        partial(Turn, "1.36", answers=[GONE]),
        ([DELETE], [("456", "10")], "reported"),
    ),
    "GC-U-76 no version is known": (
        partial(Turn, "1.34", version="", answers=[CONFLICT]),
        ([DELETE], [("456", None)], "requeued"),
    ),
    "GC-M-203 before 1.34": (
        partial(Turn, "1.33", answers=[CONFLICT]),
        ([DELETE], [("456", None)], "requeued"),
    ),
}


@pytest.mark.parametrize(("play", "expected"), ROWS_1_34.values(), ids=ROWS_1_34)
def test_delete_with_a_version(play, expected):
    """A delete holds for the state that was judged, and conflicts are looked into."""
    turn = play()
    assert (turn.actions, turn.conditions, turn.outcome) == expected


@pytest.mark.parametrize(("play", "expected"), ROWS_1_34.values(), ids=ROWS_1_34)
def test_only_what_is_retried_is_logged_as_an_error(play, expected):
    """GC-U-72 to GC-U-76: the conflict itself is logged, not what the re-read met."""
    turn = play()
    _, _, outcome = expected
    met = GONE if turn.gone_at_once else CONFLICT
    text = str(met).replace('"', '\\"')
    line = f'"error syncing item" err="{text}" item="{pod().reference}"'
    assert turn.errors == ([line] if outcome == "requeued" else [])


def test_preconditions_are_values():
    """GC-U-70: what goes along is exactly the UID and the version."""
    assert Preconditions("456", "10").to_dict() == {
        "uid": "456",
        "resourceVersion": "10",
    }
