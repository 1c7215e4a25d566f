"""A seed is a run: in any process, whatever the hash seed."""

import os
import subprocess
import sys

import pytest

from gcmodel.scenarios.registry import SCENARIOS

PROGRAM = """
import sys
from gcmodel.scenarios.registry import find_remedy, find_scenario
from gcmodel.scenarios.scenario import Options, perform
from gcmodel.versions.profile import Profile

scenario = find_scenario(sys.argv[1])
remedy, mode = find_remedy(scenario, None)
profile = Profile.for_version(scenario.kubernetes)
options = Options(profile=profile, remedy=remedy, mode=mode, seed=11)
outcome = perform(scenario, options)
print(outcome.stage.cluster.trace.digest, outcome.to_dict())
"""


def run(name, hash_seed):
    """Return digest and outcome of a story, from a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, name],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
    )
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", [one.name for one in SCENARIOS])
def test_two_processes_agree(name):
    """Trace and facts are the same bytes under two hash seeds."""
    assert run(name, "1") == run(name, "4242")
