"""What an API server brings along before anybody has asked for anything.

Upstream: the post-start hooks of cmd/kube-apiserver: start-kube-apiserver-admission,
bootstrap-controller, scheduling/bootstrap-system-priority-classes,
priority-and-fairness-config-producer, with apiserver pkg/apis/flowcontrol/bootstrap;
``SAControllerClientBuilder`` in pkg/controller/client_builder.go
"""

from collections.abc import Iterable

from gcmodel.apiserver.resources import catalogue
from gcmodel.objects.metadata import Json, KubeObject, ObjectMeta
from gcmodel.versions.profile import Profile

SYSTEM_NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")
PRIORITY_CLASSES = {
    "system-cluster-critical": 2_000_000_000,
    "system-node-critical": 2_000_001_000,
}

FLOW_SCHEMAS = {
    "exempt": 20,
    "catch-all": 20,
    "system-nodes": 20,
    "system-leader-election": 20,
    "workload-leader-election": 20,
    "kube-controller-manager": 20,
    "kube-scheduler": 20,
    "kube-system-service-accounts": 20,
    "service-accounts": 20,
    "global-default": 20,
    "probes": 21,
    "system-node-high": 22,
    "endpoint-controller": 26,
}
"""What the server brings to divide its capacity, each with its first minor version."""

PRIORITY_LEVELS = {
    "exempt": 20,
    "catch-all": 20,
    "system": 20,
    "leader-election": 20,
    "workload-high": 20,
    "workload-low": 20,
    "global-default": 20,
    "node-high": 22,
}
"""Likewise."""


def bootstrap_objects(profile: Profile) -> list[KubeObject]:
    """Return the objects of a new cluster, namespaces first."""
    return [
        *(_namespace(name) for name in SYSTEM_NAMESPACES),
        _object("v1", "Service", "kubernetes", "default"),
        _object("v1", "ConfigMap", "extension-apiserver-authentication", "kube-system"),
        *(_priority_class(name, value) for name, value in PRIORITY_CLASSES.items()),
        *_flow_control(profile, "FlowSchema", FLOW_SCHEMAS),
        *_flow_control(profile, "PriorityLevelConfiguration", PRIORITY_LEVELS),
    ]


def service_accounts(names: Iterable[str]) -> list[KubeObject]:
    """Return the accounts that a controller manager makes for its controllers."""
    return [_object("v1", "ServiceAccount", name, "kube-system") for name in names]


def _flow_control(
    profile: Profile, kind: str, since: dict[str, int]
) -> list[KubeObject]:
    versions = [one.api_version for one in catalogue(profile) if one.kind == kind]
    minor, _ = profile.minor
    return [
        _object(versions[0], kind, name)
        for name, first in since.items()
        if versions and first <= minor
    ]


def _namespace(name: str) -> KubeObject:
    return _object("v1", "Namespace", name)


def _priority_class(name: str, value: int) -> KubeObject:
    body: Json = {"value": value}
    return _object("scheduling.k8s.io/v1", "PriorityClass", name, body=body)


def _object(
    api_version: str,
    kind: str,
    name: str,
    namespace: str = "",
    body: Json | None = None,
) -> KubeObject:
    meta = ObjectMeta(name=name, namespace=namespace)
    return KubeObject(api_version, kind, meta, body or {})
