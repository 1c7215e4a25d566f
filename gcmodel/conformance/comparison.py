"""What was recorded, held against what was seen."""

import difflib
import json
from collections.abc import Iterator
from typing import Any, Literal

import attrs

from gcmodel.conformance.observations import Observed, writes_of
from gcmodel.conformance.programs import Outcome, Program
from gcmodel.objects.metadata import Json

Evidence = Literal[
    "responses", "states", "events", "virtual", "writes", "write_order", "outcomes"
]
EVIDENCE: tuple[Evidence, ...] = (
    "responses",
    "states",
    "events",
    "virtual",
    "writes",
    "write_order",
)
"""Kinds that are tallied; outcomes of racy programs are counted apart."""

_CUT_AFTER = 70
"""The recordings keep so many requests of one settle."""


@attrs.frozen
class Check:
    """One piece of evidence.

    Attributes:
        step: The index of the step that it belongs to; None for the whole program.
    """

    evidence: Evidence
    step: int | None
    expected: Any
    got: Any

    @property
    def agrees(self) -> bool:
        """Whether the model did what was recorded."""
        return bool(self.expected == self.got)


@attrs.frozen
class Disagreement:
    """A piece of evidence that speaks against the model."""

    id: str
    evidence: Evidence
    step: int | None
    expected: Any
    got: Any

    def to_dict(self) -> Json:
        """Render as JSON."""
        return attrs.asdict(self)

    def __str__(self) -> str:
        """Render as a diff from what was recorded to what the model did."""
        where = "" if self.step is None else f", step {self.step}"
        diff = difflib.unified_diff(
            _lines(self.expected),
            _lines(self.got),
            "recorded",
            "model",
            lineterm="",
            n=2,
        )
        return "\n".join([f"{self.id}: {self.evidence}{where}", *diff])


def results(program: Program, observed: Observed) -> list[Check]:
    """Compare all but the collector's requests."""
    return [
        *_responses(program.expected, observed),
        *_states(program, observed),
        *_virtual(program, observed),
        Check(
            "events", None, _ordered(program.expected.events), _ordered(observed.events)
        ),
    ]


def _responses(expected: Outcome, observed: Observed) -> Iterator[Check]:
    for recorded, seen in zip(expected.responses, observed.responses, strict=True):
        yield Check("responses", recorded["step"], recorded, seen)


def _states(program: Program, observed: Observed) -> Iterator[Check]:
    settles = zip(
        program.settle_steps, program.expected.states, observed.states, strict=True
    )
    for step, recorded, seen in settles:
        yield Check("states", step, recorded, seen)


def _virtual(program: Program, observed: Observed) -> Iterator[Check]:
    if program.virtual_varies:
        return
    settles = zip(program.settle_steps, program.settles, observed.virtual, strict=True)
    for step, recorded, seen in settles:
        yield Check("virtual", step, recorded.get("virtual"), seen)


# The collector's writes


def writes(program: Program, observed: Observed) -> list[Check]:
    """Compare the set of the collector's writes between settles."""
    if program.writes_vary:
        return []
    settles = zip(
        program.settle_steps, program.requests, observed.requests, strict=True
    )
    return [
        _write_set(step, recorded, seen, cut="gc_requests_total" in settle)
        for (step, recorded, seen), settle in zip(settles, program.settles, strict=True)
    ]


def _write_set(
    step: int, recorded: list[list[Any]], seen: list[list[Any]], *, cut: bool
) -> Check:
    expected = _ordered(_about_objects(recorded), unique=True)
    got = _ordered(_about_objects(seen), unique=True)
    if cut:
        got = [one for one in got if one in expected]
    return Check("writes", step, expected, got)


def may_compare_order(program: Program) -> bool:
    """Whether the order of a single worker's writes was recorded, and is fixed."""
    return program.requests_one_worker is not None and not program.writes_vary


def write_order(program: Program, observed: Observed) -> list[Check]:
    """Compare the collector's writes in order, as sent by a single worker."""
    assert program.requests_one_worker is not None
    checks = []
    settles = zip(
        program.settle_steps,
        program.requests_one_worker,
        observed.requests,
        strict=True,
    )
    for step, recorded, seen in settles:
        expected, got = _about_objects(recorded), _about_objects(seen)
        if len(recorded) == _CUT_AFTER:
            got = got[: len(expected)]
        checks.append(Check("write_order", step, expected, got))
    return checks


def _about_objects(requests: list[list[Any]]) -> list[list[Any]]:
    """Return the writes, without those of the Event recorder."""
    return [request for request in writes_of(requests) if request[1] != "events"]


# Outcomes


def same_outcome(recorded: Outcome, observed: Observed) -> bool:
    """Whether the run ended as recorded: answers, states, and what Events say."""
    return (
        recorded.responses == observed.responses
        and recorded.states == observed.states
        and _told(recorded.events) == _told(observed.events)
    )


def outcome_difference(recorded: Outcome, observed: Observed) -> tuple[Json, Json]:
    """Return what differs between the two, each side's version of it."""
    expected: Json = {}
    got: Json = {}
    sides = (
        ("responses", recorded.responses, observed.responses),
        ("states", recorded.states, observed.states),
    )
    for name, theirs, ours in sides:
        pairs = [pair for pair in zip(theirs, ours, strict=True) if pair[0] != pair[1]]
        if pairs:
            expected[name] = [pair[0] for pair in pairs]
            got[name] = [pair[1] for pair in pairs]
    if _told(recorded.events) != _told(observed.events):
        expected["events"] = sorted(_told(recorded.events))
        got["events"] = sorted(_told(observed.events))
    return expected, got


def _told(events: list[Json]) -> set[tuple[str, str, str]]:
    return {(one["handle"], one["reason"], one["message"]) for one in events}


def _ordered(found: list[Any], *, unique: bool = False) -> list[Any]:
    keyed = [(json.dumps(one, sort_keys=True), one) for one in found]
    if unique:
        keyed = list(dict(keyed).items())
    return [one for _, one in sorted(keyed, key=lambda pair: pair[0])]


def _lines(value: Any) -> list[str]:
    return json.dumps(value, indent=1, sort_keys=True).splitlines()
