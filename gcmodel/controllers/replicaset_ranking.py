"""Which Pods a ReplicaSet gives up first.

Upstream: ``ActivePodsWithRanks`` in pkg/controller/controller_utils.go;
``getPodsToDelete`` in pkg/controller/replicaset/replica_set.go
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cmp_to_key

import attrs

from gcmodel.controllers.pod_state import is_active, is_ready, phase_of, ready_since_s
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.metadata import KubeObject

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"

_PHASES = ("Pending", "Unknown", "Running")


@attrs.frozen
class Ranked:
    """A Pod in the terms by which Pods are compared.

    Attributes:
        colocated: Active Pods of related ReplicaSets on the same machine.
        ready_s: Since when it is ready, 0 if it is not.
    """

    uid: str
    assigned: bool = True
    phase: int = 2
    ready: bool = True
    cost: int = 0
    colocated: int = 0
    ready_s: int = 0
    restarts: int = 0
    created_s: int = 0


def pods_to_delete(
    pods: Sequence[KubeObject], related: Iterable[KubeObject], count: int, now_ns: int
) -> list[KubeObject]:
    """Return the *count* of *pods* to give up.

    Args:
        pods: The active Pods of the ReplicaSet.
        related: Pods of all ReplicaSets with the same controller.
        count: At most as many as there are.
        now_ns: The wall clock, nanoseconds since the Unix epoch.
    """
    if count >= len(pods):
        return list(pods)
    on_machine = Counter(_machine(pod) for pod in related if is_active(pod))
    ranked = [(_ranked(pod, on_machine[_machine(pod)]), pod) for pod in pods]

    def order(one: tuple[Ranked, KubeObject], other: tuple[Ranked, KubeObject]) -> int:
        return compare(one[0], other[0], now_ns)

    ranked.sort(key=cmp_to_key(order))
    return [pod for _, pod in ranked[:count]]


def compare(one: Ranked, other: Ranked, now_ns: int) -> int:
    """Return a negative number if *one* is given up before *other*.

    The rules, the first that tells them apart deciding: not assigned to a machine;
    an earlier phase; not ready; a lower deletion cost; more company on its machine;
    ready for a shorter time; more restarts; younger. Times are compared in powers of
    two, and within one the UIDs decide.
    """
    by_state = _sign(_state(one), _state(other))
    if by_state:
        return by_state
    if one.ready and other.ready and one.ready_s != other.ready_s:
        return _by_time(one, other, (one.ready_s, other.ready_s), now_ns)
    if one.restarts != other.restarts:
        return _sign(other.restarts, one.restarts)
    if one.created_s != other.created_s:
        return _by_time(one, other, (one.created_s, other.created_s), now_ns)
    return 0


def _state(pod: Ranked) -> tuple[int, ...]:
    return (pod.assigned, pod.phase, pod.ready, pod.cost, -pod.colocated)


def _by_time(one: Ranked, other: Ranked, times_s: tuple[int, int], now_ns: int) -> int:
    first, second = times_s
    if first == 0 or second == 0:
        # Not known counts as just now.
        return -1 if first == 0 else 1
    difference = _power(first, now_ns) - _power(second, now_ns)
    if difference:
        return difference
    return -1 if one.uid < other.uid else 1


def _power(time_s: int, now_ns: int) -> int:
    age = now_ns - time_s * SECOND
    return int(math.log2(age)) if age > 0 else -1


def _ranked(pod: KubeObject, colocated: int) -> Ranked:
    phase = phase_of(pod)
    containers = pod.status.get("containerStatuses") or ()
    return Ranked(
        uid=pod.uid,
        assigned=bool(_machine(pod)),
        phase=_PHASES.index(phase) if phase in _PHASES else 0,
        ready=is_ready(pod),
        cost=_cost(pod),
        colocated=colocated,
        ready_s=ready_since_s(pod),
        restarts=max((one.get("restartCount", 0) for one in containers), default=0),
        created_s=pod.metadata.creation_timestamp or 0,
    )


def _machine(pod: KubeObject) -> str:
    return pod.spec.get("nodeName") or ""


def _cost(pod: KubeObject) -> int:
    try:
        return int(pod.metadata.annotations.get(DELETION_COST, "0"))
    except ValueError:
        return 0


def _sign(one: tuple[int, ...] | int, other: tuple[int, ...] | int) -> int:
    return (one > other) - (one < other)  # type: ignore[operator]  # of one kind
