"""What a workload may say about how its Pods are replaced.

Upstream: ``ValidateDeploymentStrategy``, ``ValidateStatefulSetSpec`` and
``ValidateDaemonSetUpdateStrategy`` in pkg/apis/apps/validation/validation.go
"""

import re
from typing import Any

from gcmodel.objects.field_errors import (
    FieldError,
    forbidden_value,
    invalid_value,
    not_supported,
    required,
)
from gcmodel.objects.go_values import Printed, quote
from gcmodel.objects.metadata import Json, KubeObject

NEGATIVE = "must be greater than or equal to 0"
_PERCENT = re.compile(r"[0-9]+%")
_NO_PERCENT = (
    "a valid percent string must be a numeric string followed by an ending '%' "
    f"(e.g. '1%',  or '93%', regex used for validation is '{_PERCENT.pattern}')"
)
_POD_MANAGEMENT = ("OrderedReady", "Parallel")
_POINTER = "0xc000012000"


def validate_strategy(wanted: KubeObject) -> list[FieldError]:
    """Judge how *wanted* replaces its Pods, if its kind says so at all."""
    match wanted.kind:
        case "Deployment":
            return _deployment(wanted.spec.get("strategy") or {}, "spec.strategy")
        case "StatefulSet":
            return _pod_management(wanted.spec) + _stateful_set(
                wanted.spec.get("updateStrategy") or {}, "spec.updateStrategy"
            )
        case "DaemonSet":
            strategy = wanted.spec.get("updateStrategy") or {}
            return _daemon_set(strategy, "spec.updateStrategy")
        case _:
            return []


def _deployment(strategy: Json, path: str) -> list[FieldError]:
    rolling = strategy.get("rollingUpdate")
    match strategy.get("type"):
        case "Recreate" if rolling is None:
            return []
        case "Recreate":
            detail = "may not be specified when strategy `type` is 'Recreate'"
            return [forbidden_value(f"{path}.rollingUpdate", detail)]
        case "RollingUpdate":
            return _surge_and_unavailable(rolling or {}, f"{path}.rollingUpdate")
        case _:
            shown = _strategy("Deployment", "RollingUpdateDeployment", strategy)
            return [not_supported(path, shown, ["Recreate", "RollingUpdate"])]


def _surge_and_unavailable(rolling: Json, path: str) -> list[FieldError]:
    unavailable = rolling.get("maxUnavailable", 0)
    surge = rolling.get("maxSurge", 0)
    field = f"{path}.maxUnavailable"
    errors = _count_or_percent(unavailable, field)
    errors += _count_or_percent(surge, f"{path}.maxSurge")
    if _amount(unavailable) == _amount(surge) == 0:
        detail = "may not be 0 when `maxSurge` is 0"
        errors.append(invalid_value(field, _count(unavailable), detail))
    return errors + _at_most_all(unavailable, field)


def _pod_management(spec: Json) -> list[FieldError]:
    policy = spec.get("podManagementPolicy")
    if policy in _POD_MANAGEMENT:
        return []
    detail = " or ".join(f"'{known}'" for known in _POD_MANAGEMENT)
    return [invalid_value("spec.podManagementPolicy", policy, f"must be {detail}")]


def _stateful_set(strategy: Json, path: str) -> list[FieldError]:
    rolling = strategy.get("rollingUpdate")
    shown = _strategy("StatefulSetUpdate", "RollingUpdateStatefulSetStrategy", strategy)
    match strategy.get("type"):
        case "OnDelete" if rolling is None:
            return []
        case "OnDelete":
            detail = "only allowed for updateStrategy 'RollingUpdate'"
            return [invalid_value(f"{path}.rollingUpdate", shown, detail)]
        case "RollingUpdate":
            partition = (rolling or {}).get("partition") or 0
            field = f"{path}.rollingUpdate.partition"
            return [] if partition >= 0 else [invalid_value(field, partition, NEGATIVE)]
        case _:
            detail = "must be 'RollingUpdate' or 'OnDelete'"
            return [invalid_value(path, shown, detail)]


def _daemon_set(strategy: Json, path: str) -> list[FieldError]:
    match strategy.get("type"):
        case "OnDelete":
            return []
        case "RollingUpdate":
            rolling = strategy.get("rollingUpdate")
            if rolling is None:
                return [required(f"{path}.rollingUpdate")]
            return _some_unavailable(rolling, f"{path}.rollingUpdate")
        case _:
            shown = _strategy("DaemonSetUpdate", "RollingUpdateDaemonSet", strategy)
            return [not_supported(path, shown, ["RollingUpdate", "OnDelete"])]


def _some_unavailable(rolling: Json, path: str) -> list[FieldError]:
    unavailable = rolling.get("maxUnavailable", 0)
    surge = rolling.get("maxSurge", 0)
    field = f"{path}.maxUnavailable"
    errors = _count_or_percent(unavailable, field) + _at_most_all(unavailable, field)
    errors += _count_or_percent(surge, f"{path}.maxSurge")
    if _amount(unavailable) == _amount(surge) == 0:
        detail = "cannot be 0 when maxSurge is 0"
        errors.append(invalid_value(field, _count(unavailable), detail))
    return errors


def _count_or_percent(value: int | str, path: str) -> list[FieldError]:
    if isinstance(value, int):
        return [] if value >= 0 else [invalid_value(path, value, NEGATIVE)]
    if _PERCENT.fullmatch(value):
        return []
    return [invalid_value(path, _count(value), _NO_PERCENT)]


def _at_most_all(value: int | str, path: str) -> list[FieldError]:
    if isinstance(value, int) or _amount(value) <= 100:  # noqa: PLR2004  (percent)
        return []
    return [invalid_value(path, _count(value), "must not be greater than 100%")]


def _amount(value: int | str) -> int:
    if isinstance(value, int):
        return value
    return int(value[:-1]) if _PERCENT.fullmatch(value) else 0


def _count(value: int | str) -> Printed:
    if isinstance(value, int):
        go = f'intstr.IntOrString{{Type:0, IntVal:{value}, StrVal:""}}'
    else:
        go = f"intstr.IntOrString{{Type:1, IntVal:0, StrVal:{quote(value)}}}"
    return Printed(go, value)


def _strategy(kind: str, rolling: str, wire: Any) -> Printed:
    pointer = "nil" if wire.get("rollingUpdate") is None else _POINTER
    go = (
        f"apps.{kind}Strategy{{Type:{quote(wire.get('type') or '')}, "
        f"RollingUpdate:(*apps.{rolling})({pointer})}}"
    )
    return Printed(go, wire)
