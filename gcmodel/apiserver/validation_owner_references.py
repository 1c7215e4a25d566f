"""What the server asks of owner references, and which of them it drops unasked.

It never asks whether an owner exists, lives in the right namespace, or is another
object at all: that is found out by the garbage collector, or never.

Upstream: ``ValidateOwnerReferences`` in apimachinery
pkg/api/validation/objectmeta.go; ``dedupOwnerReferences`` in apiserver
pkg/endpoints/handlers/create.go
"""

import attrs

from gcmodel.objects.field_errors import FieldError, invalid_value, required
from gcmodel.objects.identity import GroupVersion, GroupVersionKind, Uid
from gcmodel.objects.metadata import OwnerReference
from gcmodel.versions.profile import Profile

BANNED_OWNERS = (GroupVersionKind("", "v1", "Event"),)
"""Kinds that may own nothing; the other group's Event may."""

_EMPTY = GroupVersion("", "")


@attrs.frozen
class Deduplicated:
    """Owner references without exact repetitions.

    Attributes:
        owner_references: The first of each, in order.
        duplicate_uids: The UID of each one that was dropped, in order.
    """

    owner_references: tuple[OwnerReference, ...]
    duplicate_uids: tuple[Uid, ...] = ()

    def warning(self, *, after_admission: bool) -> str:
        """Return the text of the Warning header; empty if nothing was dropped.

        Args:
            after_admission: Mutating admission has run. POST and PUT drop twice,
                before and after it; PATCH only after.
        """
        if not self.duplicate_uids:
            return ""
        moment = " after mutating admission happens" if after_admission else ""
        return (
            f".metadata.ownerReferences contains duplicate entries{moment}; API server "
            "dedups owner references in 1.20+, and may reject such requests as early "
            "as 1.24; please fix your requests; duplicate UID(s) observed: "
            + ", ".join(self.duplicate_uids)
        )


def deduplicate(
    owner_references: tuple[OwnerReference, ...], profile: Profile
) -> Deduplicated:
    """Drop each reference that repeats an earlier one in every field.

    Unset and false are not the same. Versions before 1.20 drop nothing.
    """
    if not profile.deduplicates_owner_references:
        return Deduplicated(owner_references)
    kept: dict[OwnerReference, None] = {}
    duplicates: list[Uid] = []
    for reference in owner_references:
        if reference in kept:
            duplicates.append(reference.uid)
        kept[reference] = None
    return Deduplicated(tuple(kept), tuple(duplicates))


def validate_owner_references(
    owner_references: tuple[OwnerReference, ...], path: str, profile: Profile
) -> list[FieldError]:
    """Judge *owner_references*, each for itself and then as a whole."""
    errors: list[FieldError] = []
    first: OwnerReference | None = None
    for index, reference in enumerate(owner_references):
        errors += _reference_errors(reference, path, index, profile)
        if not reference.controller:
            continue
        # A controller without a name is not remembered where only names are.
        if first is None or not _shown(first, profile):
            first = reference
        else:
            both = f"{_shown(first, profile)} and {_shown(reference, profile)}"
            detail = (
                "Only one reference can have Controller set to true. "
                f'Found "true" in references for {both}'
            )
            errors.append(invalid_value(path, list(owner_references), detail))
    return errors


def _shown(controller: OwnerReference, profile: Profile) -> str:
    if profile.controller_conflict_names_kind:
        return f"{controller.kind}/{controller.name}"
    return controller.name


def _reference_errors(
    reference: OwnerReference, path: str, index: int, profile: Profile
) -> list[FieldError]:
    if profile.owner_reference_errors == "indexed":
        path = f"{path}[{index}]"
        errors = _indexed_errors(reference, path)
    else:
        errors = _legacy_errors(reference, path)
    gvk = GroupVersionKind.of(reference.api_version, reference.kind)
    if gvk in BANNED_OWNERS:
        detail = f"{gvk} is disallowed from being an owner"
        errors.append(invalid_value(path, reference, detail))
    return errors


def _legacy_errors(reference: OwnerReference, path: str) -> list[FieldError]:
    errors = []
    if not GroupVersion.parse(reference.api_version).version:
        wrong = invalid_value(
            f"{path}.apiVersion", reference.api_version, "version must not be empty"
        )
        errors.append(wrong)
    return errors + [
        invalid_value(f"{path}.{field}", "", f"{field} must not be empty")
        for field, value in _named_fields(reference)
        if not value
    ]


def _indexed_errors(reference: OwnerReference, path: str) -> list[FieldError]:
    errors = []
    if not reference.api_version:
        errors.append(required(f"{path}.apiVersion", "must not be empty"))
    elif GroupVersion.parse(reference.api_version) == _EMPTY:
        wrong = invalid_value(
            f"{path}.apiVersion",
            reference.api_version,
            "must be <group>/<version> or <version>",
        )
        errors.append(wrong)
    return errors + [
        required(f"{path}.{field}", "must not be empty")
        for field, value in _named_fields(reference)
        if not value
    ]


def _named_fields(reference: OwnerReference) -> tuple[tuple[str, str], ...]:
    return (
        ("kind", reference.kind),
        ("name", reference.name),
        ("uid", reference.uid),
    )
