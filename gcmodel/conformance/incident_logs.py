"""What the controller manager logged in a step: texts, levels, and their order.

Lines that say the same are compared once, since how often a poll speaks depends on
the milliseconds of the machine. What is compared without its resource is a poll that
names whichever monitor Go's map shows first.
"""

import re
from collections.abc import Iterable, Iterator

import attrs

from gcmodel.conformance.enactment import Enacted
from gcmodel.conformance.incident_checks import Check, Symbols, equal, plain
from gcmodel.conformance.recording import RecordedScenario, RecordedStep
from gcmodel.kernel.durations import MILLISECOND
from gcmodel.kernel.trace import TraceRecord

SLACK_NS = 500 * MILLISECOND
"""A line may fall on the other side of the border between two steps."""

_CUT = " ..."
_ANY_RESOURCE = re.compile(
    r"(not yet synced: (?!ext\.cattle)|using a shared informer for resource ).*"
)
_SYNC = re.compile(
    r"^(syncing garbage|reset restmapper|synced monitors|resynced|stop requested"
    r"|unable to sync|timed out waiting|synced garbage|no resource updates"
    r"|failed to discover)"
)
_PEOPLE = ("gc-", "graph-builder", "discovery", "reflector", "namespace", "deployment")
_NAMED_WAIT = re.compile(r"(?:to sync|synced) for (?!garbage collector)")
_UNORDERED = frozenset({"caches populated", "stop requested"})


@attrs.frozen
class Line:
    """A line as it is compared."""

    level: str
    v: int
    text: str


def check_logs(
    scenario: RecordedScenario, enacted: Enacted, symbols: Symbols
) -> Iterator[Check]:
    """Compare which lines each step has, and the order of the sync loop's."""
    lines = list(_shown(enacted.records, symbols))
    for position, step in enumerate(scenario.steps):
        near = scenario.steps[max(0, position - 1) : position + 2]
        yield from _check_step(step, near, lines)


def _check_step(
    step: RecordedStep, near: Iterable[RecordedStep], lines: list[tuple[int, Line]]
) -> Iterator[Check]:
    expected = list(dict.fromkeys(_recorded(step)))
    got = list(dict.fromkeys(_between(lines, step.start_ns, step.end_ns)))
    around = _between(lines, step.start_ns - SLACK_NS, step.end_ns + SLACK_NS)
    for line in expected:
        match = next((one for one in [*got, *around] if _same(line, one)), None)
        yield Check(
            "log lines",
            step.name,
            f"{line.level} v={line.v}",
            line.text,
            None if match is None else match.text,
            match is not None,
        )
    known = [line for one in near for line in _recorded(one)]
    for line in got:
        if not any(_same(one, line) for one in known):
            what = f"{line.level} v={line.v}"
            yield Check("log lines", step.name, what, None, line.text, agrees=False)
    yield equal(
        "log lines",
        step.name,
        "order of the sync loop's lines",
        _sync_order(expected),
        _sync_order(line for line in got if any(_same(one, line) for one in expected)),
    )


def _between(lines: list[tuple[int, Line]], start_ns: int, end_ns: int) -> list[Line]:
    return [line for at_ns, line in lines if start_ns <= at_ns < end_ns]


def _recorded(step: RecordedStep) -> Iterator[Line]:
    for one in step.records("logs"):
        yield Line(one["level"], one.get("v") or 0, _comparable(one["text"]))


def _shown(
    records: Iterable[TraceRecord], symbols: Symbols
) -> Iterator[tuple[int, Line]]:
    for record in records:
        fields = record.fields
        if record.what != "log" or not _is_recorded(record.actor, fields["text"]):
            continue
        text = _comparable(symbols.in_text(fields["text"]))
        yield record.at_ns, Line(fields["level"], fields["v"], text)


def _is_recorded(actor: str, text: str) -> bool:
    if text == "caches populated":
        return True
    if _NAMED_WAIT.search(text) or not actor.startswith(_PEOPLE):
        return False
    if actor.startswith("deployment"):
        return text.startswith("Found a hash collision")
    if actor.startswith("namespace"):
        return "caches" not in text
    return not actor.startswith("reflector") or "PartialObjectMetadata" in text


def _comparable(text: str) -> str:
    text = _ANY_RESOURCE.sub(r"\1*", plain(text.split("\n", maxsplit=1)[0]))
    text = re.sub(r"stream ID \d+", "stream ID *", text)
    return text.strip()


def _same(expected: Line, got: Line) -> bool:
    if (expected.level, expected.v) != (got.level, got.v):
        return False
    if expected.text.endswith(_CUT.strip()):
        return got.text.startswith(expected.text.removesuffix(_CUT.strip()).strip())
    return expected.text == got.text


def _sync_order(lines: Iterable[Line]) -> list[str]:
    return [
        line.text[:60]
        for line in lines
        if _SYNC.match(line.text) and line.text not in _UNORDERED
    ]
