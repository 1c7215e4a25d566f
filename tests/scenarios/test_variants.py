"""The relatives of the incident."""

import pytest

from gcmodel.scenarios.registry import SCENARIOS
from gcmodel.scenarios.stage import STORY
from gcmodel.versions.profile import Profile

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


@pytest.mark.parametrize("name", ["undecodable-object", "tokens-synced-once"])
@pytest.mark.parametrize(
    ("version", "how"),
    [
        ("1.31", "must list everything once before it works"),
        ("1.32", "waits 30 s at most for what it cannot list, then works without"),
    ],
)
def test_restart_means_what_the_version_makes_of_it(play, name, version, how):
    """That a new collector waits is said of those versions whose collector does."""
    trace = play(name, version).stage.cluster.trace
    meanings = [one.fields["meaning"] for one in trace if one.what == STORY]

    assert f"the new process knows nothing, and {how}" in meanings


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_nothing_stops_where_the_collector_is_tolerant(scenario):
    """What is said of 1.32 and later does not speak of a collector that stops."""
    telling = scenario.telling(Profile.for_version("1.32"))
    text = f"{telling.title} {telling.summary}"

    assert [
        word for word in ("stops all", "for ever", "no collector") if word in text
    ] == []


def test_hidden_owner_costs_a_dependent_its_life(play):
    """The collector is told 404 under its own name, and deletes what it should keep."""
    facts = play("hidden-by-404").facts

    assert (facts["dependent_kept"], facts["told_not_found"]) == (
        False,
        ["system:serviceaccount:kube-system:generic-garbage-collector"],
    )


def test_pictures_show_that_the_hidden_owner_lives(play):
    """The token is in every picture, although nothing is left that it owns."""
    moments = play("hidden-by-404").stage.moments

    assert {
        name: [one.kind for one in moment if one.name == "token-abc12"]
        for name, moment in moments.items()
    } == {"before": ["Token"], "during": ["Token"], "after": ["Token"]}
