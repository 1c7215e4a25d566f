"""Attempts, the gaps between them, idle passes: the collector's sync loop in time."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from gcmodel.conformance.incident_checks import Check, equal, near
from gcmodel.conformance.incident_symbols import shortened
from gcmodel.objects.metadata import Json

TOLERANCE_S = 0.05
"""Of what is exact but for the pace of the machine."""

POLL_S = 0.15
"""Of what a poll every 100 ms finds out."""

_AT_ONCE_S = 0.05


def compare_attempts(recorded: Json, modelled: Json) -> Iterator[Check]:
    """Compare every attempt: number, diff, outcome, and how long its parts took."""
    pairs = zip_longest(recorded.get("attempts", ()), modelled["attempts"])
    for number, (expected, got) in enumerate(pairs, start=1):
        yield from _attempt(f"attempt {number} of all", expected, got)


def _attempt(what: str, expected: Json | None, got: Json | None) -> Iterator[Check]:
    if expected is None or got is None:
        yield Check("", what, _brief(expected), _brief(got), agrees=False)
        return
    for field in ("process", "attempt", "outcome"):
        yield equal("", f"{what}, {field}", expected.get(field), got.get(field))
    diff = shortened(str(expected.get("diff", "")))
    yield equal("", f"{what}, diff", diff, got.get("diff"))
    yield from _durations(what, expected, got)


def _durations(what: str, expected: Json, got: Json) -> Iterator[Check]:
    lead = _between(expected, "t_start", "t_monitors")
    if lead is not None:
        by = TOLERANCE_S
        mine = _between(got, "t_start", "t_monitors")
        yield near("", f"{what}, until its monitors are made (s)", lead, mine, by)
    wait = _between(expected, "t_monitors", "t_end")
    if wait is not None:
        timed_out = expected.get("outcome") == "timed out" or wait <= _AT_ONCE_S
        by = TOLERANCE_S if timed_out else POLL_S
        mine = _between(got, "t_monitors", "t_end")
        yield near("", f"{what}, wait for its caches (s)", round(wait, 3), mine, by)


def _between(attempt: Json, start: str, end: str) -> float | None:
    if attempt.get(start) is None or attempt.get(end) is None:
        return None
    return round(float(attempt[end]) - float(attempt[start]), 3)


def _brief(attempt: Json | None) -> str | None:
    if attempt is None:
        return None
    return f"attempt {attempt['attempt']} at {round(float(attempt['t_start']), 3)} s"


def compare_gaps(recorded: Json, modelled: Json) -> Iterator[Check]:
    """Compare the gaps between attempts, and between the reflector's failures."""
    pairs = zip_longest(recorded.get("attempts", ()), modelled["attempts"])
    for number, (expected, got) in enumerate(pairs, start=1):
        gap = (expected or {}).get("gap_after_previous_end")
        mine = (got or {}).get("gap_after_previous_end")
        what = f"gap before attempt {number} of all (s)"
        if gap is not None:
            yield near("", what, gap, mine, TOLERANCE_S)
        elif mine is not None:
            yield Check("", what, None, round(mine, 3), agrees=False)
    yield from _reflector_gaps(recorded, modelled)


def _reflector_gaps(recorded: Json, modelled: Json) -> Iterator[Check]:
    lives = recorded.get("reflector_gaps_s", {})
    for process in dict.fromkeys([*lives, *modelled["reflector_gaps_s"]]):
        gaps = lives.get(process, [])
        mine = modelled["reflector_gaps_s"].get(process, [])
        for number, (expected, got) in enumerate(zip_longest(gaps, mine), start=1):
            what = f"process {process}, reflector gap {number} (s)"
            if expected is None:
                yield Check("", what, None, got, agrees=False)
            else:
                yield near("", what, expected, got, TOLERANCE_S)


def compare_idle_passes(recorded: Json, modelled: Json) -> Iterator[Check]:
    """Compare each idle pass by how long it came after the end of the last pass."""
    expected = list(_idle_gaps(recorded))
    got = list(_idle_gaps(modelled))
    yield equal("", "number of idle passes", len(expected), len(got))
    for number, (gap, mine) in enumerate(zip_longest(expected, got), start=1):
        if gap is not None:
            what = f"idle pass {number}, after the end of the last pass (s)"
            yield near("", what, round(gap, 3), mine, TOLERANCE_S)


def _idle_gaps(record: Json) -> Iterator[float]:
    ends = [*_ends(record.get("attempts", ())), *record.get("idle_sync_ticks", ())]
    for tick in record.get("idle_sync_ticks", ()):
        before = [end for end in ends if end < tick]
        if before:
            yield tick - max(before)


def _ends(attempts: Iterable[Json]) -> Iterator[float]:
    for attempt in attempts:
        if attempt.get("t_end") is not None:
            yield float(attempt["t_end"])
