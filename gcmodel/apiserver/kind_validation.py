"""What single kinds ask of their specification, as far as ownership depends on it.

Upstream: ``ValidateDeploymentSpec`` and its siblings in
pkg/apis/apps/validation/validation.go; ``ValidateReplicationControllerSpec`` in
pkg/apis/core/validation/validation.go; ``ValidateJobSpec`` and ``ValidateCronJobSpec``
in pkg/apis/batch/validation/validation.go
"""

from collections.abc import Mapping, Sequence

from gcmodel.apiserver.validation_strategies import NEGATIVE, validate_strategy
from gcmodel.objects.cron_schedule import Schedule, ScheduleError
from gcmodel.objects.field_errors import (
    FieldError,
    invalid_value,
    not_supported,
    required,
)
from gcmodel.objects.metadata import Json, KubeObject
from gcmodel.objects.selectors import SelectorError, from_label_selector, printed

SELECTING = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"})
REPLICATED = SELECTING | {"ReplicationController"}
CRON_JOB_NAME_MAX = 52
"""Characters, so that the name of a Job, which is 11 longer, fits."""

_SAID_OF_EMPTY = {
    "Deployment": "deployment",
    "ReplicaSet": "deployment",
    "StatefulSet": "statefulset",
    "DaemonSet": "daemonset",
}
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
        return _job(wanted.spec, "spec") + _own_selector(wanted)
    if wanted.kind == "Pod" and not wanted.spec.get("containers"):
        return [required("spec.containers")]
    return _cron_job(wanted) if wanted.kind == "CronJob" else []


def _workload(wanted: KubeObject) -> list[FieldError]:
    spec = wanted.spec
    errors = _not_negative(spec, "spec", _WORKLOAD_NUMBERS)
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    if wanted.kind in SELECTING:
        errors += _selector(wanted.kind, spec.get("selector"), labels)
    errors += validate_strategy(wanted)
    return errors + _template(spec, "spec", _FOREVER)


def _job(spec: Json, path: str) -> list[FieldError]:
    return [
        *_not_negative(spec, path, _JOB_NUMBERS),
        *_template(spec, path, _TO_AN_END),
    ]


def _own_selector(job: KubeObject) -> list[FieldError]:
    # Only the server knows the UID by which a Job tells its Pods from others.
    selector = job.spec.get("selector") or {}
    labels = selector.get("matchLabels") or {}
    if job.spec.get("manualSelector") or not selector:
        return []
    made = {"controller-uid": job.uid, "job-name": job.name}
    if all(made.get(label) == value for label, value in labels.items()):
        return []
    return [
        invalid_value(
            "spec.selector", printed(selector), "`selector` not auto-generated"
        )
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
    return [
        invalid_value(f"{path}.{field}", spec[field], NEGATIVE)
        for field in fields
        if isinstance(spec.get(field), int) and spec[field] < 0
    ]


def _selector(
    kind: str, selector: Json | None, labels: Mapping[str, str]
) -> list[FieldError]:
    if selector is None and kind != "DaemonSet":
        return [required("spec.selector")]
    shown = printed(selector or {})
    errors = []
    if selector is not None and not shown.wire:
        detail = f"empty selector is invalid for {_SAID_OF_EMPTY[kind]}"
        errors.append(invalid_value("spec.selector", shown, detail))
    try:
        found = from_label_selector(selector)
    except SelectorError as error:
        return [*errors, invalid_value("spec.selector", shown, str(error))]
    if not found.matches(labels):
        detail = "`selector` does not match template `labels`"
        field = "spec.template.metadata.labels"
        errors.append(invalid_value(field, dict(labels), detail))
    return errors


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
