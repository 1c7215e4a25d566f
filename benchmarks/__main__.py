"""Prints the table of what gcmodel costs: ``python -m benchmarks [TIMES]``."""

import sys

from benchmarks.rows import rows

HEAD = ("what", "best", "median", "target", "")
WIDTHS = (40, 18, 18, 18, 6)
TIMES = 5


def main(times: int) -> None:
    """Measure every row *times* times and print it as soon as it is known."""
    _print_row(HEAD)
    for row in rows():
        _print_row(row.run(times))


def _print_row(cells: tuple[str, ...]) -> None:
    line = (cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    print("".join(line).rstrip(), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TIMES)
