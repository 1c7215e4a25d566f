"""Running a program in a process of its own and reading what it cost."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]


def printed(program: str | int, *arguments: str | int, needs: str = "") -> float | None:
    """Run ``programs/<program>.py``; return the number it prints last.

    None if the package that it *needs* is not installed.
    """
    if needs and find_spec(needs) is None:
        return None
    command = [sys.executable, "-m", f"benchmarks.programs.{program}"]
    command += [str(argument) for argument in arguments]
    run = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    return float(run.stdout.split()[-1])


def seconds(command: Sequence[str]) -> float:
    """Run *command*; return the wall time of the whole process."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - begun


def peak_megabytes(command: Sequence[str]) -> float:
    """Run *command*; return the most memory that it held."""
    pid = os.fork()
    if pid == 0:
        os.chdir(ROOT)
        with Path(os.devnull).open("wb") as sink:
            os.dup2(sink.fileno(), 1)
        os.execv(command[0], command)
    _, status, usage = os.wait4(pid, 0)
    assert status == 0, f"{command} failed"
    return _megabytes(usage)


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / 1024
