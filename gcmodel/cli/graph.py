"""``gcmodel graph FILE…``: what a dump says of owners and dependents."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from gcmodel.errors import UsageError
from gcmodel.report.table import counted

if TYPE_CHECKING:
    from gcmodel.audit import Dump
    from gcmodel.garbagecollector.graph import DependencyGraph

FORMATS = ("text", "dot", "mermaid", "graphml", "json")


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("graph", help="read dumps, and tell who owns what")
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="a dump, a folder of dumps, or - for standard input",
    )
    parser.add_argument(
        "--format",
        metavar="F",
        default="text",
        help=f"{', '.join(FORMATS)} (default: text, a summary)",
    )
    parser.add_argument(
        "--uid", metavar="UID", default="", help="only this object and its relatives"
    )
    parser.add_argument(
        "--root",
        metavar="KIND/NAME",
        default="",
        help="likewise, for an object such as Deployment/web",
    )
    parser.add_argument("-n", metavar="NS", dest="namespace", help="where it lives")
    parser.add_argument(
        "--kubernetes", metavar="V", help="the version, such as 1.31 (the default)"
    )
    parser.add_argument(
        "--skip-bad",
        action="store_true",
        help="go on after what cannot be read, and count it",
    )
    parser.add_argument("-o", metavar="FILE", dest="output", help="write to FILE")
    parser.set_defaults(perform=perform)


def perform(arguments: argparse.Namespace) -> int:
    """Read, cut out, and print."""
    _check(arguments)
    dump = _load(arguments)
    part = dump.graph
    if arguments.uid or arguments.root:
        part = dump.part(
            uid=arguments.uid, root=arguments.root, namespace=arguments.namespace
        )
    with _output(arguments.output) as out:
        out.writelines(f"{line}\n" for line in _lines(arguments.format, dump, part))
    for one in dump.bad_objects if arguments.format != "text" else ():
        print(f"gcmodel: skipped: {one}", file=sys.stderr)
    if dump.bad and arguments.format != "text":
        print(f"gcmodel: {_skipped(dump)}", file=sys.stderr)
    return 0 if dump.is_whole else 1


def _check(arguments: argparse.Namespace) -> None:
    if arguments.format not in FORMATS:
        raise UsageError(
            f"format={arguments.format!r}: not a format; use one of "
            f"{', '.join(FORMATS)}"
        )
    if arguments.uid and arguments.root:
        raise UsageError("--uid and --root: only one object can be cut out; give one")
    if arguments.namespace is not None and not arguments.root:
        raise UsageError("-n: says where --root lives; give --root as well")


def _load(arguments: argparse.Namespace) -> "Dump":
    # Slow to load.
    from gcmodel.audit import load
    from gcmodel.cli.progress import Progress

    sources = [_standard_input() if one == "-" else one for one in arguments.files]
    progress = Progress.on(sys.stderr)
    try:
        return load(
            sources[0] if len(sources) == 1 else sources,
            skip_bad=arguments.skip_bad,
            kubernetes=arguments.kubernetes,
            progress=progress.show_reading,
        )
    finally:
        progress.clear()


def _standard_input() -> Any:
    if sys.stdin is None:  # closed before the process began
        raise UsageError("-: standard input is closed; give the path of a dump")
    return sys.stdin.buffer


@contextmanager
def _output(path: str | None) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
        return
    try:
        file = open(path, "w", encoding="utf-8", errors="backslashreplace")  # noqa: PTH123, SIM115  (closed below)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"-o {path}: cannot be written ({reason}); name another file"
        ) from error
    with file:
        yield file


def _lines(form: str, dump: "Dump", part: "DependencyGraph") -> Iterator[str]:
    if form == "text":
        from gcmodel.audit.summary import Summary
        from gcmodel.audit.summary_text import lines_of

        if dump.bad:
            yield _skipped(dump)
            yield ""
        yield from lines_of(Summary.of(part, whole=dump.graph))
        if dump.repeated:
            yield f"repeated        {dump.repeated:,}, read once"
        if dump.bad:
            yield ""
            yield f"skipped: {dump.bad:,}"
            yield from (f"  {one}" for one in dump.bad_objects)
        return
    from gcmodel.report.graph_formats import FORMATS as WRITERS

    yield from WRITERS[form](part)


def _skipped(dump: "Dump") -> str:
    return (
        f"NOT WHOLE: {dump.bad:,} bad skipped; this tells of what could be read, "
        f"{counted(dump.read, 'object')}"
    )
