"""Recorded incidents as they are written down: what was done, and what was seen.

Read strictly: a file that is not of the format is refused as a whole, before anything
runs, in one line that names the place.
"""

import json
import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import attrs

from gcmodel.apiserver.recorded_extension import Mode
from gcmodel.conformance.incident_shape import (
    NAMES,
    OF_OPERATION,
    OF_RECORDING,
    OF_SCENARIO,
    OF_STEP,
    SEE_FORMAT,
    Shape,
    first_flaw,
)
from gcmodel.conformance.recorded_files import (
    NESTED_TOO_DEEPLY,
    UNREADABLE,
    NotJsonError,
    check_file,
    opened,
    parsed,
    reason,
)
from gcmodel.errors import UsageError
from gcmodel.objects.metadata import Json
from gcmodel.objects.options import PropagationPolicy
from gcmodel.versions.profile import Profile

FORMAT = "gc-incident-record"

_NAMED: dict[str, type] = {"namespace": str, "name": str}
_OPERATIONS: dict[str, dict[str, type]] = {
    "start_api_server": {},
    "start_controller_manager": {},
    "stop_controller_manager": {},
    "extension": {"mode": str},
    "register_apiservice": {},
    "delete_apiservice": {},
    "touch_token": {},
    "create_deployment": _NAMED,
    "delete_deployment": _NAMED,
    "probe": _NAMED,
    "create_configmap": _NAMED,
    "create_namespace": {"name": str},
    "delete_namespace": {"name": str},
    "list_tokens": {"user": str},
    "wait": {},
}
"""The operations of the format, with the keys that each must have."""

_ACCOUNTS = "system:serviceaccount:kube-system"
_IDENTITIES = {
    "informers": "system:kube-controller-manager",
    "collector live calls": f"{_ACCOUNTS}:generic-garbage-collector",
    "deployment": f"{_ACCOUNTS}:deployment-controller",
    "replicaset": f"{_ACCOUNTS}:replicaset-controller",
    "namespace": f"{_ACCOUNTS}:namespace-controller",
    "person": "admin",
}
"""Who sends what, unless the recording says otherwise."""

_CONTROLLERS = "garbagecollector,deployment,replicaset,namespace"

NUMERIC_FLAGS = ("concurrent-gc-syncs", "kube-api-qps", "kube-api-burst", "v")
"""The flags that are read as numbers."""

DURATION_MAX_S = 24 * 3600
"""A scenario lasts a day at most."""

NEVER_EXISTED = "never existed"
"""What a ConfigMap may be owned by."""


@attrs.frozen
class Step:
    """One step of a scenario.

    Attributes:
        started_s: Seconds since the start of the scenario.
        ended_s: Likewise.
        operations: What is done at its start, in order.
        record: What was seen in it, as written down.
    """

    name: str
    started_s: float
    ended_s: float
    operations: tuple[Json, ...]
    record: Json


@attrs.frozen
class Scenario:
    """One scenario, and everything that was seen in it."""

    name: str
    steps: tuple[Step, ...]
    record: Json

    def tells(self, *parts: str) -> bool:
        """Whether any of *parts* was recorded, of the scenario or of a step.

        A step that has none of what others have is one in which nothing was seen.
        """
        records = [self.record, *(step.record for step in self.steps)]
        return any(part in record for record in records for part in parts)


@attrs.frozen
class Recording:
    """A whole file.

    Attributes:
        version: Of Kubernetes.
        flags: Of the controller manager, without their dashes; ``""`` for a bare one.
        identities: Who sends what, as user names.
        template: The Deployment that stands for all; its name is in its labels.
        built_in: The resources that discovery offered without the extension.
    """

    version: str
    flags: dict[str, str]
    identities: dict[str, str]
    template: Json
    built_in: frozenset[str]
    scenarios: tuple[Scenario, ...]


def read_recording(path: Path) -> Recording:
    """Read the file at *path*, plain or gzipped.

    Raises:
        UsageError: It cannot be read, or is not of the format.
    """
    check_file(path, f"a file of {FORMAT}")
    try:
        with opened(path) as file:
            wire = parsed(file.read())
        return _Reader(str(path)).recording(wire)
    except UNREADABLE as error:
        raise UsageError(
            f"{path}: cannot be read: {reason(error)}; name a file of {FORMAT}"
        ) from error
    except NotJsonError as error:
        raise UsageError(f"{path}: {error}; name a file of {FORMAT}") from error
    except RecursionError:
        raise UsageError(
            f"{path}: {NESTED_TOO_DEEPLY}; name a file of {FORMAT}"
        ) from None


@attrs.frozen
class _Reader:
    """Walks the document, and knows where it is."""

    place: str

    def refuse(self, rule: str) -> UsageError:
        return UsageError(f"{self.place}: {rule}")

    def at(self, key: object) -> "_Reader":
        return _Reader(f"{self.place}: {key}" if self.place else str(key))

    def typed(self, wire: Json, key: str, kind: Any) -> Any:
        value = wire.get(key)
        if not isinstance(value, kind) or isinstance(value, bool):
            name = NAMES.get(kind, "a number")
            raise self.refuse(
                f"{key}={json.dumps(value)[:40]}: must be {name}; {SEE_FORMAT}"
            )
        return value

    def recording(self, wire: Any) -> Recording:
        if not isinstance(wire, dict):
            raise self.refuse(f"must be a JSON object of format {FORMAT}")
        layout = self.typed(wire, "format", str)
        if layout.partition("/")[0] != FORMAT:
            raise self.refuse(f"format={layout!r}: must be {FORMAT}/1")
        scenarios = self.typed(wire, "scenarios", dict)
        if not scenarios:
            raise self.refuse("scenarios={}: must have one at least; record one")
        self.typed(wire, "deployment_template", dict)
        self.check_evidence(wire, OF_RECORDING)
        return Recording(
            version=self.version(self.typed(wire, "versions", dict)),
            flags=self.flags(wire.get("flags", {}).get("kube-controller-manager", ())),
            identities=_IDENTITIES | wire.get("identities", {}),
            template=self.template(wire["deployment_template"]),
            built_in=frozenset(wire.get("discovered_deletable_resources", ())),
            scenarios=tuple(
                self.at(name).scenario(name, scenario)
                for name, scenario in scenarios.items()
            ),
        )

    def version(self, versions: Json) -> str:
        version = str(versions.get("kubernetes", ""))
        try:
            Profile.for_version(version.removeprefix("v"))
        except UsageError as error:
            raise self.at("versions: kubernetes").refuse(str(error)) from None
        return version

    def flags(self, lines: list[str]) -> dict[str, str]:
        flags = {"controllers": _CONTROLLERS} | _flags(lines)
        levels = flags.get("vmodule", "").split(",")
        numbers = {name: flags.get(name, "") for name in NUMERIC_FLAGS}
        numbers |= {f"vmodule={pair}": pair.partition("=")[2] for pair in levels}
        for name, value in numbers.items():
            if value and not re.fullmatch("[0-9]{1,9}", value):
                raise self.refuse(f"flag --{name}={value}: must be a whole number")
        return flags

    def template(self, template: Json) -> Json:
        labels = template["spec"]["selector"]["matchLabels"]
        if len(labels) != 1:
            raise self.refuse(
                f"deployment_template: spec: selector: matchLabels={labels}: must be "
                f"one label, whose value stands for the name; {SEE_FORMAT}"
            )
        return template

    def scenario(self, name: str, wire: Any) -> Scenario:
        if not isinstance(wire, dict):
            raise self.refuse("must be an object with steps")
        self.check_evidence(wire, OF_SCENARIO)
        steps = [
            self.at(f"step {number}").step(step)
            for number, step in enumerate(self.typed(wire, "steps", list), start=1)
        ]
        for before, after in pairwise(steps):
            if after.started_s < before.ended_s - 0.001:
                raise self.refuse(
                    f"step {after.name!r} starts at {after.started_s} s: must not be "
                    f"before the end of {before.name!r}, {before.ended_s} s"
                )
        return Scenario(name, tuple(steps), wire)

    def step(self, wire: Any) -> Step:
        if not isinstance(wire, dict):
            raise self.refuse("must be an object")
        name = self.typed(wire, "step", str)
        here = self.at(name)
        here.check_evidence(wire, OF_STEP)
        started, ended = here.span(wire)
        operations = here.typed(wire, "do", list)
        for number, operation in enumerate(operations, start=1):
            here.at(f"do {number}").check(operation)
        return Step(name, started, ended, tuple(operations), wire)

    def span(self, wire: Json) -> tuple[float, float]:
        started = float(self.typed(wire, "t", int | float))
        ended = float(self.typed(wire, "t_end", int | float))
        if not 0 <= started <= ended <= DURATION_MAX_S:
            raise self.refuse(
                f"t={started}, t_end={ended}: must be seconds up to {DURATION_MAX_S}, "
                "the end not before the start"
            )
        return started, ended

    def check_evidence(self, wire: Json, shapes: Mapping[str, Shape]) -> None:
        flaw = first_flaw(wire, shapes)
        if flaw:
            raise self.refuse(flaw)

    def check(self, operation: Any) -> None:
        if not isinstance(operation, dict):
            raise self.refuse("must be an object with op")
        op = self.typed(operation, "op", str)
        if op not in _OPERATIONS:
            known = ", ".join(_OPERATIONS)
            raise self.refuse(f"op={op!r}: not an operation; use one of {known}")
        for key, kind in _OPERATIONS[op].items():
            self.at(op).typed(operation, key, kind)
        self.at(op).check_evidence(operation, OF_OPERATION)
        self.at(op).check_values(operation)

    def check_values(self, operation: Json) -> None:
        mode, known = operation.get("mode"), get_args(Mode)
        if mode is not None and mode not in known:
            raise self.refuse(f"mode={mode!r}: use one of {', '.join(known)}")
        owner = operation.get("owner")
        if owner not in (None, NEVER_EXISTED):
            raise self.refuse(f"owner={owner!r}: must be {NEVER_EXISTED!r}")
        policy = operation.get("propagationPolicy")
        if policy is not None:
            try:
                PropagationPolicy.parse(policy)
            except UsageError as error:
                raise self.refuse(str(error)) from None


def _flags(lines: list[str]) -> dict[str, str]:
    flags: dict[str, str] = {}
    for line in lines:
        for word in line.replace("(", " ").replace(")", " ").split():
            if word.startswith("--"):
                name, _, value = word[2:].partition("=")
                flags[name] = value
    return flags
