"""Recordings of a stalled collector, read strictly: ``gc-incident-record/1``.

A recording holds scenarios; a scenario holds steps; a step carries out its operations
at its start and lasts until its end.
"""

import json
from collections.abc import Iterator
from gzip import decompress as gunzip
from pathlib import Path
from typing import Any

import attrs

from gcmodel.errors import UsageError
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.metadata import Json

FORMAT = "gc-incident-record/1"

OPERATIONS: dict[str, frozenset[str]] = {
    "start_api_server": frozenset(),
    "start_controller_manager": frozenset(),
    "stop_controller_manager": frozenset(),
    "extension": frozenset({"mode"}),
    "register_apiservice": frozenset(),
    "delete_apiservice": frozenset(),
    "touch_token": frozenset(),
    "create_deployment": frozenset({"namespace", "name"}),
    "delete_deployment": frozenset({"namespace", "name"}),
    "probe": frozenset({"namespace", "name", "wait_s"}),
    "create_configmap": frozenset({"namespace", "name"}),
    "create_namespace": frozenset({"name"}),
    "delete_namespace": frozenset({"name"}),
    "list_tokens": frozenset({"user"}),
    "wait": frozenset(),
}
"""Each operation and the keys that it cannot do without."""


@attrs.frozen
class RecordedStep:
    """One step: what is done at its start, and what was seen until its end.

    Attributes:
        seen: The step as it stands in the file.
    """

    name: str
    start_ns: int
    end_ns: int
    operations: tuple[Json, ...]
    seen: Json

    def records(self, evidence: str) -> list[Json]:
        """Return the list called *evidence*; empty if nothing of it was recorded."""
        return self.seen.get(evidence) or []


@attrs.frozen
class RecordedScenario:
    """One scenario from an empty store on.

    Attributes:
        seen: The scenario as it stands in the file.
    """

    name: str
    steps: tuple[RecordedStep, ...]
    seen: Json


@attrs.frozen
class Recording:
    """A whole file.

    Attributes:
        kubernetes: The version that was recorded.
        template: The specification of every Deployment called *app*.
        app: The name for which *template* is written.
    """

    kubernetes: str
    template: Json
    app: str
    scenarios: tuple[RecordedScenario, ...]


def read_recording(path: Path) -> Recording:
    """Read the recording in *path*.

    Raises:
        UsageError: It cannot be read, or is no recording of this format.
    """
    try:
        octets = path.read_bytes()
        wire = json.loads(gunzip(octets) if path.suffix == ".gz" else octets)
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror or error}; give the path of a recording"
        ) from error
    except ValueError as error:
        raise UsageError(
            f"{path}: not JSON: {error}; give a recording of the format {FORMAT}"
        ) from error
    return _recording(path, wire)


def _recording(path: Path, wire: Any) -> Recording:
    stated = wire.get("format") if isinstance(wire, dict) else None
    if stated != FORMAT:
        raise UsageError(
            f"{path}: format={stated!r}: must be {FORMAT!r}; give such a recording"
        )
    template = _needed(path, wire, "deployment_template", dict)
    scenarios = _needed(path, wire, "scenarios", dict)
    version = str((wire.get("versions") or {}).get("kubernetes", "1.20.2"))
    labels = (template.get("spec") or {}).get("selector", {}).get("matchLabels", {})
    return Recording(
        version,
        template,
        str(labels.get("app", "fleet-agent")),
        tuple(_scenario(path, name, one) for name, one in scenarios.items()),
    )


def _scenario(path: Path, name: str, wire: Json) -> RecordedScenario:
    place = f"{path}: scenario {name}"
    steps = _needed(place, wire, "steps", list)
    return RecordedScenario(name, tuple(_steps(place, steps)), wire)


def _steps(place: str, steps: list[Json]) -> Iterator[RecordedStep]:
    for number, step in enumerate(steps):
        name = str(step.get("step", number))
        where = f"{place}, step {name}"
        start = _needed(where, step, "t", int | float)
        end = _needed(where, step, "t_end", int | float)
        operations = tuple(_needed(where, step, "do", list))
        for operation in operations:
            _check_operation(where, operation)
        yield RecordedStep(
            name, int(start * SECOND), int(end * SECOND), operations, step
        )


def _check_operation(where: str, operation: Json) -> None:
    name = operation.get("op")
    if name not in OPERATIONS:
        known = ", ".join(OPERATIONS)
        raise UsageError(f"{where}: op={name!r}: not an operation; use one of {known}")
    missing = sorted(OPERATIONS[name] - operation.keys())
    if missing:
        raise UsageError(
            f"{where}: {name}: {', '.join(missing)} is missing; add it to the operation"
        )


def _needed(place: object, wire: Json, key: str, kind: Any) -> Any:
    value = wire.get(key)
    if not isinstance(value, kind):
        raise UsageError(
            f"{place}: {key}={value!r}: missing, or of the wrong type; "
            f"see the format {FORMAT}"
        )
    return value
