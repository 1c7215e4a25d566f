"""The arithmetic of a rolling update: how large each ReplicaSet should be next.

Upstream: ``NewRSNewReplicas`` in pkg/controller/deployment/util/deployment_util.go;
``reconcileOldReplicaSets``, ``cleanupUnhealthyReplicas`` and
``scaleDownOldReplicaSetsForRollingUpdate`` in pkg/controller/deployment/rolling.go
"""

from collections.abc import Sequence

import attrs

from gcmodel.controllers.deployment_spec import DeploymentSpec


@attrs.frozen
class Size:
    """One ReplicaSet as the arithmetic sees it: replicas wanted, and available."""

    replicas: int
    available: int = 0

    @property
    def unhealthy(self) -> int:
        """How many of its replicas are not available."""
        return self.replicas - self.available


@attrs.frozen
class Resize:
    """Give the ReplicaSet at *index* this many *replicas*."""

    index: int
    replicas: int


def new_size(spec: DeploymentSpec, total: int, current: int) -> int:
    """Return how many replicas the new ReplicaSet should have.

    * **Bounded**: never more than are wanted, and no growth beyond the surge.

    Args:
        spec: What the Deployment asks for.
        total: Replicas of all ReplicaSets, the new one included.
        current: Those of the new one.
    """
    if current >= spec.replicas or not spec.rolling:
        return spec.replicas
    if total >= spec.replicas_max:
        return current
    return current + min(spec.replicas_max - total, spec.replicas - current)


def old_sizes(spec: DeploymentSpec, old: Sequence[Size], new: Size) -> list[Resize]:
    """Return the steps that shrink the *old* ReplicaSets, oldest first.

    * **Unhealthy first**: replicas that are not available go before any other, so
      that they cannot block the update.
    * **Bounded**: of those that are available, enough stay.
    * **Wary**: a status that must be older than its spec ends the steps.

    Args:
        spec: What the Deployment asks for.
        old: In order of creation.
        new: The new ReplicaSet.
    """
    old_total = sum(size.replicas for size in old)
    budget = old_total + new.replicas - spec.available_min - new.unhealthy
    if old_total == 0 or budget <= 0:
        return []
    cleaned = remove_unhealthy(old, budget)
    if _is_stale(old, cleaned, budget):
        return cleaned
    left = list(old)
    for step in cleaned:
        left[step.index] = attrs.evolve(left[step.index], replicas=step.replicas)
    return cleaned + remove_available(spec, left, new)


def remove_unhealthy(old: Sequence[Size], budget: int) -> list[Resize]:
    """Return the steps that remove up to *budget* unavailable replicas.

    * **Wary**: it goes no further than a ReplicaSet with more available than wanted,
      whose status must be older than its spec.
    """
    steps = []
    for index, size in enumerate(old):
        if budget <= 0 or _has_stale_status(size):
            break
        removed = min(budget, size.unhealthy)
        if size.replicas and removed:
            steps.append(Resize(index, size.replicas - removed))
            budget -= removed
    return steps


def _has_stale_status(size: Size) -> bool:
    return size.replicas > 0 and size.unhealthy < 0


def _is_stale(old: Sequence[Size], cleaned: list[Resize], budget: int) -> bool:
    removed = sum(old[step.index].replicas - step.replicas for step in cleaned)
    return removed < budget and any(_has_stale_status(size) for size in old)


def remove_available(
    spec: DeploymentSpec, old: Sequence[Size], new: Size
) -> list[Resize]:
    """Return the steps that remove what is available beyond the minimum."""
    available = sum(size.available for size in old) + new.available
    budget = available - spec.available_min
    steps = []
    for index, size in enumerate(old):
        if budget <= 0:
            break
        removed = min(budget, size.replicas)
        if removed:
            steps.append(Resize(index, size.replicas - removed))
            budget -= removed
    return steps
