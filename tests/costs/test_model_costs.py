"""What a whole collection costs: in calls and steps, which must not grow by object."""

import sys

import pytest

from benchmarks.programs import cascade
from tests.costs.counting import calls

FEW, MANY = 300, 1500
SHAPES = [
    *(("star", policy) for policy in ("Background", "Foreground", "Orphan")),
    *(("chain", policy) for policy in ("Background", "Foreground")),
    ("namespace", "-"),
]


def cost(shape, policy, count, *, traced=False):
    """Return the calls that it takes for each of *count* objects, set-up included."""
    done = calls(lambda: cascade.main(shape, policy, count, traced=traced))
    return done / count


def overhead(shape, policy, *, traced=False):
    """Return the calls for each further object, of few and of many."""
    none = cost(shape, policy, 1, traced=traced)
    few = cost(shape, policy, FEW, traced=traced) * FEW - none
    many = cost(shape, policy, MANY, traced=traced) * MANY - none
    return few / FEW, many / MANY


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "policy"), SHAPES)
def test_cost_of_an_object_does_not_grow(shape, policy):
    """Ten times the objects cost ten times the calls, within a tenth."""
    few, many = overhead(shape, policy)

    assert many <= 1.1 * few


@pytest.mark.slow
def test_trace_costs_little():
    """A traced cascade takes at most half as many calls again as one that is not."""
    _, plain = overhead("star", "Background")
    _, traced = overhead("star", "Background", traced=True)

    assert traced <= 1.5 * plain


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["Background", "Foreground"])
def test_chain_deeper_than_the_stack(policy):
    """A chain three times as deep as Python's stack is collected to its end."""
    assert cascade.main("chain", policy, 3 * sys.getrecursionlimit(), traced=False)
