"""What statuses of Pods mean, and which statuses the stand-in gives them."""

import pytest

from gcmodel.controllers.pod_state import (
    is_active,
    is_available,
    is_ready,
    phase_of,
    ready_since_s,
)
from gcmodel.controllers.pod_status import ended_status, running_status
from tests.unit.controllers.fakes import a_pod

AT = 1_743_088_012


def running(since=AT):
    """Return a Pod that has run since then."""
    pod = a_pod("p", phase="Pending", spec={"containers": [{"name": "c"}]})
    return pod.with_body(status=running_status(pod, since))


@pytest.mark.parametrize(
    ("phase", "deleted", "expected"),
    [
        ("Pending", None, True),
        ("Running", None, True),
        ("Running", AT, False),
        ("Succeeded", None, False),
        ("Failed", None, False),
    ],
)
def test_active(phase, deleted, expected):
    """A Pod is active until it has finished or begins to go."""
    assert is_active(a_pod("p", phase=phase, deletion_timestamp=deleted)) == expected


def test_no_phase_is_pending():
    """A Pod without status is pending."""
    assert phase_of(a_pod("p").with_body(status={})) == "Pending"


@pytest.mark.parametrize(
    ("delay_s", "now_s", "expected"),
    [(0, AT, True), (10, AT + 10, False), (10, AT + 11, True)],
)
def test_available(delay_s, now_s, expected):
    """A ready Pod is available once it has been ready for longer than asked."""
    assert is_available(running(), delay_s, now_s) == expected


def test_a_pod_that_runs():
    """A Pod that runs is ready, and tells since when."""
    pod = running()

    assert (is_ready(pod), ready_since_s(pod)) == (True, AT)
    assert pod.status["containerStatuses"] == [
        {"name": "c", "ready": True, "restartCount": 0, "state": {"running": {}}}
    ]


@pytest.mark.parametrize(
    ("code", "phase", "reason"), [(0, "Succeeded", "Completed"), (3, "Failed", "Error")]
)
def test_a_pod_that_has_ended(code, phase, reason):
    """A Pod that has ended is not ready, and says how it ended."""
    pod = running()

    ended = pod.with_body(status=ended_status(pod, code, AT + 5))

    assert (phase_of(ended), is_ready(ended), ready_since_s(ended)) == (phase, False, 0)
    assert is_available(ended, 0, AT + 5) is False
    (container,) = ended.status["containerStatuses"]
    assert container["state"]["terminated"] == {
        "exitCode": code,
        "reason": reason,
        "finishedAt": "2025-03-27T15:06:57Z",
    }
