"""Rows AS-50 and AS-51, and recorded effects of patches.

Upstream: apiserver pkg/endpoints/handlers/patch.go; apimachinery
pkg/util/strategicpatch/patch.go
"""

import json

import pytest

from gcmodel.apiserver.patches import apply_patch, check_patch_type
from gcmodel.apiserver.validation_owner_references import validate_owner_references
from gcmodel.errors import UnsupportedMediaTypeError
from gcmodel.objects.metadata import ObjectMeta
from gcmodel.objects.patch_types import Patch, PatchType, release_patch
from gcmodel.versions.profile import Profile


def config_map(*owners, finalizers=()):
    """Return a ConfigMap on the wire; each owner is a UID and a name."""
    references = [
        {"apiVersion": "v1", "kind": "ConfigMap", "name": name, "uid": uid}
        for uid, name in owners
    ]
    metadata = {"name": "d", "uid": "d", "ownerReferences": references}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata | {"finalizers": list(finalizers)},
    }


def patched(patch, wire, **more):
    """Return the patched ConfigMap."""
    return apply_patch(patch, wire, kind_hint="ConfigMap", **more)


def test_cutting_an_absent_owner():
    """AS-50: an owner that is not there is cut without effect."""
    wire = config_map(("1", "a"))
    assert patched(release_patch("d", ["2"]), wire) == wire


def test_removing_a_finalizer_by_name():
    """AS-50: built-in kinds know the directive for lists of scalars."""
    body = {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x/y"]}}
    wire = config_map(finalizers=["a/b", "x/y"])
    assert patched(Patch(PatchType.STRATEGIC, body), wire) == config_map(
        finalizers=["a/b"]
    )


def test_strategic_patch_of_a_custom_resource():
    """AS-50: a custom resource answers 415."""
    with pytest.raises(UnsupportedMediaTypeError):
        check_patch_type(PatchType.STRATEGIC, custom=True)


@pytest.mark.parametrize(
    ("owners", "finalizers", "body"),
    [
        pytest.param(
            ["1"],
            [],
            '{"metadata":{"uid":"d","ownerReferences":[{"$patch":"delete","uid":"1"}]}}',
            id="AS-51 one owner",
        ),
        pytest.param(
            ['"1'],
            [],
            '{"metadata":{"uid":"d",'
            '"ownerReferences":[{"$patch":"delete","uid":"\\"1"}]}}',
            id="AS-51 a quote",
        ),
        pytest.param(
            ["2", "1"],
            [],
            '{"metadata":{"uid":"d","ownerReferences":[{"$patch":"delete","uid":"2"},'
            '{"$patch":"delete","uid":"1"}]}}',
            id="AS-51 two owners",
        ),
        pytest.param(
            ["1"],
            ["x/y"],
            '{"metadata":{"uid":"d","ownerReferences":[{"$patch":"delete","uid":"1"}],'
            '"$deleteFromPrimitiveList/finalizers":["x/y"]}}',
            id="AS-51 finalizers",
        ),
    ],
)
def test_release_bodies(owners, finalizers, body):
    """AS-51: what a release looks like on the wire."""
    patch = release_patch("d", owners, finalizers)
    assert json.dumps(patch.body, separators=(",", ":")) == body


def test_cutting_a_uid_cuts_every_reference_to_it():
    """Recorded on 1.20.2: a good reference goes with a wrong one of the same UID."""
    wire = config_map(("1", "a"), ("1", "wrong-a"), ("2", "b"))
    assert patched(release_patch("d", ["1"]), wire) == config_map(("2", "b"))


def test_unblocking_merges_into_the_reference():
    """GC-U-11: a reference is unblocked without touching its other fields."""
    wire = config_map(("1", "a"), ("2", "b"))
    wire["metadata"]["ownerReferences"][0]["blockOwnerDeletion"] = True
    body = {
        "metadata": {"ownerReferences": [{"uid": "1", "blockOwnerDeletion": False}]}
    }

    result = patched(Patch(PatchType.STRATEGIC, body), wire)

    unblocked = config_map(("1", "a"), ("2", "b"))
    unblocked["metadata"]["ownerReferences"][0]["blockOwnerDeletion"] = False
    assert result == unblocked


@pytest.mark.parametrize(
    ("version", "fields"),
    [("1.27", ["apiVersion", "kind", "name"]), ("1.28", [])],
)
def test_cutting_an_owner_where_none_is(version, fields):
    """Until 1.28, this made a reference of the directive, which was then refused."""
    profile = Profile.for_version(version)
    wire = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "d"}}

    result = patched(
        release_patch("d", ["1"]),
        wire,
        removes_directives=profile.patch_removes_directives,
    )

    owners = ObjectMeta.from_dict(result["metadata"]).owner_references
    errors = validate_owner_references(owners, "o", profile)
    assert [error.path for error in errors] == [f"o.{field}" for field in fields]
