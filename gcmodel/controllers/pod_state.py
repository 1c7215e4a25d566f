"""What the status of a Pod says to controllers: active, ready, available, finished.

Upstream: ``IsPodActive`` in pkg/controller/controller_utils.go; ``IsPodAvailable`` in
pkg/api/v1/pod/util.go
"""

from gcmodel.controllers.conditions import find_condition, seconds_of
from gcmodel.objects.metadata import KubeObject

PENDING = "Pending"
RUNNING = "Running"
SUCCEEDED = "Succeeded"
FAILED = "Failed"
FINISHED = (SUCCEEDED, FAILED)


def phase_of(pod: KubeObject) -> str:
    """Return the phase, which is Pending if not said."""
    return pod.status.get("phase") or PENDING


def is_active(pod: KubeObject) -> bool:
    """Whether a Pod runs or may come to: neither finished nor being deleted."""
    return phase_of(pod) not in FINISHED and not pod.metadata.being_deleted


def is_ready(pod: KubeObject) -> bool:
    """Whether the Pod's Ready condition holds."""
    found = find_condition(pod.status, "Ready")
    return found is not None and found["status"] == "True"


def ready_since_s(pod: KubeObject) -> int:
    """Return when a Pod became ready, in Unix seconds; 0 if it is not or unknown."""
    found = find_condition(pod.status, "Ready")
    if found is None or found["status"] != "True":
        return 0
    return seconds_of(found.get("lastTransitionTime"))


def is_available(pod: KubeObject, min_ready_seconds: int, now_s: int) -> bool:
    """Whether a Pod has been ready for as long as its controller asks."""
    if not is_ready(pod):
        return False
    since = ready_since_s(pod)
    long_enough = since != 0 and since + min_ready_seconds < now_s
    return min_ready_seconds == 0 or long_enough
