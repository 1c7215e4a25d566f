"""A stand-in for scheduler and kubelet: Pods start, run, end, and go with grace.

There are no containers. What a program in a Pod does is said by annotations:
``gcmodel.dev/runs-for`` (a duration) and ``gcmodel.dev/exits-with`` (a number).

Upstream: none; it keeps the promises of pkg/kubelet/status/status_manager.go and
pkg/kubelet/kubelet_pods.go that controllers rely on
"""

from functools import partial

import attrs

from gcmodel.client.informer import SharedInformer
from gcmodel.client.workqueue import RateLimitingQueue
from gcmodel.controllers.conditions import seconds_of
from gcmodel.controllers.controller import Controller, Handlers, split_key
from gcmodel.controllers.pod_state import FINISHED, RUNNING, phase_of
from gcmodel.controllers.pod_status import ended_status, running_status
from gcmodel.controllers.resource_names import MACHINES, PODS
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.errors import AlreadyExistsError, ApiError, NotFoundError, UsageError
from gcmodel.kernel.durations import MILLISECOND, SECOND, parse_duration
from gcmodel.kernel.scheduler import pause, sleep
from gcmodel.objects.metadata import Json, KubeObject, ObjectMeta
from gcmodel.objects.options import DeleteOptions, Preconditions

RUNS_FOR = "gcmodel.dev/runs-for"
EXITS_WITH = "gcmodel.dev/exits-with"

MACHINE = "machine-1"
WORKERS = 5

FIRST_RETRY_NS, LAST_RETRY_NS = 100 * MILLISECOND, 7 * SECOND
"""How long it waits until it tries again to register; each time twice as long.

Upstream: ``registerWithAPIServer`` in pkg/kubelet/kubelet_node_status.go
"""

SYNC_PERIOD_NS = 10 * SECOND
"""After so long it looks again at a Pod that the server said it did not know.

Upstream: ``syncPeriod`` in pkg/kubelet/status/status_manager.go
"""

JOB_DURATION_NS = 5 * SECOND
"""How long a Pod runs that is not restarted, if it does not say."""


@attrs.frozen
class KubeletSettings:
    """How the stand-in behaves.

    Attributes:
        machine: The name of its "Node".
        start_ns: Bounds between which the time from binding to running is drawn.
        registers: Whether it creates the "Node" object.
        job_ns: How long a Pod runs that is not restarted, if it does not say.
    """

    machine: str = MACHINE
    start_ns: tuple[int, int] = (1 * SECOND, 2 * SECOND)
    registers: bool = True
    job_ns: int = JOB_DURATION_NS


def kubelet(
    surroundings: Surroundings, settings: KubeletSettings | None = None
) -> Controller:
    """Return the stand-in for one machine, listening already.

    It is no part of the controller manager: give it informers of its own.
    """
    chosen = settings or KubeletSettings()
    queue: RateLimitingQueue[str] = RateLimitingQueue(surroundings.scheduler, "kubelet")
    pods = surroundings.informers.informer(PODS)
    reconciler = KubeletReconciler(surroundings, chosen, queue, pods)
    pods.add_event_handler(Handlers.for_each(lambda pod: queue.add(pod.key)))
    return Controller(
        f"kubelet {chosen.machine}",
        surroundings.scheduler,
        queue,
        reconciler,
        (pods,),
        workers=WORKERS,
        prepare=partial(_register, surroundings, chosen),
        log_style=surroundings.profile.log_style,
    )


async def _register(surroundings: Surroundings, settings: KubeletSettings) -> None:
    if not settings.registers:
        return
    delay_ns = FIRST_RETRY_NS
    while True:
        try:
            await _try_to_register(surroundings, settings)
        except ApiError:
            # Upkeep, once it takes longer than anybody waits for.
            await (sleep if delay_ns < SECOND else pause)(delay_ns)
            delay_ns = min(2 * delay_ns, LAST_RETRY_NS)
        else:
            return


async def _try_to_register(
    surroundings: Surroundings, settings: KubeletSettings
) -> None:
    meta = ObjectMeta(
        name=settings.machine, labels={"kubernetes.io/hostname": settings.machine}
    )
    status = {"conditions": [{"type": "Ready", "status": "True"}]}
    machine = KubeObject("v1", "Node", meta, {"spec": {}, "status": status})
    try:
        await surroundings.client.create(MACHINES, machine)
    except (AlreadyExistsError, NotFoundError):
        return


@attrs.define(eq=False, repr=False)
class KubeletReconciler:
    """Takes each Pod of one machine to the next stage of its life.

    * **Graceful**: a Pod that is deleted runs on until its deletion time, which
      includes the grace period; then it is deleted for good.
    * **By incarnation**: the final delete names the UID, so that a namesake is safe.
    """

    surroundings: Surroundings
    settings: KubeletSettings
    queue: RateLimitingQueue[str]
    pods: SharedInformer
    _seen_ns: dict[str, int] = attrs.field(factory=dict, init=False)
    """When a Pod that is not running yet will be, by UID."""

    async def reconcile(self, key: str) -> None:
        """Do for the Pod called *key* what is due."""
        pod = self.pods.indexer.get(*split_key(key))
        if pod is None:
            return
        machine = pod.spec.get("nodeName") or ""
        if not machine and not pod.metadata.being_deleted:
            if may_run_on(pod, self.settings.machine):
                await self._bind(pod)
        elif machine == self.settings.machine:
            await self._step(pod)

    async def _step(self, pod: KubeObject) -> None:
        if pod.metadata.being_deleted:
            await self._end_with_grace(pod)
        elif phase_of(pod) in FINISHED:
            self._seen_ns.pop(pod.uid, None)
        elif phase_of(pod) == RUNNING:
            await self._end_if_done(pod)
        else:
            await self._start(pod)

    async def _bind(self, pod: KubeObject) -> None:
        spec = {**pod.spec, "nodeName": self.settings.machine}
        await self.surroundings.client.update(PODS, pod.with_body(spec=spec))

    async def _start(self, pod: KubeObject) -> None:
        now = self.surroundings.scheduler.now
        due = self._seen_ns.get(pod.uid)
        if due is None:
            low, high = self.settings.start_ns
            delay = int(self.surroundings.choices.uniform("kubelet-start", low, high))
            due = self._seen_ns[pod.uid] = now + delay
        if now < due:
            self.queue.add_after(pod.key, due - now)
            return
        await self._report(pod, running_status(pod, self.surroundings.clock.now_s()))
        self._seen_ns.pop(pod.uid, None)

    async def _end_if_done(self, pod: KubeObject) -> None:
        duration = self._duration_ns(pod)
        if duration is None:
            return
        began = seconds_of(pod.status.get("startTime")) * SECOND
        left = began + duration - self.surroundings.wall_ns()
        if left > 0:
            self.queue.add_after(pod.key, left)
            return
        code = exit_code(pod.metadata.annotations.get(EXITS_WITH, "0")) or 0
        await self._report(
            pod, ended_status(pod, code, self.surroundings.clock.now_s())
        )

    def _duration_ns(self, pod: KubeObject) -> int | None:
        if pod.spec.get("restartPolicy", "Always") == "Always":
            return None
        try:
            return parse_duration(pod.metadata.annotations[RUNS_FOR])
        except (KeyError, UsageError):
            return self.settings.job_ns

    async def _end_with_grace(self, pod: KubeObject) -> None:
        meta = pod.metadata
        if meta.deletion_grace_period_seconds == 0:
            return  # it has been ended; others hold it
        left = (meta.deletion_timestamp or 0) * SECOND - self.surroundings.wall_ns()
        if left > 0 and phase_of(pod) not in FINISHED:
            self.queue.add_after(pod.key, left)
            return
        self._seen_ns.pop(pod.uid, None)
        options = DeleteOptions(0, Preconditions(pod.uid))
        try:
            await self.surroundings.client.delete(
                PODS, pod.namespace, pod.name, options
            )
        except NotFoundError:
            self.queue.add_after(pod.key, SYNC_PERIOD_NS)

    async def _report(self, pod: KubeObject, status: Json) -> None:
        changed = pod.with_body(status=status)
        try:
            await self.surroundings.client.update(PODS, changed, "status")
        except NotFoundError:
            self.queue.add_after(pod.key, SYNC_PERIOD_NS)


def exit_code(said: str) -> int | None:
    """Return what a program is *said* to exit with; None if it cannot be."""
    if not said.isascii() or not said.isdecimal() or len(said) > len("255"):
        return None
    return int(said) if int(said) <= 255 else None  # noqa: PLR2004  (a byte)


def may_run_on(pod: KubeObject, machine: str) -> bool:
    """Whether the Pod's affinity lets it run on *machine*; only names are looked at."""
    affinity = (pod.spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    terms = required.get("nodeSelectorTerms") or []
    names = [_named_machines(term) for term in terms]
    return not terms or any(one is None or machine in one for one in names)


def _named_machines(term: Json) -> list[str] | None:
    for field in term.get("matchFields") or ():
        if field.get("key") == "metadata.name":
            return list(field.get("values") or ())
    return None
