# ruff: noqa: INP001  (a script)
"""Writes the rates of agreement into the page on fidelity.

Run it as ``python -m docs.rates 2030-12-31``, with the date on which you do: it replays
all recordings, which takes a minute. Tests hold the counts to the recordings.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from docs.generate import code, table
from gcmodel.conformance.command import summarize
from gcmodel.conformance.comparison import EVIDENCE
from gcmodel.conformance.incident_format import read_recording
from gcmodel.conformance.incident_report import KINDS, Finding, hold
from gcmodel.conformance.summary import Summary

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "explanation" / "fidelity.md"
DATA = ROOT / "tests" / "data" / "conformance"
PROGRAMS = sorted(DATA.glob("programs/*.jsonl.gz"))
INCIDENT = DATA / "incident" / "incident-1.20.2.json.gz"
_BLOCK = re.compile(r"(?<=<!-- rates -->\n).*?(?=<!-- end of rates -->)", re.DOTALL)


def of_programs(summary: Summary) -> str:
    """Render how far the model agrees with the recorded programs."""
    rows = [(kind, summary.agreed[kind], summary.checked[kind]) for kind in EVIDENCE]
    racy = ("outcomes of racy programs", summary.reached, summary.outcomes)
    whole = ("programs in everything", summary.agree, summary.programs)
    head = ("evidence of programs", "agree", "of")
    return "\n".join(table(head, [*rows, racy, whole]))


def of_incident(findings: Iterable[Finding]) -> str:
    """Render how far the model agrees with the recorded stalls."""
    rows = [
        (
            code(finding.scenario),
            *(
                f"{sum(check.agrees for check in checks)} of {len(checks)}"
                for checks in finding.checks.values()
            ),
        )
        for finding in findings
    ]
    return "\n".join(table(("scenario", *KINDS), rows))


def _block(date: str) -> Iterator[str]:
    recording = read_recording(INCIDENT)
    findings = [hold(recording, one) for one in recording.scenarios]
    yield (
        f"Measured on {date} by `python -m docs.rates`, with the recordings of "
        "Kubernetes 1.20.2 in `tests/data/conformance`:"
    )
    yield of_programs(summarize(PROGRAMS))
    yield of_incident(findings)


def main(date: str) -> None:
    """Replay everything and write the page."""
    page = PAGE.read_text(encoding="utf-8")
    block = "\n" + "\n\n".join(_block(date)) + "\n\n"
    PAGE.write_text(_BLOCK.sub(lambda _: block, page), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
