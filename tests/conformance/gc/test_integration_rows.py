"""Rows GC-I-01 to GC-I-15 and GC-E-08: end states of a whole cluster.

An API server and the collector with five workers, a sync period and a mapper reset of
five seconds, no kubelet and no other controllers, as upstream's integration tests have
it. Each row is played on the oldest version, on the last before and the first after
owner references were verified, on the last version of either kind of sync loop, and on
the newest.

Upstream: test/integration/garbagecollector/garbage_collector_test.go and
cluster_scoped_owner_test.go; ``should not be blocked by dependency circle`` in
test/e2e/apimachinery/garbage_collector.go
"""

import pytest

from gcmodel.faults.kinds import Delay, Fault, Match
from gcmodel.kernel.durations import SECOND
from tests.conformance.gc.clusters import (
    WIDGETS,
    a_cluster,
    collector_sent,
    defined,
    definition,
    names,
    owners_of,
    pod,
    reference,
    replication_controller,
    started,
    thing,
    widget,
)

VERSIONS = ["1.16", "1.19", "1.20", "1.31", "1.32", "1.36"]
FOREIGN = "x/y"


@pytest.fixture(params=VERSIONS)
def cluster(request):
    """Return a cluster whose collector starts with the first run."""
    return a_cluster(request.param)


def misled(cluster):
    """Let objects in a claim the UID of an owner in b; return it and such a claim."""
    for namespace in ("a", "b"):
        cluster.apply(thing("Namespace", namespace, namespace=""))
    parent = cluster.apply(thing("ConfigMap", "parent", namespace="b"))
    valid = reference(parent, controller=False)
    for number in range(10):
        cluster.apply(thing("Secret", f"child-{number}", valid, namespace="b"))
    bad = {"apiVersion": "v1", "kind": "Pod", "name": "invalid", "uid": parent.uid}
    many = [
        {
            "apiVersion": "test/v1",
            "kind": f"invalid{number}",
            "name": "invalid",
            "uid": f"invalid-{number}",
        }
        for number in range(25)
    ]
    for number in range(5):
        for kind in ("ConfigMap", "Secret"):
            cluster.apply(thing(kind, f"many-{number}", *many, bad, namespace="a"))
        cluster.apply(thing("Secret", f"single-{number}", bad, namespace="a"))
    cluster.run("10s")
    return parent, bad


@pytest.mark.parametrize("kubernetes", VERSIONS[2:])
def test_references_across_namespaces(kubernetes):
    """GC-I-01, GC-I-02: bad references from one namespace harm nobody in another."""
    cluster = a_cluster(kubernetes)
    parent, bad = misled(cluster)
    left = [f"many-{number}" for number in range(5)]

    assert names(cluster, "Secret", namespace="a") == left
    for _ in range(5):
        cluster.run("1s")
        assert len(names(cluster, "Secret", namespace="b")) == 10
    assert cluster.graph.find(parent.uid) is not None
    cluster.apply(thing("Secret", "single-late", bad, namespace="a"))
    cluster.run("10s")

    assert names(cluster, "Secret", namespace="a") == left
    assert set(left) <= set(names(cluster, "ConfigMap", namespace="a"))


@pytest.mark.parametrize("kubernetes", VERSIONS[:2])
def test_references_across_namespaces_once_did_harm(kubernetes):
    """GC-M-222: before 1.20 they cost the children of a living owner their lives."""
    cluster = a_cluster(kubernetes)
    parent, _ = misled(cluster)

    assert names(cluster, "Secret", namespace="b") == []
    assert cluster.exists(parent)
    assert list(cluster.gc.absent_owners) == [parent.uid]


def test_cascading_deletion(cluster):
    """GC-I-03: a dependent goes with its only owner, and stays with another."""
    started(cluster)
    rc1 = cluster.apply(replication_controller("rc1"))
    rc2 = cluster.apply(replication_controller("rc2"))
    cluster.apply(pod("pod1", reference(rc1)))
    cluster.apply(pod("pod2"))
    cluster.apply(pod("pod3", reference(rc1), reference(rc2)))
    cluster.run("5s")

    cluster.delete(rc1, propagation="Background")
    cluster.run("30s")

    assert cluster.graph.find(rc1.uid) is None
    assert names(cluster, "Pod") == ["pod2", "pod3"]
    assert owners_of(cluster, "v1", "Pod", "default/pod3") == ["rc2"]


def test_owner_that_never_was(cluster):
    """GC-I-04: a dependent of an owner that does not exist is deleted."""
    started(cluster)
    owner = {
        "apiVersion": "v1",
        "kind": "ReplicationController",
        "name": "test.rc.1",
        "uid": "doesn't matter",
    }
    cluster.apply(pod("pod1", owner))
    cluster.run("30s")

    assert names(cluster, "Pod") == []
    assert collector_sent(cluster) == [("delete", "pod1")]


STRESS = {
    "k1": ((), None, True),
    "k2": (("orphan",), None, True),
    "k3": (("orphan",), "Background", False),
    "k4": ((), "Orphan", True),
    "k5": ((), "Orphan", True),
}
"""Finalizers at creation, how the owner is deleted, and whether its Pods remain."""


def test_stress(cluster):
    """GC-I-05: many owners at once, each with what its kind of deletion leaves."""
    started(cluster)
    owners = {}
    for number in range(10):
        for kind, (finalizers, _, _) in STRESS.items():
            name = f"{kind}-{number}"
            owner = cluster.apply(
                replication_controller(name, finalizers=list(finalizers))
            )
            owners[name] = owner
            for child in range(3):
                cluster.apply(pod(f"{name}-{child}", reference(owner)))
    cluster.run("30s")
    for name, owner in owners.items():
        cluster.delete(owner, propagation=STRESS[name[:2]][1])
    cluster.run("300s")

    assert names(cluster, "ReplicationController") == []
    remaining = [kind for kind, (_, _, remains) in STRESS.items() if remains]
    assert names(cluster, "Pod") == [
        f"{kind}-{number}-{child}"
        for kind in remaining
        for number in range(10)
        for child in range(3)
    ]
    assert [one for one in owners.values() if cluster.graph.find(one.uid)] == []


def test_orphaning(cluster):
    """GC-I-06: orphaned dependents remain without their owner, and without trace."""
    started(cluster)
    owner = cluster.apply(replication_controller("rc"))
    for number in range(3):
        cluster.apply(pod(f"pod{number}", reference(owner)))
    cluster.run("5s")

    cluster.delete(owner, propagation="Orphan")
    cluster.run("30s")

    assert not cluster.exists(owner)
    found = cluster.list("v1", "Pod", "default")
    assert [one.metadata.owner_references for one in found] == [(), (), ()]
    sent = collector_sent(cluster)
    assert sorted(sent[:3]) == [("patch", f"pod{number}") for number in range(3)]
    assert sent[3:] == [("patch", "rc")]


def test_solid_owner_does_not_block(cluster):
    """GC-I-07: a waiting owner is let go of by a dependent that has another."""
    started(cluster)
    rc_a = cluster.apply(replication_controller("rc-a"))
    rc_b = cluster.apply(replication_controller("rc-b"))
    cluster.apply(pod("pod", reference(rc_a, blockOwnerDeletion=True), reference(rc_b)))
    cluster.run("5s")

    cluster.delete(rc_a, propagation="Foreground")
    cluster.run("30s")

    assert not cluster.exists(rc_a)
    assert owners_of(cluster, "v1", "Pod", "default/pod") == ["rc-b"]
    sent = collector_sent(cluster)
    assert sent == [("patch", "pod"), ("patch", "rc-a")]


def test_non_blocking_references(cluster):
    """GC-I-08: dependents that do not block are deleted, and not waited for."""
    started(cluster)
    owner = cluster.apply(replication_controller("rc"))
    held = {"finalizers": [FOREIGN]}
    cluster.apply(pod("pod1", reference(owner), **held))
    cluster.apply(pod("pod2", reference(owner, blockOwnerDeletion=False), **held))
    cluster.run("5s")

    cluster.delete(owner, propagation="Foreground")
    cluster.run("30s")

    assert not cluster.exists(owner)
    assert names(cluster, "Pod") == ["pod1", "pod2"]


def test_double_deletion(cluster):
    """GC-I-09: a second foreground deletion is noticed like the first."""
    started(cluster)
    lucy = ("v1", "Pod", "default/lucy")
    cluster.apply(pod("lucy", finalizers=[FOREIGN]))
    cluster.run("5s")
    for _ in range(2):
        cluster.delete(*lucy, propagation="Foreground")
        assert cluster.get(*lucy).metadata.finalizers == (FOREIGN, "foregroundDeletion")
        cluster.run("10s")
        assert cluster.get(*lucy).metadata.finalizers == (FOREIGN,)

    cluster.patch(*lucy, patch={"metadata": {"finalizers": None}})
    cluster.run("10s")

    assert not cluster.exists(*lucy)


def test_blocking_reference(cluster):
    """GC-I-10: an owner waits for a dependent that blocks and does not go."""
    owner = cluster.apply(replication_controller("rc"))
    blocking = reference(owner, blockOwnerDeletion=True)
    cluster.apply(pod("pod", blocking, finalizers=[FOREIGN]))
    started(cluster)

    cluster.delete(owner, propagation="Foreground")
    cluster.run("15s")

    assert cluster.exists(owner)
    assert names(cluster, "Pod") == ["pod"]


def test_custom_resources(cluster):
    """GC-I-11: custom resources are collected as soon as discovery was looked at."""
    started(cluster)
    defined(cluster)
    owner = cluster.apply(widget("owner"))
    cluster.apply(widget("dependent", reference(owner)))

    cluster.delete(owner, propagation="Foreground")
    cluster.run("60s")

    assert names(cluster, "Widget", WIDGETS) == []


@pytest.mark.parametrize(
    ("owner", "dependent"),
    [
        (widget("owner"), thing("ConfigMap", "dependent")),
        (thing("ConfigMap", "owner"), widget("dependent")),
    ],
    ids=["owner", "dependent"],
)
def test_mixed_kinds(cluster, owner, dependent):
    """GC-I-12: owner and dependent may be of a built-in and a custom kind."""
    started(cluster)
    defined(cluster)
    made = cluster.apply(owner)
    dependent["metadata"]["ownerReferences"] = [reference(made)]
    child = cluster.apply(dependent)
    cluster.run("10s")

    cluster.delete(made, propagation="Foreground")
    cluster.run("60s")

    assert [cluster.exists(made), cluster.exists(child)] == [False, False]


def test_definition_that_goes(cluster):
    """GC-I-13: objects of a definition go with it, as do their dependents; twice."""
    started(cluster)
    for _ in range(2):
        made = defined(cluster)
        owner = cluster.apply(widget("owner"))
        child = cluster.apply(thing("ConfigMap", "dependent", reference(owner)))
        cluster.run("10s")

        cluster.delete(made)
        cluster.run("60s")

        assert not cluster.exists(child)
        assert not cluster.exists(made)


def test_cluster_scoped_owners():
    """GC-I-14: an owner that is seen late is asked for in time."""
    slow = Fault(Match(verb="watch", resource="persistentvolumes"), Delay(30 * SECOND))
    for kubernetes in VERSIONS:
        cluster = a_cluster(kubernetes)
        cluster.faults.add(slow)
        cluster.run("2s")
        volume = cluster.apply(thing("PersistentVolume", "pv-valid", namespace=""))
        missing = reference(
            volume.with_metadata(name="missing-name", uid="missing-uid")
        )
        unknown = {
            "apiVersion": "unknown.group/v1",
            "kind": "UnknownType",
            "name": "invalid-name",
            "uid": "invalid-uid",
        }
        cluster.apply(thing("ConfigMap", "cm-valid", reference(volume)))
        cluster.apply(thing("ConfigMap", "cm-missing", missing))
        cluster.apply(thing("ConfigMap", "cm-invalid", unknown))

        cluster.run("300s")

        ours = [name for name in names(cluster, "ConfigMap") if name.startswith("cm-")]
        assert ours == ["cm-invalid", "cm-valid"]


@pytest.mark.parametrize(
    ("kubernetes", "collected"), [("1.31", False), ("1.32", True), ("1.36", True)]
)
def test_conversion_that_fails(kubernetes, collected):
    """GC-I-15: since 1.32 one resource that cannot be converted blocks nothing."""
    cluster = a_cluster(kubernetes)
    defined(cluster)
    cluster.apply(widget("stored-as-v1"))
    broken = definition()
    versions = broken["spec"]["versions"]
    broken["spec"]["versions"] = [
        versions[0] | {"storage": False},
        versions[0] | {"name": "v2"},
    ]
    service = {"namespace": "default", "name": "nobody", "path": "/convert"}
    broken["spec"]["conversion"] = {
        "strategy": "Webhook",
        "webhook": {
            "clientConfig": {"service": service},
            "conversionReviewVersions": ["v1"],
        },
    }
    cluster.apply(broken)
    cluster.run("40s")
    assert cluster.gc.status().synced is False

    owner = cluster.apply(replication_controller("rc"))
    child = cluster.apply(pod("pod", reference(owner)))
    cluster.run("5s")
    cluster.delete(owner, propagation="Background")
    cluster.run("120s")

    assert cluster.exists(child) is not collected


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kubernetes", VERSIONS)
def test_circle(kubernetes, seed):
    """GC-E-08: three Pods that own each other in a circle are all deleted."""
    cluster = started(a_cluster(kubernetes, seed))
    pods = {name: cluster.apply(pod(name)) for name in ("pod1", "pod2", "pod3")}
    for name, owner in (("pod1", "pod3"), ("pod2", "pod1"), ("pod3", "pod2")):
        held = reference(pods[owner], controller=True, blockOwnerDeletion=True)
        patch = {"metadata": {"ownerReferences": [held]}}
        cluster.patch("v1", "Pod", f"default/{name}", patch=patch)
    cluster.run("5s")

    cluster.delete(pods["pod1"], propagation="Foreground")
    cluster.run("150s")

    assert names(cluster, "Pod") == []
