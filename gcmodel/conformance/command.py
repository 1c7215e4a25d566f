"""``gcmodel conformance FILE… [--json]``: replay files of recorded programs."""

import gc
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from json import dumps
from pathlib import Path
from time import perf_counter
from typing import TextIO

from gcmodel.conformance.judging import Verdict, judge
from gcmodel.conformance.programs import Problem, Program, read_programs
from gcmodel.conformance.summary import Summary
from gcmodel.errors import GcModelError

AGREES = 0
DISAGREES = 1
FEW = 40
"""So many programs are replayed sooner than further processes are started."""


def run(files: Iterable[str | Path], *, json: bool, out: TextIO) -> int:
    """Replay every program in *files* and write to *out* how far the model agrees.

    A line that is no program is reported with its place; the others are replayed.

    Returns:
        The exit status: 0 if all programs agree and all lines could be read, else 1.
    """
    begun = perf_counter()
    summary = summarize(files, processes=os.cpu_count() or 1)
    seconds = perf_counter() - begun
    if json:
        out.write(dumps(summary.to_dict(seconds)) + "\n")
    else:
        out.writelines(f"{line}\n" for line in summary.lines(seconds))
    return AGREES if summary.all_well else DISAGREES


def summarize(files: Iterable[str | Path], *, processes: int = 1) -> Summary:
    """Judge every program in *files*, many of them in several *processes*."""
    summary = Summary()
    programs: list[Program] = []
    for file in files:
        for found in read_programs(Path(file)):
            if isinstance(found, Program):
                programs.append(found)
            else:
                summary.problems.append(found)
    with _collecting_rarely():
        for judged in _judge_all(programs, processes):
            if isinstance(judged, Verdict):
                summary.add(judged)
            else:
                summary.problems.append(judged)
    summary.problems.sort(key=lambda problem: (problem.file, problem.line))
    return summary


def _judge_all(programs: list[Program], processes: int) -> Iterator[Verdict | Problem]:
    if processes == 1 or len(programs) <= FEW:
        yield from map(_judge, programs)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(_judge, programs, chunksize=4)


def _judge(program: Program) -> Verdict | Problem:
    try:
        return judge(program)
    except GcModelError as error:
        return program.problem(f"cannot be replayed: {error}")


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Spare Python the search for cycles among clusters that are still in use."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 10, 10)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
