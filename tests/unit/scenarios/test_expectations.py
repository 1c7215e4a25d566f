"""What facts must be."""

import pytest

from gcmodel.scenarios.expectations import (
    at_least,
    at_most,
    at_the_end,
    contains,
    each_at_least,
    each_between,
    equal,
    judge,
    same,
)


def held(expectation, reached=("during", "after"), **facts):
    """Return whether *expectation* holds of *facts*."""
    return judge([expectation], facts, reached)[0].held


@pytest.mark.parametrize(
    ("expectation", "good", "bad"),
    [
        (equal("x", 5), 5, 4),
        (at_least("x", 3), 3, 2),
        (at_most("x", 35), 35, 36),
        (contains("x", "tokens"), "list tokens", "list pods"),
        (each_between("x", 30, 31), [30, 31], [30, 32]),
        (each_between("x", 30, 31), {"a": 30}, {"a": 29}),
        (each_between("x", 30, 31), [30], []),
        (each_at_least("x", 1), {"Job": 1, "Backup": 2}, {"Job": 0, "Backup": 2}),
        (each_at_least("x", 1), {"Job": 1}, {}),
    ],
)
def test_rules(expectation, good, bad):
    """Each rule holds of what fits and of nothing else, least of all of nothing."""
    assert [held(expectation, x=value) for value in (good, bad, None)] == [
        True,
        False,
        False,
    ]


def test_facts_can_be_tied_to_each_other():
    """A fact may have to be what another one is."""
    rule = same("x", "y")

    assert (held(rule, x=1, y=1), held(rule, x=1, y=2)) == (True, False)


def test_what_was_not_reached_is_not_judged():
    """A run that ends early leaves open what comes later, whatever the fact is now."""
    rule = at_the_end(equal("x", 1))

    assert [held(rule, reached, x=5) for reached in ((), ("during",), ("after",))] == [
        None,
        None,
        False,
    ]
