"""The relatives of the incident."""

import pytest

from gcmodel.scenarios.registry import SCENARIOS

pytestmark = pytest.mark.slow

CASES = [
    pytest.param(
        scenario.name,
        version,
        remedy.name,
        id=f"{scenario.name} {version} {remedy.name}",
    )
    for scenario in SCENARIOS[1:]
    for version in ("1.20", "1.31", "1.32")
    for remedy in scenario.remedies
]


@pytest.mark.parametrize(("name", "version", "remedy"), CASES)
def test_facts_hold(play, failures, name, version, remedy):
    """Every variant brings out what its version and remedy call for."""
    assert failures(play(name, version, remedy)) == {}


@pytest.mark.parametrize("name", [one.name for one in SCENARIOS[1:]])
def test_facts_hold_for_other_seeds(play, failures, name):
    """A handful of seeds give the same facts."""
    assert [failures(play(name, seed=seed)) for seed in range(1, 6)] == [{}] * 5


def test_hidden_owner_costs_a_dependent_its_life(play):
    """The collector is told 404 under its own name, and deletes what it should keep."""
    facts = play("hidden-by-404").facts

    assert (facts["dependent_kept"], facts["told_not_found"]) == (
        False,
        ["system:serviceaccount:kube-system:generic-garbage-collector"],
    )
