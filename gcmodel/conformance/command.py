"""``gcmodel conformance FILE… [--json]``: replay files of recorded programs."""

from collections.abc import Iterable
from json import dumps
from pathlib import Path
from time import perf_counter
from typing import TextIO

from gcmodel.conformance.judging import judge
from gcmodel.conformance.programs import Program, read_programs
from gcmodel.conformance.summary import Summary
from gcmodel.errors import GcModelError

AGREES = 0
DISAGREES = 1


def run(files: Iterable[str | Path], *, json: bool, out: TextIO) -> int:
    """Replay every program in *files* and write to *out* how far the model agrees.

    A line that is no program is reported with its place; the others are replayed.

    Returns:
        The exit status: 0 if all programs agree and all lines could be read, else 1.
    """
    begun = perf_counter()
    summary = summarize(files)
    seconds = perf_counter() - begun
    if json:
        out.write(dumps(summary.to_dict(seconds)) + "\n")
    else:
        out.writelines(f"{line}\n" for line in summary.lines(seconds))
    return AGREES if summary.all_well else DISAGREES


def summarize(files: Iterable[str | Path]) -> Summary:
    """Judge every program in *files*."""
    summary = Summary()
    for file in files:
        for found in read_programs(Path(file)):
            if isinstance(found, Program):
                _judge_into(summary, found)
            else:
                summary.problems.append(found)
    return summary


def _judge_into(summary: Summary, program: Program) -> None:
    try:
        summary.add(judge(program))
    except GcModelError as error:
        summary.problems.append(program.problem(f"cannot be replayed: {error}"))
