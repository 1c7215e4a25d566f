"""What a step counts: the collector's calls, graph events, and queue metrics."""

import json
from collections import Counter
from collections.abc import Iterator

from gcmodel.conformance.enactment import SERVICE_NAMESPACE, SeenStep
from gcmodel.conformance.incident_checks import Check, Symbols, close, equal, plain
from gcmodel.conformance.recording import RecordedStep
from gcmodel.kernel.trace import TraceRecord
from gcmodel.objects.identity import GroupVersionResource
from gcmodel.objects.metadata import Json

COLLECTOR = "system:serviceaccount:kube-system:generic-garbage-collector"
SYSTEM = ("kube-system", "kube-public", "kube-node-lease", SERVICE_NAMESPACE)
WRITES = ("patch", "delete")
STATUS_RACE = 3
"""A status update that loses against another one is sent again: updates may differ."""

RACING = ("apps/v1/Deployment update", "apps/v1/ReplicaSet update", "v1/Pod update")
GRAPH_SLACK = 0.1
UNFINISHED_S = 0.7
"""How far the metric of unfinished work may lag: it is refreshed twice a second."""


def check_calls(
    step: RecordedStep, seen: SeenStep, symbols: Symbols
) -> Iterator[Check]:
    """Compare what the collector wrote, and what it read, as sets."""
    expected = [_recorded_call(one) for one in step.records("gc_calls")]
    got = [
        _shown_call(record, symbols)
        for record in seen.records
        if record.what == "api.request" and _is_live_call(record)
    ]
    for title, verbs in (("writes", WRITES), ("reads", ("get",))):
        for call in sorted(_of(expected, verbs) | _of(got, verbs)):
            recorded = call in _of(expected, verbs)
            shown = call in _of(got, verbs)
            yield Check(
                "calls",
                step.name,
                title,
                call if recorded else None,
                call if shown else None,
                recorded == shown,
            )


def _of(calls: list[Json], verbs: tuple[str, ...]) -> set[str]:
    # A conflict is a lost race, and a read of what is gone may come twice or not.
    return {
        json.dumps(call, sort_keys=True)
        for call in calls
        if call["verb"] in verbs and call["code"] != 409  # noqa: PLR2004  (HTTP)
    }


def _recorded_call(one: Json) -> Json:
    version, _, plural = one["resource"].rpartition(" ")
    resource = GroupVersionResource.of(version, plural)
    return {
        "verb": one["verb"],
        "resource": str(resource.group_resource),
        "name": f"{one.get('namespace') or ''}/{plain(one['name'])}",
        "code": one["code"],
        "body": _body(one.get("body")),
    }


def _is_live_call(record: TraceRecord) -> bool:
    fields = record.fields
    return fields["user"] == COLLECTOR and fields["verb"] in ("get", *WRITES)


def _shown_call(record: TraceRecord, symbols: Symbols) -> Json:
    fields = record.fields
    body = fields.get("options") or fields.get("patch")
    text = symbols.in_text(json.dumps(body))
    return {
        "verb": fields["verb"],
        "resource": fields["resource"],
        "name": f"{fields['namespace']}/{plain(fields['name'])}",
        "code": fields["code"],
        "body": _body(json.loads(text)),
    }


def _body(body: Json | None) -> Json | None:
    """Return a body without the resource version, which only one server can know."""
    if body is None or "metadata" not in body:
        return body
    kept = {
        key: value
        for key, value in body["metadata"].items()
        if key not in ("resourceVersion", "creationTimestamp")
    }
    return {"metadata": kept}


def check_graph_events(step: RecordedStep, seen: SeenStep) -> Iterator[Check]:
    """Compare what the graph builder took from its queue, counted."""
    expected: dict[str, int] = step.seen.get("graph_events") or {}
    got: Counter[str] = Counter()
    for record in seen.records:
        if record.what == "gc.graph" and record.fields["namespace"] not in SYSTEM:
            fields = record.fields
            virtual = " virtual" if fields["virtual"] else ""
            got[f"{fields['kind']} {fields['event']}{virtual}"] += 1
    for what in sorted({*expected, *got}):
        recorded, shown = expected.get(what, 0), got[what]
        if what in RACING:
            pair = (float(recorded), float(shown))
            yield close("graph events", step.name, what, pair, STATUS_RACE)
        else:
            yield equal("graph events", step.name, what, recorded, shown)


_EXACT = {
    "adds_total": "adds_total",
    "depth": "depth",
    "queue_duration_seconds_count": "started",
    "work_duration_seconds_count": "done",
    "retries_total": "retries_total",
}


def check_queues(step: RecordedStep, seen: SeenStep) -> Iterator[Check]:
    """Compare the metrics of the three queues at the end of the step."""
    metrics = step.seen.get("metrics")
    if not metrics or not seen.queues:
        return
    for queue in ("attempt_to_delete", "attempt_to_orphan"):
        figures, recorded = seen.queues[queue], metrics[queue]
        for metric, field in _EXACT.items():
            what = f"{queue} {metric}"
            shown = getattr(figures, field)
            yield equal("queue metrics", step.name, what, int(recorded[metric]), shown)
        in_hand = max(1, figures.started - figures.done)
        gauge = float(recorded["unfinished_work_seconds"])
        nearest = min(figures.unfinished_s, key=lambda one: abs(one - gauge))
        what = f"{queue} unfinished_work_seconds"
        tolerance = UNFINISHED_S * in_hand
        yield close("queue metrics", step.name, what, (gauge, nearest), tolerance)
    graph, recorded = seen.queues["graph_changes"], metrics["graph_changes"]
    adds = (recorded["adds_total"], float(graph.adds_total))
    what = "graph_changes adds_total"
    yield close("queue metrics", step.name, what, adds, adds[0] * GRAPH_SLACK)
    what = "graph_changes depth"
    yield equal("queue metrics", step.name, what, int(recorded["depth"]), graph.depth)
