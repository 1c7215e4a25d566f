"""The catalogue of built-in resources and the registry of what is served.

Upstream: ``DefaultGarbageCollectionPolicy`` of the strategies in pkg/registry
"""

import pytest

from gcmodel.apiserver.resources import (
    ALL_VERBS,
    ResourceRegistry,
    ResourceType,
    built_in_priority,
    catalogue,
    default_policy,
    version_order,
)
from gcmodel.objects.identity import (
    GroupResource,
    GroupVersion,
    GroupVersionKind,
    GroupVersionResource,
)
from gcmodel.versions.profile import Profile, known_versions

DELETABLE_IN_1_20 = """\
/v1, Resource=configmaps
/v1, Resource=endpoints
/v1, Resource=events
/v1, Resource=limitranges
/v1, Resource=namespaces
/v1, Resource=nodes
/v1, Resource=persistentvolumeclaims
/v1, Resource=persistentvolumes
/v1, Resource=pods
/v1, Resource=podtemplates
/v1, Resource=replicationcontrollers
/v1, Resource=resourcequotas
/v1, Resource=secrets
/v1, Resource=serviceaccounts
/v1, Resource=services
admissionregistration.k8s.io/v1, Resource=mutatingwebhookconfigurations
admissionregistration.k8s.io/v1, Resource=validatingwebhookconfigurations
apiextensions.k8s.io/v1, Resource=customresourcedefinitions
apiregistration.k8s.io/v1, Resource=apiservices
apps/v1, Resource=controllerrevisions
apps/v1, Resource=daemonsets
apps/v1, Resource=deployments
apps/v1, Resource=replicasets
apps/v1, Resource=statefulsets
autoscaling/v1, Resource=horizontalpodautoscalers
batch/v1, Resource=jobs
batch/v1beta1, Resource=cronjobs
certificates.k8s.io/v1, Resource=certificatesigningrequests
coordination.k8s.io/v1, Resource=leases
discovery.k8s.io/v1beta1, Resource=endpointslices
events.k8s.io/v1, Resource=events
extensions/v1beta1, Resource=ingresses
flowcontrol.apiserver.k8s.io/v1beta1, Resource=flowschemas
flowcontrol.apiserver.k8s.io/v1beta1, Resource=prioritylevelconfigurations
networking.k8s.io/v1, Resource=ingressclasses
networking.k8s.io/v1, Resource=ingresses
networking.k8s.io/v1, Resource=networkpolicies
node.k8s.io/v1, Resource=runtimeclasses
policy/v1beta1, Resource=poddisruptionbudgets
policy/v1beta1, Resource=podsecuritypolicies
rbac.authorization.k8s.io/v1, Resource=clusterrolebindings
rbac.authorization.k8s.io/v1, Resource=clusterroles
rbac.authorization.k8s.io/v1, Resource=rolebindings
rbac.authorization.k8s.io/v1, Resource=roles
scheduling.k8s.io/v1, Resource=priorityclasses
storage.k8s.io/v1, Resource=csidrivers
storage.k8s.io/v1, Resource=csinodes
storage.k8s.io/v1, Resource=storageclasses
storage.k8s.io/v1, Resource=volumeattachments""".splitlines()


def _registry(version: str) -> ResourceRegistry:
    return ResourceRegistry.of(catalogue(Profile.for_version(version)))


def _served(version: str, endpoint: str) -> ResourceType:
    group_version, _, plural = endpoint.rpartition("/")
    found = _registry(version).find(GroupVersionResource.of(group_version, plural))
    assert found is not None
    return found


def test_deletable_resources_of_1_20_are_those_recorded() -> None:
    """1.20.2 offers 49 built-in resources that can be deleted, listed and watched."""
    preferred = _registry("1.20.2").preferred_resources()

    assert sorted(str(r.gvr) for r in preferred if r.deletable) == DELETABLE_IN_1_20


def test_discovery_of_1_20_takes_39_requests() -> None:
    """1.20.2 serves 37 group versions, and ``/api`` and ``/apis`` are asked as well."""
    assert len(_registry("1.20.2").group_versions()) == 37


@pytest.mark.parametrize(
    ("version", "count"),
    [
        ("1.16", 32),
        ("1.17", 33),
        ("1.19", 35),
        ("1.20", 37),
        ("1.21", 39),
        ("1.22", 28),
        ("1.23", 30),
        ("1.25", 24),
        ("1.26", 23),
        ("1.27", 22),
        ("1.29", 22),
        ("1.32", 21),
        ("1.34", 22),
        ("1.36", 22),
    ],
)
def test_group_versions_come_and_go(version: str, count: int) -> None:
    """The number of group versions, and so the cost of discovery, varies by minor."""
    assert count == len(_registry(version).group_versions())


def test_group_order_follows_priorities() -> None:
    """The core and the aggregator's group lead; then go priority and name."""
    groups = list(dict.fromkeys(gv.group for gv in _registry("1.20").group_versions()))

    assert groups == [
        "",
        "apiregistration.k8s.io",
        "apps",
        "events.k8s.io",
        "authentication.k8s.io",
        "authorization.k8s.io",
        "autoscaling",
        "batch",
        "certificates.k8s.io",
        "networking.k8s.io",
        "extensions",
        "policy",
        "rbac.authorization.k8s.io",
        "storage.k8s.io",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "scheduling.k8s.io",
        "coordination.k8s.io",
        "node.k8s.io",
        "discovery.k8s.io",
        "flowcontrol.apiserver.k8s.io",
    ]


@pytest.mark.parametrize(
    ("version", "order"),
    [
        ("1.20", ["v1", "v2beta1", "v2beta2"]),
        ("1.23", ["v2", "v1", "v2beta1", "v2beta2"]),
        ("1.26", ["v2", "v1"]),
    ],
)
def test_version_order_follows_priorities(version: str, order: list[str]) -> None:
    """autoscaling/v2 is preferred as soon as it exists, its betas never."""
    served = _registry(version).group_versions()

    assert order == [gv.version for gv in served if gv.group == "autoscaling"]


def test_versions_sort_by_maturity_then_age() -> None:
    """Stable comes before beta before alpha, ten after two, nonsense last."""
    mixed = [
        "foo1",
        "v1alpha1",
        "v2",
        "v10",
        "v11beta2",
        "v3beta1",
        "v12alpha1",
        "foo10",
    ]

    assert sorted(mixed, key=version_order) == [
        "v10",
        "v2",
        "v11beta2",
        "v3beta1",
        "v12alpha1",
        "v1alpha1",
        "foo1",
        "foo10",
    ]


@pytest.mark.parametrize(
    ("endpoint", "policy"),
    [
        pytest.param("v1/replicationcontrollers", "Orphan", id="AS-69-rc"),
        pytest.param("batch/v1/jobs", "Orphan", id="AS-69-job"),
        pytest.param("batch/v1beta1/cronjobs", "Orphan", id="AS-69-old-cronjob"),
        pytest.param("batch/v1/cronjobs", "Background", id="AS-69-cronjob"),
        pytest.param("extensions/v1beta1/deployments", "Orphan", id="AS-69-extensions"),
        pytest.param("apps/v1beta1/deployments", "Orphan", id="AS-69-v1beta1"),
        pytest.param("apps/v1beta2/deployments", "Orphan", id="AS-69-v1beta2"),
        pytest.param("apps/v1/deployments", "Background", id="AS-69-v1"),
        pytest.param("v1/events", "Unsupported", id="AS-69-event"),
        pytest.param("events.k8s.io/v1/events", "Unsupported", id="AS-69-new-event"),
        pytest.param("example.com/v1/events", "Background", id="custom-event"),
    ],
)
def test_default_policy_depends_on_endpoint(endpoint: str, policy: str) -> None:
    """What a delete without a policy does goes by the group and version asked for."""
    group_version, _, plural = endpoint.rpartition("/")

    assert policy == default_policy(GroupVersionResource.of(group_version, plural))


@pytest.mark.parametrize(
    ("version", "endpoint", "counts"),
    [
        ("1.20", "apps/v1/deployments", True),
        ("1.20", "batch/v1/jobs", False),
        ("1.20", "batch/v1beta1/cronjobs", False),
        ("1.28", "batch/v1/jobs", True),
        ("1.20", "scheduling.k8s.io/v1/priorityclasses", True),
        ("1.28", "v1/pods", False),
        ("1.33", "v1/pods", True),
        ("1.28", "v1/configmaps", False),
    ],
)
def test_generation_is_counted_by_some(
    version: str, endpoint: str, *, counts: bool
) -> None:
    """Which kinds have a generation depends on the version."""
    assert counts is _served(version, endpoint).tracks_generation


def test_shared_storage_is_one_collection() -> None:
    """Both Events endpoints, and both Ingress endpoints, show the same objects."""
    assert (
        GroupResource("", "events"),
        GroupResource("networking.k8s.io", "ingresses"),
    ) == (
        _served("1.20", "events.k8s.io/v1/events").storage,
        _served("1.20", "extensions/v1beta1/ingresses").storage,
    )


def test_services_cannot_be_deleted_as_collection_in_1_20() -> None:
    """1.20.2 lists and deletes Services one by one; 1.28 need not."""
    few = tuple(verb for verb in ALL_VERBS if verb != "deletecollection")

    assert (few, ALL_VERBS) == (
        _served("1.20", "v1/services").verbs,
        _served("1.28", "v1/services").verbs,
    )


def test_pod_is_the_graceful_kind() -> None:
    """Pods, and nothing else, are deleted with a grace period."""
    graceful = [
        str(r.gvr) for r in catalogue(Profile.for_version("1.31")) if r.graceful
    ]

    assert graceful == ["/v1, Resource=pods"]


def test_registry_finds_both_ways() -> None:
    """A resource leads to its kind, and the kind back to it."""
    registry = _registry("1.31")
    deployments = GroupVersionResource("apps", "v1", "deployments")
    kind = GroupVersionKind("apps", "v1", "Deployment")

    assert kind == registry.kind_for(deployments)
    assert registry.find(deployments) is registry.resource_for(kind)


def test_removed_resource_is_unknown() -> None:
    """After removal neither the resource nor its kind nor its group is found."""
    registry = ResourceRegistry()
    widgets = ResourceType(
        group="example.com",
        version="v1",
        plural="widgets",
        kind="Widget",
        singular="widget",
        namespaced=True,
        storage=GroupResource("example.com", "widgets"),
        built_in=False,
    )
    registry.add(widgets)

    registry.remove(widgets.gvr)

    assert registry.find(widgets.gvr) is None
    assert registry.resource_for(widgets.gvk) is None
    assert registry.group_versions() == ()


def test_custom_groups_come_last() -> None:
    """Groups of custom resources follow the built-in ones, by name."""
    registry = _registry("1.31")
    for group in ("zoo.example.com", "art.example.com"):
        registry.add(
            ResourceType(
                group=group,
                version="v1",
                plural="widgets",
                kind="Widget",
                singular="widget",
                namespaced=True,
                storage=GroupResource(group, "widgets"),
                built_in=False,
            )
        )

    assert [
        GroupVersion("art.example.com", "v1"),
        GroupVersion("zoo.example.com", "v1"),
    ] == [*registry.group_versions()[-2:]]


@pytest.mark.parametrize("version", known_versions())
def test_every_built_in_group_has_a_priority(version: str) -> None:
    """No served group falls back to the priority of custom resources."""
    strays = [
        str(gv)
        for gv in _registry(version).group_versions()
        if built_in_priority(gv).group == 1000 and gv.group != "apiregistration.k8s.io"
    ]

    assert strays == []
