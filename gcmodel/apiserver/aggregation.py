"""Aggregated APIs: which server answers for a group version, and whether it can.

Upstream: ``proxyHandler`` in kube-aggregator pkg/apiserver/handler_proxy.go;
``apisHandler`` in pkg/apiserver/handler_apis.go; ``NewGenericServerResponse`` in
apimachinery pkg/api/errors/errors.go for what clients make of plain text
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

import attrs

from gcmodel.apiserver.availability import (
    ApiService,
    AvailabilityFacts,
    ServiceReference,
    availability,
    is_cluster_ip,
    ready_ports,
    ready_ports_of_slices,
)
from gcmodel.apiserver.requests import Request, Response, ServedGroup
from gcmodel.apiserver.resources import (
    CUSTOM_RESOURCE_PRIORITY,
    Priority,
    ResourceType,
    built_in_priority,
    in_discovery_order,
)
from gcmodel.errors import ApiError, GcModelError, StatusCause, api_error
from gcmodel.objects.identity import GroupResource, GroupVersion
from gcmodel.objects.metadata import KubeObject, ObjectMeta

API_SERVICES = GroupResource("apiregistration.k8s.io", "apiservices")
SERVICES = GroupResource("", "services")
ENDPOINTS = GroupResource("", "endpoints")
ENDPOINT_SLICES = GroupResource("discovery.k8s.io", "endpointslices")
OBSERVED = frozenset({API_SERVICES, SERVICES, ENDPOINTS, ENDPOINT_SLICES})
"""The collections whose changes concern the aggregator."""

AGGREGATOR_GROUP = "apiregistration.k8s.io"
AGGREGATOR_USER = "system:kube-aggregator"
"""Who asks backends how they are; not the identity that callers have."""

_METHODS = {
    "create": "post",
    "update": "put",
    "patch": "patch",
    "delete": "delete",
    "deletecollection": "delete",
}


class ConnectionRefused(GcModelError):  # noqa: N818  (an event, not a fault of ours)
    """Nobody listens at the backend's address, which is the message."""


class ExtensionServer(Protocol):
    """A server that answers for an aggregated group version, at once."""

    def handle(self, request: Request) -> Response:
        """Carry out *request*, a ``discover`` of its group version included.

        Raises:
            ApiError: It says no.
            NoAnswer: It stays silent.
            ConnectionRefused: It is not there.
        """


class Reader(Protocol):
    """How the aggregator looks into the store."""

    def get(
        self, resource: GroupResource, namespace: str, name: str
    ) -> KubeObject | None:
        """Return the stored object, or None."""

    def list(self, resource: GroupResource) -> Iterable[KubeObject]:
        """Return every stored object of *resource*."""


@attrs.define(eq=False)
class Aggregator:
    """Knows the APIServices and the backends behind them.

    * **Current**: what is stored decides, at the moment of the request.
    * **Patient with none**: an APIService that is not ``Available`` is answered for
      with 503, without asking its backend; so is one whose backend is not there.

    Attributes:
        reads_slices: Whether EndpointSlices, and not Endpoints, say what is ready.
        own: The versions of the aggregator's own group, which have no APIService.
    """

    reader: Reader
    reads_slices: bool = False
    own: tuple[GroupVersion, ...] = (GroupVersion(AGGREGATOR_GROUP, "v1"),)
    backends: dict[tuple[str, str], ExtensionServer] = attrs.field(
        factory=dict, init=False
    )
    """Who answers, by the namespace and the name of a Service."""
    _parsed: dict[str, tuple[KubeObject, ApiService]] = attrs.field(
        factory=dict, init=False
    )

    def connect(self, namespace: str, service: str, backend: ExtensionServer) -> None:
        """Let *backend* answer behind a Service."""
        self.backends[namespace, service] = backend

    def disconnect(self, namespace: str, service: str) -> None:
        """Leave a Service without anybody behind it."""
        self.backends.pop((namespace, service), None)

    def api_services(self) -> Iterator[ApiService]:
        """Walk the APIServices, as they are stored now."""
        for stored in self.reader.list(API_SERVICES):
            yield self._parse(stored)

    def find(self, group_version: GroupVersion) -> ApiService | None:
        """Return the APIService of *group_version*, or None."""
        name = api_service_name(group_version)
        stored = self.reader.get(API_SERVICES, "", name)
        return None if stored is None else self._parse(stored)

    def _parse(self, stored: KubeObject) -> ApiService:
        # Asked for with every request; stored objects never change in place.
        known = self._parsed.get(stored.name)
        if known is None or known[0] is not stored:
            known = self._parsed[stored.name] = (stored, ApiService.of(stored))
        return known[1]

    def groups(self) -> tuple[ServedGroup, ...]:
        """Return what ``/apis`` lists, available or not; the core group is absent."""
        present = [(version, built_in_priority(version)) for version in self.own]
        present.extend(
            (api_service.group_version, api_service.priority)
            for api_service in self.api_services()
        )
        versions: dict[str, list[str]] = {}
        for group, version in in_discovery_order(present):
            if group:
                versions.setdefault(group, []).append(version)
        return tuple(
            ServedGroup(group, tuple(served)) for group, served in versions.items()
        )

    def route(self, request: Request) -> "Proxy | None":
        """Return who answers *request* in this server's place, or None."""
        name = api_service_name(_group_version(request))
        stored = self.reader.get(API_SERVICES, "", name)
        if stored is None or not stored.spec.get("service"):
            return None
        return Proxy(self, ApiService.of(stored))

    def facts(self, api_service: ApiService) -> AvailabilityFacts:
        """Gather what there is to judge by, the health check excepted."""
        reference = api_service.service
        if reference is None:
            return AvailabilityFacts(reference=None)
        name, namespace = reference.name, reference.namespace
        return AvailabilityFacts(
            reference=reference,
            service=self.reader.get(SERVICES, namespace, name),
            endpoints=self._ready_ports(reference),
            endpoints_kind="endpointslices" if self.reads_slices else "endpoints",
        )

    def _ready_ports(self, reference: ServiceReference) -> frozenset[str] | None:
        if self.reads_slices:
            slices = [
                stored
                for stored in self.reader.list(ENDPOINT_SLICES)
                if stored.namespace == reference.namespace
                and service_of_slice(stored) == reference.name
            ]
            return ready_ports_of_slices(slices) if slices else None
        stored = self.reader.get(ENDPOINTS, reference.namespace, reference.name)
        return None if stored is None else ready_ports(stored)

    def ask(self, api_service: ApiService, request: Request) -> Response:
        """Send *request* to the backend itself, available or not.

        Raises:
            ApiError: The backend says no.
            NoAnswer: The backend stays silent.
            ConnectionRefused: Nobody listens there.
        """
        reference = api_service.service
        assert reference is not None, "a local APIService has no backend"
        backend = self.backends.get((reference.namespace, reference.name))
        if backend is None or not availability(self.facts(api_service)).holds:
            raise ConnectionRefused(self.address(reference))
        try:
            return backend.handle(request)
        except ConnectionRefused:
            raise ConnectionRefused(self.address(reference)) from None

    def host(self, reference: ServiceReference) -> str:
        """Return the host and port under which the Service is called."""
        service = self.reader.get(SERVICES, reference.namespace, reference.name)
        host = f"{reference.name}.{reference.namespace}.svc"
        if service is not None:
            kind = "clusterIP" if is_cluster_ip(service) else "externalName"
            host = service.spec.get(kind) or host
        return f"{host}:{reference.port}"

    def address(self, reference: ServiceReference) -> str:
        """Return the address that the host resolves to."""
        return self.host(reference).replace("localhost:", "127.0.0.1:")

    def url(self, api_service: ApiService) -> str:
        """Return the URL of the health check."""
        assert api_service.service is not None, "a local APIService has no URL"
        path = f"/apis/{api_service.group_version}"
        return f"https://{self.host(api_service.service)}{path}"


@attrs.frozen
class DryRun:
    """Passes requests on to an extension server as dry runs."""

    backend: ExtensionServer

    def handle(self, request: Request) -> Response:
        """Carry out *request*, or rather do not."""
        return self.backend.handle(attrs.evolve(request, dry_run=True))


@attrs.frozen
class Proxy:
    """Answers for one aggregated group version, by passing requests on."""

    aggregator: Aggregator
    api_service: ApiService

    def handle(self, request: Request) -> Response:
        """Pass *request* on, or answer that nobody is there.

        Raises:
            ApiError: The backend says no, or cannot be reached.
            NoAnswer: The backend stays silent.
        """
        if not self.api_service.available:
            raise unavailable(request, "service unavailable")
        try:
            return self.aggregator.ask(self.api_service, request)
        except ConnectionRefused as refusal:
            text = f"error trying to reach service: {dial_error(str(refusal))}"
            raise unavailable(request, text) from None


def dial_error(address: str) -> str:
    """Return how Go words a refused connection."""
    return f"dial tcp {address}: connect: connection refused"


def unavailable(request: Request, body: str) -> ApiError:
    """Return what a client makes of a plain-text 503 with *body*."""
    target = ""
    resource = request.resource.group_resource
    if resource.resource:
        method = _METHODS.get(request.verb, "get")
        name = f" {request.name}" if request.name else ""
        target = f" ({method} {resource}{name})"
    text = f"the server is currently unable to handle the request{target}"
    cause = StatusCause("UnexpectedServerResponse", body)
    return api_error(503, "ServiceUnavailable", text, causes=(cause,))


def _group_version(request: Request) -> GroupVersion:
    if request.verb != "discover":
        return request.resource.group_version
    parts = request.path.strip("/").split("/")
    if parts[0] == "apis" and len(parts) == 3:  # noqa: PLR2004  (/apis/group/version)
        return GroupVersion(parts[1], parts[2])
    return GroupVersion("", "v1")


def api_service_name(group_version: GroupVersion) -> str:
    """Return the name that the APIService of *group_version* has to have."""
    return f"{group_version.version}.{group_version.group}"


def service_of_slice(endpoint_slice: KubeObject) -> str:
    """Return the name of the Service to which *endpoint_slice* belongs."""
    return endpoint_slice.metadata.labels.get("kubernetes.io/service-name", "")


def local_api_services(types: Iterable[ResourceType]) -> list[KubeObject]:
    """Return the APIServices that a server registers for what it serves itself.

    The aggregator's own group has none.

    Upstream: ``apiServicesToRegister`` in cmd/kube-apiserver/app/aggregator.go
    """
    versions = dict.fromkeys(served.group_version for served in types)
    return [
        local_api_service(version, built_in_priority(version))
        for version in versions
        if version.group != AGGREGATOR_GROUP
    ]


def local_api_service(
    group_version: GroupVersion, priority: Priority = CUSTOM_RESOURCE_PRIORITY
) -> KubeObject:
    """Return the APIService of one group version that is served here."""
    custom = priority == CUSTOM_RESOURCE_PRIORITY
    managed = "true" if custom else "onstart"
    return KubeObject(
        f"{AGGREGATOR_GROUP}/v1",
        "APIService",
        ObjectMeta(
            name=api_service_name(group_version),
            labels={"kube-aggregator.kubernetes.io/automanaged": managed},
        ),
        {
            "spec": {
                "group": group_version.group,
                "version": group_version.version,
                "groupPriorityMinimum": priority.group,
                "versionPriority": priority.version,
            }
        },
    )
