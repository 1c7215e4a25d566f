"""The CronJob controller where something is out of order."""

import pytest

from gcmodel.controllers.cronjob import cron_job_controller
from gcmodel.controllers.resource_names import JOBS
from gcmodel.errors import AlreadyExistsError, api_error
from gcmodel.kernel.durations import MINUTE
from gcmodel.objects.identity import GroupVersionResource
from tests.unit.controllers.fakes import (
    EPOCH_S,
    TEMPLATE,
    Workshop,
    an_object,
    made_by,
)

CRON_JOBS = GroupVersionResource("batch", "v1", "cronjobs")
MINUTE_NAME = f"tick-{(EPOCH_S + 60) // 60}"


def workshop_of(status=None, **spec):
    """Return a workshop a good minute after a CronJob was made, and the reconciler."""
    workshop = Workshop()
    spec = {
        "schedule": "* * * * *",
        "jobTemplate": {"spec": {"template": TEMPLATE}},
    } | spec
    cron_job = an_object("CronJob", "tick", spec, status, creation_timestamp=EPOCH_S)
    workshop.put(CRON_JOBS, cron_job)
    workshop.scheduler.now = MINUTE
    return workshop, cron_job_controller(workshop.surroundings).reconciler


def reasons(workshop):
    """Return the reasons of the Events."""
    return [reason for _, reason, _ in workshop.recorder.told]


def test_a_job_is_made():
    """A minute that has come makes a Job, and is remembered."""
    workshop, reconciler = workshop_of()

    workshop.run(reconciler.reconcile("default/tick"))

    job = workshop.client.objects["jobs", f"default/{MINUTE_NAME}"]
    stored = workshop.client.objects["cronjobs", "default/tick"]
    assert job.metadata.owner_references == (
        made_by("CronJob", "tick", "uid-tick", "batch/v1"),
    )
    assert [one["name"] for one in stored.status["active"]] == [MINUTE_NAME]
    assert reasons(workshop) == ["SuccessfulCreate"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"suspend": True}, []),
        ({"schedule": "never"}, ["UnparseableSchedule"]),
    ],
)
def test_no_job(changes, told):
    """A CronJob that is suspended, or cannot be read, makes nothing."""
    workshop, reconciler = workshop_of(**changes)

    outcome = workshop.run(reconciler.reconcile("default/tick"))

    assert (outcome, workshop.client.calls, reasons(workshop)) == (None, [], told)


def test_deleting():
    """A CronJob that is being deleted makes nothing."""
    workshop, reconciler = workshop_of()
    stored = workshop.client.objects["cronjobs", "default/tick"]
    workshop.put(CRON_JOBS, stored.with_metadata(deletion_timestamp=EPOCH_S))

    workshop.run(reconciler.reconcile("default/tick"))

    assert workshop.client.calls == []


def test_a_name_that_is_taken():
    """A Job of that name that leaked from somebody else blocks the minute."""
    workshop, reconciler = workshop_of()
    workshop.client.put(JOBS, an_object("Job", MINUTE_NAME))

    error = workshop.run(reconciler.reconcile("default/tick"))

    assert isinstance(error, AlreadyExistsError)


def test_a_job_of_an_earlier_turn():
    """A Job that an earlier turn made without noting it is noted now."""
    workshop, reconciler = workshop_of()
    owners = (made_by("CronJob", "tick", "uid-tick", "batch/v1"),)
    workshop.client.put(JOBS, an_object("Job", MINUTE_NAME, owner_references=owners))

    outcome = workshop.run(reconciler.reconcile("default/tick"))

    stored = workshop.client.objects["cronjobs", "default/tick"]
    assert (outcome, reasons(workshop)) == (None, [])
    assert [one["name"] for one in stored.status["active"]] == [MINUTE_NAME]


def test_a_refused_job():
    """A refused Job is told of and tried again."""
    workshop, reconciler = workshop_of()
    refusal = api_error(403, "Forbidden", "quota")
    workshop.client.refusals["create", "jobs"] = [refusal]

    error = workshop.run(reconciler.reconcile("default/tick"))

    assert (error, reasons(workshop)) == (refusal, ["FailedCreate"])


def test_a_job_that_went_missing():
    """An active Job that is gone is dropped from the status, and told of."""
    active = [{"name": "tick-1", "uid": "uid-gone"}]
    workshop, reconciler = workshop_of({"active": active}, suspend=True)

    workshop.run(reconciler.reconcile("default/tick"))

    stored = workshop.client.objects["cronjobs", "default/tick"]
    assert (stored.status, reasons(workshop)) == ({}, ["MissingJob"])


def ended(name, condition, completed=None):
    """Return a Job of the CronJob that has ended."""
    status = {"conditions": [{"type": condition, "status": "True"}]}
    if completed:
        status["completionTime"] = f"2023-11-14T{completed}Z"
    owners = (made_by("CronJob", "tick", "uid-tick", "batch/v1"),)
    return an_object("Job", name, None, status, owner_references=owners)


@pytest.mark.parametrize(
    ("jobs", "last"),
    [
        ([("a", "Complete", "22:14:00")], "22:14:00"),
        (
            [("a", "Complete", "22:14:00"), ("b", "Complete", "22:15:00")],
            "22:15:00",
        ),
        (
            [("a", "Complete", "22:15:00"), ("b", "Complete", "22:14:00")],
            "22:15:00",
        ),
        ([("a", "Failed", None)], "22:10:00"),
        ([("a", "Complete", "22:09:00")], "22:10:00"),
    ],
    ids=["one", "in order", "out of order", "a failure", "an older one"],
)
def test_the_latest_success_is_remembered(jobs, last):
    """The time of the latest success stands in the status when no Job is active."""
    active = [{"name": name, "uid": f"uid-{name}"} for name, _, _ in jobs]
    before = "2023-11-14T22:10:00Z"
    workshop, reconciler = workshop_of(
        {"active": active, "lastSuccessfulTime": before}, suspend=True
    )
    workshop.put(JOBS, *[ended(*job) for job in jobs])

    workshop.run(reconciler.reconcile("default/tick"))

    stored = workshop.client.objects["cronjobs", "default/tick"]
    assert stored.status == {"lastSuccessfulTime": f"2023-11-14T{last}Z"}
    assert reasons(workshop) == ["SawCompletedJob"] * len(jobs)


def test_too_many_missed():
    """After a long pause the latest minute alone is served, and a warning given."""
    workshop, reconciler = workshop_of()
    workshop.scheduler.now = 200 * MINUTE

    workshop.run(reconciler.reconcile("default/tick"))

    made = [name for verb, _, name in workshop.client.calls if verb == "create"]
    assert made == [f"tick-{EPOCH_S // 60 + 200}"]
    assert reasons(workshop) == ["TooManyMissedTimes", "SuccessfulCreate"]
