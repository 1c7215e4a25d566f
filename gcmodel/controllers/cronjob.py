"""The CronJob controller.

Upstream: ``syncCronJob`` in pkg/controller/cronjob/cronjob_controllerv2.go
"""

from collections.abc import Sequence

import attrs

from gcmodel.client.informer import SharedInformer
from gcmodel.client.workqueue import RateLimitingQueue
from gcmodel.controllers.conditions import seconds_of
from gcmodel.controllers.controller import Controller, Handlers, split_key
from gcmodel.controllers.controller_refs import controller_reference
from gcmodel.controllers.cronjob_schedule import (
    MISSED_MAX,
    CronJobSpec,
    Missed,
    latest_missed,
    outcome_of,
    surplus_jobs,
)
from gcmodel.controllers.dependent_handlers import DependentHandlers
from gcmodel.controllers.resource_names import JOB, JOBS
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.errors import AlreadyExistsError, ApiError, NotFoundError
from gcmodel.kernel.durations import MILLISECOND, SECOND
from gcmodel.objects.cron_schedule import Schedule, ScheduleError
from gcmodel.objects.identity import GroupVersionKind, GroupVersionResource
from gcmodel.objects.metadata import Json, KubeObject, ObjectMeta, rfc3339
from gcmodel.objects.options import DeleteOptions, PropagationPolicy
from gcmodel.versions.profile import Profile

WORKERS = 5
"""``--concurrent-cron-job-syncs``."""

SLACK_NS = 100 * MILLISECOND
"""Added to the time until a start, so that the clock has surely passed it."""

_FIRST_STABLE = 21
_MINUTE_S = 60

_BACKGROUND = DeleteOptions(propagation_policy=PropagationPolicy.BACKGROUND.value)


def cron_job_version(profile: Profile) -> str:
    """Return the version of ``batch`` at which CronJobs are served."""
    return "v1" if profile.minor[0] >= _FIRST_STABLE else "v1beta1"


def cron_job_controller(surroundings: Surroundings) -> Controller:
    """Return the CronJob controller, listening already."""
    version = cron_job_version(surroundings.profile)
    resource = GroupVersionResource("batch", version, "cronjobs")
    queue: RateLimitingQueue[str] = RateLimitingQueue(surroundings.scheduler, "cronjob")
    reconciler = CronJobReconciler(
        surroundings,
        queue,
        resource,
        GroupVersionKind("batch", version, "CronJob"),
        surroundings.informers.informer(resource),
        surroundings.informers.informer(JOBS),
    )
    reconciler.listen()
    return Controller(
        "cronjob",
        surroundings.scheduler,
        queue,
        reconciler,
        (reconciler.cron_jobs, reconciler.jobs),
        workers=WORKERS,
        log_style=surroundings.profile.log_style,
    )


@attrs.define(eq=False, repr=False)
class CronJobReconciler:
    """Makes a Job at each minute that a schedule names.

    * **Named by time**: the name of a Job tells its minute, so that no minute is
      served twice.
    * **Explicit**: old Jobs are deleted in the background; the kind's default would
      leave their Pods behind.
    * **Hands off when dying**: a CronJob that is being deleted makes no Jobs.
    """

    surroundings: Surroundings
    queue: RateLimitingQueue[str]
    resource: GroupVersionResource
    gvk: GroupVersionKind
    cron_jobs: SharedInformer
    jobs: SharedInformer

    def listen(self) -> None:
        """Add the event handlers."""
        self.cron_jobs.add_event_handler(Handlers.for_each(self.wake))
        self.jobs.add_event_handler(
            DependentHandlers(
                self.cron_jobs.indexer,
                self.gvk.kind,
                self.wake,
                deletion_is_gone=False,
            )
        )

    def wake(self, cron_job: KubeObject) -> None:
        """Queue a CronJob."""
        self.queue.add(cron_job.key)

    async def reconcile(self, key: str) -> None:
        """Tidy up after the CronJob called *key* and start what is due."""
        cron_job = self.cron_jobs.indexer.get(*split_key(key))
        if cron_job is None:
            return
        jobs = self._jobs_of(cron_job)
        spec = CronJobSpec.of(cron_job)
        cron_job = await self._write(cron_job, self._without_finished(cron_job, jobs))
        if not cron_job.metadata.being_deleted and not spec.suspend:
            await self._start_what_is_due(cron_job, spec, jobs)
        for job in surplus_jobs(spec, jobs):
            await self._delete(cron_job, job)

    def _jobs_of(self, cron_job: KubeObject) -> list[KubeObject]:
        listed = self.jobs.indexer.list(cron_job.namespace)
        managers = [(job, job.metadata.controller) for job in listed]
        return [
            job for job, by in managers if by is not None and by.uid == cron_job.uid
        ]

    def _without_finished(
        self, cron_job: KubeObject, jobs: Sequence[KubeObject]
    ) -> Json:
        """Return the status less the active Jobs that have ended, or are gone."""
        by_uid = {job.uid: job for job in jobs}
        active = []
        succeeded = cron_job.status.get("lastSuccessfulTime")
        for reference in cron_job.status.get("active") or ():
            job = by_uid.get(reference.get("uid"))
            outcome = None if job is None else outcome_of(job)
            if job is None:
                text = f"Active job went missing: {reference.get('name')}"
                self._tell(cron_job, "Normal", "MissingJob", text)
            elif outcome is None:
                active.append(reference)
            else:
                text = f"Saw completed job: {job.name}, status: {outcome}"
                self._tell(cron_job, "Normal", "SawCompletedJob", text)
                times = (succeeded, job.status.get("completionTime"))
                succeeded = max(filter(None, times), default=None)
        status = {**cron_job.status, "active": active, "lastSuccessfulTime": succeeded}
        return {key: value for key, value in status.items() if value}

    async def _start_what_is_due(
        self, cron_job: KubeObject, spec: CronJobSpec, jobs: Sequence[KubeObject]
    ) -> None:
        now_s = self.surroundings.clock.now_s()
        try:
            schedule = Schedule.parse(spec.schedule)
        except ScheduleError as error:
            text = f"unparseable schedule: {spec.schedule}: {error}"
            self._tell(cron_job, "Warning", "UnparseableSchedule", text)
            return
        last = cron_job.status.get("lastScheduleTime")
        since_s = seconds_of(last) or cron_job.metadata.creation_timestamp or 0
        missed = latest_missed(schedule, since_s, now_s, spec.deadline_s)
        self._wait_for_next(cron_job, schedule, now_s)
        if missed is not None and await self._may_start(cron_job, spec, missed, jobs):
            await self._start(cron_job, missed.time_s)

    def _wait_for_next(
        self, cron_job: KubeObject, schedule: Schedule, now_s: int
    ) -> None:
        upcoming = schedule.next_after(now_s)
        if upcoming is not None:
            left = upcoming * SECOND - self.surroundings.wall_ns() + SLACK_NS
            # It goes on for ever, so nobody waits for it.
            self.queue.add_after(cron_job.key, left, polling=True)

    async def _may_start(
        self,
        cron_job: KubeObject,
        spec: CronJobSpec,
        missed: Missed,
        jobs: Sequence[KubeObject],
    ) -> bool:
        if missed.count > MISSED_MAX:
            text = (
                "too many missed start times. Set or decrease "
                ".spec.startingDeadlineSeconds or check clock skew"
            )
            self._tell(cron_job, "Warning", "TooManyMissedTimes", text)
        active = cron_job.status.get("active") or []
        if spec.policy == "Forbid" and active:
            text = (
                "Not starting job because prior execution is running and "
                "concurrency policy is Forbid"
            )
            self._tell(cron_job, "Normal", "JobAlreadyActive", text)
            return False
        if spec.policy == "Replace":
            running = {reference.get("uid") for reference in active}
            for job in jobs:
                if job.uid in running:
                    await self._delete(cron_job, job)
        return True

    async def _start(self, cron_job: KubeObject, time_s: int) -> None:
        wanted = self._job_at(cron_job, time_s)
        try:
            job = await self.surroundings.client.create(JOBS, wanted)
        except AlreadyExistsError as error:
            job = await self._own(cron_job, wanted, error)
        except ApiError as error:
            text = f"Error creating job: {error}"
            self._tell(cron_job, "Warning", "FailedCreate", text)
            raise
        else:
            text = f"Created job {job.name}"
            self._tell(cron_job, "Normal", "SuccessfulCreate", text)
        reference = {
            "kind": JOB.kind,
            "namespace": job.namespace,
            "name": job.name,
            "uid": job.uid,
            "apiVersion": JOB.api_version,
            "resourceVersion": job.metadata.resource_version,
        }
        active = [*(cron_job.status.get("active") or ()), reference]
        changes = {"active": active, "lastScheduleTime": rfc3339(time_s)}
        await self._write(cron_job, {**cron_job.status, **changes})

    async def _own(
        self, cron_job: KubeObject, wanted: KubeObject, error: AlreadyExistsError
    ) -> KubeObject:
        """Return the Job of that name if an earlier turn made it; else fail."""
        client = self.surroundings.client
        found = await client.get(JOBS, wanted.namespace, wanted.name)
        manager = found.metadata.controller
        if manager is None or manager.uid != cron_job.uid:
            raise error
        return found

    def _job_at(self, cron_job: KubeObject, time_s: int) -> KubeObject:
        template = cron_job.spec.get("jobTemplate") or {}
        metadata = template.get("metadata") or {}
        # The controller of before 1.21 counts seconds, its successor minutes.
        seconds = self.gvk.version == "v1beta1"
        stamp = time_s if seconds else time_s // _MINUTE_S
        meta = ObjectMeta(
            name=f"{cron_job.name}-{stamp}",
            namespace=cron_job.namespace,
            labels=dict(metadata.get("labels") or {}),
            annotations=dict(metadata.get("annotations") or {}),
            owner_references=(controller_reference(cron_job, self.gvk),),
        )
        body = {"spec": template.get("spec") or {}}
        return KubeObject(JOB.api_version, JOB.kind, meta, body)

    async def _delete(self, cron_job: KubeObject, job: KubeObject) -> None:
        client = self.surroundings.client
        try:
            await client.delete(JOBS, job.namespace, job.name, _BACKGROUND)
        except NotFoundError:
            return
        self._tell(cron_job, "Normal", "SuccessfulDelete", f"Deleted job {job.name}")

    async def _write(self, cron_job: KubeObject, status: Json) -> KubeObject:
        if status == cron_job.status:
            return cron_job
        changed = cron_job.with_body(status=status)
        return await self.surroundings.client.update(self.resource, changed, "status")

    def _tell(self, cron_job: KubeObject, kind: str, reason: str, text: str) -> None:
        self.surroundings.recorder.event(cron_job, kind, reason, text)
