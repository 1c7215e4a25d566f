"""Rows GC-E-01 to GC-E-07 and GC-E-09 to GC-E-11: whole clusters, with all controllers.

Times are virtual. The limits are those of upstream's tests, with their allowance of a
minute for informers that have yet to learn of a resource.

Upstream: test/e2e/apimachinery/garbage_collector.go
"""

import pytest

from gcmodel.cluster.cluster import Cluster
from gcmodel.objects.identity import GroupResource

VERSIONS = ["1.20", "1.31", "1.32", "1.36"]
LABELS = {"app": "web"}
TEMPLATE = {
    "metadata": {"labels": LABELS},
    "spec": {"containers": [{"name": "c", "image": "example.invalid/image"}]},
}
CONTROLLER = ("v1", "ReplicationController")
DEPLOYMENT = ("apps/v1", "Deployment")
REPLICA_SET = ("apps/v1", "ReplicaSet")
POD = ("v1", "Pod")
WIDGET = ("example.com/v1", "Widget")
WIDGETS = GroupResource("example.com", "widgets")
CRON_JOB = ("batch/v1", "CronJob")


@pytest.fixture(params=VERSIONS)
def cluster(request):
    """Return a cluster with everything in it."""
    return Cluster(request.param)


def replication_controller(name, replicas, labels):
    """Return a ReplicationController on the wire."""
    template = {**TEMPLATE, "metadata": {"labels": labels}}
    spec = {"replicas": replicas, "selector": labels, "template": template}
    return wire(CONTROLLER, name, spec)


def wire(kind, name, spec, **metadata):
    """Return an object on the wire."""
    meta = {"name": name, **metadata}
    return {"apiVersion": kind[0], "kind": kind[1], "metadata": meta, "spec": spec}


def count(cluster, kind):
    """Return how many objects of *kind* there are."""
    return len(cluster.list(*kind))


def created(cluster, manifest):
    """Apply *manifest*, and run until its controller has made what it is to make."""
    stored = cluster.apply(manifest)
    wanted = manifest["spec"]["replicas"]
    # Counted by the controller: a Pod that nobody has seen yet is not orphaned.
    cluster.run_until(
        lambda: cluster.get(stored).status.get("replicas") == wanted, "2m"
    )
    return stored


def gone(cluster, *kinds, within):
    """Run until there is nothing of *kinds*; fail if that takes longer."""
    cluster.run_until(lambda: not any(count(cluster, kind) for kind in kinds), within)


def test_background(cluster):
    """GC-E-01: the Pods of a controller that is deleted go, too."""
    owner = created(cluster, replication_controller("web", 2, LABELS))

    cluster.delete(owner, propagation="Background")

    gone(cluster, CONTROLLER, POD, within="2m")


def test_orphan(cluster):
    """GC-E-02: orphaned Pods stay when their controller has gone."""
    orphan(cluster, 10)


def orphan(cluster, replicas):
    """Orphan Pods, and see that they stay."""
    owner = created(cluster, replication_controller("web", replicas, LABELS))

    cluster.delete(owner, propagation="Orphan")
    gone(cluster, CONTROLLER, within="3m")
    cluster.run("30s")

    assert count(cluster, POD) == replicas
    assert not any(pod.metadata.owner_references for pod in cluster.list(*POD))


def test_orphan_a_hundred():
    """GC-E-02: at the upper end of upstream's number, too."""
    orphan(Cluster("1.31"), 100)


def test_a_pod_that_nobody_has_seen_is_not_orphaned():
    """GC-E-02, and why upstream waits: the graph orphans whom it knows."""
    cluster = Cluster("1.31", faults=["WATCH pods -> delay 3s"])
    owner = cluster.apply(replication_controller("web", 10, LABELS))
    cluster.run_until(lambda: count(cluster, POD) == 10, "2m")

    cluster.delete(owner, propagation="Orphan")
    cluster.run("2m")

    assert count(cluster, POD) < 10


def test_the_oldest_workload_orphans_unasked(cluster):
    """GC-E-03: without a policy, a ReplicationController leaves its Pods behind."""
    owner = created(cluster, replication_controller("web", 2, LABELS))

    cluster.delete(owner)
    cluster.run("30s")

    assert count(cluster, POD) == 2


def deployed(cluster):
    """Return a Deployment whose two Pods run."""
    spec = {
        "replicas": 2,
        "selector": {"matchLabels": LABELS},
        "template": TEMPLATE,
    }
    return created(cluster, wire(DEPLOYMENT, "web", spec))


def test_two_generations(cluster):
    """GC-E-04: a Deployment takes ReplicaSets and Pods along."""
    cluster.delete(deployed(cluster), propagation="Background")

    gone(cluster, DEPLOYMENT, REPLICA_SET, POD, within="2m")


def test_orphaned_replica_set(cluster):
    """GC-E-05: an orphaned ReplicaSet keeps its Pods, and has no controller."""
    cluster.delete(deployed(cluster), propagation="Orphan")
    gone(cluster, DEPLOYMENT, within="3m")
    cluster.run("30s")

    (left,) = cluster.list(*REPLICA_SET)
    assert left.metadata.controller is None
    assert count(cluster, POD) == 2


def test_foreground(cluster):
    """GC-E-06: when the controller has gone, its Pods went before."""
    delete_in_foreground(cluster, 10)


def delete_in_foreground(cluster, replicas):
    """Delete in the foreground, and see that no Pod is left when the owner is gone."""
    owner = created(cluster, replication_controller("web", replicas, LABELS))

    cluster.delete(owner, propagation="Foreground")
    gone(cluster, CONTROLLER, within="90s")

    assert count(cluster, POD) == 0


def test_foreground_a_hundred():
    """GC-E-06: at the upper end of upstream's number, too."""
    delete_in_foreground(Cluster("1.31"), 100)


def test_second_owner(cluster):
    """GC-E-07: Pods that somebody else owns, too, stay, and claim only him."""
    first = created(cluster, replication_controller("first", 10, LABELS))
    second = cluster.apply(replication_controller("second", 0, {"app": "none"}))
    claim = {
        "apiVersion": second.api_version,
        "kind": second.kind,
        "name": second.name,
        "uid": second.uid,
    }
    shared = cluster.list(*POD)[:5]
    for pod in shared:
        claims = [one.to_dict() for one in pod.metadata.owner_references]
        cluster.patch(pod, patch={"metadata": {"ownerReferences": [*claims, claim]}})

    cluster.delete(first, propagation="Foreground")
    cluster.run_until(lambda: not cluster.exists(first), "90s")
    cluster.run("30s")

    left = cluster.list(*POD)
    assert {pod.name for pod in left} == {pod.name for pod in shared}
    assert not any(pod.metadata.being_deleted for pod in left)
    claims = [[one.uid for one in pod.metadata.owner_references] for pod in left]
    assert claims == [[second.uid]] * 5


def widgets(cluster):
    """Define cluster-scoped widgets; return an owner and its dependent."""
    cluster.apply(
        wire(
            ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
            "widgets.example.com",
            {
                "group": "example.com",
                "scope": "Cluster",
                "names": {"plural": "widgets", "kind": "Widget"},
                "versions": [{"name": "v1", "served": True, "storage": True}],
            },
        )
    )
    cluster.run_until(
        lambda: cluster.admin.addressing.registry.find_plural(WIDGETS) is not None
    )
    owner = cluster.apply(wire(WIDGET, "owner", {}))
    claim = {
        "apiVersion": owner.api_version,
        "kind": owner.kind,
        "name": owner.name,
        "uid": owner.uid,
    }
    return owner, cluster.apply(wire(WIDGET, "one", {}, ownerReferences=[claim]))


def wait_until_known(cluster):
    """Delete a canary in the foreground: it goes when the collector knows its kind."""
    canary = cluster.apply(wire(WIDGET, "canary", {}))
    cluster.delete(canary, propagation="Foreground")
    cluster.run_until(lambda: not cluster.exists(canary), "3m")


def test_custom_resources(cluster):
    """GC-E-09: a cluster-scoped custom resource takes its dependent along."""
    owner, dependent = widgets(cluster)
    wait_until_known(cluster)

    cluster.delete(owner, propagation="Background")
    cluster.run_until(lambda: not cluster.exists(dependent), "4m")

    assert not cluster.exists(owner)


def test_orphaned_custom_resources(cluster):
    """GC-E-10: an orphaned custom resource stays."""
    owner, dependent = widgets(cluster)
    wait_until_known(cluster)

    cluster.delete(owner, propagation="Orphan")
    cluster.run_until(lambda: not cluster.exists(owner), "2m")
    cluster.run("90s")

    assert cluster.get(dependent).metadata.owner_references == ()


@pytest.mark.parametrize("version", ["1.25", "1.31", "1.32", "1.36"])
def test_cron_job(version):
    """GC-E-11: a CronJob takes its Jobs and their Pods along; batch/v1 has it."""
    cluster = Cluster(version)
    pod = {**TEMPLATE["spec"], "restartPolicy": "OnFailure"}
    spec = {
        "schedule": "*/1 * * * *",
        "jobTemplate": {"spec": {"template": {"spec": pod}}},
    }
    owner = cluster.apply(wire(CRON_JOB, "hourly", spec))
    cluster.run_until(lambda: count(cluster, POD) > 0, "2m")

    cluster.delete(owner, propagation="Background")

    gone(cluster, CRON_JOB, ("batch/v1", "Job"), POD, within="60s")
