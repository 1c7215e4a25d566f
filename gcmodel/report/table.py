"""Tables of plain text: numbers to the right, everything else to the left."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

GAP = "  "


def table(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """Return *headers* and *rows* in aligned columns, as lines.

    The words of a header, which underscores divide, stand below each other.
    """
    words = [header.split("_") for header in headers]
    heads = [list(line) for line in zip_longest(*words, fillvalue="")]
    cells = [[shown(value) for value in row] for row in rows]
    columns = list(zip(*heads, *cells, strict=True))
    widths = [max(len(cell) for cell in column) for column in columns]
    rights = [
        all(_is_number(row[number]) for row in rows) for number in range(len(headers))
    ]
    lines = [*heads, ["-" * width for width in widths], *cells]
    return [_line(line, widths, rights) for line in lines]


def counted(number: int, noun: str) -> str:
    """Return ``1 Pod``, ``2 Pods``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def shown(value: Any) -> str:
    """Return *value* as a cell; nothing for what is not known."""
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.1f}"
        case dict():
            return " ".join(f"{key}={shown(one)}" for key, one in value.items()) or "-"
        case list():
            return " ".join(shown(one) for one in value) or "-"
        case _:
            return str(value)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and value is not True)


def _line(cells: Sequence[str], widths: Sequence[int], rights: Sequence[bool]) -> str:
    padded = [
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(cells, widths, rights, strict=True)
    ]
    return GAP.join(padded).rstrip()
