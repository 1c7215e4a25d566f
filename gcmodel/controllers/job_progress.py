"""The arithmetic of a Job: how many Pods should run, and whether it is over.

Upstream: ``manageJob`` and ``syncJob`` in pkg/controller/job/job_controller.go
"""

from typing import Literal

import attrs

from gcmodel.kernel.durations import MINUTE, SECOND
from gcmodel.objects.metadata import KubeObject

BACKOFF_FIRST_NS = 10 * SECOND
BACKOFF_NS_MAX = 6 * MINUTE


@attrs.frozen(kw_only=True)
class JobSpec:
    """What a Job asks for.

    Attributes:
        completions: None if one success is enough and the Pods know when.
        backoff_limit: How many failures are borne.
        deadline_s: How long it may be active; None for ever.
    """

    parallelism: int = 1
    completions: int | None = 1
    backoff_limit: int = 6
    deadline_s: int | None = None
    suspend: bool = False

    @classmethod
    def of(cls, job: KubeObject) -> "JobSpec":
        """Read the spec of *job*."""
        spec = job.spec
        parallelism = spec.get("parallelism")
        limit = spec.get("backoffLimit")
        return cls(
            parallelism=1 if parallelism is None else parallelism,
            completions=spec.get("completions"),
            backoff_limit=6 if limit is None else limit,
            deadline_s=spec.get("activeDeadlineSeconds"),
            suspend=bool(spec.get("suspend")),
        )


@attrs.frozen
class Counts:
    """The Pods of a Job by what has become of them."""

    active: int = 0
    succeeded: int = 0
    failed: int = 0


@attrs.frozen
class Finish:
    """How a Job ended, as its condition says."""

    type: Literal["Complete", "Failed"]
    reason: str = ""
    message: str = ""


def wanted_active(spec: JobSpec, counts: Counts) -> int:
    """Return how many Pods should be active.

    * **Never too many**: no more than are still needed, nor than may run at once.
    * **Winding down**: without a number of completions, the first success ends the
      creation of Pods.
    """
    if spec.suspend:
        return 0
    if spec.completions is None:
        return counts.active if counts.succeeded else spec.parallelism
    return max(0, min(spec.parallelism, spec.completions - counts.succeeded))


def finish_of(spec: JobSpec, counts: Counts, active_s: int | None) -> Finish | None:
    """Return how the Job has ended, or None.

    Args:
        spec: What it asks for.
        counts: Its Pods.
        active_s: For how long it has been active; None if it has not begun.
    """
    if counts.failed > spec.backoff_limit:
        text = "Job has reached the specified backoff limit"
        return Finish("Failed", "BackoffLimitExceeded", text)
    late = spec.deadline_s is not None and active_s is not None
    if late and not spec.suspend and (active_s or 0) >= (spec.deadline_s or 0):
        text = "Job was active longer than specified deadline"
        return Finish("Failed", "DeadlineExceeded", text)
    if spec.completions is None:
        done = counts.succeeded > 0 and counts.active == 0
    else:
        done = counts.succeeded >= spec.completions
    return Finish("Complete") if done else None


def creation_delay_ns(failures: int, since_last_ns: int) -> int:
    """Return how long to wait before a Pod is replaced that failed.

    Args:
        failures: In a row.
        since_last_ns: Time since the last one.
    """
    if failures == 0:
        return 0
    delay = min(BACKOFF_FIRST_NS << min(failures - 1, 60), BACKOFF_NS_MAX)
    return max(0, delay - since_last_ns)
