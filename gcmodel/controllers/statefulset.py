"""The StatefulSet controller.

Upstream: ``sync`` in pkg/controller/statefulset/stateful_set.go; ``performUpdate`` in
stateful_set_control.go; stateful_pod_control.go
"""

from collections.abc import Sequence
from typing import assert_never

import attrs

from gcmodel.client.informer import SharedInformer
from gcmodel.client.workqueue import RateLimitingQueue
from gcmodel.controllers.controller import Controller, Handlers, split_key
from gcmodel.controllers.controller_refs import ClaimedKind, ClaimManager
from gcmodel.controllers.controller_revisions import REVISION_LABEL, RevisionHistory
from gcmodel.controllers.dependent_handlers import DependentHandlers, selector_of
from gcmodel.controllers.pod_state import (
    FINISHED,
    RUNNING,
    is_available,
    is_ready,
    phase_of,
)
from gcmodel.controllers.pod_templates import template_of
from gcmodel.controllers.replica_counts import wanted_replicas, without_zeros
from gcmodel.controllers.resource_names import (
    CONTROLLER_REVISIONS,
    PERSISTENT_VOLUME_CLAIMS,
    PODS,
    STATEFUL_SET,
    STATEFUL_SETS,
)
from gcmodel.controllers.statefulset_claims import VolumeClaims
from gcmodel.controllers.statefulset_identity import (
    first_ordinal,
    ordinal_of,
    pod_at,
)
from gcmodel.controllers.statefulset_plan import (
    Condemn,
    Create,
    Member,
    Replace,
    Step,
    Update,
    Wishes,
    next_steps,
)
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.errors import AlreadyExistsError, ApiError, NotFoundError, ReconcileError
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.metadata import Json, KubeObject

WORKERS = 5
"""``--concurrent-statefulset-syncs``."""


def stateful_set_controller(surroundings: Surroundings) -> Controller:
    """Return the StatefulSet controller, listening already."""
    informers = surroundings.informers
    queue: RateLimitingQueue[str] = RateLimitingQueue(
        surroundings.scheduler, "statefulset"
    )
    claims = informers.informer(PERSISTENT_VOLUME_CLAIMS)
    revisions = informers.informer(CONTROLLER_REVISIONS)
    reconciler = StatefulSetReconciler(
        surroundings,
        queue,
        informers.informer(STATEFUL_SETS),
        informers.informer(PODS),
        VolumeClaims(surroundings, claims),
    )
    reconciler.listen()
    return Controller(
        "statefulset",
        surroundings.scheduler,
        queue,
        reconciler,
        (reconciler.stateful_sets, reconciler.pods, claims, revisions),
        workers=WORKERS,
        log_style=surroundings.profile.log_style,
    )


@attrs.define(eq=False, repr=False)
class StatefulSetReconciler:
    """Keeps Pods with fixed names, one for each ordinal.

    * **At most one**: a Pod is made under its own name, so a namesake that still
      terminates, or leaked, keeps it from being made.
    * **Hands off when dying**: of a set that is being deleted no Pod is touched.
    """

    surroundings: Surroundings
    queue: RateLimitingQueue[str]
    stateful_sets: SharedInformer
    pods: SharedInformer
    claims: VolumeClaims
    history: RevisionHistory = attrs.field(init=False)

    @history.default
    def _history(self) -> RevisionHistory:
        return RevisionHistory(self.surroundings, STATEFUL_SET, STATEFUL_SETS)

    def listen(self) -> None:
        """Add the event handlers."""
        self.stateful_sets.add_event_handler(Handlers.for_each(self.wake))
        self.pods.add_event_handler(
            DependentHandlers(
                self.stateful_sets.indexer,
                STATEFUL_SET.kind,
                self.wake,
                deletion_is_gone=False,
            )
        )

    def wake(self, stateful_set: KubeObject) -> None:
        """Queue a StatefulSet."""
        self.queue.add(stateful_set.key)

    async def reconcile(self, key: str) -> None:
        """Take the next steps with the StatefulSet called *key*."""
        stateful_set = self.stateful_sets.indexer.get(*split_key(key))
        if stateful_set is None:
            return
        revisions = await self.history.claim(stateful_set)
        pods = await self._claim(stateful_set)
        update, collisions = await self.history.current(stateful_set, revisions)
        current = stateful_set.status.get("currentRevision") or update.name
        if current not in [one.name for one in (*revisions, update)]:
            current = update.name
        templates = {
            one.name: one.body["data"]["spec"]["template"] for one in revisions
        } | {update.name: template_of(stateful_set)}
        wishes = _wishes(stateful_set, current, update.name)
        try:
            if not stateful_set.metadata.being_deleted:
                await self._act(stateful_set, wishes, pods, templates)
        except (ApiError, ReconcileError):
            # What stands is reported all the same.
            await self._report(stateful_set, pods, wishes, collisions)
            raise
        await self._report(stateful_set, pods, wishes, collisions)
        live = {pod.metadata.labels.get(REVISION_LABEL, "") for pod in pods}
        live |= {current, update.name}
        await self.history.truncate(stateful_set, revisions, live)

    async def _claim(self, stateful_set: KubeObject) -> list[KubeObject]:
        selector = selector_of(stateful_set)
        manager = ClaimManager(
            self.surroundings.client,
            stateful_set,
            STATEFUL_SET,
            STATEFUL_SETS,
            ClaimedKind(PODS, "Pod"),
            lambda pod: (
                selector.matches(pod.metadata.labels)
                and ordinal_of(stateful_set, pod) is not None
            ),
        )
        listed = self.pods.indexer.list(stateful_set.namespace)
        shuffled = self.surroundings.choices.shuffled("lister", listed)
        claimed = await manager.claim(shuffled)
        return sorted(claimed, key=lambda pod: ordinal_of(stateful_set, pod) or 0)

    async def _act(
        self,
        stateful_set: KubeObject,
        wishes: Wishes,
        pods: Sequence[KubeObject],
        templates: dict[str, Json],
    ) -> None:
        by_ordinal = {ordinal_of(stateful_set, pod) or 0: pod for pod in pods}
        for ordinal, pod in by_ordinal.items():
            gone = ordinal not in wishes.ordinals
            await self.claims.set_owners(stateful_set, ordinal, pod, condemned=gone)
        ready_s, now_s = _min_ready_s(stateful_set), self.surroundings.clock.now_s()
        members = [
            _member(pod, ordinal, ready_long_enough=is_available(pod, ready_s, now_s))
            for ordinal, pod in by_ordinal.items()
        ]
        for step in next_steps(wishes, members):
            await self._take(stateful_set, step, by_ordinal, templates)

    async def _take(
        self,
        stateful_set: KubeObject,
        step: Step,
        by_ordinal: dict[int, KubeObject],
        templates: dict[str, Json],
    ) -> None:
        match step:
            case Create(ordinal, revision):
                await self.claims.ensure(stateful_set, ordinal)
                pod = pod_at(stateful_set, templates[revision], ordinal, revision)
                await self._create(stateful_set, pod)
            case Replace(ordinal) | Condemn(ordinal) | Update(ordinal):
                await self._delete(stateful_set, by_ordinal[ordinal])
            case _:
                assert_never(step)

    async def _create(self, stateful_set: KubeObject, pod: KubeObject) -> None:
        what = f"Pod {pod.name} in StatefulSet {stateful_set.name}"
        try:
            await self.surroundings.client.create(PODS, pod)
        except AlreadyExistsError:
            raise  # the cache is late, or a namesake lingers: nothing to tell
        except ApiError as error:
            text = f"create {what} failed error: {error}"
            self._tell(stateful_set, "Warning", "FailedCreate", text)
            raise
        text = f"create {what} successful"
        self._tell(stateful_set, "Normal", "SuccessfulCreate", text)

    async def _delete(self, stateful_set: KubeObject, pod: KubeObject) -> None:
        what = f"Pod {pod.name} in StatefulSet {stateful_set.name}"
        client = self.surroundings.client
        try:
            await client.delete(PODS, pod.namespace, pod.name)
        except NotFoundError:
            return
        except ApiError as error:
            text = f"delete {what} failed error: {error}"
            self._tell(stateful_set, "Warning", "FailedDelete", text)
            raise
        text = f"delete {what} successful"
        self._tell(stateful_set, "Normal", "SuccessfulDelete", text)

    def _tell(
        self, stateful_set: KubeObject, kind: str, reason: str, text: str
    ) -> None:
        self.surroundings.recorder.event(stateful_set, kind, reason, text)

    async def _report(
        self,
        stateful_set: KubeObject,
        pods: Sequence[KubeObject],
        wishes: Wishes,
        collisions: int,
    ) -> None:
        now_s = self.surroundings.clock.now_s()
        status = _status(stateful_set, pods, wishes, now_s)
        status["collisionCount"] = collisions
        if status != stateful_set.status:
            changed = stateful_set.with_body(status=status)
            client = self.surroundings.client
            await client.update(STATEFUL_SETS, changed, "status")
        # Nobody tells of a Pod that has been ready for long enough: look again.
        if status.get("availableReplicas", 0) < status.get("readyReplicas", 0):
            wait_s = _min_ready_s(stateful_set) + 1
            self.queue.add_after(stateful_set.key, wait_s * SECOND)


def _wishes(stateful_set: KubeObject, current: str, update: str) -> Wishes:
    spec = stateful_set.spec
    start = first_ordinal(stateful_set)
    strategy = spec.get("updateStrategy") or {}
    rolling = strategy.get("rollingUpdate") or {}
    return Wishes(
        ordinals=range(start, start + wanted_replicas(stateful_set)),
        parallel=spec.get("podManagementPolicy") == "Parallel",
        updates=strategy.get("type", "RollingUpdate") == "RollingUpdate",
        partition=int(rolling.get("partition") or 0),
        current=current,
        update=update,
    )


def _min_ready_s(stateful_set: KubeObject) -> int:
    return int(stateful_set.spec.get("minReadySeconds") or 0)


def _member(pod: KubeObject, ordinal: int, *, ready_long_enough: bool) -> Member:
    deleting = pod.metadata.being_deleted
    return Member(
        ordinal,
        pod.metadata.labels.get(REVISION_LABEL, ""),
        healthy=_runs(pod) and not deleting,
        ready_long_enough=ready_long_enough,
        finished=phase_of(pod) in FINISHED,
        deleting=deleting,
    )


def _runs(pod: KubeObject) -> bool:
    return phase_of(pod) == RUNNING and is_ready(pod)


def _status(
    stateful_set: KubeObject,
    pods: Sequence[KubeObject],
    wishes: Wishes,
    now_s: int,
) -> Json:
    ready_s = _min_ready_s(stateful_set)
    made = [pod for pod in pods if not pod.metadata.being_deleted]

    def of_revision(name: str) -> int:
        return sum(pod.metadata.labels.get(REVISION_LABEL) == name for pod in made)

    updated = of_revision(wishes.update)
    ready = sum(_runs(pod) for pod in pods)
    want = wanted_replicas(stateful_set)
    current = wishes.current
    # Once every Pod is of the newest revision, that is the current one.
    if wishes.updates and updated == len(pods) == ready == want:
        current = wishes.update
    counts: Json = {
        "observedGeneration": stateful_set.metadata.generation,
        "readyReplicas": ready,
        "currentReplicas": of_revision(current),
        "updatedReplicas": updated,
        "availableReplicas": sum(is_available(pod, ready_s, now_s) for pod in pods),
        "currentRevision": current,
        "updateRevision": wishes.update,
    }
    return {"replicas": len(pods), **without_zeros(counts)}
