"""Rows AS-94 to AS-96 and AS-164 to AS-166: controllers against a whole cluster.

Upstream: pkg/controller/namespace/deletion/namespaced_resources_deleter.go;
pkg/controller/deployment and pkg/controller/replicaset
"""

import pytest

from gcmodel.cluster.cluster import Cluster
from gcmodel.faults.kinds import Fault, Match, Refuse

DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "c", "image": "example.invalid/a:1"}]},
        },
    },
}
JOB = {
    "apiVersion": "batch/v1",
    "kind": "Job",
    "metadata": {"name": "work"},
    "spec": {
        "template": {
            "metadata": {"annotations": {"gcmodel.dev/runs-for": "1h"}},
            "spec": {
                "restartPolicy": "Never",
                "containers": [{"name": "c", "image": "example.invalid/a:1"}],
            },
        },
    },
}
NAMESPACE_CONTROLLER = "system:serviceaccount:kube-system:namespace-controller"


@pytest.fixture(name="cluster")
def _cluster():
    """Return a cluster of 1.28 that runs."""
    cluster = Cluster(kubernetes="1.28", kubelet=False)
    cluster.settle()
    return cluster


def stop_collector(cluster):
    """Stop the collector alone; the other controllers go on."""
    cluster.controller_manager.collector.stop()


def requests(cluster, since, verb=""):
    """Return verb, resource and subresource of what the namespace controller sent."""
    return [
        (
            record.fields["verb"],
            record.fields["resource"],
            record.fields.get("subresource", ""),
        )
        for record in cluster.trace.since(since)
        if record.what == "api.request"
        and record.fields["user"] == NAMESPACE_CONTROLLER
        and verb in ("", record.fields["verb"])
        and record.fields["verb"] != "discover"
    ]


def test_leak_heals_itself(cluster):
    """AS-164: without a collector what a Deployment left behind keeps itself alive."""
    cluster.apply(DEPLOYMENT)
    cluster.settle()
    stop_collector(cluster)

    cluster.delete("apps/v1", "Deployment", "default/web", propagation="Background")
    cluster.settle()
    before = cluster.list("v1", "Pod")
    cluster.delete(before[0])
    cluster.settle()
    after = cluster.list("v1", "Pod")
    leaked = len(cluster.list("apps/v1", "ReplicaSet"))
    cluster.restart_controller_manager()
    cluster.settle()

    assert (len(before), len(after), leaked) == (2, 2, 1)
    assert before[0].uid not in {pod.uid for pod in after}
    assert cluster.list("apps/v1", "ReplicaSet") == cluster.list("v1", "Pod") == []


def test_foreground_waits_for_the_collector(cluster):
    """AS-165: without a collector a foreground delete stays, and only reports."""
    cluster.apply(DEPLOYMENT)
    cluster.settle()
    stop_collector(cluster)
    seen = len(cluster.trace)

    cluster.delete("apps/v1", "Deployment", "default/web", propagation="Foreground")
    cluster.settle()

    stored = cluster.get("apps/v1", "Deployment", "default/web")
    assert stored.metadata.finalizers == ("foregroundDeletion",)
    assert stored.metadata.being_deleted
    assert stored.status["observedGeneration"] == stored.metadata.generation
    written = {
        (record.fields["verb"], record.fields["resource"])
        for record in cluster.trace.since(seen)
        if record.what == "api.request"
        and "deployment-controller" in record.fields["user"]
    }
    assert written == {("update", "deployments.apps")}


def test_job_orphans_by_default(cluster):
    """AS-166: a Job deleted without a word leaves its Pods, once they are let go."""
    cluster.apply(JOB)
    cluster.settle()
    stop_collector(cluster)

    cluster.delete("batch/v1", "Job", "default/work")
    cluster.settle()
    waiting = cluster.get("batch/v1", "Job", "default/work").metadata.finalizers
    owned = cluster.list("v1", "Pod")[0].metadata.owner_references
    cluster.restart_controller_manager()
    cluster.settle()

    (pod,) = cluster.list("v1", "Pod")
    assert (waiting, len(owned)) == (("orphan",), 1)
    assert (pod.metadata.owner_references, pod.metadata.finalizers) == ((), ())
    assert not cluster.exists("batch/v1", "Job", "default/work")


def test_job_in_the_background_goes_at_once(cluster):
    """AS-166: a Job deleted in the background is gone at once."""
    cluster.apply(JOB)
    cluster.settle()
    stop_collector(cluster)

    cluster.delete("batch/v1", "Job", "default/work", propagation="Background")

    assert not cluster.exists("batch/v1", "Job", "default/work")
    assert len(cluster.list("v1", "Pod")) == 1


def deleter(cluster):
    """Return the namespace controller's deleter."""
    controllers = cluster.controller_manager.controllers
    (found,) = (one for one in controllers if one.name == "namespace")
    return found.reconciler.deleter


def delete_now(cluster, name):
    """Let the namespace controller look at a namespace; return its error, if any."""
    outcome = []

    async def look():
        try:
            await deleter(cluster).delete(name)
        except Exception as error:  # noqa: BLE001  (it is what is asked for)
            outcome.append(str(error))

    cluster.scheduler.spawn("test", look())
    cluster.run("3s")
    return outcome


def a_namespace(cluster, *, deleted=True, finalizers=("kubernetes",)):
    """Return a namespace with a ConfigMap in it."""
    wire = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}}
    cluster.apply(wire)
    config_map = {"name": "c", "namespace": "n"}
    cluster.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": config_map})
    if deleted:
        cluster.delete("v1", "Namespace", "n")
    stored = cluster.get("v1", "Namespace", "n")
    kept = stored.with_body(spec={"finalizers": list(finalizers)})
    return cluster.admin.update(kept, "finalize")


def test_active_namespace(cluster):
    """AS-94: a namespace that nobody deletes is read, and that is all."""
    a_namespace(cluster, deleted=False)
    seen = len(cluster.trace)

    delete_now(cluster, "n")

    assert requests(cluster, seen) == [("get", "namespaces", "")]


def test_finalized_namespace(cluster):
    """AS-94: a namespace that is finalized already is read, and that is all."""
    a_namespace(cluster, finalizers=())
    seen = len(cluster.trace)

    delete_now(cluster, "n")

    assert requests(cluster, seen) == [("get", "namespaces", "")]


def test_terminating_namespace(cluster):
    """AS-94: content goes resource by resource; the finalizer of others stays."""
    a_namespace(cluster, finalizers=("kubernetes", "other"))
    seen = len(cluster.trace)

    delete_now(cluster, "n")

    sent = requests(cluster, seen)
    collections = [one for one in sent if one[0] == "deletecollection"]
    assert ("deletecollection", "configmaps", "") in collections
    # Services, too, can be deleted as a collection since 1.23.
    lists = {resource for verb, resource, _ in sent if verb == "list"}
    assert lists == {resource for _, resource, _ in collections}
    assert [one for one in sent if one[2]] == [
        ("update", "namespaces", "status"),
        ("update", "namespaces", "finalize"),
        ("update", "namespaces", "finalize"),
    ]
    assert cluster.list("v1", "ConfigMap", "n") == []
    stored = cluster.get("v1", "Namespace", "n")
    assert stored.spec["finalizers"] == ["other"]


APISERVICE = {
    "apiVersion": "apiregistration.k8s.io/v1",
    "kind": "APIService",
    "metadata": {"name": "v1.down.example.com"},
    "spec": {
        "group": "down.example.com",
        "version": "v1",
        "groupPriorityMinimum": 1000,
        "versionPriority": 10,
        "service": {"namespace": "default", "name": "nobody"},
    },
}


def test_failing_discovery(cluster):
    """AS-95: while discovery of a group fails, content goes but the namespace stays."""
    cluster.apply(APISERVICE)
    cluster.run("5s")
    a_namespace(cluster)
    seen = len(cluster.trace)

    (error,) = delete_now(cluster, "n")

    assert error.startswith("unable to retrieve the complete list of server APIs: ")
    assert cluster.list("v1", "ConfigMap", "n") == []
    stored = cluster.get("v1", "Namespace", "n")
    first = stored.status["conditions"][0]
    assert stored.status["phase"] == "Terminating"
    assert {key: first[key] for key in ("type", "status", "reason", "message")} == {
        "type": "NamespaceDeletionDiscoveryFailure",
        "status": "True",
        "reason": "DiscoveryFailed",
        "message": f"Discovery failed for some groups, 1 failing: {error}",
    }
    assert [one[2] for one in requests(cluster, seen, "update")] == ["status"]


def test_conflict_on_the_phase():
    """AS-96: a conflict when the phase is written is retried on a fresh copy."""
    conflict = Refuse(409, "Conflict", "the object has been modified")
    match = Match(verb="update", resource="namespaces", user=NAMESPACE_CONTROLLER)
    fault = Fault(match, conflict, times=1)
    cluster = Cluster(kubernetes="1.28", kubelet=False, faults=[fault])
    cluster.settle()
    stored = a_namespace(cluster)
    active = stored.with_body(status={"phase": "Active"})
    cluster.admin.update(active, "status")
    seen = len(cluster.trace)

    delete_now(cluster, "n")

    sent = requests(cluster, seen)
    assert sent[:4] == [
        ("get", "namespaces", ""),
        ("update", "namespaces", "status"),
        ("get", "namespaces", ""),
        ("update", "namespaces", "status"),
    ]
    assert not cluster.exists("v1", "Namespace", "n")
