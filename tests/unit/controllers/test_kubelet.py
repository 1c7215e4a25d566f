"""The stand-in kubelet ends Pods: when, and which."""

import pytest

from gcmodel.controllers.kubelet import kubelet
from gcmodel.controllers.resource_names import PODS
from gcmodel.errors import ConflictError, api_error
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.options import DeleteOptions, Preconditions
from tests.unit.controllers.fakes import EPOCH_S, Workshop, a_pod

GRACE_S = 30


def going(phase="Running", grace_s=GRACE_S):
    """Return a Pod of the machine whose deletion began just now."""
    return a_pod(
        "p",
        phase=phase,
        spec={"nodeName": "machine-1"},
        deletion_timestamp=EPOCH_S + grace_s,
        deletion_grace_period_seconds=grace_s,
    )


def workshop_of(pod):
    """Return a workshop with *pod*, and the reconciler in it."""
    workshop = Workshop()
    workshop.put(PODS, pod)
    return workshop, kubelet(workshop.surroundings).reconciler


@pytest.mark.parametrize(
    ("phase", "waits_s"),
    [("Pending", 30), ("Running", 30), ("Succeeded", 0), ("Failed", 0)],
)
def test_what_has_finished_needs_no_grace(phase, waits_s):
    """A Pod that runs is left its grace; one that has finished goes at once."""
    workshop, reconciler = workshop_of(going(phase))

    workshop.run(reconciler.reconcile("default/p"), for_ns=0)

    scheduled = {"default/p": waits_s * SECOND} if waits_s else {}
    assert reconciler.queue.scheduled() == scheduled
    deleted = [] if waits_s else [("delete", "pods", "p")]
    assert workshop.client.calls == deleted


def test_what_is_over_is_deleted_for_good():
    """When the grace is over the Pod is deleted without any, by UID."""
    workshop, reconciler = workshop_of(going())
    workshop.scheduler.now = GRACE_S * SECOND

    workshop.run(reconciler.reconcile("default/p"))

    assert workshop.client.calls == [("delete", "pods", "p")]
    assert workshop.client.bodies == [DeleteOptions(0, Preconditions("uid-p"))]


def test_a_namesake_is_safe():
    """That another Pod has taken the name is an error, after which it is looked at."""
    workshop, reconciler = workshop_of(going())
    workshop.scheduler.now = GRACE_S * SECOND
    refusal = api_error(409, "Conflict", "the UID in the precondition does not match")
    workshop.client.refusals["delete", "pods"] = [refusal]

    error = workshop.run(reconciler.reconcile("default/p"))

    assert isinstance(error, ConflictError)


def test_what_was_ended_is_not_ended_again():
    """A Pod that was deleted for good and is held by others is left alone."""
    workshop, reconciler = workshop_of(going(grace_s=0))

    workshop.run(reconciler.reconcile("default/p"))

    assert workshop.client.calls == []
