"""Log lines: levels, verbosities and texts in each step, and orders that are fixed."""

import re
from collections.abc import Iterable, Iterator, Sequence

from gcmodel.conformance.incident_checks import Check
from gcmodel.conformance.incident_counts import Sighting, compare_counts
from gcmodel.conformance.incident_format import Recording, Step
from gcmodel.conformance.incident_symbols import masked, shortened
from gcmodel.objects.metadata import Json

_MONITOR = re.compile(r"(?<=not yet synced: )(.*)")
_INFORMER = re.compile(r'(?<=shared informer for resource )".*')
_CUT = " ..."
_SYNCING = "syncing garbage collector"
_PASSES = ("namespaced_resources_deleter.go", "namespace_controller.go")
_POLLS = (" not yet synced: ", "monitor not synced: no monitors")
_POLL_SHARE = 0.02
_COLLISION = "Found a hash collision"
_SYNC_LINES = re.compile(
    r"garbagecollector\.go:(190|206|213|219|229|234|242|254|703|705)\b"
    r"|graph_builder\.go:(229|261)\b|shared_informer\.go:(243|266)\b"
)
_SUBJECT = re.compile(r"\b[DRPCNX]\d+\b")
_NAMESPACE = re.compile(r"namespace:? \"?([a-z0-9-]+)")


def compare_lines(
    recording: Recording, steps: Sequence[Step], modelled: Json
) -> Iterator[Check]:
    """Compare the log lines of every step."""
    expected = [list(step.record.get("logs", ())) for step in steps]
    got = [list(step["logs"]) for step in modelled["steps"]]
    yield from compare_counts(
        steps,
        _sightings(recording, expected),
        _sightings(recording, got),
        _allowance,
    )
    for step, before, after in zip(steps, expected, got, strict=True):
        yield from _orders(recording, step.name, before, after)


def _sightings(recording: Recording, steps: list[list[Json]]) -> Iterator[Sighting]:
    for number, lines in enumerate(steps):
        for line in lines:
            what, count = _reading(recording, line), int(line.get("count", 1))
            if _COLLISION in what:
                # A lost race counts up to the same number once more.
                count = (
                    0
                    if any(
                        _reading(recording, one) == what
                        for one in lines[: lines.index(line)]
                    )
                    else 1
                )
            if count:
                yield Sighting(number, what, line["t"], count, line.get("t_last"))


def _reading(recording: Recording, line: Json) -> str:
    """Return what a line says, without what differs from run to run."""
    text = masked(str(line["text"]))
    if _SYNCING in text:
        text = _without_list(text)
    text = _INFORMER.sub("…", text)
    found = _MONITOR.search(text)
    if found is not None and found[0] in recording.built_in:
        text = _MONITOR.sub("some built-in resource", text)
    verbosity = line.get("v", "") if line["level"] == "I" else ""
    return f"{line['level']}{verbosity} {line['src']} {text}"


def _without_list(text: str) -> str:
    head, added, rest = text.partition("added: [")
    if rest.endswith(_CUT) or rest.count("Resource=") > 5:  # noqa: PLR2004
        return f"{head}{added}…"
    return shortened(text)


def _allowance(what: str, recorded: int) -> int:
    if any(poll in what for poll in _POLLS):
        return 3 + int(recorded * _POLL_SHARE)
    if any(source in what for source in _PASSES) and recorded > 1:
        # Passes over a namespace back off; the last may fall beyond the step.
        return 1
    return 0


# Orders


def _orders(
    recording: Recording, step: str, expected: Iterable[Json], got: Iterable[Json]
) -> Iterator[Check]:
    before, after = _threads(recording, expected), _threads(recording, got)
    for thread in before.keys() & after.keys():
        common = set(before[thread]) & set(after[thread])
        mine = [line for line in before[thread] if line in common]
        theirs = [line for line in after[thread] if line in common]
        if len(common) > 1:
            what = f"order of lines of {thread}"
            yield Check(step, what, mine, theirs, mine == theirs)


def _threads(recording: Recording, lines: Iterable[Json]) -> dict[str, list[str]]:
    """Return the first sightings of lines that come from one place in one order."""
    threads: dict[str, dict[str, None]] = {}
    for line in sorted(lines, key=lambda line: float(line["t"])):
        thread = _thread(line)
        if thread is not None:
            threads.setdefault(thread, {})[_reading(recording, line)] = None
    return {thread: list(seen) for thread, seen in threads.items()}


def _thread(line: Json) -> str | None:
    source, text = str(line["src"]), str(line["text"])
    if _SYNC_LINES.match(source):
        return "the sync loop"
    if source.startswith(_PASSES):
        found = _NAMESPACE.search(text)
        return None if found is None else f"namespace {found[1]}"
    if source.startswith("garbagecollector.go"):
        found = _SUBJECT.search(text)
        return None if found is None else f"object {found[0]}"
    if source in ("reflector.go:138", "reflector.go:436"):
        return "the reflector"
    return None
