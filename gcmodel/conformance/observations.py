"""What is seen of the model, in the words of the format."""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from gcmodel.apiserver.requests import Response
from gcmodel.conformance.symbols import Symbols
from gcmodel.errors import ApiError, Status
from gcmodel.garbagecollector.graph import DependencyGraph
from gcmodel.garbagecollector.node import Node
from gcmodel.kernel.trace import TraceRecord
from gcmodel.objects.identity import Uid
from gcmodel.objects.lists import ObjectList
from gcmodel.objects.metadata import Json, KubeObject, ObjectMeta

WRITES = frozenset({"patch", "delete"})
WARNING_CODE = "299"


@attrs.define
class Observed:
    """One replay, as it was seen.

    Attributes:
        responses: One for each API request.
        states: One for each settle.
        virtual: Likewise; None where the graph could not have been dumped.
        requests: Likewise: what the collector sent since the previous settle.
        timed_out: Likewise: whether the settle hit its limit.
        events: About the program's objects, at the end.
    """

    responses: list[Json] = attrs.field(factory=list)
    states: list[Json] = attrs.field(factory=list)
    virtual: list[list[list[str]] | None] = attrs.field(factory=list)
    requests: list[list[list[Any]]] = attrs.field(factory=list)
    timed_out: list[bool] = attrs.field(factory=list)
    events: list[Json] = attrs.field(factory=list)


def response_of(step: int, kind: str, answer: Response, symbols: Symbols) -> Json:
    """Describe a success; *kind* is that of the resource that was addressed."""
    seen: Json = {"step": step, "code": answer.code}
    body = answer.body
    if isinstance(body, ObjectList):
        seen |= {"body": f"{kind}List", "items": len(body.items)}
    elif isinstance(body, KubeObject):
        seen |= {"body": body.kind, **_deletion_of(body.metadata)}
    elif isinstance(body, Status):
        seen |= {"body": "Status"}
    return seen | _warnings_of(answer.warnings, symbols)


def refusal_of(step: int, error: ApiError, symbols: Symbols) -> Json:
    """Describe a Status of failure."""
    seen: Json = {"step": step, "code": error.code}
    if error.reason:
        seen["reason"] = error.reason
    if error.message:
        seen["message"] = symbols.text(error.message)
    return seen | _warnings_of(error.warnings, symbols)


def _warnings_of(warnings: Iterable[str], symbols: Symbols) -> Json:
    headers = [f'{WARNING_CODE} - "{symbols.text(text)}"' for text in warnings]
    return {"warnings": headers} if headers else {}


def _deletion_of(meta: ObjectMeta) -> Json:
    seen: Json = {}
    if meta.being_deleted:
        seen["deleting"] = True
    if meta.finalizers:
        seen["finalizers"] = list(meta.finalizers)
    if meta.deletion_grace_period_seconds is not None:
        seen["deletionGracePeriodSeconds"] = meta.deletion_grace_period_seconds
    return seen


def state_of(stored: KubeObject | None, symbols: Symbols) -> Json:
    """Describe one object as it is stored, or its absence."""
    if stored is None:
        return {"exists": False}
    meta = stored.metadata
    _, _, incarnation = symbols.uid(meta.uid).rpartition("#")
    seen: Json = {
        "exists": True,
        "incarnation": int(incarnation) if incarnation.isdigit() else incarnation,
        "deleting": meta.being_deleted,
        "finalizers": list(meta.finalizers),
        "ownerReferences": [
            symbols.json(owner.to_dict()) for owner in meta.owner_references
        ],
    }
    if meta.generation:
        seen["generation"] = meta.generation
    if meta.deletion_grace_period_seconds is not None:
        seen["deletionGracePeriodSeconds"] = meta.deletion_grace_period_seconds
    if meta.labels:
        seen["labels"] = symbols.json(dict(meta.labels))
    return seen


def events_of(
    events: Iterable[KubeObject], handles: Mapping[str, str], symbols: Symbols
) -> list[Json]:
    """Describe those of *events* that are about objects of the program.

    Args:
        events: In the form of the core group.
        handles: Each handle, by the ``kind/namespace/name`` that it stands for.
        symbols: Those of the run.
    """
    return [
        _event_of(event, handles, symbols)
        for event in events
        if _place(event) in handles or _involved(event).get("uid") in symbols.known_uids
    ]


def _involved(event: KubeObject) -> Json:
    return event.body.get("involvedObject") or {}


def _place(event: KubeObject) -> str:
    parts = (_involved(event).get(part) or "" for part in ("kind", "namespace", "name"))
    return "/".join(parts)


def _event_of(event: KubeObject, handles: Mapping[str, str], symbols: Symbols) -> Json:
    body = event.body
    place = _place(event)
    return {
        "type": body.get("type"),
        "reason": body.get("reason"),
        "handle": handles.get(place, place),
        "uid": symbols.uid(_involved(event).get("uid") or ""),
        "message": symbols.text(body.get("message") or ""),
        "count": body.get("count"),
        "namespace": event.namespace,
        "source": (body.get("source") or {}).get("component"),
    }


# Requests


def request_of(record: TraceRecord, symbols: Symbols) -> list[Any]:
    """Describe a request of the collector that the trace holds."""
    fields = record.fields
    namespace, name = fields["namespace"], fields["name"]
    return [
        fields["verb"],
        fields["resource"],
        f"{namespace}/{name}" if namespace else name,
        symbols.json(fields.get("options")),
        symbols.json(fields.get("patch")),
        fields["code"],
    ]


def writes_of(requests: Iterable[list[Any]]) -> list[list[Any]]:
    """Return those of *requests* that change something, in order."""
    return [request for request in requests if request[0] in WRITES]


# The graph


def virtual_nodes(graph: DependencyGraph, symbols: Symbols) -> list[list[str]] | None:
    """Describe the virtual nodes that a dump of the graph would show.

    Returns:
        None if the dump fails: it cannot draw an object that owns itself.

    Upstream: ``toGonumGraphForObj`` in pkg/controller/garbagecollector/dump.go
    """
    shown = _connected(graph, symbols.known_uids)
    if any(owner.uid == node.uid for node in shown for owner in node.owners):
        return None
    found = [
        [*node.identity[:-1], symbols.uid(node.uid)]
        for node in shown
        if node.virtual and node.dependents and node.uid in symbols.known_uids
    ]
    return sorted(found)


def _connected(graph: DependencyGraph, uids: Iterable[str]) -> list[Node]:
    waiting = [Uid(uid) for uid in uids]
    shown: dict[Uid, Node] = {}
    while waiting:
        uid = waiting.pop()
        node = graph.find(uid)
        if node is None or uid in shown:
            continue
        shown[uid] = node
        waiting += [owner.uid for owner in node.owners]
        waiting += [dependent.uid for dependent in node.dependents]
    return list(shown.values())
