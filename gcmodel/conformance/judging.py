"""A program judged: replayed until the model has shown what was recorded, or has not.

One run of real servers is one order among many. A deterministic program is judged by
the plain conditions first; only if they disagree are others tried, within a budget,
and the program agrees if one replay agrees in everything at once. A racy program
agrees if each of its outcomes is reached.
"""

from collections.abc import Callable, Iterator
from itertools import islice

import attrs

from gcmodel.conformance import comparison
from gcmodel.conformance.comparison import Check, Disagreement
from gcmodel.conformance.conditions import Conditions, variations
from gcmodel.conformance.observations import Observed
from gcmodel.conformance.programs import Outcome, Program
from gcmodel.conformance.replayer import replay

BUDGET = 600
"""Replays that one search may take."""

DETERMINISTIC_MAX = 120
"""For the results of a program that is not racy: many would prove little."""


@attrs.frozen
class Verdict:
    """What came of one program.

    Attributes:
        checks: The evidence, as the deciding replay has it.
        outcomes: How many outcomes a racy program has.
        reached: How many of them were reached.
        replays: How many replays it took.
        plainly: The results were those of the plain conditions.
    """

    id: str
    checks: tuple[Check, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    outcomes: int = 0
    reached: int = 0
    replays: int = 0
    plainly: bool = True

    @property
    def agrees(self) -> bool:
        """Whether nothing speaks against the model."""
        return not self.disagreements


def judge(program: Program, budget: int = BUDGET) -> Verdict:
    """Put *program* to the model as often as it takes, up to *budget* a search.

    Raises:
        UsageError: It names a kind that is not served.
        SimulationError: The model broke down.
    """
    if program.racy:
        return _judge_racy(program, budget)
    return _judge(program, budget)


# Deterministic


def _judge(program: Program, budget: int) -> Verdict:
    def whole(observed: Observed) -> list[Check]:
        return [
            *comparison.results(program, observed),
            *comparison.writes(program, observed),
        ]

    tries = islice(variations(), min(budget, DETERMINISTIC_MAX))
    checks, replays = _search(program, whole, tries)
    plainly = replays == 1
    if comparison.may_compare_order(program):
        tries = islice(variations(workers=1), budget)
        ordered, more = _search_order(program, tries)
        checks, replays = [*checks, *ordered], replays + more
    return Verdict(
        program.id,
        checks=tuple(checks),
        disagreements=tuple(
            Disagreement(program.id, one.evidence, one.step, one.expected, one.got)
            for one in checks
            if not one.agrees
        ),
        replays=replays,
        plainly=plainly,
    )


def _search(
    program: Program,
    compare: Callable[[Observed], list[Check]],
    tries: Iterator[Conditions],
) -> tuple[list[Check], int]:
    """Return the first checks that all agree, else those of the first replay."""
    first: list[Check] | None = None
    replays = 0
    for replays, conditions in enumerate(tries, start=1):
        checks = compare(replay(program, conditions))
        if all(check.agrees for check in checks):
            return checks, replays
        first = checks if first is None else first
    return first or [], replays


def _search_order(
    program: Program, tries: Iterator[Conditions]
) -> tuple[list[Check], int]:
    """Return the order of writes, each settle from the first replay that agrees.

    Which of two workers' writes came first in one settle says nothing about another.
    """
    best: list[Check] = []
    replays = 0
    for conditions in tries:
        replays += 1
        found = comparison.write_order(program, replay(program, conditions))
        best = [
            old if old.agrees or not new.agrees else new
            for old, new in zip(best or found, found, strict=True)
        ]
        if all(check.agrees for check in best):
            break
    return best, replays


# Racy


def _judge_racy(program: Program, budget: int) -> Verdict:
    missing = list(program.outcomes)
    nearest: dict[int, tuple[int, Observed]] = {}
    replays = 0
    for conditions in islice(_racy_conditions(program), budget):
        if not missing:
            break
        replays += 1
        observed = replay(program, conditions)
        missing = [one for one in missing if not comparison.same_outcome(one, observed)]
        for outcome in missing:
            _note_nearest(nearest, outcome, observed)
    return Verdict(
        program.id,
        disagreements=tuple(
            _unreached(program, outcome, nearest[id(outcome)][1]) for outcome in missing
        ),
        outcomes=len(program.outcomes),
        reached=len(program.outcomes) - len(missing),
        replays=replays,
    )


def _racy_conditions(program: Program) -> Iterator[Conditions]:
    restarts = program.restarts
    many = variations(restarts=restarts)
    single = variations(workers=1, restarts=restarts)
    with_single = any(outcome.one_worker for outcome in program.outcomes)
    for conditions in many:
        yield conditions
        if with_single:
            yield next(single)


def _note_nearest(
    nearest: dict[int, tuple[int, Observed]], outcome: Outcome, observed: Observed
) -> None:
    expected, _ = comparison.outcome_difference(outcome, observed)
    distance = sum(len(part) for part in expected.values())
    known = nearest.get(id(outcome))
    if known is None or distance < known[0]:
        nearest[id(outcome)] = (distance, observed)


def _unreached(program: Program, outcome: Outcome, observed: Observed) -> Disagreement:
    expected, got = comparison.outcome_difference(outcome, observed)
    return Disagreement(program.id, "outcomes", None, expected, got)
