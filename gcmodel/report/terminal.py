"""Text for people: colour where it is seen, signs that the reader's screen has."""

import os
import textwrap
from collections.abc import Iterable
from typing import TextIO

import attrs

WIDTH = 100
"""Columns that a line may have."""

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
    * **Always printable**: signs that the output cannot show are replaced.
    """

    stream: TextIO
    colours: bool = False

    @classmethod
    def on(cls, stream: TextIO) -> "Terminal":
        """Return what *stream* can do."""
        dumb = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        return cls(stream, stream.isatty() and not dumb)

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

    def heading(self, text: str) -> None:
        """Print a heading, set off from what came before."""
        self.print()
        self.print(self.paint(text, "bold"))

    def printable(self, line: str) -> str:
        """Return *line* with what the stream cannot show replaced."""
        encoding = getattr(self.stream, "encoding", None) or "utf-8"
        try:
            line.encode(encoding)
        except (UnicodeEncodeError, LookupError):
            plain = line.translate(_PLAIN_SIGNS)
            return plain.encode("ascii", "replace").decode("ascii")
        return line


def wrapped(text: str, indent: str = "", first: str | None = None) -> list[str]:
    """Return *text* in lines of at most :data:`WIDTH` columns."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
