"""The Deployment controller.

It never deletes the ReplicaSets of a deleted Deployment: that is the garbage
collector's work alone.

Upstream: ``syncDeployment`` and the event handlers in
pkg/controller/deployment/deployment_controller.go
"""

from functools import partial

import attrs

from gcmodel.client.informer import SharedInformer
from gcmodel.client.workqueue import RateLimitingQueue
from gcmodel.controllers.conditions import condition, find_condition, with_condition
from gcmodel.controllers.controller import (
    Controller,
    Handlers,
    Retry,
    namespace_terminates,
    split_key,
)
from gcmodel.controllers.controller_refs import ClaimedKind, ClaimManager
from gcmodel.controllers.dependent_handlers import DependentHandlers, selector_of
from gcmodel.controllers.deployment_revisions import ROLLBACK_TO
from gcmodel.controllers.deployment_status import PROGRESSING, TIMED_OUT
from gcmodel.controllers.deployment_strategies import (
    is_scaling,
    recreate,
    report_only,
    roll,
    roll_back,
    scale_and_report,
)
from gcmodel.controllers.deployment_turn import DeploymentTurn
from gcmodel.controllers.messages import DEPLOYMENT_FAILED
from gcmodel.controllers.resource_names import (
    DEPLOYMENT,
    DEPLOYMENTS,
    PODS,
    REPLICA_SETS,
)
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.errors import ApiError
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.identity import Uid
from gcmodel.objects.metadata import KubeObject

WORKERS = 5
"""``--concurrent-deployment-syncs``."""

RETRIES_MAX = 15
"""A Deployment that failed this often is left alone until it changes."""

_ENDED = ("Failed", "Succeeded")


def deployment_controller(surroundings: Surroundings) -> Controller:
    """Return the Deployment controller, listening already."""
    informers = surroundings.informers
    queue: RateLimitingQueue[str] = RateLimitingQueue(
        surroundings.scheduler, "deployment"
    )
    reconciler = DeploymentReconciler(
        surroundings,
        queue,
        informers.informer(DEPLOYMENTS),
        informers.informer(REPLICA_SETS),
        informers.informer(PODS),
    )
    reconciler.listen()

    def report(key: str, error: Retry) -> None:
        style = surroundings.profile.log_style
        DEPLOYMENT_FAILED.log(surroundings.scheduler, style, key=key, error=error)

    return Controller(
        "deployment",
        surroundings.scheduler,
        queue,
        reconciler,
        (reconciler.deployments, reconciler.replica_sets, reconciler.pods),
        workers=WORKERS,
        retries_max=RETRIES_MAX,
        report=report,
        log_style=surroundings.profile.log_style,
    )


@attrs.define(eq=False, repr=False)
class DeploymentReconciler:
    """Brings Deployments and their ReplicaSets together.

    * **From the cache**: what it sees may be old; the server's resource version check
      keeps it from overwriting what it has not seen.
    * **Hands off the dying**: of a Deployment that is being deleted only the status
      is written.
    """

    surroundings: Surroundings
    queue: RateLimitingQueue[str]
    deployments: SharedInformer
    replica_sets: SharedInformer
    pods: SharedInformer
    owners: DependentHandlers = attrs.field(init=False)

    @owners.default
    def _owners(self) -> DependentHandlers:
        return DependentHandlers(
            self.deployments.indexer,
            DEPLOYMENT.kind,
            self.wake,
            deletion_is_gone=False,
        )

    def listen(self) -> None:
        """Add the event handlers."""
        self.deployments.add_event_handler(Handlers.for_each(self.wake))
        self.replica_sets.add_event_handler(self.owners)
        nothing = Handlers.for_each(lambda _seen: None)
        handler = attrs.evolve(nothing, deleted=self._pod_deleted)
        self.pods.add_event_handler(handler)

    def wake(self, deployment: KubeObject) -> None:
        """Queue a Deployment."""
        self.queue.add(deployment.key)

    async def reconcile(self, key: str) -> None:
        """Take the next step with the Deployment called *key*."""
        deployment = self.deployments.indexer.get(*split_key(key))
        if deployment is None:
            return
        try:
            await self._reconcile(deployment)
        except ApiError as error:
            if not namespace_terminates(error):
                raise

    async def _reconcile(self, deployment: KubeObject) -> None:
        if not deployment.spec.get("selector"):
            await self._refuse_to_select_all(deployment)
            return
        claimed = await self._claim(deployment)
        turn = DeploymentTurn(
            self.surroundings,
            deployment,
            claimed,
            partial(self._pods_left, claimed),
            partial(self._look_again, deployment.key),
        )
        if deployment.metadata.being_deleted:
            await report_only(turn)
            return
        await self._note_pause(turn)
        await self._step(turn)

    async def _step(self, turn: DeploymentTurn) -> None:
        spec = turn.spec
        if spec.paused:
            await scale_and_report(turn)
        elif ROLLBACK_TO in turn.deployment.metadata.annotations:
            await roll_back(turn)
        elif await is_scaling(turn):
            await scale_and_report(turn)
        elif spec.rolling:
            await roll(turn)
        else:
            await recreate(turn)

    async def _refuse_to_select_all(self, deployment: KubeObject) -> None:
        text = (
            "This deployment is selecting all pods. A non-empty selector is required."
        )
        self.surroundings.recorder.event(deployment, "Warning", "SelectingAll", text)
        generation = deployment.metadata.generation
        if deployment.status.get("observedGeneration", 0) < generation:
            status = {**deployment.status, "observedGeneration": generation}
            changed = deployment.with_body(status=status)
            try:
                await self.surroundings.client.update(DEPLOYMENTS, changed, "status")
            except ApiError:
                return  # nobody depends on it

    async def _claim(self, deployment: KubeObject) -> list[KubeObject]:
        selector = selector_of(deployment)
        manager = ClaimManager(
            self.surroundings.client,
            deployment,
            DEPLOYMENT,
            DEPLOYMENTS,
            ClaimedKind(REPLICA_SETS, "ReplicaSet"),
            lambda candidate: selector.matches(candidate.metadata.labels),
        )
        listed = self.replica_sets.indexer.list(deployment.namespace)
        # The order of a lister is that of a Go map.
        return await manager.claim(self.surroundings.choices.shuffled("lister", listed))

    async def _note_pause(self, turn: DeploymentTurn) -> None:
        known = find_condition(turn.deployment.status, PROGRESSING)
        reason = None if known is None else known["reason"]
        if turn.spec.progress_deadline_s is None or reason == TIMED_OUT:
            return
        if turn.spec.paused == (reason == "DeploymentPaused"):
            return
        what = "paused" if turn.spec.paused else "resumed"
        now_s = self.surroundings.clock.now_s()
        noted = condition(
            PROGRESSING,
            "Unknown",
            f"Deployment{what.capitalize()}",
            f"Deployment is {what}",
            now_s,
        )
        conditions = turn.deployment.status.get("conditions") or []
        turn.set_status(conditions=with_condition(conditions, noted))
        await turn.write_status()

    def _pods_left(self, claimed: list[KubeObject], new: KubeObject | None) -> bool:
        old = {one.uid for one in claimed if new is None or one.uid != new.uid}
        return any(
            pod.status.get("phase") not in _ENDED for pod in self._pods_of(claimed, old)
        )

    def _pods_of(self, claimed: list[KubeObject], uids: set[Uid]) -> list[KubeObject]:
        namespace = claimed[0].namespace if claimed else ""
        listed = self.pods.indexer.list(namespace) if claimed else []
        managed = [(pod, pod.metadata.controller) for pod in listed]
        return [pod for pod, by in managed if by is not None and by.uid in uids]

    def _pod_deleted(self, pod: KubeObject) -> None:
        """Wake a Deployment that waits for its last Pod to go."""
        manager = pod.metadata.controller
        if manager is None or manager.kind != "ReplicaSet":
            return
        replica_set = self.replica_sets.indexer.get(pod.namespace, manager.name)
        if replica_set is None or replica_set.uid != manager.uid:
            return
        deployment = self.owners.controller_of(replica_set)
        strategy = {} if deployment is None else deployment.spec.get("strategy") or {}
        if deployment is None or strategy.get("type") != "Recreate":
            return
        siblings = [
            one
            for one in self.replica_sets.indexer.list(pod.namespace)
            if self.owners.controller_of(one) is deployment
        ]
        if not self._pods_of(siblings, {one.uid for one in siblings}):
            self.wake(deployment)

    def _look_again(self, key: str, seconds: int | None) -> None:
        if seconds is None:
            self.queue.add_rate_limited(key)
        else:
            # A stuck rollout changes no more than a condition: not worth a wait.
            self.queue.add_after(key, seconds * SECOND, polling=True)
