"""Digests of the traces of a story under many seeds, from a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

PROGRAM = """
import hashlib
import sys
from gcmodel.scenarios.registry import find_remedy, find_scenario
from gcmodel.scenarios.scenario import Options, perform
from gcmodel.versions.profile import Profile

scenario = find_scenario(sys.argv[1])
remedy, mode = find_remedy(scenario, None)
profile = Profile.for_version(scenario.kubernetes)
for seed in range(int(sys.argv[2])):
    options = Options(profile=profile, remedy=remedy, mode=mode, seed=seed)
    outcome = perform(scenario, options)
    facts = hashlib.sha256(str(outcome.to_dict()).encode()).hexdigest()
    print(outcome.stage.cluster.trace.digest, facts[:16], flush=True)
"""


def in_another_process(name, seeds, hash_seed):
    """Start to play the story called *name* under seeds 0 to *seeds* - 1."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, name, str(seeds)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
    )


def digests_of(process):
    """Return a line for each seed: the digest of its trace, and its facts."""
    output, _ = process.communicate()
    assert process.returncode == 0, output
    return output.splitlines()
