"""Pods that wait to be counted by a Job that is no more.

Upstream: ``syncOrphanPod`` in pkg/controller/job/job_controller.go
"""

import attrs

from gcmodel.client.informer import SharedInformer
from gcmodel.client.workqueue import RateLimitingQueue
from gcmodel.controllers.controller import Controller, Handlers, split_key
from gcmodel.controllers.job import release_pod
from gcmodel.controllers.job_tracking import is_tracked
from gcmodel.controllers.resource_names import JOB, JOBS, PODS
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.objects.metadata import KubeObject


def job_orphans_controller(surroundings: Surroundings) -> Controller:
    """Return the part of the Job controller that lets orphaned Pods go."""
    queue: RateLimitingQueue[str] = RateLimitingQueue(
        surroundings.scheduler, "job_orphan_pod"
    )
    reconciler = OrphanPodReconciler(
        surroundings,
        queue,
        surroundings.informers.informer(JOBS),
        surroundings.informers.informer(PODS),
    )
    reconciler.listen()
    return Controller(
        "job orphans",
        surroundings.scheduler,
        queue,
        reconciler,
        (reconciler.jobs, reconciler.pods),
        workers=1,
        log_style=surroundings.profile.log_style,
    )


@attrs.define(eq=False, repr=False)
class OrphanPodReconciler:
    """Takes the tracking finalizer off Pods whose Job is gone, or never was.

    * **Only its own**: a Pod that something else than a batch/v1 Job controls keeps
      the finalizer.
    """

    surroundings: Surroundings
    queue: RateLimitingQueue[str]
    jobs: SharedInformer
    pods: SharedInformer

    def listen(self) -> None:
        """Add the event handlers."""
        self.pods.add_event_handler(Handlers.for_each(self._pod_seen))
        ignored = Handlers.for_each(lambda _seen: None)
        gone = attrs.evolve(ignored, deleted=self._job_deleted)
        self.jobs.add_event_handler(gone)

    def _pod_seen(self, pod: KubeObject) -> None:
        if is_tracked(pod) and not self._is_managed(pod):
            self.queue.add(pod.key)

    def _job_deleted(self, job: KubeObject) -> None:
        for pod in self.pods.indexer.list(job.namespace):
            manager = pod.metadata.controller
            if manager is not None and manager.uid == job.uid:
                self._pod_seen(pod)

    def _is_managed(self, pod: KubeObject) -> bool:
        """Whether somebody else is to take the finalizer off."""
        manager = pod.metadata.controller
        if manager is None:
            return False
        if (manager.api_version, manager.kind) != (JOB.api_version, JOB.kind):
            return True
        job = self.jobs.indexer.get(pod.namespace, manager.name)
        return job is not None and job.uid == manager.uid

    async def reconcile(self, key: str) -> None:
        """Let the Pod called *key* go if nobody counts it any more."""
        pod = self.pods.indexer.get(*split_key(key))
        if pod is not None and is_tracked(pod) and not self._is_managed(pod):
            await release_pod(self.surroundings, pod)
