"""What a fact must be, and whether it is: rules that can say what they want."""

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any, Literal, TypeAlias

import attrs

Phase: TypeAlias = Literal["during", "after"]


@attrs.frozen
class Expectation:
    """A rule for one fact.

    Attributes:
        wanted: The rule in words, after "must be".
        holds: The rule: of the fact, and of all facts.
        phase: When it can be judged: once the trouble has shown, or at the end.
    """

    fact: str
    wanted: str
    holds: Callable[[Any, Mapping[str, Any]], bool] = attrs.field(eq=False, repr=False)
    phase: Phase = "during"


@attrs.frozen
class Judgement:
    """One expectation and what the run came to.

    Attributes:
        held: None if the run did not get that far.
    """

    expectation: Expectation
    actual: Any
    held: bool | None


def judge(
    expectations: Iterable[Expectation],
    facts: Mapping[str, Any],
    reached: Container[Phase],
) -> tuple[Judgement, ...]:
    """Compare *facts* with what they must be, as far as the run has *reached*."""
    return tuple(_judged(one, facts, reached) for one in expectations)


def _judged(
    expectation: Expectation, facts: Mapping[str, Any], reached: Container[Phase]
) -> Judgement:
    actual = facts[expectation.fact]
    if expectation.phase not in reached:
        return Judgement(expectation, actual, None)
    return Judgement(
        expectation, actual, actual is not None and expectation.holds(actual, facts)
    )


def at_the_end(expectation: Expectation) -> Expectation:
    """Return *expectation*, to be judged when the story is over."""
    return attrs.evolve(expectation, phase="after")


def equal(fact: str, value: Any) -> Expectation:
    """The fact must be *value*."""
    return Expectation(fact, repr(value), lambda actual, _: bool(actual == value))


def same(fact: str, other: str) -> Expectation:
    """The fact must be what the fact called *other* is."""
    return Expectation(
        fact, f"as {other}", lambda actual, facts: actual == facts[other]
    )


def at_least(fact: str, least: float) -> Expectation:
    """The fact must be *least* or more."""
    return Expectation(
        fact, f"{least} or more", lambda actual, _: bool(actual >= least)
    )


def at_most(fact: str, most: float) -> Expectation:
    """The fact must be *most* or less."""
    return Expectation(fact, f"{most} or less", lambda actual, _: bool(actual <= most))


def contains(fact: str, text: str) -> Expectation:
    """The fact must contain *text*."""
    return Expectation(fact, f"text with {text!r}", lambda actual, _: text in actual)


def each_between(fact: str, low: float, high: float) -> Expectation:
    """Each value of the fact must lie in between, and there must be one."""

    def holds(actual: Any, _: Mapping[str, Any]) -> bool:
        values = actual.values() if isinstance(actual, dict) else actual
        return bool(values) and all(low <= value <= high for value in values)

    return Expectation(fact, f"each from {low} to {high}", holds)


def each_at_least(fact: str, least: float) -> Expectation:
    """Each value of the fact must be *least* or more, and there must be one."""

    def holds(actual: Any, _: Mapping[str, Any]) -> bool:
        values = actual.values() if isinstance(actual, dict) else actual
        return bool(values) and all(value >= least for value in values)

    return Expectation(fact, f"each {least} or more", holds)
