"""Row X-08: the cases A to H of one resource whose list never succeeds, and X-09.

The resource is ``widgets.example.com``; a fault makes its list fail. Where its group
is to fail discovery as well, it is served by an extension server.

Upstream: none; the cases follow from ``Sync`` and ``Run`` in
pkg/controller/garbagecollector/garbagecollector.go
"""

import pytest

from gcmodel.apiserver.recorded_extension import RecordedExtension
from gcmodel.cluster.cluster import Cluster
from gcmodel.faults.kinds import Fault, Match, Refuse
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.identity import GroupVersionResource
from gcmodel.versions.profile import Profile
from tests.conformance.gc.clusters import definition

STRICT, TOLERANT = "1.31", "1.32"
WIDGETS = GroupVersionResource("example.com", "v1", "widgets")
TOKENS = GroupVersionResource("ext.cattle.io", "v1", "tokens")
ADDED = "added: [example.com/v1, Resource=widgets], removed: []"
REMOVED = "added: [], removed: [example.com/v1, Resource=widgets]"
UNCHANGED = "added: [], removed: []"

DEFINITION = definition()
BROKEN = Fault(Match(verb="list,watch", resource="widgets.example.com"), Refuse(500))


def a_cluster(kubernetes, *, broken=True, defined=True):
    """Return a cluster without workload controllers, perhaps with Widgets."""
    cluster = Cluster(
        kubernetes, controllers=("namespace",), kubelet=False, verbosity=5
    )
    if broken:
        cluster.faults.add(BROKEN)
    if defined:
        cluster.apply(DEFINITION)
    return cluster


def config_map(name, owner=None, **flags):
    """Return a ConfigMap on the wire, perhaps with an owner."""
    meta = {"name": name, "namespace": "default"}
    if owner is not None:
        reference = {
            "apiVersion": owner.api_version,
            "kind": owner.kind,
            "name": owner.name,
            "uid": owner.uid,
        }
        meta["ownerReferences"] = [reference | flags]
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta}


def collects(cluster, within="10s"):
    """Whether a dependent goes after its owner within some time."""
    number = len(cluster.list("v1", "ConfigMap", "default"))
    owner = cluster.apply(config_map(f"owner-{number}"))
    child = cluster.apply(config_map(f"child-{number}", owner))
    cluster.run("2s")
    cluster.delete(owner)
    cluster.run(within)
    return not cluster.exists(child)


def outcomes(cluster):
    """Return the outcome and the diff of each attempt after the first pass."""
    return [(one.outcome, one.diff) for one in cluster.gc.sync.attempts]


def passes_after(cluster, number):
    """Return the outcome and the diff of each attempt but the first *number*."""
    return outcomes(cluster)[number:]


def said(cluster, start, since_ns=0):
    """Return how many log lines contain *start*."""
    return sum(
        start in one.fields["text"]
        for one in cluster.trace
        if one.what == "log" and one.at_ns >= since_ns
    )


def monitored(cluster, resource):
    """Whether the collector has a monitor for *resource*."""
    return resource in cluster.gc.monitors.by_resource


def test_present_at_start_strict():
    """X-08 A: no worker ever starts; about two attempts a minute fail and count."""
    cluster = a_cluster(STRICT)
    cluster.run("10m")
    collector = cluster.gc
    attempts = list(collector.sync.attempts)

    assert (collector.working, collector.status().stalled) == (False, True)
    assert {one.outcome for one in attempts[:-1]} == {"timed out"}
    assert len(attempts) == 20
    assert collector.sync.errors_total == len(attempts) - 1
    assert len({one.diff for one in attempts}) == 1
    assert said(cluster, "caches to sync for garbage") == len(attempts) + 1
    assert said(cluster, "unable to sync caches") == len(attempts) - 1
    assert said(cluster, "Proceeding to collect garbage") == 0
    # The graph is kept all the same, and the queue grows.
    before = len(cluster.graph), len(collector.attempt_to_delete)
    assert not collects(cluster)
    assert not collects(cluster)
    after = len(cluster.graph), len(collector.attempt_to_delete)
    assert after == (before[0] + 2, before[1] + 2)


def test_appears_later_strict():
    """X-08 B: within a period all workers are held, one item each at most."""
    cluster = a_cluster(STRICT, defined=False)
    cluster.run("60s")
    assert collects(cluster)
    before = len(cluster.gc.sync.attempts)

    cluster.apply(DEFINITION)
    cluster.run("45s")

    assert cluster.gc.status().paused_since_ns is not None
    assert not collects(cluster, "5m")
    assert set(passes_after(cluster, before)[:-1]) == {("timed out", ADDED)}
    queue = cluster.gc.attempt_to_delete
    assert (len(queue.processing), len(queue)) == (1, 0)
    for _ in range(24):
        assert not collects(cluster, "1s")
    assert cluster.gc.parts.workers == 20
    assert (len(queue.processing), len(queue)) == (20, 5)


def test_leaves_discovery_strict():
    """X-08 C: the attempt ends, the next finds nothing to wait for, work goes on."""
    cluster = a_cluster(STRICT, defined=False)
    cluster.run("60s")
    before = len(cluster.gc.sync.attempts)
    cluster.apply(DEFINITION)
    cluster.run("100s")
    begun = cluster.now_ns
    cluster.faults.remove(BROKEN)
    cluster.delete(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.example.com"
    )
    cluster.faults.add(BROKEN)

    cluster.run_until(lambda: cluster.gc.status().paused_since_ns is None, "1m")

    assert cluster.now_ns - begun <= 31 * SECOND
    assert passes_after(cluster, before)[-1] == ("synced", UNCHANGED)
    assert not monitored(cluster, WIDGETS)
    assert collects(cluster)
    # The reflector of the dropped monitor goes on, for ever.
    failures = said(cluster, "Failed to watch")
    cluster.run("10m")
    assert said(cluster, "Failed to watch") > failures + 8


def test_start_is_released_too():
    """X-08 C: a collector that never started starts when the resource is gone."""
    cluster = a_cluster(STRICT)
    cluster.run("100s")
    assert not cluster.gc.working
    cluster.faults.clear()
    cluster.delete(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.example.com"
    )

    cluster.run("45s")

    assert cluster.gc.working
    assert said(cluster, "All resource monitors have synced. Proceeding") == 1


@pytest.mark.parametrize("kubernetes", [STRICT, TOLERANT])
def test_breaks_after_it_synced(kubernetes):
    """X-08 E: once synced, a broken list is not noticed until the next start."""
    cluster = a_cluster(kubernetes, broken=False)
    cluster.run("60s")
    attempts = len(cluster.gc.sync.attempts)
    cluster.faults.add(BROKEN)
    cluster.run("30m")

    assert collects(cluster)
    assert (len(cluster.gc.sync.attempts), cluster.gc.status().synced) == (
        attempts,
        True,
    )

    cluster.restart_controller_manager()
    cluster.run("5m")

    assert cluster.gc.status().synced is False
    assert cluster.gc.status().stalled is (kubernetes == STRICT)


def test_present_at_start_tolerant():
    """X-08 F: work begins after half a minute; the error comes once, not again."""
    cluster = a_cluster(TOLERANT)
    cluster.run("29s")
    assert not cluster.gc.working

    cluster.run("10m")

    sync = cluster.gc.sync
    assert [one.outcome for one in sync.attempts] == ["timed out"]
    assert sync.errors_total == 1
    assert len(sync.idle_passes) >= 18
    assert said(cluster, "not all resource monitors could be synced") == 1
    assert said(cluster, "timed out waiting for dependency graph builder sync") == 1
    assert collects(cluster)


def test_dependents_nobody_sees_tolerant():
    """X-08 F: objects of the resource hold nobody, and do not go with their owner."""
    cluster = a_cluster(TOLERANT)
    cluster.run("60s")
    owner = cluster.apply(config_map("owner"))
    widget = config_map("cog", owner, blockOwnerDeletion=True)
    cluster.apply(widget | {"apiVersion": "example.com/v1", "kind": "Widget"})
    cluster.run("5s")

    cluster.delete(owner, propagation="Foreground")
    cluster.run("60s")

    assert not cluster.exists(owner)
    assert cluster.exists("example.com/v1", "Widget", "default/cog")

    # When the list works again, the owner proves absent.
    cluster.faults.remove(BROKEN)
    cluster.run("90s")
    assert not cluster.exists("example.com/v1", "Widget", "default/cog")


def test_change_costs_one_more_error_tolerant():
    """X-08 F and G: each change of what is served costs one wait; leaving ends it."""
    cluster = a_cluster(TOLERANT)
    cluster.run("100s")
    another = DEFINITION | {
        "metadata": {"name": "gadgets.example.org"},
        "spec": DEFINITION["spec"]
        | {
            "group": "example.org",
            "names": {"plural": "gadgets", "kind": "Gadget", "singular": "gadget"},
        },
    }
    cluster.apply(another)
    cluster.run("100s")
    cluster.faults.clear()
    cluster.delete(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.example.com"
    )
    cluster.run("100s")

    found = passes_after(cluster, 1)
    assert found == [
        ("timed out", "added: [example.org/v1, Resource=gadgets], removed: []"),
        ("synced", REMOVED),
    ]
    assert cluster.gc.sync.errors_total == 2


def extended(kubernetes, mode):
    """Return a cluster with an extension server in *mode*, and that server."""
    cluster = a_cluster(kubernetes, broken=False, defined=False)
    extension = RecordedExtension(cluster.scheduler, cluster.server.clock.now_s, mode)
    cluster.server.aggregator.connect("extensions", "tokens", extension)
    for wanted in EXTENSION:
        cluster.apply(wanted)
    return cluster, extension


EXTENSION = [
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "extensions"}},
    {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "tokens", "namespace": "extensions"},
        "spec": {
            "type": "ExternalName",
            "externalName": "localhost",
            "ports": [{"port": 8443}],
        },
    },
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
    },
]


def test_group_fails_discovery_strict():
    """X-08 D: what never synced is dropped when its group fails, and work goes on."""
    cluster, extension = extended(STRICT, "fail-kcm")
    cluster.run("3m")
    assert (cluster.gc.status().stalled, monitored(cluster, TOKENS)) == (True, True)

    extension.switch("down")
    cluster.run("90s")

    assert (cluster.gc.status().stalled, monitored(cluster, TOKENS)) == (False, False)
    assert collects(cluster)


@pytest.mark.parametrize(
    ("kubernetes", "kept"), [("1.27", False), ("1.28", True), (STRICT, True)]
)
def test_what_synced_is_kept(kubernetes, kept):
    """X-08 D: since 1.28 what synced before its group failed is still monitored."""
    cluster, extension = extended(kubernetes, "ok")
    cluster.run("2m")
    assert (cluster.gc.status().synced, monitored(cluster, TOKENS)) == (True, True)

    extension.switch("down")
    cluster.run("3m")

    assert monitored(cluster, TOKENS) is kept
    assert cluster.gc.status().stalled is False


def test_group_fails_discovery_tolerant():
    """X-08 H: dropped with its group and back with it, it costs another error."""
    cluster, extension = extended(TOLERANT, "fail-kcm")
    cluster.run("3m")
    before, errors = len(outcomes(cluster)), cluster.gc.sync.errors_total

    extension.switch("down")
    cluster.run("3m")
    assert not monitored(cluster, TOKENS)
    extension.switch("fail-kcm")
    cluster.run("3m")

    tokens = "ext.cattle.io/v1, Resource=tokens"
    assert passes_after(cluster, before) == [
        ("synced", f"added: [], removed: [{tokens}]"),
        ("timed out", f"added: [{tokens}], removed: []"),
    ]
    assert (monitored(cluster, TOKENS), cluster.gc.sync.errors_total) == (
        True,
        errors + 1,
    )


@pytest.mark.parametrize(("removes_handler", "times"), [(False, 2), (True, 1)])
def test_added_again(removes_handler, times):
    """X-09: dropped and added again, a resource tells of each change twice.

    It would tell of it once, if a monitor that is dropped stopped to listen.
    """
    strict = Profile.for_version(STRICT)
    profile = strict.flipped(removes_handler_with_monitor=removes_handler)
    cluster = a_cluster(profile, broken=False)
    cluster.run("60s")
    cluster.delete(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.example.com"
    )
    cluster.run("60s")
    cluster.apply(DEFINITION)
    cluster.run("2m")
    begun = len(cluster.trace)

    meta = {"name": "cog", "namespace": "default"}
    cluster.apply({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": meta})
    cluster.run("5s")

    seen = [
        (one.fields["event"], one.fields["name"])
        for one in cluster.trace.since(begun)
        if one.what == "gc.graph" and one.fields["kind"] == "example.com/v1/Widget"
    ]
    assert seen == [("add", "cog")] * times
