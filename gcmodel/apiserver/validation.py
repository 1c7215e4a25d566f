"""What the server asks of an object's metadata, on the way in and at each change.

Errors come in the order in which upstream finds them, repetitions included. Where
upstream walks a map, whose order Go leaves open, the order is the mapping's own.

Upstream: ``ValidateObjectMetaAccessor`` and ``ValidateObjectMetaAccessorUpdate`` in
apimachinery pkg/api/validation/objectmeta.go; ``ValidateObjectMeta`` in
pkg/apis/core/validation/validation.go
"""

from collections.abc import Iterable, Mapping
from typing import Any

from gcmodel.apiserver.validation_owner_references import validate_owner_references
from gcmodel.objects.field_errors import (
    FieldError,
    forbidden_value,
    invalid_value,
    required,
    too_long,
)
from gcmodel.objects.finalizers import (
    COLLECTOR_FINALIZERS,
    DELETE_DEPENDENTS,
    ORPHAN_DEPENDENTS,
)
from gcmodel.objects.go_values import Timestamp, render
from gcmodel.objects.metadata import ObjectMeta
from gcmodel.objects.names import (
    PATH_SEGMENT_NAME,
    NameRule,
    dns_1123_label,
    label_value,
    qualified_name,
)
from gcmodel.versions.profile import Profile

ANNOTATIONS_MAX_BYTES = 256 * 1024
STANDARD_FINALIZERS = ("kubernetes", *COLLECTOR_FINALIZERS)
METADATA = "metadata"

_IMMUTABLE = "field is immutable"


def validate_object_meta(
    meta: ObjectMeta,
    *,
    namespaced: bool,
    name_rule: NameRule,
    built_in: bool,
    profile: Profile,
    path: str = METADATA,
) -> list[FieldError]:
    """Judge metadata as a kind's own validation does.

    Args:
        meta: As it would be stored.
        namespaced: Objects of the kind live in namespaces.
        name_rule: What the kind asks of names.
        built_in: The kind is Kubernetes' own, and its finalizers are standard ones
            or have a prefix.
        profile: The version, for its wording.
        path: Where the metadata stand in the object.
    """
    errors = _name_errors(meta, name_rule, path)
    errors += _namespace_errors(meta, path, namespaced=namespaced)
    if meta.generation < 0:
        detail = "must be greater than or equal to 0"
        errors.append(invalid_value(f"{path}.generation", meta.generation, detail))
    errors += _map_errors(meta, path, profile)
    errors += validate_finalizers(meta.finalizers, f"{path}.finalizers")
    return errors + (standard_finalizer_errors(meta, path) if built_in else [])


def validate_object_meta_update(
    new: ObjectMeta,
    old: ObjectMeta,
    profile: Profile,
    *,
    built_in: bool = False,
    path: str = METADATA,
) -> list[FieldError]:
    """Judge a change of metadata; the checks of a create come besides.

    *new* is what is left after the server's repairs, which put the fields that
    clients leave out back to what they were.
    """
    errors = _new_finalizer_errors(new, old, f"{path}.finalizers")
    if not new.resource_version:
        detail = "must be specified for an update"
        errors.append(invalid_value(f"{path}.resourceVersion", "", detail))
    if new.generation < old.generation:
        detail = "must not be decremented"
        errors.append(invalid_value(f"{path}.generation", new.generation, detail))
    errors += _immutability_errors(new, old, path)
    errors += _map_errors(new, path, profile)
    return errors + (standard_finalizer_errors(new, path) if built_in else [])


def validate_for_create(
    meta: ObjectMeta,
    *,
    namespaced: bool,
    name_rule: NameRule,
    built_in: bool,
    profile: Profile,
) -> list[FieldError]:
    """Judge the metadata of a new object: by its kind, and if that is content, again.

    The second time is the generic storage layer's, whose rule for names is weaker.
    """
    return validate_object_meta(
        meta,
        namespaced=namespaced,
        name_rule=name_rule,
        built_in=built_in,
        profile=profile,
    ) or validate_object_meta(
        meta,
        namespaced=namespaced,
        name_rule=PATH_SEGMENT_NAME,
        built_in=False,
        profile=profile,
    )


def validate_for_update(
    new: ObjectMeta,
    old: ObjectMeta,
    *,
    namespaced: bool,
    built_in: bool,
    profile: Profile,
) -> list[FieldError]:
    """Judge the metadata of a changed object, wholly: all that a create asks of it.

    So an object that has become invalid by newer rules cannot be changed at all. A
    name cannot change, and is judged by the generic storage layer's rule only.
    """
    errors = validate_object_meta(
        new,
        namespaced=namespaced,
        name_rule=PATH_SEGMENT_NAME,
        built_in=False,
        profile=profile,
    )
    return errors + validate_object_meta_update(new, old, profile, built_in=built_in)


def _name_errors(meta: ObjectMeta, rule: NameRule, path: str) -> list[FieldError]:
    errors = []
    if meta.generate_name:
        messages = rule.prefix(meta.generate_name)
        errors += _each(f"{path}.generateName", meta.generate_name, messages)
    if not meta.name:
        detail = "name or generateName is required"
        return [*errors, required(f"{path}.name", detail)]
    return errors + _each(f"{path}.name", meta.name, rule.name(meta.name))


def _namespace_errors(
    meta: ObjectMeta, path: str, *, namespaced: bool
) -> list[FieldError]:
    path = f"{path}.namespace"
    if not namespaced:
        detail = "not allowed on this type"
        return [forbidden_value(path, detail)] if meta.namespace else []
    if not meta.namespace:
        return [required(path)]
    return _each(path, meta.namespace, dns_1123_label(meta.namespace))


def _map_errors(meta: ObjectMeta, path: str, profile: Profile) -> list[FieldError]:
    """Judge what both a create and an update look at."""
    owners = meta.owner_references
    return [
        *validate_labels(meta.labels, f"{path}.labels"),
        *validate_annotations(meta.annotations, f"{path}.annotations", profile),
        *validate_owner_references(owners, f"{path}.ownerReferences", profile),
    ]


def validate_labels(labels: Mapping[str, str], path: str) -> list[FieldError]:
    """Judge each key, and then its value."""
    errors = []
    for key, value in labels.items():
        errors += _each(path, key, qualified_name(key))
        errors += _each(path, value, label_value(value))
    return errors


def validate_annotations(
    annotations: Mapping[str, str], path: str, profile: Profile
) -> list[FieldError]:
    """Judge each key, whatever its case, and then the size of all."""
    errors = []
    for key in annotations:
        errors += _each(path, key, qualified_name(key.lower()))
    size = sum(_bytes(key) + _bytes(value) for key, value in annotations.items())
    if size > ANNOTATIONS_MAX_BYTES:
        errors.append(too_long(path, ANNOTATIONS_MAX_BYTES, profile.too_long_text))
    return errors


def validate_finalizers(finalizers: tuple[str, ...], path: str) -> list[FieldError]:
    """Judge each finalizer, and then whether the collector's two stand together."""
    errors = []
    for finalizer in finalizers:
        errors += _each(path, finalizer, qualified_name(finalizer))
    if all(finalizer in finalizers for finalizer in COLLECTOR_FINALIZERS):
        both = f"{ORPHAN_DEPENDENTS} and {DELETE_DEPENDENTS}"
        detail = f"finalizer {both} cannot be both set"
        errors.append(invalid_value(path, list(finalizers), detail))
    return errors


def standard_finalizer_errors(meta: ObjectMeta, path: str) -> list[FieldError]:
    """Judge finalizers without a prefix, as built-in kinds do."""
    detail = "name is neither a standard finalizer name nor is it fully qualified"
    return [
        invalid_value(f"{path}.finalizers[{index}]", finalizer, detail)
        for index, finalizer in enumerate(meta.finalizers)
        if "/" not in finalizer and finalizer not in STANDARD_FINALIZERS
    ]


def _new_finalizer_errors(
    new: ObjectMeta, old: ObjectMeta, path: str
) -> list[FieldError]:
    added = sorted(set(new.finalizers) - set(old.finalizers))
    if not old.being_deleted or not added:
        return []
    detail = (
        "no new finalizers can be added if the object is being deleted, "
        f"found new finalizers {render(added)}"
    )
    return [forbidden_value(path, detail)]


def _immutability_errors(
    new: ObjectMeta, old: ObjectMeta, path: str
) -> list[FieldError]:
    before = _immutable_fields(old)
    return [
        invalid_value(f"{path}.{field}", value, _IMMUTABLE)
        for field, value in _immutable_fields(new).items()
        if value != before[field]
    ]


def _immutable_fields(meta: ObjectMeta) -> dict[str, Any]:
    # Upstream's creation time is a value, whose zero is a time; its deletion time
    # is a pointer, which may be nil.
    deletion = meta.deletion_timestamp
    return {
        "name": meta.name,
        "namespace": meta.namespace,
        "uid": meta.uid,
        "creationTimestamp": Timestamp(meta.creation_timestamp),
        "deletionTimestamp": None if deletion is None else Timestamp(deletion),
        "deletionGracePeriodSeconds": meta.deletion_grace_period_seconds,
    }


def _each(path: str, value: str, messages: Iterable[str]) -> list[FieldError]:
    return [invalid_value(path, value, message) for message in messages]


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
