"""What is measured against what, and what the outcome should be.

Targets are ratios within one run, but for the few that are a promise to a user.
"""

import os
import statistics
from collections.abc import Callable, Mapping

import attrs

Measure = Callable[[], float | None]
"""Measures once, in a process of its own; None if what it needs is not installed."""


@attrs.frozen
class Target:
    """What the best of several runs should reach.

    Attributes:
        of: The entrant that is judged.
        to: The entrant that it is divided by; a bare number is judged without.
        bound: What it may be at most, or must be at least.
        at_least: More is better.
    """

    bound: float
    to: str = ""
    of: str = "ours"
    at_least: bool = False

    def judge(self, best: Mapping[str, float]) -> "Verdict":
        """Return how the *best* results stand to it."""
        if self.of not in best or (self.to and self.to not in best):
            return Verdict(self, None)
        value = best[self.of]
        return Verdict(self, value / best[self.to] if self.to else value)

    def __str__(self) -> str:
        """Render as the table shows it."""
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {self.bound:,g}" + (f"× {self.to}" if self.to else "")


@attrs.frozen
class Verdict:
    """A target and what was reached; None if it could not be measured."""

    target: Target
    reached: float | None

    @property
    def met(self) -> bool | None:
        """Whether it was reached, to two digits as it is printed."""
        if self.reached is None:
            return None
        bound = self.target.bound
        found = float(f"{self.reached:.3g}")
        return found >= bound if self.target.at_least else found <= bound

    @property
    def word(self) -> str:
        """``met``, ``MISSED`` or ``not measured``."""
        return {True: "met", False: "MISSED", None: "not measured"}[self.met]


@attrs.frozen
class Contest:
    """One row: the same work, done by several.

    Attributes:
        entrants: Who does it, and how one run of it is measured.
        targets: What *ours* should reach.
        more_is_better: Of a rate.
        once: It takes long: it is measured once, not several times.
    """

    what: str
    unit: str
    entrants: Mapping[str, Measure]
    targets: tuple[Target, ...] = ()
    more_is_better: bool = False
    once: bool = False

    def run(self, times: int) -> "Outcome":
        """Measure every entrant *times* times, in turns."""
        found: dict[str, list[float]] = {name: [] for name in self.entrants}
        for _ in range(1 if self.once else times):
            for name, measure in self.entrants.items():
                value = measure()
                if value is not None:
                    found[name].append(value)
        return Outcome(self, {name: tuple(all_) for name, all_ in found.items()})


@attrs.frozen
class Outcome:
    """What a contest came to."""

    contest: Contest
    values: Mapping[str, tuple[float, ...]]

    def best(self) -> dict[str, float]:
        """Return the run of each that was disturbed least."""
        choose = max if self.contest.more_is_better else min
        return {name: choose(found) for name, found in self.values.items() if found}

    def verdicts(self) -> list[Verdict]:
        """Judge each target."""
        best = self.best()
        return [target.judge(best) for target in self.contest.targets]

    def to_dict(self) -> dict:
        """Render for the file of results."""
        return {
            "what": self.contest.what,
            "unit": self.contest.unit,
            "entrants": {
                name: {
                    "runs": list(found),
                    "best": self.best().get(name),
                    "median": statistics.median(found) if found else None,
                }
                for name, found in self.values.items()
            },
            "targets": [
                {
                    "of": verdict.target.of,
                    "to": verdict.target.to or None,
                    "bound": verdict.target.bound,
                    "at_least": verdict.target.at_least,
                    "reached": verdict.reached,
                    "met": verdict.met,
                }
                for verdict in self.verdicts()
            ],
        }


def quiet_machine() -> str:
    """Return a word on how busy the machine is with other things."""
    load = os.getloadavg()[0]
    cores = os.cpu_count() or 1
    return f"load {load:.1f} on {cores} cores"
