"""What a Job reports about itself.

Upstream: ``syncJob`` and ``newCondition`` in pkg/controller/job/job_controller.go
"""

from collections.abc import Sequence

from gcmodel.controllers.job_progress import Finish
from gcmodel.controllers.job_tracking import UNCOUNTED, Tally
from gcmodel.controllers.pod_state import is_active, is_ready
from gcmodel.controllers.replica_counts import without_zeros
from gcmodel.objects.metadata import Json, KubeObject, rfc3339


def job_status(
    job: KubeObject,
    pods: Sequence[KubeObject],
    counted: Tally,
    now_s: int,
    *,
    tracks: bool,
) -> Json:
    """Return the status of a Job that has not ended.

    With the tracking finalizer the counts are those of earlier turns, and the rest
    is noted by UID; without it they are what is seen.
    """
    known = job.status
    counts = counted.counts
    changes: Json = {
        "startTime": known.get("startTime") or rfc3339(now_s),
        "active": counts.active,
    }
    if tracks:
        changes["ready"] = sum(is_active(pod) and is_ready(pod) for pod in pods)
        noted = counted.noted
        return without_zeros({**known, **changes}) | {UNCOUNTED: noted}
    changes |= {"succeeded": counts.succeeded, "failed": counts.failed}
    return without_zeros({**known, **changes})


def finished_condition(status: Json, finish: Finish, now_s: int) -> Json:
    """Return *status* with the condition that the Job has ended."""
    now = rfc3339(now_s)
    ended: Json = {
        "type": finish.type,
        "status": "True",
        "lastProbeTime": now,
        "lastTransitionTime": now,
    }
    said = {"reason": finish.reason, "message": finish.message}
    ended |= {key: value for key, value in said.items() if value}
    changed = {**status, "conditions": [*(status.get("conditions") or ()), ended]}
    if finish.type == "Complete":
        changed["completionTime"] = now
    return changed
