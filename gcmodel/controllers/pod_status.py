"""The statuses that a Pod goes through.

Upstream: ``generateAPIPodStatus`` in pkg/kubelet/kubelet_pods.go
"""

from gcmodel.controllers.pod_state import FAILED, RUNNING, SUCCEEDED
from gcmodel.objects.metadata import Json, KubeObject, rfc3339


def running_status(pod: KubeObject, now_s: int) -> Json:
    """Return the status of *pod* when all its containers run and are ready."""
    now = rfc3339(now_s)
    conditions = [
        {"type": type_, "status": "True", "lastTransitionTime": now}
        for type_ in ("Initialized", "Ready", "ContainersReady", "PodScheduled")
    ]
    containers = [
        {"name": name, "ready": True, "restartCount": 0, "state": {"running": {}}}
        for name in _containers(pod)
    ]
    return {
        **pod.status,
        "phase": RUNNING,
        "conditions": conditions,
        "containerStatuses": containers,
        "startTime": now,
    }


def ended_status(pod: KubeObject, exit_code: int, now_s: int) -> Json:
    """Return the status of *pod* when its containers have ended for good."""
    now = rfc3339(now_s)
    reason = "Completed" if exit_code == 0 else "Error"
    ended = {"exitCode": exit_code, "reason": reason, "finishedAt": now}
    not_ready = {"status": "False", "lastTransitionTime": now}
    conditions = [
        {**one, **not_ready, "reason": "PodCompleted"}
        if one["type"] in ("Ready", "ContainersReady")
        else one
        for one in pod.status.get("conditions") or ()
    ]
    containers = [
        {**one, "ready": False, "state": {"terminated": ended}}
        for one in pod.status.get("containerStatuses") or ()
    ]
    return {
        **pod.status,
        "phase": SUCCEEDED if exit_code == 0 else FAILED,
        "conditions": conditions,
        "containerStatuses": containers,
    }


def _containers(pod: KubeObject) -> list[str]:
    return [one.get("name", "") for one in pod.spec.get("containers") or ()]
