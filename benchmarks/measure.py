"""Running a program in a process of its own and reading what it cost."""

import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import attrs

PROGRAMS = Path(__file__).parent / "programs"


@attrs.frozen
class Measured:
    """Several runs of one thing, in one unit."""

    values: tuple[float, ...]

    @property
    def minimum(self) -> float:
        """The run that was disturbed least."""
        return min(self.values)

    @property
    def median(self) -> float:
        """The run in the middle."""
        return statistics.median(self.values)


def printed(program: str, times: int) -> Measured:
    """Run ``programs/<program>.py`` several times; return the numbers it prints."""
    command = [sys.executable, str(PROGRAMS / f"{program}.py")]
    runs = [
        subprocess.run(command, check=True, capture_output=True, text=True)
        for _ in range(times)
    ]
    return Measured(tuple(float(run.stdout.split()[-1]) for run in runs))


def wall_seconds(command: list[str], times: int) -> Measured:
    """Run *command* several times; return the wall time of each whole process."""
    values = []
    for _ in range(times):
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        values.append(time.perf_counter() - begun)
    return Measured(tuple(values))


def peak_megabytes(command: list[str]) -> Measured:
    """Run *command* once; return the most memory that it held."""
    pid = os.fork()
    if pid == 0:
        with Path(os.devnull).open("wb") as sink:
            os.dup2(sink.fileno(), 1)
        os.execv(command[0], command)
    _, status, usage = os.wait4(pid, 0)
    assert status == 0, f"{command} failed"
    return Measured((_megabytes(usage),))


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / 1024
