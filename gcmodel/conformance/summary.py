"""What came of all programs, as one text and as one JSON object."""

from collections.abc import Iterator

import attrs

from gcmodel.conformance.comparison import EVIDENCE, Disagreement
from gcmodel.conformance.judging import BUDGET, Verdict
from gcmodel.conformance.programs import NOTHING, Problem
from gcmodel.objects.metadata import Json


@attrs.define
class Summary:
    """Counts over all programs.

    Attributes:
        searched: Deterministic programs for which the plain conditions were not enough.
        problems: Lines that were not replayed.
        budget: Replays that a search might take.
    """

    programs: int = 0
    agree: int = 0
    disagreements: list[Disagreement] = attrs.field(factory=list)
    checked: dict[str, int] = attrs.field(factory=lambda: dict.fromkeys(EVIDENCE, 0))
    agreed: dict[str, int] = attrs.field(factory=lambda: dict.fromkeys(EVIDENCE, 0))
    outcomes: int = 0
    reached: int = 0
    replays: int = 0
    searched: int = 0
    budget: int = BUDGET
    problems: list[Problem] = attrs.field(factory=list)

    @property
    def all_well(self) -> bool:
        """Whether every program was replayed, and every one agrees."""
        return not self.disagreements and not self.problems

    @property
    def is_empty(self) -> bool:
        """Whether no file holds anything."""
        return not self.programs and all(
            problem.problem == NOTHING for problem in self.problems
        )

    def add(self, verdict: Verdict) -> None:
        """Count one program."""
        self.programs += 1
        self.agree += verdict.agrees
        self.disagreements += verdict.disagreements
        for check in verdict.checks:
            self.checked[check.evidence] += 1
            self.agreed[check.evidence] += check.agrees
        self.outcomes += verdict.outcomes
        self.reached += verdict.reached
        self.replays += verdict.replays
        self.searched += not verdict.plainly

    def to_dict(self, seconds: float) -> Json:
        """Render as JSON."""
        return {
            "programs": self.programs,
            "agree": self.agree,
            "disagree": [one.to_dict() for one in self.disagreements],
            "evidence": {
                kind: {"checked": self.checked[kind], "agree": self.agreed[kind]}
                for kind in EVIDENCE
            },
            "racy": {"outcomes": self.outcomes, "reached": self.reached},
            "seconds": round(seconds, 3),
            "replays": self.replays,
            "searched": self.searched,
            "budget": self.budget,
            "malformed": [attrs.asdict(one) for one in self.problems],
        }

    def lines(self, seconds: float) -> Iterator[str]:
        """Render as text: what is wrong first, the counts last."""
        for disagreement in self.disagreements:
            yield f"{disagreement}\n"
        for problem in self.problems:
            yield str(problem)
        yield f"programs     {self.agree} of {self.programs} agree"
        for kind in EVIDENCE:
            if self.checked[kind]:
                yield f"{kind:12} {self.agreed[kind]} of {self.checked[kind]}"
        if self.outcomes:
            yield (
                f"racy         {self.reached} of {self.outcomes} outcomes reached, "
                f"with up to {self.budget} replays a program"
            )
        if self.searched:
            yield f"searched     {self.searched} programs took more than one replay"
        yield f"{self.replays} replays in {seconds:.1f} s"
