"""Jobs that are deleted some time after they have ended.

Upstream: ``Controller`` in
pkg/controller/ttlafterfinished/ttlafterfinished_controller.go
"""

import attrs

from gcmodel.client.informer import SharedInformer
from gcmodel.client.workqueue import RateLimitingQueue
from gcmodel.controllers.conditions import conditions_in, seconds_of
from gcmodel.controllers.controller import Controller, Handlers, split_key
from gcmodel.controllers.resource_names import JOBS
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.errors import NotFoundError
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.metadata import KubeObject
from gcmodel.objects.options import DeleteOptions, Preconditions, PropagationPolicy

WORKERS = 5
"""``--concurrent-ttl-after-finished-syncs``."""


def ttl_after_finished_controller(surroundings: Surroundings) -> Controller:
    """Return the controller, listening already."""
    queue: RateLimitingQueue[str] = RateLimitingQueue(
        surroundings.scheduler, "ttl_jobs_to_delete"
    )
    jobs = surroundings.informers.informer(JOBS)
    reconciler = TtlReconciler(surroundings, queue, jobs)
    ignored = Handlers.for_each(lambda _seen: None)
    wake = attrs.evolve(
        ignored,
        added=reconciler.wake,
        updated=lambda _before, seen: reconciler.wake(seen),
    )
    jobs.add_event_handler(wake)
    return Controller(
        "ttl-after-finished",
        surroundings.scheduler,
        queue,
        reconciler,
        (jobs,),
        workers=WORKERS,
        log_style=surroundings.profile.log_style,
    )


@attrs.define(eq=False, repr=False)
class TtlReconciler:
    """Deletes finished Jobs in the foreground once their time is up.

    * **Rechecked**: the Job is read from the server before it is deleted, and the
      request names its UID.
    """

    surroundings: Surroundings
    queue: RateLimitingQueue[str]
    jobs: SharedInformer

    def wake(self, job: KubeObject) -> None:
        """Queue a Job that has ended and has a time to live."""
        if not job.metadata.being_deleted and expires_s(job) is not None:
            self.queue.add(job.key)

    async def reconcile(self, key: str) -> None:
        """Delete the Job called *key* if its time is up, by cache and by server."""
        cached = self.jobs.indexer.get(*split_key(key))
        if cached is None or not self._is_due(cached):
            return
        client = self.surroundings.client
        try:
            live = await client.get(JOBS, cached.namespace, cached.name)
            if not self._is_due(live):
                return
            options = DeleteOptions(
                preconditions=Preconditions(live.uid),
                propagation_policy=PropagationPolicy.FOREGROUND.value,
            )
            await client.delete(JOBS, live.namespace, live.name, options)
        except NotFoundError:
            return

    def _is_due(self, job: KubeObject) -> bool:
        expires = expires_s(job)
        if expires is None or job.metadata.being_deleted:
            return False
        left = expires * SECOND - self.surroundings.wall_ns()
        if left > 0:
            self.queue.add_after(job.key, left)
        return left <= 0


def expires_s(job: KubeObject) -> int | None:
    """Return when *job* is to be deleted, in Unix seconds; None for never."""
    ttl_s = job.spec.get("ttlSecondsAfterFinished")
    if ttl_s is None:
        return None
    for condition in conditions_in(job.status):
        if (
            condition["type"] in ("Complete", "Failed")
            and condition["status"] == "True"
        ):
            return seconds_of(condition["lastTransitionTime"]) + int(ttl_s)
    return None
