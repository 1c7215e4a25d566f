"""What the graph makes of odd owner references, before and since 1.20.

Upstream: kubernetes/kubernetes#92743, for 1.20
"""

import pytest

from gcmodel.objects.identity import ObjectReference
from gcmodel.objects.metadata import OwnerReference
from tests.conformance.gc.config_maps import (
    config_map,
    graph_of,
    reference,
    to_delete,
    work_off,
)
from tests.conformance.gc.harness import Harness, kube_object

CLUSTER_SCOPED = (
    "object [v1/Node, namespace: , name: node, uid: node] is cluster-scoped, but "
    "refers to a namespaced owner of type v1/ConfigMap, owner"
)


@pytest.mark.parametrize(
    ("kubernetes", "actions"),
    [
        ("1.19", ["get nodes node", "get configmaps owner", "delete nodes node"]),
        ("1.20", ["get nodes node"]),
    ],
)
def test_cluster_scoped_child_of_a_namespaced_owner(kubernetes, actions):
    """GC-M-211: since 1.20 such a child is left alone; before, it is deleted."""
    harness = Harness(kubernetes)
    child = kube_object(
        ObjectReference("v1", "Node", "", "node", "node"), [reference("owner")]
    )
    harness.server.put(child)
    harness.see("add", child)
    work_off(harness)
    harness.collector.attempt_to_delete.add(harness.graph.find("node"))

    harness.process_attempt_to_delete(1)

    assert harness.server.actions == actions
    assert harness.logged("I").count(CLUSTER_SCOPED) == (kubernetes == "1.20")


def test_claimed_identity_before_coordinates_were_verified():
    """GC-M-212: in 1.19 an owner keeps the identity under which it was first named."""
    harness = Harness("1.19")
    harness.see(
        "add", config_map("child", [OwnerReference("v1", "Secret", "x", "owner")])
    )
    claimed = harness.graph.find("owner")

    harness.see("add", config_map("owner"))

    assert harness.graph.find("owner") is claimed
    assert (claimed.virtual, claimed.identity.kind) == (False, "Secret")


@pytest.mark.parametrize(
    ("kubernetes", "queued"), [("1.16", []), ("1.19", []), ("1.20", ["child"])]
)
def test_wrong_coordinates_of_a_known_owner(kubernetes, queued):
    """GC-M-217: since 1.20 a dependent that misnames its owner is looked at."""
    harness = Harness(kubernetes)
    harness.see("add", config_map("owner"))

    misnamed = OwnerReference("v1", "Secret", "owner", "owner")
    harness.see("add", config_map("child", [misnamed]))

    assert to_delete(harness) == queued


@pytest.mark.parametrize(
    ("kubernetes", "left"),
    [("1.16", ["child"]), ("1.19", ["child"]), ("1.20", ["child", "owner"])],
)
def test_virtual_delete_of_an_observed_owner(kubernetes, left):
    """GC-M-218: since 1.20 a known owner outlives the delete of another coordinate."""
    harness = Harness(kubernetes)
    harness.see("add", config_map("owner"))
    harness.see("add", config_map("child", ["owner"]))

    misnamed = ObjectReference("v1", "Secret", "ns1", "owner", "owner")
    harness.collector.enqueue_virtual_delete(misnamed)
    harness.process_graph_changes(1)

    assert sorted(graph_of(harness)) == left
