"""Loading dumps: sources in, graph out.

Issue: ``gcmodel.audit.load(path or stream)`` reads what people have.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import attrs

from gcmodel.audit.bad_objects import BadObjects
from gcmodel.audit.detecting import reader_of
from gcmodel.audit.dump import Dump
from gcmodel.audit.feeding import builder_for, collecting_rarely
from gcmodel.audit.intake import Intake
from gcmodel.audit.opening import Meter, opened
from gcmodel.audit.trees import files_under
from gcmodel.errors import UsageError
from gcmodel.garbagecollector.graph_builder import GraphBuilder
from gcmodel.objects.places import shown
from gcmodel.versions.profile import Profile

DEFAULT_VERSION = "1.31"

Progress = Callable[[int, int | None, int], None]
"""Is told the bytes read, the bytes there are (None if unknown), and the objects."""


def load(
    source: Any,
    *,
    skip_bad: bool = False,
    kubernetes: str | Profile | None = None,
    progress: Progress | None = None,
    collect_rarely: bool = True,
) -> Dump:
    """Return what *source* holds, as the garbage collector would see it.

    Args:
        source: A path, to a file or a folder; a stream of text or bytes; or a list of
            these. What format and compression it has is seen from its first bytes.
        skip_bad: Go on after what cannot be read, and count it; otherwise the first
            such thing ends the reading, and nothing is returned.
        kubernetes: The version whose graph builder is used.
        progress: Called now and then while reading.
        collect_rarely: Raise the thresholds of Python's own garbage collector while
            reading, since all that is made is kept.

    Raises:
        UsageError: Something is wrong with the source; one line says what and where.
    """
    profile = Profile.for_version(DEFAULT_VERSION if kubernetes is None else kubernetes)
    bad = BadObjects(skip_bad)
    sources = _sources(source, bad)
    builder = builder_for(profile)
    intake = Intake(builder.graph, bad, several=len(sources) > 1)
    meter = Meter(_total(sources))
    if progress is not None:
        meter.tell = lambda: progress(meter.read, meter.total, intake.read)
    loading = _Loading(builder, intake, meter)
    with collecting_rarely(rarely=collect_rarely):
        for one in sources:
            loading.load(one)
    return Dump(
        builder.graph,
        read=intake.read,
        repeated=intake.repeated,
        bad=bad.count,
        bad_objects=tuple(bad.listed),
    )


@attrs.define
class _Loading:
    builder: GraphBuilder
    intake: Intake
    meter: Meter

    def load(self, source: Any) -> None:
        """Read one *source* to its end, or to where it cannot be read on."""
        bad = self.intake.bad
        try:
            with opened(source, self.meter, bad) as chunks:
                reader = reader_of(chunks, bad)
                self.builder.feed(self.intake.events(reader))
        except UsageError as error:
            bad.add(error)


def _sources(source: Any, bad: BadObjects) -> list[Any]:
    """Return the files and streams that *source* stands for."""
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        if path.is_dir():
            return list(files_under(path, bad))
        if not path.exists():
            raise UsageError(
                f"{path}: no such file or folder; give the path of a dump, or - for "
                "standard input on the command line"
            )
        return [path]
    if hasattr(source, "read"):
        return [source]
    if isinstance(source, Iterable) and not isinstance(source, bytes | dict):
        return [found for one in source for found in _sources(one, bad)]
    raise UsageError(
        f"source is {shown(source)}: must be a path or an open file; pass text as "
        "io.StringIO(…)"
    )


def _total(sources: list[Any]) -> int | None:
    """Return how many bytes there are; None if that shows only in reading."""
    try:
        paths = [one for one in sources if isinstance(one, Path) and one.is_file()]
        sizes = [path.stat().st_size for path in paths]
    except OSError:
        return None
    return sum(sizes) if len(sizes) == len(sources) else None
