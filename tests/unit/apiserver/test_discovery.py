"""Discovery in one document: current, stale, or not yet there."""

import pytest

from gcmodel.apiserver.discovery import core_group, described, resource_list
from gcmodel.apiserver.recorded_extension import RecordedExtension
from gcmodel.apiserver.requests import Request, ServedGroup, ServedResource
from gcmodel.apiserver.resources import ALL_VERBS, ResourceRegistry, catalogue
from gcmodel.apiserver.server import ApiServer
from gcmodel.apiserver.tokens import tokens_resource
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.identity import GroupVersion, GroupVersionResource
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from gcmodel.versions.profile import Profile

EXTENSION = GroupVersion("ext.cattle.io", "v1")


@pytest.fixture(name="registry")
def _registry():
    return ResourceRegistry.of(catalogue(Profile.for_version("1.31")))


def test_subresources_are_listed(registry):
    """A kind with a status has a subresource of that name."""
    pods = registry.find(GroupVersionResource("", "v1", "pods"))

    assert list(described(pods)) == [
        ServedResource(
            "pods",
            "Pod",
            namespaced=True,
            verbs=ALL_VERBS,
            singular_name="pod",
            short_names=("po",),
            categories=("all",),
        ),
        ServedResource("pods/status", "Pod", True, ("get", "patch", "update")),
    ]


def test_resource_list_goes_by_name(registry):
    """A group version lists its resources in alphabetical order."""
    names = [one.name for one in resource_list(registry, GroupVersion("batch", "v1"))]

    assert names == ["cronjobs", "cronjobs/status", "jobs", "jobs/status"]


def test_unserved_group_version_lists_nothing(registry):
    """What is not served has no resources."""
    assert resource_list(registry, GroupVersion("batch", "v9")) == ()


def test_core_group_has_one_version(registry):
    """``/api`` knows v1 alone."""
    assert core_group(registry) == (ServedGroup("", ("v1",)),)


class Cluster:
    """A server of 1.31 with one extension behind an ExternalName Service."""

    def __init__(self):
        self.scheduler = Scheduler()
        self.server = ApiServer(self.scheduler, Profile.for_version("1.31"))
        self.extension = RecordedExtension(self.scheduler, lambda: 0)
        self.server.aggregator.connect("default", "ext", self.extension)
        default = KubeObject("v1", "Namespace", ObjectMeta(name="default"))
        self.server.start([default])
        self.run_to(0.5)

    def run_to(self, seconds):
        """Let time pass."""
        self.scheduler.run(round(seconds * SECOND))

    def register(self):
        """Create Service and APIService."""
        meta = ObjectMeta(namespace="default", name="ext")
        spec = {"type": "ExternalName", "externalName": "localhost"}
        self.server.bring(KubeObject("v1", "Service", meta, {"spec": spec}))
        spec = {
            "group": "ext.cattle.io",
            "version": "v1",
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "service": {"namespace": "default", "name": "ext", "port": 6443},
        }
        self.server.bring(
            KubeObject(
                "apiregistration.k8s.io/v1",
                "APIService",
                ObjectMeta(name="v1.ext.cattle.io"),
                {"spec": spec},
            )
        )

    @property
    def seen(self):
        """What the document says of the extension: resources, and whether stale."""
        request = Request(verb="discover", user="admin", path="/apis?aggregated")
        document = self.server.handle(request).body
        found = document.resources.get(EXTENSION)
        return found, EXTENSION in document.stale


@pytest.fixture(name="cluster")
def _cluster():
    return Cluster()


TOKENS = (tokens_resource(),)


def test_extension_is_absent_until_registered(cluster):
    """Without an APIService there is no group."""
    assert cluster.seen == (None, False)


def test_registered_extension_is_fetched_at_once(cluster):
    """A backend is asked when its APIService appears."""
    cluster.register()
    cluster.run_to(1)

    assert cluster.seen == (TOKENS, False)


def test_unreachable_extension_keeps_its_place(cluster):
    """A backend that was never reached is stale and empty."""
    cluster.extension.switch("down")
    cluster.register()
    cluster.run_to(1)

    assert cluster.seen == ((), True)


def test_extension_that_goes_is_stale_with_its_condition(cluster):
    """The change of the condition has the backend asked again, in vain."""
    cluster.register()
    cluster.run_to(10)
    cluster.extension.switch("down")
    cluster.run_to(29)
    before = cluster.seen
    cluster.run_to(31)

    assert (before, cluster.seen) == ((TOKENS, False), (TOKENS, True))


@pytest.mark.parametrize("silent_from", ["the start", "the tenth second"])
def test_silent_extension_is_stale_five_seconds_after_it_is_asked(cluster, silent_from):
    """A backend that says nothing is given five seconds, and keeps what it had."""
    known = TOKENS if silent_from != "the start" else ()
    if not known:
        cluster.extension.switch("hang-all")
    cluster.register()
    cluster.run_to(10)
    cluster.extension.switch("hang-all")
    cluster.server.discovery.refresh_all()
    cluster.run_to(14.9)
    before = cluster.seen
    cluster.run_to(15.1)

    assert before == (known, not known)
    assert cluster.seen == (known, True)

    cluster.extension.switch("ok")
    cluster.run_to(80)
    assert cluster.seen == (TOKENS, False)


def test_extension_that_returns_is_current_again(cluster):
    """The next good answer clears the mark."""
    cluster.extension.switch("down")
    cluster.register()
    cluster.run_to(20)
    cluster.extension.switch("ok")
    cluster.run_to(31)

    assert cluster.seen == (TOKENS, False)


def test_deleted_api_service_takes_its_group_along(cluster):
    """After the APIService the group is not stale but gone."""
    cluster.register()
    cluster.run_to(1)
    cluster.server.handle(
        Request(
            verb="delete",
            user="admin",
            resource=GroupVersionResource(
                "apiregistration.k8s.io", "v1", "apiservices"
            ),
            name="v1.ext.cattle.io",
        )
    )
    cluster.run_to(2)

    assert cluster.seen == (None, False)
