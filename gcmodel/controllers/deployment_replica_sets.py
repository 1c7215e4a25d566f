"""The new ReplicaSet of a Deployment: found, brought up to date, or created.

Upstream: ``getNewReplicaSet`` in pkg/controller/deployment/sync.go;
``FindNewReplicaSet`` and ``FindOldReplicaSets`` in
pkg/controller/deployment/util/deployment_util.go
"""

from collections.abc import Iterable
from contextlib import suppress

import attrs

from gcmodel.controllers.conditions import condition, find_condition, with_condition
from gcmodel.controllers.controller import namespace_terminates
from gcmodel.controllers.controller_refs import controller_reference
from gcmodel.controllers.deployment_revisions import (
    REVISION,
    next_revision,
    replica_annotations,
    revised_annotations,
)
from gcmodel.controllers.deployment_rolling import new_size
from gcmodel.controllers.deployment_status import PROGRESSING
from gcmodel.controllers.deployment_turn import DeploymentTurn
from gcmodel.controllers.messages import HASH_COLLISION
from gcmodel.controllers.pod_templates import (
    TEMPLATE_HASH,
    equal_but_for_hash,
    labels_of,
    template_of,
    with_labels,
)
from gcmodel.controllers.replica_counts import (
    created_order,
    total_wanted,
    wanted_replicas,
    with_spec,
)
from gcmodel.controllers.resource_names import DEPLOYMENT, REPLICA_SETS
from gcmodel.controllers.template_hash import template_hash
from gcmodel.errors import AlreadyExistsError, ApiError, ReconcileError
from gcmodel.objects.metadata import KubeObject, ObjectMeta

MIN_READY_SECONDS = "minReadySeconds"


def find_new(
    deployment: KubeObject, replica_sets: Iterable[KubeObject]
) -> KubeObject | None:
    """Return the oldest ReplicaSet with the Deployment's template, or None.

    * **Deterministic**: two with the same template can exist; the older one wins.
    """
    wanted = template_of(deployment)
    for replica_set in sorted(replica_sets, key=created_order):
        if equal_but_for_hash(template_of(replica_set), wanted):
            return replica_set
    return None


def all_but(
    new: KubeObject | None, replica_sets: Iterable[KubeObject]
) -> list[KubeObject]:
    """Return the old ReplicaSets: all but the *new* one."""
    return [one for one in replica_sets if new is None or one.uid != new.uid]


@attrs.define(eq=False, repr=False)
class NewReplicaSet:
    """Sees to the new ReplicaSet during one turn.

    * **Nameable**: the name is the template's hash, so making it twice meets the
      first one.
    * **Collision-proof**: if the name is taken by a stranger, the collision count in
      the status goes up by one and the turn fails; the next one tries another name.
    """

    turn: DeploymentTurn

    async def ensure(
        self, *, create: bool
    ) -> tuple[KubeObject | None, list[KubeObject]]:
        """Return the new ReplicaSet, if it exists or is to be created, and the old.

        Raises:
            ApiError: A write was refused, a taken name included.
        """
        existing = find_new(self.turn.deployment, self.turn.replica_sets)
        old = all_but(existing, self.turn.replica_sets)
        if existing is not None:
            return await self._bring_up_to_date(existing, old), old
        return (await self._create(old) if create else None), old

    async def _bring_up_to_date(
        self, existing: KubeObject, old: list[KubeObject]
    ) -> KubeObject:
        turn = self.turn
        annotations = revised_annotations(
            turn.deployment.metadata.annotations,
            existing.metadata.annotations,
            next_revision(old),
        )
        ready_s = turn.spec.min_ready_seconds
        same_delay = (existing.spec.get(MIN_READY_SECONDS) or 0) == ready_s
        if annotations != existing.metadata.annotations or not same_delay:
            changed = existing.with_metadata(annotations=annotations)
            if not same_delay:
                changed = with_spec(changed, **{MIN_READY_SECONDS: ready_s})
            return await turn.surroundings.client.update(REPLICA_SETS, changed)
        revised = self._take_revision(annotations.get(REVISION, ""))
        if self._starts_progress():
            text = f'Found new replica set "{existing.name}"'
            self._set_progress("True", "FoundNewReplicaSet", text)
            revised = True
        if revised:
            await turn.write_status()
        return existing

    def _starts_progress(self) -> bool:
        deadline = self.turn.spec.progress_deadline_s
        known = find_condition(self.turn.deployment.status, PROGRESSING)
        return deadline is not None and known is None

    async def _create(self, old: list[KubeObject]) -> KubeObject:
        turn = self.turn
        revision = next_revision(old)
        wanted = self._draft(old, revision)
        met = False
        try:
            made = await turn.surroundings.client.create(REPLICA_SETS, wanted)
        except AlreadyExistsError as error:
            made, met = await self._meet(wanted, error), True
        except ApiError as error:
            await self._creation_failed(wanted, error)
            raise
        replicas = wanted_replicas(wanted)
        if not met and replicas > 0:
            text = f"Scaled up replica set {made.name} to {replicas}"
            turn.tell("Normal", "ScalingReplicaSet", text)
        changed = self._take_revision(str(revision))
        if not met and turn.spec.progress_deadline_s is not None:
            text = f'Created new replica set "{made.name}"'
            self._set_progress("True", "NewReplicaSetCreated", text)
            changed = True
        if changed:
            await turn.write_status()
        return made

    def _draft(self, old: list[KubeObject], revision: int) -> KubeObject:
        turn, deployment, spec = self.turn, self.turn.deployment, self.turn.spec
        template = template_of(deployment)
        ending = template_hash(
            template,
            deployment.status.get("collisionCount"),
            turn.surroundings.profile.minor[0],
        )
        labels = {**labels_of(template), TEMPLATE_HASH: ending}
        selector = deployment.spec.get("selector") or {}
        match_labels = {**(selector.get("matchLabels") or {}), TEMPLATE_HASH: ending}
        annotations = revised_annotations(deployment.metadata.annotations, {}, revision)
        body = {
            "replicas": new_size(spec, total_wanted(old), 0),
            "selector": {**selector, "matchLabels": match_labels},
            "template": with_labels(template, labels),
        }
        if spec.min_ready_seconds:
            body[MIN_READY_SECONDS] = spec.min_ready_seconds
        meta = ObjectMeta(
            name=f"{deployment.name}-{ending}",
            namespace=deployment.namespace,
            labels=labels,
            annotations=annotations
            | replica_annotations(spec.replicas, spec.replicas_max),
            owner_references=(controller_reference(deployment, DEPLOYMENT),),
        )
        return KubeObject(DEPLOYMENT.api_version, "ReplicaSet", meta, {"spec": body})

    async def _meet(self, wanted: KubeObject, error: AlreadyExistsError) -> KubeObject:
        """Return the ReplicaSet of that name if it is ours; else count a collision."""
        cached = self._cached(wanted)
        manager = cached.metadata.controller
        ours = manager is not None and manager.uid == self.turn.deployment.uid
        same = equal_but_for_hash(template_of(wanted), template_of(cached))
        if ours and same:
            return cached
        before = self.turn.deployment.status.get("collisionCount") or 0
        self.turn.set_status(collisionCount=before + 1)
        try:
            await self.turn.write_status()
        except ApiError:
            raise error from None
        self._log_collision(before)
        raise error

    def _cached(self, wanted: KubeObject) -> KubeObject:
        informer = self.turn.surroundings.informers.informer(REPLICA_SETS)
        cached = informer.indexer.get(wanted.namespace, wanted.name)
        if cached is None:
            raise ReconcileError(f'replicaset.apps "{wanted.name}" not found')
        return cached

    def _log_collision(self, before: int) -> None:
        surroundings, deployment = self.turn.surroundings, self.turn.deployment
        HASH_COLLISION.log(
            surroundings.scheduler,
            surroundings.profile.log_style,
            namespace=deployment.namespace,
            name=deployment.name,
            before=before,
            after=before + 1,
        )

    async def _creation_failed(self, wanted: KubeObject, error: ApiError) -> None:
        if namespace_terminates(error):
            return
        text = f'Failed to create new replica set "{wanted.name}": {error}'
        reason = "ReplicaSetCreateError"
        if self.turn.spec.progress_deadline_s is not None:
            self._set_progress("False", reason, text)
            with suppress(ApiError):  # the failure at hand says more
                await self.turn.write_status()
        self.turn.tell("Warning", reason, text)

    def _take_revision(self, revision: str) -> bool:
        annotations = self.turn.deployment.metadata.annotations
        if annotations.get(REVISION) == revision:
            return False
        self.turn.deployment = self.turn.deployment.with_metadata(
            annotations={**annotations, REVISION: revision}
        )
        return True

    def _set_progress(self, holds: str, reason: str, text: str) -> None:
        now_s = self.turn.surroundings.clock.now_s()
        moved = condition(PROGRESSING, holds, reason, text, now_s)
        known = self.turn.deployment.status.get("conditions") or []
        self.turn.set_status(conditions=with_condition(known, moved))
