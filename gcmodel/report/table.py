"""Tables of plain text: numbers to the right, everything else to the left."""

from collections.abc import Sequence
from typing import Any

GAP = "  "


def table(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """Return *headers* and *rows* in aligned columns, as lines."""
    cells = [[shown(value) for value in row] for row in rows]
    columns = list(zip(headers, *cells, strict=True))
    widths = [max(len(cell) for cell in column) for column in columns]
    rights = [
        all(_is_number(row[number]) for row in rows) for number in range(len(headers))
    ]
    lines = [headers, ["-" * width for width in widths], *cells]
    return [_line(line, widths, rights) for line in lines]


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
