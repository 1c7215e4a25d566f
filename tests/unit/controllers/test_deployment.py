"""The Deployment controller: strategies, statuses, and the order of its writes."""

import pytest

from gcmodel.controllers.conditions import condition, find_condition
from gcmodel.controllers.deployment import deployment_controller
from gcmodel.controllers.deployment_revisions import REVISION, ROLLBACK_TO
from gcmodel.controllers.deployment_status import (
    Rollout,
    has_progressed,
    rollout_status,
    seconds_until_stuck,
)
from gcmodel.controllers.resource_names import DEPLOYMENTS, PODS, REPLICA_SETS
from gcmodel.errors import StatusCause, api_error
from gcmodel.kernel.durations import SECOND
from tests.unit.controllers.fakes import (
    EPOCH_S,
    TEMPLATE,
    Workshop,
    a_deployment,
    a_pod,
    a_replica_set,
    made_by,
)

OURS = (made_by("Deployment", "web", "uid-web"),)
OLD_TEMPLATE = TEMPLATE | {"spec": {"containers": [{"name": "c", "image": "a:0"}]}}
LARGEST = 2**31 - 1


def respec(deployment, **changes):
    """Return a copy whose spec differs."""
    return deployment.with_body(spec=deployment.spec | changes)


def workshop_of(deployment, *replica_sets, pods=()):
    """Return a workshop, and the reconciler in it."""
    workshop = Workshop()
    workshop.put(DEPLOYMENTS, deployment)
    workshop.put(REPLICA_SETS, *replica_sets)
    workshop.put(PODS, *pods)
    return workshop, deployment_controller(workshop.surroundings).reconciler


def turns(workshop, reconciler, count=6):
    """Take some turns, each on caches that have caught up; return the last error."""
    outcome = None
    for _ in range(count):
        outcome = workshop.run(reconciler.reconcile("default/web"))
        workshop.catch_up()
    return outcome


def stored_sizes(workshop):
    """Return the sizes of the stored ReplicaSets, by image."""
    return {
        stored.spec["template"]["spec"]["containers"][0]["image"]: stored.spec[
            "replicas"
        ]
        for (kind, _), stored in workshop.client.objects.items()
        if kind == "replicasets"
    }


def owned(name, replicas, available=0, template=OLD_TEMPLATE, **metadata):
    """Return a ReplicaSet of the Deployment, sized for one of three."""
    notes = {
        REVISION: "1",
        "deployment.kubernetes.io/desired-replicas": "3",
        "deployment.kubernetes.io/max-replicas": "4",
    }
    metadata = {"owner_references": OURS, "annotations": notes} | metadata
    return a_replica_set(name, replicas, available, template, **metadata)


def test_creation():
    """A new Deployment gets a ReplicaSet; the second write meets a conflict."""
    workshop, reconciler = workshop_of(a_deployment(replicas=3))

    error = workshop.run(reconciler.reconcile("default/web"))

    assert error.reason == "Conflict"
    (created,) = (
        body
        for call, body in zip(
            workshop.client.calls, workshop.client.bodies, strict=True
        )
        if call[0] == "create"
    )
    ending = created.metadata.labels["pod-template-hash"]
    assert workshop.client.calls == [
        ("create", "replicasets", f"web-{ending}"),
        ("update/status", "deployments", "web"),
        ("update/status", "deployments", "web"),
    ]
    assert created.metadata.owner_references == OURS
    assert created.spec["selector"] == {
        "matchLabels": {"app": "web", "pod-template-hash": ending}
    }
    assert created.metadata.annotations == {
        REVISION: "1",
        "deployment.kubernetes.io/desired-replicas": "3",
        "deployment.kubernetes.io/max-replicas": "4",
    }
    assert workshop.recorder.told == [
        ("Normal", "ScalingReplicaSet", f"Scaled up replica set web-{ending} to 3")
    ]


def test_revision_reaches_the_deployment():
    """The Deployment bears the revision of its new ReplicaSet, and a status."""
    workshop, reconciler = workshop_of(a_deployment(replicas=3))

    outcome = turns(workshop, reconciler)

    stored = workshop.client.objects["deployments", "default/web"]
    assert outcome is None
    assert stored.metadata.annotations == {REVISION: "1"}
    assert {k: v for k, v in stored.status.items() if k != "conditions"} == {
        "observedGeneration": 1,
        "unavailableReplicas": 3,
    }
    assert find_condition(stored.status, "Available")["status"] == "False"
    assert find_condition(stored.status, "Progressing") is None


def test_rolling_begins_with_the_surge():
    """A changed template adds what the surge allows before anything goes."""
    workshop, reconciler = workshop_of(a_deployment(replicas=3), owned("old", 3, 3))

    turns(workshop, reconciler)

    assert stored_sizes(workshop) == {"a:0": 3, "example.invalid/agent:1": 1}


def test_rolling_removes_the_unhealthy_first():
    """Old Pods that are not available go before new ones have come up."""
    workshop, reconciler = workshop_of(a_deployment(replicas=3), owned("old", 3, 1))
    template = a_deployment().spec["template"]
    spec = {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 2}}}
    changed = respec(a_deployment(replicas=3), template=template, **spec)
    workshop.put(DEPLOYMENTS, changed)

    turns(workshop, reconciler)

    assert stored_sizes(workshop)["a:0"] == 1


def test_refused_shrinking_is_dropped():
    """An error while an old ReplicaSet shrinks does not fail the turn."""
    workshop, reconciler = workshop_of(
        a_deployment(replicas=3, annotations={REVISION: "2"}),
        owned("old", 2, 2),
        owned("new", 2, 2, TEMPLATE, annotations={REVISION: "2"}),
    )
    workshop.put(
        DEPLOYMENTS,
        respec(
            a_deployment(replicas=3, annotations={REVISION: "2"}),
            strategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}},
        ),
    )
    refusal = api_error(500, "", "no")
    workshop.client.refusals["update", "replicasets"] = [refusal]

    outcome = workshop.run(reconciler.reconcile("default/web"))

    assert outcome is None
    assert workshop.client.refusals == {("update", "replicasets"): []}


RECREATE = {"strategy": {"type": "Recreate"}}


def test_recreation_empties_first():
    """With Recreate the old ReplicaSet is emptied before a new one is made."""
    deployment = respec(a_deployment(replicas=3), **RECREATE)
    workshop, reconciler = workshop_of(deployment, owned("old", 3, 3))

    turns(workshop, reconciler)

    assert stored_sizes(workshop) == {"a:0": 0}


@pytest.mark.parametrize(
    ("phase", "made"), [("Running", False), ("Pending", False), ("Succeeded", True)]
)
def test_recreation_waits_for_pods(phase, made):
    """With Recreate nothing new is made while an old Pod may still run."""
    deployment = respec(a_deployment(replicas=3), **RECREATE)
    emptied = owned("old", 0)
    pod = a_pod("p", emptied, phase)
    workshop, reconciler = workshop_of(deployment, emptied, pods=[pod])

    turns(workshop, reconciler)

    assert ("example.invalid/agent:1" in stored_sizes(workshop)) == made


@pytest.mark.parametrize("recreates", [True, False])
def test_the_last_pod_wakes_a_deployment_that_waits(recreates):
    """The end of the last Pod wakes a Deployment that re-creates, and no other."""
    emptied = owned("old", 0)
    changes = RECREATE if recreates else {}
    workshop, reconciler = workshop_of(respec(a_deployment(), **changes), emptied)
    handler = workshop.informers.informer(PODS).handlers[0]

    handler.on_delete(a_pod("p", emptied))
    handler.on_delete(a_pod("stranger"))
    handler.on_delete(a_pod("lost", owned("unknown", 0)))

    assert reconciler.queue.items() == (["default/web"] if recreates else [])


def test_paused():
    """A paused Deployment makes no new ReplicaSet but follows its size."""
    deployment = respec(
        a_deployment(replicas=5), paused=True, progressDeadlineSeconds=600
    )
    workshop, reconciler = workshop_of(deployment, owned("old", 3, 3))

    turns(workshop, reconciler)

    stored = workshop.client.objects["deployments", "default/web"]
    assert stored_sizes(workshop) == {"a:0": 5}
    progress = find_condition(stored.status, "Progressing")
    assert (progress["status"], progress["reason"]) == ("Unknown", "DeploymentPaused")


def test_resumed():
    """A Deployment that goes on says so."""
    status = {
        "conditions": [condition("Progressing", "Unknown", "DeploymentPaused", "", 1)]
    }
    deployment = respec(a_deployment(replicas=0), progressDeadlineSeconds=600)
    workshop, reconciler = workshop_of(deployment.with_body(status=status))

    workshop.run(reconciler.reconcile("default/web"))

    stored = workshop.client.objects["deployments", "default/web"]
    progress = find_condition(stored.status, "Progressing")
    assert (progress["reason"], progress["message"]) == (
        "DeploymentResumed",
        "Deployment is resumed",
    )


def test_selecting_all():
    """A Deployment without selector is warned of, noted as seen, and left alone."""
    deployment = a_deployment().with_body(spec={"selector": {}})
    workshop, reconciler = workshop_of(deployment)

    workshop.run(reconciler.reconcile("default/web"))

    stored = workshop.client.objects["deployments", "default/web"]
    assert stored.status == {"observedGeneration": 1}
    assert workshop.recorder.told == [
        (
            "Warning",
            "SelectingAll",
            "This deployment is selecting all pods. A non-empty selector is required.",
        )
    ]


def test_creation_refused():
    """A refused creation is reported in the status and as an Event, and retried."""
    deployment = respec(a_deployment(), progressDeadlineSeconds=600)
    workshop, reconciler = workshop_of(deployment)
    refusal = api_error(403, "Forbidden", "quota")
    workshop.client.refusals["create", "replicasets"] = [refusal]

    error = workshop.run(reconciler.reconcile("default/web"))

    stored = workshop.client.objects["deployments", "default/web"]
    progress = find_condition(stored.status, "Progressing")
    name = workshop.client.calls[0][2]
    text = f'Failed to create new replica set "{name}": quota'
    assert error is refusal
    assert (progress["reason"], progress["message"]) == ("ReplicaSetCreateError", text)
    assert workshop.recorder.told == [("Warning", "ReplicaSetCreateError", text)]


def test_creation_in_a_namespace_that_ends():
    """In a namespace that ends a refused creation is not even told."""
    workshop, reconciler = workshop_of(a_deployment())
    cause = StatusCause("NamespaceTerminating", "it ends")
    refusal = api_error(403, "Forbidden", "it ends", causes=(cause,))
    workshop.client.refusals["create", "replicasets"] = [refusal]

    outcome = workshop.run(reconciler.reconcile("default/web"))

    assert outcome is None
    assert workshop.recorder.told == []
    assert len(workshop.client.calls) == 1


def test_history_is_cleaned_when_complete():
    """Once a rollout is complete the ReplicaSets beyond the limit are deleted."""
    status = {
        "observedGeneration": 1,
        "replicas": 1,
        "updatedReplicas": 1,
        "availableReplicas": 1,
    }
    deployment = respec(
        a_deployment(annotations={REVISION: "3"}), revisionHistoryLimit=1
    )
    notes = {REVISION: "3", "deployment.kubernetes.io/desired-replicas": "1"}
    workshop, reconciler = workshop_of(
        deployment.with_body(status=status),
        owned("first", 0, annotations={REVISION: "1"}),
        owned("second", 0, annotations={REVISION: "2"}),
        owned("new", 1, 1, TEMPLATE, annotations=notes),
    )

    turns(workshop, reconciler)

    deletes = [
        (call[2], body)
        for call, body in zip(
            workshop.client.calls, workshop.client.bodies, strict=True
        )
        if call[0] == "delete"
    ]
    assert deletes == [("first", None)]


@pytest.mark.parametrize(
    ("asked", "image", "reason"),
    [
        ("1", "a:0", "RollbackDone"),
        ("0", "a:0", "RollbackDone"),
        ("2", "example.invalid/agent:1", "RollbackTemplateUnchanged"),
        ("7", "example.invalid/agent:1", "RollbackRevisionNotFound"),
    ],
)
def test_rollback(asked, image, reason):
    """An annotation asks for an earlier template, and is taken off whatever comes."""
    notes = {REVISION: "2", ROLLBACK_TO: asked}
    workshop, reconciler = workshop_of(
        a_deployment(annotations=notes),
        owned("old", 0),
        owned("new", 1, 1, TEMPLATE, annotations={REVISION: "2"}),
    )

    workshop.run(reconciler.reconcile("default/web"))

    stored = workshop.client.objects["deployments", "default/web"]
    (container,) = stored.spec["template"]["spec"]["containers"]
    assert container["image"] == image
    assert stored.metadata.annotations == {REVISION: "2"}
    assert [told[1] for told in workshop.recorder.told] == [reason]


NOW = EPOCH_S + 1000


def rollout(new=None, status=None, deadline=600, old=()):
    """Return a rollout of one replica, judged at NOW."""
    deployment = respec(a_deployment(), progressDeadlineSeconds=deadline)
    return Rollout(deployment.with_body(status=status or {}), new, old, NOW)


def progress_since(reason, at_s, status="True"):
    """Return a status with that judgement of progress."""
    return {"conditions": [condition("Progressing", status, reason, "", at_s)]}


NEW = a_replica_set("new")
READY = NEW.with_body(
    status={"replicas": 1, "readyReplicas": 1, "availableReplicas": 1}
)


@pytest.mark.parametrize(
    ("given", "reason", "message"),
    [
        pytest.param(
            rollout(READY),
            "NewReplicaSetAvailable",
            'ReplicaSet "new" has successfully progressed.',
            id="complete",
        ),
        pytest.param(
            rollout(NEW, progress_since("NewReplicaSetCreated", NOW - 5)),
            "ReplicaSetUpdated",
            'ReplicaSet "new" is progressing.',
            id="moving",
        ),
        pytest.param(
            rollout(None, progress_since("ReplicaSetUpdated", NOW - 601)),
            "ProgressDeadlineExceeded",
            'Deployment "web" has timed out progressing.',
            id="stuck",
        ),
        pytest.param(
            rollout(None, progress_since("ProgressDeadlineExceeded", NOW - 5, "False")),
            "ProgressDeadlineExceeded",
            "",
            id="stuck already",
        ),
        pytest.param(
            rollout(None, progress_since("NewReplicaSetAvailable", NOW - 5000)),
            "NewReplicaSetAvailable",
            "",
            id="done long ago",
        ),
    ],
)
def test_progress(given, reason, message):
    """A rollout is complete, moving or stuck, and says so."""
    found = find_condition(rollout_status(given), "Progressing")

    assert (found["reason"], found["message"]) == (reason, message)


def test_progress_renews_its_time():
    """A rollout that moves on keeps since when it progresses, and renews the update."""
    given = rollout(NEW, progress_since("ReplicaSetUpdated", NOW - 500))

    found = find_condition(rollout_status(given), "Progressing")

    before = given.deployment.status["conditions"][0]
    assert found["lastTransitionTime"] == before["lastTransitionTime"]
    assert found["lastUpdateTime"] != before["lastUpdateTime"]


def test_no_deadline_no_judgement():
    """Without a deadline nothing is said about progress, and what was said goes."""
    given = rollout(NEW, progress_since("ReplicaSetUpdated", NOW), deadline=LARGEST)

    assert find_condition(rollout_status(given), "Progressing") is None


@pytest.mark.parametrize("where", ["new", "old"])
def test_failures_of_replica_sets_are_passed_on(where):
    """A ReplicaSet that cannot make its Pods makes the Deployment say so."""
    failed = {
        "type": "ReplicaFailure",
        "status": "True",
        "reason": "FailedCreate",
        "message": "quota",
    }
    failing = NEW.with_body(status={"conditions": [failed]})
    given = rollout(failing) if where == "new" else rollout(NEW, old=[failing])

    found = find_condition(rollout_status(given), "ReplicaFailure")

    assert (found["status"], found["reason"], found["message"]) == (
        "True",
        "FailedCreate",
        "quota",
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {}, False),
        ({}, {"updatedReplicas": 1, "replicas": 1}, True),
        ({"replicas": 3}, {"replicas": 2}, True),
        ({}, {"readyReplicas": 1}, True),
        ({}, {"availableReplicas": 1}, True),
        ({"availableReplicas": 1}, {}, False),
    ],
)
def test_progress_of_counts(before, after, expected):
    """More new, ready or available replicas are progress, and fewer old ones."""
    assert has_progressed(before, after) == expected


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (rollout(NEW, progress_since("ReplicaSetUpdated", NOW - 100)), 500),
        (rollout(NEW, {}), None),
        (rollout(NEW, progress_since("ProgressDeadlineExceeded", NOW)), None),
        (
            rollout(NEW, progress_since("ReplicaSetUpdated", NOW), deadline=LARGEST),
            None,
        ),
    ],
)
def test_when_to_look_again(given, seconds):
    """A rollout that might get stuck is looked at again when it would be."""
    assert seconds_until_stuck(given, given.deployment.status) == seconds


def test_a_stuck_rollout_is_found_out():
    """Ten minutes without progress end in a condition, without any event."""
    deployment = respec(a_deployment(), progressDeadlineSeconds=600)
    workshop = Workshop()
    workshop.put(DEPLOYMENTS, deployment)
    controller = deployment_controller(workshop.surroundings)
    reconciler = controller.reconciler
    turns(workshop, reconciler)
    due = reconciler.queue.scheduled()["default/web"]

    workshop.scheduler.run(due)
    workshop.run(reconciler.reconcile("default/web"))

    stored = workshop.client.objects["deployments", "default/web"]
    assert 600 * SECOND < due < 610 * SECOND
    found = find_condition(stored.status, "Progressing")
    assert (found["status"], found["reason"]) == ("False", "ProgressDeadlineExceeded")
