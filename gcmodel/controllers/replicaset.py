"""The ReplicaSet controller, and with other names the ReplicationController's.

Upstream: ``ReplicaSetController`` in pkg/controller/replicaset/replica_set.go
"""

from collections.abc import Sequence
from functools import partial

import attrs

from gcmodel.client.informer import SharedInformer
from gcmodel.client.workqueue import RateLimitingQueue
from gcmodel.controllers.controller import (
    Controller,
    Handlers,
    Retry,
    namespace_terminates,
    split_key,
)
from gcmodel.controllers.controller_refs import ClaimedKind, ClaimManager
from gcmodel.controllers.dependent_handlers import DependentHandlers, selector_of
from gcmodel.controllers.expectations import Expectations
from gcmodel.controllers.messages import (
    SYNC_FAILED,
    TOO_FEW_REPLICAS,
    TOO_MANY_REPLICAS,
)
from gcmodel.controllers.pod_control import (
    Outcome,
    PodControl,
    all_at_once,
    in_batches,
)
from gcmodel.controllers.pod_state import is_active, is_ready
from gcmodel.controllers.pod_templates import template_of
from gcmodel.controllers.replica_counts import counted, wanted_replicas
from gcmodel.controllers.replicaset_ranking import pods_to_delete
from gcmodel.controllers.replicaset_status import is_up_to_date, replica_set_status
from gcmodel.controllers.resource_names import (
    PODS,
    REPLICA_SET,
    REPLICA_SETS,
    REPLICATION_CONTROLLER,
    REPLICATION_CONTROLLERS,
)
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.errors import ApiError, NotFoundError
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.identity import GroupVersionKind, GroupVersionResource
from gcmodel.objects.metadata import Json, KubeObject

WORKERS = 5
"""``--concurrent-replicaset-syncs``."""

BURST_MAX = 500
"""How many Pods one turn creates or deletes at most."""

STATUS_RETRIES = 1


def replica_set_controller(surroundings: Surroundings) -> Controller:
    """Return the ReplicaSet controller, listening already."""
    return _controller(surroundings, "replicaset", REPLICA_SETS, REPLICA_SET)


def replication_controller_controller(surroundings: Surroundings) -> Controller:
    """Return the controller of ReplicationControllers, listening already."""
    return _controller(
        surroundings,
        "replicationmanager",
        REPLICATION_CONTROLLERS,
        REPLICATION_CONTROLLER,
    )


def _controller(
    surroundings: Surroundings,
    name: str,
    resource: GroupVersionResource,
    gvk: GroupVersionKind,
) -> Controller:
    queue: RateLimitingQueue[str] = RateLimitingQueue(surroundings.scheduler, name)
    reconciler = ReplicaSetReconciler(
        surroundings,
        queue,
        resource,
        gvk,
        surroundings.informers.informer(resource),
        surroundings.informers.informer(PODS),
    )
    reconciler.listen()

    def report(key: str, error: Retry) -> None:
        style = surroundings.profile.log_style
        SYNC_FAILED.log(surroundings.scheduler, style, key=key, error=error)

    return Controller(
        name,
        surroundings.scheduler,
        queue,
        reconciler,
        (reconciler.replica_sets, reconciler.pods),
        workers=WORKERS,
        report=report,
        log_style=surroundings.profile.log_style,
    )


@attrs.define(eq=False, repr=False)
class ReplicaSetReconciler:
    """Keeps as many Pods alive as each ReplicaSet wants.

    * **Guarded**: while creations or deletions are under way that the cache does not
      show yet, none are added.
    * **Hands off when dying**: a ReplicaSet that is being deleted neither makes nor
      removes Pods. As long as nobody deletes it, it heals its Pods, even if its own
      owner is long gone.
    """

    surroundings: Surroundings
    queue: RateLimitingQueue[str]
    resource: GroupVersionResource
    gvk: GroupVersionKind
    replica_sets: SharedInformer
    pods: SharedInformer
    expectations: Expectations = attrs.field(init=False)
    pod_control: PodControl = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Make what belongs to this controller alone."""
        self.expectations = Expectations(self.surroundings.scheduler)
        self.pod_control = PodControl(self.surroundings, self.gvk)

    def listen(self) -> None:
        """Add the event handlers."""
        self.replica_sets.add_event_handler(
            Handlers(self.wake, self._updated, self._deleted)
        )
        self.pods.add_event_handler(
            DependentHandlers(
                self.replica_sets.indexer,
                self.gvk.kind,
                self.wake,
                created=lambda owner: self.expectations.creation_observed(owner.key),
                deleted=lambda owner, pod: self.expectations.deletion_observed(
                    owner.key, pod.uid
                ),
                changed=self._pod_changed,
            )
        )

    def wake(self, replica_set: KubeObject) -> None:
        """Queue a ReplicaSet."""
        self.queue.add(replica_set.key)

    def _updated(self, before: KubeObject, seen: KubeObject) -> None:
        if before.uid != seen.uid:
            self._deleted(before)
        self.wake(seen)

    def _deleted(self, last: KubeObject) -> None:
        self.expectations.forget(last.key)
        self.wake(last)

    def _pod_changed(
        self, owner: KubeObject, before: KubeObject, seen: KubeObject
    ) -> None:
        delay_s = owner.spec.get("minReadySeconds") or 0
        if delay_s and is_ready(seen) and not is_ready(before):
            # It will become available without any further event.
            self.queue.add_after(owner.key, (delay_s + 1) * SECOND)

    async def reconcile(self, key: str) -> None:
        """Count the Pods of the ReplicaSet called *key*, add or remove, report."""
        replica_set = self.replica_sets.indexer.get(*split_key(key))
        if replica_set is None:
            self.expectations.forget(key)
            return
        may_act = self.expectations.satisfied(key)
        pods = await self._claim(replica_set)
        failure = None
        if may_act and not replica_set.metadata.being_deleted:
            failure = await self._manage(replica_set, pods)
        now_s = self.surroundings.clock.now_s()
        status = replica_set_status(replica_set, pods, failure, now_s)
        written = await self._write_status(replica_set, status)
        if failure is not None:
            raise failure
        self._await_availability(written)

    def _await_availability(self, written: KubeObject) -> None:
        delay_s = written.spec.get("minReadySeconds") or 0
        want = wanted_replicas(written)
        ready = counted(written, "readyReplicas") == want
        if delay_s and ready and counted(written, "availableReplicas") != want:
            self.queue.add_after(written.key, delay_s * SECOND)

    async def _claim(self, replica_set: KubeObject) -> list[KubeObject]:
        selector = selector_of(replica_set)
        manager = ClaimManager(
            self.surroundings.client,
            replica_set,
            self.gvk,
            self.resource,
            ClaimedKind(PODS, "Pod"),
            lambda pod: selector.matches(pod.metadata.labels),
        )
        listed = filter(is_active, self.pods.indexer.list(replica_set.namespace))
        # The order of a lister is that of a Go map.
        shuffled = self.surroundings.choices.shuffled("lister", list(listed))
        return await manager.claim(shuffled)

    async def _manage(
        self, replica_set: KubeObject, pods: Sequence[KubeObject]
    ) -> ApiError | None:
        surplus = len(pods) - wanted_replicas(replica_set)
        if surplus < 0:
            return await self._create(replica_set, min(-surplus, BURST_MAX))
        if surplus > 0:
            return await self._delete(replica_set, pods, min(surplus, BURST_MAX))
        return None

    async def _create(self, replica_set: KubeObject, count: int) -> ApiError | None:
        key = replica_set.key
        self.expectations.expect_creations(key, count)
        TOO_FEW_REPLICAS.log(
            self.surroundings.scheduler,
            self.surroundings.profile.log_style,
            key=key,
            want=wanted_replicas(replica_set),
            count=count,
        )
        attempt = partial(self._create_one, replica_set)
        outcome = await in_batches(self.surroundings, count, attempt)
        for _ in range(count - outcome.succeeded):
            # The informer will not show what was never created.
            self.expectations.creation_observed(key)
        return outcome.failure

    async def _create_one(self, replica_set: KubeObject) -> None:
        try:
            await self.pod_control.create(replica_set, template_of(replica_set))
        except ApiError as error:
            # In a namespace that ends nothing can be created; no need to retry.
            if not namespace_terminates(error):
                raise

    async def _delete(
        self, replica_set: KubeObject, pods: Sequence[KubeObject], count: int
    ) -> ApiError | None:
        TOO_MANY_REPLICAS.log(
            self.surroundings.scheduler,
            self.surroundings.profile.log_style,
            key=replica_set.key,
            want=wanted_replicas(replica_set),
            count=count,
        )
        related = self._related_pods(replica_set)
        chosen = pods_to_delete(pods, related, count, self.surroundings.wall_ns())
        uids = [pod.uid for pod in chosen]
        self.expectations.expect_deletions(replica_set.key, uids)
        outcome = Outcome()
        attempts = [partial(self._delete_one, replica_set, pod) for pod in chosen]
        await all_at_once(self.surroundings, list(attempts), outcome)
        return outcome.failure

    async def _delete_one(self, replica_set: KubeObject, pod: KubeObject) -> None:
        try:
            await self.pod_control.delete(replica_set, pod)
        except ApiError as error:
            self.expectations.deletion_observed(replica_set.key, pod.uid)
            if not isinstance(error, NotFoundError):
                raise

    def _related_pods(self, replica_set: KubeObject) -> list[KubeObject]:
        """Return the Pods of every ReplicaSet with the same controller."""
        manager = replica_set.metadata.controller
        namespace = replica_set.namespace
        related = [replica_set]
        if manager is not None:
            related = [
                one
                for one in self.replica_sets.indexer.list(namespace)
                if (by := one.metadata.controller) is not None and by.uid == manager.uid
            ]
        selectors = [selector_of(one) for one in related]
        return [
            pod
            for pod in self.pods.indexer.list(namespace)
            if any(selector.matches(pod.metadata.labels) for selector in selectors)
        ]

    async def _write_status(self, replica_set: KubeObject, status: Json) -> KubeObject:
        if is_up_to_date(replica_set, status):
            return replica_set
        # The generation that was looked at, not the one that a retry may meet.
        status = {**status, "observedGeneration": replica_set.metadata.generation}
        client, current = self.surroundings.client, replica_set
        for attempt in range(STATUS_RETRIES + 1):
            changed = current.with_body(status=status)
            try:
                return await client.update(self.resource, changed, "status")
            except ApiError:
                if attempt == STATUS_RETRIES:
                    raise
            current = await client.get(
                self.resource, replica_set.namespace, replica_set.name
            )
        raise AssertionError("the last attempt returns or raises")
