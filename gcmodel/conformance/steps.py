"""The steps of a program as they are written down, read strictly."""

from typing import Any

import attrs

from gcmodel.conformance.fields import MalformedError, each, optional, required
from gcmodel.objects.metadata import Json

KINDS = {
    "ConfigMap": "v1",
    "Secret": "v1",
    "ServiceAccount": "v1",
    "ReplicationController": "v1",
    "Pod": "v1",
    "PersistentVolume": "v1",
    "ReplicaSet": "apps/v1",
    "Deployment": "apps/v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1beta1",
    "ClusterRole": "rbac.authorization.k8s.io/v1",
    "PriorityClass": "scheduling.k8s.io/v1",
    "Event": "events.k8s.io/v1",
}
"""The kind table of the format: in which version a collection is addressed."""

PROCESS_STEPS = ("settle", "controller_stop", "controller_start")
"""Steps that are no API request, and have no entry among the responses."""

_FIELDS: dict[str, dict[str, type]] = {
    "create": {"handle": str, "manifest": dict},
    "delete": {"handle": str, "options": dict},
    "patch": {"handle": str, "patch": dict},
    "update": {"handle": str, "manifest": dict},
    "deletecollection": {"kind": str, "options": dict},
    **{op: {} for op in PROCESS_STEPS},
}
_OPTIONAL: dict[str, dict[str, type]] = {
    "deletecollection": {"labelSelector": str, "namespace": str},
}
_OPTIONS: dict[str, type] = {
    "gracePeriodSeconds": int,
    "preconditions": dict,
    "orphanDependents": bool,
    "propagationPolicy": str,
    "dryRun": list,
}
_PRECONDITIONS: dict[str, type] = {"uid": str, "resourceVersion": str}


@attrs.frozen
class Step:
    """One operation, as written down.

    Attributes:
        index: Its place in the program, counted from 0.
    """

    index: int
    op: str
    fields: Json

    @property
    def is_request(self) -> bool:
        """Whether it is an API request."""
        return self.op not in PROCESS_STEPS


def read_steps(wire: list[Any]) -> tuple[Step, ...]:
    """Read the steps of one program.

    Raises:
        MalformedError: One is not of the format, or is about an object of which no
            earlier step says what and where it is.
    """
    steps = tuple(_step(index, fields) for index, fields in enumerate(wire))
    known: set[str] = set()
    for step in steps:
        if "manifest" in _FIELDS[step.op]:
            known.add(step.fields["handle"])
        elif "handle" in _FIELDS[step.op] and step.fields["handle"] not in known:
            raise MalformedError(
                f"steps[{step.index}].handle={step.fields['handle']!r}: must be "
                "created by an earlier step"
            )
    return steps


def _step(index: int, fields: Any) -> Step:
    where = f"steps[{index}]"
    if not isinstance(fields, dict):
        raise MalformedError(f"{where}: must be a JSON object")
    op = fields.get("op")
    if not isinstance(op, str) or op not in _FIELDS:
        known = ", ".join(_FIELDS)
        raise MalformedError(f"{where}.op={op!r}: must be one of {known}")
    for field, kind in _FIELDS[op].items():
        required(fields, field, kind, f"{where}.")
    for field, kind in _OPTIONAL.get(op, {}).items():
        optional(fields, field, kind, f"{where}.")
    if "manifest" in _FIELDS[op]:
        _check_manifest(fields["manifest"], f"{where}.manifest")
    if op == "deletecollection" and fields["kind"] not in KINDS:
        raise MalformedError(
            f"{where}.kind={fields['kind']!r}: must be one of {', '.join(KINDS)}"
        )
    if "options" in _FIELDS[op]:
        _check_options(fields["options"], f"{where}.options")
    return Step(index, op, fields)


def _check_options(options: Json, where: str) -> None:
    """Refuse what a server could not decode; null is the same as left out."""
    for field, kind in _OPTIONS.items():
        optional(options, field, kind, f"{where}.")
    each(options.get("dryRun") or [], str, f"{where}.dryRun")
    conditions = options.get("preconditions") or {}
    for field, kind in _PRECONDITIONS.items():
        optional(conditions, field, kind, f"{where}.preconditions.")


def _check_manifest(manifest: Json, where: str) -> None:
    required(manifest, "apiVersion", str, f"{where}.")
    required(manifest, "kind", str, f"{where}.")
    metadata = required(manifest, "metadata", dict, f"{where}.")
    required(metadata, "name", str, f"{where}.metadata.")
    optional(metadata, "namespace", str, f"{where}.metadata.")
