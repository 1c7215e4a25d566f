"""What single kinds ask of their specification, as far as ownership depends on it.

Upstream: ``ValidateDeploymentSpec`` and its siblings in
pkg/apis/apps/validation/validation.go; ``ValidateReplicationControllerSpec`` in
pkg/apis/core/validation/validation.go; ``ValidateJobSpec`` and ``ValidateCronJobSpec``
in pkg/apis/batch/validation/validation.go
"""

from collections.abc import Mapping, Sequence

from gcmodel.objects.cron_schedule import Schedule, ScheduleError
from gcmodel.objects.field_errors import (
    FieldError,
    invalid_value,
    not_supported,
    required,
)
from gcmodel.objects.metadata import Json, KubeObject
from gcmodel.objects.selectors import SelectorError, from_label_selector

SELECTING = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"})
REPLICATED = SELECTING | {"ReplicationController"}
CRON_JOB_NAME_MAX = 52
"""Characters, so that the name of a Job, which is 11 longer, fits."""

_FOREVER = ("Always",)
_TO_AN_END = ("OnFailure", "Never")
_CONCURRENCY = ("Allow", "Forbid", "Replace")
_WORKLOAD_NUMBERS = (
    "replicas",
    "minReadySeconds",
    "revisionHistoryLimit",
    "progressDeadlineSeconds",
)
_JOB_NUMBERS = (
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
)
_CRON_JOB_NUMBERS = (
    "startingDeadlineSeconds",
    "successfulJobsHistoryLimit",
    "failedJobsHistoryLimit",
)


def validate_kind(wanted: KubeObject) -> list[FieldError]:
    """Judge the specification of *wanted* by the rules of its kind."""
    if wanted.kind in REPLICATED:
        return _workload(wanted)
    if wanted.kind == "Job":
        return _job(wanted.spec, "spec")
    return _cron_job(wanted) if wanted.kind == "CronJob" else []


def _workload(wanted: KubeObject) -> list[FieldError]:
    spec = wanted.spec
    errors = _not_negative(spec, "spec", _WORKLOAD_NUMBERS)
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    if wanted.kind in SELECTING:
        errors += _selector(spec, labels)
    return errors + _template(spec, "spec", _FOREVER)


def _job(spec: Json, path: str) -> list[FieldError]:
    return [
        *_not_negative(spec, path, _JOB_NUMBERS),
        *_template(spec, path, _TO_AN_END),
    ]


def _cron_job(wanted: KubeObject) -> list[FieldError]:
    spec = wanted.spec
    errors = _schedule(spec.get("schedule") or "")
    concurrency = spec.get("concurrencyPolicy")
    if concurrency not in _CONCURRENCY:
        errors.append(
            not_supported("spec.concurrencyPolicy", concurrency, _CONCURRENCY)
        )
    job = (spec.get("jobTemplate") or {}).get("spec") or {}
    errors += _job(job, "spec.jobTemplate.spec")
    errors += _not_negative(spec, "spec", _CRON_JOB_NUMBERS)
    if len(wanted.name) > CRON_JOB_NAME_MAX:
        detail = f"must be no more than {CRON_JOB_NAME_MAX} characters"
        errors.append(invalid_value("metadata.name", wanted.name, detail))
    return errors


def _schedule(text: str) -> list[FieldError]:
    if not text:
        return [required("spec.schedule")]
    try:
        Schedule.parse(text)
    except ScheduleError as error:
        return [invalid_value("spec.schedule", text, str(error))]
    return []


def _not_negative(spec: Json, path: str, fields: Sequence[str]) -> list[FieldError]:
    detail = "must be greater than or equal to 0"
    return [
        invalid_value(f"{path}.{field}", spec[field], detail)
        for field in fields
        if (spec.get(field) or 0) < 0
    ]


def _selector(spec: Json, labels: Mapping[str, str]) -> list[FieldError]:
    selector = spec.get("selector")
    if not selector:
        return [required("spec.selector")]
    try:
        found = from_label_selector(selector)
    except SelectorError as error:
        return [invalid_value("spec.selector", selector, str(error))]
    if found.matches(labels):
        return []
    detail = "`selector` does not match template `labels`"
    return [invalid_value("spec.template.metadata.labels", dict(labels), detail)]


def _template(spec: Json, path: str, policies: Sequence[str]) -> list[FieldError]:
    template = spec.get("template")
    if not template:
        return [required(f"{path}.template")]
    pod = template.get("spec") or {}
    errors = []
    if not pod.get("containers"):
        errors.append(required(f"{path}.template.spec.containers"))
    policy = pod.get("restartPolicy")
    if policy not in policies:
        field = f"{path}.template.spec.restartPolicy"
        errors.append(not_supported(field, policy, policies))
    return errors
