"""A patch as a value: what to change, and in which of the languages for saying so.

Upstream: ``PatchType`` in apimachinery pkg/types/patch.go
"""

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
