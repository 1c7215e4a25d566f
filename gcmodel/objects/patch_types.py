"""A patch as a value: what to change, and in which of the languages for saying so.

Upstream: ``PatchType`` in apimachinery pkg/types/patch.go
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TypeAlias

import attrs

from gcmodel.objects.metadata import Json

PatchBody: TypeAlias = Json | list[Any]
"""An object, or for a JSON patch a list of operations."""


class PatchType(StrEnum):
    """The language of a patch, as its media type."""

    JSON = "application/json-patch+json"
    MERGE = "application/merge-patch+json"
    STRATEGIC = "application/strategic-merge-patch+json"
    APPLY = "application/apply-patch+yaml"


@attrs.frozen
class Patch:
    """Changes to one object, to be applied by the server to what it has stored.

    Attributes:
        body: Not to be changed in place.
    """

    kind: PatchType
    body: PatchBody


def release_patch(
    dependent_uid: str, owner_uids: Iterable[str], finalizers: Iterable[str] = ()
) -> Patch:
    """Return the strategic merge that cuts a dependent loose from some owners.

    * **Guarded**: the dependent's UID is part of it, so that another object under the
      same name is not changed: a UID cannot be.
    * **In order**: owners as given, and last the finalizers to be removed as well.

    Upstream: ``GenerateDeleteOwnerRefStrategicMergeBytes`` in
    pkg/controller/controller_ref_manager.go
    """
    metadata: Json = {
        "uid": dependent_uid,
        "ownerReferences": [{"$patch": "delete", "uid": uid} for uid in owner_uids],
    }
    if unwanted := list(finalizers):
        metadata["$deleteFromPrimitiveList/finalizers"] = unwanted
    return Patch(PatchType.STRATEGIC, {"metadata": metadata})
