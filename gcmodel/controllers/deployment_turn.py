"""One turn on one Deployment: the working copy, and every write of it.

Upstream: ``scaleReplicaSet``, ``syncDeploymentStatus`` and ``cleanupDeployment`` in
pkg/controller/deployment/sync.go; ``requeueStuckDeployment`` in progress.go
"""

from collections.abc import Callable, Sequence

import attrs

from gcmodel.controllers.deployment_revisions import (
    replica_annotations,
    surplus_history,
)
from gcmodel.controllers.deployment_spec import DeploymentSpec
from gcmodel.controllers.deployment_status import (
    Rollout,
    basic_status,
    rollout_status,
    seconds_until_stuck,
)
from gcmodel.controllers.replica_counts import wanted_replicas, with_spec
from gcmodel.controllers.resource_names import DEPLOYMENTS, REPLICA_SETS
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.errors import NotFoundError
from gcmodel.objects.metadata import Json, KubeObject


@attrs.define(eq=False, repr=False)
class DeploymentTurn:
    """A Deployment as the cache had it when the turn began, and what became of it.

    * **Stale on purpose**: the resource version stays that of the cache, whatever is
      written meanwhile. So the second write of a turn meets a conflict, and the turn
      is repeated on what the first one left.

    Attributes:
        replica_sets: Those that the Deployment manages.
        pods_left: Whether Pods of other than the new ReplicaSet still run.
        look_again: Called with seconds when progress is to be judged later; None
            means at once, but rate limited.
    """

    surroundings: Surroundings
    deployment: KubeObject
    replica_sets: list[KubeObject]
    pods_left: Callable[[KubeObject | None], bool]
    look_again: Callable[[int | None], None]

    @property
    def spec(self) -> DeploymentSpec:
        """What the Deployment asks for."""
        return DeploymentSpec.of(self.deployment)

    def set_status(self, **fields: object) -> None:
        """Change the status of the working copy."""
        status = {**self.deployment.status, **fields}
        self.deployment = self.deployment.with_body(status=status)

    async def write_status(self) -> None:
        """Send the working copy's status and annotations to the server."""
        await self.surroundings.client.update(DEPLOYMENTS, self.deployment, "status")

    def tell(self, kind: str, reason: str, message: str) -> None:
        """Write an Event about the Deployment."""
        self.surroundings.recorder.event(self.deployment, kind, reason, message)

    async def resize(
        self, replica_set: KubeObject, replicas: int, *, quiet: bool = False
    ) -> KubeObject:
        """Give a ReplicaSet this many *replicas*; return it as it is then.

        Args:
            replica_set: As the cache has it.
            replicas: How many it should want.
            quiet: Leave it alone if only its annotations would change.
        """
        before = wanted_replicas(replica_set)
        notes = replica_annotations(self.spec.replicas, self.spec.replicas_max)
        annotations = {**replica_set.metadata.annotations, **notes}
        if before == replicas and (
            quiet or annotations == replica_set.metadata.annotations
        ):
            return replica_set
        changed = with_spec(replica_set, replicas=replicas)
        changed = changed.with_metadata(annotations=annotations)
        written = await self.surroundings.client.update(REPLICA_SETS, changed)
        if before != replicas:
            direction = "up" if before < replicas else "down"
            text = f"Scaled {direction} replica set {written.name} to {replicas}"
            self.tell("Normal", "ScalingReplicaSet", text)
        return written

    async def clean_up(self, old: Sequence[KubeObject]) -> None:
        """Delete the ReplicaSets beyond the history limit.

        * **Without policy**: the request leaves it to the kind's default what becomes
          of Pods.
        """
        for surplus in surplus_history(old, self.spec.history_limit):
            try:
                await self.surroundings.client.delete(
                    REPLICA_SETS, surplus.namespace, surplus.name
                )
            except NotFoundError:
                continue

    async def report(self, new: KubeObject | None, old: Sequence[KubeObject]) -> None:
        """Write the status if it has changed, without judging progress."""
        await self._write_if_changed(basic_status(self._rollout(new, old)))

    async def report_progress(
        self, new: KubeObject | None, old: Sequence[KubeObject]
    ) -> None:
        """Write the status if it has changed, progress included."""
        rollout = self._rollout(new, old)
        status = rollout_status(rollout)
        if status != self.deployment.status:
            await self._write_if_changed(status)
            return
        seconds = seconds_until_stuck(rollout, status)
        if seconds is not None:
            # A second more, so that the deadline has surely passed.
            self.look_again(seconds + 1 if seconds >= 1 else None)

    def _rollout(self, new: KubeObject | None, old: Sequence[KubeObject]) -> Rollout:
        now_s = self.surroundings.clock.now_s()
        return Rollout(self.deployment, new, old, now_s)

    async def _write_if_changed(self, status: Json) -> None:
        if status != self.deployment.status:
            self.deployment = self.deployment.with_body(status=status)
            await self.write_status()
