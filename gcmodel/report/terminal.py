"""Text for people: colour where it is seen, signs that the reader's screen has."""

import os
import shutil
import textwrap
from collections.abc import Iterable
from typing import TextIO

import attrs

WIDTH = 100
"""Columns that a line may have, where no terminal has fewer."""

WIDTH_MIN = 40
"""On a terminal that is narrower still, lines break wherever they do."""

ROOM_MIN = 24
"""Columns that text needs beside a margin."""

INDENT = 4
"""Columns by which it is set in if it does not have them."""

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}
_PLAIN_SIGNS = str.maketrans(
    {
        "└": "`",
        "├": "|",
        "│": "|",
        "─": "-",
        "↳": ">",
        "…": "~",
        "·": "-",
        "✓": "y",
        "✗": "n",
        "→": ">",
    }
)


@attrs.frozen
class Terminal:
    """Where text goes.

    * **Plain unless seen**: colour is used on a terminal only, and not at all if
      ``NO_COLOR`` is set.
    * **No wider than seen**: on a terminal lines have its columns, up to 100.
    * **Always printable**: signs that the output cannot show are replaced.
    """

    stream: TextIO
    colours: bool = False
    width: int = WIDTH

    @classmethod
    def on(cls, stream: TextIO) -> "Terminal":
        """Return what *stream* can do."""
        if not stream.isatty():
            return cls(stream)
        dumb = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        columns = shutil.get_terminal_size(fallback=(WIDTH, 0)).columns
        return cls(stream, not dumb, max(WIDTH_MIN, min(columns, WIDTH)))

    def paint(self, text: str, *styles: str) -> str:
        """Return *text* in *styles*, such as ``red`` or ``bold``."""
        codes = ";".join(_CODES[style] for style in styles)
        if not self.colours or not codes or not text:
            return text
        return f"\x1b[{codes}m{text}\x1b[0m"

    def print(self, line: str = "") -> None:
        """Print one line."""
        self.stream.write(self.printable(line) + "\n")

    def print_all(self, lines: Iterable[str]) -> None:
        """Print lines."""
        for line in lines:
            self.print(line)

    def print_wrapped(
        self, text: str, indent: str = "", first: str | None = None
    ) -> None:
        """Print *text* in lines that fit."""
        self.print_all(self.wrapped(text, indent, first))

    def wrapped(
        self, text: str, indent: str = "", first: str | None = None
    ) -> list[str]:
        """Return *text* in lines that fit."""
        return wrapped(text, indent, first, self.width)

    def beside(self, margin: str, text: str) -> list[str]:
        """Return *text* to the right of *margin*, or below it if there is no room."""
        indent = self.indent(margin)
        if len(indent) == len(margin):
            return self.wrapped(text, indent, margin)
        return [margin.rstrip(), *self.wrapped(text, indent)]

    def indent(self, margin: str) -> str:
        """Return what stands before the further lines of what *margin* begins."""
        fits = self.width - len(margin) >= ROOM_MIN
        return " " * (len(margin) if fits else INDENT)

    def heading(self, text: str) -> None:
        """Print a heading, set off from what came before."""
        self.print()
        self.print_bold(text)

    def print_bold(self, text: str) -> None:
        """Print *text* in bold, in lines that fit."""
        self.print_all(self.paint(line, "bold") for line in self.wrapped(text))

    def printable(self, line: str) -> str:
        """Return *line* with what the stream cannot show replaced."""
        encoding = getattr(self.stream, "encoding", None) or "utf-8"
        try:
            line.encode(encoding)
        except (UnicodeEncodeError, LookupError):
            plain = line.translate(_PLAIN_SIGNS)
            return plain.encode("ascii", "replace").decode("ascii")
        return line


def wrapped(
    text: str, indent: str = "", first: str | None = None, width: int = WIDTH
) -> list[str]:
    """Return *text* in lines of at most *width* columns."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
