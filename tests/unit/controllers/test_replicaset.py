"""The ReplicaSet controller: batches, failures, statuses."""

import pytest

from gcmodel.controllers.pod_control import in_batches
from gcmodel.controllers.replicaset import (
    replica_set_controller,
    replication_controller_controller,
)
from gcmodel.controllers.replicaset_ranking import pods_to_delete
from gcmodel.controllers.replicaset_status import is_up_to_date, replica_set_status
from gcmodel.controllers.resource_names import (
    PODS,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
)
from gcmodel.errors import StatusCause, api_error
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.metadata import KubeObject
from tests.unit.controllers.fakes import (
    EPOCH_S,
    TEMPLATE,
    Workshop,
    a_pod,
    a_replica_set,
    made_by,
)

REFUSAL = api_error(403, "Forbidden", "quota")


def workshop_of(replica_set, *pods):
    """Return a workshop, and the reconciler in it."""
    workshop = Workshop()
    workshop.put(REPLICA_SETS, replica_set)
    workshop.put(PODS, *pods)
    return workshop, replica_set_controller(workshop.surroundings).reconciler


def ready(pod, since_s=EPOCH_S):
    """Return *pod* as ready since then."""
    stamp = "2023-11-14T22:13:20Z" if since_s == EPOCH_S else None
    condition = {"type": "Ready", "status": "True", "lastTransitionTime": stamp}
    return pod.with_body(status={"phase": "Running", "conditions": [condition]})


def test_missing_pods_are_made():
    """A ReplicaSet makes the Pods that it lacks, in the template's image."""
    workshop, reconciler = workshop_of(a_replica_set("web", replicas=2))

    workshop.run(reconciler.reconcile("default/web"))

    made = [
        body
        for call, body in zip(
            workshop.client.calls, workshop.client.bodies, strict=True
        )
        if call[0] == "create"
    ]
    assert len(made) == 2
    assert made[0].metadata.generate_name == "web-"
    assert made[0].metadata.labels == {"app": "web"}
    assert made[0].metadata.owner_references == (
        made_by("ReplicaSet", "web", "uid-web"),
    )
    assert made[0].body == {"spec": TEMPLATE["spec"]}
    assert [told[1] for told in workshop.recorder.told] == ["SuccessfulCreate"] * 2


def test_template_metadata_is_copied():
    """Annotations and finalizers of a template are those of its Pods."""
    metadata = {
        "labels": {"app": "web"},
        "annotations": {"a": "b"},
        "finalizers": ["example.com/mark"],
    }
    replica_set = a_replica_set("web", template=TEMPLATE | {"metadata": metadata})
    workshop, reconciler = workshop_of(replica_set)

    workshop.run(reconciler.reconcile("default/web"))

    made = workshop.client.bodies[0].metadata
    assert (made.annotations, made.finalizers) == ({"a": "b"}, ("example.com/mark",))


def test_creation_starts_slowly():
    """What cannot be created is tried once; the failure is told and reported."""
    workshop, reconciler = workshop_of(a_replica_set("web", replicas=5))
    workshop.client.refusals["create", "pods"] = [REFUSAL] * 9

    error = workshop.run(reconciler.reconcile("default/web"))

    calls = [call[0] for call in workshop.client.calls]
    stored = workshop.client.objects["replicasets", "default/web"]
    (condition,) = stored.status["conditions"]
    assert (error, calls) == (REFUSAL, ["create", "update/status"])
    assert workshop.recorder.told == [
        ("Warning", "FailedCreate", "Error creating: quota")
    ]
    assert condition == {
        "type": "ReplicaFailure",
        "status": "True",
        "lastTransitionTime": "2023-11-14T22:13:20Z",
        "reason": "FailedCreate",
        "message": "quota",
    }
    assert reconciler.expectations.satisfied("default/web")


@pytest.mark.parametrize(
    ("failing", "attempts"), [(1, 1), (2, 3), (3, 3), (4, 7), (8, 10), (99, 10)]
)
def test_batches_double(failing, attempts):
    """Ten attempts go out as 1, 2, 4 and 3; a batch with a failure is the last."""
    workshop = Workshop()
    made = []

    async def attempt():
        made.append(1)
        if len(made) == failing:
            raise REFUSAL

    outcome = workshop.run(in_batches(workshop.surroundings, 10, attempt))

    failed = failing <= 10
    assert len(made) == attempts
    assert outcome.succeeded == attempts - failed
    assert (outcome.failure is REFUSAL) == failed


def test_namespace_that_ends_is_no_failure():
    """In a namespace that ends the refused Pods are not even told of."""
    cause = StatusCause("NamespaceTerminating", "it ends")
    refusal = api_error(403, "Forbidden", "it ends", causes=(cause,))
    workshop, reconciler = workshop_of(a_replica_set("web", replicas=1))
    workshop.client.refusals["create", "pods"] = [refusal]

    outcome = workshop.run(reconciler.reconcile("default/web"))

    assert (outcome, workshop.recorder.told) == (None, [])


def test_surplus_pods_are_deleted():
    """A ReplicaSet with too many Pods deletes without saying what becomes of others."""
    replica_set = a_replica_set("web", replicas=1)
    pods = [a_pod("a", replica_set), a_pod("b", replica_set, "Pending")]
    workshop, reconciler = workshop_of(replica_set, *pods)

    workshop.run(reconciler.reconcile("default/web"))

    assert workshop.client.calls[0] == ("delete", "pods", "b")
    assert workshop.client.bodies[0] is None
    assert workshop.recorder.told == [("Normal", "SuccessfulDelete", "Deleted pod: b")]


@pytest.mark.parametrize(("code", "fails"), [(404, False), (500, True)])
def test_deletion_refused(code, fails):
    """A Pod that is gone already is no failure; a refusal is, and is not waited for."""
    replica_set = a_replica_set("web", replicas=0)
    refusal = api_error(code, "NotFound" if code == 404 else "", "no")
    workshop, reconciler = workshop_of(replica_set, a_pod("a", replica_set))
    workshop.client.refusals["delete", "pods"] = [refusal]

    outcome = workshop.run(reconciler.reconcile("default/web"))

    assert (outcome is refusal) == fails
    assert reconciler.expectations.satisfied("default/web")
    assert [told[1] for told in workshop.recorder.told] == ["FailedDelete"] * fails


def test_finished_pods_do_not_count():
    """Pods that have finished, or go, are replaced."""
    replica_set = a_replica_set("web", replicas=1)
    pods = [
        a_pod("a", replica_set, "Failed"),
        a_pod("b", replica_set, deletion_timestamp=EPOCH_S),
    ]
    workshop, reconciler = workshop_of(replica_set, *pods)

    workshop.run(reconciler.reconcile("default/web"))

    assert workshop.client.calls[0][:2] == ("create", "pods")


def test_status_conflict_is_retried_once():
    """A status that meets a conflict is written again on a fresh copy, once."""
    workshop, reconciler = workshop_of(a_replica_set("web", replicas=0, generation=2))
    conflict = api_error(409, "Conflict", "changed")
    workshop.client.refusals["update/status", "replicasets"] = [conflict, conflict]

    error = workshop.run(reconciler.reconcile("default/web"))

    assert error is conflict
    assert [call[0] for call in workshop.client.calls] == [
        "update/status",
        "get",
        "update/status",
    ]


def test_status_counts():
    """The status counts Pods by label, readiness and time."""
    replica_set = a_replica_set("web", replicas=3)
    spec = replica_set.spec | {"minReadySeconds": 10}
    replica_set = replica_set.with_body(spec=spec, status={})
    pods = [
        ready(a_pod("a", replica_set)),
        ready(a_pod("b", replica_set, labels={"app": "else"}), EPOCH_S),
        a_pod("c", replica_set, "Pending"),
    ]

    early = replica_set_status(replica_set, pods, None, EPOCH_S + 5)
    late = replica_set_status(replica_set, pods, None, EPOCH_S + 11)

    assert early == {"replicas": 3, "fullyLabeledReplicas": 2, "readyReplicas": 2}
    assert late == early | {"availableReplicas": 2}


def test_status_of_nothing():
    """Alone of the counts, zero replicas are written."""
    replica_set = a_replica_set("web").with_body(status={})

    assert replica_set_status(replica_set, [], None, EPOCH_S) == {"replicas": 0}


def test_a_failure_is_told_until_it_is_over():
    """The condition of a failure stays as it was, and goes when all is well."""
    failing = a_replica_set("web", replicas=1).with_body(status={})
    first = replica_set_status(failing, [], REFUSAL, EPOCH_S)
    failed = failing.with_body(status=first)

    again = replica_set_status(failed, [], api_error(500, "", "x"), EPOCH_S + 9)
    healed = replica_set_status(failed, [], None, EPOCH_S + 9)

    assert again["conditions"] == first["conditions"]
    assert "conditions" not in healed


def test_up_to_date():
    """A status is written if a count, the generation or a condition differs."""
    replica_set = a_replica_set("web", replicas=1)
    same = replica_set.status

    found = [
        is_up_to_date(replica_set, same),
        is_up_to_date(replica_set, same | {"readyReplicas": 1}),
        is_up_to_date(replica_set.with_metadata(generation=2), same),
        is_up_to_date(replica_set, same | {"conditions": [{"type": "x"}]}),
    ]

    assert found == [True, False, False, False]


def test_availability_is_awaited():
    """When Pods are ready but not for long enough, the controller looks again."""
    replica_set = a_replica_set("web", replicas=1)
    spec = replica_set.spec | {"minReadySeconds": 10}
    replica_set = replica_set.with_body(spec=spec)
    pod = ready(a_pod("a", replica_set))
    workshop, reconciler = workshop_of(replica_set, pod)

    workshop.run(reconciler.reconcile("default/web"), for_ns=0)

    assert reconciler.queue.scheduled() == {"default/web": 10 * SECOND}


def test_a_pod_that_becomes_ready_is_looked_at_later():
    """A Pod that becomes ready wakes its controller again when it is available."""
    replica_set = a_replica_set("web", replicas=1)
    spec = replica_set.spec | {"minReadySeconds": 10}
    replica_set = replica_set.with_body(spec=spec)
    workshop, reconciler = workshop_of(replica_set)
    before = a_pod("a", replica_set)
    seen = ready(before).with_metadata(resource_version="2")

    workshop.informers.informer(PODS).handlers[0].on_update(before, seen)

    assert reconciler.queue.items() == ["default/web"]
    assert reconciler.queue.scheduled() == {"default/web": 11 * SECOND}


def test_a_successor_starts_afresh():
    """A ReplicaSet of the same name inherits no expectations."""
    workshop, reconciler = workshop_of(a_replica_set("web"))
    handler = workshop.informers.informer(REPLICA_SETS).handlers[0]
    reconciler.expectations.expect_creations("default/web", 3)

    handler.on_update(a_replica_set("web"), a_replica_set("web", uid="uid-2"))

    assert reconciler.expectations.satisfied("default/web")


def test_a_deleted_one_is_forgotten():
    """A key whose ReplicaSet is gone drops what was expected of it."""
    workshop = Workshop()
    reconciler = replica_set_controller(workshop.surroundings).reconciler
    reconciler.expectations.expect_creations("default/web", 3)

    workshop.run(reconciler.reconcile("default/web"))

    assert reconciler.expectations.satisfied("default/web")
    assert workshop.client.calls == []


def test_replication_controllers_are_alike():
    """A ReplicationController makes Pods that it controls under its own kind."""
    workshop = Workshop()
    web = a_replica_set("web")
    spec = web.spec | {"selector": {"app": "web"}}
    controller = KubeObject(
        "v1", "ReplicationController", web.metadata, web.body | {"spec": spec}
    )
    workshop.put(REPLICATION_CONTROLLERS, controller)
    reconciler = replication_controller_controller(workshop.surroundings).reconciler

    workshop.run(reconciler.reconcile("default/web"))

    (owner,) = workshop.client.bodies[0].metadata.owner_references
    assert owner == made_by("ReplicationController", "web", "uid-web", "v1")


@pytest.mark.parametrize(
    ("phase", "given_up"),
    [("Running", "crowded"), ("Succeeded", "alone"), ("Failed", "alone")],
)
def test_company_on_a_machine(phase, given_up):
    """A Pod in company is given up first; what has ended is no company."""
    pods = [
        ready(a_pod(name, spec={"nodeName": machine}))
        for name, machine in (("alone", "one"), ("crowded", "two"))
    ]
    related = a_pod("related", phase=phase, spec={"nodeName": "two"})

    found = pods_to_delete(pods, [*pods, related], 1, EPOCH_S * SECOND)

    assert [pod.name for pod in found] == [given_up]
