"""What a workload may say about how its Pods are replaced."""

import pytest

from gcmodel.apiserver.defaults import as_created
from gcmodel.apiserver.validation_strategies import validate_strategy
from gcmodel.objects.metadata import KubeObject

NEGATIVE = "Invalid value: -1: must be greater than or equal to 0"


def problems(kind, **spec):
    """Return what is wrong with a *kind* of *spec*, filled as the server fills it."""
    wire = {"apiVersion": "apps/v1", "kind": kind, "metadata": {}, "spec": spec}
    wanted = as_created(KubeObject.from_dict(wire))
    return [str(error) for error in validate_strategy(wanted)]


def deployment(**strategy):
    """Return what is wrong with the strategy of a Deployment."""
    return problems("Deployment", strategy=strategy)


def rolling(**numbers):
    """Return what is wrong with the numbers of a Deployment that rolls."""
    return deployment(rollingUpdate=numbers)


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet", "Pod"])
def test_what_is_left_out_is_good(kind):
    """The defaults are taken."""
    assert problems(kind) == []


@pytest.mark.parametrize(
    "numbers",
    [
        {"maxSurge": 0},
        {"maxUnavailable": 0},
        {"maxUnavailable": "100%", "maxSurge": "0%"},
        {"maxSurge": "300%"},
        {"maxUnavailable": 1000},
    ],
)
def test_good_numbers(numbers):
    """One of the two may be nothing, and a surge may be more than all."""
    assert rolling(**numbers) == []


@pytest.mark.parametrize("field", ["maxSurge", "maxUnavailable"])
@pytest.mark.parametrize("text", ["x", "1", "1.5%", "-1%", "%", "1%%", "\x00"])
def test_texts_are_percentages(field, text):
    """Every other text is refused, with the rule that it breaks."""
    shown = text.replace("\x00", "\\x00")
    assert rolling(**{field: text}) == [
        f"spec.strategy.rollingUpdate.{field}: Invalid value: "
        f'intstr.IntOrString{{Type:1, IntVal:0, StrVal:"{shown}"}}: a valid percent '
        "string must be a numeric string followed by an ending '%' (e.g. '1%',  or "
        "'93%', regex used for validation is '[0-9]+%')"
    ]


@pytest.mark.parametrize("field", ["maxSurge", "maxUnavailable"])
def test_counts_are_not_negative(field):
    """A count below zero is refused."""
    assert rolling(**{field: -1}) == [
        f"spec.strategy.rollingUpdate.{field}: {NEGATIVE}"
    ]


@pytest.mark.parametrize("nothing", [0, "0%"])
def test_something_must_move(nothing):
    """Without surge and without a missing Pod, nothing could ever be replaced."""
    inside = (
        'Type:1, IntVal:0, StrVal:"0%"' if nothing else 'Type:0, IntVal:0, StrVal:""'
    )
    shown = f"intstr.IntOrString{{{inside}}}"
    assert rolling(maxSurge=nothing, maxUnavailable=nothing) == [
        f"spec.strategy.rollingUpdate.maxUnavailable: Invalid value: {shown}: may not "
        "be 0 when `maxSurge` is 0"
    ]
    daemons = {"rollingUpdate": {"maxUnavailable": nothing}}
    assert problems("DaemonSet", updateStrategy=daemons) == [
        f"spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: {shown}: "
        "cannot be 0 when maxSurge is 0"
    ]


def test_no_more_than_all_are_missing():
    """More than all Pods cannot be missing."""
    assert rolling(maxUnavailable="101%") == [
        "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "
        'intstr.IntOrString{Type:1, IntVal:0, StrVal:"101%"}: must not be greater '
        "than 100%"
    ]


def test_recreating_has_no_numbers():
    """Who recreates cannot roll."""
    assert deployment(type="Recreate") == []
    assert deployment(type="Recreate", rollingUpdate={"maxSurge": 1}) == [
        "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy "
        "`type` is 'Recreate'"
    ]


def test_on_delete_has_no_partition():
    """A StatefulSet whose Pods are replaced by hand has no partition."""
    assert problems("StatefulSet", updateStrategy={"type": "OnDelete"}) == []
    bad = {"type": "OnDelete", "rollingUpdate": {"partition": 1}}
    assert problems("StatefulSet", updateStrategy=bad) == [
        "spec.updateStrategy.rollingUpdate: Invalid value: "
        'apps.StatefulSetUpdateStrategy{Type:"OnDelete", '
        "RollingUpdate:(*apps.RollingUpdateStatefulSetStrategy)(0xc000012000)}: "
        "only allowed for updateStrategy 'RollingUpdate'"
    ]


def test_partitions_are_not_negative():
    """A partition below zero is refused."""
    bad = {"rollingUpdate": {"partition": -1}}
    assert problems("StatefulSet", updateStrategy=bad) == [
        f"spec.updateStrategy.rollingUpdate.partition: {NEGATIVE}"
    ]


def test_unknown_types():
    """Each kind has its own way to say that there is no such strategy."""
    assert deployment(type="Yolo") == [
        'spec.strategy: Unsupported value: apps.DeploymentStrategy{Type:"Yolo", '
        "RollingUpdate:(*apps.RollingUpdateDeployment)(nil)}: supported values: "
        '"Recreate", "RollingUpdate"'
    ]
    assert problems("StatefulSet", updateStrategy={"type": "Yolo"}) == [
        "spec.updateStrategy: Invalid value: apps.StatefulSetUpdateStrategy"
        '{Type:"Yolo", RollingUpdate:(*apps.RollingUpdateStatefulSetStrategy)(nil)}: '
        "must be 'RollingUpdate' or 'OnDelete'"
    ]
    assert problems("DaemonSet", updateStrategy={"type": "Yolo"}) == [
        "spec.updateStrategy: Unsupported value: apps.DaemonSetUpdateStrategy"
        '{Type:"Yolo", RollingUpdate:(*apps.RollingUpdateDaemonSet)(nil)}: supported '
        'values: "RollingUpdate", "OnDelete"'
    ]


def test_pod_management():
    """Pods are made one after the other, or all at once."""
    assert problems("StatefulSet", podManagementPolicy="Parallel") == []
    assert problems("StatefulSet", podManagementPolicy="Yolo") == [
        "spec.podManagementPolicy: Invalid value: \"Yolo\": must be 'OrderedReady' or "
        "'Parallel'"
    ]
