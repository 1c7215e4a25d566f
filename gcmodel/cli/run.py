"""``gcmodel run NAME``: play a story, tell it, and say whether its facts hold."""

import argparse
import json
import sys
from typing import IO, TYPE_CHECKING, Any

from gcmodel.cli.arguments import (
    VERBOSITY_MAX,
    add_seed,
    add_until,
    seed_of,
    until_of,
    whole_number,
)
from gcmodel.errors import UsageError

if TYPE_CHECKING:
    from gcmodel.kernel.trace import Trace
    from gcmodel.scenarios.scenario import Options, Scenario


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
        "-v", dest="verbosity", metavar="N", default="2", help="verbosity of that log"
    )
    parser.set_defaults(perform=perform)


def perform(arguments: argparse.Namespace) -> int:
    """Play and tell."""
    scenario, options = chosen(arguments)
    if arguments.json and arguments.log:
        raise UsageError("--json and --log: each wants all of the output; use one")
    trace_file = _opened(arguments.trace)
    try:
        return _play(scenario, options, arguments, trace_file)
    finally:
        if trace_file is not None:
            trace_file.close()


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
        verbosity=whole_number(arguments.verbosity, "v", VERBOSITY_MAX),
    )


def _opened(path: str | None) -> IO[str] | None:
    if path is None:
        return None
    try:
        return open(path, "w", encoding="utf-8")  # noqa: PTH123  (any path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"trace={path!r}: cannot be written ({reason}); give a file that can"
        ) from error


def _play(
    scenario: "Scenario",
    options: "Options",
    arguments: argparse.Namespace,
    trace_file: IO[str] | None,
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
        write_trace(trace, trace_file)
    if arguments.json:
        print(json.dumps(outcome.to_dict(), indent=2))
    elif arguments.log:
        _print_log(trace, outcome.stage.epoch_s, options.verbosity)
    else:
        from gcmodel.cli.story import tell  # only if it is told

        tell(outcome, sys.stdout)
    return 0 if outcome.holds else 1


def write_trace(trace: "Trace", stream: IO[str]) -> None:
    """Write *trace*, one JSON object a line."""
    for record in trace:
        wire = {
            "number": record.number,
            "at_ns": record.at_ns,
            "actor": record.actor,
            "what": record.what,
            "cause": record.cause,
            "fields": dict(record.fields),
        }
        stream.write(json.dumps(wire) + "\n")


def _print_log(trace: "Trace", epoch_s: int, verbosity: int) -> None:
    from gcmodel.report.klog import log_lines  # only if it is printed

    for line in log_lines(trace, epoch_s, verbosity):
        print(line)
