"""Writes the table and the plot of a run into the documents.

``python -m benchmarks.page RESULTS.json``: RESULTS is what ``make bench`` wrote. The
page keeps its text; what stands between the two marks is replaced.
"""

import json
import sys
from pathlib import Path

from benchmarks.plot import drawn

DOCS = Path(__file__).parents[1] / "docs" / "explanation"
PAGE, PLOT = DOCS / "performance.md", DOCS / "performance.svg"
BEGIN, END = "<!-- results -->\n", "<!-- end of results -->"
SHOWN = ("ours", "floor", "networkx")


def main(results: Path) -> None:
    """Bring the page up to date."""
    found = json.loads(results.read_text(encoding="utf-8"))
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    table = "\n".join(_lines(found))
    PAGE.write_text(f"{head}{BEGIN}\n{table}\n\n{END}{tail}", encoding="utf-8")
    PLOT.write_text(drawn(found["curve"]), encoding="utf-8")


def _lines(found: dict) -> list[str]:
    head = ["what", "unit", *SHOWN, "others", "reached", "target", ""]
    lines = [_row(head), _row(["---"] * len(head))]
    for contest in found["contests"]:
        lines += [_row(cells) for cells in _rows(contest)]
    return lines


def _rows(contest: dict) -> list[list[str]]:
    entrants = {
        name: of["best"]
        for name, of in contest["entrants"].items()
        if of["best"] is not None
    }
    others = ", ".join(
        f"{name} {_number(best)}"
        for name, best in entrants.items()
        if name not in SHOWN
    )
    shown = [_number(entrants.get(name)) for name in SHOWN]
    first = [contest["what"], contest["unit"], *shown, others]
    targets = [_target(one) for one in contest["targets"]] or [["", "", ""]]
    rest = [[""] * len(first)] * (len(targets) - 1)
    return [left + right for left, right in zip([first, *rest], targets, strict=True)]


def _target(one: dict) -> list[str]:
    by = f"× {one['to']}" if one["to"] else ""
    sign = "≥" if one["at_least"] else "≤"
    reached = "-" if one["reached"] is None else f"{one['reached']:.3g}{by[:1]}"
    word = {True: "met", False: "**missed**", None: "not measured"}[one["met"]]
    return [reached, f"{sign} {one['bound']:,.3g}{by}", word]


def _number(value: float | None) -> str:
    return "" if value is None else f"{float(f'{value:.3g}'):,.6g}"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
