"""When a CronJob starts its next Job, and which of its old ones go."""

import pytest

from gcmodel.controllers.cronjob import cron_job_version
from gcmodel.controllers.cronjob_schedule import (
    CronJobSpec,
    Missed,
    latest_missed,
    outcome_of,
    surplus_jobs,
)
from gcmodel.objects.cron_schedule import Schedule
from gcmodel.versions.profile import Profile
from tests.unit.controllers.fakes import an_object

MINUTELY = Schedule.parse("* * * * *")
HOUR = 1_743_087_600


@pytest.mark.parametrize(
    ("since", "now", "deadline", "expected"),
    [
        (HOUR, HOUR + 59, None, None),
        (HOUR, HOUR + 60, None, Missed(HOUR + 60, 1)),
        (HOUR, HOUR + 185, None, Missed(HOUR + 180, 3)),
        (HOUR, HOUR + 185, 70, Missed(HOUR + 180, 2)),
        (HOUR, HOUR + 215, 10, None),
    ],
)
def test_only_the_latest_counts(since, now, deadline, expected):
    """Of several missed minutes the latest is served, unless it is too late."""
    assert latest_missed(MINUTELY, since, now, deadline) == expected


def ended(name, outcome, started):
    """Return a Job that has ended."""
    status = {
        "startTime": f"2025-03-27T15:{started:02}:00Z",
        "conditions": [{"type": outcome, "status": "True"}],
    }
    return an_object("Job", name, status=status)


def test_surplus():
    """The oldest successes and failures beyond their limits go."""
    jobs = [
        ended("won-3", "Complete", 3),
        ended("won-1", "Complete", 1),
        ended("won-2", "Complete", 2),
        ended("lost-1", "Failed", 1),
        ended("lost-2", "Failed", 2),
        an_object("Job", "runs"),
    ]
    spec = CronJobSpec(schedule="", succeeded_max=2, failed_max=1)

    names = [job.name for job in surplus_jobs(spec, jobs)]

    assert names == ["won-1", "lost-1"]


def test_without_limits_nothing_is_surplus():
    """A limit that is null keeps every Job."""
    spec = CronJobSpec(schedule="", succeeded_max=None, failed_max=None)

    assert surplus_jobs(spec, [ended("won", "Complete", 1)]) == []


def test_outcomes():
    """A Job is complete, failed or still going."""
    false = {"conditions": [{"type": "Failed", "status": "False"}]}
    jobs = [
        ended("a", "Complete", 1),
        ended("b", "Failed", 1),
        an_object("Job", "c"),
        an_object("Job", "d", status=false),
    ]

    assert [outcome_of(job) for job in jobs] == ["Complete", "Failed", None, None]


def test_defaults():
    """A CronJob that says nothing keeps three successes and one failure."""
    spec = CronJobSpec.of(an_object("CronJob", "tick", {"schedule": "* * * * *"}))

    assert spec == CronJobSpec(
        schedule="* * * * *", policy="Allow", succeeded_max=3, failed_max=1
    )


@pytest.mark.parametrize(("version", "served"), [("1.20", "v1beta1"), ("1.21", "v1")])
def test_versions(version, served):
    """CronJobs are stable since 1.21."""
    assert cron_job_version(Profile.for_version(version)) == served
