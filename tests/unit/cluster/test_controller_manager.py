"""The process: the limits of its clients, and what is lost when it ends."""

import pytest

from gcmodel import Cluster
from gcmodel.cluster.controller_manager import COLLECTOR_USER
from gcmodel.objects.identity import ObjectReference
from tests.conformance.gc.clusters import reference, thing


@pytest.mark.parametrize(
    ("kubernetes", "factor"), [("1.22", 1), ("1.23", 2), ("1.31", 2), ("1.36", 2)]
)
def test_the_collector_may_send_twice_as_much(kubernetes, factor):
    """Since 1.23 the collector's bucket fills twice as fast, and holds as much."""
    cluster = Cluster(kubernetes, controllers=(), kubelet=False)
    cluster.start()

    limiter = cluster.gc.parts.client.limiter

    assert (limiter.qps, limiter.burst) == (20 * factor, 30)


def seconds_to_collect(kubernetes):
    """Return how long it takes until a hundred dependents have followed their owner."""
    cluster = Cluster(kubernetes, controllers=(), kubelet=False)
    cluster.settle()
    owner = cluster.create(thing("ConfigMap", "owner"))
    for number in range(100):
        cluster.create(thing("Secret", f"child-{number}", reference(owner)))
    cluster.run("2s")
    begun = cluster.now_ns

    cluster.delete(owner)
    cluster.run_until(lambda: not cluster.list("v1", "Secret"), "1m")

    return (cluster.now_ns - begun) / 10**9


def test_twice_as_much_takes_half_the_time():
    """A hundred dependents are collected twice as fast since 1.23."""
    before, since = seconds_to_collect("1.22"), seconds_to_collect("1.31")

    assert since == pytest.approx(before / 2, rel=0.05)


@pytest.mark.parametrize(("restarts", "told"), [(False, 1), (True, 0)])
def test_events_that_wait_end_with_the_process(restarts, told):
    """An Event that was not written yet is lost when the process ends."""
    cluster = Cluster(controllers=(), kubelet=False)
    cluster.settle()
    recorder = cluster.controller_manager.recorder(COLLECTOR_USER, "tests")
    recorder.event(
        ObjectReference("v1", "Pod", "default", "p", "u"), "Normal", "Why", ""
    )

    if restarts:
        cluster.restart_controller_manager()
    cluster.run("10s")

    reasons = [one.body["reason"] for one in cluster.list("v1", "Event", "default")]
    assert reasons.count("Why") == told
