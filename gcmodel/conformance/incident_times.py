"""Attempts of the sync loop, the gaps between them, and passes without news."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from gcmodel.conformance.enactment import Enacted
from gcmodel.conformance.incident_checks import Check, close, equal
from gcmodel.conformance.recording import RecordedScenario
from gcmodel.garbagecollector.sync import Attempt
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.metadata import Json

TOLERANCE_S = 0.05
SYNC_TOLERANCE_S = 0.35
"""Of a sync that a list or a poll decides: two polls of 100 ms, and the machine."""

IDLE_TOLERANCE_S = 0.1


def check_attempts(scenario: RecordedScenario, enacted: Enacted) -> Iterator[Check]:
    """Compare number, diff and outcome of each attempt, and how long it lasted."""
    recorded = scenario.seen.get("attempts") or []
    yield equal("attempts", "-", "how many", len(recorded), len(enacted.attempts))
    for expected, (process, attempt) in zip(recorded, enacted.attempts, strict=False):
        what = f"process {expected['process']}, attempt {expected['attempt']}"
        yield equal(
            "attempts",
            f"t={expected['t_start']}",
            what,
            [
                expected["process"],
                expected["attempt"],
                expected["diff"],
                expected["outcome"] or "",
            ],
            [process, attempt.number, _short(attempt, expected), attempt.outcome],
        )
        yield from _duration(expected, attempt, what)


def _short(attempt: Attempt, expected: Json) -> str:
    """Return the diff as the record has it: long lists are counted there."""
    diff = attempt.diff
    if " resources]" not in expected["diff"]:
        return diff
    return re.sub(
        r"\[([^\]]+)\]",
        lambda found: f"[{found.group(1).count('Resource=')} resources]",
        diff,
        count=1,
    )


def _duration(expected: Json, attempt: Attempt, what: str) -> Iterator[Check]:
    ended = expected.get("t_end")
    if ended is None or attempt.ended_ns is None or attempt.monitors_ns is None:
        return
    lasted = (attempt.ended_ns - attempt.monitors_ns) / SECOND
    timed_out = expected["outcome"] == "timed out"
    yield close(
        "attempts",
        f"t={expected['t_start']}",
        f"{what}: from its monitors to its end, s",
        (ended - expected["t_monitors"], lasted),
        TOLERANCE_S if timed_out else SYNC_TOLERANCE_S,
    )


def check_gaps(scenario: RecordedScenario, enacted: Enacted) -> Iterator[Check]:
    """Compare the time from the end of an attempt to the start of the next."""
    recorded = scenario.seen.get("attempts") or []
    attempts = [attempt for _, attempt in enacted.attempts]
    pairs = zip(recorded[1:], attempts, attempts[1:], strict=False)
    for expected, before, after in pairs:
        gap = expected.get("gap_after_previous_end")
        if gap is not None and before.ended_ns is not None:
            yield close(
                "gaps",
                f"t={expected['t_start']}",
                f"before attempt {expected['attempt']}, s",
                (gap, (after.started_ns - before.ended_ns) / SECOND),
                TOLERANCE_S,
            )


def check_idle_passes(scenario: RecordedScenario, enacted: Enacted) -> Iterator[Check]:
    """Compare how many passes found no news, and how long after the last pass."""
    recorded = [float(one) for one in scenario.seen.get("idle_sync_ticks") or ()]
    shown = [at_ns / SECOND for at_ns in enacted.idle_ns]
    yield equal("idle passes", "-", "how many", len(recorded), len(shown))
    recorded_ends = _ends(
        [one.get("t_end") for one in scenario.seen.get("attempts") or ()], recorded
    )
    shown_ends = _ends(
        [
            None if attempt.ended_ns is None else attempt.ended_ns / SECOND
            for _, attempt in enacted.attempts
        ],
        shown,
    )
    for expected, got in zip(recorded, shown, strict=False):
        yield close(
            "idle passes",
            f"t={expected}",
            "after the end of the pass before, s",
            (_since(recorded_ends, expected), _since(shown_ends, got)),
            IDLE_TOLERANCE_S,
        )


def _ends(attempts: list[float | None], idle: list[float]) -> list[float]:
    return sorted([*(one for one in attempts if one is not None), *idle])


def _since(ends: list[float], at: float) -> float:
    position = bisect_left(ends, at)
    return at - ends[position - 1] if position else at
