"""One mutant before its judges: the tests that must notice it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.power.mutants import MUTANTS
from tests.power.mutating import VARIABLE

ROOT = Path(__file__).parents[2]
TESTS_FAILED = 1
"""The exit status by which pytest says that tests failed, and nothing else."""


def run(suites, number=None):
    """Run *suites* against mutant *number*, or against the package as it is."""
    chosen = {} if number is None else {VARIABLE: str(number)}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "tests.power.mutating"]
    quiet = ["-p", "no:cacheprovider", "-p", "no:xdist", "--no-header"]
    return subprocess.run(
        [*command, *quiet, *suites],
        cwd=ROOT,
        env={**os.environ, "HYPOTHESIS_PROFILE": "power", **chosen},
        capture_output=True,
        text=True,
        check=False,
    )


def is_killed(number):
    """Whether the suites of mutant *number* fail, by a test and not by an accident."""
    done = run(MUTANTS[number].suites, number)
    last = done.stdout.strip().rpartition("\n")[2]
    return done.returncode == TESTS_FAILED and " failed" in last, done.stdout
