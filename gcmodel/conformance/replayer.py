"""Puts a program to the model, step by step, and notes what the model does."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import attrs

from gcmodel.apiserver.backend import object_key, relabelled
from gcmodel.apiserver.requests import Request, Response
from gcmodel.apiserver.resources import ResourceType
from gcmodel.client.transport import Transport
from gcmodel.cluster.cluster import Cluster
from gcmodel.cluster.controller_manager import COLLECTOR_USER
from gcmodel.cluster.settings import ClusterSettings
from gcmodel.conformance.conditions import Conditions
from gcmodel.conformance.observations import (
    Observed,
    events_of,
    refusal_of,
    request_of,
    response_of,
    state_of,
    virtual_nodes,
)
from gcmodel.conformance.programs import Program
from gcmodel.conformance.settle_rule import SettleRule
from gcmodel.conformance.steps import KINDS, Step
from gcmodel.conformance.symbols import Symbols
from gcmodel.errors import ApiError
from gcmodel.kernel.trace import TraceRecord
from gcmodel.objects.identity import GroupResource
from gcmodel.objects.metadata import Json, KubeObject
from gcmodel.objects.options import DeleteOptions
from gcmodel.objects.patch_types import Patch, PatchType

KUBERNETES = "1.20"
EVENTS = GroupResource("", "events")
USER = "admin"
_START_LIMIT_S = 60
_OBJECT_VERBS = frozenset({"get", "patch", "delete"})


@attrs.frozen
class Address:
    """Where a handle's object lives, whether or not it exists."""

    served: ResourceType
    namespace: str
    name: str

    def request(self, verb: str, **parts: Any) -> Request:
        """Return a request for the object."""
        return Request(
            verb=verb,
            user=USER,
            resource=self.served.gvr,
            namespace=self.namespace,
            name=self.name,
            **parts,
        )


class Replayer:
    """One replay of one program on a cluster of its own.

    * **As recorded**: version, admission, client limits and number of workers are
      those of the recording; of the controller manager only the collector runs.
    * **Fresh**: nothing is left over from another program.
    """

    def __init__(self, program: Program, conditions: Conditions) -> None:
        """Build a cluster; nothing runs yet."""
        self.program = program
        self.conditions = conditions
        self.cluster = Cluster(
            KUBERNETES,
            conditions.seed,
            schedule=conditions.schedule(),
            settings=recording_settings(conditions),
        )
        self.transport = Transport(
            self.cluster.scheduler, self.cluster.server, conditions.client_latency
        )
        self.symbols = Symbols(self.cluster.scheduler.choices)
        self.observed = Observed()
        self._addresses: dict[str, Address] = {}
        self._listed: set[str] = set()
        self._requests_seen = 0
        self._last_request_ns = 0
        self._requests: list[tuple[int, TraceRecord]] = []

    def run(self) -> Observed:
        """Go through all steps."""
        self._start()
        for step in self.program.steps:
            match step.op:
                case "settle":
                    self._settle()
                case "controller_stop":
                    self.cluster.stop_controller_manager()
                case "controller_start":
                    self._start()
                case _:
                    self._think()
                    self.observed.responses.append(self._request(step))
        self.observed.events += self._events()
        return self.observed

    # Time

    def _start(self) -> None:
        """Start the controller manager and wait until it processes objects."""
        trace = self.cluster.trace
        trace.enabled = bool(self._addresses)  # before the first step all is known
        self.cluster.start_controller_manager()
        collector = self.cluster.gc
        self.cluster.run_until(lambda: collector.working, _START_LIMIT_S)
        trace.enabled = True

    def _think(self) -> None:
        low, high = self.conditions.think_ns
        scheduler = self.cluster.scheduler
        chance = scheduler.choices.stream("client").random()
        scheduler.run(scheduler.now + low + int(chance * (high - low)))

    def _settle(self) -> None:
        rule = SettleRule(self.cluster.scheduler, self._last_request, self._states)
        self.observed.timed_out.append(rule.settle())
        self._last_request()
        self.observed.requests.append(self._sent())
        self.observed.states.append(self._states())
        self.observed.virtual.append(self._virtual())

    def _last_request(self) -> int:
        """Take in what the collector has sent; return when it last did."""
        trace = self.cluster.trace
        for record in trace.since(self._requests_seen):
            fields = record.fields
            if (
                record.what == "api.request"
                and fields["user"] == COLLECTOR_USER
                and fields["verb"] in _OBJECT_VERBS
                and fields["resource"] != str(EVENTS)
            ):
                self._requests.append((fields["sent_ns"], record))
                self._last_request_ns = record.at_ns
        self._requests_seen = len(trace)
        return self._last_request_ns

    def _sent(self) -> list[list[Any]]:
        """Return what the collector has sent since the last call, as it was sent."""
        sent, self._requests = self._requests, []
        sent.sort(key=itemgetter(0))
        return [request_of(record, self.symbols) for _, record in sent]

    # Requests

    def _request(self, step: Step) -> Json:
        request, served = self._prepared(step)
        answer = self._send(request)
        if isinstance(answer, ApiError):
            return refusal_of(step.index, answer, self.symbols)
        if step.op in ("create", "update") and answer.code == _CREATED:
            self._note_created(step, answer)
        return response_of(step.index, served.kind, answer, self.symbols)

    def _send(self, request: Request) -> Response | ApiError:
        received: list[Response | ApiError] = []

        async def send() -> None:
            try:
                received.append(await self.transport.send(request))
            except ApiError as error:
                received.append(error)

        scheduler = self.cluster.scheduler
        scheduler.spawn("program", send())
        scheduler.run(stop=lambda: bool(received))
        return received[0]

    def _note_created(self, step: Step, answer: Response) -> None:
        assert isinstance(answer.body, KubeObject)
        self.symbols.created(step.fields["handle"], answer.body)

    def _prepared(self, step: Step) -> tuple[Request, ResourceType]:
        fields = self.symbols.resolve(step.fields, self._versions())
        if step.op == "deletecollection":
            return self._collection_request(fields)
        if "manifest" in fields:
            self._addresses[fields["handle"]] = self._address(fields["manifest"])
        address = self._addresses[fields["handle"]]
        match step.op:
            case "create":
                self._listed.add(fields["handle"])
                request = address.request("create", body=fields["manifest"])
                request = attrs.evolve(request, name="")
            case "update":
                request = address.request("update", body=fields["manifest"])
            case "patch":
                patch = Patch(PatchType.MERGE, fields["patch"])
                request = address.request("patch", body=patch)
            case _:
                options = DeleteOptions.from_dict(fields["options"])
                request = address.request("delete", options=options)
        return request, address.served

    def _collection_request(self, fields: Json) -> tuple[Request, ResourceType]:
        kind = fields["kind"]
        served = self.cluster.admin.addressing.served(KINDS[kind], kind)
        request = Request(
            verb="deletecollection",
            user=USER,
            resource=served.gvr,
            namespace=fields.get("namespace") or "",
            label_selector=fields.get("labelSelector") or "",
            options=DeleteOptions.from_dict(fields["options"]),
        )
        return request, served

    def _address(self, manifest: Json) -> Address:
        addressing = self.cluster.admin.addressing
        served = addressing.served(manifest["apiVersion"], manifest["kind"])
        metadata = manifest["metadata"]
        namespace = metadata.get("namespace") or ""
        return Address(served, namespace if served.namespaced else "", metadata["name"])

    # What is stored

    def _stored(self, address: Address) -> KubeObject | None:
        key = object_key(address.served, address.request("get"))
        return self.cluster.server.store.get(address.served.storage, key)

    def _versions(self) -> Mapping[str, str]:
        found = {
            handle: self._stored(address) for handle, address in self._addresses.items()
        }
        return {
            handle: stored.metadata.resource_version
            for handle, stored in found.items()
            if stored is not None
        }

    def _states(self) -> Json:
        return {
            handle: state_of(self._stored(address), self.symbols)
            for handle, address in self._addresses.items()
            if handle in self._listed
        }

    def _virtual(self) -> list[list[str]] | None:
        if self.cluster.controller_manager is None:
            return []
        return virtual_nodes(self.cluster.gc.graph, self.symbols)

    def _events(self) -> list[Json]:
        handles = {
            f"{one.served.kind}/{one.namespace}/{one.name}": handle
            for handle, one in self._addresses.items()
        }
        served = self.cluster.admin.addressing.served("v1", "Event")
        stored = self.cluster.server.store.iter_objects(served.storage, "")
        events = (relabelled(event, served) for event in stored)
        return events_of(events, handles, self.symbols)


_CREATED = 201


def recording_settings(conditions: Conditions) -> ClusterSettings:
    """Return the settings of the recorded control plane."""
    return ClusterSettings(
        controllers=(),
        kubelet=False,
        workers=conditions.workers,
        kube_api_qps=2000,
        kube_api_burst=4000,
        verbosity=0,
        latency=conditions.latency,
        namespace_lifecycle=False,
    )


def replay(program: Program, conditions: Conditions) -> Observed:
    """Put *program* to the model under *conditions*.

    Raises:
        UsageError: It names a kind that is not served.
    """
    return Replayer(program, conditions).run()
