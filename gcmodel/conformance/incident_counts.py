"""How often things were seen in each step, where steps have soft edges.

The recorded clock and the model's differ by up to a few tenths of a second, so what
happens close to the edge of a step may be found on its other side.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import attrs

from gcmodel.conformance.incident_checks import Check
from gcmodel.conformance.incident_format import Step

SLIP_S = 0.5
"""How far from the edge of its step a thing may be and still be found beyond it."""

Allowance = Callable[[str, int], int]
"""How far a count may be off, given what is counted and how often it was recorded."""


@attrs.frozen
class Sighting:
    """Something seen in a step: once, or *count* times from *t* to *t_last*.

    Attributes:
        t: Seconds since the start of the step; None if it is not known.
        t_last: Likewise; that of the last one.
    """

    step: int
    what: str
    t: float | None = None
    count: int = 1
    t_last: float | None = None


def exactly(_what: str, _recorded: int) -> int:
    """Allow nothing."""
    return 0


def compare_counts(
    steps: Sequence[Step],
    recorded: Iterable[Sighting],
    modelled: Iterable[Sighting],
    allowance: Allowance = exactly,
) -> list[Check]:
    """Compare, for each step and thing, how often it was seen."""
    expected, got = _grouped(recorded), _grouped(modelled)
    checks: list[Check] = []
    for what in dict.fromkeys([*expected, *got]):
        table = _Table(steps, expected.get(what, []), got.get(what, []))
        table.slip()
        checks += table.checks(what, allowance)
    return checks


def _grouped(seen: Iterable[Sighting]) -> dict[str, list[Sighting]]:
    groups: dict[str, list[Sighting]] = defaultdict(list)
    for one in seen:
        groups[one.what].append(one)
    return groups


class _Table:
    """The counts of one thing in all steps, on both sides."""

    def __init__(
        self,
        steps: Sequence[Step],
        expected: list[Sighting],
        got: list[Sighting],
    ) -> None:
        self.steps = steps
        self.sides = (expected, got)
        self.expected = self._totals(expected)
        self.got = self._totals(got)

    def _totals(self, seen: list[Sighting]) -> list[int]:
        totals = [0] * len(self.steps)
        for one in seen:
            totals[one.step] += one.count
        return totals

    def slip(self) -> None:
        """Move what is close to an edge to its other side, where that helps."""
        for before in range(len(self.steps) - 1):
            after = before + 1
            excess = self.got[before] - self.expected[before]
            lack = self.expected[after] - self.got[after]
            if excess > 0 and lack > 0:
                movable = self._near_end(1, before) + self._near_start(0, after)
                self._move(before, after, min(excess, lack, movable))
            elif excess < 0 and lack < 0:
                movable = self._near_start(1, after) + self._near_end(0, before)
                self._move(after, before, min(-excess, -lack, movable))

    def _move(self, source: int, target: int, count: int) -> None:
        self.got[source] -= count
        self.got[target] += count

    def _near_end(self, side: int, step: int) -> int:
        lasts = self.steps[step].ended_s - self.steps[step].started_s
        return sum(
            one.count
            for one in self.sides[side]
            if one.step == step and _last(one) is not None
            if lasts - (_last(one) or 0.0) <= SLIP_S
        )

    def _near_start(self, side: int, step: int) -> int:
        return sum(
            one.count
            for one in self.sides[side]
            if one.step == step and one.t is not None and one.t <= SLIP_S
        )

    def checks(self, what: str, allowance: Allowance) -> Iterable[Check]:
        for number, step in enumerate(self.steps):
            expected, got = self.expected[number], self.got[number]
            if expected or got:
                agrees = abs(expected - got) <= allowance(what, expected)
                yield Check(step.name, what, expected, got, agrees, varies=True)


def _last(one: Sighting) -> float | None:
    return one.t if one.t_last is None else one.t_last
