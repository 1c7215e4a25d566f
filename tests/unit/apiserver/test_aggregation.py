"""Which server answers for a group version, and what callers hear if none does."""

import attrs
import pytest

from gcmodel.apiserver.aggregation import (
    API_SERVICES,
    ENDPOINTS,
    SERVICES,
    Aggregator,
    ConnectionRefused,
    local_api_services,
)
from gcmodel.apiserver.conditions import Condition
from gcmodel.apiserver.requests import Request, Response, ServedGroup
from gcmodel.apiserver.resources import catalogue
from gcmodel.errors import ServiceUnavailableError, Status
from gcmodel.objects.identity import GroupVersion, GroupVersionResource
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from gcmodel.versions.profile import Profile

TOKENS = GroupVersionResource("ext.cattle.io", "v1", "tokens")
LIST = Request(verb="list", user="admin", resource=TOKENS)


@attrs.define
class Stored:
    """Objects by resource, namespace and name."""

    objects: dict = attrs.field(factory=dict)

    def put(self, resource, stored):
        """Store an object."""
        self.objects[resource, stored.namespace, stored.name] = stored

    def get(self, resource, namespace, name):
        """Return an object, or None."""
        return self.objects.get((resource, namespace, name))

    def list(self, resource):
        """Return the objects of *resource*."""
        return [stored for key, stored in self.objects.items() if key[0] == resource]


class Backend:
    """Answers everything with success."""

    def handle(self, request):  # noqa: ARG002
        """Return success."""
        return Response(200, Status(200))


def _api_service(*, available=True, kind="ExternalName"):
    stored = Stored()
    api_service = KubeObject(
        "apiregistration.k8s.io/v1",
        "APIService",
        ObjectMeta(name="v1.ext.cattle.io"),
        {
            "spec": {
                "group": "ext.cattle.io",
                "version": "v1",
                "groupPriorityMinimum": 100,
                "versionPriority": 100,
                "service": {"namespace": "ext", "name": "api", "port": 6443},
            }
        },
    )
    status = "True" if available else "False"
    condition = Condition("Available", status, "Why", "because")
    stored.put(API_SERVICES, condition.written_to(api_service, 0))
    spec = {"type": kind, "ports": [{"port": 6443}], "externalName": "localhost"}
    meta = ObjectMeta(namespace="ext", name="api")
    stored.put(SERVICES, KubeObject("v1", "Service", meta, {"spec": spec}))
    return stored


def _aggregator(stored, backend=None):
    aggregator = Aggregator(stored)
    if backend is not None:
        aggregator.connect("ext", "api", backend)
    return aggregator


def test_available_backend_is_asked():
    """A request for an available group version is passed on."""
    aggregator = _aggregator(_api_service(), Backend())

    assert aggregator.route(LIST).handle(LIST) == Response(200, Status(200))


def test_local_group_is_not_routed_away():
    """A group version without a Service is this server's own."""
    stored = Stored()
    for api_service in local_api_services(catalogue(Profile.for_version("1.31"))):
        stored.put(API_SERVICES, api_service)
    pods = Request(
        verb="list", user="admin", resource=GroupVersionResource("", "v1", "pods")
    )

    assert _aggregator(stored).route(pods) is None


def test_unknown_group_is_not_routed():
    """A group version without an APIService leads nowhere."""
    assert _aggregator(Stored()).route(LIST) is None


@pytest.mark.parametrize(
    ("verb", "name", "suffix"),
    [
        ("list", "", " (get tokens.ext.cattle.io)"),
        ("watch", "", " (get tokens.ext.cattle.io)"),
        ("get", "t", " (get tokens.ext.cattle.io t)"),
        ("create", "", " (post tokens.ext.cattle.io)"),
        ("update", "t", " (put tokens.ext.cattle.io t)"),
        ("patch", "t", " (patch tokens.ext.cattle.io t)"),
        ("delete", "t", " (delete tokens.ext.cattle.io t)"),
        ("deletecollection", "", " (delete tokens.ext.cattle.io)"),
    ],
)
def test_unavailable_group_is_503(verb, name, suffix):
    """Clients name the HTTP method and the resource when they meet plain text."""
    request = attrs.evolve(LIST, verb=verb, name=name)
    aggregator = _aggregator(_api_service(available=False), Backend())

    with pytest.raises(ServiceUnavailableError) as caught:
        aggregator.route(request).handle(request)

    assert str(caught.value) == (
        f"the server is currently unable to handle the request{suffix}"
    )


def test_unavailable_discovery_names_no_resource():
    """Discovery of an unavailable group version fails without a suffix."""
    request = Request(verb="discover", user="admin", path="/apis/ext.cattle.io/v1")
    aggregator = _aggregator(_api_service(available=False), Backend())

    with pytest.raises(ServiceUnavailableError) as caught:
        aggregator.route(request).handle(request)

    assert str(caught.value) == ("the server is currently unable to handle the request")


def test_refused_connection_is_503_at_once():
    """Nobody at the address is 503 even while the condition still says available."""
    aggregator = _aggregator(_api_service())

    with pytest.raises(ServiceUnavailableError) as caught:
        aggregator.route(LIST).handle(LIST)

    assert [cause.message for cause in caught.value.status.causes] == [
        "error trying to reach service: dial tcp 127.0.0.1:6443: connect: "
        "connection refused"
    ]


def test_cluster_ip_without_endpoints_refuses():
    """A Service with an address of its own needs endpoints to be reached."""
    stored = _api_service(kind="ClusterIP")
    aggregator = _aggregator(stored, Backend())
    api_service = aggregator.find(GroupVersion("ext.cattle.io", "v1"))

    with pytest.raises(ConnectionRefused):
        aggregator.ask(api_service, LIST)

    meta = ObjectMeta(namespace="ext", name="api")
    subsets = [{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 6443}]}]
    stored.put(ENDPOINTS, KubeObject("v1", "Endpoints", meta, {"subsets": subsets}))
    assert aggregator.ask(api_service, LIST) == Response(200, Status(200))


def test_groups_list_the_unavailable_too():
    """``/apis`` leads with the aggregator's group and leaves nobody out."""
    aggregator = _aggregator(_api_service(available=False))

    assert aggregator.groups() == (
        ServedGroup("apiregistration.k8s.io", ("v1",)),
        ServedGroup("ext.cattle.io", ("v1",)),
    )


def test_server_registers_35_local_group_versions_in_1_20():
    """All 37 group versions but the aggregator's own two have an APIService."""
    local = local_api_services(catalogue(Profile.for_version("1.20.2")))

    assert len(local) == 35
    assert local[0] == KubeObject(
        "apiregistration.k8s.io/v1",
        "APIService",
        ObjectMeta(
            name="v1.",
            labels={"kube-aggregator.kubernetes.io/automanaged": "onstart"},
        ),
        {
            "spec": {
                "group": "",
                "version": "v1",
                "groupPriorityMinimum": 18000,
                "versionPriority": 1,
            }
        },
    )
