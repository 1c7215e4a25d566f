"""Counting the Pods of a Job exactly once, by a finalizer that each carries until then.

Upstream: ``trackJobStatusAndRemoveFinalizers`` and ``canRemoveFinalizer`` in
pkg/controller/job/job_controller.go; pkg/controller/job/tracking_utils.go
"""

from collections.abc import Collection, Iterable, Sequence

import attrs

from gcmodel.controllers.job_progress import Counts
from gcmodel.controllers.pod_state import FAILED, SUCCEEDED, is_active, phase_of
from gcmodel.controllers.replica_counts import counted
from gcmodel.objects.metadata import Json, KubeObject
from gcmodel.objects.patch_types import Patch, PatchType

FINALIZER = "batch.kubernetes.io/job-tracking"

UNCOUNTED = "uncountedTerminatedPods"

REMOVAL = Patch(
    PatchType.STRATEGIC,
    {"metadata": {"$deleteFromPrimitiveList/finalizers": [FINALIZER]}},
)
"""The patch that lets a Pod go."""


def is_tracked(pod: KubeObject) -> bool:
    """Whether *pod* still waits to be counted."""
    return FINALIZER in pod.metadata.finalizers


@attrs.frozen
class Tally:
    """What a turn knows of the Pods of a Job.

    Attributes:
        uncounted: UIDs noted in the status whose finalizer is still there, so that
            they are part of no count yet: those that succeeded, then the failed.
        fresh: UIDs that the status does not note yet, likewise.
        releasable: Pods whose finalizer may go.
    """

    counts: Counts
    uncounted: tuple[tuple[str, ...], tuple[str, ...]]
    fresh: tuple[tuple[str, ...], tuple[str, ...]]
    releasable: tuple[KubeObject, ...]

    @property
    def noted(self) -> Json:
        """The part of the status that notes what is not counted yet."""
        succeeded = [*self.uncounted[0], *self.fresh[0]]
        failed = [*self.uncounted[1], *self.fresh[1]]
        return _noted(succeeded, failed)


def tally(
    job: KubeObject,
    pods: Sequence[KubeObject],
    released: Collection[str],
    *,
    over: bool,
) -> Tally:
    """Count *pods* of *job*, with those that earlier turns have counted.

    * **Once**: a Pod is noted in the status before its finalizer goes, and counted
      after; so a crash in between neither loses nor doubles it.

    Args:
        job: As the cache has it.
        pods: Those that it manages.
        released: UIDs of those whose finalizer is gone, though the cache may not
            show it yet.
        over: The Job has ended, or is being deleted: every Pod may go.
    """
    noted = job.status.get(UNCOUNTED) or {}
    known = tuple(noted.get("succeeded") or ()), tuple(noted.get("failed") or ())
    tracked = [pod for pod in pods if is_tracked(pod) and pod.uid not in released]
    seen = {*known[0], *known[1]}
    fresh = (
        tuple(_uids(tracked, SUCCEEDED, seen)),
        tuple(_uids(tracked, FAILED, seen)),
    )
    counts = Counts(
        active=sum(is_active(pod) for pod in pods),
        succeeded=counted(job, "succeeded") + len(known[0]) + len(fresh[0]),
        failed=counted(job, "failed") + len(known[1]) + len(fresh[1]),
    )
    releasable = tuple(pod for pod in tracked if over or _has_ended(pod))
    return Tally(counts, known, fresh, releasable)


def settled_status(status: Json, tracked: Iterable[KubeObject]) -> Json:
    """Return *status* with those counted whose finalizer is gone."""
    waiting = {pod.uid for pod in tracked}
    noted = status.get(UNCOUNTED) or {}
    settled = dict(status)
    left: dict[str, list[str]] = {}
    for count in ("succeeded", "failed"):
        uids = noted.get(count) or []
        left[count] = [uid for uid in uids if uid in waiting]
        gone = len(uids) - len(left[count])
        if gone:
            settled[count] = (status.get(count) or 0) + gone
    settled[UNCOUNTED] = _noted(left["succeeded"], left["failed"])
    return settled


def _noted(succeeded: list[str], failed: list[str]) -> Json:
    noted = {"succeeded": succeeded, "failed": failed}
    return {key: value for key, value in noted.items() if value}


def _uids(pods: Iterable[KubeObject], outcome: str, seen: set[str]) -> list[str]:
    return [pod.uid for pod in pods if pod.uid not in seen and _outcome(pod) == outcome]


def _outcome(pod: KubeObject) -> str | None:
    # A Pod that is being deleted will not succeed any more: it counts as failed.
    phase = phase_of(pod)
    if phase in (SUCCEEDED, FAILED):
        return phase
    return FAILED if pod.metadata.being_deleted else None


def _has_ended(pod: KubeObject) -> bool:
    return _outcome(pod) is not None
