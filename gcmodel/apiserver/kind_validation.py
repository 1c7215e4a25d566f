"""What single kinds ask of their specification, as far as ownership depends on it.

Upstream: ``ValidateDeploymentSpec`` and its siblings in
pkg/apis/apps/validation/validation.go; ``ValidateReplicationControllerSpec`` in
pkg/apis/core/validation/validation.go; ``ValidateJobSpec`` and ``ValidateCronJobSpec``
in pkg/apis/batch/validation/validation.go
"""

from collections.abc import Mapping, Sequence

from gcmodel.apiserver.validation_definitions import validate_definition
from gcmodel.apiserver.validation_strategies import NEGATIVE, validate_strategy
from gcmodel.objects.cron_schedule import Schedule, ScheduleError
from gcmodel.objects.field_errors import (
    FieldError,
    invalid_value,
    not_supported,
    required,
)
from gcmodel.objects.go_values import Printed
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
        return _generated_selector(wanted) + _job(wanted.spec)
    if wanted.kind == "CustomResourceDefinition":
        return validate_definition(wanted)
    if wanted.kind == "Pod" and not wanted.spec.get("containers"):
        return [required("spec.containers")]
    return _cron_job(wanted) if wanted.kind == "CronJob" else []


def _workload(wanted: KubeObject) -> list[FieldError]:
    """Judge a workload, in the order in which upstream judges its kind."""
    spec, kind = wanted.spec, wanted.kind
    replicas = _not_negative(spec, "spec", ("replicas",))
    ready = _not_negative(spec, "spec", ("minReadySeconds",))
    history = _not_negative(spec, "spec", ("revisionHistoryLimit",))
    pods = _template(spec, "spec", _FOREVER)
    if kind in SELECTING:
        pods = _selector(kind, spec.get("selector"), _labels_of(spec)) + pods
    strategy = validate_strategy(wanted)
    match kind:
        case "Deployment":
            rest = ready + history + _progress_deadline(spec)
            return replicas + pods + strategy + rest
        case "StatefulSet":
            return strategy + replicas + ready + pods
        case "DaemonSet":
            return pods + ready + strategy + history
        case _:
            return replicas + ready + pods


def _progress_deadline(spec: Json) -> list[FieldError]:
    errors = _not_negative(spec, "spec", ("progressDeadlineSeconds",))
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None and deadline <= (spec.get("minReadySeconds") or 0):
        detail = "must be greater than minReadySeconds"
        errors.append(invalid_value("spec.progressDeadlineSeconds", deadline, detail))
    return errors


def _labels_of(spec: Json) -> Json:
    template = spec.get("template") or {}
    return (template.get("metadata") or {}).get("labels") or {}


def _job(spec: Json) -> list[FieldError]:
    errors = _job_template(spec, "spec")
    selector = spec.get("selector")
    if selector is None:
        errors.append(required("spec.selector"))
    return errors + _selected(selector, _labels_of(spec))


def _job_template(spec: Json, path: str) -> list[FieldError]:
    return [
        *_not_negative(spec, path, _JOB_NUMBERS),
        *_template(spec, path, _TO_AN_END),
    ]


def _generated_selector(job: KubeObject) -> list[FieldError]:
    # Only the server knows the UID by which a Job tells its Pods from others.
    if job.spec.get("manualSelector"):
        return []
    made = {"controller-uid": str(job.uid), "job-name": job.name}
    labels = _labels_of(job.spec)
    errors = [
        invalid_value(
            f"spec.template.metadata.labels[{label}]", labels, f"must be '{value}'"
        )
        for label, value in made.items()
        if labels and labels.get(label) != value
    ]
    selector = job.spec.get("selector") or {}
    try:
        matches = from_label_selector(selector).matches(made)
    except SelectorError:
        return errors
    if not matches:
        detail = "`selector` not auto-generated"
        errors.append(invalid_value("spec.selector", printed(selector), detail))
    return errors


def _cron_job(wanted: KubeObject) -> list[FieldError]:
    spec = wanted.spec
    errors = _schedule(spec.get("schedule") or "")
    concurrency = spec.get("concurrencyPolicy")
    if concurrency not in _CONCURRENCY:
        errors.append(
            not_supported("spec.concurrencyPolicy", concurrency, _CONCURRENCY)
        )
    job = (spec.get("jobTemplate") or {}).get("spec") or {}
    errors += _job_template(job, "spec.jobTemplate.spec")
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
    return errors + _selected(selector, labels)


def _selected(selector: Json | None, labels: Mapping[str, str]) -> list[FieldError]:
    try:
        found = from_label_selector(selector)
    except SelectorError as error:
        return [invalid_value("spec.selector", printed(selector or {}), str(error))]
    if found.matches(labels):
        return []
    shown = dict(labels) or Printed("map[string]string(nil)", None)
    detail = "`selector` does not match template `labels`"
    return [invalid_value("spec.template.metadata.labels", shown, detail)]


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
