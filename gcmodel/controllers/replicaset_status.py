"""What a ReplicaSet reports about itself.

Upstream: ``calculateStatus`` and ``updateReplicaSetStatus`` in
pkg/controller/replicaset/replica_set_utils.go
"""

from collections.abc import Sequence

from gcmodel.controllers.conditions import (
    conditions_in,
    find_condition,
    with_condition,
    without_condition,
)
from gcmodel.controllers.pod_state import is_available, is_ready
from gcmodel.controllers.pod_templates import labels_of, template_of
from gcmodel.controllers.replica_counts import wanted_replicas
from gcmodel.errors import ApiError
from gcmodel.objects.metadata import Json, KubeObject, rfc3339

REPLICA_FAILURE = "ReplicaFailure"

COUNTS = ("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas")


def replica_set_status(
    replica_set: KubeObject,
    pods: Sequence[KubeObject],
    failure: ApiError | None,
    now_s: int,
) -> Json:
    """Return the status, given the Pods it has and why it could not manage them."""
    ready_s = replica_set.spec.get("minReadySeconds") or 0
    labels = labels_of(template_of(replica_set)).items()
    status: Json = {
        "replicas": len(pods),
        "fullyLabeledReplicas": sum(
            labels <= dict(pod.metadata.labels).items() for pod in pods
        ),
        "readyReplicas": sum(is_ready(pod) for pod in pods),
        "availableReplicas": sum(is_available(pod, ready_s, now_s) for pod in pods),
        "observedGeneration": replica_set.status.get("observedGeneration", 0),
        "conditions": _conditions(replica_set, len(pods), failure, now_s),
    }
    # Alone of the counts, that of the replicas is written even if it is 0.
    kept = {key: value for key, value in status.items() if value not in (0, [])}
    return {"replicas": len(pods), **kept}


def is_up_to_date(replica_set: KubeObject, status: Json) -> bool:
    """Whether writing *status* would change nothing that counts."""
    known = replica_set.status
    same = all(known.get(count, 0) == status.get(count, 0) for count in COUNTS)
    seen = known.get("observedGeneration", 0) == replica_set.metadata.generation
    return same and seen and conditions_in(known) == conditions_in(status)


def _conditions(
    replica_set: KubeObject, pods: int, failure: ApiError | None, now_s: int
) -> list[Json]:
    known = conditions_in(replica_set.status)
    failed_before = find_condition(replica_set.status, REPLICA_FAILURE) is not None
    if failure is None:
        return without_condition(known, REPLICA_FAILURE) if failed_before else known
    if failed_before:
        return known
    verb = "Create" if pods < wanted_replicas(replica_set) else "Delete"
    failed: Json = {
        "type": REPLICA_FAILURE,
        "status": "True",
        "lastTransitionTime": rfc3339(now_s),
        "reason": f"Failed{verb}",
        "message": str(failure),
    }
    return with_condition(known, failed)
