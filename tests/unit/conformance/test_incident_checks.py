"""What several re-enactments together say about one comparison."""

import pytest

from gcmodel.conformance.incident_checks import Check, together
from gcmodel.conformance.incident_counts import Sighting, compare_counts
from gcmodel.conformance.incident_format import Step

STEPS = (Step("one", 0.0, 10.0, (), {}), Step("two", 10.0, 20.0, (), {}))


def _check(expected, got, *, varies=False):
    return Check("s", "w", expected, got, expected == got, varies=varies)


@pytest.mark.parametrize(
    ("runs", "agrees"),
    [
        ([[_check(3, 2)]], False),
        ([[_check(3, 2)], [_check(3, 3)]], True),
        ([[_check(3, 2)], [_check(3, 4)]], False),
        ([[_check(3, 2, varies=True)], [_check(3, 4, varies=True)]], True),
        ([[_check(5, 2, varies=True)], [_check(5, 4, varies=True)]], False),
        ([[_check(0, 2)], []], True),
        ([[_check("a", "b")], [_check("a", "c")]], False),
    ],
    ids=[
        "one run differs",
        "another run agrees",
        "a fixed number lies between",
        "a varying number lies between",
        "a varying number lies beyond",
        "another run has nothing either",
        "two other texts",
    ],
)
def test_difference_stands_if_no_run_excuses_it(runs, agrees):
    """A recorded outcome needs one run that shows it, or two that enclose it."""
    (check,) = together(runs)

    assert check.agrees is agrees


@pytest.mark.parametrize(
    ("recorded", "shown", "agree"),
    [
        (Sighting(0, "x", 9.8), Sighting(1, "x", 0.1), [True]),
        (Sighting(0, "x", 9.0), Sighting(1, "x", 1.0), [False, False]),
        (Sighting(0, "x", 5.0), Sighting(0, "x", 7.0), [True]),
        (Sighting(0, "x", count=2), Sighting(0, "x", 7.0), [False]),
    ],
    ids=["close to the edge", "far from the edge", "the same step", "too few"],
)
def test_steps_have_soft_edges(recorded, shown, agree):
    """What happens close to the edge of a step may be found on its other side."""
    checks = compare_counts(STEPS, [recorded], [shown])

    assert [check.agrees for check in checks] == agree


def test_difference_shows_only_what_differs():
    """Of two objects that share most fields a difference shows the others."""
    check = Check(
        "s", "pods a", {"uid": "P1", "x": 1}, {"uid": "P1", "x": 2}, agrees=False
    )

    assert check.lines() == ["s: pods a", '  expected {"x": 1}', '  got      {"x": 2}']
