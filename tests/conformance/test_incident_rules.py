"""Rules that the recorded incidents taught, each in the smallest run that shows it."""

import re
from collections import Counter

import pytest

from gcmodel.apiserver.recorded_extension import RecordedExtension
from gcmodel.client.workqueue import WorkQueue
from gcmodel.cluster.cluster import Cluster
from gcmodel.cluster.settings import ClusterSettings
from gcmodel.kernel.scheduler import Scheduler

SETTINGS = ClusterSettings(
    controllers=("deployment", "replicaset", "namespace"), kubelet=False, verbosity=5
)


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


def _with_extension(version="1.20.2", mode="ok"):
    cluster = _cluster(version)
    extension = RecordedExtension(cluster.scheduler, cluster.server.clock.now_s, mode)
    cluster.server.aggregator.connect("extensions", "tokens", extension)
    port = {"port": 8443}
    spec = {"type": "ExternalName", "externalName": "localhost", "ports": [port]}
    cluster.apply(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "extensions"}}
    )
    cluster.apply(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "tokens", "namespace": "extensions"},
            "spec": spec,
        }
    )
    cluster.apply(
        {
            "apiVersion": "apiregistration.k8s.io/v1",
            "kind": "APIService",
            "metadata": {"name": "v1.ext.cattle.io"},
            "spec": {
                "group": "ext.cattle.io",
                "version": "v1",
                "groupPriorityMinimum": 1000,
                "versionPriority": 10,
                "insecureSkipTLSVerify": True,
                "service": {"namespace": "extensions", "name": "tokens", "port": 8443},
            },
        }
    )
    return cluster, extension


def test_failure_that_opens_no_watch_is_not_read():
    """A watch answered with 500 reads ``unknown``, whatever the server said."""
    cluster, extension = _with_extension()
    cluster.run("10s")
    extension.switch("fail-kcm")
    cluster.run("100ms")

    assert _texts(cluster, "reflector.go:138") == [
        "k8s.io/client-go/metadata/metadatainformer/informer.go:90: Failed to watch "
        "*v1.PartialObjectMetadata: an error on the server "
        '("unknown") has prevented the request from succeeding'
    ]


def test_metadata_client_cannot_name_what_it_asked_for():
    """A 503 in plain text comes without the resource where requests go by path."""
    cluster, extension = _with_extension()
    cluster.run("10s")
    extension.switch("down")
    cluster.run("5s")

    lines = _texts(cluster, "reflector.go:138")
    assert lines
    assert all(
        line.endswith(": the server is currently unable to handle the request")
        for line in lines
    )


def test_watch_of_a_backend_that_goes_away_ends_with_a_broken_stream():
    """A proxied watch is cut in the middle, which the reflector warns of."""
    cluster, extension = _with_extension()
    cluster.run("10s")
    extension.switch("down")
    cluster.run("100ms")

    (warning,) = _texts(cluster, "reflector.go:436")
    assert re.sub(r"stream ID \d+", "stream ID N", warning) == (
        "k8s.io/client-go/metadata/metadatainformer/informer.go:90: watch of "
        "*v1.PartialObjectMetadata ended with: an error on the server "
        '("unable to decode an event from the watch stream: stream error: stream ID '
        'N; INTERNAL_ERROR") has prevented the request from succeeding'
    )


def test_only_metadata_informers_watch_partial_objects():
    """Informers of the typed client name the Go type, and the typed factory."""
    cluster = _cluster()
    cluster.run("10s")

    started = [
        text.split(" (")[0] + text.split(")")[1]
        for text in _texts(cluster, "reflector.go:219")
    ]
    assert started.count(
        "Starting reflector *v1.PartialObjectMetadata from "
        "k8s.io/client-go/metadata/metadatainformer/informer.go:90"
    ) == len(("customresourcedefinitions", "apiservices"))
    assert (
        "Starting reflector *v1.Deployment from "
        "k8s.io/client-go/informers/factory.go:134"
    ) in started


def test_mapper_asks_a_failing_group_once_more_and_says_so_twice():
    """Of 41 requests of a refill the last repeats the one that failed."""
    cluster, extension = _with_extension()
    cluster.run("20s")
    extension.switch("down")
    mapper = cluster.controller_manager.mapper
    before = mapper.discovery.client.sent
    mapper.reset()
    cluster.apply(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": "lost",
                "ownerReferences": [
                    {"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "gone"}
                ],
            },
        }
    )
    cluster.run("5s")

    problem = (
        "couldn't get resource list for ext.cattle.io/v1: "
        "the server is currently unable to handle the request"
    )
    assert mapper.discovery.client.sent - before == 41
    assert _texts(cluster, "memcache.go:196") == [problem]
    assert _texts(cluster, "memcache.go:101") == [problem]
    assert not cluster.exists("v1", "ConfigMap", "lost")


@pytest.mark.parametrize(
    ("version", "flow_schemas", "priority_levels"),
    [("1.19", 0, 0), ("1.20.2", 10, 7), ("1.31", 13, 8)],
)
def test_server_brings_its_flow_control(version, flow_schemas, priority_levels):
    """From 1.20 on a new server holds FlowSchemas and the levels they lead to."""
    kinds = Counter(
        stored.kind for _, stored in _cluster(version).server.store.iter_all()
    )

    assert (kinds["FlowSchema"], kinds["PriorityLevelConfiguration"]) == (
        flow_schemas,
        priority_levels,
    )


def test_collector_sees_what_a_new_control_plane_holds():
    """In 1.20 the first lists bring 64 objects, those of kube-system included."""
    cluster = _cluster()
    cluster.run("5s")

    seen = Counter(
        record.fields["kind"] for record in cluster.trace if record.what == "gc.graph"
    )
    assert seen == {
        "v1/Namespace": 4,
        "v1/Service": 1,
        "v1/ConfigMap": 1,
        "v1/ServiceAccount": 4,
        "scheduling.k8s.io/v1/PriorityClass": 2,
        "flowcontrol.apiserver.k8s.io/v1beta1/FlowSchema": 10,
        "flowcontrol.apiserver.k8s.io/v1beta1/PriorityLevelConfiguration": 7,
        "apiregistration.k8s.io/v1/APIService": 35,
    }


def test_nobody_is_told_of_monitors_that_are_being_made():
    """While discovery for the mapper is under way, no poll of the monitors ends."""
    cluster = _cluster()
    cluster.run("5s")

    (begun,) = _instants(cluster, "garbagecollector.go:213")
    (made,) = _instants(cluster, "garbagecollector.go:234")
    polls = _instants(cluster, "graph_builder.go:273")
    polls += _instants(cluster, "graph_builder.go:279")

    assert made - begun > 400_000_000
    assert [poll for poll in polls if begun < poll < made] == []


def _instants(cluster, src):
    return [
        record.at_ns
        for record in cluster.trace
        if record.what == "log" and record.fields["src"] == src
    ]


def test_depth_counts_what_is_added_while_it_is_worked_on():
    """The metric grows although nothing waits to be handed out."""
    queue = WorkQueue(Scheduler(), "q")
    queue.add("a")
    queue.take()
    queue.add("a")

    assert (queue.depth, len(queue)) == (1, 0)
    queue.done("a")
    assert (queue.depth, len(queue)) == (1, 1)
