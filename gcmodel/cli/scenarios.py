"""``gcmodel scenarios``: what there is to run."""

import argparse
import sys
from typing import Any

from gcmodel.report.terminal import Terminal


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("scenarios", help="list the stories that can be run")
    parser.set_defaults(perform=perform)


def perform(_: argparse.Namespace) -> int:
    """Print the stories with their remedies."""
    from gcmodel.scenarios.registry import SCENARIOS  # slow to load

    terminal = Terminal.on(sys.stdout)
    for scenario in SCENARIOS:
        terminal.print(terminal.paint(scenario.name, "bold"))
        terminal.print_wrapped(scenario.title + ".", "  ")
        terminal.print_wrapped(scenario.summary, "  ")
        names = ", ".join(remedy.name for remedy in scenario.remedies)
        terminal.print_wrapped(names, " " * 12, "  remedies: ")
        terminal.print()
    terminal.print_wrapped(
        "Run one with: gcmodel run NAME [--kubernetes V] [--remedy R]"
    )
    return 0
