"""Rows GC-M-220 to GC-M-226: what a worker makes of each owner, one owner at a time.

Upstream: ``isDangling`` and ``classifyReferences`` in
pkg/controller/garbagecollector/garbagecollector.go; tests of our own
"""

import pytest

from gcmodel.garbagecollector.node import Node
from gcmodel.objects.finalizers import DELETE_DEPENDENTS, ORPHAN_DEPENDENTS
from gcmodel.objects.identity import ObjectReference
from gcmodel.objects.metadata import OwnerReference
from tests.conformance.gc.harness import Harness, kube_object

FIRST = OwnerReference("v1", "ConfigMap", "first", "1")
SECOND = OwnerReference("v1", "ConfigMap", "second", "2")
READ = ["get pods ns1 pod", "get configmaps ns1 first", "get configmaps ns1 second"]
DELETE = "delete pods ns1 pod"
PATCH = "patch pods ns1 pod"


def owner(claimed, uid=None, **metadata):
    """Return the object that is *claimed*, or one of another UID in its place."""
    identity = ObjectReference(
        "v1", "ConfigMap", "ns1", claimed.name, uid or claimed.uid
    )
    return kube_object(identity, (), **metadata)


def verdict_on(*owners):
    """Return what is done to a Pod of two owners, of which *owners* are there."""
    harness = Harness()
    pod = kube_object(ObjectReference("v1", "Pod", "ns1", "pod", "3"), (FIRST, SECOND))
    for one in (*owners, pod):
        harness.server.put(one)
    node = Node.of(pod.reference, pod.metadata.owner_references)
    harness.run(harness.collector.deletion_worker.attempt_to_delete(node))
    assert harness.server.actions[:3] == READ
    return harness.server.actions[3:]


WAITS = {"deletion_timestamp": 1, "finalizers": (DELETE_DEPENDENTS,)}


@pytest.mark.parametrize(
    ("first", "does"),
    [
        (owner(FIRST), []),
        (owner(FIRST, uid="9"), [PATCH]),
        (owner(FIRST, **WAITS), [PATCH]),
        (owner(FIRST, deletion_timestamp=1, finalizers=("a/b",)), []),
        (owner(FIRST, deletion_timestamp=1, finalizers=(ORPHAN_DEPENDENTS,)), []),
        (owner(FIRST, finalizers=(DELETE_DEPENDENTS,)), []),
    ],
    ids=[
        *("GC-M-220 there", "GC-M-221 another incarnation", "GC-M-222 waits"),
        *("GC-M-223 held by others", "GC-M-224 orphans", "GC-M-225 will wait"),
    ],
)
def test_beside_an_owner_that_is_there(first, does):
    """Only a claim to an owner that is gone, or waits, is cut."""
    assert verdict_on(first, owner(SECOND)) == does


@pytest.mark.parametrize(
    ("first", "does"),
    [
        (owner(FIRST, uid="9"), [DELETE]),
        (owner(FIRST, **WAITS), [DELETE]),
        (owner(FIRST, deletion_timestamp=1, finalizers=("a/b",)), [PATCH]),
    ],
    ids=["another incarnation", "waits", "held by others"],
)
def test_beside_an_owner_that_is_not(first, does):
    """GC-M-226: one owner that is there, be it held on its way out, keeps the Pod."""
    assert verdict_on(first) == does
