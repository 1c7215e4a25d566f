"""The collector's requests where the server does not do as asked the first time."""

from itertools import pairwise

import pytest

from gcmodel.errors import api_error
from gcmodel.garbagecollector.node import Node
from gcmodel.garbagecollector.operations import RetryLaterError
from gcmodel.kernel.durations import MILLISECOND
from gcmodel.objects.finalizers import DELETE_DEPENDENTS, ORPHAN_DEPENDENTS
from gcmodel.objects.metadata import OwnerReference
from gcmodel.objects.patch_types import PatchType
from tests.conformance.gc.config_maps import config_map, deleting, reference
from tests.conformance.gc.harness import Harness

GET, PATCH = "get configmaps ns1 child", "patch configmaps ns1 child"
UNSUPPORTED = api_error(415, "UnsupportedMediaType", "merge it")
CONFLICT = api_error(409, "Conflict", "the object has been modified")
BROKEN = api_error(500, "InternalError", "no")
NAMED = "[v1/ConfigMap, namespace: ns1, name: child, uid: child]"


def operations_of(harness):
    """Return the operations that the workers of *harness* share."""
    return harness.collector.deletion_worker.operations


def sent_patches(harness):
    """Return the type and body of each patch."""
    return [
        (detail.kind, detail.body)
        for action, detail in zip(
            harness.server.actions, harness.server.details, strict=True
        )
        if action.startswith("patch")
    ]


# Where strategic merge patches are not understood

BLOCKS = reference("blocks", block_owner_deletion=True)
FREE = reference("free")
SEEN = (BLOCKS, FREE)


def drop_blocking(operations, node):
    """Cut the reference to the owner that is blocked."""
    return operations.drop_owners(node, ("blocks",))


def drop_both(operations, node):
    """Cut both references."""
    return operations.drop_owners(node, ("free", "blocks"))


def unblock(operations, node):
    """Make the references non-blocking."""
    return operations.unblock_owners(node)


def wire(owner, **changes):
    """Return *owner* on the wire, with *changes*."""
    return owner.to_dict() | changes


STRATEGIC = {
    drop_blocking: {
        "uid": "child",
        "ownerReferences": [{"$patch": "delete", "uid": "blocks"}],
    },
    drop_both: {
        "uid": "child",
        "ownerReferences": [
            {"$patch": "delete", "uid": "free"},
            {"$patch": "delete", "uid": "blocks"},
        ],
    },
    unblock: {
        "uid": "child",
        "creationTimestamp": None,
        "ownerReferences": [wire(BLOCKS, blockOwnerDeletion=False)],
    },
}
MERGED = {
    drop_blocking: [wire(FREE)],
    drop_both: None,
    unblock: [
        wire(BLOCKS, blockOwnerDeletion=False),
        wire(FREE, blockOwnerDeletion=False),
    ],
}


@pytest.mark.parametrize("cached", [True, False], ids=["cached", "not cached"])
@pytest.mark.parametrize("change", STRATEGIC)
def test_a_merge_patch_says_the_same(change, cached):
    """A 415 is answered with a merge patch of the monitor's copy, or the live one."""
    harness = Harness()
    live = config_map("child", SEEN, resource_version="7")
    copy = config_map("child", SEEN, resource_version="6")
    harness.server.put(live)
    harness.server.answer(PATCH, UNSUPPORTED)
    operations = operations_of(harness)
    asked = []
    operations.find_cached = lambda mapping, key: (
        asked.append((str(mapping.resource), key)) or (copy if cached else None)
    )

    harness.run(change(operations, Node.of(live.reference, SEEN)))

    assert harness.server.actions == ([PATCH, PATCH] if cached else [PATCH, GET, PATCH])
    version = "6" if cached else "7"
    merged = {"resourceVersion": version, "ownerReferences": MERGED[change]}
    assert sent_patches(harness) == [
        (PatchType.STRATEGIC, {"metadata": STRATEGIC[change]}),
        (PatchType.MERGE, {"metadata": merged}),
    ]
    assert asked == [("/v1, Resource=configmaps", "ns1/child")]


@pytest.mark.parametrize("change", STRATEGIC)
def test_other_refusals_are_not_answered_with_a_merge_patch(change):
    """Only a 415 leads to a second patch; whatever else is said is the outcome."""
    harness = Harness()
    harness.server.answer(PATCH, CONFLICT)
    steps = change(operations_of(harness), Node.of(config_map("child").reference, SEEN))

    with pytest.raises(type(CONFLICT)):
        harness.run(steps)

    assert harness.server.actions == [PATCH]


# Removing a finalizer


def remove(harness, finalizer=DELETE_DEPENDENTS):
    """Remove *finalizer* from the child."""
    identity = config_map("child").reference
    return harness.run(operations_of(harness).remove_finalizer(identity, finalizer))


def test_conflicts_are_met_four_times():
    """Against conflicts it tries four times, about 10, 50 and 250 ms apart."""
    harness = Harness()
    harness.server.put(deleting("child", DELETE_DEPENDENTS))
    harness.server.answer(PATCH, *[CONFLICT] * 5)

    with pytest.raises(RetryLaterError) as caught:
        remove(harness)

    assert harness.server.actions == [GET, PATCH] * 4
    reads = harness.server.asked_ns[::2]
    pauses = [later - earlier for earlier, later in pairwise(reads)]
    for base, pause in zip((10, 50, 250), pauses, strict=True):
        assert base < pause / MILLISECOND <= base * 1.1
    assert str(caught.value) == (
        "updateMaxRetries(4) has reached. The garbage collector will retry later for "
        f"owner {NAMED}"
    )


def test_three_conflicts_are_survived():
    """The fourth try counts, and sends what the fourth read has shown."""
    harness = Harness()
    held = deleting("child", "x/y", DELETE_DEPENDENTS, ORPHAN_DEPENDENTS)
    harness.server.put(held.with_metadata(resource_version="9"))
    harness.server.answer(PATCH, *[CONFLICT] * 3)

    assert remove(harness) is None

    assert harness.server.actions == [GET, PATCH] * 4
    kept = {"resourceVersion": "9", "finalizers": ["x/y", ORPHAN_DEPENDENTS]}
    assert sent_patches(harness) == [(PatchType.MERGE, {"metadata": kept})] * 4


def test_object_that_is_gone_has_no_finalizers():
    """What is not found needs no patch."""
    harness = Harness()

    assert remove(harness) is None
    assert (harness.server.actions, harness.logged()) == ([GET], [])


def test_finalizer_that_is_gone_is_not_removed():
    """A finalizer that others have removed is only mentioned."""
    harness = Harness()
    harness.server.put(deleting("child", "x/y"))

    assert remove(harness) is None

    assert harness.server.actions == [GET]
    assert harness.logged("I") == [
        f'"finalizer already removed from object" item="{NAMED}" '
        f'finalizer="{DELETE_DEPENDENTS}"'
    ]


UNMAPPED = "unable to get REST mapping for v1/Gadget."


def test_owner_that_cannot_be_read_is_left_for_later():
    """An owner that cannot be read is not patched, and the reason is passed on."""
    harness = Harness()
    harness.server.answer(GET, BROKEN)

    with pytest.raises(RetryLaterError) as caught:
        remove(harness)

    assert harness.server.actions == [GET]
    assert str(caught.value) == (
        f"cannot finalize owner {NAMED}, because cannot get it: no. "
        "The garbage collector will retry later"
    )


def test_owner_of_a_kind_that_is_not_served_is_left_for_later():
    """An owner whose kind nobody serves is not asked for."""
    harness = Harness()
    gadget = OwnerReference("v1", "Gadget", "g", "g").in_namespace("ns1")

    with pytest.raises(RetryLaterError, match=UNMAPPED):
        harness.run(operations_of(harness).remove_finalizer(gadget, DELETE_DEPENDENTS))

    assert harness.server.actions == []
