"""What several commands are asked: which version, which seed, how long."""

import argparse

from gcmodel.cluster.settings import VERBOSITY_MAX
from gcmodel.errors import UsageError
from gcmodel.kernel.choices import SEED_MAX
from gcmodel.kernel.durations import HOUR, format_duration, parse_duration

VERBOSITY = 2
UNTIL_MAX_NS = 48 * HOUR
"""So much virtual time takes seconds; a hundred times as much, all memory."""


def add_seed(parser: argparse.ArgumentParser) -> None:
    """Add ``--seed`` to *parser*."""
    parser.add_argument(
        "--seed", metavar="N", default="0", help="decides all chance (default: 0)"
    )


def add_until(parser: argparse.ArgumentParser) -> None:
    """Add ``--until`` to *parser*."""
    parser.add_argument(
        "--until",
        metavar="T",
        help="end the run after T of virtual time, such as 12m or 90s",
    )


def whole_number(text: str, name: str, most: int) -> int:
    """Return the number that *text* is.

    Raises:
        UsageError: It is none from 0 to *most*.
    """
    if text.isascii() and text.isdecimal() and len(text) <= len(str(most)):
        number = int(text)
        if number <= most:
            return number
    raise UsageError(
        f"{name}={text!r}: must be a whole number from 0 to {most}; "
        "leave it out for the default"
    )


def seed_of(text: str) -> int:
    """Return the seed that *text* is."""
    return whole_number(text, "seed", SEED_MAX)


def verbosity_of(text: str | None) -> int:
    """Return the verbosity that *text* is."""
    return VERBOSITY if text is None else whole_number(text, "v", VERBOSITY_MAX)


def until_of(text: str | None, default_ns: int) -> int:
    """Return the virtual time at which a run is to end.

    Raises:
        UsageError: *text* is no duration, no time at all, or too much.
    """
    if text is None:
        return default_ns
    until = parse_duration(text, "until")
    if until <= 0:
        raise UsageError(
            f"until={text!r}: nothing happens in no time; write 12m or 90s"
        )
    if until > UNTIL_MAX_NS:
        most = format_duration(UNTIL_MAX_NS)
        raise UsageError(
            f"until={text!r}: a run lasts {most} at most; use Cluster.run for more"
        )
    return until
