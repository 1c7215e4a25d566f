"""Controllers and stand-in together, from manifest to the end of the last Pod."""

import itertools

import pytest

from gcmodel.cluster.cluster import Cluster
from gcmodel.controllers.kubelet import exit_code
from gcmodel.kernel.durations import SECOND

CONTAINERS = [{"name": "c", "image": "example.invalid/a:1"}]


def workload(kind, name, api_version="apps/v1", template=None, **spec):
    """Return the manifest of a workload."""
    metadata = {"labels": {"app": name}} | (template or {})
    pod = {"containers": CONTAINERS}
    if kind == "Job":
        pod["restartPolicy"] = "Never"
    wire = {"template": {"metadata": metadata, "spec": pod}} | spec
    if kind != "Job":
        wire["selector"] = {"matchLabels": {"app": name}}
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": name},
        "spec": wire,
    }


def a_cluster(version="1.28", seed=0):
    """Return a cluster that is at rest."""
    cluster = Cluster(kubernetes=version, seed=seed)
    cluster.settle()
    return cluster


def names(cluster, kind, api_version="v1"):
    """Return the names of the objects of a kind in ``default``."""
    return [one.name for one in cluster.list(api_version, kind, "default")]


def conditions(cluster, kind, name, api_version="apps/v1"):
    """Return the reasons of an object's conditions, by type."""
    status = cluster.get(api_version, kind, f"default/{name}").status
    return {one["type"]: one.get("reason", "") for one in status["conditions"]}


@pytest.mark.parametrize("seed", range(3))
def test_a_rollout(seed):
    """A changed template replaces every Pod, and the old ReplicaSet stays, empty."""
    cluster = a_cluster(seed=seed)
    web = workload("Deployment", "web", replicas=3)
    cluster.apply(web)
    cluster.settle()
    before = {pod.uid for pod in cluster.list("v1", "Pod")}
    web["spec"]["template"]["metadata"]["annotations"] = {"changed": "yes"}

    cluster.apply(web)
    cluster.settle()

    after = {pod.uid for pod in cluster.list("v1", "Pod")}
    sizes = [one.spec["replicas"] for one in cluster.list("apps/v1", "ReplicaSet")]
    assert (len(before), len(after), before & after) == (3, 3, set())
    assert sorted(sizes) == [0, 3]
    assert conditions(cluster, "Deployment", "web") == {
        "Available": "MinimumReplicasAvailable",
        "Progressing": "NewReplicaSetAvailable",
    }


def test_a_rollout_by_recreation():
    """With Recreate no new Pod is made before the last old one is gone."""
    cluster = a_cluster()
    web = workload("Deployment", "web", replicas=2, strategy={"type": "Recreate"})
    cluster.apply(web)
    cluster.settle()
    web["spec"]["template"]["metadata"]["annotations"] = {"changed": "yes"}
    seen = len(cluster.trace)

    cluster.apply(web)
    cluster.settle()

    events = [
        record.fields["event"]
        for record in cluster.trace.since(seen)
        if record.what == "store.write" and record.fields["resource"] == "pods"
    ]
    last_end = len(events) - 1 - events[::-1].index("DELETED")
    assert events.index("ADDED") > last_end
    assert events.count("ADDED") == events.count("DELETED") == 2


@pytest.mark.parametrize("version", ["1.20", "1.28"])
@pytest.mark.parametrize("seed", range(3))
def test_a_job(version, seed):
    """A Job runs just as many Pods as it needs, and lets them go when it is done."""
    cluster = a_cluster(version, seed)

    cluster.apply(workload("Job", "work", "batch/v1", completions=3, parallelism=2))
    cluster.settle()

    status = cluster.get("batch/v1", "Job", "default/work").status
    assert (status["succeeded"], status.get("failed", 0)) == (3, 0)
    assert conditions(cluster, "Job", "work", "batch/v1") == {"Complete": ""}
    assert [pod.metadata.finalizers for pod in cluster.list("v1", "Pod")] == [()] * 3


def test_a_job_that_fails():
    """A Job gives up after its failures, with ten and twenty seconds in between."""
    cluster = a_cluster()
    template = {
        "annotations": {
            "gcmodel.dev/exits-with": "1",
            "gcmodel.dev/runs-for": "1s",
        }
    }
    job = workload("Job", "work", "batch/v1", template, backoffLimit=2)

    cluster.apply(job)
    cluster.run("2m")

    status = cluster.get("batch/v1", "Job", "default/work").status
    created = sorted(
        pod.metadata.creation_timestamp for pod in cluster.list("v1", "Pod")
    )
    gaps = [later - earlier for earlier, later in itertools.pairwise(created)]
    assert status["failed"] == 3
    assert conditions(cluster, "Job", "work", "batch/v1") == {
        "Failed": "BackoffLimitExceeded"
    }
    assert all(gap >= least for gap, least in zip(gaps, (10, 20), strict=True))


def test_a_job_past_its_deadline():
    """A Job that takes too long fails, and its Pods are deleted."""
    cluster = a_cluster()
    template = {"annotations": {"gcmodel.dev/runs-for": "1h"}}
    job = workload("Job", "work", "batch/v1", template, activeDeadlineSeconds=20)

    cluster.apply(job)
    cluster.run("2m")

    assert conditions(cluster, "Job", "work", "batch/v1") == {
        "Failed": "DeadlineExceeded"
    }
    assert names(cluster, "Pod") == []


def test_a_finished_job_is_deleted_in_the_foreground():
    """A Job with a time to live goes after that time, its Pods first."""
    cluster = a_cluster()
    job = workload("Job", "work", "batch/v1", ttlSecondsAfterFinished=30)
    seen = len(cluster.trace)

    cluster.apply(job)
    cluster.run("2m")

    deletes = [
        record.fields["options"]["propagationPolicy"]
        for record in cluster.trace.since(seen)
        if record.what == "api.request"
        and record.fields["verb"] == "delete"
        and record.fields["resource"] == "jobs.batch"
    ]
    assert deletes == ["Foreground"]
    assert names(cluster, "Job", "batch/v1") == names(cluster, "Pod") == []


def test_a_pod_deleted_before_it_was_counted():
    """The finalizer keeps a Pod of a Job until it is counted as failed."""
    cluster = a_cluster()
    template = {"annotations": {"gcmodel.dev/runs-for": "1m"}}
    cluster.apply(workload("Job", "work", "batch/v1", template))
    cluster.run("10s")

    cluster.delete(cluster.list("v1", "Pod")[0], grace_period_seconds=0)
    cluster.run("5s")

    status = cluster.get("batch/v1", "Job", "default/work").status
    assert status["failed"] == 1
    assert names(cluster, "Pod") == []


@pytest.mark.parametrize(
    ("version", "api_version", "stamp"),
    [("1.20", "batch/v1beta1", 60), ("1.28", "batch/v1", 1)],
)
def test_a_cron_job(version, api_version, stamp):
    """A CronJob makes a Job each minute, named by it, and keeps the last three."""
    cluster = a_cluster(version)
    template = workload("Job", "x", "batch/v1")["spec"]
    cluster.apply(
        {
            "apiVersion": api_version,
            "kind": "CronJob",
            "metadata": {"name": "tick"},
            "spec": {"schedule": "* * * * *", "jobTemplate": {"spec": template}},
        }
    )

    cluster.run("5m30s")

    found = names(cluster, "Job", "batch/v1")
    minutes = [int(name.removeprefix("tick-")) // stamp for name in found]
    first = cluster.settings.epoch_s // 60 + 4
    assert minutes == [first, first + 1, first + 2]
    pods = cluster.list("v1", "Pod")
    assert {pod.metadata.controller.name for pod in pods} == set(found)


@pytest.mark.parametrize(
    ("policy", "jobs"), [("Allow", 4), ("Forbid", 1), ("Replace", 1)]
)
def test_concurrency(policy, jobs):
    """While a Job runs, another is made beside it, not at all, or in its place."""
    cluster = a_cluster()
    template = {"annotations": {"gcmodel.dev/runs-for": "1h"}}
    job = workload("Job", "x", "batch/v1", template)["spec"]
    cluster.apply(
        {
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "metadata": {"name": "tick"},
            "spec": {
                "schedule": "* * * * *",
                "concurrencyPolicy": policy,
                "jobTemplate": {"spec": job},
            },
        }
    )

    cluster.run("3m30s")

    found = names(cluster, "Job", "batch/v1")
    first = f"tick-{cluster.settings.epoch_s // 60 + 1}"
    assert (len(found), first in found) == (jobs, policy != "Replace")


@pytest.mark.parametrize("seed", range(3))
def test_a_stateful_set(seed):
    """Pods come one after the other, go from the top, and take their claims along."""
    cluster = a_cluster(seed=seed)
    policy = {"whenDeleted": "Delete", "whenScaled": "Delete"}
    db = workload(
        "StatefulSet",
        "db",
        replicas=3,
        serviceName="db",
        persistentVolumeClaimRetentionPolicy=policy,
        volumeClaimTemplates=[{"metadata": {"name": "data"}, "spec": {}}],
    )
    cluster.apply(db)
    cluster.settle()
    pods = cluster.list("v1", "Pod")
    born = [int(pod.metadata.creation_timestamp) for pod in pods]
    claims = names(cluster, "PersistentVolumeClaim")
    db["spec"]["replicas"] = 1

    cluster.apply(db)
    cluster.settle()
    left = names(cluster, "PersistentVolumeClaim")
    cluster.delete("apps/v1", "StatefulSet", "default/db", propagation="Background")
    cluster.settle()

    assert [pod.name for pod in pods] == ["db-0", "db-1", "db-2"]
    assert born == sorted(born)
    assert claims == ["data-db-0", "data-db-1", "data-db-2"]
    assert left == ["data-db-0"]
    for kind in ("Pod", "PersistentVolumeClaim"):
        assert names(cluster, kind) == []


def test_an_updated_stateful_set():
    """A changed template makes a revision, and returning to the old one adds none."""
    cluster = a_cluster()
    db = workload("StatefulSet", "db", replicas=2, serviceName="db")
    cluster.apply(db)
    cluster.settle()
    first = cluster.get("apps/v1", "StatefulSet", "default/db").status
    db["spec"]["template"]["metadata"]["annotations"] = {"changed": "yes"}
    cluster.apply(db)
    cluster.settle()
    second = cluster.get("apps/v1", "StatefulSet", "default/db").status
    db["spec"]["template"]["metadata"]["annotations"] = {"changed": None}

    cluster.apply(db)
    cluster.settle()

    third = cluster.get("apps/v1", "StatefulSet", "default/db").status
    revisions = [one["currentRevision"] for one in (first, second, third)]
    assert len(names(cluster, "ControllerRevision", "apps/v1")) == 2
    assert revisions == [revisions[0], revisions[1], revisions[0]]
    assert revisions[0] != revisions[1]
    assert third["updatedReplicas"] == third["readyReplicas"] == 2


def test_a_stateful_set_behind_a_namesake():
    """A Pod of its name that somebody else controls keeps a set from being complete."""
    cluster = a_cluster()
    cluster.apply(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "db-0"},
            "spec": {"containers": CONTAINERS},
        }
    )

    cluster.apply(workload("StatefulSet", "db", replicas=2, serviceName="db"))
    cluster.run("1m")

    status = cluster.get("apps/v1", "StatefulSet", "default/db").status
    assert (names(cluster, "Pod"), status["replicas"]) == (["db-0"], 0)


def test_a_daemon_set():
    """Each machine gets a Pod, one added later too; without machine no Pod stays."""
    cluster = a_cluster()
    cluster.apply(workload("DaemonSet", "agent"))
    cluster.settle()
    one = len(names(cluster, "Pod"))
    machine = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "machine-2"}}

    cluster.apply(machine)
    cluster.settle()
    two = [pod.spec.get("nodeName") for pod in cluster.list("v1", "Pod")]
    status = cluster.get("apps/v1", "DaemonSet", "default/agent").status
    cluster.delete("v1", "Node", "machine-2")
    cluster.settle()

    assert (one, sorted(map(str, two))) == (1, ["None", "machine-1"])
    assert (status["desiredNumberScheduled"], status["numberReady"]) == (2, 1)
    assert len(names(cluster, "Pod")) == 1


def test_an_updated_daemon_set():
    """A changed template replaces the Pod of each machine."""
    cluster = a_cluster()
    agent = workload("DaemonSet", "agent")
    cluster.apply(agent)
    cluster.settle()
    before = cluster.list("v1", "Pod")[0].uid
    agent["spec"]["template"]["metadata"]["annotations"] = {"changed": "yes"}

    cluster.apply(agent)
    cluster.settle()

    (pod,) = cluster.list("v1", "Pod")
    status = cluster.get("apps/v1", "DaemonSet", "default/agent").status
    assert pod.uid != before
    assert status["updatedNumberScheduled"] == status["numberReady"] == 1


def a_plain_pod(**metadata):
    """Return the manifest of a Pod."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"} | metadata,
        "spec": {"containers": CONTAINERS, "terminationGracePeriodSeconds": 7},
    }


def test_a_pod_is_bound_and_runs():
    """A Pod is bound to the machine and runs after a second or two."""
    cluster = a_cluster()
    began = cluster.now_ns

    cluster.apply(a_plain_pod())
    cluster.settle()

    pod = cluster.get("v1", "Pod", "default/p")
    took = cluster.now_ns - began
    assert (pod.spec["nodeName"], pod.status["phase"]) == ("machine-1", "Running")
    assert SECOND <= took <= 2 * SECOND + SECOND // 10


def test_grace_is_honoured():
    """A deleted Pod runs on for its grace period and is gone after."""
    cluster = a_cluster()
    pod = cluster.apply(a_plain_pod())
    cluster.settle()
    began = cluster.now_ns

    cluster.delete(pod)
    cluster.settle()

    took_s = (cluster.now_ns - began) / SECOND
    assert not cluster.exists(pod)
    assert 6 <= took_s <= 7.1


def test_a_foreign_finalizer_holds_a_pod():
    """A Pod that somebody holds is ended once, and stays until it is let go."""
    cluster = a_cluster()
    cluster.apply(a_plain_pod(finalizers=["example.com/mine"]))
    cluster.settle()
    cluster.delete("v1", "Pod", "default/p")
    cluster.settle()
    held = cluster.get("v1", "Pod", "default/p")

    cluster.patch("v1", "Pod", "default/p", patch={"metadata": {"finalizers": []}})
    cluster.settle()

    assert held.metadata.deletion_grace_period_seconds == 0
    assert names(cluster, "Pod") == []


@pytest.mark.parametrize(
    ("said", "code"),
    [("3", 3), ("0", 0), ("255", 255), ("256", None), ("x", None), ("\u00b2", None)],
)
def test_exit_codes(said, code):
    """A Pod says what its program exits with; nonsense is none."""
    assert exit_code(said) == code


def test_a_namespace_takes_its_content_along():
    """A deleted namespace goes after its Pods have had their grace."""
    cluster = a_cluster()
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}})
    web = workload("Deployment", "web", replicas=2)
    web["metadata"]["namespace"] = "n"
    cluster.apply(web)
    cluster.settle()

    cluster.delete("v1", "Namespace", "n")
    cluster.run("10s")
    during = cluster.get("v1", "Namespace", "n").status
    cluster.run("1m")

    told = {one["type"]: one["message"] for one in during["conditions"]}
    assert told["NamespaceContentRemaining"] == (
        "Some resources are remaining: pods. has 2 resource instances"
    )
    assert not cluster.exists("v1", "Namespace", "n")


def test_stateful_set_paces_its_pods_by_min_ready_seconds():
    """The next Pod is made when the one before has been ready for long enough."""
    cluster = a_cluster()
    cluster.apply(workload("StatefulSet", "db", replicas=3, minReadySeconds=60))
    cluster.settle()

    made = [
        pod.metadata.creation_timestamp
        for pod in sorted(cluster.list("v1", "Pod"), key=lambda pod: pod.name)
    ]
    status = cluster.get("apps/v1", "StatefulSet", "default/db").status
    assert [after - before > 60 for before, after in itertools.pairwise(made)] == [
        True,
        True,
    ]
    assert status["availableReplicas"] == 3


def test_daemon_set_counts_a_pod_that_has_been_ready_for_long_enough():
    """Though nothing else happens by then, the status says so."""
    cluster = a_cluster()
    cluster.apply(workload("DaemonSet", "log", minReadySeconds=30))
    cluster.settle()

    status = cluster.get("apps/v1", "DaemonSet", "default/log").status
    assert status["numberAvailable"] == status["numberReady"] == 1
