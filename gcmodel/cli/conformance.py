"""``gcmodel conformance``: hold the model to recordings of real control planes."""

import argparse
import sys
from importlib import import_module
from typing import Any

from gcmodel.errors import UsageError


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "conformance", help="compare the model with recordings of a real cluster"
    )
    parser.add_argument("files", metavar="FILE", nargs="+", help="recordings")
    parser.add_argument(
        "--incident", action="store_true", help="FILE records stalled collectors"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(perform=perform)


def perform(arguments: argparse.Namespace) -> int:
    """Compare and report."""
    if arguments.incident:
        return _incident(arguments)
    command = import_module("gcmodel.conformance.command")
    return int(command.run(arguments.files, json=arguments.json, out=sys.stdout))


def _incident(arguments: argparse.Namespace) -> int:
    if len(arguments.files) != 1:
        raise UsageError(
            f"--incident: {len(arguments.files)} files given, must be one; "
            "run the command once for each"
        )
    command = import_module("gcmodel.conformance.incident_command")
    return int(command.run(arguments.files[0], json=arguments.json, out=sys.stdout))
