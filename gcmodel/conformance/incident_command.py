"""``gcmodel conformance --incident FILE [--json]``: re-enact recorded incidents."""

from collections.abc import Callable, Iterator
from json import dumps
from pathlib import Path
from typing import TextIO

from gcmodel.conformance.incident_format import Recording, read_recording
from gcmodel.conformance.incident_report import KINDS, Finding, hold

AGREES = 0
DISAGREES = 1
SHOWN_MAX = 15
"""How many differences of a scenario are shown; all of them are in the JSON."""

Progress = Callable[[str], None]


def _silent(_name: str) -> None:
    """Show nothing."""


def run(
    file: str | Path, *, json: bool, out: TextIO, progress: Progress = _silent
) -> int:
    """Re-enact every scenario of *file* and write to *out* how it compares.

    Args:
        file: A recording, plain or gzipped.
        json: Write one JSON object in place of text.
        out: Where to.
        progress: Told the name of each scenario before it is re-enacted.

    Returns:
        The exit status: 0 if all evidence agrees, else 1.

    Raises:
        UsageError: The file cannot be read or is no recording; nothing was run.
    """
    recording = read_recording(Path(file))
    findings: list[Finding] = []
    for scenario in recording.scenarios:
        progress(scenario.name)
        findings.append(hold(recording, scenario))
    agree = all(finding.agrees for finding in findings)
    if json:
        scenarios = {finding.scenario: finding.to_dict() for finding in findings}
        out.write(dumps({"scenarios": scenarios, "agree": agree}) + "\n")
    else:
        out.writelines(f"{line}\n" for line in _text(recording, findings))
    return AGREES if agree else DISAGREES


def _text(recording: Recording, findings: list[Finding]) -> Iterator[str]:
    version = recording.version or "unknown"
    yield f"Recorded on Kubernetes {version}, re-enacted; agreeing of checked:"
    yield ""
    yield from _table(findings)
    for finding in findings:
        yield from _differences(finding)
    yield ""
    yield _verdict(findings)


def _table(findings: list[Finding]) -> Iterator[str]:
    rows = [["scenario", *KINDS], *(_row(finding) for finding in findings)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.rjust(width) if number else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def _row(finding: Finding) -> list[str]:
    counts = [
        f"{sum(check.agrees for check in checks)}/{len(checks)}"
        for checks in finding.checks.values()
    ]
    return [finding.scenario, *counts]


def _differences(finding: Finding) -> Iterator[str]:
    if finding.problem:
        yield ""
        yield f"{finding.scenario}: cannot be re-enacted: {finding.problem}"
    found = list(finding.differences())
    for kind, check in found[:SHOWN_MAX]:
        where, *rest = check.lines()
        yield ""
        yield f"{finding.scenario}, {kind}: {where}"
        yield from rest
    if len(found) > SHOWN_MAX:
        yield ""
        yield f"{finding.scenario}: {len(found) - SHOWN_MAX} more differences (--json)"


def _verdict(findings: list[Finding]) -> str:
    checks = [
        check
        for finding in findings
        for each in finding.checks.values()
        for check in each
    ]
    differing = sum(not check.agrees for check in checks)
    runs = sum(finding.runs for finding in findings)
    said = f"{differing} differ" if differing else "all agree"
    if broken := sum(bool(finding.problem) for finding in findings):
        said += f"; {broken} cannot be re-enacted"
    return (
        f"{len(findings)} scenarios in {runs} re-enactments: "
        f"{len(checks)} comparisons, {said}."
    )
