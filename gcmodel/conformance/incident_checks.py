"""Single comparisons, and what several re-enactments together say about one."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import attrs

Place = tuple[str, str]

SHOWN_MAX = 300
"""How much of a value is shown."""

_ABSENT = object()


@attrs.frozen
class Check:
    """One thing that was recorded, or that was not, beside what the model showed.

    Attributes:
        step: Where; empty for the scenario as a whole.
        what: What is compared.
        expected: As recorded; None or 0 if it was not there.
        got: As re-enacted; likewise.
        varies: It is a number that may differ from run to run.
    """

    step: str
    what: str
    expected: Any
    got: Any
    agrees: bool
    varies: bool = False

    @property
    def place(self) -> Place:
        """What tells this comparison from all others of its kind."""
        return self.step, self.what

    def lines(self) -> list[str]:
        """Render as a difference: where, then what was expected and what was got."""
        where = f"{self.step}: {self.what}" if self.step else self.what
        expected, got = _apart(self.expected, self.got)
        return [where, f"  expected {_shown(expected)}", f"  got      {_shown(got)}"]


def equal(step: str, what: str, expected: Any, got: Any) -> Check:
    """Compare exactly."""
    return Check(step, what, expected, got, expected == got)


def near(step: str, what: str, expected: float, got: float | None, by: float) -> Check:
    """Compare two numbers, which may be *by* apart."""
    agrees = got is not None and abs(expected - got) <= by
    shown = None if got is None else round(got, 3)
    return Check(step, what, expected, shown, agrees)


def together(runs: Sequence[Iterable[Check]]) -> list[Check]:
    """Return what the first of *runs* says, excused by the others.

    The recorded run is one of many that the same rules allow. What it shows agrees
    if one of the re-enactments shows the same, or if, being a number that varies, it
    lies between what two of them show.
    """
    tables = [{check.place: check for check in run} for run in runs]
    places = dict.fromkeys(place for table in tables for place in table)
    return [_excused([table.get(place) for table in tables]) for place in places]


def _excused(checks: list[Check | None]) -> Check:
    present = [check for check in checks if check is not None]
    first = present[0]
    if any(check.agrees for check in present):
        return attrs.evolve(first, agrees=True)
    absent = len(present) < len(checks)
    if absent and not first.expected:
        return attrs.evolve(first, agrees=True)
    numbers = [check.got for check in present if _is_number(check.got)]
    if first.varies and _is_number(first.expected) and numbers:
        within = min(numbers) <= first.expected <= max(numbers)
        return attrs.evolve(first, agrees=within)
    return first


def _apart(expected: Any, got: Any) -> tuple[Any, Any]:
    """Return what differs of two values, without what they share."""
    if isinstance(expected, dict) and isinstance(got, dict):
        keys = [
            key
            for key in {**expected, **got}
            if expected.get(key, _ABSENT) != got.get(key, _ABSENT)
        ]
        return (
            {key: expected[key] for key in keys if key in expected},
            {key: got[key] for key in keys if key in got},
        )
    if isinstance(expected, list) and isinstance(got, list):
        missing = [one for one in expected if one not in got]
        extra = [one for one in got if one not in expected]
        return (missing, extra) if missing or extra else (expected, got)
    return expected, got


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]} …"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
