"""Standard output and standard error, whatever has become of them."""

import io
import os
import sys


class NobodyReads(io.TextIOBase):
    """Stands in for a stream that was closed before the process began.

    Python has None there. It is no terminal, and a write ends as one into a pipe
    whose reader has gone away.
    """

    def writable(self) -> bool:
        """Say yes: that nobody reads shows in the write."""
        return True

    def write(self, _text: str) -> int:
        """Fail."""
        raise BrokenPipeError


def prepare() -> None:
    """Make both streams ones that can be written to, in every encoding."""
    if sys.stdout is None:
        sys.stdout = NobodyReads()
    if sys.stderr is None:
        sys.stderr = NobodyReads()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def complain(line: str) -> None:
    """Write *line* to standard error, if anybody reads it."""
    try:
        sys.stderr.write(f"gcmodel: {line}\n")
    except OSError:
        return


def close_quietly() -> None:
    """Keep Python, which flushes at exit, from complaining about the pipe once more."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
