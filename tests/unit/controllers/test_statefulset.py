"""The StatefulSet controller where the server refuses something."""

import pytest

from gcmodel.controllers.pod_status import running_status
from gcmodel.controllers.resource_names import (
    PERSISTENT_VOLUME_CLAIMS,
    PODS,
    STATEFUL_SETS,
)
from gcmodel.controllers.statefulset import stateful_set_controller
from gcmodel.errors import ReconcileError, api_error
from tests.unit.controllers.fakes import (
    EPOCH_S,
    TEMPLATE,
    Workshop,
    a_pod,
    an_object,
)

CLAIMS = [{"metadata": {"name": "data"}, "spec": {}}]


def workshop_of(*pods, metadata=None, **spec):
    """Return a workshop with a StatefulSet, and the reconciler."""
    workshop = Workshop()
    spec = {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "web"}},
        "template": TEMPLATE,
    } | spec
    stateful_set = an_object(
        "StatefulSet", "db", spec, generation=1, **(metadata or {})
    )
    workshop.put(STATEFUL_SETS, stateful_set)
    workshop.put(PODS, *(pod(stateful_set) for pod in pods))
    return workshop, stateful_set_controller(workshop.surroundings).reconciler


def running(name):
    """Return a maker of a Pod that runs."""

    def make(owner):
        pod = a_pod(name, owner)
        return pod.with_body(status=running_status(pod, EPOCH_S))

    return make


def verbs(workshop, resource):
    """Return the verbs of the requests about a resource."""
    return [verb for verb, kind, _ in workshop.client.calls if kind == resource]


@pytest.mark.parametrize(
    ("code", "reason", "told"),
    [(403, "Forbidden", ["FailedCreate"]), (409, "AlreadyExists", [])],
)
def test_refused_creation(code, reason, told):
    """A refused Pod fails the turn after the status; a taken name is not told of."""
    workshop, reconciler = workshop_of()
    refusal = api_error(code, reason, "no")
    workshop.client.refusals["create", "pods"] = [refusal]

    error = workshop.run(reconciler.reconcile("default/db"))

    assert error is refusal
    assert [one[1] for one in workshop.recorder.told] == told
    assert verbs(workshop, "statefulsets") == ["update/status"]


@pytest.mark.parametrize(
    ("code", "reason", "told", "fails"),
    [
        (404, "NotFound", [], False),
        (403, "Forbidden", ["FailedDelete"], True),
    ],
)
def test_refused_deletion(code, reason, told, fails):
    """A Pod that is gone already is no failure; a refusal is."""
    workshop, reconciler = workshop_of(running("db-0"), running("db-1"))
    refusal = api_error(code, reason, "no")
    workshop.client.refusals["delete", "pods"] = [refusal]

    error = workshop.run(reconciler.reconcile("default/db"))

    assert (error is refusal) == fails
    assert [one[1] for one in workshop.recorder.told] == told


def test_claims_come_before_pods():
    """The claim of an ordinal is made before its Pod, once."""
    workshop, reconciler = workshop_of(volumeClaimTemplates=CLAIMS)

    workshop.run(reconciler.reconcile("default/db"))

    made = [name for verb, _, name in workshop.client.calls if verb == "create"]
    assert made[1:] == ["data-db-0", "db-0"]


def test_a_claim_that_the_cache_misses():
    """A claim that is there, though the cache does not show it, is used."""
    workshop, reconciler = workshop_of(volumeClaimTemplates=CLAIMS)
    claim = an_object("PersistentVolumeClaim", "data-db-0")
    workshop.client.put(PERSISTENT_VOLUME_CLAIMS, claim)

    outcome = workshop.run(reconciler.reconcile("default/db"))

    assert outcome is None
    assert verbs(workshop, "pods") == ["create"]


def test_a_claim_that_goes():
    """While a claim is being deleted its Pod is not made."""
    workshop, reconciler = workshop_of(volumeClaimTemplates=CLAIMS)
    claim = an_object("PersistentVolumeClaim", "data-db-0", deletion_timestamp=EPOCH_S)
    workshop.put(PERSISTENT_VOLUME_CLAIMS, claim)

    error = workshop.run(reconciler.reconcile("default/db"))

    assert isinstance(error, ReconcileError)
    assert str(error) == "pvc data-db-0 is being deleted"
    assert verbs(workshop, "pods") == []


def test_a_deleting_set_touches_no_pod():
    """Of a set that is being deleted no Pod is made or deleted."""
    gone = {"deletion_timestamp": EPOCH_S}
    workshop, reconciler = workshop_of(running("db-1"), metadata=gone)

    workshop.run(reconciler.reconcile("default/db"))

    assert verbs(workshop, "pods") == []
    assert verbs(workshop, "statefulsets") == ["update/status"]


def test_only_members_are_claimed():
    """A Pod that matches but has another name is left to others."""
    workshop, reconciler = workshop_of()
    workshop.put(PODS, a_pod("stranger"))

    workshop.run(reconciler.reconcile("default/db"))

    assert verbs(workshop, "pods") == ["create"]
