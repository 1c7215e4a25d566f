"""One Pod on each machine: what is made, what goes, what is replaced."""

import pytest

from gcmodel.controllers.daemonset_plan import (
    Plan,
    Turnover,
    affinity_to,
    by_machine,
    machine_of,
    manage,
    outdated,
)
from gcmodel.controllers.kubelet import may_run_on
from gcmodel.controllers.pod_status import running_status
from tests.unit.controllers.fakes import EPOCH_S, a_pod

REVISION = "controller-revision-hash"


def on(machine, name="p", phase="Running", revision="new", **metadata):
    """Return a Pod on a machine."""
    labels = {REVISION: revision}
    return a_pod(
        name, phase=phase, spec={"nodeName": machine}, labels=labels, **metadata
    )


def available(machine, revision="new"):
    """Return a Pod on a machine that is ready."""
    pod = on(machine, f"p-{machine}", revision=revision)
    return pod.with_body(status=running_status(pod, EPOCH_S))


def test_machine_of_a_pod():
    """A Pod is for the machine that it is bound to, or that its affinity names."""
    pods = [
        on("one"),
        a_pod("q", spec={"affinity": affinity_to("two")}),
        a_pod("r"),
    ]

    assert [machine_of(pod) for pod in pods] == ["one", "two", ""]


@pytest.mark.parametrize(
    ("affinity", "expected"),
    [(None, True), (affinity_to("one"), True), (affinity_to("two"), False)],
)
def test_affinity_is_honoured(affinity, expected):
    """The stand-in of a machine takes Pods that may run there."""
    spec = {"affinity": affinity} if affinity else {}

    assert may_run_on(a_pod("p", spec=spec), "one") == expected


def test_other_affinity_is_no_hindrance():
    """An affinity that names no machine is not looked at."""
    term = {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a"]}]}
    required = {"nodeSelectorTerms": [term]}
    affinity = {
        "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}
    }

    assert may_run_on(a_pod("p", spec={"affinity": affinity}), "one")
    assert machine_of(a_pod("p", spec={"affinity": affinity})) == ""


YOUNG = on("one", "young", creation_timestamp=EPOCH_S + 1)
OLD = on("one", "old", creation_timestamp=EPOCH_S)
BROKEN = on("one", "broken", "Failed")
GOING = on("one", "going", deletion_timestamp=EPOCH_S)
AWAY = on("gone", "away")


@pytest.mark.parametrize(
    ("pods", "plan"),
    [
        pytest.param([], Plan(("one",)), id="missing"),
        pytest.param([OLD], Plan(), id="there"),
        pytest.param([YOUNG, OLD], Plan((), (YOUNG,)), id="the younger goes"),
        pytest.param([BROKEN], Plan((), (BROKEN,)), id="the failed goes"),
        pytest.param([GOING], Plan(), id="one that goes keeps its place"),
        pytest.param([OLD, AWAY], Plan((), (AWAY,)), id="no place for it"),
    ],
)
def test_manage(pods, plan):
    """Each eligible machine gets one Pod and keeps the oldest."""
    assert manage(["one"], by_machine(pods)) == plan


@pytest.mark.parametrize(
    ("pods", "limit", "names"),
    [
        ([available("one"), available("two")], 1, []),
        ([available("one", "old"), available("two", "old")], 1, ["p-one"]),
        ([available("one", "old"), available("two", "old")], 2, ["p-one", "p-two"]),
        ([available("one", "old"), on("two", "q")], 1, []),
        ([available("one", "old"), on("two", "q", revision="old")], 1, ["q"]),
        ([available("one", "old")], 1, []),
    ],
)
def test_outdated(pods, limit, names):
    """Old Pods go as far as enough machines keep theirs; the useless go anyway."""
    turnover = Turnover("new", limit)

    found = outdated(turnover, ["one", "two"], by_machine(pods), EPOCH_S)

    assert [pod.name for pod in found] == names
