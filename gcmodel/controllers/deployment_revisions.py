"""Revisions, and the annotations by which ReplicaSets remember them.

Upstream: ``SetNewReplicaSetAnnotations``, ``MaxRevision`` and
``SetReplicasAnnotations`` in pkg/controller/deployment/util/deployment_util.go
"""

from collections.abc import Iterable, Mapping, Sequence

from gcmodel.controllers.replica_counts import counted, wanted_replicas
from gcmodel.objects.metadata import KubeObject

REVISION = "deployment.kubernetes.io/revision"
REVISION_HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas"
MAX_REPLICAS = "deployment.kubernetes.io/max-replicas"
ROLLBACK_TO = "deprecated.deployment.rollback.to"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

HISTORY_CHARACTERS_MAX = 2000

_NOT_COPIED = (
    LAST_APPLIED,
    REVISION,
    REVISION_HISTORY,
    DESIRED_REPLICAS,
    MAX_REPLICAS,
    ROLLBACK_TO,
)

Annotations = Mapping[str, str]


def revision_of(holder: KubeObject) -> int:
    """Return the revision that an object is annotated with; 0 if none or garbled."""
    return _integer(holder.metadata.annotations.get(REVISION, "")) or 0


def next_revision(old: Iterable[KubeObject]) -> int:
    """Return the revision after the newest of *old*."""
    return max((revision_of(replica_set) for replica_set in old), default=0) + 1


def replica_annotations(replicas: int, replicas_max: int) -> dict[str, str]:
    """Return the annotations that say how large the Deployment was at the time."""
    return {DESIRED_REPLICAS: str(replicas), MAX_REPLICAS: str(replicas_max)}


def revised_annotations(
    deployment: Annotations, replica_set: Annotations, revision: int
) -> dict[str, str]:
    """Return the annotations of the new ReplicaSet at *revision*.

    * **Copied**: all annotations of the Deployment but those that kubectl and this
      controller keep for themselves.
    * **Rising**: a revision is replaced by a higher one only, and then joins the
      history, so that a rollback does not forget.
    """
    copied = {k: v for k, v in deployment.items() if k not in _NOT_COPIED}
    annotations = {**replica_set, **copied}
    before = annotations.get(REVISION)
    known = _integer(before) if before else 0
    if known is None or known >= revision:
        return annotations
    annotations[REVISION] = str(revision)
    if before is not None:
        _append_history(annotations, before)
    return annotations


def _append_history(annotations: dict[str, str], revision: str) -> None:
    history = annotations.get(REVISION_HISTORY, "")
    if not history:
        annotations[REVISION_HISTORY] = revision
        return
    entries = [*history.split(","), revision]
    while len(entries) > 1 and len(",".join(entries)) > HISTORY_CHARACTERS_MAX:
        del entries[0]
    annotations[REVISION_HISTORY] = ",".join(entries)


def desired_replicas(replica_set: KubeObject) -> int | None:
    """Return the Deployment's size when the ReplicaSet was last sized, if known."""
    return _integer(replica_set.metadata.annotations.get(DESIRED_REPLICAS, ""))


def max_replicas(replica_set: KubeObject) -> int | None:
    """Return the Deployment's size with surge at that time, if known."""
    return _integer(replica_set.metadata.annotations.get(MAX_REPLICAS, ""))


def surplus_history(old: Sequence[KubeObject], limit: int | None) -> list[KubeObject]:
    """Return the *old* ReplicaSets to delete, lowest revision first.

    Only as many as are over *limit* are looked at, and of these only the empty ones
    go: those that are in use shield nobody behind them.
    """
    if limit is None:
        return []
    living = [one for one in old if not one.metadata.being_deleted]
    living.sort(
        key=lambda one: (
            revision_of(one),
            one.metadata.creation_timestamp or 0,
            one.name,
        )
    )
    return [one for one in living[: max(0, len(living) - limit)] if _is_empty(one)]


def _is_empty(replica_set: KubeObject) -> bool:
    settled = replica_set.metadata.generation <= counted(
        replica_set, "observedGeneration"
    )
    empty = counted(replica_set, "replicas") == 0 == wanted_replicas(replica_set)
    return settled and empty


def _integer(text: str | None) -> int | None:
    try:
        return int(text or "")
    except ValueError:
        return None
