"""Rules that no conformance row sees on both sides of their version."""

from itertools import pairwise

import pytest

from gcmodel import Cluster
from gcmodel.client.informer import SharedInformerFactory
from gcmodel.kernel.choices import Choices
from gcmodel.kernel.durations import HOUR, MINUTE
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.versions.profile import Profile
from tests.unit.client.scripted_server import CONFIG_MAPS, ScriptedServer, listed
from tests.unit.client.test_informer import Told


@pytest.mark.parametrize(
    ("version", "told"),
    [("1.17", ["add a@10"]), ("1.18", ["add a@10", "update a@10 to a@20"])],
)
def test_what_a_relist_finds_changed(version, told):
    """#86015: before 1.18, handlers that do not resync are not told of it."""
    scheduler = Scheduler(Choices(1))
    server = ScriptedServer(scheduler, listed("10", "a"))
    profile = Profile.for_version(version)
    factory = SharedInformerFactory(scheduler, server, server, profile)
    informer, handler = factory.informer(CONFIG_MAPS), Told()
    informer.add_event_handler(handler)
    factory.start()
    scheduler.run(25 * HOUR)

    informer._fifo.replace(listed("20", "a").items)
    scheduler.run(25 * HOUR + MINUTE)

    assert handler.said == told


@pytest.mark.parametrize(("version", "grows"), [("1.17", False), ("1.18", True)])
def test_retries_of_a_list(version, grows):
    """#87829: before 1.18, a list that fails is tried again every second."""
    cluster = Cluster(
        version, controllers=(), kubelet=False, faults=["LIST secrets -> 500"]
    )
    cluster.run("2m")
    times = [
        record.at_ns / 1e9
        for record in cluster.trace
        if record.what == "api.request"
        and record.fields.get("resource") == "secrets"
        and record.fields["verb"] == "list"
    ]
    # The first retry waits for the client's limiter: everything is listed at once.
    gaps = [after - before for before, after in pairwise(times[1:])]

    assert (max(gaps) > 10) == grows
    assert all(1 <= gap < 1.1 for gap in gaps) == (not grows)


@pytest.mark.parametrize(("version", "monitored"), [("1.24", True), ("1.25", False)])
def test_newer_events(version, monitored):
    """#110888: since 1.25, Events are monitored under neither of their groups."""
    cluster = Cluster(version, controllers=(), kubelet=False)
    cluster.settle()
    found = {str(one.group_resource) for one in cluster.gc.monitors.by_resource}

    assert "events" not in found
    assert ("events.events.k8s.io" in found) == monitored


@pytest.mark.parametrize(("version", "said"), [("1.26", False), ("1.27", True)])
def test_kinds_that_cannot_be_mapped(version, said):
    """#113471: since 1.27, a kind that is not served is logged at any verbosity."""
    cluster = Cluster(version, controllers=(), kubelet=False)
    owner = {"apiVersion": "e.com/v1", "kind": "Nope", "name": "n", "uid": "u"}
    cluster.apply(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "a", "ownerReferences": [owner]},
        }
    )
    cluster.run("10s")
    visible = [
        record.fields["text"]
        for record in cluster.trace
        if record.what == "log"
        and record.fields["v"] == 0
        and "error syncing item" in record.fields["text"]
    ]

    assert bool(visible) == said


@pytest.mark.parametrize(
    ("version", "reason"), [("1.32", "MissingEndpoints"), ("1.33", "EndpointsNotFound")]
)
def test_where_readiness_is_read(version, reason):
    """Since 1.33, only EndpointSlices say whether anybody answers for a Service."""
    cluster = Cluster(version)
    for kind, body in (
        ("Service", {"spec": {"ports": [{"port": 443}]}}),
        ("Endpoints", {"subsets": []}),
    ):
        wire = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "a"}, **body}
        cluster.apply(wire)
    cluster.apply(
        {
            "apiVersion": "apiregistration.k8s.io/v1",
            "kind": "APIService",
            "metadata": {"name": "v1.e.com"},
            "spec": {
                "group": "e.com",
                "version": "v1",
                "service": {"name": "a", "namespace": "default"},
                "groupPriorityMinimum": 10,
                "versionPriority": 10,
            },
        }
    )
    cluster.run("1m")
    stored = cluster.get("apiregistration.k8s.io/v1", "APIService", "v1.e.com")

    assert stored.status["conditions"][0]["reason"] == reason
