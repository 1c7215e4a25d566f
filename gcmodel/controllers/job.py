"""The Job controller.

Deviation: completion is counted, not indexed; failures are not judged by a policy.

Upstream: ``syncJob``, ``manageJob`` and ``syncOrphanPod`` in
pkg/controller/job/job_controller.go
"""

from collections.abc import Sequence
from functools import partial

import attrs

from gcmodel.client.informer import SharedInformer
from gcmodel.client.workqueue import RateLimitingQueue
from gcmodel.controllers.conditions import find_condition, seconds_of
from gcmodel.controllers.controller import Controller, Handlers, split_key
from gcmodel.controllers.controller_refs import (
    ClaimedKind,
    ClaimManager,
    controller_reference,
)
from gcmodel.controllers.dependent_handlers import DependentHandlers, selector_of
from gcmodel.controllers.expectations import Expectations
from gcmodel.controllers.job_progress import (
    Counts,
    Finish,
    JobSpec,
    creation_delay_ns,
    finish_of,
    wanted_active,
)
from gcmodel.controllers.job_status import finished_condition, job_status
from gcmodel.controllers.job_tracking import (
    FINALIZER,
    REMOVAL,
    Tally,
    is_tracked,
    settled_status,
    tally,
)
from gcmodel.controllers.pod_control import (
    Outcome,
    PodControl,
    all_at_once,
    in_batches,
)
from gcmodel.controllers.pod_state import FAILED, SUCCEEDED, is_active, phase_of
from gcmodel.controllers.pod_templates import pod_from, template_of
from gcmodel.controllers.replicaset_ranking import pods_to_delete
from gcmodel.controllers.resource_names import JOB, JOBS, PODS
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.errors import ApiError, NotFoundError
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.metadata import Json, KubeObject

WORKERS = 5
"""``--concurrent-job-syncs``."""

BURST_MAX = 500


def job_controller(surroundings: Surroundings) -> Controller:
    """Return the Job controller, listening already."""
    queue: RateLimitingQueue[str] = RateLimitingQueue(surroundings.scheduler, "job")
    reconciler = JobReconciler(
        surroundings,
        queue,
        surroundings.informers.informer(JOBS),
        surroundings.informers.informer(PODS),
    )
    reconciler.listen()
    return Controller(
        "job",
        surroundings.scheduler,
        queue,
        reconciler,
        (reconciler.jobs, reconciler.pods),
        workers=WORKERS,
        log_style=surroundings.profile.log_style,
    )


@attrs.define(eq=False, repr=False)
class JobReconciler:
    """Runs Pods until enough have succeeded, or too many failed.

    * **Exact** where Pods carry the tracking finalizer: a Pod that is deleted before
      it was counted is still there to be counted.
    * **Caught up**: it waits until its cache shows what it wrote itself; else a Pod
      would be counted twice, or not at all.
    * **Hands off when dying**: a Job that is being deleted makes no Pods, and lets
      go of those that it has.
    * **Final**: a Job that has ended is not looked at again.
    """

    surroundings: Surroundings
    queue: RateLimitingQueue[str]
    jobs: SharedInformer
    pods: SharedInformer
    expectations: Expectations = attrs.field(init=False)
    pod_control: PodControl = attrs.field(init=False)
    _failures: dict[str, tuple[int, int]] = attrs.field(factory=dict, init=False)
    """By key of the Job: failures seen, and when the last of them was."""
    _written: dict[str, KubeObject] = attrs.field(factory=dict, init=False)
    """By key: the Job as this controller wrote it last."""
    _released: dict[str, set[str]] = attrs.field(factory=dict, init=False)
    """By key: UIDs of Pods whose finalizer is gone, until the cache shows it."""

    def __attrs_post_init__(self) -> None:
        """Make what belongs to this controller alone."""
        self.expectations = Expectations(self.surroundings.scheduler)
        self.pod_control = PodControl(self.surroundings, JOB)

    @property
    def tracks(self) -> bool:
        """Whether Pods carry the tracking finalizer."""
        return self.surroundings.profile.job_pod_finalizers

    def listen(self) -> None:
        """Add the event handlers."""
        self.jobs.add_event_handler(
            Handlers(self.wake, lambda _before, seen: self.wake(seen), self._deleted)
        )
        self.pods.add_event_handler(
            DependentHandlers(
                self.jobs.indexer,
                JOB.kind,
                self.wake,
                created=lambda job: self.expectations.creation_observed(job.key),
                deleted=lambda job, pod: self.expectations.deletion_observed(
                    job.key, pod.uid
                ),
            )
        )

    def wake(self, job: KubeObject) -> None:
        """Queue a Job."""
        self.queue.add(job.key)

    def _deleted(self, job: KubeObject) -> None:
        self.expectations.forget(job.key)
        for memory in (self._failures, self._written, self._released):
            memory.pop(job.key, None)
        self.wake(job)

    async def reconcile(self, key: str) -> None:
        """Bring the Job called *key* further."""
        job = self.jobs.indexer.get(*split_key(key))
        if job is None:
            self.expectations.forget(key)
            return
        if _has_finished(job) or not self._caught_up(job):
            return
        may_act = self.expectations.satisfied(key)
        pods = await self._claim(job)
        spec = JobSpec.of(job)
        counted = self._tally(job, pods)
        finish = finish_of(spec, counted.counts, self._active_s(job))
        failure, active = None, counted.counts.active
        if finish is not None and finish.type == "Failed":
            active = await self._delete_pods(job, list(filter(is_active, pods)))
        elif may_act and not job.metadata.being_deleted:
            failure, active = await self._manage(job, spec, pods, counted.counts)
        counted = attrs.evolve(
            counted, counts=attrs.evolve(counted.counts, active=active)
        )
        await self._report(job, pods, counted, finish)
        if finish is None:
            self._await_deadline(job, spec)
        if failure is not None:
            raise failure

    async def _claim(self, job: KubeObject) -> list[KubeObject]:
        selector = selector_of(job)
        manager = ClaimManager(
            self.surroundings.client,
            job,
            JOB,
            JOBS,
            ClaimedKind(PODS, "Pod"),
            lambda pod: selector.matches(pod.metadata.labels),
            (FINALIZER,) if self.tracks else (),
        )
        listed = self.pods.indexer.list(job.namespace)
        return await manager.claim(self.surroundings.choices.shuffled("lister", listed))

    def _tally(self, job: KubeObject, pods: Sequence[KubeObject]) -> Tally:
        if self.tracks:
            released = self._released.get(job.key, set())
            released &= {pod.uid for pod in pods if is_tracked(pod)}
            return tally(job, pods, released, over=job.metadata.being_deleted)
        phases = [phase_of(pod) for pod in pods]
        counts = Counts(
            sum(is_active(pod) for pod in pods),
            phases.count(SUCCEEDED),
            phases.count(FAILED),
        )
        return Tally(counts, ((), ()), ((), ()), ())

    def _active_s(self, job: KubeObject) -> int | None:
        began = job.status.get("startTime")
        now_s = self.surroundings.clock.now_s()
        return None if began is None else now_s - seconds_of(began)

    def _await_deadline(self, job: KubeObject, spec: JobSpec) -> None:
        if spec.deadline_s is not None and not spec.suspend:
            left = spec.deadline_s - (self._active_s(job) or 0)
            # Most Jobs are done before, so nobody waits for it.
            self.queue.add_after(job.key, max(left, 1) * SECOND, polling=True)

    async def _manage(
        self,
        job: KubeObject,
        spec: JobSpec,
        pods: Sequence[KubeObject],
        counts: Counts,
    ) -> tuple[ApiError | None, int]:
        """Create or delete Pods; return what failed and how many are active then."""
        want = wanted_active(spec, counts)
        if counts.active > want:
            surplus = min(counts.active - want, BURST_MAX)
            running = list(filter(is_active, pods))
            now_ns = self.surroundings.wall_ns()
            chosen = pods_to_delete(running, running, surplus, now_ns)
            return None, counts.active - surplus + await self._delete_pods(job, chosen)
        missing = min(want - counts.active, BURST_MAX)
        delay = self._delay_ns(job, counts.failed)
        if missing > 0 and delay > 0:
            self.queue.add_after(job.key, delay)
            return None, counts.active
        if missing > 0:
            return await self._create(job, missing, counts.active)
        return None, counts.active

    def _delay_ns(self, job: KubeObject, failed: int) -> int:
        now = self.surroundings.scheduler.now
        known, last_ns = self._failures.get(job.key, (0, 0))
        if failed > known:
            last_ns = now
            self._failures[job.key] = (failed, now)
        return creation_delay_ns(failed, now - last_ns)

    async def _create(
        self, job: KubeObject, count: int, active: int
    ) -> tuple[ApiError | None, int]:
        self.expectations.expect_creations(job.key, count)
        attempt = partial(self._create_one, job)
        outcome = await in_batches(self.surroundings, count, attempt)
        for _ in range(count - outcome.succeeded):
            self.expectations.creation_observed(job.key)
        return outcome.failure, active + outcome.succeeded

    async def _create_one(self, job: KubeObject) -> None:
        reference = controller_reference(job, JOB)
        pod = pod_from(template_of(job), job, reference)
        if self.tracks and not is_tracked(pod):
            finalizers = (*pod.metadata.finalizers, FINALIZER)
            pod = pod.with_metadata(finalizers=finalizers)
        await self.pod_control.create_pod(job, pod)

    async def _delete_pods(self, job: KubeObject, pods: Sequence[KubeObject]) -> int:
        """Delete *pods*; return how many could not be."""
        self.expectations.expect_deletions(job.key, [pod.uid for pod in pods])
        outcome = Outcome()
        attempts = [partial(self._delete_one, job, pod) for pod in pods]
        await all_at_once(self.surroundings, list(attempts), outcome)
        return len(pods) - outcome.succeeded

    async def _delete_one(self, job: KubeObject, pod: KubeObject) -> None:
        try:
            await self.pod_control.delete(job, pod)
        except ApiError as error:
            self.expectations.deletion_observed(job.key, pod.uid)
            if not isinstance(error, NotFoundError):
                raise

    async def _report(
        self,
        job: KubeObject,
        pods: Sequence[KubeObject],
        counted: Tally,
        finish: Finish | None,
    ) -> None:
        now_s = self.surroundings.clock.now_s()
        status = job_status(job, pods, counted, now_s, tracks=self.tracks)
        if self.tracks:
            job = await self._write(job, status)
            await self._release(job, counted, finish, pods)
            gone = self._released.get(job.key, set())
            tracked = [pod for pod in pods if is_tracked(pod) and pod.uid not in gone]
            status = settled_status(job.status, tracked)
        if finish is not None:
            status = finished_condition(status, finish, now_s)
        await self._write(job, status)
        if finish is not None:
            self._tell(job, finish)

    async def _release(
        self,
        job: KubeObject,
        counted: Tally,
        finish: Finish | None,
        pods: Sequence[KubeObject],
    ) -> None:
        """Take the finalizer off what is counted."""
        chosen: Sequence[KubeObject] = counted.releasable
        if finish is not None:
            chosen = [pod for pod in pods if is_tracked(pod)]
        for pod in chosen:
            await release_pod(self.surroundings, pod)
            self._released.setdefault(job.key, set()).add(pod.uid)

    async def _write(self, job: KubeObject, status: Json) -> KubeObject:
        if status == job.status:
            return job
        changed = job.with_body(status=status)
        written = await self.surroundings.client.update(JOBS, changed, "status")
        self._written[job.key] = written
        return written

    def _caught_up(self, job: KubeObject) -> bool:
        written = self._written.get(job.key)
        if written is None or written.uid != job.uid:
            return True
        versions = (one.metadata.resource_version for one in (job, written))
        cached, own = map(int, versions)
        return cached >= own

    def _tell(self, job: KubeObject, finish: Finish) -> None:
        recorder = self.surroundings.recorder
        if finish.type == "Complete":
            recorder.event(job, "Normal", "Completed", "Job completed")
        else:
            recorder.event(job, "Warning", finish.reason, finish.message)


async def release_pod(surroundings: Surroundings, pod: KubeObject) -> None:
    """Take the tracking finalizer off *pod*, if it is still there."""
    try:
        await surroundings.client.patch(PODS, pod.namespace, pod.name, REMOVAL)
    except NotFoundError:
        return


def _has_finished(job: KubeObject) -> bool:
    found = (find_condition(job.status, type_) for type_ in ("Complete", "Failed"))
    return any(one is not None and one["status"] == "True" for one in found)
