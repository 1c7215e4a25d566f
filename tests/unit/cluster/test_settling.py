"""When a cluster counts as being at rest."""

import pytest

from gcmodel import Cluster, StalledError
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.identity import GroupVersionResource
from tests.conformance.gc.clusters import definition, thing

VERSIONS = ["1.16", "1.31", "1.32", "1.36"]
WIDGETS = GroupVersionResource("example.com", "v1", "widgets")
HIDDEN = "DISCOVER /apis/example.com/v1 -> 503"


def bare(kubernetes="1.31", **settings):
    """Return a cluster with a collector and nothing else."""
    return Cluster(kubernetes, controllers=(), kubelet=False, **settings)


def monitored(cluster):
    """Whether Widgets are monitored, and the collector is done with that."""
    collector = cluster.gc
    synced = collector.monitors.is_resource_synced(WIDGETS)
    return synced and not collector.sync.in_pass and not collector.status().stalled


@pytest.mark.parametrize("kubernetes", VERSIONS)
@pytest.mark.parametrize("share", [1, 5, 10, 15, 19])
def test_it_takes_no_longer_than_it_was_given(kubernetes, share):
    """Whoever gives less time than a start takes gets an error, and in time."""
    cluster = bare(kubernetes)
    cluster.settle()
    limit_ns = cluster.now_ns * share // 20

    hurried = bare(kubernetes)
    with pytest.raises(StalledError, match="does not settle within"):
        hurried.settle(limit_ns / SECOND)

    assert hurried.now_ns <= limit_ns
    assert cluster.gc.working


@pytest.mark.parametrize("kubernetes", VERSIONS)
def test_a_pass_that_comes_too_late_is_not_waited_for(kubernetes):
    """If only a pass after the limit could bring rest, that is said in time."""
    cluster = bare(kubernetes)
    cluster.settle()
    cluster.apply(definition())
    begun_ns = cluster.now_ns

    with pytest.raises(StalledError, match="does not settle within 5s"):
        cluster.settle("5s")

    assert cluster.now_ns - begun_ns <= 5 * SECOND
    cluster.settle()
    assert 5 * SECOND < cluster.now_ns - begun_ns < 40 * SECOND


@pytest.mark.parametrize("kubernetes", VERSIONS)
def test_new_resources_are_looked_at_first(kubernetes):
    """After a definition was applied there is no rest before Widgets are monitored."""
    cluster = bare(kubernetes)
    cluster.settle()
    assert not monitored(cluster)

    cluster.apply(definition())
    cluster.settle()

    assert monitored(cluster)


@pytest.mark.parametrize("kubernetes", ["1.16", "1.20", "1.25"])
def test_no_rest_within_a_pass(kubernetes):
    """A pass that was under way is waited for, although nothing new was applied."""
    cluster = bare(kubernetes, faults=[HIDDEN])
    cluster.apply(definition())
    cluster.settle()
    assert not monitored(cluster)

    cluster.faults.clear()
    cluster.run_until(lambda: cluster.gc.sync.in_pass, "1m")
    cluster.settle()

    assert monitored(cluster)


def test_nothing_is_left_to_do():
    """A cluster at rest rests: to settle again takes no time."""
    cluster = bare()
    cluster.settle()
    before = cluster.now_ns

    cluster.settle("0s")

    assert cluster.now_ns == before


def orphan_of_nobody(name):
    """Return a ConfigMap whose owner is of a kind that is not served."""
    owner = {"apiVersion": "x.test/v1", "kind": "Gone", "name": "o", "uid": "u"}
    return thing("ConfigMap", name, owner)


def test_what_is_retried_is_named():
    """Whoever does not come to rest is told which objects are retried."""
    cluster = bare()
    cluster.settle()
    cluster.apply(orphan_of_nobody("restless"))

    with pytest.raises(StalledError) as caught:
        cluster.settle("1s")

    text = str(caught.value)
    assert "the cluster does not settle within 1s; retried without end: " in text
    assert "[x.test/v1/Gone, namespace: default, name: o, uid: u]" in text


def test_what_is_retried_for_long_is_not_waited_for():
    """An object that has failed so often that it is polled does not keep from rest."""
    cluster = bare()
    cluster.settle()
    before = cluster.now_ns
    cluster.apply(orphan_of_nobody("restless"))

    cluster.settle()

    assert SECOND < cluster.now_ns - before < 3 * SECOND
    assert list(cluster.gc.attempt_to_delete.scheduled())
