"""Whether metadata on the wire have the right types."""

import pytest

from gcmodel.apiserver.validation_shape import check_shape
from gcmodel.errors import BadRequestError


def config_map(**metadata):
    """Return a ConfigMap on the wire."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}


OWNER = "OwnerReference.metadata.ownerReferences"


@pytest.mark.parametrize(
    ("wire", "problem"),
    [
        (
            config_map(labels="x"),
            "string into Go struct field ObjectMeta.metadata.labels of type "
            "map[string]string",
        ),
        (
            config_map(labels={"a": 1}),
            "number into Go struct field ObjectMeta.metadata.labels of type string",
        ),
        (
            config_map(annotations={"a": True}),
            "bool into Go struct field ObjectMeta.metadata.annotations of type string",
        ),
        (
            config_map(name=["a"]),
            "array into Go struct field ObjectMeta.metadata.name of type string",
        ),
        (
            config_map(ownerReferences={}),
            "object into Go struct field ObjectMeta.metadata.ownerReferences of type "
            "[]v1.OwnerReference",
        ),
        (
            config_map(ownerReferences=["a"]),
            "string into Go struct field ObjectMeta.metadata.ownerReferences of type "
            "v1.OwnerReference",
        ),
        (
            config_map(ownerReferences=[{"controller": "yes"}]),
            f"string into Go struct field {OWNER}.controller of type bool",
        ),
        (
            config_map(ownerReferences=[{"uid": 1}]),
            f"number into Go struct field {OWNER}.uid of type types.UID",
        ),
        (
            config_map(generation=1.5),
            "number 1.5 into Go struct field ObjectMeta.metadata.generation of type "
            "int64",
        ),
        (
            config_map(generation=2**63),
            "number 9223372036854775808 into Go struct field "
            "ObjectMeta.metadata.generation of type int64",
        ),
        (
            config_map(finalizers=[{}], labels=1),
            "object into Go struct field ObjectMeta.metadata.finalizers of type string",
        ),
        (
            config_map(creationTimestamp=7),
            "number into Go value of type string",
        ),
        (
            config_map() | {"metadata": []},
            "array into Go struct field ConfigMap.metadata of type v1.ObjectMeta",
        ),
        (
            config_map() | {"data": "x"},
            "string into Go struct field ConfigMap.data of type map[string]string",
        ),
    ],
)
def test_wrong_types_are_refused(wire, problem):
    """The first wrong type is told as the decoder tells it."""
    with pytest.raises(BadRequestError) as refusal:
        check_shape(wire)
    assert refusal.value.message == (
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: '
        f"json: cannot unmarshal {problem}"
    )


def test_spec_of_a_wrong_type_is_refused():
    """Where a kind has a spec, it is an object."""
    with pytest.raises(BadRequestError) as refusal:
        check_shape({"apiVersion": "apps/v1", "kind": "Deployment", "spec": "x"})
    assert refusal.value.message == (
        'Deployment in version "v1" cannot be handled as a Deployment: json: cannot '
        "unmarshal string into Go struct field Deployment.spec of type "
        "v1.DeploymentSpec"
    )


SPECIFIED = {"spec": {}, "status": {}}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        *((kind, SPECIFIED) for kind in ("Pod", "Deployment", "Job", "CronJob")),
        *((kind, SPECIFIED) for kind in ("Namespace", "PersistentVolumeClaim")),
        *((kind, SPECIFIED) for kind in ("APIService", "CustomResourceDefinition")),
        ("ConfigMap", {"data": {}, "binaryData": {}, "immutable": True}),
        (
            "Secret",
            {"data": {}, "stringData": {}, "type": "Opaque", "immutable": True},
        ),
        ("EndpointSlice", {"addressType": "IPv4", "endpoints": [], "ports": []}),
        (
            "PriorityClass",
            {
                "value": 1,
                "globalDefault": False,
                "description": "d",
                "preemptionPolicy": "Never",
            },
        ),
    ],
)
def test_fields_that_a_kind_does_not_have_are_gone(kind, fields):
    """What is read into a struct has its fields and no others."""
    known = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "a"}, **fields}

    assert check_shape(known | {"x": 1, "Spec": {}, "kindred": None}) == known


def test_fields_of_other_kinds_are_kept():
    """Of a kind that is in no table nothing is known; a custom one has a schema."""
    event = {"apiVersion": "v1", "kind": "Event", "metadata": {}, "reason": "r"}
    widget = {"apiVersion": "e.com/v1", "kind": "Pod", "metadata": {}, "x": 1}

    assert check_shape(event) == event
    assert check_shape(widget, custom=True) == widget


@pytest.mark.parametrize(
    ("wire", "start"),
    [
        (
            [],
            "couldn't get version/kind; json parse error: json: cannot unmarshal array",
        ),
        (
            {"kind": 1},
            "couldn't get version/kind; json parse error: json: cannot unmarshal "
            "number into Go struct field .kind of type string",
        ),
        (
            config_map(creationTimestamp="now"),
            'ConfigMap in version "v1" cannot be handled as a ConfigMap: parsing time',
        ),
    ],
)
def test_what_is_no_object_is_refused(wire, start):
    """A body must be an object of a kind, and times must be times."""
    with pytest.raises(BadRequestError) as refusal:
        check_shape(wire)
    assert refusal.value.message.startswith(start)


def test_nulls_are_read_as_the_server_reads_them():
    """Null is the zero value, but for fields that may be unset."""
    wire = config_map(
        name=None,
        labels={"a": None},
        generation=None,
        deletionTimestamp=None,
        ownerReferences=[None, {"uid": None, "controller": None}],
        finalizers=None,
        managedFields=[],
    )
    assert check_shape(wire) == config_map(
        name="",
        labels={"a": ""},
        generation=0,
        deletionTimestamp=None,
        ownerReferences=[{}, {"uid": ""}],
        managedFields=[],
    )


def test_custom_resources_may_have_any_spec():
    """Only a schema judges what is not metadata."""
    wire = {"apiVersion": "a/v1", "kind": "Foo", "spec": "x"}
    assert check_shape(wire, custom=True) == wire


@pytest.mark.parametrize(
    ("kind", "version", "wire", "problem"),
    [
        (
            "EndpointSlice",
            "discovery.k8s.io/v1",
            {"ports": {}},
            "object into Go struct field EndpointSlice.ports of type []v1.EndpointPort",
        ),
        (
            "EndpointSlice",
            "discovery.k8s.io/v1",
            {"ports": [{"port": "x"}]},
            "string into Go struct field EndpointPort.ports.port of type int32",
        ),
        (
            "Deployment",
            "apps/v1",
            {"spec": {"replicas": "3"}},
            "string into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        (
            "StatefulSet",
            "apps/v1",
            {"spec": {"persistentVolumeClaimRetentionPolicy": []}},
            "array into Go struct field "
            "StatefulSetSpec.spec.persistentVolumeClaimRetentionPolicy of type "
            "v1.StatefulSetPersistentVolumeClaimRetentionPolicy",
        ),
    ],
)
def test_structs_are_called_as_in_go(kind, version, wire, problem):
    """A wrong type inside a kind names Go's struct, field and type."""
    with pytest.raises(BadRequestError) as refusal:
        check_shape({"apiVersion": version, "kind": kind, "metadata": {}, **wire})
    assert refusal.value.message == (
        f'{kind} in version "v1" cannot be handled as a {kind}: '
        f"json: cannot unmarshal {problem}"
    )
