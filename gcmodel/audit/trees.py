"""Folders of dumps: which files in them are read.

Issue: directories and must-gather trees; what is no dump is passed over, and nothing
that may be one.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from gcmodel.audit.bad_objects import BadObjects
from gcmodel.errors import UsageError

_FORMATS = (".json", ".yaml", ".yml", ".jsonl", ".ndjson")
_COMPRESSIONS = ("", ".gz", ".zst")
SUFFIXES = tuple(one + packed for one in _FORMATS for packed in _COMPRESSIONS)


def files_under(folder: Path, bad: BadObjects) -> list[Path]:
    """Return the dumps in *folder* and below, in the order of their names.

    Raises:
        UsageError: There are none.
    """
    found = list(_walk(folder, bad))
    if not found and not bad.count:
        raise UsageError(
            f"{folder}: no dump in it: must hold files that end in "
            f"{', '.join(_FORMATS)}, plain, .gz or .zst; give another folder, or a file"
        )
    return found


def _walk(folder: Path, bad: BadObjects) -> Iterator[Path]:
    # A folder may be a link, to a neighbour or to one that it lies in.
    seen: set[tuple[int, int]] = set()
    walked = os.walk(folder, onerror=lambda one: _tell(one, bad), followlinks=True)
    for parent, folders, names in walked:
        found = Path(parent).stat()
        if (found.st_dev, found.st_ino) in seen:
            folders.clear()
            continue
        seen.add((found.st_dev, found.st_ino))
        folders.sort()
        for name in sorted(names):
            path = Path(parent, name)
            if name.lower().endswith(SUFFIXES) and _is_file(path, bad):
                yield path


def _tell(error: OSError, bad: BadObjects) -> None:
    bad.add(
        UsageError(
            f"{error.filename}: cannot be listed ({error.strerror}); "
            "allow reading, or take the folder out"
        )
    )


def _is_file(path: Path, bad: BadObjects) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        problem = f"{path}: cannot be read ({error.strerror}); take it out"
    else:
        if stat.S_ISREG(mode):
            return True
        problem = f"{path}: is no file but a pipe or a device; give it by its own name"
    bad.add(UsageError(problem))
    return False
