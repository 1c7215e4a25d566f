"""What a Deployment reports about itself.

Upstream: ``calculateStatus`` in pkg/controller/deployment/sync.go;
``syncRolloutStatus`` in pkg/controller/deployment/progress.go; ``DeploymentComplete``,
``DeploymentProgressing`` and ``DeploymentTimedOut`` in
pkg/controller/deployment/util/deployment_util.go
"""

from collections.abc import Sequence

import attrs

from gcmodel.controllers.conditions import (
    condition,
    conditions_in,
    find_condition,
    seconds_of,
    with_condition,
    without_condition,
)
from gcmodel.controllers.deployment_spec import DeploymentSpec
from gcmodel.controllers.replica_counts import (
    counted,
    total_counted,
    total_wanted,
    wanted_replicas,
    without_zeros,
)
from gcmodel.objects.metadata import Json, KubeObject

AVAILABLE = "Available"
PROGRESSING = "Progressing"
REPLICA_FAILURE = "ReplicaFailure"

NEW_REPLICA_SET_AVAILABLE = "NewReplicaSetAvailable"
TIMED_OUT = "ProgressDeadlineExceeded"


@attrs.frozen
class Rollout:
    """The ReplicaSets of a Deployment, and the instant at which they are judged."""

    deployment: KubeObject
    new: KubeObject | None
    old: Sequence[KubeObject]
    now_s: int

    @property
    def everything(self) -> list[KubeObject]:
        """All ReplicaSets, the new one last."""
        return [*self.old, self.new] if self.new is not None else list(self.old)

    @property
    def spec(self) -> DeploymentSpec:
        """What the Deployment asks for."""
        return DeploymentSpec.of(self.deployment)


def basic_status(rollout: Rollout) -> Json:
    """Return the status without judging whether the rollout progresses."""
    everything = rollout.everything
    available = total_counted(everything, "availableReplicas")
    old_status = rollout.deployment.status
    status = {
        "observedGeneration": rollout.deployment.metadata.generation,
        "replicas": total_counted(everything, "replicas"),
        "updatedReplicas": counted(rollout.new, "replicas") if rollout.new else 0,
        "readyReplicas": total_counted(everything, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, total_wanted(everything) - available),
        "collisionCount": old_status.get("collisionCount"),
        "conditions": with_condition(
            conditions_in(old_status), _availability(rollout, available)
        ),
    }
    # Unlike the counts, a collision count of 0 is a pointer that is set.
    kept = old_status.get("collisionCount")
    status = without_zeros(status)
    return status if kept is None else status | {"collisionCount": kept}


def _availability(rollout: Rollout, available: int) -> Json:
    enough = available >= rollout.spec.available_min
    if enough:
        reason, message = "MinimumReplicasAvailable", "has minimum availability"
    else:
        reason = "MinimumReplicasUnavailable"
        message = "does not have minimum availability"
    text = f"Deployment {message}."
    return condition(AVAILABLE, str(enough), reason, text, rollout.now_s)


def rollout_status(rollout: Rollout) -> Json:
    """Return the status with the judgement whether the rollout progresses."""
    status = basic_status(rollout)
    conditions = conditions_in(status)
    if rollout.spec.progress_deadline_s is None:
        conditions = without_condition(conditions, PROGRESSING)
    elif not _was_complete(rollout.deployment, status):
        conditions = _with_progress(rollout, status)
    failure = _replica_failure(rollout)
    if failure is None:
        conditions = without_condition(conditions, REPLICA_FAILURE)
    else:
        conditions = with_condition(conditions, failure)
    return {**status, "conditions": conditions}


def _was_complete(deployment: KubeObject, status: Json) -> bool:
    current = find_condition(deployment.status, PROGRESSING)
    whole = status.get("replicas", 0) == status.get("updatedReplicas", 0)
    if current is None or not whole:
        return False
    return bool(current["reason"] == NEW_REPLICA_SET_AVAILABLE)


def _with_progress(rollout: Rollout, status: Json) -> list[Json]:
    conditions = conditions_in(status)
    subject = f'Deployment "{rollout.deployment.name}"'
    if rollout.new is not None:
        subject = f'ReplicaSet "{rollout.new.name}"'

    def judged(holds: str, reason: str, text: str) -> Json:
        return condition(PROGRESSING, holds, reason, f"{subject} {text}", rollout.now_s)

    if is_complete(rollout.deployment, status):
        text = "has successfully progressed."
        return with_condition(
            conditions, judged("True", NEW_REPLICA_SET_AVAILABLE, text)
        )
    if has_progressed(rollout.deployment.status, status):
        moved = judged("True", "ReplicaSetUpdated", "is progressing.")
        return _renewed(conditions, moved)
    if has_timed_out(rollout.spec, status, rollout.now_s):
        late = judged("False", TIMED_OUT, "has timed out progressing.")
        return with_condition(conditions, late)
    return conditions


def _renewed(conditions: list[Json], moved: Json) -> list[Json]:
    # Here alone the same reason again is news: it renews the update time.
    current = find_condition({"conditions": conditions}, PROGRESSING)
    if current is not None and current["status"] == "True":
        moved = {**moved, "lastTransitionTime": current["lastTransitionTime"]}
    return [*without_condition(conditions, PROGRESSING), moved]


def is_complete(deployment: KubeObject, status: Json) -> bool:
    """Whether *status* says that the rollout of *deployment* is done."""
    want = wanted_replicas(deployment)
    counts = ("updatedReplicas", "replicas", "availableReplicas")
    seen = status.get("observedGeneration", 0) >= deployment.metadata.generation
    return bool(seen) and all(status.get(count, 0) == want for count in counts)


def has_progressed(before: Json, status: Json) -> bool:
    """Whether *status* is closer to the end than the status *before*."""

    def grown(count: str) -> int:
        return int(status.get(count, 0) - before.get(count, 0))

    fewer_old = grown("replicas") < grown("updatedReplicas")
    more = ("updatedReplicas", "readyReplicas", "availableReplicas")
    return fewer_old or any(grown(count) > 0 for count in more)


def has_timed_out(spec: DeploymentSpec, status: Json, now_s: int) -> bool:
    """Whether nothing has moved since the progress deadline."""
    current = find_condition(status, PROGRESSING)
    if spec.progress_deadline_s is None or current is None:
        return False
    if current["reason"] in (NEW_REPLICA_SET_AVAILABLE, TIMED_OUT):
        return bool(current["reason"] == TIMED_OUT)
    return seconds_of(current.get("lastUpdateTime")) + spec.progress_deadline_s < now_s


def seconds_until_stuck(rollout: Rollout, status: Json) -> int | None:
    """Return when to look again whether the rollout is stuck; None for never."""
    deadline = rollout.spec.progress_deadline_s
    current = find_condition(rollout.deployment.status, PROGRESSING)
    if deadline is None or current is None:
        return None
    if is_complete(rollout.deployment, status) or current["reason"] == TIMED_OUT:
        return None
    return seconds_of(current.get("lastUpdateTime")) + deadline - rollout.now_s


def _replica_failure(rollout: Rollout) -> Json | None:
    # The new ReplicaSet's failure says most; else that of any other.
    first = [] if rollout.new is None else [rollout.new]
    for replica_set in [*first, *rollout.everything]:
        found = find_condition(replica_set.status, REPLICA_FAILURE)
        if found is not None and found["status"] == "True":
            now = rollout.now_s
            return condition(
                REPLICA_FAILURE, "True", found["reason"], found["message"], now
            )
    return None
