"""What a fact must be, and whether it is: rules that can say what they want."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs


@attrs.frozen
class Expectation:
    """A rule for one fact.

    Attributes:
        wanted: The rule in words, after "must be".
    """

    fact: str
    wanted: str
    holds: Callable[[Any], bool] = attrs.field(eq=False, repr=False)


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
    expectations: Iterable[Expectation], facts: Mapping[str, Any]
) -> tuple[Judgement, ...]:
    """Compare *facts* with what they must be."""
    return tuple(_judged(one, facts) for one in expectations)


def _judged(expectation: Expectation, facts: Mapping[str, Any]) -> Judgement:
    actual = facts[expectation.fact]
    held = None if actual is None else expectation.holds(actual)
    return Judgement(expectation, actual, held)


def equal(fact: str, value: Any) -> Expectation:
    """The fact must be *value*."""
    return Expectation(fact, repr(value), lambda actual: bool(actual == value))


def at_least(fact: str, least: float) -> Expectation:
    """The fact must be *least* or more."""
    return Expectation(fact, f"{least} or more", lambda actual: bool(actual >= least))


def at_most(fact: str, most: float) -> Expectation:
    """The fact must be *most* or less."""
    return Expectation(fact, f"{most} or less", lambda actual: bool(actual <= most))


def contains(fact: str, text: str) -> Expectation:
    """The fact must contain *text*."""
    return Expectation(fact, f"text with {text!r}", lambda actual: text in actual)


def each_between(fact: str, low: float, high: float) -> Expectation:
    """Each value of the fact, a list or an object, must lie in between."""

    def holds(actual: Any) -> bool:
        values = actual.values() if isinstance(actual, dict) else actual
        return all(low <= value <= high for value in values)

    return Expectation(fact, f"each from {low} to {high}", holds)


def each_at_least(fact: str, least: float) -> Expectation:
    """Each value of the fact must be *least* or more, and there must be one."""

    def holds(actual: Any) -> bool:
        values = actual.values() if isinstance(actual, dict) else actual
        return bool(values) and all(value >= least for value in values)

    return Expectation(fact, f"each {least} or more", holds)
