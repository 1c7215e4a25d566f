"""How many replicas are wanted and seen, as specs and statuses of workloads state it.

Upstream: ``GetReplicaCountForReplicaSets`` and its kin in
pkg/controller/deployment/util/deployment_util.go
"""

from collections.abc import Iterable

from gcmodel.objects.metadata import Json, KubeObject


def wanted_replicas(workload: KubeObject) -> int:
    """Return ``spec.replicas``, which is 1 if not said."""
    replicas = workload.spec.get("replicas")
    return 1 if replicas is None else int(replicas)


def counted(workload: KubeObject, field: str) -> int:
    """Return a count in the status, which is 0 if not said."""
    return int(workload.status.get(field) or 0)


def total_wanted(workloads: Iterable[KubeObject]) -> int:
    """Return the sum of ``spec.replicas``."""
    return sum(wanted_replicas(workload) for workload in workloads)


def total_counted(workloads: Iterable[KubeObject], field: str) -> int:
    """Return the sum of a count over the statuses."""
    return sum(counted(workload, field) for workload in workloads)


def active(workloads: Iterable[KubeObject]) -> list[KubeObject]:
    """Return those that want replicas."""
    return [workload for workload in workloads if wanted_replicas(workload) > 0]


def with_spec(workload: KubeObject, **fields: object) -> KubeObject:
    """Return a copy whose spec differs by *fields*."""
    return workload.with_body(spec={**workload.spec, **fields})


def without_zeros(status: Json) -> Json:
    """Return *status* as Go writes it: counts that are 0, and empty lists, left out."""
    return {key: value for key, value in status.items() if value not in (0, None, [])}


def created_order(workload: KubeObject) -> tuple[int, str]:
    """Return a sort key: oldest first, then by name."""
    return workload.metadata.creation_timestamp or 0, workload.name
