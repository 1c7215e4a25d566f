"""A recorded scenario carried out on the model, operation by operation."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import attrs

from gcmodel.apiserver.recorded_extension import RecordedExtension
from gcmodel.client.transport import Latency
from gcmodel.client.workqueue import WorkQueue
from gcmodel.cluster.cluster import Cluster
from gcmodel.conformance.foresight import backoff_draws, content_orders
from gcmodel.conformance.recording import RecordedScenario, RecordedStep, Recording
from gcmodel.errors import ApiError, StalledError
from gcmodel.garbagecollector.collector import GarbageCollector
from gcmodel.garbagecollector.sync import Attempt
from gcmodel.kernel.durations import MILLISECOND, SECOND
from gcmodel.kernel.trace import TraceRecord
from gcmodel.objects.metadata import Json, KubeObject

CONTROLLERS = ("deployment", "replicaset", "namespace")
PROCESS_START_NS = 1_383 * MILLISECOND
"""From the start of the process to the collector's first line, if unrecorded."""

FIRST_LINE = "Starting garbage collector controller"

POD_WAIT = "8s"
AFTER_POD_NS = 10 * MILLISECOND
"""A person looks at Pods by polling; what follows comes a little later."""

DELETE_TO_CREATE_NS = 10 * MILLISECOND
NEVER_EXISTED = "00000000-0000-4000-8000-000000000001"
REFRESH_NS = 500 * MILLISECOND
"""How often the gauge of unfinished work is set."""

MACHINES = (
    Latency(
        request=(150_000, 450_000),
        response=(400_000, 1_000_000),
        watch=(150_000, 600_000),
    ),
    Latency(
        request=(200_000, 800_000),
        response=(600_000, 1_800_000),
        watch=(200_000, 1_000_000),
    ),
)
"""Two cores shared with other work: a call took a millisecond, or a few."""

SERVICE_NAMESPACE = "ext-system"
API_SERVICE = "v1.ext.cattle.io"


@attrs.frozen
class QueueFigures:
    """What the metrics of one work queue say.

    Attributes:
        depth: Upstream's gauge counts what is added while it is being worked on.
        unfinished_s: Half a second ago, when the gauge may have been set, and now.
    """

    adds_total: int
    depth: int
    started: int
    done: int
    retries_total: int
    unfinished_s: tuple[float, float]


@attrs.frozen
class SeenStep:
    """What the model showed during one step.

    Attributes:
        records: The trace of the step.
        started_ns: When it began; records are told relative to it.
        objects: All that is stored at its end.
        queues: By upstream's queue name without its prefix; empty without a process.
    """

    records: tuple[TraceRecord, ...]
    started_ns: int
    objects: tuple[KubeObject, ...]
    queues: dict[str, QueueFigures]


@attrs.frozen
class Enacted:
    """A whole scenario on the model.

    Attributes:
        attempts: Of every process, each with the number of its process.
        idle_ns: When passes found no news.
    """

    steps: tuple[SeenStep, ...]
    attempts: tuple[tuple[int, Attempt], ...]
    idle_ns: tuple[int, ...]
    records: tuple[TraceRecord, ...]


class Enactment:
    """Carries one scenario out.

    * **Punctual**: each step begins and ends when the recorded one did.
    * **Foreseeing**: the waits of the failing reflector are those of the recording;
      all other chance is the model's own.
    """

    def __init__(
        self, recording: Recording, scenario: RecordedScenario, seed: int = 0
    ) -> None:
        """Build the cluster; nothing runs yet."""
        self.recording = recording
        self.scenario = scenario
        self.cluster = Cluster(
            kubernetes=recording.kubernetes,
            seed=seed,
            latency=MACHINES[seed % len(MACHINES)],
            controllers=CONTROLLERS,
            kubelet=False,
            verbosity=5,
        )
        choices = self.cluster.scheduler.choices
        choices.foresee("reflector-backoff", backoff_draws(scenario))
        for namespace, first, last in content_orders(scenario):
            choices.foresee_order(f"namespace-resources/{namespace}", first, last)
        server = self.cluster.server
        self.extension = RecordedExtension(self.cluster.scheduler, server.clock.now_s)
        server.aggregator.connect(SERVICE_NAMESPACE, "ext", self.extension)
        self.collectors: list[GarbageCollector] = []
        self._now = scenario.steps[0]
        self._operations: dict[str, Callable[[Json], None]] = {
            "start_controller_manager": self._start_controller_manager,
            "stop_controller_manager": self._stop_controller_manager,
            "extension": self._switch_extension,
            "register_apiservice": self._register,
            "delete_apiservice": self._unregister,
            "touch_token": lambda _: self.extension.touch(),
            "create_deployment": self._create_deployment,
            "delete_deployment": self._delete_deployment,
            "probe": self._probe,
            "create_configmap": self._create_config_map,
            "create_namespace": self._create_namespace,
            "delete_namespace": self._delete_namespace,
        }

    def run(self) -> Enacted:
        """Carry out every step."""
        steps = tuple(self._step(step) for step in self.scenario.steps)
        return Enacted(
            steps,
            tuple(
                (number, attempt)
                for number, collector in enumerate(self.collectors, 1)
                for attempt in collector.sync.attempts
            ),
            tuple(
                at_ns
                for collector in self.collectors
                for at_ns in collector.sync.idle_passes
            ),
            tuple(self.cluster.trace),
        )

    def _step(self, step: RecordedStep) -> SeenStep:
        self._run_to(step.start_ns)
        before = len(self.cluster.trace)
        for position, operation in enumerate(step.operations):
            perform = self._operations.get(operation["op"])
            if perform is not None:
                self._now = step
                with suppress(ApiError):
                    # The person at the recorder saw the refusal and went on.
                    perform(operation)
            if self._waits_for_pod(step, position):
                self._wait_for_pod(operation)
        self._run_to(step.end_ns - REFRESH_NS)
        earlier = self._unfinished()
        self._run_to(step.end_ns)
        return SeenStep(
            tuple(self.cluster.trace.since(before)),
            step.start_ns,
            self.cluster.snapshot().objects,
            self._figures(earlier),
        )

    def _run_to(self, instant_ns: int) -> None:
        scheduler = self.cluster.scheduler
        if instant_ns > scheduler.now:
            scheduler.run(instant_ns)

    def _pause(self, duration_ns: int) -> None:
        scheduler = self.cluster.scheduler
        scheduler.run(scheduler.now + duration_ns)

    # Processes

    def _start_controller_manager(self, _: Json) -> None:
        # How long a process takes to start is a property of the machine.
        lines = (
            line for line in self._now.records("logs") if line["text"] == FIRST_LINE
        )
        first = next(lines, None)
        if first is None:
            self._pause(PROCESS_START_NS)
        else:
            self._run_to(self._now.start_ns + int(first["t"] * SECOND))
        self.cluster.start_controller_manager()
        self.collectors.append(self.cluster.gc)

    def _stop_controller_manager(self, _: Json) -> None:
        self.cluster.stop_controller_manager()

    def _queues(self) -> dict[str, WorkQueue[Any]]:
        if self.cluster.controller_manager is None:
            return {}
        collector = self.cluster.gc
        return {
            "attempt_to_delete": collector.attempt_to_delete,
            "attempt_to_orphan": collector.attempt_to_orphan,
            "graph_changes": collector.graph_changes,
        }

    def _unfinished(self) -> dict[str, float]:
        queues = self._queues()
        return {name: one.unfinished_work_ns / SECOND for name, one in queues.items()}

    def _figures(self, earlier: dict[str, float]) -> dict[str, QueueFigures]:
        now = self._unfinished()
        return {
            name: QueueFigures(
                queue.metrics.adds_total,
                queue.metrics.adds_total - queue.metrics.started_total,
                queue.metrics.started_total,
                queue.metrics.done_total,
                queue.metrics.retries_total,
                (earlier.get(name, 0.0), now[name]),
            )
            for name, queue in self._queues().items()
        }

    # The extension API

    def _switch_extension(self, operation: Json) -> None:
        self.extension.switch(
            operation["mode"],
            cut_watches=operation.get("cut_watches", True),
            namespaced=operation.get("namespaced"),
        )

    def _register(self, _: Json) -> None:
        service: Json = {"type": "ExternalName", "externalName": "localhost"}
        if not self.cluster.exists("v1", "Namespace", SERVICE_NAMESPACE):
            self.cluster.create(_wire("v1", "Namespace", SERVICE_NAMESPACE))
            where = ("v1", "Service", "ext", SERVICE_NAMESPACE)
            self.cluster.create(_wire(*where, service))
        group, version = "ext.cattle.io", "v1"
        spec: Json = {
            "group": group,
            "version": version,
            "groupPriorityMinimum": 1000,
            "versionPriority": 10,
            "service": {"namespace": SERVICE_NAMESPACE, "name": "ext", "port": 443},
        }
        kind = ("apiregistration.k8s.io/v1", "APIService")
        self.cluster.create(_wire(*kind, API_SERVICE, "", spec))

    def _unregister(self, _: Json) -> None:
        self.cluster.delete("apiregistration.k8s.io/v1", "APIService", API_SERVICE)

    # Objects

    def _create_deployment(self, operation: Json) -> None:
        name, namespace = operation["name"], operation["namespace"]
        text = json.dumps(self.recording.template)
        spec = json.loads(text.replace(self.recording.app, name))["spec"]
        self.cluster.create(_wire("apps/v1", "Deployment", name, namespace, spec))

    def _delete_deployment(self, operation: Json) -> None:
        self._pause(DELETE_TO_CREATE_NS)
        key = f"{operation['namespace']}/{operation['name']}"
        policy = operation.get("propagationPolicy")
        self.cluster.delete("apps/v1", "Deployment", key, propagation=policy)
        self._pause(DELETE_TO_CREATE_NS)

    def _probe(self, operation: Json) -> None:
        self._create_deployment(operation)
        self._wait_for_pod(operation)
        self._delete_deployment({**operation, "propagationPolicy": "Background"})
        self._until(lambda: not self._left(operation), f"{operation['wait_s']}s")

    def _create_config_map(self, operation: Json) -> None:
        name, namespace = operation["name"], operation["namespace"]
        wire = _wire("v1", "ConfigMap", name, namespace)
        if operation.get("owner"):
            owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "gone"}
            wire["metadata"]["ownerReferences"] = [owner | {"uid": NEVER_EXISTED}]
        self.cluster.create(wire)

    def _create_namespace(self, operation: Json) -> None:
        self.cluster.create(_wire("v1", "Namespace", operation["name"]))

    def _delete_namespace(self, operation: Json) -> None:
        self.cluster.delete("v1", "Namespace", operation["name"])

    # Waiting as the recorder did

    def _waits_for_pod(self, step: RecordedStep, position: int) -> bool:
        operations = [one["op"] for one in step.operations]
        if operations[position] != "create_deployment":
            return False
        follows = position > 0 and operations[position - 1] == "create_deployment"
        rest = operations[position + 1 :]
        return follows or "create_deployment" in rest or "delete_deployment" in rest

    def _wait_for_pod(self, operation: Json) -> None:
        self._until(lambda: bool(self._pods(operation)), POD_WAIT)
        self._pause(AFTER_POD_NS)

    def _until(self, met: Callable[[], bool], timeout: str) -> None:
        try:
            self.cluster.run_until(met, timeout)
        except StalledError:
            return

    def _pods(self, operation: Json) -> list[KubeObject]:
        selector = f"app={operation['name']}"
        return self.cluster.list(
            "v1", "Pod", operation["namespace"], label_selector=selector
        )

    def _left(self, operation: Json) -> bool:
        selector = f"app={operation['name']}"
        namespace = operation["namespace"]
        sets = self.cluster.list(
            "apps/v1", "ReplicaSet", namespace, label_selector=selector
        )
        return bool(sets or self._pods(operation))


def _wire(
    api_version: str,
    kind: str,
    name: str,
    namespace: str = "",
    spec: Json | None = None,
) -> Json:
    metadata: Json = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    wire: Json = {"apiVersion": api_version, "kind": kind, "metadata": metadata}
    return wire if spec is None else wire | {"spec": spec}
