"""What the server asks of metadata."""

import pytest

from gcmodel.apiserver.validation import (
    validate_for_create,
    validate_for_update,
    validate_object_meta,
    validate_object_meta_update,
)
from gcmodel.objects.identity import Uid
from gcmodel.objects.metadata import ObjectMeta, OwnerReference
from gcmodel.objects.names import SERVICE_NAME, SUBDOMAIN_NAME
from gcmodel.versions.profile import Profile

BASELINE = Profile.for_version("1.28")
RULES = {"name_rule": SUBDOMAIN_NAME, "built_in": True, "profile": BASELINE}


def texts(errors):
    """Render *errors* as messages."""
    return [str(error) for error in errors]


def test_errors_come_in_upstream_order():
    """Name, namespace, generation, labels, annotations, owners, finalizers."""
    meta = ObjectMeta(
        generate_name="_",
        namespace="a.b",
        generation=-1,
        labels={"-": "-"},
        annotations={"-": ""},
        owner_references=(OwnerReference("v1", "Pod", "p", Uid("")),),
        finalizers=("plain", "-"),
    )

    errors = validate_object_meta(meta, namespaced=True, **RULES)

    assert [error.path for error in errors] == [
        "metadata.generateName",
        "metadata.name",
        "metadata.namespace",
        "metadata.generation",
        "metadata.labels",
        "metadata.labels",
        "metadata.annotations",
        "metadata.ownerReferences.uid",
        "metadata.finalizers",
        "metadata.finalizers[0]",
        "metadata.finalizers[1]",
    ]


@pytest.mark.parametrize(
    ("meta", "namespaced", "messages"),
    [
        (ObjectMeta(name="a", namespace="n"), True, []),
        (ObjectMeta(name="a"), False, []),
        (ObjectMeta(name="a"), True, ["metadata.namespace: Required value"]),
        (
            ObjectMeta(name="a", namespace="n"),
            False,
            ["metadata.namespace: Forbidden: not allowed on this type"],
        ),
        (
            ObjectMeta(namespace="n"),
            True,
            ["metadata.name: Required value: name or generateName is required"],
        ),
        (
            ObjectMeta(name="a", namespace="n", generation=-1),
            True,
            [
                "metadata.generation: Invalid value: -1: must be greater than or equal "
                "to 0"
            ],
        ),
    ],
)
def test_names_and_namespaces(meta, namespaced, messages):
    """A namespace stands exactly where the kind has one."""
    assert texts(validate_object_meta(meta, namespaced=namespaced, **RULES)) == messages


def test_create_asks_the_generic_rules_last():
    """What the kind refuses is not judged a second time."""
    rules = {**RULES, "name_rule": SERVICE_NAME}
    refused = validate_for_create(ObjectMeta(name="1"), namespaced=False, **rules)
    accepted = validate_for_create(ObjectMeta(name="a"), namespaced=False, **rules)
    assert (len(refused), accepted) == (1, [])


def test_update_repeats_what_a_create_asks():
    """Labels are judged twice at an update, and a resource version is wanted."""
    new = ObjectMeta(name="a", labels={"a": "-"}, uid=Uid("2"), finalizers=("x",))
    old = ObjectMeta(name="b", uid=Uid("1"))

    errors = validate_for_update(
        new, old, namespaced=False, built_in=True, profile=BASELINE
    )

    assert [(error.path, error.value) for error in errors] == [
        ("metadata.labels", "-"),
        ("metadata.resourceVersion", ""),
        ("metadata.name", "a"),
        ("metadata.uid", "2"),
        ("metadata.labels", "-"),
        ("metadata.finalizers[0]", "x"),
    ]


def test_repaired_update_is_accepted():
    """An object as it was read, with a version, may be written back."""
    meta = ObjectMeta(
        name="a",
        uid=Uid("1"),
        resource_version="7",
        creation_timestamp=1,
        deletion_timestamp=2,
        deletion_grace_period_seconds=0,
        finalizers=("x/y",),
    )
    assert validate_object_meta_update(meta, meta, BASELINE, built_in=True) == []
