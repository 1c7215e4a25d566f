"""What single kinds ask of their specification, as far as ownership depends on it.

Upstream: ``ValidateDeploymentSpec`` and its siblings in
pkg/apis/apps/validation/validation.go; ``ValidateReplicationControllerSpec`` in
pkg/apis/core/validation/validation.go
"""

from collections.abc import Mapping

from gcmodel.objects.field_errors import FieldError, invalid_value, required
from gcmodel.objects.metadata import Json, KubeObject
from gcmodel.objects.selectors import SelectorError, from_label_selector

SELECTING = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"})
TEMPLATED = SELECTING | {"ReplicationController", "Job"}


def validate_kind(wanted: KubeObject) -> list[FieldError]:
    """Judge the specification of *wanted* by the rules of its kind."""
    if wanted.kind not in TEMPLATED:
        return []
    spec = wanted.spec
    errors = _replicas(spec)
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    if wanted.kind in SELECTING:
        errors += _selector(spec, labels)
    return errors + _containers(spec)


def _replicas(spec: Json) -> list[FieldError]:
    replicas = spec.get("replicas")
    if isinstance(replicas, int) and replicas < 0:
        detail = "must be greater than or equal to 0"
        return [invalid_value("spec.replicas", replicas, detail)]
    return []


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


def _containers(spec: Json) -> list[FieldError]:
    template = spec.get("template")
    if not template:
        return [required("spec.template")]
    if not (template.get("spec") or {}).get("containers"):
        return [required("spec.template.spec.containers")]
    return []
