"""Patches, whatever their language."""

import contextlib
import copy

import pytest
from hypothesis import given, strategies as st

from gcmodel.apiserver.patches import (
    JSON_PATCH_MAX_OPERATIONS,
    apply_patch,
    check_patch_type,
    merge_patch,
    sets_resource_version,
    unfit_result,
)
from gcmodel.errors import (
    ApiError,
    BadRequestError,
    InvalidError,
    RequestTooLargeError,
    StatusCause,
    UnsupportedMediaTypeError,
)
from gcmodel.objects.patch_types import Patch, PatchType

scalars = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["a", "b"])
names = st.sampled_from(["a", "b", "metadata", "finalizers", "ownerReferences"])
documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
    ),
    max_leaves=8,
)
objects = st.dictionaries(names, documents, max_size=3)


def without_nulls(value):
    """Return *value* as a merge patch would build it from nothing."""
    return merge_patch({}, value)


# The examples of RFC 7386, appendix A.
@pytest.mark.parametrize(
    ("original", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_examples(original, patch, result):
    """RFC 7386 gives these examples."""
    assert merge_patch(original, patch) == result


@given(objects, objects)
def test_merge_is_idempotent(original, patch):
    """A second time changes nothing."""
    once = merge_patch(original, patch)
    assert merge_patch(once, patch) == once


@given(objects)
def test_merge_has_an_identity(original):
    """An empty patch changes nothing."""
    assert merge_patch(original, {}) == original


@given(objects, objects)
def test_later_merge_wins(original, patch):
    """Merging a patch over an object and then its result gives the result."""
    once = merge_patch(original, patch)
    assert merge_patch(once, without_nulls(patch)) == once


@given(st.sampled_from(list(PatchType)), objects, objects)
def test_inputs_are_never_changed(kind, original, patch):
    """Whatever comes of it, object and patch stay as they were."""
    body = (
        [{"op": "add", "path": "/a", "value": patch}]
        if kind is PatchType.JSON
        else patch
    )
    before = copy.deepcopy((original, body))
    with contextlib.suppress(ApiError):
        apply_patch(Patch(kind, body), original, kind_hint="ConfigMap")
    assert (original, body) == before


@pytest.mark.parametrize("kind", [PatchType.MERGE, PatchType.STRATEGIC])
def test_unknown_fields_merge_alike(kind):
    """Where there are no merge keys, both merges agree."""
    patch = Patch(kind, {"data": {"a": None, "b": "2"}, "list": [1]})
    wire = {"data": {"a": "1", "c": "3"}, "list": [2, 3]}
    assert apply_patch(patch, wire, kind_hint="ConfigMap") == {
        "data": {"c": "3", "b": "2"},
        "list": [1],
    }


def test_json_patch_is_all_or_nothing():
    """A failed test refuses all, and the client is not told why."""
    operations = [
        {"op": "replace", "path": "/a", "value": 2},
        {"op": "test", "path": "/a", "value": 3},
    ]
    with pytest.raises(InvalidError) as refusal:
        apply_patch(Patch(PatchType.JSON, operations), {"a": 1}, kind_hint="")
    assert (refusal.value.message, refusal.value.status.causes) == (
        "the server rejected our request due to an error in our request",
        (),
    )


def test_json_patch_has_a_limit():
    """Ten thousand operations are enough."""
    operation = {"op": "add", "path": "/a", "value": 1}
    operations = [operation] * (JSON_PATCH_MAX_OPERATIONS + 1)
    with pytest.raises(RequestTooLargeError) as refusal:
        apply_patch(Patch(PatchType.JSON, operations), {}, kind_hint="")
    assert refusal.value.message == (
        "The allowed maximum operations in a JSON patch is 10000, got 10001"
    )


@pytest.mark.parametrize(
    "patch",
    [
        Patch(PatchType.JSON, {"op": "add"}),
        Patch(PatchType.JSON, ["add"]),
        Patch(PatchType.MERGE, []),
        Patch(PatchType.STRATEGIC, []),
        Patch(PatchType.APPLY, {}),
    ],
)
def test_malformed_patches_are_bad_requests(patch):
    """A body must have the form of its language."""
    with pytest.raises(BadRequestError):
        apply_patch(patch, {}, kind_hint="")


def test_the_object_cannot_be_replaced_by_a_scalar():
    """A JSON patch of the whole document must leave an object."""
    operations = [{"op": "replace", "path": "", "value": 1}]
    with pytest.raises(InvalidError) as refusal:
        apply_patch(Patch(PatchType.JSON, operations), {}, kind_hint="")
    assert refusal.value.message == (
        ' "" is invalid: patch: Invalid value: "1": not an object'
    )


def test_unfit_results_show_the_patch():
    """A strategic patch is shown itself, of others the patched object."""
    body = {"metadata": {"labels": "x"}}
    shown = [
        unfit_result(Patch(kind, body), body, "no map").status.causes
        for kind in (PatchType.STRATEGIC, PatchType.MERGE)
    ]
    reason, field = "FieldValueInvalid", "patch"
    strategic = 'Invalid value: "map[metadata:map[labels:x]]": no map'
    merge = r'Invalid value: "{\"metadata\":{\"labels\":\"x\"}}": no map'
    assert shown == [
        (StatusCause(reason, strategic, field),),
        (StatusCause(reason, merge, field),),
    ]


def test_custom_resources_take_no_strategic_patch():
    """Built-in kinds take every type, custom resources all but one."""
    for kind in PatchType:
        check_patch_type(kind, custom=False)
    with pytest.raises(UnsupportedMediaTypeError) as refusal:
        check_patch_type(PatchType.STRATEGIC, custom=True)
    assert refusal.value.message == (
        "the body of the request was in an unknown format - accepted media types "
        "include: application/json-patch+json, application/merge-patch+json, "
        "application/apply-patch+yaml"
    )


@pytest.mark.parametrize(
    ("patch", "says_so"),
    [
        (Patch(PatchType.MERGE, {"metadata": {"resourceVersion": "1"}}), True),
        (Patch(PatchType.MERGE, {"metadata": {"resourceVersion": ""}}), False),
        (Patch(PatchType.MERGE, {"metadata": None}), False),
        (Patch(PatchType.MERGE, {}), False),
        (
            Patch(
                PatchType.JSON,
                [{"op": "add", "path": "/metadata/resourceVersion", "value": "1"}],
            ),
            True,
        ),
        (Patch(PatchType.JSON, [{"op": "remove", "path": "/a"}]), False),
    ],
)
def test_patches_may_name_a_version(patch, says_so):
    """A patch that sets the resource version is not retried."""
    assert sets_resource_version(patch) == says_so
