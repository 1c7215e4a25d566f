"""How a strategic merge patch treats each list: by key, as a set, or as a whole.

Upstream: the ``patchStrategy`` and ``patchMergeKey`` tags of the types in api
core/v1/types.go, apps/v1/types.go and admissionregistration/v1/types.go
"""

from typing import TypeAlias

Path: TypeAlias = tuple[str, ...]
"""The field names from the object's root; list indices leave no trace."""

ATOMIC = None
"""The list is replaced."""

PRIMITIVE = ""
"""The list is a set of scalars; elsewhere a rule is the name of the key field."""

_BY_KIND: dict[tuple[str, Path], str] = {
    ("ServiceAccount", ("secrets",)): "name",
    ("Node", ("spec", "podCIDRs")): PRIMITIVE,
    ("Node", ("status", "addresses")): "type",
}

_BY_ENDING: dict[Path, str] = {
    ("metadata", "ownerReferences"): "uid",
    ("metadata", "finalizers"): PRIMITIVE,
    ("status", "conditions"): "type",
    ("spec", "ports"): "port",
    ("containers", "ports"): "containerPort",
    ("initContainers", "ports"): "containerPort",
    ("ephemeralContainers", "ports"): "containerPort",
    ("status", "podIPs"): "ip",
    ("containers",): "name",
    ("initContainers",): "name",
    ("ephemeralContainers",): "name",
    ("env",): "name",
    ("volumeMounts",): "mountPath",
    ("volumeDevices",): "devicePath",
    ("volumes",): "name",
    ("imagePullSecrets",): "name",
    ("hostAliases",): "ip",
    ("topologySpreadConstraints",): "topologyKey",
    ("webhooks",): "name",
}


def list_rule(kind: str, path: Path) -> str | None:
    """Return how to merge the list at *path* in an object of *kind*."""
    rule = _BY_KIND.get((kind, path))
    if rule is not None:
        return rule
    return _BY_ENDING.get(path[-2:], _BY_ENDING.get(path[-1:], ATOMIC))
