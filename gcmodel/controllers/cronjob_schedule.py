"""When a CronJob is to start its next Job, and which of its old ones are surplus.

Upstream: ``mostRecentScheduleTime`` in pkg/controller/cronjob/utils.go;
``cleanupFinishedJobs`` in pkg/controller/cronjob/cronjob_controllerv2.go
"""

from collections.abc import Sequence

import attrs

from gcmodel.controllers.conditions import conditions_in, seconds_of
from gcmodel.objects.cron_schedule import Schedule
from gcmodel.objects.metadata import KubeObject

MISSED_MAX = 100
"""More missed starts than this are only warned about, not counted."""


@attrs.frozen(kw_only=True)
class CronJobSpec:
    """What a CronJob asks for.

    Attributes:
        deadline_s: How late a start may be; None for any time.
        succeeded_max: How many successful Jobs to keep; None keeps all.
        failed_max: Likewise for those that failed.
    """

    schedule: str
    policy: str = "Allow"
    suspend: bool = False
    deadline_s: int | None = None
    succeeded_max: int | None = 3
    failed_max: int | None = 1

    @classmethod
    def of(cls, cron_job: KubeObject) -> "CronJobSpec":
        """Read the spec of *cron_job*."""
        spec = cron_job.spec
        return cls(
            schedule=spec.get("schedule") or "",
            policy=spec.get("concurrencyPolicy") or "Allow",
            suspend=bool(spec.get("suspend")),
            deadline_s=spec.get("startingDeadlineSeconds"),
            succeeded_max=spec.get("successfulJobsHistoryLimit", 3),
            failed_max=spec.get("failedJobsHistoryLimit", 1),
        )


@attrs.frozen
class Missed:
    """The latest start that has not been made, and how many came before it."""

    time_s: int
    count: int


def latest_missed(
    schedule: Schedule, since_s: int, now_s: int, deadline_s: int | None
) -> Missed | None:
    """Return the latest start between *since_s* and *now_s*, or None.

    * **Only the latest**: starts that were missed are not made up for.
    * **Bounded**: with a deadline nothing older than that is looked at.
    """
    earliest = since_s if deadline_s is None else max(since_s, now_s - deadline_s)
    latest, count = None, 0
    upcoming = schedule.next_after(earliest)
    while upcoming is not None and upcoming <= now_s:
        latest, count = upcoming, count + 1
        upcoming = schedule.next_after(upcoming)
    return None if latest is None else Missed(latest, count)


def outcome_of(job: KubeObject) -> str | None:
    """Return ``Complete`` or ``Failed``, or None while the Job goes on."""
    for condition in conditions_in(job.status):
        ended = condition["type"] in ("Complete", "Failed")
        if ended and condition["status"] == "True":
            return str(condition["type"])
    return None


def surplus_jobs(spec: CronJobSpec, jobs: Sequence[KubeObject]) -> list[KubeObject]:
    """Return the finished Jobs beyond the history limits, oldest first."""
    limits = (("Complete", spec.succeeded_max), ("Failed", spec.failed_max))
    surplus = []
    for outcome, limit in limits:
        ended = [job for job in jobs if outcome_of(job) == outcome]
        ended.sort(key=lambda job: (seconds_of(job.status.get("startTime")), job.name))
        if limit is not None:
            surplus += ended[: max(0, len(ended) - limit)]
    return surplus
