"""Rows AS-119 and AS-140 to AS-144: what is served, by whom, and when not.

Row AS-140 is tabled in tests/unit/apiserver/test_availability.py and
test_availability_controller.py.

Upstream: kube-aggregator pkg/apiserver/handler_apis.go and handler_discovery.go;
pkg/controllers/status/available_controller.go
"""

import pytest

from gcmodel.apiserver.crd_conversion import WebhookUnreachable
from gcmodel.apiserver.recorded_extension import RecordedExtension
from gcmodel.apiserver.requests import Request, ServedGroup
from gcmodel.apiserver.resources import ALL_VERBS, ResourceRegistry, ResourceType
from gcmodel.apiserver.server import ApiServer
from gcmodel.errors import (
    ApiError,
    InternalServerError,
    NotFoundError,
    ServiceUnavailableError,
)
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.identity import GroupResource, GroupVersion, GroupVersionResource
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from gcmodel.versions.profile import Profile

TOKENS = GroupVersionResource("ext.cattle.io", "v1", "tokens")
API_SERVICES = GroupVersionResource("apiregistration.k8s.io", "v1", "apiservices")
MANAGER = "system:kube-controller-manager"
GROUP_PATH = "/apis/ext.cattle.io/v1"


class Cluster:
    """A server of 1.20.2 with the extension of the recordings."""

    def __init__(self):
        self.scheduler = Scheduler()
        self.server = ApiServer(self.scheduler, Profile.for_version("1.20.2"))
        self.extension = RecordedExtension(self.scheduler, lambda: 0)
        self.server.aggregator.connect("default", "ext", self.extension)
        default = KubeObject("v1", "Namespace", ObjectMeta(name="default"))
        self.server.start([default])
        meta = ObjectMeta(namespace="default", name="ext")
        spec = {"type": "ExternalName", "externalName": "localhost"}
        self.server.bring(KubeObject("v1", "Service", meta, {"spec": spec}))
        self.register()

    def register(self):
        """Create the APIService."""
        service = {"namespace": "default", "name": "ext", "port": 6443}
        spec = {
            "group": "ext.cattle.io",
            "version": "v1",
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "service": service,
        }
        self.server.bring(
            KubeObject(
                "apiregistration.k8s.io/v1",
                "APIService",
                ObjectMeta(name="v1.ext.cattle.io"),
                {"spec": spec},
            )
        )
        self.run(1)

    def run(self, seconds):
        """Let time pass."""
        self.scheduler.run(self.scheduler.now + round(seconds * SECOND))

    def ask(self, verb, resource=TOKENS, user="admin", **fields):
        """Send a request; return the body of the answer."""
        request = Request(verb=verb, user=user, resource=resource, **fields)
        return self.server.handle(request).body

    def discover(self, path):
        """Ask what is served."""
        return self.server.handle(
            Request(verb="discover", user=MANAGER, path=path)
        ).body


@pytest.fixture(name="cluster")
def _cluster():
    return Cluster()


def _refusal(call, kind):
    with pytest.raises(kind) as caught:
        call()
    return str(caught.value)


def test_unavailable_group_is_advertised_but_not_served(cluster):
    """AS-141: discovery and requests meet 503, ``/apis`` and other groups do not."""
    cluster.extension.switch("down")
    cluster.run(31)

    apis = cluster.discover("/apis")
    discovery = _refusal(lambda: cluster.discover(GROUP_PATH), ServiceUnavailableError)
    listing = _refusal(lambda: cluster.ask("list"), ServiceUnavailableError)

    assert ServedGroup("ext.cattle.io", ("v1",)) == apis[-1]
    assert discovery == "the server is currently unable to handle the request"
    assert listing == (
        "the server is currently unable to handle the request "
        "(get tokens.ext.cattle.io)"
    )
    assert [one.name for one in cluster.discover("/apis/batch/v1")] == [
        "jobs",
        "jobs/status",
    ]


def test_deleted_api_service_leaves_404_and_keeps_the_objects(cluster):
    """AS-142: after deletion nothing is found; after re-creation the same token is."""
    before = cluster.ask("list").items
    cluster.ask("delete", API_SERVICES, name="v1.ext.cattle.io")
    cluster.run(1)

    groups = [group.name for group in cluster.discover("/apis")]
    discovery = _refusal(lambda: cluster.discover(GROUP_PATH), NotFoundError)
    listing = _refusal(lambda: cluster.ask("list"), NotFoundError)
    cluster.register()

    assert "ext.cattle.io" not in groups
    text = "the server could not find the requested resource"
    assert (discovery, listing) == (text, text)
    assert cluster.ask("list").items == before


def test_identity_specific_failure_hides_from_discovery(cluster):
    """AS-143: available and discoverable, yet one identity cannot list."""
    cluster.extension.switch("fail-kcm")
    cluster.run(31)

    api_service = cluster.server.aggregator.find(GroupVersion("ext.cattle.io", "v1"))
    failure = _refusal(lambda: cluster.ask("list", user=MANAGER), InternalServerError)

    assert api_service.available
    assert [one.name for one in cluster.discover(GROUP_PATH)] == ["tokens"]
    assert [token.name for token in cluster.ask("list").items] == ["token-abc12"]
    assert failure.startswith(
        "Internal error occurred: failed to list tokens: unable to parse requirement: "
        "values[0][authn.management.cattle.io/token-userId]: Invalid value: "
        '"system:kube-controller-manager": a valid label must be '
    )


def test_preferred_version_lends_only_what_it_has():
    """AS-144: what the preferred version lacks comes from the next that has it."""
    registry = ResourceRegistry()
    for version, plural in (("v2", "a"), ("v1", "a"), ("v1", "b")):
        registry.add(
            ResourceType(
                group="example.com",
                version=version,
                plural=plural,
                kind=plural.upper(),
                singular=plural,
                namespaced=True,
                storage=GroupResource("example.com", plural),
                verbs=ALL_VERBS,
                built_in=False,
            )
        )

    preferred = [str(one.gvr) for one in registry.preferred_resources()]

    assert preferred == ["example.com/v2, Resource=a", "example.com/v1, Resource=b"]


def test_discovery_of_1_20_costs_40_requests_with_the_extension(cluster):
    """One for ``/api``, one for ``/apis``, one for each of 38 group versions."""
    groups = (*cluster.discover("/api"), *cluster.discover("/apis"))

    assert 2 + sum(len(group.versions) for group in groups) == 40


def _definition():
    client = {"service": {"namespace": "ops", "name": "hook", "path": "/convert"}}
    spec = {
        "group": "g",
        "names": {"plural": "ks", "kind": "K"},
        "scope": "Cluster",
        "versions": [
            {"name": "v1", "served": True, "storage": True},
            {"name": "v2", "served": True, "storage": False},
        ],
        "conversion": {"strategy": "Webhook", "webhook": {"clientConfig": client}},
    }
    return KubeObject(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        ObjectMeta(name="ks.g"),
        {"spec": spec},
    )


def test_webhook_down_fails_the_versions_that_need_it(cluster):
    """AS-119: v1 lists; v2 fails if there is an object to convert, and only then."""
    cluster.server.bring(_definition())
    cluster.run(1)

    def refuse(stored, to):  # noqa: ARG001
        raise WebhookUnreachable("dial tcp 10.0.0.9:443: connect: connection refused")

    cluster.server.definitions.webhooks["ops", "hook"] = refuse
    first, second = (
        GroupVersionResource("g", version, "ks") for version in ("v1", "v2")
    )
    empty = cluster.ask("list", second).items
    cluster.server.bring(KubeObject("g/v1", "K", ObjectMeta(name="k"), {"spec": {}}))
    listed = [one.name for one in cluster.ask("list", first).items]
    with pytest.raises(ApiError) as caught:
        cluster.ask("list", second)

    assert (empty, listed) == ((), ["k"])
    failure = caught.value
    assert (failure.code, failure.reason) == (500, "")
    assert str(failure) == (
        "conversion webhook for g/v1, Kind=K failed: Post "
        '"https://hook.ops.svc:443/convert?timeout=30s": dial tcp 10.0.0.9:443: '
        "connect: connection refused"
    )
