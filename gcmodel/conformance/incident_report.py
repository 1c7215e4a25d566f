"""A scenario held to its record: what was checked, what agrees, what differs."""

from collections.abc import Callable, Iterable, Iterator

import attrs

from gcmodel.conformance.incident_checks import Check, together
from gcmodel.conformance.incident_format import Recording, Scenario
from gcmodel.conformance.incident_lines import compare_lines
from gcmodel.conformance.incident_passes import (
    compare_attempts,
    compare_gaps,
    compare_idle_passes,
)
from gcmodel.conformance.incident_requests import compare_requests
from gcmodel.conformance.incident_run import reenact
from gcmodel.conformance.incident_setting import Circumstances
from gcmodel.conformance.incident_states import (
    compare_graph_events,
    compare_metrics,
    compare_objects,
)
from gcmodel.errors import GcModelError
from gcmodel.kernel.durations import MILLISECOND
from gcmodel.objects.metadata import Json

Compare = Callable[[Recording, Scenario, Json], Iterable[Check]]


@attrs.frozen
class Kind:
    """A kind of evidence.

    Attributes:
        parts: Of the record; without any of them there is nothing to compare.
    """

    compare: Compare
    parts: tuple[str, ...]

    def checks(
        self, recording: Recording, scenario: Scenario, got: Json
    ) -> list[Check]:
        """Compare what was recorded of this kind."""
        if not scenario.tells(*self.parts):
            return []
        return list(self.compare(recording, scenario, got))


KINDS: dict[str, Kind] = {
    "objects": Kind(
        lambda _, scenario, got: compare_objects(scenario.steps, got), ("objects",)
    ),
    "attempts": Kind(
        lambda _, scenario, got: compare_attempts(scenario.record, got), ("attempts",)
    ),
    "gaps": Kind(
        lambda _, scenario, got: compare_gaps(scenario.record, got),
        ("attempts", "reflector_gaps_s"),
    ),
    "idle passes": Kind(
        lambda _, scenario, got: compare_idle_passes(scenario.record, got),
        ("idle_sync_ticks",),
    ),
    "log lines": Kind(
        lambda recording, scenario, got: compare_lines(recording, scenario.steps, got),
        ("logs",),
    ),
    "calls": Kind(
        lambda _, scenario, got: compare_requests(scenario.steps, got),
        ("gc_calls", "controller_calls", "extension_requests"),
    ),
    "graph events": Kind(
        lambda _, scenario, got: compare_graph_events(scenario.steps, got),
        ("graph_events",),
    ),
    "queue metrics": Kind(
        lambda _, scenario, got: compare_metrics(scenario, got), ("metrics",)
    ),
}
"""The kinds of evidence, each with its comparison."""

_PACES = (
    (1, 1, 40),
    (5, 1, 20),
    (2, 4, 60),
    (8, 2, 10),
    (1, 3, 5),
    (4, 8, 40),
    (6, 12, 30),
    (3, 2, 80),
)
"""How slow requests and watches are, and how often whoever waits looks, in ms."""

RUNS_MAX = 24
"""How often a scenario is re-enacted, if the first runs leave differences."""


@attrs.frozen
class Finding:
    """One scenario, and how each comparison came out.

    Attributes:
        checks: By kind of evidence.
        runs: How many re-enactments it took.
        problem: Why it could not be re-enacted, or compared; empty if it could.
    """

    scenario: str
    checks: dict[str, list[Check]]
    runs: int = 1
    problem: str = ""

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not self.problem and all(
            check.agrees for each in self.checks.values() for check in each
        )

    def differences(self) -> Iterator[tuple[str, Check]]:
        """Walk what differs, with its kind."""
        for kind, checks in self.checks.items():
            yield from ((kind, check) for check in checks if not check.agrees)

    def to_dict(self) -> Json:
        """Render for a machine."""
        problem = {"problem": self.problem} if self.problem else {}
        return {
            **problem,
            "reenactments": self.runs,
            "evidence": {
                kind: {
                    "checked": len(checks),
                    "agree": sum(check.agrees for check in checks),
                }
                for kind, checks in self.checks.items()
            },
            "differences": [
                {
                    "kind": kind,
                    "step": check.step,
                    "what": check.what,
                    "expected": check.expected,
                    "got": check.got,
                }
                for kind, check in self.differences()
            ],
        }


def circumstances(count: int) -> Iterator[Circumstances]:
    """Yield *count* times another order of simultaneous steps, and another pace."""
    for seed in range(count):
        slowness, watch_slowness, look_ms = _PACES[seed % len(_PACES)]
        yield Circumstances(
            seed=seed,
            slowness=slowness,
            watch_slowness=watch_slowness,
            look_ns=look_ms * MILLISECOND,
        )


def hold(recording: Recording, scenario: Scenario, runs_max: int = RUNS_MAX) -> Finding:
    """Re-enact *scenario* until it agrees with its record, or *runs_max* times.

    * **Never in vain for others**: what ends it becomes the finding's problem.
    """
    try:
        return _hold(recording, scenario, runs_max)
    except Exception as error:  # noqa: BLE001  (a record may be wrong in any way)
        kind = "" if isinstance(error, GcModelError) else f"{type(error).__name__}: "
        problem = " ".join(f"{kind}{error}".split())
        return Finding(scenario.name, {name: [] for name in KINDS}, 0, problem)


def _hold(recording: Recording, scenario: Scenario, runs_max: int) -> Finding:
    runs: dict[str, list[list[Check]]] = {kind: [] for kind in KINDS}
    finding = Finding(scenario.name, {})
    for number, each in enumerate(circumstances(runs_max), start=1):
        got = reenact(recording, scenario, each)
        for name, kind in KINDS.items():
            runs[name].append(kind.checks(recording, scenario, got))
        checks = {kind: together(seen) for kind, seen in runs.items()}
        finding = Finding(scenario.name, checks, number)
        if finding.agrees:
            break
    return finding
