"""Where in its source something stands, so that a complaint can point at it."""

import attrs

from gcmodel import errors
from gcmodel.errors import UsageError

Path = tuple[str | int, ...]


@attrs.frozen
class Place:
    """A position in a file, a text, or a value.

    Attributes:
        origin: The file, or another name for the source; may be empty.
        line: Counted from 1; 0 where there are no lines.
        document: Counted from 1, among *documents*.
        path: The way into the document, as ``("items", 2, "metadata")``.
    """

    origin: str = ""
    line: int = 0
    document: int = 1
    documents: int = 1
    path: Path = ()

    def at(self, *parts: str | int) -> "Place":
        """Return the place that *parts* lead to from here."""
        return attrs.evolve(self, path=self.path + parts)

    def on_line(self, line: int) -> "Place":
        """Return the same place, known to be on *line*."""
        return attrs.evolve(self, line=line)

    def error(self, problem: str) -> UsageError:
        """Return the complaint that what stands here *problem*, a verb and its rest."""
        subject = path_text(self.path) or "the manifest"
        return UsageError(": ".join([*self._whereabouts(), f"{subject} {problem}"]))

    def __str__(self) -> str:
        """Render as ``file:line: document 2``; empty if there is nothing to tell."""
        return ": ".join(self._whereabouts())

    def _whereabouts(self) -> list[str]:
        parts = []
        if self.origin:
            parts.append(f"{self.origin}:{self.line}" if self.line else self.origin)
        elif self.line:
            parts.append(f"line {self.line}")
        if self.documents > 1:
            parts.append(f"document {self.document}")
        return parts


def path_text(path: Path) -> str:
    """Render as Kubernetes does: ``items[2].metadata.labels[example.com/a]``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.isidentifier():
            text += f".{part}" if text else part
        else:
            text += f"[{part if part.isprintable() else ascii(part)}]"
    return text


_SHOWN_MAX = 60


def shown(value: object) -> str:
    """Say in a few words on one line what *value* is: ``the number 7``."""
    match value:
        case None:
            return "null"
        case bool():
            return f"the boolean {str(value).lower()}"
        case int() | float():
            return f"the number {errors.shown(value)}"
        case str():
            return f"the string {_short(ascii(value))}"
        case dict():
            return "an object"
        case list() | tuple():
            return "a list"
        case _:
            return f"of type {type(value).__name__}"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"
