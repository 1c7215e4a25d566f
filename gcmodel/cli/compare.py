"""``gcmodel compare NAME``: one story, several versions and remedies, one table."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from gcmodel.cli.arguments import add_seed, add_until
from gcmodel.cli.run import chosen

if TYPE_CHECKING:
    from gcmodel.scenarios.scenario import Outcome


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "compare", help="run a story with several versions and remedies"
    )
    parser.add_argument("name", metavar="NAME", help="see gcmodel scenarios")
    parser.add_argument(
        "--kubernetes",
        metavar="V",
        action="append",
        help="a version; may be given several times, or with commas",
    )
    parser.add_argument(
        "--remedy", metavar="R", action="append", help="a remedy; likewise"
    )
    add_seed(parser)
    add_until(parser)
    parser.add_argument("--json", action="store_true", help="print a list of outcomes")
    parser.set_defaults(perform=perform)


def perform(arguments: argparse.Namespace) -> int:
    """Run every combination and print the table."""
    from gcmodel.cli.progress import Progress  # slow to load
    from gcmodel.scenarios.scenario import perform as play

    runs = [chosen(one) for one in _combinations(arguments)]
    progress = Progress.on(sys.stderr)
    outcomes = []
    try:
        for number, (scenario, options) in enumerate(runs):
            progress.show(number, len(runs))
            outcomes.append(play(scenario, options))
    finally:
        progress.clear()
    if arguments.json:
        print(json.dumps([one.to_dict() for one in outcomes], indent=2))
    else:
        _print_table(outcomes)
    return 0 if all(one.holds for one in outcomes) else 1


def _combinations(arguments: argparse.Namespace) -> list[argparse.Namespace]:
    shared = vars(arguments) | {"verbosity": None}
    return [
        argparse.Namespace(**shared | {"kubernetes": version, "remedy": remedy})
        for version in _given(arguments.kubernetes)
        for remedy in _given(arguments.remedy)
    ]


def _given(values: list[str] | None) -> list[str | None]:
    if values is None:
        return [None]
    return [one for value in values for one in value.split(",")]


def _held(outcome: "Outcome") -> bool | str:
    """Whether the facts hold; of a run that was cut short no more than so far."""
    if outcome.not_judged and outcome.holds:
        return "so far"
    return outcome.holds if outcome.judged else "not judged"


def _print_table(outcomes: "list[Outcome]") -> None:
    from gcmodel.report.table import table  # only if it is printed

    compared = outcomes[0].scenario.compared
    headers = ("kubernetes", "remedy", *compared, "holds")
    rows = [
        (
            one.options.profile.version,
            one.options.remedy_text,
            *(one.facts[name] for name in compared),
            _held(one),
        )
        for one in outcomes
    ]
    for line in table(headers, rows):
        print(line)
