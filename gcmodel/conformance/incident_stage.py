"""The world in which an incident is re-enacted, and the hands that act in it."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import attrs

from gcmodel.apiserver.recorded_extension import RecordedExtension
from gcmodel.apiserver.requests import NoAnswer, Request
from gcmodel.apiserver.tokens import TOKENS
from gcmodel.cluster.cluster import STEPS_MAX, Cluster
from gcmodel.conformance.incident_chance import BACKOFF_STREAM, chance_of
from gcmodel.conformance.incident_format import Recording, Scenario, Step
from gcmodel.conformance.incident_setting import (
    API,
    API_SERVICE,
    EXTENSION_NAMESPACE,
    REGISTRATION,
    Circumstances,
    settings_of,
)
from gcmodel.errors import ApiError
from gcmodel.kernel.durations import MILLISECOND, SECOND
from gcmodel.objects.identity import Uid
from gcmodel.objects.lists import ObjectList
from gcmodel.objects.metadata import Json, KubeObject

PACE_NS = 8 * MILLISECOND
"""How long whoever acts takes between two operations."""

POD_WAIT_NS = 10 * SECOND
_FIXED_PATHS = 3
"""Of discovery: ``/api``, ``/apis``, and ``/api/v1``, which no group lists."""

_WORKLOAD_KINDS = (
    ("deployments", "Deployment", "apps/v1"),
    ("replicasets", "ReplicaSet", "apps/v1"),
    ("pods", "Pod", "v1"),
)


class Stage:
    """A cluster without machines, an extension server, and a clock that is moved.

    * **Silent**: an operation that the server refuses is noted, not raised.
    """

    def __init__(
        self, recording: Recording, scenario: Scenario, circumstances: Circumstances
    ) -> None:
        """Set the stage for *scenario*; nothing has been done yet."""
        self.template = recording.template
        self.person = recording.identities.get("person", "admin")
        self.look_ns = circumstances.look_ns
        self.chance = chance = chance_of(scenario)
        self.cluster = Cluster(
            recording.version.removeprefix("v"),
            seed=circumstances.seed,
            settings=settings_of(recording, circumstances),
        )
        self.scheduler = self.cluster.scheduler
        if chance.resync_s is not None:
            availability = self.cluster.server.availability
            availability.first_resync_ns = int(chance.resync_s * SECOND)
        for order in chance.content_orders:
            stream = f"namespace-resources/{order.namespace}"
            self.scheduler.choices.foresee_order(stream, order.first, order.last)
        self.extension = RecordedExtension(
            self.scheduler, self.cluster.server.clock.now_s, "down"
        )
        self.cluster.server.aggregator.connect(
            EXTENSION_NAMESPACE, "extension", self.extension
        )
        self.never_existed = Uid(self.scheduler.choices.uuid("never-existed"))
        self.processes = 0
        """How many controller managers have been started."""
        self.marks: list[tuple[int, Callable[[], None]]] = []
        """Instants at which to look, soonest last, and what to do then."""

    # Time

    def advance(self, until_ns: int, stop: Callable[[], bool] | None = None) -> None:
        """Run until *until_ns*, or until *stop* says so."""
        while self.marks and self.marks[-1][0] <= until_ns:
            at_ns, look = self.marks[-1]
            self.scheduler.run(at_ns, stop=stop, steps_max=STEPS_MAX)
            if stop is not None and stop():
                return
            self.marks.pop()
            look()
        self.scheduler.run(until_ns, stop=stop, steps_max=STEPS_MAX)

    def wait(self, step: Step, met: Callable[[], bool], patience_ns: int) -> bool:
        """Look every now and then whether *met*, for *patience_ns*; return whether.

        Nobody waits beyond the end of *step*.
        """
        end_ns = int(step.ended_s * SECOND)
        deadline = min(self.scheduler.now + patience_ns, end_ns)
        while not met():
            if self.scheduler.now >= deadline:
                return False
            self.advance(min(self.scheduler.now + self.look_ns, deadline))
        return True

    # Acting

    def carry_out(self, step: Step) -> Json:
        """Carry out the operations of *step*; return what was seen in doing so."""
        seen: Json = {}
        for number, operation in enumerate(step.operations):
            if number:
                self.advance(self.scheduler.now + PACE_NS)
            act = _ACTS[operation["op"]]
            try:
                seen |= act(self, step, number) or {}
            except ApiError as refusal:
                seen[f"refused {number + 1}"] = refusal.code
        return seen

    def start_api_server(self, _step: Step, _number: int) -> None:
        """It runs since the stage was set."""

    def start_controller_manager(self, step: Step, _number: int) -> None:
        """Start a process, which takes as long as it was recorded to take."""
        if self.cluster.controller_manager is not None:
            return
        stretches = self.chance.stretches
        if self.processes < len(stretches):
            choices = self.scheduler.choices
            choices.foresee(BACKOFF_STREAM, stretches[self.processes])
        self.processes += 1
        up_s = step.started_s + self.chance.start_ups_s[step.name]
        begun_ns = int(up_s * SECOND) - self._first_look_ns()
        self.advance(max(self.scheduler.now, begun_ns))
        self.cluster.start_controller_manager()

    def _first_look_ns(self) -> int:
        """Return how long a starting process looks at what is served."""
        settings = self.cluster.settings
        groups = self.cluster.server.aggregator.groups()
        requests = _FIXED_PATHS + sum(len(group.versions) for group in groups)
        if self.extension.mode == "down" and self.cluster.exists(*_target(API)):
            requests *= 2
        late = max(requests - settings.kube_api_burst, 0)
        return late * SECOND // settings.kube_api_qps

    def stop_controller_manager(self, _step: Step, _number: int) -> None:
        """End the process."""
        self.cluster.stop_controller_manager()

    def switch_extension(self, step: Step, number: int) -> None:
        """Let the extension server take another mode."""
        operation = step.operations[number]
        self.extension.switch(
            operation["mode"],
            cut_watches=bool(operation.get("cut_watches", True)),
            namespaced=operation.get("namespaced"),
        )

    def register_apiservice(self, _step: Step, _number: int) -> None:
        """Create the Service, if need be, and the APIService."""
        for wire in REGISTRATION:
            if not self.cluster.exists(*_target(wire)):
                self.cluster.create(wire)

    def delete_apiservice(self, _step: Step, _number: int) -> None:
        """Delete the APIService; the Service stays."""
        self.cluster.delete("apiregistration.k8s.io/v1", "APIService", API_SERVICE)

    def touch_token(self, _step: Step, _number: int) -> None:
        """Change the token."""
        self.extension.touch()

    def create_deployment(self, step: Step, number: int) -> None:
        """Create a Deployment, and wait for its Pod unless it is left alone."""
        operation = step.operations[number]
        created = self._create_deployment(operation)
        if _waits(step, number):
            self.wait(step, lambda: bool(self._pods_of(created)), POD_WAIT_NS)

    def delete_deployment(self, step: Step, number: int) -> None:
        """Delete a Deployment."""
        operation = step.operations[number]
        self.cluster.delete(
            "apps/v1",
            "Deployment",
            f"{operation['namespace']}/{operation['name']}",
            propagation=operation.get("propagationPolicy"),
        )

    def probe(self, step: Step, number: int) -> Json:
        """Create a Deployment, delete it, and wait for what it has left behind."""
        operation = step.operations[number]
        created = self._create_deployment(operation)
        self.wait(step, lambda: bool(self._pods_of(created)), POD_WAIT_NS)
        traces = [created, *self._replica_sets_of(created), *self._pods_of(created)]
        self.cluster.delete(created, propagation="Background")
        patience_ns = int(float(operation.get("wait_s", 5)) * SECOND)
        gone = self.wait(step, lambda: not self._left(traces), patience_ns)
        if gone:
            return {"collected": True, "left": None}
        left = {
            plural: sum(one.kind == kind for one in self._left(traces))
            for plural, kind, _ in _WORKLOAD_KINDS
        }
        return {"collected": False, "left": left}

    def create_configmap(self, step: Step, number: int) -> None:
        """Create a ConfigMap, with an owner that never existed if so asked."""
        operation = step.operations[number]
        meta: Json = {"name": operation["name"], "namespace": operation["namespace"]}
        if operation.get("owner") is not None:
            owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "gone"}
            meta["ownerReferences"] = [owner | {"uid": self.never_existed}]
        self.cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta})

    def create_namespace(self, step: Step, number: int) -> None:
        """Create a namespace."""
        name = step.operations[number]["name"]
        self.cluster.create(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        )

    def delete_namespace(self, step: Step, number: int) -> None:
        """Delete a namespace."""
        self.cluster.delete("v1", "Namespace", step.operations[number]["name"])

    def list_tokens(self, step: Step, number: int) -> Json:
        """List tokens through the aggregator as somebody."""
        user = step.operations[number]["user"]
        prefix = "kcm" if user == "system:kube-controller-manager" else user
        request = Request(verb="list", user=user, resource=TOKENS)
        if user != self.person:
            # Whoever stands in for a component asks as its reflector does.
            request = attrs.evolve(request, limit=500, resource_version="0")
        try:
            answer = self.cluster.server.handle(request)
        except ApiError as refusal:
            status = refusal.status
            body = {"message": status.message, "code": status.code}
            return {f"{prefix}_status": refusal.code, f"{prefix}_body": body}
        except NoAnswer:
            return {f"{prefix}_status": None}
        assert isinstance(answer.body, ObjectList), "a list was asked for"
        items = [one.name for one in answer.body.items]
        return {f"{prefix}_status": answer.code, f"{prefix}_items": items}

    def do_nothing(self, _step: Step, _number: int) -> None:
        """Let time pass."""

    # Looking

    def _create_deployment(self, operation: Json) -> KubeObject:
        name = operation["name"]
        meta = {"name": name, "namespace": operation["namespace"]}
        wire = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta}
        return self.cluster.create(wire | _renamed(self.template, name))

    def _replica_sets_of(self, deployment: KubeObject) -> list[KubeObject]:
        return self._owned("apps/v1", "ReplicaSet", deployment)

    def _pods_of(self, deployment: KubeObject) -> list[KubeObject]:
        return [
            pod
            for replica_set in self._replica_sets_of(deployment)
            for pod in self._owned("v1", "Pod", replica_set)
        ]

    def _owned(
        self, api_version: str, kind: str, owner: KubeObject
    ) -> list[KubeObject]:
        found = self.cluster.list(api_version, kind, owner.namespace)
        return [
            one
            for one in found
            if any(ref.uid == owner.uid for ref in one.metadata.owner_references)
        ]

    def _left(self, traces: Iterable[KubeObject]) -> list[KubeObject]:
        return [one for one in traces if self.cluster.exists(one)]


_ACTS: dict[str, Callable[[Stage, Step, int], Json | None]] = {
    "start_api_server": Stage.start_api_server,
    "start_controller_manager": Stage.start_controller_manager,
    "stop_controller_manager": Stage.stop_controller_manager,
    "extension": Stage.switch_extension,
    "register_apiservice": Stage.register_apiservice,
    "delete_apiservice": Stage.delete_apiservice,
    "touch_token": Stage.touch_token,
    "create_deployment": Stage.create_deployment,
    "delete_deployment": Stage.delete_deployment,
    "probe": Stage.probe,
    "create_configmap": Stage.create_configmap,
    "create_namespace": Stage.create_namespace,
    "delete_namespace": Stage.delete_namespace,
    "list_tokens": Stage.list_tokens,
    "wait": Stage.do_nothing,
}


def _waits(step: Step, number: int) -> bool:
    """Whether a create is one that waits for the Deployment's Pod."""
    mine = step.operations[number]
    before = step.operations[number - 1] if number else {"op": ""}
    if before["op"] == "delete_deployment" and _same(before, mine):
        return False
    later = step.operations[number + 1 :]
    return before["op"] == "create_deployment" or any(
        operation["op"] == "delete_deployment" for operation in later
    )


def _same(one: Json, other: Json) -> bool:
    return (one["namespace"], one["name"]) == (other["namespace"], other["name"])


def _renamed(template: Any, name: str) -> Any:
    """Return *template* with the name that its selector has replaced by *name*."""
    labels: Json = template["spec"]["selector"]["matchLabels"]
    (stands_for,) = labels.values()
    text = json.dumps(template).replace(json.dumps(stands_for), json.dumps(name))
    return json.loads(text)


def _target(wire: Json) -> tuple[str, str, str]:
    meta = wire["metadata"]
    parts = (meta.get("namespace", ""), meta["name"])
    return wire["apiVersion"], wire["kind"], "/".join(part for part in parts if part)
