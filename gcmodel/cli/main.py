"""The command line: reads arguments, runs one command, turns its end into a status.

* **0** the facts of the run hold, **1** they do not, **2** the call was wrong.
* **No traceback**: whatever a user can bring about ends in one line.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any

import gcmodel
from gcmodel.cli import streams
from gcmodel.errors import GcModelError, UsageError

HOLDS, DOES_NOT_HOLD, WRONG_USE = 0, 1, 2
INTERRUPTED = 130
"""What a shell makes of Ctrl-C."""

NOT_READ = 141
"""What a shell makes of a reader, such as ``head``, that has gone away."""

_COMMANDS = ("run", "scenarios", "compare", "graph", "conformance")


_NEGATIVE = re.compile(r"-\.?[0-9].*")
"""No option looks like this, so it is a value, and judged as one."""


class Once(argparse.Action):
    """Stores what was given, as argparse does, but of two values takes neither."""

    given: object = None

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Store *values*."""
        if self.given is not None:
            parser.error(
                f"argument {option_string}: given twice, as {self.given!r} and "
                f"{values!r}; give it once"
            )
        self.given = values
        setattr(namespace, self.dest, values)


class Parser(argparse.ArgumentParser):
    """Raises a UsageError where argparse would print its usage and exit.

    * **Unknown first**: an option that there is not is named before anything is
      missed that should stand beside it.
    * **Once**: an option that takes one value is given once.
    """

    def __init__(self, **settings: Any) -> None:
        """Take ``-5m`` for a value."""
        super().__init__(**settings)
        for action in (None, "store"):
            self.register("action", action, Once)
        self._negative_number_matcher = _NEGATIVE

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse *args*, unless an option among them is not one."""
        unknown = [one for one in self._own(args or ()) if not self._knows(one)]
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return super().parse_known_args(args, namespace)

    def _own(self, arguments: Sequence[str]) -> Iterator[str]:
        """Walk the options among *arguments*; after a command come those of its own."""
        for one in arguments:
            is_option = one.startswith("-") and one != "-"
            if one == "--" or (not is_option and self._subparsers is not None):
                return
            if is_option and not _NEGATIVE.match(one):
                yield one

    def _knows(self, option: str) -> bool:
        name = option.partition("=")[0]
        if not option.startswith("--"):
            name = option[:2]
        return any(one.startswith(name) for one in self._option_string_actions)

    def error(self, message: str) -> None:  # type: ignore[override]  # it does not return either
        """Refuse the call."""
        raise UsageError(f"{message}; see {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that *arguments* name; return the exit status."""
    streams.prepare()
    try:
        return _run(sys.argv[1:] if arguments is None else list(arguments))
    except UsageError as error:
        return _complain(error, WRONG_USE)
    except GcModelError as error:
        return _complain(error, DOES_NOT_HOLD)
    except BrokenPipeError:
        streams.close_quietly()
        return NOT_READ
    except OSError as error:
        streams.close_quietly()
        reason = error.strerror or str(error)
        return _complain(f"output: cannot be written ({reason})", DOES_NOT_HOLD)
    except KeyboardInterrupt:
        streams.complain("interrupted")
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
        streams.close_quietly()
    streams.complain(" ".join(str(problem).split()))
    return status
