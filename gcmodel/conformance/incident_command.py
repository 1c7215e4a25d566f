"""``gcmodel conformance --incident FILE [--json]``: re-enact a recorded stall."""

import json as json_text
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import attrs

from gcmodel.conformance.enactment import NEVER_EXISTED, Enactment
from gcmodel.conformance.incident_checks import KINDS, Check, Symbols
from gcmodel.conformance.incident_counts import (
    check_calls,
    check_graph_events,
    check_queues,
)
from gcmodel.conformance.incident_logs import check_logs
from gcmodel.conformance.incident_objects import check_objects
from gcmodel.conformance.incident_times import (
    check_attempts,
    check_gaps,
    check_idle_passes,
)
from gcmodel.conformance.recording import (
    RecordedScenario,
    Recording,
    read_recording,
)
from gcmodel.objects.metadata import Json

SHOWN = 20
"""Differences of one scenario that are reported."""

SCHEDULES = 60
"""How many schedules are tried before the nearest one is taken."""


@attrs.frozen
class Judged:
    """One scenario, held to its record.

    Attributes:
        seed: Of the schedule that comes nearest to the recorded one.
    """

    name: str
    seed: int
    checks: tuple[Check, ...]

    @property
    def differences(self) -> list[Check]:
        """Where the model differs."""
        return [check for check in self.checks if not check.agrees]

    def evidence(self) -> dict[str, dict[str, int]]:
        """Return, by kind, how much was checked and how much agrees."""
        checked = Counter(check.kind for check in self.checks)
        agree = Counter(check.kind for check in self.checks if check.agrees)
        return {
            kind: {"checked": checked[kind], "agree": agree[kind]} for kind in KINDS
        }

    def to_dict(self) -> Json:
        """Render as the command prints it."""
        return {
            "seed": self.seed,
            "evidence": self.evidence(),
            "differences": [one.to_dict() for one in self.differences[:SHOWN]],
        }


def run(file: str | Path, *, json: bool, out: TextIO) -> int:
    """Re-enact every scenario of *file* and write to *out* how far the model agrees.

    Returns:
        The exit status: 0 if everything agrees, else 1.

    Raises:
        UsageError: The file is no recording.
    """
    recording = read_recording(Path(file))
    judged = [judge(recording, scenario) for scenario in recording.scenarios]
    agree = not any(one.differences for one in judged)
    if json:
        scenarios = {one.name: one.to_dict() for one in judged}
        out.write(json_text.dumps({"scenarios": scenarios, "agree": agree}) + "\n")
    else:
        for one in judged:
            out.writelines(f"{line}\n" for line in _lines(one))
    return 0 if agree else 1


def judge(recording: Recording, scenario: RecordedScenario) -> Judged:
    """Re-enact one scenario and compare everything that was recorded.

    What two workers do at once, and in which order Go walks a map, is chance, and the
    record shows one outcome. So schedules are tried, the boring ones first, until one
    agrees or the budget is spent; the nearest counts.
    """
    nearest: Judged | None = None
    for seed in range(SCHEDULES):
        judged = judge_schedule(recording, scenario, seed)
        if nearest is None or len(judged.differences) < len(nearest.differences):
            nearest = judged
        if not judged.differences:
            break
    assert nearest is not None, "there is a budget"
    return nearest


def judge_schedule(
    recording: Recording, scenario: RecordedScenario, seed: int
) -> Judged:
    """Re-enact one scenario with one seed and compare everything."""
    enacted = Enactment(recording, scenario, seed).run()
    symbols = Symbols(enacted.records, NEVER_EXISTED)
    checks: list[Check] = []
    for step, seen in zip(scenario.steps, enacted.steps, strict=True):
        checks += check_objects(step, seen, symbols)
        checks += check_calls(step, seen, symbols)
        checks += check_graph_events(step, seen)
        checks += check_queues(step, seen)
    checks += check_logs(scenario, enacted, symbols)
    checks += check_attempts(scenario, enacted)
    checks += check_gaps(scenario, enacted)
    checks += check_idle_passes(scenario, enacted)
    return Judged(scenario.name, seed, tuple(checks))


def _lines(judged: Judged) -> Iterator[str]:
    yield judged.name
    for kind, counts in judged.evidence().items():
        yield f"  {kind:<14} {counts['agree']} of {counts['checked']}"
    differences = judged.differences
    for check in differences[:SHOWN]:
        yield from (f"  {line}" for line in check.lines())
    if len(differences) > SHOWN:
        yield f"  … and {len(differences) - SHOWN} more"
