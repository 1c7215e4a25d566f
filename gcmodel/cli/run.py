"""``gcmodel run NAME``: play a story, tell it, and say whether its facts hold."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from gcmodel.cli import streams
from gcmodel.cli.arguments import (
    VERBOSITY,
    add_seed,
    add_until,
    seed_of,
    until_of,
    verbosity_of,
)
from gcmodel.cli.trace_file import TraceFile, opened
from gcmodel.errors import UsageError
from gcmodel.kernel.durations import format_duration

if TYPE_CHECKING:
    from gcmodel.kernel.trace import Trace
    from gcmodel.scenarios.scenario import Options, Outcome, Scenario


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("run", help="play a story and tell it")
    parser.add_argument("name", metavar="NAME", help="see gcmodel scenarios")
    parser.add_argument(
        "--kubernetes", metavar="V", help="the version, such as 1.31 (the default)"
    )
    parser.add_argument(
        "--remedy", metavar="R", help="what is done about it, or R:MODE"
    )
    add_seed(parser)
    add_until(parser)
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")
    parser.add_argument(
        "--trace", metavar="FILE", help="write what happened to FILE, JSON by line"
    )
    parser.add_argument(
        "--log", action="store_true", help="print the controller manager's log instead"
    )
    parser.add_argument(
        "-v",
        dest="verbosity",
        metavar="N",
        help=(
            f"verbosity of the log, in --log and in --trace (default: {VERBOSITY}); "
            "not without one of them"
        ),
    )
    parser.set_defaults(perform=perform)


def perform(arguments: argparse.Namespace) -> int:
    """Play and tell."""
    scenario, options = chosen(arguments)
    if arguments.json and arguments.log:
        raise UsageError("--json and --log: each wants all of the output; use one")
    if arguments.verbosity is not None and not (arguments.log or arguments.trace):
        raise UsageError(
            f"-v {arguments.verbosity}: decides what is logged, which nobody would "
            "see; add --log or --trace FILE, or leave it out"
        )
    with opened(arguments.trace) as trace_file:
        return _play(scenario, options, arguments, trace_file)


def chosen(arguments: argparse.Namespace) -> "tuple[Scenario, Options]":
    """Return what *arguments* ask for; nothing has run yet.

    Raises:
        UsageError: It cannot be.
    """
    from gcmodel.scenarios.registry import (  # slow to load
        find_remedy,
        find_scenario,
    )
    from gcmodel.scenarios.scenario import Options
    from gcmodel.versions.profile import Profile

    scenario = find_scenario(arguments.name)
    remedy, mode = find_remedy(scenario, arguments.remedy)
    version = arguments.kubernetes
    return scenario, Options(
        profile=Profile.for_version(
            scenario.kubernetes if version is None else version
        ),
        remedy=remedy,
        mode=mode,
        seed=seed_of(arguments.seed),
        until_ns=until_of(arguments.until, scenario.duration_ns),
        verbosity=verbosity_of(arguments.verbosity),
    )


def _play(
    scenario: "Scenario",
    options: "Options",
    arguments: argparse.Namespace,
    trace_file: TraceFile | None,
) -> int:
    from gcmodel.cli.progress import Progress  # after the checks
    from gcmodel.scenarios.scenario import perform as play

    progress = Progress.on(sys.stderr)
    try:
        outcome = play(scenario, options, progress.show)
    finally:
        progress.clear()
    trace = outcome.stage.cluster.trace
    if trace_file is not None:
        trace_file.write(trace)
    if arguments.json:
        print(json.dumps(outcome.to_dict(), indent=2))
        _explain(outcome)
    elif arguments.log:
        _print_log(trace, outcome.stage.epoch_s, options.verbosity)
        _explain(outcome)
    else:
        from gcmodel.cli.story import tell  # only if it is told

        tell(outcome, sys.stdout)
    return 0 if outcome.holds else 1


def _explain(outcome: "Outcome") -> None:
    """Say on standard error why the status is not 0, where the output does not."""
    if not outcome.judged:
        length = format_duration(outcome.options.until_ns)
        streams.complain(
            f"--until {length}: nothing could be judged by then; "
            "leave it out for the whole story"
        )
    elif not outcome.holds:
        broken = ", ".join(
            f"{one.expectation.fact} must be {one.expectation.wanted}"
            for one in outcome.judged
            if not one.held
        )
        streams.complain(f"not every fact holds: {broken}")


def _print_log(trace: "Trace", epoch_s: int, verbosity: int) -> None:
    from gcmodel.report.klog import log_lines  # only if it is printed

    for line in log_lines(trace, epoch_s, verbosity):
        print(line)
