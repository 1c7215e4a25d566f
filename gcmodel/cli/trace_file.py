"""Where ``--trace`` writes: beside the file first, so that a run cut off harms nothing.

A device, a pipe, or what the output goes to already is written to directly.
"""

import errno
import json
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import attrs

from gcmodel.errors import GcModelError, UsageError
from gcmodel.kernel.trace import TraceRecord

_OUTPUTS = (1, 2)
"""The descriptors that something else may be writing to."""


@attrs.define
class TraceFile:
    """A file that was named, and the one that is open for it.

    Attributes:
        path: As it was named, for complaints.
        beside: What takes the place of *path* in the end; None if nothing does.
    """

    path: str
    beside: Path | None
    stream: IO[str]

    @classmethod
    def open(cls, path: str) -> "TraceFile":
        """Open *path*, or a new file beside it.

        Raises:
            UsageError: It cannot be written.
        """
        if not path:
            raise UsageError("trace='': cannot be written (no file name); give one")
        try:
            if path.endswith(os.sep):
                # Path would forget it, and write a file of that name.
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            beside = _beside(Path(path))
            stream = (beside or Path(path)).open(
                "x" if beside else "w", encoding="utf-8"
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise UsageError(_complaint(path, error)) from error
        return cls(path, beside, stream)

    def write(self, trace: Iterable[TraceRecord]) -> None:
        """Write *trace*, one JSON object a line, and put it in its place.

        Raises:
            BrokenPipeError: It is a pipe, and nobody reads it.
            GcModelError: The file cannot take it.
        """
        try:
            for record in trace:
                self.stream.write(line_of(record))
            self.stream.close()
            if self.beside is not None:
                self.beside.replace(Path(self.path).resolve())
                self.beside = None
        except BrokenPipeError:
            raise
        except OSError as error:
            raise GcModelError(_complaint(self.path, error)) from error

    def close(self) -> None:
        """Leave nothing behind that is not whole."""
        # What could not be written cannot be flushed either.
        with suppress(OSError):
            self.stream.close()
        if self.beside is not None:
            self.beside.unlink()


@contextmanager
def opened(path: str | None) -> Iterator[TraceFile | None]:
    """Open *path* for as long as the block runs; None if no file is wanted."""
    if path is None:
        yield None
        return
    file = TraceFile.open(path)
    try:
        yield file
    finally:
        file.close()


def line_of(record: TraceRecord) -> str:
    """Return *record* as a line of a file."""
    wire = {
        "number": record.number,
        "at_ns": record.at_ns,
        "actor": record.actor,
        "what": record.what,
        "cause": record.cause,
        "fields": dict(record.fields),
    }
    return json.dumps(wire) + "\n"


def _beside(path: Path) -> Path | None:
    """Return a name beside *path*; None if *path* is to be written directly."""
    if path.exists() and not _may_be_replaced(path):
        return None
    target = path.resolve()
    if not os.access(target.parent, os.W_OK):
        return None
    return target.with_name(f".{target.name[:200]}.{os.getpid()}")


def _may_be_replaced(path: Path) -> bool:
    found = path.stat()
    if not stat.S_ISREG(found.st_mode) or not os.access(path, os.W_OK):
        return False
    return not any(_is_same(found, one) for one in _OUTPUTS)


def _is_same(found: os.stat_result, descriptor: int) -> bool:
    try:
        return os.path.samestat(found, os.fstat(descriptor))
    except OSError:
        return False


def _complaint(path: str, error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return f"trace={path!r}: cannot be written ({reason}); give a file that can"
