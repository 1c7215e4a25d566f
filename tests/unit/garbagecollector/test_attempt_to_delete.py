"""What a worker queues and remembers in one turn."""

from gcmodel.errors import api_error
from gcmodel.kernel.durations import MILLISECOND
from gcmodel.objects.finalizers import DELETE_DEPENDENTS
from gcmodel.objects.identity import ObjectReference
from tests.conformance.gc.config_maps import (
    config_map,
    deleting,
    reference,
    to_delete,
    work_off,
)
from tests.conformance.gc.harness import Harness, kube_object

GET_OWNER = "get configmaps ns1 owner"
GET_CHILD = "get configmaps ns1 child"
BROKEN = api_error(500, "InternalError", "etcdserver: request timed out")


def look_at(harness, *uids):
    """Let a worker take one turn on each of the nodes called *uids*, and no other."""
    for uid in uids:
        work_off(harness)
        harness.collector.attempt_to_delete.add(harness.graph.find(uid))
        harness.process_attempt_to_delete(1)


def test_waiting_owner_queues_the_idle_among_those_that_block_it():
    """A dependent that itself waits for its dependents is not queued by its owner."""
    harness = Harness()
    blocking = reference("owner", block_owner_deletion=True)
    owner = deleting("owner", DELETE_DEPENDENTS)
    harness.server.put(owner)
    harness.see("add", owner)
    harness.see("add", deleting("waits", DELETE_DEPENDENTS, owners=[blocking]))
    harness.see("add", config_map("idle", [blocking]))
    harness.see("add", config_map("free", ["owner"]))

    look_at(harness, "owner")

    assert to_delete(harness) == ["idle"]
    assert harness.server.actions == [GET_OWNER]


def test_replaced_owner_is_asked_for_once():
    """An owner whose name another has taken is remembered as absent."""
    harness = Harness()
    harness.server.put(
        kube_object(ObjectReference("v1", "ConfigMap", "ns1", "owner", "another"))
    )
    for name in ("first", "second"):
        harness.server.put(config_map(name, ["owner"]))
        harness.see("add", config_map(name, ["owner"]))

    look_at(harness, "first", "second")

    assert harness.server.actions == [
        "get configmaps ns1 first",
        GET_OWNER,
        "delete configmaps ns1 first",
        "get configmaps ns1 second",
        "delete configmaps ns1 second",
    ]
    assert list(harness.cache) == [config_map("owner").reference]


def test_success_resets_the_back_off():
    """After two failures and a success, the next failure costs 5 ms again, not 20."""
    harness = Harness()
    child = config_map("child", ["owner"])
    harness.server.put(child)
    harness.server.put(config_map("owner"))
    harness.server.answer(GET_CHILD, BROKEN, BROKEN, child, BROKEN)
    harness.see("add", config_map("owner"))
    harness.see("add", child)
    queue = harness.collector.attempt_to_delete

    look_at(harness, "child", "child", "child")
    assert to_delete(harness) == []
    look_at(harness, "child")

    assert queue.delays_ns == [n * MILLISECOND for n in (5, 10, 5)]
    assert to_delete(harness) == ["child"]
