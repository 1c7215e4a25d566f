"""What of an object stays as it was created, as far as ownership depends on it.

Upstream: ``ValidateUpdate`` of the strategies in pkg/registry/apps;
``ValidateStatefulSetUpdate`` in pkg/apis/apps/validation/validation.go;
``ValidateJobSpecUpdate`` in pkg/apis/batch/validation/validation.go;
``ValidateConfigMapUpdate`` and ``ValidateSecretUpdate`` in
pkg/apis/core/validation/validation.go; ``ValidatePriorityClassUpdate`` in
pkg/apis/scheduling/validation/validation.go
"""

from collections.abc import Sequence
from typing import get_args, get_type_hints

from gcmodel.apiserver.validation_definitions import validate_definition_update
from gcmodel.objects.field_errors import FieldError, forbidden_value, invalid_value
from gcmodel.objects.go_values import Printed
from gcmodel.objects.metadata import Json, KubeObject
from gcmodel.objects.selectors import printed
from gcmodel.versions.profile import Profile

_IMMUTABLE = "field is immutable"
_SEALED = "field is immutable when `immutable` is set"
_KEEP_SELECTOR = frozenset({"Deployment", "ReplicaSet", "DaemonSet"})
_NEWEST = get_args(get_type_hints(Profile)["stateful_set_updates"])
_STATEFUL_SET = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)
"""What may change in the newest version, as the message names it in its order."""


def validate_immutable(
    changed: KubeObject, stored: KubeObject, profile: Profile
) -> list[FieldError]:
    """Judge what *changed* would change of *stored*."""
    match changed.kind:
        case kind if kind in _KEEP_SELECTOR:
            return _selector(changed, stored)
        case "StatefulSet":
            return _stateful_set(changed, stored, profile.stateful_set_updates)
        case "Job":
            return _job(changed, stored)
        case "ConfigMap" | "Secret":
            return [*_secret_type(changed, stored), *_sealed(changed, stored)]
        case "CustomResourceDefinition":
            return validate_definition_update(changed, stored, profile)
        case "PriorityClass":
            return _priority(changed, stored, profile.priority_value_path)
        case _:
            return []


def _selector(changed: KubeObject, stored: KubeObject) -> list[FieldError]:
    now, before = changed.spec.get("selector"), stored.spec.get("selector")
    if now == before:
        return []
    return [invalid_value("spec.selector", _printed_selector(now), _IMMUTABLE)]


def _printed_selector(selector: Json | None) -> Printed | None:
    return None if selector is None else printed(selector)


def _stateful_set(
    changed: KubeObject, stored: KubeObject, newest: str
) -> list[FieldError]:
    later = set(_NEWEST[_NEWEST.index(newest) + 1 :])
    mutable = [field for field in _STATEFUL_SET if field not in later]
    if _without(changed.spec, mutable) == _without(stored.spec, mutable):
        return []
    *others, last = [f"'{field}'" for field in mutable]
    # The oldest message has a comma before its "and".
    comma = "," if newest == _NEWEST[0] else ""
    detail = (
        "updates to statefulset spec for fields other than "
        f"{', '.join(others)}{comma} and {last} are forbidden"
    )
    return [forbidden_value("spec", detail)]


def _without(spec: Json, names: Sequence[str]) -> Json:
    return {name: value for name, value in spec.items() if name not in names}


def _job(changed: KubeObject, stored: KubeObject) -> list[FieldError]:
    errors = []
    for field in ("completions", "selector", "template"):
        now = changed.spec.get(field)
        if now != stored.spec.get(field):
            shown = _printed_selector(now) if field == "selector" else now
            errors.append(invalid_value(f"spec.{field}", shown, _IMMUTABLE))
    return errors


def _sealed(changed: KubeObject, stored: KubeObject) -> list[FieldError]:
    if not stored.body.get("immutable"):
        return []
    errors = []
    if not changed.body.get("immutable"):
        errors.append(forbidden_value("immutable", _SEALED))
    return errors + [
        forbidden_value(field, _SEALED)
        for field in ("data", "binaryData")
        if changed.body.get(field) != stored.body.get(field)
    ]


def _secret_type(changed: KubeObject, stored: KubeObject) -> list[FieldError]:
    now = changed.body.get("type") or "Opaque"
    before = stored.body.get("type") or "Opaque"
    if changed.kind != "Secret" or now == before:
        return []
    return [invalid_value("type", now, _IMMUTABLE)]


def _priority(changed: KubeObject, stored: KubeObject, path: str) -> list[FieldError]:
    if (changed.body.get("value") or 0) == (stored.body.get("value") or 0):
        return []
    return [forbidden_value(path, "may not be changed in an update.")]
