"""Applies a patch to an object as it is stored: the four media types, minus apply.

The result is only a proposal: it goes through the whole update path, where for one a
``metadata.uid`` that differs is refused.

Upstream: ``applyJSPatch``, ``strategicPatchObject`` and
``interpretStrategicMergePatchError`` in apiserver pkg/endpoints/handlers/patch.go
"""

from typing import Any

from gcmodel.apiserver.json_patch import (
    JsonPatchError,
    apply_json_patch,
    well_formed,
)
from gcmodel.apiserver.strategic_merge import StrategicMerge
from gcmodel.errors import ApiError, InvalidError, api_error
from gcmodel.objects.field_errors import invalid, invalid_value
from gcmodel.objects.go_values import plain, to_json
from gcmodel.objects.identity import GroupKind
from gcmodel.objects.metadata import Json
from gcmodel.objects.patch_types import Patch, PatchBody, PatchType

JSON_PATCH_MAX_OPERATIONS = 10_000

BUILT_IN_TYPES = (
    PatchType.JSON,
    PatchType.MERGE,
    PatchType.STRATEGIC,
    PatchType.APPLY,
)
"""What built-in kinds accept."""

CUSTOM_TYPES = (PatchType.JSON, PatchType.MERGE, PatchType.APPLY)
"""What custom resources accept: without Go types there are no merge keys."""


def check_patch_type(kind: PatchType, *, custom: bool) -> None:
    """Refuse a kind of patch that the resource does not take.

    Raises:
        UnsupportedMediaTypeError: The collector then tries a merge patch.
    """
    accepted = CUSTOM_TYPES if custom else BUILT_IN_TYPES
    if kind not in accepted:
        text = (
            "the body of the request was in an unknown format - accepted media "
            f"types include: {', '.join(accepted)}"
        )
        raise api_error(415, "UnsupportedMediaType", text)


def apply_patch(
    patch: Patch, wire: Json, *, kind_hint: str, removes_directives: bool = True
) -> Json:
    """Return the object *wire* changed by *patch*; neither is touched.

    Args:
        patch: Of a type that the resource takes.
        wire: The object in wire form.
        kind_hint: Its kind, which says how lists are merged strategically.
        removes_directives: See :class:`StrategicMerge`.

    Raises:
        ApiError: The patch is malformed, cannot be done, or does not fit.
    """
    if patch.kind is PatchType.JSON:
        return _json_patched(patch.body, wire)
    if not isinstance(patch.body, dict):
        raise _bad("error decoding patch: json: cannot unmarshal array into Go value")
    if patch.kind is PatchType.MERGE:
        merged: Json = merge_patch(wire, patch.body)
        return merged
    if patch.kind is PatchType.STRATEGIC:
        return StrategicMerge(kind_hint, removes_directives).merge(wire, patch.body)
    raise _bad(f"Unknown Content-Type header for patch: {patch.kind}")


def sets_resource_version(patch: Patch) -> bool:
    """Whether *patch* itself names a resource version, so that it is tried once."""
    if isinstance(patch.body, dict):
        metadata = patch.body.get("metadata")
        return isinstance(metadata, dict) and bool(metadata.get("resourceVersion"))
    return any(
        isinstance(operation, dict)
        and operation.get("path") == "/metadata/resourceVersion"
        and operation.get("op") in ("add", "replace")
        for operation in patch.body
    )


def merge_patch(target: Any, patch: Any) -> Any:
    """Return *target* merged with *patch* by RFC 7386.

    * **Null removes**, at any depth; a list or scalar replaces.
    """
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def unfit_result(patch: Patch, patched: Json, problem: str) -> InvalidError:
    """Return the 422 for a patch whose result is no object of the kind.

    Upstream names neither a kind nor a name here, and shows the patch if it was
    strategic, else the whole patched object.

    Args:
        patch: As sent.
        patched: What it made of the object.
        problem: What the decoder says.
    """
    strategic = patch.kind is PatchType.STRATEGIC
    value = plain(patch.body) if strategic else to_json(patched)
    return invalid(GroupKind("", ""), "", [invalid_value("patch", value, problem)])


def _json_patched(operations: PatchBody, wire: Json) -> Json:
    if not isinstance(operations, list) or not well_formed(operations):
        raise _bad(
            "error decoding patch: json: cannot unmarshal into a list of objects"
        )
    count = len(operations)
    if count > JSON_PATCH_MAX_OPERATIONS:
        text = (
            "The allowed maximum operations in a JSON patch is "
            f"{JSON_PATCH_MAX_OPERATIONS}, got {count}"
        )
        raise api_error(413, "RequestEntityTooLarge", text)
    try:
        patched = apply_json_patch(wire, operations)
    except JsonPatchError as error:
        # What went wrong stays in the server: the client gets this text only.
        text = "the server rejected our request due to an error in our request"
        raise api_error(422, "Invalid", text) from error
    if not isinstance(patched, dict):
        raise unfit_result(Patch(PatchType.JSON, operations), patched, "not an object")
    return patched


def _bad(text: str) -> ApiError:
    return api_error(400, "BadRequest", text)
