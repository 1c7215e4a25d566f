"""Whether an aggregated API is available: a pure judgement on what was found.

Upstream: ``sync`` of ``AvailableConditionController`` in kube-aggregator
pkg/controllers/status/available_controller.go
"""

from collections.abc import Iterable
from typing import Any

import attrs

from gcmodel.apiserver.conditions import Condition
from gcmodel.apiserver.resources import Priority
from gcmodel.objects.identity import GroupVersion
from gcmodel.objects.metadata import Json, KubeObject

HTTPS_PORT = 443


@attrs.frozen
class ServiceReference:
    """The Service behind which an aggregated API is served."""

    namespace: str
    name: str
    port: int = HTTPS_PORT


def _available(status: str, reason: str, message: str) -> Condition:
    return Condition("Available", status, reason, message)


PASSED = _available("True", "Passed", "all checks passed")
LOCAL = _available("True", "Local", "Local APIServices are always available")


@attrs.frozen
class ApiService:
    """An APIService object, read.

    Attributes:
        service: Where the API is served; None if by this server itself.
        condition: None until it was judged for the first time.
    """

    name: str
    group_version: GroupVersion
    service: ServiceReference | None
    priority: Priority
    condition: Condition | None

    @property
    def available(self) -> bool:
        """Whether requests may be passed on."""
        return self.condition is not None and self.condition.holds

    @classmethod
    def of(cls, stored: KubeObject) -> "ApiService":
        """Read *stored*."""
        spec = stored.spec
        service = spec.get("service")
        return cls(
            stored.name,
            GroupVersion(spec.get("group", ""), spec.get("version", "")),
            None if service is None else _service_reference(service),
            Priority(
                spec.get("groupPriorityMinimum", 0), spec.get("versionPriority", 0)
            ),
            Condition.of(stored, "Available"),
        )


def _service_reference(wire: Json) -> ServiceReference:
    return ServiceReference(
        wire.get("namespace", ""), wire.get("name", ""), wire.get("port") or HTTPS_PORT
    )


@attrs.frozen(kw_only=True)
class AvailabilityFacts:
    """What there is to judge by.

    Attributes:
        reference: ``spec.service``; None if the API is this server's own.
        service: The Service, or None if there is none.
        service_problem: Why it could not be read, if so.
        endpoints: The names of the ports at which a ready address listens; None if
            there are no endpoints at all.
        endpoints_problem: Why they could not be read, if so.
        endpoints_kind: As messages call them: ``endpoints`` or ``endpointslices``.
        check_problem: What is wrong with the answers to the health check; empty if
            one was good, or none was asked for yet.
    """

    reference: ServiceReference | None
    service: KubeObject | None = None
    service_problem: str = ""
    endpoints: frozenset[str] | None = None
    endpoints_problem: str = ""
    endpoints_kind: str = "endpoints"
    check_problem: str = ""


def availability(facts: AvailabilityFacts) -> Condition:
    """Judge *facts*.

    Without ``check_problem`` the answer is what it would be if the health check
    went well; only if that is ``Passed`` is there a reason to make one.
    """
    reference = facts.reference
    if reference is None:
        return LOCAL
    found = f'service/{reference.name} in "{reference.namespace}"'
    unchecked = f"{found} cannot be checked due to:"
    if facts.service_problem:
        text = f"{unchecked} {facts.service_problem}"
        return _available("Unknown", "ServiceAccessError", text)
    if facts.service is None:
        return _available("False", "ServiceNotFound", f"{found} is not present")
    if is_cluster_ip(facts.service):
        failure = _behind_cluster_ip(facts, facts.service, reference, found)
        if failure is not None:
            return failure
    if facts.check_problem:
        return _available("False", "FailedDiscoveryCheck", facts.check_problem)
    return PASSED


def _behind_cluster_ip(
    facts: AvailabilityFacts,
    service: KubeObject,
    reference: ServiceReference,
    found: str,
) -> Condition | None:
    port_name = port_name_of(service, reference.port)
    if port_name is None:
        text = f"{found} is not listening on port {reference.port}"
        return _available("False", "ServicePortError", text)
    if facts.endpoints_problem:
        text = f"{found} cannot be checked due to: {facts.endpoints_problem}"
        return _available("Unknown", "EndpointsAccessError", text)
    kind = facts.endpoints_kind
    if facts.endpoints is None:
        text = f"cannot find {kind} for {found}"
        return _available("False", "EndpointsNotFound", text)
    if port_name not in facts.endpoints:
        text = f'{kind} for {found} have no addresses with port name "{port_name}"'
        return _available("False", "MissingEndpoints", text)
    return None


def is_cluster_ip(service: KubeObject) -> bool:
    """Whether *service* has an address of its own, as is the default."""
    return bool(service.spec.get("type", "ClusterIP") == "ClusterIP")


def port_name_of(service: KubeObject, port: int) -> str | None:
    """Return the name of *port* of *service*, or None if it does not listen there."""
    for wire in service.spec.get("ports") or ():
        if wire.get("port") == port:
            return str(wire.get("name") or "")
    return None


def ready_ports(endpoints: KubeObject) -> frozenset[str]:
    """Return the names of the ports with a ready address, from an Endpoints object."""
    names: list[Any] = []
    for subset in endpoints.body.get("subsets") or ():
        if subset.get("addresses"):
            names.extend(port.get("name") for port in subset.get("ports") or ())
    return frozenset(str(name or "") for name in names)


def ready_ports_of_slices(slices: Iterable[KubeObject]) -> frozenset[str]:
    """Return the names of the ports with a ready address, from EndpointSlices."""
    names: list[Any] = []
    for endpoint_slice in slices:
        if any(map(_is_ready, endpoint_slice.body.get("endpoints") or ())):
            ports = endpoint_slice.body.get("ports") or ()
            names.extend(port.get("name") for port in ports)
    return frozenset(str(name or "") for name in names)


def _is_ready(endpoint: Json) -> bool:
    # A missing condition counts as ready.
    ready = (endpoint.get("conditions") or {}).get("ready")
    return bool(endpoint.get("addresses")) and ready is not False
