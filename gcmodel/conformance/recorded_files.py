"""Files of recordings: whether there is one, and what keeps it from being read."""

import gzip
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any

from gcmodel.errors import UsageError

UNREADABLE = (OSError, EOFError, zlib.error, UnicodeDecodeError)
"""What reading a file can end with; all of it is the file's fault."""

NESTED_TOO_DEEPLY = "nested too deeply to be read"


class NotJsonError(Exception):
    """A text is not JSON that can be read; this one says why."""


def check_file(path: Path, kind: str) -> None:
    """Make sure that *path* is a file of the sort that can be a recording.

    Raises:
        UsageError: There is none, or it is a folder, a device or a pipe; the way out
            is a file of *kind*.
    """
    if not os.path.exists(path):  # noqa: PTH110  (Path raises for names that are too long)
        raise UsageError(f"{path}: no such file; give {kind}")
    if not path.is_file():
        raise UsageError(f"{path}: not a regular file; give {kind}")


def opened(path: Path) -> AbstractContextManager[IO[str]]:
    """Open *path* to be read, plain, or gzipped if its name ends with ``.gz``."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def lines_of(path: Path) -> Iterator[bytes]:
    """Walk the lines of the file at *path*, each as it stands there.

    A file that breaks off has all lines before the break.

    Raises:
        OSError, EOFError, zlib.error: It cannot be read, or not further.
    """
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        yield from file


def reason(error: Exception) -> str:
    """Return why a file cannot be read, without the file's name."""
    return getattr(error, "strerror", None) or str(error)


def parsed(text: str) -> Any:
    """Return the JSON value that *text* is.

    Raises:
        NotJsonError: It is none, or its brackets are nested too deeply to be read.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise NotJsonError(NESTED_TOO_DEEPLY) from None
    except ValueError as error:
        raise NotJsonError(f"not JSON: {error}") from None
