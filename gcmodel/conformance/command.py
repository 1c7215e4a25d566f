"""``gcmodel conformance FILE… [--json]``: replay files of recorded programs."""

import gc
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from json import dumps
from pathlib import Path
from time import perf_counter
from typing import TextIO

from gcmodel.conformance.judging import BUDGET, Verdict, judge
from gcmodel.conformance.programs import NOTHING, Problem, Program, read_programs
from gcmodel.conformance.recorded_files import check_file
from gcmodel.conformance.summary import Summary
from gcmodel.errors import GcModelError, UsageError

AGREES = 0
DISAGREES = 1
FEW = 40
"""So many programs are replayed sooner than further processes are started."""


def run(
    files: Iterable[str | Path], *, json: bool, out: TextIO, budget: int = BUDGET
) -> int:
    """Replay every program in *files* and write to *out* how far the model agrees.

    A line that is no program is reported with its place; the others are replayed.

    Returns:
        The exit status: 0 if all programs agree and all lines could be read, else 1.

    Raises:
        UsageError: There is no such file, or no file holds anything.
    """
    paths = [Path(file) for file in files]
    for path in paths:
        check_file(path, "files of recorded programs")
    begun = perf_counter()
    summary = summarize(paths, processes=os.cpu_count() or 1, budget=budget)
    seconds = perf_counter() - begun
    if summary.is_empty:
        given = ", ".join(map(str, paths))
        raise UsageError(f"{given}: {NOTHING}")
    if json:
        out.write(dumps(summary.to_dict(seconds)) + "\n")
    else:
        out.writelines(f"{line}\n" for line in summary.lines(seconds))
    return AGREES if summary.all_well else DISAGREES


def summarize(
    files: Iterable[str | Path], *, processes: int = 1, budget: int = BUDGET
) -> Summary:
    """Judge every program in *files*, many of them in several *processes*."""
    summary = Summary(budget=budget)
    programs: list[Program] = []
    for file in files:
        for found in read_programs(Path(file)):
            if isinstance(found, Program):
                programs.append(found)
            else:
                summary.problems.append(found)
    with _collecting_rarely():
        for judged in _judge_all(programs, processes, budget):
            if isinstance(judged, Verdict):
                summary.add(judged)
            else:
                summary.problems.append(judged)
    summary.problems.sort(key=lambda problem: problem.place)
    return summary


def _judge_all(
    programs: list[Program], processes: int, budget: int
) -> Iterator[Verdict | Problem]:
    judged = partial(_judge, budget=budget)
    if processes == 1 or len(programs) <= FEW:
        yield from map(judged, programs)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(judged, programs, chunksize=4)


def _judge(program: Program, budget: int) -> Verdict | Problem:
    try:
        return judge(program, budget)
    except GcModelError as error:
        return program.problem(f"cannot be replayed: {error}")
    except RecursionError:
        return program.problem("cannot be replayed: nested too deeply")
    except Exception as error:  # noqa: BLE001  (the other programs are still judged)
        return program.problem(f"cannot be replayed: {type(error).__name__}: {error}")


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Spare Python the search for cycles among clusters that are still in use."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 10, 10)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
