"""Which Pods of a DaemonSet are to be made and deleted.

Upstream: ``podsShouldBeOnNode`` in pkg/controller/daemon/daemon_controller.go;
``rollingUpdate`` in pkg/controller/daemon/update.go
"""

from collections.abc import Iterable, Mapping, Sequence

import attrs

from gcmodel.controllers.controller_revisions import REVISION_LABEL
from gcmodel.controllers.pod_state import FAILED, is_available, phase_of
from gcmodel.objects.metadata import Json, KubeObject


@attrs.frozen
class Plan:
    """What to do now.

    Attributes:
        create: Names of the machines that get a Pod.
        delete: Pods that go.
    """

    create: tuple[str, ...] = ()
    delete: tuple[KubeObject, ...] = ()


def machine_of(pod: KubeObject) -> str:
    """Return the machine that a Pod is on, or was made for; empty if not said."""
    bound = pod.spec.get("nodeName")
    if bound:
        return str(bound)
    affinity = (pod.spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    for term in required.get("nodeSelectorTerms") or ():
        for field in term.get("matchFields") or ():
            if field.get("key") == "metadata.name" and field.get("values"):
                return str(field["values"][0])
    return ""


def affinity_to(machine: str) -> Json:
    """Return the affinity by which a Pod runs on *machine* and nowhere else."""
    field = {"key": "metadata.name", "operator": "In", "values": [machine]}
    required = {"nodeSelectorTerms": [{"matchFields": [field]}]}
    return {
        "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}
    }


def by_machine(pods: Iterable[KubeObject]) -> dict[str, list[KubeObject]]:
    """Return *pods* by the machine that they are for, oldest first."""
    grouped: dict[str, list[KubeObject]] = {}
    ordered = sorted(
        pods, key=lambda pod: (pod.metadata.creation_timestamp or 0, pod.name)
    )
    for pod in ordered:
        grouped.setdefault(machine_of(pod), []).append(pod)
    return grouped


def manage(eligible: Sequence[str], pods: Mapping[str, Sequence[KubeObject]]) -> Plan:
    """Return the plan that leaves one Pod on each *eligible* machine.

    * **Oldest stays**: of several Pods on a machine the younger ones go.
    * **Failures go**: a Pod that failed is deleted, and replaced when it is gone.
    * **Patient**: a Pod that is being deleted keeps its place until it is gone.
    """
    create = [machine for machine in eligible if not pods.get(machine)]
    delete: list[KubeObject] = []
    for machine, here in pods.items():
        living = [pod for pod in here if not pod.metadata.being_deleted]
        if machine not in eligible:
            delete += living
            continue
        failed = [pod for pod in living if phase_of(pod) == FAILED]
        running = [pod for pod in living if phase_of(pod) != FAILED]
        delete += failed + running[1:]
    return Plan(tuple(create), tuple(delete))


@attrs.frozen
class Turnover:
    """How a rolling update may go on.

    Attributes:
        revision: The newest one.
        unavailable_max: On how many machines the Pod may be missing.
        min_ready_s: How long a Pod has to be ready to count.
    """

    revision: str
    unavailable_max: int
    min_ready_s: int = 0


def outdated(
    turnover: Turnover,
    eligible: Sequence[str],
    pods: Mapping[str, Sequence[KubeObject]],
    now_s: int,
) -> list[KubeObject]:
    """Return the Pods of old revisions that are to go now.

    * **Useless first**: those that are not available go whatever the limit.
    * **Bounded**: of the others only so many that enough machines keep theirs.
    """
    missing = 0
    useless: list[KubeObject] = []
    candidates: list[KubeObject] = []
    for machine in eligible:
        here = [pod for pod in pods.get(machine, ()) if not pod.metadata.being_deleted]
        if not here:
            missing += 1
            continue
        pod = here[0]
        available = is_available(pod, turnover.min_ready_s, now_s)
        missing += not available
        if pod.metadata.labels.get(REVISION_LABEL) != turnover.revision:
            (candidates if available else useless).append(pod)
    return useless + candidates[: max(0, turnover.unavailable_max - missing)]
