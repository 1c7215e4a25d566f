"""How tests run a story."""

import pytest

from gcmodel.scenarios.registry import find_remedy, find_scenario
from gcmodel.scenarios.scenario import Options, perform
from gcmodel.versions.profile import Profile


def play(name, version="1.31", remedy=None, seed=0):
    """Return the outcome of a story."""
    scenario = find_scenario(name)
    chosen, mode = find_remedy(scenario, remedy)
    profile = Profile.for_version(version)
    options = Options(profile=profile, remedy=chosen, mode=mode, seed=seed)
    return perform(scenario, options)


def failures(outcome):
    """Return the facts that are not what they must be."""
    return {
        one.expectation.fact: (one.actual, one.expectation.wanted)
        for one in outcome.judgements
        if not one.held
    }


@pytest.fixture(name="play", scope="session")
def _play():
    return play


@pytest.fixture(name="failures", scope="session")
def _failures():
    return failures
