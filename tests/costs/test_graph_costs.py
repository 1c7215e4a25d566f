"""What taking in a list or a churn costs, in instructions and calls, not in time."""

import pytest

from benchmarks import streams
from benchmarks.programs.subjects import SUBJECTS, graph_builder
from tests.costs.counting import calls, instructions

MANY, FEW = 1000, 100


def listed(count):
    """Return the observations of a cluster of *count* objects."""
    return streams.observations(list(streams.cluster(count)))


def test_list_costs_few_instructions():
    """A new object costs at most seven times what a dict of the same does, counted."""
    observed = listed(MANY)
    floor = instructions(lambda: SUBJECTS["typed"].make()(observed))
    ours = instructions(lambda: graph_builder().feed(observed))

    assert ours <= 7 * floor


def test_list_calls_next_to_nothing():
    """A new object costs calls of the dict, of ``len`` and of ``__new__``, no other."""
    observed = listed(MANY)

    assert calls(lambda: graph_builder().feed(observed)) <= 4 * MANY


def test_update_that_changes_nothing_calls_next_to_nothing():
    """An update of the status alone costs two calls: of the dict, and of ``len``."""
    observed = listed(MANY)
    builder = graph_builder()
    builder.feed(observed)
    updates = [("update", *told[1:]) for told in observed]

    assert calls(lambda: builder.feed(updates)) <= 2.1 * MANY


def test_cost_of_an_object_does_not_grow():
    """Ten times the objects cost ten times the instructions."""
    few, many = listed(FEW), listed(MANY)
    cost_of_few = instructions(lambda: graph_builder().feed(few))
    cost_of_many = instructions(lambda: graph_builder().feed(many))

    assert cost_of_many / MANY == pytest.approx(cost_of_few / FEW, rel=0.1)
