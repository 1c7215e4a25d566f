"""Requests: of the collector, of the controllers, and as the extension saw them."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from gcmodel.conformance.incident_checks import Check, equal
from gcmodel.conformance.incident_counts import Sighting, compare_counts
from gcmodel.conformance.incident_format import Step
from gcmodel.conformance.incident_symbols import masked
from gcmodel.objects.metadata import Json

_CONFLICT = 409
_OK = 300
_WRITES = ("delete", "patch")
_NOT_MODELLED = ("system:aggregator ", "system:kube-aggregator ")
"""The API server's own calls: of OpenAPI, which is not modelled, and health checks,
whose number depends on when retries fall."""

_SWEEP = {"deletecollection": 28, "list": 31}


def compare_requests(steps: Sequence[Step], modelled: Json) -> Iterator[Check]:
    """Compare the requests of every step."""
    theirs = modelled["steps"]
    yield from compare_counts(
        steps,
        _all(_collector, (step.record for step in steps)),
        _all(_collector, theirs),
    )
    yield from compare_counts(
        steps,
        _all(_controllers, (step.record for step in steps)),
        _all(_controllers, theirs),
        _allowance,
    )
    yield from compare_counts(
        steps,
        _all(_extension, (step.record for step in steps)),
        _all(_extension, theirs),
    )
    yield from compare_counts(
        steps,
        _all(_discovery_counts, (step.record for step in steps)),
        _all(_discovery, theirs),
    )
    for step, got in zip(steps, theirs, strict=True):
        yield from _counted(step, got)
        yield from _orders(step, got)
        yield from _answers(step, got)


def _all(
    sightings: Callable[[int, Json], Iterable[Sighting]], records: Iterable[Json]
) -> Iterator[Sighting]:
    for number, record in enumerate(records):
        yield from sightings(number, record)


def _collector(number: int, record: Json) -> Iterator[Sighting]:
    reads: set[str] = set()
    for call in record.get("gc_calls", ()):
        said = f"collector: {_call(call)}"
        # A conflict is a lost race, and what is read twice was worth a second look.
        if call["code"] == _CONFLICT or said in reads:
            continue
        if call["verb"] == "get":
            reads.add(said)
        yield Sighting(number, said, call["t"])


def _call(call: Json) -> str:
    key = "/".join(part for part in (call.get("namespace"), call["name"]) if part)
    said = f"{call['verb']} {_plain(call['resource'])} {key} → {call['code']}"
    if call.get("body"):
        said += f" {json.dumps(call['body'], sort_keys=True)}"
    return masked(said)


def _plain(resource: str) -> str:
    """Return ``apps/v1 replicasets``, as recorded, as ``replicasets.apps``."""
    version, blank, plural = resource.rpartition(" ")
    group, slash, _ = version.rpartition("/")
    return f"{plural}.{group}" if blank and slash else plural


def _controllers(number: int, record: Json) -> Iterator[Sighting]:
    seen: set[str] = set()
    for call in record.get("controller_calls", ()):
        if call["code"] == _CONFLICT and call["resource"].endswith("/status"):
            # A lost race on a status is made up for by the next turn.
            continue
        said = (
            f"{call['by']}: {call['verb']} {call['resource']} "
            f"{call.get('name') or '(generated)'} → {call['code']}"
        )
        taken = call["code"] == _CONFLICT and call["verb"] == "create"
        if taken and said in seen:
            # The same name once more, after a lost race on the status.
            continue
        seen.add(said)
        yield Sighting(number, said, call["t"])


def _allowance(what: str, recorded: int) -> int:
    return 1 if what.startswith("namespace: deletecollection") and recorded > 1 else 0


def _extension(number: int, record: Json) -> Iterator[Sighting]:
    for call in record.get("extension_requests", ()):
        query = {
            key: value
            for key, value in call.get("query", {}).items()
            if key in ("limit", "resourceVersion")
        }
        said = f"extension: {call['user']} {call['verb']} {query} → {call['status']}"
        yield Sighting(number, said, call["t"])


def _discovery_counts(number: int, record: Json) -> Iterator[Sighting]:
    for what, count in record.get("extension_discovery_requests", {}).items():
        if not what.startswith(_NOT_MODELLED):
            yield Sighting(number, f"extension discovery: {what}", count=int(count))


def _discovery(number: int, record: Json) -> Iterator[Sighting]:
    for what, t in record["extension_discovery_requests"]:
        yield Sighting(number, f"extension discovery: {what}", t)


def _counted(step: Step, got: Json) -> Iterator[Check]:
    """Compare counts that come without times."""
    mine = step.record.get("namespace_controller_calls", {})
    theirs = got["namespace_controller_calls"]
    for what in dict.fromkeys([*mine, *theirs]):
        expected, found = int(mine.get(what, 0)), int(theirs.get(what, 0))
        one_pass = _SWEEP.get(what.split()[0], 1) + 1
        slack = one_pass if expected > one_pass else 0
        agrees = abs(expected - found) <= slack
        said = f"namespace sweep: {what}"
        yield Check(step.name, said, expected, found, agrees, varies=True)


def _orders(step: Step, got: Json) -> Iterator[Check]:
    """Compare the order of the collector's writes on an owner and its dependents.

    Writes on objects that have nothing to do with each other race.
    """
    expected, theirs = _writes(step.record), _writes(got)
    for place, first in enumerate(expected):
        for second in expected[place + 1 :]:
            if not _related(first, second) or not {first, second} <= set(theirs):
                continue
            kept = theirs.index(first) < theirs.index(second)
            what = f"order of {_brief(first)} and {_brief(second)}"
            said = "this order" if kept else "the other"
            yield Check(step.name, what, "this order", said, kept)


Write = tuple[str, str, str, str]


def _writes(record: Json) -> list[Write]:
    return [
        (
            call["verb"],
            _plain(call["resource"]),
            str(call.get("namespace")),
            masked(call["name"]),
        )
        for call in record.get("gc_calls", ())
        if call["verb"] in _WRITES and call["code"] < _OK
    ]


def _related(first: Write, second: Write) -> bool:
    if first[2] != second[2] or first[1] == second[1]:
        return False
    return first[3].startswith(f"{second[3]}-") or second[3].startswith(f"{first[3]}-")


def _brief(write: Write) -> str:
    return f"{write[0]} {write[1]} {write[3]}"


def _answers(step: Step, got: Json) -> Iterator[Check]:
    """Compare what whoever acted was answered."""
    mine, theirs = step.record.get("measured", {}), got["measured"]
    for what, expected in mine.items():
        who, _, aspect = what.rpartition("_")
        if who and aspect in ("status", "items") and what in theirs:
            yield equal(step.name, f"answer: {what}", expected, theirs[what])
        elif aspect == "body" and what in theirs:
            said = [_message(body) for body in (expected, theirs[what])]
            yield equal(step.name, f"answer: {what}", *said)


def _message(body: Any) -> Any:
    return body.get("message") if isinstance(body, dict) else body
