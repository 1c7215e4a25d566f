"""How many Pods a Job should run, when it is over, and how Pods are counted once."""

import pytest
from hypothesis import given, strategies as st

from gcmodel.controllers.job_progress import (
    Counts,
    Finish,
    JobSpec,
    creation_delay_ns,
    finish_of,
    wanted_active,
)
from gcmodel.controllers.job_status import finished_condition, job_status
from gcmodel.controllers.job_tracking import (
    FINALIZER,
    UNCOUNTED,
    settled_status,
    tally,
)
from gcmodel.kernel.durations import MINUTE, SECOND
from tests.unit.controllers.fakes import EPOCH_S, a_pod, an_object

TRACKED = {"finalizers": (FINALIZER,)}


def a_job(spec=None, status=None):
    """Return a Job."""
    return an_object("Job", "work", spec, status)


def test_defaults():
    """A Job that says nothing wants one success and bears six failures."""
    assert JobSpec.of(a_job({"completions": 1})) == JobSpec()


@pytest.mark.parametrize(
    ("spec", "counts", "expected"),
    [
        (JobSpec(parallelism=2, completions=5), Counts(), 2),
        (JobSpec(parallelism=2, completions=5), Counts(1, 4), 1),
        (JobSpec(parallelism=2, completions=5), Counts(0, 5), 0),
        (JobSpec(parallelism=2, completions=5), Counts(0, 7), 0),
        (JobSpec(parallelism=3, completions=None), Counts(1, 0), 3),
        (JobSpec(parallelism=3, completions=None), Counts(2, 1), 2),
        (JobSpec(suspend=True), Counts(1), 0),
        (JobSpec(parallelism=0), Counts(), 0),
    ],
)
def test_wanted(spec, counts, expected):
    """As many Pods run as are needed and allowed."""
    assert wanted_active(spec, counts) == expected


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_never_too_many(parallelism, completions, active, succeeded):
    """No more run than at once are allowed, nor than are still missing."""
    spec = JobSpec(parallelism=parallelism, completions=completions)

    wanted = wanted_active(spec, Counts(active, succeeded))

    assert 0 <= wanted <= parallelism
    assert wanted + min(succeeded, completions) <= completions


LIMIT = Finish(
    "Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit"
)
DEADLINE = Finish(
    "Failed", "DeadlineExceeded", "Job was active longer than specified deadline"
)


@pytest.mark.parametrize(
    ("spec", "counts", "active_s", "expected"),
    [
        (JobSpec(), Counts(), None, None),
        (JobSpec(), Counts(0, 1), 5, Finish("Complete")),
        (JobSpec(completions=2), Counts(0, 1), 5, None),
        (JobSpec(backoff_limit=2), Counts(0, 0, 2), 5, None),
        (JobSpec(backoff_limit=2), Counts(0, 0, 3), 5, LIMIT),
        (JobSpec(deadline_s=10), Counts(1), 9, None),
        (JobSpec(deadline_s=10), Counts(1), 10, DEADLINE),
        (JobSpec(deadline_s=10, suspend=True), Counts(1), 10, None),
        (JobSpec(deadline_s=0), Counts(), None, None),
        (JobSpec(completions=None), Counts(1, 1), 5, None),
        (JobSpec(completions=None), Counts(0, 1), 5, Finish("Complete")),
    ],
)
def test_finish(spec, counts, active_s, expected):
    """A Job ends with enough successes, too many failures, or too late."""
    assert finish_of(spec, counts, active_s) == expected


@pytest.mark.parametrize(
    ("failures", "since_s", "expected_s"),
    [(0, 0, 0), (1, 0, 10), (1, 4, 6), (1, 11, 0), (2, 0, 20), (3, 0, 40)],
)
def test_creation_delay(failures, since_s, expected_s):
    """A Pod that failed is replaced after ten seconds, doubling with each."""
    assert creation_delay_ns(failures, since_s * SECOND) == expected_s * SECOND


def test_creation_delay_is_bounded():
    """No Pod is waited for longer than six minutes."""
    assert creation_delay_ns(500, 0) == 6 * MINUTE


PODS = [
    a_pod("running", **TRACKED),
    a_pod("won", phase="Succeeded", **TRACKED),
    a_pod("lost", phase="Failed", **TRACKED),
    a_pod("going", deletion_timestamp=EPOCH_S, **TRACKED),
    a_pod("counted", phase="Succeeded"),
]


def test_fresh_pods_are_noted():
    """Pods that have ended and still bear the finalizer are counted, and noted."""
    job = a_job(status={"succeeded": 3})

    found = tally(job, PODS, (), over=False)

    assert found.counts == Counts(1, 4, 2)
    assert found.noted == {
        "succeeded": ["uid-won"],
        "failed": ["uid-lost", "uid-going"],
    }
    assert [pod.name for pod in found.releasable] == ["won", "lost", "going"]


def test_a_pod_is_counted_once():
    """A Pod that is noted, or that was let go, is not counted again."""
    job = a_job(status={"succeeded": 3, UNCOUNTED: {"succeeded": ["uid-won"]}})

    found = tally(job, PODS, {"uid-lost", "uid-going"}, over=False)

    assert found.counts == Counts(1, 4, 0)
    assert found.noted == {"succeeded": ["uid-won"]}


def test_when_it_is_over_all_go():
    """Of a Job that is over, or being deleted, every Pod may go."""
    found = tally(a_job(), PODS, (), over=True)

    names = [pod.name for pod in found.releasable]
    assert names == ["running", "won", "lost", "going"]


def test_settling_moves_from_note_to_count():
    """Once a finalizer is gone the note becomes a count."""
    status = {
        "succeeded": 1,
        UNCOUNTED: {"succeeded": ["uid-won", "uid-late"], "failed": ["uid-lost"]},
    }

    found = settled_status(status, [a_pod("late")])

    assert found == {
        "succeeded": 2,
        "failed": 1,
        UNCOUNTED: {"succeeded": ["uid-late"]},
    }


def test_status_without_tracking():
    """Without the finalizer the counts are what is seen."""
    found = tally(a_job(), [], (), over=False)

    status = job_status(a_job(), [], found, EPOCH_S, tracks=False)

    assert status == {"startTime": "2023-11-14T22:13:20Z"}


@pytest.mark.parametrize(
    ("finish", "extra"),
    [
        (Finish("Complete"), {"completionTime": "2023-11-14T22:13:20Z"}),
        (LIMIT, {}),
    ],
)
def test_finished_condition(finish, extra):
    """A Job that has ended says how; the time of completion only if it is complete."""
    now = "2023-11-14T22:13:20Z"
    said = {"reason": finish.reason, "message": finish.message}

    assert finished_condition({}, finish, EPOCH_S) == extra | {
        "conditions": [
            {
                "type": finish.type,
                "status": "True",
                "lastProbeTime": now,
                "lastTransitionTime": now,
                **{key: value for key, value in said.items() if value},
            }
        ]
    }
