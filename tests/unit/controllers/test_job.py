"""The Job controller where something goes wrong, and the Pods that lose their Job."""

import pytest

from gcmodel.controllers.job import job_controller
from gcmodel.controllers.job_orphans import job_orphans_controller
from gcmodel.controllers.job_tracking import FINALIZER, REMOVAL
from gcmodel.controllers.resource_names import JOBS, PODS
from gcmodel.controllers.ttl_after_finished import (
    expires_s,
    ttl_after_finished_controller,
)
from gcmodel.errors import api_error
from gcmodel.objects.options import DeleteOptions, Preconditions
from tests.unit.controllers.fakes import (
    EPOCH_S,
    TEMPLATE,
    Workshop,
    a_pod,
    an_object,
    made_by,
)

OURS = (made_by("Job", "work", "uid-work", "batch/v1"),)
TRACKED = {"finalizers": (FINALIZER,), "owner_references": OURS}
STARTED = {"startTime": "2023-11-14T22:13:20Z"}


def a_job(status=None, metadata=None, **spec):
    """Return a Job."""
    spec = {
        "completions": 1,
        "selector": {"matchLabels": {"app": "web"}},
        "template": TEMPLATE,
    } | spec
    return an_object("Job", "work", spec, status, **(metadata or {}))


def workshop_of(job, *pods):
    """Return a workshop, and the reconciler in it."""
    workshop = Workshop()
    workshop.put(JOBS, job)
    workshop.put(PODS, *pods)
    return workshop, job_controller(workshop.surroundings).reconciler


def test_pods_bear_the_finalizer():
    """A Pod of a Job bears the tracking finalizer beside those of the template."""
    metadata = TEMPLATE["metadata"] | {"finalizers": ["example.com/mark"]}
    job = a_job(template=TEMPLATE | {"metadata": metadata})
    workshop, reconciler = workshop_of(job)

    workshop.run(reconciler.reconcile("default/work"))

    made = workshop.client.bodies[0].metadata
    assert made.finalizers == ("example.com/mark", FINALIZER)
    assert made.owner_references == OURS


def test_refused_creation():
    """A refused Pod is told of, and the turn fails after the status is written."""
    workshop, reconciler = workshop_of(a_job())
    refusal = api_error(403, "Forbidden", "quota")
    workshop.client.refusals["create", "pods"] = [refusal]

    error = workshop.run(reconciler.reconcile("default/work"))

    assert error is refusal
    assert workshop.client.calls == [
        ("create", "pods", "work-100"),
        ("update/status", "jobs", "work"),
    ]
    assert reconciler.expectations.satisfied("default/work")


def test_surplus_pods():
    """A Job that may run fewer deletes what is too many, the pending first."""
    pods = [
        a_pod("runs", spec={"nodeName": "one"}, **TRACKED),
        a_pod("waits", phase="Pending", **TRACKED),
    ]
    workshop, reconciler = workshop_of(a_job(STARTED), *pods)

    workshop.run(reconciler.reconcile("default/work"))

    deleted = [name for verb, _, name in workshop.client.calls if verb == "delete"]
    assert deleted == ["waits"]


def test_a_refused_deletion_is_not_waited_for():
    """A Pod that cannot be deleted counts as active, and is tried again."""
    pods = [a_pod("a", **TRACKED), a_pod("b", **TRACKED)]
    workshop, reconciler = workshop_of(a_job(STARTED), *pods)
    workshop.client.refusals["delete", "pods"] = [api_error(500, "", "no")]

    workshop.run(reconciler.reconcile("default/work"))

    assert reconciler.expectations.satisfied("default/work")
    stored = workshop.client.objects["jobs", "default/work"]
    assert stored.status["active"] == 2


def test_counting_takes_note_release_and_count():
    """A Pod that succeeded is noted, let go, then counted, in three requests."""
    pod = a_pod("won", phase="Succeeded", **TRACKED)
    workshop, reconciler = workshop_of(a_job(STARTED, completions=2), pod)
    reconciler.expectations.expect_creations("default/work", 1)

    workshop.run(reconciler.reconcile("default/work"))

    assert workshop.client.calls == [
        ("update/status", "jobs", "work"),
        ("patch", "pods", "won"),
        ("update/status", "jobs", "work"),
    ]
    noted, patch, counted = workshop.client.bodies
    assert noted.status["uncountedTerminatedPods"] == {"succeeded": ["uid-won"]}
    assert "succeeded" not in noted.status
    assert patch == REMOVAL.body
    assert counted.status["succeeded"] == 1
    assert counted.status["uncountedTerminatedPods"] == {}


def test_a_late_cache_is_waited_for():
    """Until the cache shows the status that was written, nothing is counted."""
    pod = a_pod("won", phase="Succeeded", **TRACKED)
    workshop, reconciler = workshop_of(a_job(STARTED, completions=2), pod)
    reconciler.expectations.expect_creations("default/work", 1)
    workshop.run(reconciler.reconcile("default/work"))
    workshop.client.calls.clear()

    workshop.run(reconciler.reconcile("default/work"))

    assert workshop.client.calls == []


@pytest.mark.parametrize("condition", ["Complete", "Failed"])
def test_a_finished_job_is_left_alone(condition):
    """Of a Job that has ended nothing is looked at."""
    status = {"conditions": [{"type": condition, "status": "True"}]}
    workshop, reconciler = workshop_of(a_job(status))

    workshop.run(reconciler.reconcile("default/work"))

    assert workshop.client.calls == []


def test_a_deleting_job_lets_its_pods_go():
    """A Job that is being deleted makes no Pods and takes its finalizer off them."""
    job = a_job(STARTED, {"deletion_timestamp": EPOCH_S}, completions=5)
    workshop, reconciler = workshop_of(job, a_pod("runs", **TRACKED))

    workshop.run(reconciler.reconcile("default/work"))

    assert ("patch", "pods", "runs") in workshop.client.calls
    assert "create" not in [call[0] for call in workshop.client.calls]


def made(workshop):
    """Return how many Pods were created."""
    return [call[:2] for call in workshop.client.calls].count(("create", "pods"))


@pytest.mark.parametrize(
    ("metadata", "pods"), [({}, 1), ({"deletion_timestamp": EPOCH_S}, 0)]
)
def test_a_deleting_job_makes_no_pods(metadata, pods):
    """A Pod that is missing is made, unless the Job is being deleted."""
    workshop, reconciler = workshop_of(a_job(STARTED, metadata))

    workshop.run(reconciler.reconcile("default/work"))

    assert made(workshop) == pods


@pytest.mark.parametrize(("parallelism", "pods"), [(499, 499), (500, 500), (600, 500)])
def test_five_hundred_pods_at_once(parallelism, pods):
    """However many are missing, one turn makes five hundred Pods at most."""
    job = a_job(STARTED, completions=1000, parallelism=parallelism)
    workshop, reconciler = workshop_of(job)

    workshop.run(reconciler.reconcile("default/work"))

    assert made(workshop) == pods
    stored = workshop.client.objects["jobs", "default/work"]
    assert stored.status["active"] == pods


@pytest.mark.parametrize(
    ("phase", "spec", "told"),
    [
        ("Succeeded", {}, [("Normal", "Completed", "Job completed")]),
        (
            "Failed",
            {"backoffLimit": 0},
            [
                (
                    "Warning",
                    "BackoffLimitExceeded",
                    "Job has reached the specified backoff limit",
                )
            ],
        ),
        ("Running", {}, []),
    ],
)
def test_the_end_of_a_job_is_told(phase, spec, told):
    """Whoever looks at a Job is told how it ended, once it has."""
    pod = a_pod("p", phase=phase, **TRACKED)
    workshop, reconciler = workshop_of(a_job(STARTED, **spec), pod)

    workshop.run(reconciler.reconcile("default/work"))

    assert workshop.recorder.told == told


def orphans(*pods, jobs=()):
    """Return a workshop and the part that lets orphaned Pods go."""
    workshop = Workshop()
    workshop.put(JOBS, *jobs)
    workshop.put(PODS, *pods)
    return workshop, job_orphans_controller(workshop.surroundings).reconciler


@pytest.mark.parametrize(
    ("metadata", "jobs", "released"),
    [
        pytest.param(TRACKED, [], True, id="of a Job that is gone"),
        pytest.param(TRACKED, [a_job()], False, id="of a living Job"),
        pytest.param(
            TRACKED, [a_job(metadata={"uid": "uid-2"})], True, id="of a dead namesake"
        ),
        pytest.param({"finalizers": (FINALIZER,)}, [], True, id="of nobody"),
        pytest.param({"owner_references": OURS}, [], False, id="without finalizer"),
        pytest.param(
            TRACKED | {"owner_references": (made_by("ReplicaSet", "w", "u"),)},
            [],
            False,
            id="of something else",
        ),
    ],
)
def test_orphaned_pods(metadata, jobs, released):
    """A tracked Pod whose Job does not count it any more is let go."""
    pod = a_pod("p", **metadata)
    workshop, reconciler = orphans(pod, jobs=jobs)

    workshop.informers.informer(PODS).handlers[0].on_add(pod)
    queued = reconciler.queue.items()
    workshop.run(reconciler.reconcile("default/p"))

    patches = [("patch", "pods", "p")] if released else []
    assert (queued, workshop.client.calls) == (["default/p"] * released, patches)


def test_a_deleted_job_orphans_its_pods():
    """When a Job goes, its Pods are looked at, and no others."""
    pods = [a_pod("p", **TRACKED), a_pod("q", owner_references=OURS), a_pod("r")]
    workshop, reconciler = orphans(*pods)

    workshop.informers.informer(JOBS).handlers[0].on_delete(a_job())

    assert reconciler.queue.items() == ["default/p"]


COMPLETE = {
    "conditions": [
        {
            "type": "Complete",
            "status": "True",
            "lastTransitionTime": "2023-11-14T22:13:20Z",
        }
    ]
}


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (a_job(COMPLETE), None),
        (a_job(STARTED, ttlSecondsAfterFinished=5), None),
        (a_job(COMPLETE, ttlSecondsAfterFinished=5), EPOCH_S + 5),
        (a_job(COMPLETE, ttlSecondsAfterFinished=0), EPOCH_S),
    ],
)
def test_expiry(job, expected):
    """A Job expires that long after it has ended, if it says so."""
    assert expires_s(job) == expected


def test_a_stale_cache_deletes_nothing():
    """A Job that by the server's word is not due any more is left alone."""
    workshop = Workshop()
    workshop.cache(JOBS, a_job(COMPLETE, ttlSecondsAfterFinished=0))
    workshop.client.put(JOBS, a_job(COMPLETE))
    reconciler = ttl_after_finished_controller(workshop.surroundings).reconciler

    workshop.run(reconciler.reconcile("default/work"))

    assert workshop.client.calls == [("get", "jobs", "work")]


def test_an_expired_job():
    """A Job whose time is up is deleted in the foreground, by UID."""
    workshop = Workshop()
    workshop.put(JOBS, a_job(COMPLETE, ttlSecondsAfterFinished=0))
    reconciler = ttl_after_finished_controller(workshop.surroundings).reconciler

    workshop.run(reconciler.reconcile("default/work"))

    assert workshop.client.calls[-1] == ("delete", "jobs", "work")
    assert workshop.client.bodies[-1] == DeleteOptions(
        preconditions=Preconditions("uid-work"), propagation_policy="Foreground"
    )


def test_a_job_that_is_gone_needs_no_deletion():
    """A Job that is gone when its time is up is no error."""
    workshop = Workshop()
    workshop.cache(JOBS, a_job(COMPLETE, ttlSecondsAfterFinished=0))
    reconciler = ttl_after_finished_controller(workshop.surroundings).reconciler

    assert workshop.run(reconciler.reconcile("default/work")) is None
