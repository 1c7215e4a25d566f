"""The DaemonSet controller: one Pod on each machine.

Deviation: taints, resources and surge are not looked at.

Upstream: ``syncDaemonSet`` in pkg/controller/daemon/daemon_controller.go
"""

from collections.abc import Mapping, Sequence
from functools import partial

import attrs

from gcmodel.client.informer import SharedInformer
from gcmodel.client.workqueue import RateLimitingQueue
from gcmodel.controllers.controller import Controller, Handlers, split_key
from gcmodel.controllers.controller_refs import (
    ClaimedKind,
    ClaimManager,
    controller_reference,
)
from gcmodel.controllers.controller_revisions import REVISION_LABEL, RevisionHistory
from gcmodel.controllers.daemonset_plan import (
    Plan,
    Turnover,
    affinity_to,
    by_machine,
    manage,
    outdated,
)
from gcmodel.controllers.dependent_handlers import DependentHandlers, selector_of
from gcmodel.controllers.deployment_spec import scaled_value
from gcmodel.controllers.expectations import Expectations
from gcmodel.controllers.pod_control import Outcome, PodControl, all_at_once
from gcmodel.controllers.pod_state import is_available, is_ready
from gcmodel.controllers.pod_templates import pod_from, template_of
from gcmodel.controllers.replica_counts import without_zeros
from gcmodel.controllers.resource_names import (
    CONTROLLER_REVISIONS,
    DAEMON_SET,
    DAEMON_SETS,
    MACHINES,
    PODS,
)
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.errors import ApiError, NotFoundError
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.metadata import Json, KubeObject

WORKERS = 2
"""``--concurrent-daemonset-syncs``."""

Placed = Mapping[str, Sequence[KubeObject]]


def daemon_set_controller(surroundings: Surroundings) -> Controller:
    """Return the DaemonSet controller, listening already."""
    informers = surroundings.informers
    queue: RateLimitingQueue[str] = RateLimitingQueue(
        surroundings.scheduler, "daemonset"
    )
    revisions = informers.informer(CONTROLLER_REVISIONS)
    reconciler = DaemonSetReconciler(
        surroundings,
        queue,
        informers.informer(DAEMON_SETS),
        informers.informer(PODS),
        informers.informer(MACHINES),
    )
    reconciler.listen()
    return Controller(
        "daemonset",
        surroundings.scheduler,
        queue,
        reconciler,
        (reconciler.daemon_sets, reconciler.pods, reconciler.machines, revisions),
        workers=WORKERS,
        log_style=surroundings.profile.log_style,
    )


@attrs.define(eq=False, repr=False)
class DaemonSetReconciler:
    """Keeps one Pod on each machine that a DaemonSet's template may run on.

    * **Hands off when dying**: for a DaemonSet that is being deleted nothing is done.
    """

    surroundings: Surroundings
    queue: RateLimitingQueue[str]
    daemon_sets: SharedInformer
    pods: SharedInformer
    machines: SharedInformer
    expectations: Expectations = attrs.field(init=False)
    pod_control: PodControl = attrs.field(init=False)
    history: RevisionHistory = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Make what belongs to this controller alone."""
        self.expectations = Expectations(self.surroundings.scheduler)
        self.pod_control = PodControl(self.surroundings, DAEMON_SET)
        self.history = RevisionHistory(self.surroundings, DAEMON_SET, DAEMON_SETS)

    def listen(self) -> None:
        """Add the event handlers."""
        self.daemon_sets.add_event_handler(Handlers.for_each(self.wake))
        self.machines.add_event_handler(Handlers.for_each(self._machine_changed))
        self.pods.add_event_handler(
            DependentHandlers(
                self.daemon_sets.indexer,
                DAEMON_SET.kind,
                self.wake,
                created=lambda owner: self.expectations.creation_observed(owner.key),
                deleted=lambda owner, pod: self.expectations.deletion_observed(
                    owner.key, pod.uid
                ),
                deletion_is_gone=False,
            )
        )

    def wake(self, daemon_set: KubeObject) -> None:
        """Queue a DaemonSet."""
        self.queue.add(daemon_set.key)

    def _machine_changed(self, machine: KubeObject) -> None:
        del machine  # whichever it was, every DaemonSet may care
        for daemon_set in self.daemon_sets.indexer.list():
            self.wake(daemon_set)

    async def reconcile(self, key: str) -> None:
        """Bring the Pods of the DaemonSet called *key* onto the machines."""
        daemon_set = self.daemon_sets.indexer.get(*split_key(key))
        if daemon_set is None:
            self.expectations.forget(key)
            return
        if daemon_set.metadata.being_deleted:
            return
        revisions = await self.history.claim(daemon_set)
        current, collisions = await self.history.current(daemon_set, revisions)
        pods = await self._claim(daemon_set)
        placed = by_machine(pods)
        eligible = self._eligible(daemon_set)
        if self.expectations.satisfied(key):
            plan = manage(eligible, placed)
            await self._act(daemon_set, plan, current)
            if plan == Plan():
                await self._roll(daemon_set, current, eligible, placed)
        await self._report(daemon_set, current, eligible, placed, collisions)
        live = {pod.metadata.labels.get(REVISION_LABEL, "") for pod in pods}
        used = [one.name for one in revisions if _ending(daemon_set, one) in live]
        await self.history.truncate(daemon_set, revisions, [*used, current.name])

    async def _claim(self, daemon_set: KubeObject) -> list[KubeObject]:
        selector = selector_of(daemon_set)
        manager = ClaimManager(
            self.surroundings.client,
            daemon_set,
            DAEMON_SET,
            DAEMON_SETS,
            ClaimedKind(PODS, "Pod"),
            lambda pod: selector.matches(pod.metadata.labels),
        )
        listed = self.pods.indexer.list(daemon_set.namespace)
        return await manager.claim(self.surroundings.choices.shuffled("lister", listed))

    def _eligible(self, daemon_set: KubeObject) -> list[str]:
        template = template_of(daemon_set).get("spec") or {}
        selector = template.get("nodeSelector") or {}
        return [
            machine.name
            for machine in self.machines.indexer.list()
            if selector.items() <= dict(machine.metadata.labels).items()
        ]

    async def _act(
        self, daemon_set: KubeObject, plan: Plan, current: KubeObject
    ) -> None:
        key, outcome = daemon_set.key, Outcome()
        if plan.create:
            self.expectations.expect_creations(key, len(plan.create))
            creations = [
                partial(self._create, daemon_set, machine, current)
                for machine in plan.create
            ]
            await all_at_once(self.surroundings, list(creations), outcome)
            for _ in range(len(plan.create) - outcome.succeeded):
                self.expectations.creation_observed(key)
        await self._delete(daemon_set, plan.delete, outcome)
        if outcome.failure is not None:
            raise outcome.failure

    async def _create(
        self, daemon_set: KubeObject, machine: str, current: KubeObject
    ) -> None:
        reference = controller_reference(daemon_set, DAEMON_SET)
        pod = pod_from(template_of(daemon_set), daemon_set, reference)
        labels = {
            **pod.metadata.labels,
            REVISION_LABEL: _ending(daemon_set, current),
        }
        spec = {**pod.spec, "affinity": affinity_to(machine)}
        wanted = pod.with_metadata(labels=labels).with_body(spec=spec)
        await self.pod_control.create_pod(daemon_set, wanted)

    async def _delete(
        self, daemon_set: KubeObject, pods: Sequence[KubeObject], outcome: Outcome
    ) -> None:
        if not pods:
            return
        uids = [pod.uid for pod in pods]
        self.expectations.expect_deletions(daemon_set.key, uids)
        attempts = [partial(self._delete_one, daemon_set, pod) for pod in pods]
        await all_at_once(self.surroundings, list(attempts), outcome)

    async def _delete_one(self, daemon_set: KubeObject, pod: KubeObject) -> None:
        try:
            await self.pod_control.delete(daemon_set, pod)
        except ApiError as error:
            self.expectations.deletion_observed(daemon_set.key, pod.uid)
            if not isinstance(error, NotFoundError):
                raise

    async def _roll(
        self,
        daemon_set: KubeObject,
        current: KubeObject,
        eligible: Sequence[str],
        placed: Placed,
    ) -> None:
        strategy = daemon_set.spec.get("updateStrategy") or {}
        if strategy.get("type", "RollingUpdate") != "RollingUpdate":
            return
        said = (strategy.get("rollingUpdate") or {}).get("maxUnavailable", 1)
        turnover = Turnover(
            _ending(daemon_set, current),
            scaled_value(said, len(eligible), round_up=True),
            int(daemon_set.spec.get("minReadySeconds") or 0),
        )
        now_s = self.surroundings.clock.now_s()
        old = outdated(turnover, eligible, placed, now_s)
        outcome = Outcome()
        await self._delete(daemon_set, old, outcome)
        if outcome.failure is not None:
            raise outcome.failure

    async def _report(
        self,
        daemon_set: KubeObject,
        current: KubeObject,
        eligible: Sequence[str],
        placed: Placed,
        collisions: int,
    ) -> None:
        now_s = self.surroundings.clock.now_s()
        ready_s = int(daemon_set.spec.get("minReadySeconds") or 0)
        first = [placed[machine][0] for machine in eligible if placed.get(machine)]
        ending = _ending(daemon_set, current)
        available = sum(is_available(pod, ready_s, now_s) for pod in first)
        status: Json = {
            "observedGeneration": daemon_set.metadata.generation,
            "updatedNumberScheduled": sum(
                pod.metadata.labels.get(REVISION_LABEL) == ending for pod in first
            ),
            "numberAvailable": available,
            "numberUnavailable": len(eligible) - available,
            "collisionCount": collisions,
        }
        status = {
            "currentNumberScheduled": len(first),
            "numberMisscheduled": sum(one not in eligible for one in placed),
            "desiredNumberScheduled": len(eligible),
            "numberReady": sum(is_ready(pod) for pod in first),
            **without_zeros(status),
        }
        if status != daemon_set.status:
            changed = daemon_set.with_body(status=status)
            await self.surroundings.client.update(DAEMON_SETS, changed, "status")
        # Nobody tells of a Pod that has been ready for long enough: look again.
        if available < status["numberReady"]:
            self.queue.add_after(daemon_set.key, (ready_s + 1) * SECOND)


def _ending(daemon_set: KubeObject, revision: KubeObject) -> str:
    return revision.name.removeprefix(f"{daemon_set.name}-")
