"""What an API server brings along before anybody has asked for anything.

Upstream: the post-start hooks of cmd/kube-apiserver: start-kube-apiserver-admission,
bootstrap-controller, scheduling/bootstrap-system-priority-classes,
priority-and-fairness-config-producer
"""

from gcmodel.objects.metadata import Json, KubeObject, ObjectMeta
from gcmodel.versions.profile import Profile

SYSTEM_NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")
PRIORITY_CLASSES = {
    "system-cluster-critical": 2_000_000_000,
    "system-node-critical": 2_000_001_000,
}


def bootstrap_objects(profile: Profile) -> list[KubeObject]:  # noqa: ARG001  (all versions alike so far)
    """Return the objects of a new cluster, namespaces first."""
    return [
        *(_namespace(name) for name in SYSTEM_NAMESPACES),
        _object("v1", "Service", "kubernetes", "default"),
        *(_priority_class(name, value) for name, value in PRIORITY_CLASSES.items()),
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
