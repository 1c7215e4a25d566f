"""Refusals that a Kubernetes 1.20.2 server was recorded to give, from the same rules.

The ids are those of the recorded programs. Addresses in messages are left out.
"""

import re

import pytest

from gcmodel.apiserver.patches import apply_patch
from gcmodel.apiserver.validation import validate_for_create, validate_for_update
from gcmodel.objects.field_errors import invalid
from gcmodel.objects.identity import GroupKind
from gcmodel.objects.metadata import KubeObject
from gcmodel.objects.names import SUBDOMAIN_NAME
from gcmodel.objects.patch_types import Patch, PatchType
from gcmodel.versions.profile import Profile

RECORDED = Profile.for_version("1.20.2")


def manifest(kind, name, api_version="v1", **metadata):
    """Return an object on the wire."""
    metadata = {"name": name, "namespace": "n1", **metadata}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def owner(api_version="v1", kind="ConfigMap", name="a", uid="u", **flags):
    """Return an owner reference on the wire."""
    named = {"apiVersion": api_version, "kind": kind, "name": name, "uid": uid}
    return named | flags


def refusal(stored, errors):
    """Return the message of the 422, without addresses."""
    kind = GroupKind(stored.gvk.group, stored.kind)
    return re.sub(r"0x[0-9a-f]+", "<ptr>", invalid(kind, stored.name, errors).message)


BOTH = (
    'metadata.finalizers: Invalid value: []string{"orphan", "foregroundDeletion"}: '
    "finalizer orphan and foregroundDeletion cannot be both set"
)
PLAIN = (
    'metadata.finalizers[0]: Invalid value: "plain": name is neither a standard '
    "finalizer name nor is it fully qualified"
)
REFERENCES = "metadata.ownerReferences"


@pytest.mark.parametrize(
    ("wire", "message"),
    [
        pytest.param(
            manifest("ConfigMap", "d", ownerReferences=[owner(uid="")]),
            f'ConfigMap "d" is invalid: {REFERENCES}.uid: Invalid value: "": uid must '
            "not be empty",
            id="GT-H-10",
        ),
        pytest.param(
            manifest("ConfigMap", "d", ownerReferences=[owner(api_version="")]),
            f'ConfigMap "d" is invalid: {REFERENCES}.apiVersion: Invalid value: "": '
            "version must not be empty",
            id="GT-H-67 apiVersion",
        ),
        pytest.param(
            manifest("ConfigMap", "e", ownerReferences=[owner(kind="")]),
            f'ConfigMap "e" is invalid: {REFERENCES}.kind: Invalid value: "": kind '
            "must not be empty",
            id="GT-H-67 kind",
        ),
        pytest.param(
            manifest("ConfigMap", "f", ownerReferences=[owner(name="")]),
            f'ConfigMap "f" is invalid: {REFERENCES}.name: Invalid value: "": name '
            "must not be empty",
            id="GT-H-67 name",
        ),
        pytest.param(
            manifest("ConfigMap", "g", ownerReferences=[owner(api_version="apps/")]),
            f'ConfigMap "g" is invalid: {REFERENCES}.apiVersion: Invalid value: '
            '"apps/": version must not be empty',
            id="GT-H-67 no version",
        ),
        pytest.param(
            manifest("ConfigMap", "d", ownerReferences=[owner(kind="Event", name="x")]),
            f'ConfigMap "d" is invalid: {REFERENCES}: Invalid value: '
            'v1.OwnerReference{APIVersion:"v1", Kind:"Event", Name:"x", UID:"u", '
            "Controller:(*bool)(nil), BlockOwnerDeletion:(*bool)(nil)}: /v1, "
            "Kind=Event is disallowed from being an owner",
            id="GT-H-68",
        ),
        pytest.param(
            manifest("ConfigMap", "a", finalizers=["plain"]),
            f'ConfigMap "a" is invalid: {PLAIN}',
            id="GT-H-69",
        ),
        pytest.param(
            manifest(
                "ReplicationController",
                "c",
                ownerReferences=[
                    owner(kind="ReplicationController", uid="1", controller=True),
                    owner(
                        kind="ServiceAccount",
                        name="d",
                        uid="2",
                        controller=True,
                        blockOwnerDeletion=False,
                    ),
                ],
            ),
            f'ReplicationController "c" is invalid: {REFERENCES}: Invalid value: '
            '[]v1.OwnerReference{v1.OwnerReference{APIVersion:"v1", '
            'Kind:"ReplicationController", Name:"a", UID:"1", '
            "Controller:(*bool)(<ptr>), BlockOwnerDeletion:(*bool)(nil)}, "
            'v1.OwnerReference{APIVersion:"v1", Kind:"ServiceAccount", Name:"d", '
            'UID:"2", Controller:(*bool)(<ptr>), BlockOwnerDeletion:(*bool)(<ptr>)}}: '
            'Only one reference can have Controller set to true. Found "true" in '
            "references for a and d",
            id="GT-0007",
        ),
        pytest.param(
            manifest(
                "ReplicaSet",
                "g",
                "apps/v1",
                finalizers=["orphan", "foregroundDeletion"],
            ),
            f'ReplicaSet.apps "g" is invalid: {BOTH}',
            id="GT-0166",
        ),
        pytest.param(
            manifest(
                "Job", "d", "batch/v1", finalizers=["orphan", "foregroundDeletion"]
            ),
            f'Job.batch "d" is invalid: {BOTH}',
            id="GT-D-017",
        ),
    ],
)
def test_refused_creates(wire, message):
    """A create that breaks a rule is refused in the recorded words."""
    new = KubeObject.from_dict(wire)
    errors = validate_for_create(
        new.metadata,
        namespaced=True,
        name_rule=SUBDOMAIN_NAME,
        built_in=True,
        profile=RECORDED,
    )
    assert refusal(new, errors) == message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            {"finalizers": ["x/y", "n/ew"]},
            'ConfigMap "a" is invalid: metadata.finalizers: Forbidden: no new '
            "finalizers can be added if the object is being deleted, found new "
            'finalizers []string{"n/ew"}',
            id="GT-H-16",
        ),
        pytest.param(
            {"uid": "other"},
            'ConfigMap "a" is invalid: metadata.uid: Invalid value: "other": field is '
            "immutable",
            id="GT-H-50",
        ),
    ],
)
def test_refused_patches(change, message):
    """A merge patch of an object that is being deleted is refused likewise."""
    wire = manifest(
        "ConfigMap",
        "a",
        uid="u",
        resourceVersion="7",
        deletionTimestamp="2025-03-27T15:06:52Z",
        finalizers=["x/y"],
    )
    patch = Patch(PatchType.MERGE, {"metadata": change})

    new = KubeObject.from_dict(apply_patch(patch, wire, kind_hint="ConfigMap"))

    old = KubeObject.from_dict(wire)
    errors = validate_for_update(
        new.metadata, old.metadata, namespaced=True, built_in=True, profile=RECORDED
    )
    assert refusal(new, errors) == message
