"""Objects as values: in and out of wire form, and changed by copy."""

import attrs
import pytest
from hypothesis import given, strategies as st

from gcmodel.objects.identity import GroupVersionKind, ObjectReference, Uid
from gcmodel.objects.metadata import KubeObject, ObjectMeta, OwnerReference, rfc3339

OWNER_WIRE = {
    "apiVersion": "apps/v1",
    "kind": "ReplicaSet",
    "name": "web-1",
    "uid": "u1",
    "controller": True,
    "blockOwnerDeletion": False,
}
OWNER = OwnerReference("apps/v1", "ReplicaSet", "web-1", Uid("u1"), True, False)
WIRE = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "web-1-a",
        "generateName": "web-1-",
        "namespace": "default",
        "uid": "u2",
        "resourceVersion": "41",
        "generation": 3,
        "creationTimestamp": "2026-01-31T12:00:00Z",
        "deletionTimestamp": "2026-01-31T12:00:30Z",
        "labels": {"app": "web"},
        "annotations": {"a": "b"},
        "ownerReferences": [OWNER_WIRE],
        "finalizers": ["orphan"],
        "deletionGracePeriodSeconds": 0,
    },
    "spec": {"nodeName": "n1"},
    "status": {"phase": "Running"},
}
META = ObjectMeta(
    name="web-1-a",
    generate_name="web-1-",
    namespace="default",
    uid=Uid("u2"),
    resource_version="41",
    generation=3,
    creation_timestamp=1769860800,
    deletion_timestamp=1769860830,
    deletion_grace_period_seconds=0,
    labels={"app": "web"},
    annotations={"a": "b"},
    owner_references=(OWNER,),
    finalizers=("orphan",),
)
POD = KubeObject("v1", "Pod", META, {"spec": WIRE["spec"], "status": WIRE["status"]})


def test_wire_form_there_and_back():
    """Every field of an object survives the way in and the way out."""
    assert KubeObject.from_dict(WIRE) == POD
    assert POD.to_dict() == WIRE


def test_absent_and_null_are_alike():
    """A field that is null reads as one that is absent, and neither is written."""
    fields = attrs.fields_dict(ObjectMeta)
    nulls = dict.fromkeys(WIRE["metadata"])
    empty = {"apiVersion": "v1", "kind": "Pod", "metadata": {}}

    assert ObjectMeta.from_dict(nulls) == ObjectMeta.from_dict({}) == ObjectMeta()
    assert len(nulls) == len(fields)
    assert KubeObject.from_dict({**empty, "metadata": None}).to_dict() == empty


def test_owner_reference_with_nulls():
    """A reference of nulls names nothing, and says nothing of its flags."""
    nulls = dict.fromkeys(OWNER_WIRE)

    reference = OwnerReference.from_dict(nulls)

    assert reference == OwnerReference("", "", "", Uid(""))
    assert reference.to_dict() == {"apiVersion": "", "kind": "", "name": "", "uid": ""}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T00:00:01.999Z", 1),
        ("1970-01-01T00:00:00", 0),
        (7, 7),
        (None, None),
    ],
)
def test_times_are_seconds_of_the_epoch(text, seconds):
    """A time is whole seconds since 1970, whatever zone it was written in."""
    assert (
        ObjectMeta.from_dict({"creationTimestamp": text}).creation_timestamp == seconds
    )


@given(st.integers(0, 253402300799))
def test_times_round_trip(seconds):
    """What is written as a time is read as the same second."""
    read = ObjectMeta.from_dict({"creationTimestamp": rfc3339(seconds)})

    assert read.creation_timestamp == seconds


def test_no_time_is_empty_text():
    """A time that is not set is written as nothing."""
    assert rfc3339(None) == ""


@pytest.mark.parametrize(
    ("identity", "matches"),
    [
        (ObjectReference("apps/v1", "ReplicaSet", "default", "web-1", Uid("u1")), True),
        (ObjectReference("apps/v1", "ReplicaSet", "", "web-1", Uid("u1")), True),
        (ObjectReference("apps/v2", "ReplicaSet", "", "web-1", Uid("u1")), False),
        (ObjectReference("apps/v1", "Deployment", "", "web-1", Uid("u1")), False),
        (ObjectReference("apps/v1", "ReplicaSet", "", "web-2", Uid("u1")), False),
        (ObjectReference("apps/v1", "ReplicaSet", "", "web-1", Uid("u2")), False),
    ],
)
def test_coordinates_of_an_owner(identity, matches):
    """A reference names an identity in all but its namespace, or does not."""
    assert OWNER.coordinates_match(identity) == matches


def test_identity_that_a_reference_claims():
    """An owner is taken to live where its dependent does."""
    assert OWNER.in_namespace("ns1") == ObjectReference(
        "apps/v1", "ReplicaSet", "ns1", "web-1", Uid("u1")
    )


def test_what_metadata_imply():
    """The controller is the first reference that says so; a time means deletion."""
    other = OWNER._replace(controller=None, uid=Uid("u0"))
    second = OWNER._replace(uid=Uid("u9"))
    meta = ObjectMeta(owner_references=(other, OWNER, second))

    assert (meta.controller, meta.being_deleted) == (OWNER, False)
    assert (ObjectMeta().controller, META.being_deleted) == (None, True)
    assert ObjectMeta(deletion_timestamp=0).being_deleted


def test_shorthands():
    """An object answers for its identity, its key and its two halves."""
    bare = KubeObject("v1", "Node", ObjectMeta(name="n1"), {"spec": None})

    assert POD.gvk == GroupVersionKind("", "v1", "Pod")
    assert POD.reference == ObjectReference(
        "v1", "Pod", "default", "web-1-a", Uid("u2")
    )
    assert (POD.name, POD.namespace, POD.uid) == ("web-1-a", "default", "u2")
    assert (POD.key, bare.key) == ("default/web-1-a", "n1")
    assert (POD.spec, POD.status) == ({"nodeName": "n1"}, {"phase": "Running"})
    assert (bare.spec, bare.status) == ({}, {})


def test_changing_by_copy():
    """A changed copy differs in what was named; the original does not change."""
    moved = POD.with_metadata(namespace="other", finalizers=())
    bound = POD.with_body(spec={"nodeName": "n2"}, status=None)

    assert moved == KubeObject(
        "v1", "Pod", attrs.evolve(META, namespace="other", finalizers=()), POD.body
    )
    assert bound == KubeObject("v1", "Pod", META, {"spec": {"nodeName": "n2"}})
    assert POD.to_dict() == WIRE
