"""Whether an aggregated API is available, judged from what was found.

Upstream: ``sync`` in kube-aggregator pkg/controllers/status/available_controller.go
"""

import attrs
import pytest

from gcmodel.apiserver.availability import (
    ApiService,
    AvailabilityFacts,
    ServiceReference,
    availability,
    ready_ports,
    ready_ports_of_slices,
)
from gcmodel.apiserver.conditions import Condition
from gcmodel.apiserver.resources import Priority
from gcmodel.objects.identity import GroupVersion
from gcmodel.objects.metadata import KubeObject, ObjectMeta

REFERENCE = ServiceReference("foo", "bar", 443)


def _service(kind="ClusterIP", port=443, name="https"):
    spec = {"type": kind, "ports": [{"port": port, "name": name}]}
    return KubeObject(
        "v1", "Service", ObjectMeta(namespace="foo", name="bar"), {"spec": spec}
    )


HEALTHY = AvailabilityFacts(
    reference=REFERENCE, service=_service(), endpoints=frozenset({"https"})
)


@pytest.mark.parametrize(
    ("changes", "status", "reason", "message"),
    [
        pytest.param(
            {"reference": None},
            "True",
            "Local",
            "Local APIServices are always available",
            id="AS-140-local",
        ),
        pytest.param(
            {"service": None},
            "False",
            "ServiceNotFound",
            'service/bar in "foo" is not present',
            id="AS-140-no-service",
        ),
        pytest.param(
            {"service_problem": "boom"},
            "Unknown",
            "ServiceAccessError",
            'service/bar in "foo" cannot be checked due to: boom',
            id="AS-140-service-unreadable",
        ),
        pytest.param(
            {"service": _service(port=6443)},
            "False",
            "ServicePortError",
            'service/bar in "foo" is not listening on port 443',
            id="AS-140-bad-port",
        ),
        pytest.param(
            {"endpoints": None},
            "False",
            "EndpointsNotFound",
            'cannot find endpoints for service/bar in "foo"',
            id="AS-140-no-endpoints",
        ),
        pytest.param(
            {"endpoints": None, "endpoints_kind": "endpointslices"},
            "False",
            "EndpointsNotFound",
            'cannot find endpointslices for service/bar in "foo"',
            id="AS-140-no-slices",
        ),
        pytest.param(
            {"endpoints_problem": "boom"},
            "Unknown",
            "EndpointsAccessError",
            'service/bar in "foo" cannot be checked due to: boom',
            id="AS-140-endpoints-unreadable",
        ),
        pytest.param(
            {"endpoints": frozenset()},
            "False",
            "MissingEndpoints",
            'endpoints for service/bar in "foo" have no addresses with port name '
            '"https"',
            id="AS-140-no-addresses",
        ),
        pytest.param(
            {"endpoints": frozenset({"http"})},
            "False",
            "MissingEndpoints",
            'endpoints for service/bar in "foo" have no addresses with port name '
            '"https"',
            id="AS-140-wrong-port-name",
        ),
        pytest.param(
            {"check_problem": "failing or missing response from u: e"},
            "False",
            "FailedDiscoveryCheck",
            "failing or missing response from u: e",
            id="AS-140-failed-check",
        ),
        pytest.param({}, "True", "Passed", "all checks passed", id="AS-140-ok"),
        pytest.param(
            {"service": _service("ExternalName"), "endpoints": None},
            "True",
            "Passed",
            "all checks passed",
            id="external-name-needs-no-endpoints",
        ),
    ],
)
def test_facts_are_judged_in_order(changes, status, reason, message):
    """The first thing that is wrong gives status, reason and message."""
    verdict = availability(attrs.evolve(HEALTHY, **changes))

    assert verdict == Condition("Available", status, reason, message)


def test_service_without_type_is_cluster_ip():
    """A Service that names no type has an address of its own, as by default."""
    service = _service()
    spec = {"ports": service.spec["ports"]}
    facts = attrs.evolve(HEALTHY, service=service.with_body(spec=spec), endpoints=None)

    assert availability(facts).reason == "EndpointsNotFound"


def test_ready_ports_need_an_address():
    """A subset whose addresses are all not ready lends no port."""
    endpoints = KubeObject(
        "v1",
        "Endpoints",
        ObjectMeta(name="bar"),
        {
            "subsets": [
                {"notReadyAddresses": [{"ip": "1"}], "ports": [{"name": "late"}]},
                {"addresses": [{"ip": "2"}], "ports": [{"name": "https"}, {}]},
            ]
        },
    )

    assert ready_ports(endpoints) == {"https", ""}


@pytest.mark.parametrize(
    ("conditions", "ready"),
    [(None, {"https"}), ({"ready": True}, {"https"}), ({"ready": False}, set())],
)
def test_slice_endpoint_is_ready_unless_it_says_no(conditions, ready):
    """An endpoint without a condition counts as ready."""
    endpoint_slice = KubeObject(
        "discovery.k8s.io/v1",
        "EndpointSlice",
        ObjectMeta(name="bar-x"),
        {
            "endpoints": [{"addresses": ["1"], "conditions": conditions}],
            "ports": [{"name": "https"}],
        },
    )

    assert ready_ports_of_slices([endpoint_slice]) == ready


def test_api_service_is_read():
    """What matters of an APIService is read from its spec and status."""
    stored = KubeObject(
        "apiregistration.k8s.io/v1",
        "APIService",
        ObjectMeta(name="v1.ext.cattle.io"),
        {
            "spec": {
                "group": "ext.cattle.io",
                "version": "v1",
                "groupPriorityMinimum": 100,
                "versionPriority": 10,
                "service": {"namespace": "foo", "name": "bar"},
            }
        },
    )
    passed = Condition("Available", "True", "Passed", "all checks passed")

    judged = passed.written_to(stored, 0)

    assert ApiService.of(judged) == ApiService(
        "v1.ext.cattle.io",
        GroupVersion("ext.cattle.io", "v1"),
        ServiceReference("foo", "bar", 443),
        Priority(100, 10),
        passed,
    )
    assert (ApiService.of(stored).available, ApiService.of(judged).available) == (
        False,
        True,
    )


def test_transition_time_moves_with_status_only():
    """A new reason under the same status keeps the time of the transition."""
    stored = KubeObject("v1", "Thing", ObjectMeta(name="t"))
    first = Condition("Available", "False", "A", "a").written_to(stored, 0)
    second = Condition("Available", "False", "B", "b").written_to(first, 60)
    third = Condition("Available", "True", "C", "c").written_to(second, 120)

    times = [
        one.status["conditions"][0]["lastTransitionTime"]
        for one in (first, second, third)
    ]

    assert times == [
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:02:00Z",
    ]
