"""The life of a CustomResourceDefinition in a running server."""

import attrs
import pytest

from gcmodel.apiserver.crd_conversion import WebhookUnreachable
from gcmodel.apiserver.crds import Crd
from gcmodel.apiserver.requests import Request
from gcmodel.apiserver.server import ApiServer
from gcmodel.errors import ApiError, MethodNotAllowedError, NotFoundError
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.identity import GroupResource, GroupVersion, GroupVersionResource
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from gcmodel.versions.profile import Profile

DEFINITIONS = GroupVersionResource(
    "apiextensions.k8s.io", "v1", "customresourcedefinitions"
)
WIDGETS = GroupVersionResource("example.com", "v1", "widgets")
WIDGETS_V2 = GroupVersionResource("example.com", "v2", "widgets")
API_SERVICES = GroupVersionResource("apiregistration.k8s.io", "v1", "apiservices")
WEBHOOK = {
    "strategy": "Webhook",
    "webhook": {"clientConfig": {"service": {"namespace": "ops", "name": "hook"}}},
}


def _definition(conversion=None):
    spec = {
        "group": "example.com",
        "names": {"plural": "widgets", "kind": "Widget"},
        "scope": "Namespaced",
        "versions": [
            {"name": "v1", "served": True, "storage": True},
            {"name": "v2", "served": True, "storage": False},
        ],
        "conversion": conversion or {"strategy": "None"},
    }
    return KubeObject(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        ObjectMeta(name="widgets.example.com"),
        {"spec": spec},
    )


def _widget(name="w", **metadata):
    meta = ObjectMeta(name=name, namespace="default", **metadata)
    return KubeObject("example.com/v1", "Widget", meta, {"spec": {"size": 1}})


@attrs.define
class Cluster:
    """A server, and a way to ask it."""

    server: ApiServer

    def ask(self, verb, resource, name="", body=None, **fields):
        """Send a request as admin; return the body of the answer."""
        request = Request(
            verb=verb, user="admin", resource=resource, name=name, body=body, **fields
        )
        return self.server.handle(request).body

    def create(self, resource, body):
        """Create an object, and let the server's own loops run."""
        made = self.ask("create", resource, body=body, namespace=body.namespace)
        self.run(0.1)
        return made

    def run(self, seconds):
        """Let time pass."""
        scheduler = self.server.scheduler
        scheduler.run(scheduler.now + round(seconds * SECOND))

    def terminating(self):
        """Return the Terminating condition of the definition."""
        found = self.ask("get", DEFINITIONS, "widgets.example.com")
        (condition,) = (
            wire for wire in found.status["conditions"] if wire["type"] == "Terminating"
        )
        return condition["status"], condition["reason"], condition["message"]


@pytest.fixture(name="cluster")
def _cluster():
    scheduler = Scheduler()
    server = ApiServer(scheduler, Profile.for_version("1.31"))
    server.start([KubeObject("v1", "Namespace", ObjectMeta(name="default"))])
    scheduler.run(SECOND)
    return Cluster(server)


def test_definition_is_established_and_served(cluster):
    """Soon after its creation the resource, its group and its APIService are there."""
    cluster.create(DEFINITIONS, _definition())

    stored = cluster.ask("get", DEFINITIONS, "widgets.example.com")

    assert Crd.of(stored).established
    assert cluster.ask("get", API_SERVICES, "v1.example.com").spec == {
        "group": "example.com",
        "version": "v1",
        "groupPriorityMinimum": 1000,
        "versionPriority": 100,
    }
    assert cluster.server.aggregator.groups()[-1].versions == ("v2", "v1")
    assert cluster.ask("list", WIDGETS).items == ()


def test_instances_are_stored_in_one_version_and_shown_in_each(cluster):
    """Whatever version was written, the storage version is kept."""
    cluster.create(DEFINITIONS, _definition())
    second = attrs.evolve(_widget("second"), api_version="example.com/v2")
    cluster.create(WIDGETS, _widget("first"))
    cluster.create(WIDGETS_V2, second)

    store = cluster.server.store.iter_objects(
        GroupResource("example.com", "widgets"), ""
    )
    shown = [
        [one.api_version for one in cluster.ask("list", resource).items]
        for resource in (WIDGETS, WIDGETS_V2)
    ]

    assert [one.api_version for one in store] == ["example.com/v1"] * 2
    assert shown == [["example.com/v1"] * 2, ["example.com/v2"] * 2]


def test_version_that_is_served_no_longer_is_gone(cluster):
    """Taking a version out of service removes it from the registry and from /apis."""
    cluster.create(DEFINITIONS, _definition())
    stored = cluster.ask("get", DEFINITIONS, "widgets.example.com")
    first, second = stored.spec["versions"]
    spec = {**stored.spec, "versions": [first, {**second, "served": False}]}
    cluster.ask("update", DEFINITIONS, stored.name, body=stored.with_body(spec=spec))
    cluster.run(0.1)

    assert cluster.server.registry.find(WIDGETS_V2) is None
    assert cluster.server.aggregator.find(GroupVersion("example.com", "v2")) is None
    assert cluster.server.registry.find(WIDGETS) is not None


def test_deletion_removes_instances_first(cluster):
    """The definition goes when its last instance has gone, and the group with it."""
    cluster.create(DEFINITIONS, _definition())
    cluster.create(WIDGETS, _widget())
    cluster.ask("delete", DEFINITIONS, "widgets.example.com")
    cluster.run(1)

    assert cluster.server.registry.find(WIDGETS) is None
    assert cluster.server.aggregator.find(GroupVersion("example.com", "v1")) is None
    widgets = GroupResource("example.com", "widgets")
    assert list(cluster.server.store.iter_objects(widgets, "")) == []
    names = [one.name for one in cluster.ask("list", DEFINITIONS).items]
    assert names == []


def test_instance_with_a_finalizer_holds_the_definition(cluster):
    """Until the instance goes the definition waits, and takes no new instances."""
    cluster.create(DEFINITIONS, _definition())
    cluster.create(WIDGETS, _widget(finalizers=("example.com/hold",)))
    cluster.ask("delete", DEFINITIONS, "widgets.example.com")
    cluster.run(61)

    waiting = cluster.terminating()
    with pytest.raises(MethodNotAllowedError):
        cluster.create(WIDGETS, _widget("late"))
    held = cluster.ask("get", WIDGETS, "w", namespace="default")
    cluster.ask(
        "update",
        WIDGETS,
        "w",
        held.with_metadata(finalizers=()),
        namespace="default",
    )
    cluster.run(61)

    assert waiting == (
        "True",
        "InstanceDeletionCheck",
        "could not confirm zero CustomResources remaining: timed out waiting for the "
        "condition",
    )
    assert cluster.ask("list", DEFINITIONS).items == ()


def test_broken_conversion_keeps_the_definition(cluster):
    """What cannot be listed cannot be cleaned up."""
    definition = _definition(WEBHOOK)
    versions = definition.spec["versions"]
    cluster.create(DEFINITIONS, definition)
    cluster.create(WIDGETS, _widget())
    stored = cluster.ask("get", DEFINITIONS, "widgets.example.com")
    only_second = [
        {**versions[0], "served": False, "storage": False},
        {**versions[1], "storage": True},
    ]
    spec = {**stored.spec, "versions": only_second}
    cluster.ask("update", DEFINITIONS, stored.name, stored.with_body(spec=spec))
    cluster.ask("delete", DEFINITIONS, "widgets.example.com")
    cluster.run(1)

    assert cluster.terminating() == (
        "True",
        "InstanceDeletionFailed",
        "could not list instances: conversion webhook for example.com/v1, "
        'Kind=Widget failed: Post "https://hook.ops.svc:443/?timeout=30s": '
        'service "hook" not found',
    )


def test_webhook_that_goes_down_fails_later_lists(cluster):
    """The same list works and fails with the webhook behind it."""
    cluster.create(DEFINITIONS, _definition(WEBHOOK))
    cluster.create(WIDGETS, _widget())
    cluster.server.definitions.webhooks["ops", "hook"] = lambda stored, to: [
        attrs.evolve(stored, api_version=to)
    ]
    before = [one.api_version for one in cluster.ask("list", WIDGETS_V2).items]

    def refuse(stored, to):  # noqa: ARG001
        raise WebhookUnreachable("dial tcp 10.0.0.9:443: connect: connection refused")

    cluster.server.definitions.webhooks["ops", "hook"] = refuse
    with pytest.raises(ApiError) as caught:
        cluster.ask("list", WIDGETS_V2)

    assert before == ["example.com/v2"]
    assert str(caught.value).endswith("connect: connection refused")


class Refusal:
    """A plug-in that refuses every write of one resource while it is on."""

    def __init__(self, resource):
        """Begin to refuse."""
        self.resource, self.on = resource, True

    def __call__(self, review):
        """Say no, whoever asks."""
        if self.on and str(review.served.group_resource) == self.resource:
            raise review.forbidden("not now")


def test_refused_api_service_is_tried_again(cluster):
    """The definition is established all the same, and the run goes on."""
    refusal = Refusal("apiservices.apiregistration.k8s.io")
    cluster.server.admit(refusal)

    cluster.create(DEFINITIONS, _definition())
    cluster.run(100)
    assert Crd.of(cluster.ask("get", DEFINITIONS, "widgets.example.com")).established
    with pytest.raises(NotFoundError):
        cluster.ask("get", API_SERVICES, "v1.example.com")

    refusal.on = False
    cluster.run(200)
    assert cluster.ask("get", API_SERVICES, "v1.example.com").spec["version"] == "v1"


def test_refused_end_of_a_definition_is_tried_again(cluster):
    """A finalizer that cannot be removed stays until it can be; ever more seldom."""
    refusal = Refusal("customresourcedefinitions.apiextensions.k8s.io")
    cluster.create(DEFINITIONS, _definition())
    cluster.ask("delete", DEFINITIONS, "widgets.example.com")
    cluster.server.admit(refusal)
    steps = cluster.server.scheduler.steps
    cluster.run(100)
    assert cluster.ask("get", DEFINITIONS, "widgets.example.com").name
    assert cluster.server.scheduler.steps - steps < 200

    refusal.on = False
    cluster.run(300)
    with pytest.raises(NotFoundError):
        cluster.ask("get", DEFINITIONS, "widgets.example.com")
