"""The command line: reads arguments, runs one command, turns its end into a status.

* **0** the facts of the run hold, **1** they do not, **2** the call was wrong.
* **No traceback**: whatever a user can bring about ends in one line.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

import gcmodel
from gcmodel.errors import GcModelError, UsageError

HOLDS, DOES_NOT_HOLD, WRONG_USE = 0, 1, 2
INTERRUPTED = 130
"""What a shell makes of Ctrl-C."""

NOT_READ = 141
"""What a shell makes of a reader, such as ``head``, that has gone away."""

_COMMANDS = ("run", "scenarios", "compare", "conformance")


class Parser(argparse.ArgumentParser):
    """Raises a UsageError where argparse would print its usage and exit."""

    def error(self, message: str) -> None:  # type: ignore[override]  # it does not return either
        """Refuse the call."""
        raise UsageError(f"{message}; see {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that *arguments* name; return the exit status."""
    _print_anything()
    try:
        return _run(sys.argv[1:] if arguments is None else list(arguments))
    except UsageError as error:
        return _complain(error, WRONG_USE)
    except GcModelError as error:
        return _complain(error, DOES_NOT_HOLD)
    except BrokenPipeError:
        _close_quietly()
        return NOT_READ
    except OSError as error:
        _close_quietly()
        reason = error.strerror or str(error)
        return _complain(f"output: cannot be written ({reason})", DOES_NOT_HOLD)
    except KeyboardInterrupt:
        sys.stderr.write("gcmodel: interrupted\n")
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    whole = Parser(
        prog="gcmodel",
        description="Kubernetes garbage collection, on a virtual clock.",
    )
    version = f"gcmodel {gcmodel.__version__}"
    whole.add_argument("--version", action="version", version=version)
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in _COMMANDS:
        import_module(f"gcmodel.cli.{name}").add_to(commands)
    return whole


def _run(arguments: list[str]) -> int:
    try:
        options, unknown = parser().parse_known_args(arguments)
    except SystemExit as ended:
        # --help and --version
        sys.stdout.flush()
        return int(ended.code or 0)
    if unknown:
        raise UsageError(
            f"unrecognized arguments: {' '.join(unknown)}; "
            f"see gcmodel {options.command} --help"
        )
    perform: Callable[[argparse.Namespace], int] = options.perform
    status = perform(options)
    sys.stdout.flush()
    return status


def _complain(problem: object, status: int) -> int:
    try:
        sys.stdout.flush()
    except OSError:
        _close_quietly()
    line = " ".join(str(problem).split())
    sys.stderr.write(f"gcmodel: {line}\n")
    return status


def _print_anything() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _close_quietly() -> None:
    # Python flushes at exit, and would complain about the pipe once more.
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
