"""The end of a story: who did it, to whom, why, and how to get out."""

from collections.abc import Iterator, Sequence

import attrs

from gcmodel.report.terminal import Terminal

_LABEL = 14


@attrs.frozen
class WayOut:
    """Something that can be done.

    Attributes:
        name: How to ask for it.
        cures: Whether collection works again afterwards.
        taken: This run did it.
    """

    name: str
    title: str
    cures: bool
    taken: bool


@attrs.frozen(kw_only=True)
class Verdict:
    """What a run came to.

    Attributes:
        culprit: The resource that is to blame; empty if none is.
        nobody: What is said in place of a culprit.
        so_far: Why this is not the whole story; empty if it is.
        identity: The user as whom it was asked.
        error: What that user was told.
        asked: How it was asked.
        cause: Why that is so.
        effect: What it meant for the cluster.
        ways_out: What can be done.
    """

    culprit: str
    identity: str
    error: str
    cause: str
    effect: str
    ways_out: Sequence[WayOut]
    nobody: str = "none: every monitor has synced"
    so_far: str = ""
    asked: str = "listed as"


def render(verdict: Verdict, terminal: Terminal) -> Iterator[str]:
    """Walk the verdict as lines."""
    if verdict.so_far:
        yield from _entry("so far", verdict.so_far, terminal, "yellow")
    if verdict.culprit:
        yield from _entry("culprit", verdict.culprit, terminal, "red", "bold")
        yield from _entry(verdict.asked, verdict.identity, terminal)
        yield from _entry("told", verdict.error, terminal)
    else:
        yield from _entry("culprit", verdict.nobody, terminal)
    yield from _entry("cause", verdict.cause, terminal)
    yield from _entry("effect", verdict.effect, terminal)
    yield from _ways_out(verdict.ways_out, terminal)


def _ways_out(ways: Sequence[WayOut], terminal: Terminal) -> Iterator[str]:
    label = "ways out"
    width = max((len(way.name) for way in ways), default=0)
    for way in ways:
        sign, style = ("✓", "green") if way.cures else ("✗", "red")
        helps = "" if way.cures else "; this does not help"
        taken = " (taken in this run)" if way.taken else ""
        margin = f"{label:{_LABEL}}{sign} {way.name:{width}}  "
        text = f"{way.title}{helps}{taken}"
        first, *more = terminal.beside(margin, text)
        yield first.replace(sign, terminal.paint(sign, style), 1)
        yield from more
        label = ""


def _entry(label: str, text: str, terminal: Terminal, *styles: str) -> Iterator[str]:
    lines = terminal.wrapped(text, " " * _LABEL, f"{label:{_LABEL}}")
    for line in lines:
        yield f"{line[:_LABEL]}{terminal.paint(line[_LABEL:], *styles)}"
