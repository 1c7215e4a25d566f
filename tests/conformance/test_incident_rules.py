"""Rules that the recorded incidents taught, each in the smallest run that shows it."""

from gcmodel.cluster.cluster import Cluster
from gcmodel.cluster.settings import ClusterSettings

SETTINGS = ClusterSettings(
    controllers=("deployment", "replicaset", "namespace"), kubelet=False, verbosity=5
)
MANAGER = "system:kube-controller-manager"


def _cluster(version="1.20.2"):
    return Cluster(version, settings=SETTINGS)


def _pod(namespace):
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p", "namespace": namespace},
        "spec": {"containers": [{"name": "c", "image": "example.invalid/i"}]},
    }


def _texts(cluster, src):
    return [
        record.fields["text"]
        for record in cluster.trace
        if record.what == "log" and record.fields["src"].startswith(src)
    ]


def test_namespace_whose_pods_are_gone_is_not_waited_for():
    """A pass that finds nothing left estimates 0 s, whatever grace its Pods had."""
    cluster = _cluster()
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}})
    cluster.apply(_pod("n"))
    cluster.run("20s")
    cluster.delete("v1", "Namespace", "n")
    cluster.run("6s")

    assert _texts(cluster, "namespaced_resources_deleter.go:554") == [
        "namespace controller - deleteAllContent - namespace: n, estimate: 0, "
        "errors: <nil>"
    ]
    assert not cluster.exists("v1", "Namespace", "n")


def test_controllers_say_that_their_caches_are_filled():
    """Each controller waits for its informers by name, and says when it has them."""
    cluster = _cluster()
    cluster.run("1s")

    said = _texts(cluster, "shared_informer.go")
    assert said.count("caches populated") == 3
    assert "Waiting for caches to sync for deployment" in said
    assert "Caches are synced for namespace " in said
