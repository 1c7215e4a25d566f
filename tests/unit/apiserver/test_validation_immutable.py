"""What of an object stays as it was created."""

import pytest

from gcmodel.apiserver.validation_immutable import validate_immutable
from gcmodel.objects.metadata import KubeObject
from gcmodel.versions.profile import Profile

SELECTOR = {"matchLabels": {"a": "b"}}
OTHER = {"matchLabels": {"a": "c"}}
SHOWN = (
    'Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"a":"c"}, '
    "MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable"
)
SEALED = "Forbidden: field is immutable when `immutable` is set"


def problems(kind, before, after, version="1.31"):
    """Return what is wrong with changing the body of a *kind* from one to the other."""
    states = [
        KubeObject.from_dict(
            {"apiVersion": "v1", "kind": kind, "metadata": {"name": "a"}, **body}
        )
        for body in (after, before)
    ]
    return [
        str(one) for one in validate_immutable(*states, Profile.for_version(version))
    ]


def of_spec(kind, before, after, version="1.31"):
    """Return what is wrong with changing the spec."""
    return problems(kind, {"spec": before}, {"spec": after}, version)


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "DaemonSet"])
def test_selectors_stay(kind):
    """Who selects what is decided at creation."""
    before = {"selector": SELECTOR, "replicas": 1}
    assert of_spec(kind, before, {"selector": SELECTOR, "replicas": 2}) == []
    assert of_spec(kind, before, {"selector": OTHER}) == [f"spec.selector: {SHOWN}"]


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "DaemonSet", "Job"])
@pytest.mark.parametrize("after", [{}, {"selector": None}])
def test_selector_that_is_left_out_is_printed_as_null(kind, after):
    """A selector is a pointer, and one to nothing is printed in quotes."""
    assert of_spec(kind, {"selector": SELECTOR}, after) == [
        'spec.selector: Invalid value: "null": field is immutable'
    ]


@pytest.mark.parametrize(
    ("version", "path"), [("1.20", "Value"), ("1.24", "Value"), ("1.25", "value")]
)
@pytest.mark.parametrize(
    ("before", "after"),
    [({"value": 1}, {"value": 2}), ({"value": 1}, {}), ({}, {"value": 1})],
)
def test_value_of_a_priority_class_stays(version, path, before, after):
    """Which priority a class gives is decided at creation."""
    assert problems("PriorityClass", before, after, version) == [
        f"{path}: Forbidden: may not be changed in an update."
    ]


def test_priority_class_may_be_described_otherwise():
    """A value that is left out is zero, and the rest may change."""
    before, after = {"value": 0}, {"description": "low"}
    assert problems("PriorityClass", before, after) == []


def test_a_replication_controller_may_select_others():
    """The oldest of the workloads never had that rule."""
    assert of_spec("ReplicationController", {"selector": {}}, {"selector": OTHER}) == []


@pytest.mark.parametrize(
    ("version", "fields"),
    [
        ("1.21", "'replicas', 'template', and 'updateStrategy'"),
        ("1.22", "'replicas', 'template', 'updateStrategy' and 'minReadySeconds'"),
        (
            "1.25",
            "'replicas', 'template', 'updateStrategy', "
            "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds'",
        ),
        (
            "1.33",
            "'replicas', 'ordinals', 'template', 'updateStrategy', "
            "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
            "'minReadySeconds'",
        ),
        (
            "1.31",
            "'replicas', 'ordinals', 'template', 'updateStrategy', "
            "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds'",
        ),
    ],
)
def test_of_a_stateful_set_little_may_change(version, fields):
    """The message lists what may, by version; the list is kept."""
    found = of_spec("StatefulSet", {"serviceName": "a"}, {"serviceName": "b"}, version)
    assert found == [
        f"spec: Forbidden: updates to statefulset spec for fields other than {fields} "
        "are forbidden"
    ]
    assert of_spec("StatefulSet", {"replicas": 1}, {"replicas": 2}, version) == []
    ready = of_spec("StatefulSet", {}, {"minReadySeconds": 2}, version)
    assert bool(ready) == (version == "1.21")


@pytest.mark.parametrize(
    ("field", "before", "after", "shown"),
    [
        ("completions", 1, 2, "Invalid value: 2: field is immutable"),
        ("selector", SELECTOR, OTHER, SHOWN),
    ],
)
def test_of_a_job_these_stay(field, before, after, shown):
    """A Job counts to what it was created for."""
    assert of_spec("Job", {field: before}, {field: after}) == [f"spec.{field}: {shown}"]


def test_the_template_of_a_job_stays():
    """And runs what it was created for."""
    (found,) = of_spec("Job", {"template": {"a": 1}}, {"template": {"a": 2}})
    assert found.startswith("spec.template: Invalid value: ")
    assert found.endswith(": field is immutable")


@pytest.mark.parametrize("kind", ["ConfigMap", "Secret"])
def test_sealed_content(kind):
    """What is sealed can neither be changed nor opened."""
    sealed = {"immutable": True, "data": {"a": "b"}}
    assert problems(kind, sealed, sealed) == []
    assert problems(kind, sealed, {**sealed, "data": {}}) == [f"data: {SEALED}"]
    opened = {"data": {"a": "b"}}
    assert problems(kind, sealed, opened) == [f"immutable: {SEALED}"]
    assert problems(kind, opened, {"data": {}}) == []
    assert problems(kind, opened, sealed) == []


def test_the_type_of_a_secret_stays():
    """A Secret without a type is opaque, and so it stays."""
    assert problems("Secret", {}, {"type": "Opaque"}) == []
    assert problems("Secret", {}, {"type": "x"}) == [
        'type: Invalid value: "x": field is immutable'
    ]
