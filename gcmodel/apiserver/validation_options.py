"""What the server asks of the options of a request.

Upstream: ``ValidateDeleteOptions``, ``ValidatePatchOptions``, ``ValidateDryRun`` and
``ValidateLabelSelector`` in apimachinery pkg/apis/meta/v1/validation/validation.go
"""

from gcmodel.apiserver.requests import Request
from gcmodel.apiserver.validation import validate_labels
from gcmodel.errors import InvalidError
from gcmodel.objects.field_errors import (
    FieldError,
    forbidden_value,
    invalid,
    invalid_value,
    not_supported,
    required,
    too_long,
)
from gcmodel.objects.identity import GroupKind
from gcmodel.objects.metadata import Json
from gcmodel.objects.names import label_value, qualified_name
from gcmodel.objects.options import (
    IGNORE_READ_ERROR,
    DeleteOptions,
    PropagationPolicy,
)
from gcmodel.objects.patch_types import PatchType
from gcmodel.versions.profile import Profile

DELETE_OPTIONS = GroupKind("meta.k8s.io", "DeleteOptions")
POLICIES = (
    PropagationPolicy.FOREGROUND.value,
    PropagationPolicy.BACKGROUND.value,
    PropagationPolicy.ORPHAN.value,
)
PATCH_OPTIONS = GroupKind("meta.k8s.io", "PatchOptions")
DRY_RUN_ALL = "All"
FIELD_MANAGER_MAX = 128

_SETS = ("In", "NotIn")
_UNARY = ("Exists", "DoesNotExist")


def validate_delete_options(options: DeleteOptions) -> list[FieldError]:
    """Judge how a caller wants to delete; two answers to one question end it."""
    policy = options.propagation_policy
    path = "propagationPolicy"
    if options.orphan_dependents is not None and policy is not None:
        detail = "orphanDependents and deletionPropagation cannot be both set"
        return [invalid_value(path, policy, detail)]
    errors = []
    if policy is not None and policy not in POLICIES:
        errors.append(not_supported(path, policy, [*POLICIES, "nil"]))
    errors += validate_dry_run(options.dry_run)
    return errors + (_unsafe_errors(options) if options.ignore_store_read_error else [])


def _unsafe_errors(options: DeleteOptions) -> list[FieldError]:
    others = {
        "dryRun": options.dry_run or None,
        "propagationPolicy": options.propagation_policy,
        "orphanDependents": options.orphan_dependents,
        "gracePeriodSeconds": options.grace_period_seconds,
        "preconditions": options.preconditions,
    }
    return [
        invalid_value(IGNORE_READ_ERROR, True, f"cannot be set together with .{name}")  # noqa: FBT003  (the offending value)
        for name, value in others.items()
        if value is not None
    ]


def validate_dry_run(dry_run: tuple[str, ...]) -> list[FieldError]:
    """Judge the stages that a caller wants to be only tried."""
    if all(stage == DRY_RUN_ALL for stage in dry_run):
        return []
    return [not_supported("dryRun", list(dry_run), [DRY_RUN_ALL])]


def invalid_delete_options(
    options: DeleteOptions, profile: Profile
) -> InvalidError | None:
    """Return the 422 that *options* deserve, or None."""
    errors = validate_delete_options(options)
    if not errors:
        return None
    as_json = profile.composite_values_as_json
    return invalid(DELETE_OPTIONS, "", errors, composite_as_json=as_json)


def invalid_patch_options(request: Request, kind: PatchType) -> InvalidError | None:
    """Return the 422 that the options of a patch deserve, or None."""
    path = "fieldManager"
    errors = []
    if kind is PatchType.APPLY:
        if not request.field_manager:
            errors.append(required(path, "is required for apply patch"))
    elif request.force:
        detail = "may not be specified for non-apply patch"
        errors.append(forbidden_value("force", detail))
    if len(request.field_manager) > FIELD_MANAGER_MAX:
        errors.append(too_long(path, FIELD_MANAGER_MAX))
    for position, character in enumerate(request.field_manager):
        if not character.isprintable():
            shown = f"U+{ord(character):04X}"
            detail = f"invalid character {shown} (at position {position})"
            errors.append(invalid_value(path, request.field_manager, detail))
    return invalid(PATCH_OPTIONS, "", errors) if errors else None


def validate_label_selector(wire: Json, path: str) -> list[FieldError]:
    """Judge the ``LabelSelector`` at *path* of a spec."""
    errors = validate_labels(wire.get("matchLabels") or {}, f"{path}.matchLabels")
    for index, expression in enumerate(wire.get("matchExpressions") or ()):
        errors += _expression_errors(expression, f"{path}.matchExpressions[{index}]")
    return errors


def _expression_errors(expression: Json, path: str) -> list[FieldError]:
    operator = expression.get("operator", "")
    key = expression.get("key", "")
    values = expression.get("values") or ()
    errors = _operator_errors(operator, path, given=bool(values))
    errors += [invalid_value(f"{path}.key", key, text) for text in qualified_name(key)]
    return errors + [
        invalid_value(f"{path}.values[{index}]", value, text)
        for index, value in enumerate(values)
        for text in label_value(value)
    ]


def _operator_errors(operator: str, path: str, *, given: bool) -> list[FieldError]:
    if operator in _SETS:
        detail = "must be specified when `operator` is 'In' or 'NotIn'"
        return [] if given else [required(f"{path}.values", detail)]
    if operator in _UNARY:
        detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
        return [forbidden_value(f"{path}.values", detail)] if given else []
    detail = "not a valid selector operator"
    return [invalid_value(f"{path}.operator", operator, detail)]
