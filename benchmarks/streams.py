"""The work: a cluster as a list shows it, and what then happens to it.

Shaped after real clusters: many old ReplicaSets to each Deployment, fewer Pods, Jobs
of CronJobs, EndpointSlices, Secrets and ConfigMaps, leases of Nodes; two objects of
three name an owner. Objects of the wire, as a decoder leaves them: no two of them
share a text.
"""

import json
import random
from collections.abc import Iterator
from typing import Any

from gcmodel.objects.metadata import ObjectMeta

Json = dict[str, Any]
NAMESPACES = 150
CHUNK = 64
"""Events that are decoded at a time, where a stream is read."""


def cluster(count: int, seed: int = 1) -> Iterator[Json]:
    """Walk *count* objects, owners first."""
    left, number, chance = count, 0, random.Random(seed)
    while left > 0:
        family = _family(number, chance)[:left]
        left -= len(family)
        number += 1
        yield from family


def decoded(objects: list[Json]) -> list[Json]:
    """Return *objects* as if just decoded: no two share a text."""
    return json.loads(json.dumps(objects))


def observations(objects: list[Json]) -> list[tuple]:
    """Return what a monitor's handler is told when *objects* are listed.

    Siblings share their owner references, and equal kinds and namespaces are one
    text, as where a dump is read.
    """
    texts: dict[str, str] = {}
    last: Any = None
    references: Any = ()
    found = []
    for wire in objects:
        metadata = wire["metadata"]
        owners = metadata.get("ownerReferences")
        if owners is not None and owners == last:
            metadata = {**metadata, "ownerReferences": ()}
        else:
            references = ()
        meta = ObjectMeta.from_dict(metadata)
        if owners is not None:
            references = references or meta.owner_references
            last = owners
            meta = meta.but(owner_references=references)
        shared = meta.namespace
        meta = meta.but(namespace=texts.setdefault(shared, shared))
        api_version, kind = wire["apiVersion"], wire["kind"]
        found.append(
            (
                "add",
                texts.setdefault(api_version, api_version),
                texts.setdefault(kind, kind),
                meta,
                None,
            )
        )
    return found


def churn(objects: list[Json], count: int, seed: int = 2) -> list[tuple[str, Json]]:
    """Return *count* watch events: 75 % updates, the rest adds and deletes.

    Most updates change the status alone; some change who owns the object, and some
    are deletions that begin. Some children come before their parents.
    """
    chance = random.Random(seed)
    alive = list(objects)
    events: list[tuple[str, Json]] = []
    waiting: list[Json] = []
    families = iter(range(10**7, 10**8))
    while len(events) < count:
        draw = chance.random()
        place = chance.randrange(len(alive))
        if draw < 0.75:
            alive[place] = changed = _updated(alive[place], draw, alive, chance)
            events.append(("update", changed))
        elif draw < 0.87:
            if not waiting:
                waiting = _family(next(families), chance)
                if chance.random() < 0.1:
                    waiting.reverse()
            alive.append(waiting.pop(0))
            events.append(("add", alive[-1]))
        else:
            alive[place], alive[-1] = alive[-1], alive[place]
            events.append(("delete", alive.pop()))
    return events


def changes(events: list[tuple[str, Json]], before: list[tuple]) -> list[tuple]:
    """Return what handlers are told of *events*, the state before each included."""
    known = {seen.uid: seen for _, _, _, seen, _ in before}
    told = []
    typed = observations([wire for _, wire in events])
    for (change, _), (_, api_version, kind, seen, _) in zip(events, typed, strict=True):
        previous = known.get(seen.uid) if change == "update" else None
        told.append((change, api_version, kind, seen, previous))
        known[seen.uid] = seen
    return told


def _updated(wire: Json, draw: float, alive: list[Json], chance: random.Random) -> Json:
    metadata = {**wire["metadata"], "resourceVersion": str(chance.getrandbits(32))}
    if draw < 0.02:
        metadata["ownerReferences"] = [_reference(chance.choice(alive))]
    elif draw < 0.03:
        metadata.pop("ownerReferences", None)
    elif draw < 0.05:
        metadata["deletionTimestamp"] = "2026-01-31T12:00:00Z"
        finalizer = "foregroundDeletion" if draw < 0.04 else "orphan"
        metadata["finalizers"] = [finalizer]
    return {**wire, "metadata": metadata}


def _family(number: int, chance: random.Random) -> list[Json]:
    namespace, name = f"team-{number % NAMESPACES:03}", f"service-{number:05}"
    found: list[Json] = []

    def add(api_version: str, kind: str, ending: str, owner: Json | None) -> Json:
        wire = _object(api_version, kind, namespace, name + ending, chance)
        if owner is not None:
            wire["metadata"]["ownerReferences"] = [_reference(owner)]
        found.append(wire)
        return wire

    web = add("apps/v1", "Deployment", "", None)
    for _ in range(10):
        old = add("apps/v1", "ReplicaSet", f"-{chance.getrandbits(40):010x}", web)
    for _ in range(6):
        add("v1", "Pod", f"-{chance.getrandbits(60):015x}", old)
    service = add("v1", "Service", "", None)
    add("discovery.k8s.io/v1", "EndpointSlice", "-5fx7c", service)
    for number_of in range(5):
        add("v1", "Secret", f"-secret-{number_of}", None)
        add("v1", "ConfigMap", f"-settings-{number_of}", None)
    nightly = add("batch/v1", "CronJob", "-nightly", None)
    job = add("batch/v1", "Job", "-nightly-28900000", nightly)
    add("v1", "Pod", "-nightly-28900000-x7k2p", job)
    return found


def _object(
    api_version: str, kind: str, namespace: str, name: str, chance: random.Random
) -> Json:
    bits = f"{chance.getrandbits(128):032x}"
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": f"{bits[:8]}-{bits[8:12]}-{bits[12:16]}-{bits[16:20]}-{bits[20:]}",
            "resourceVersion": bits[:6],
            "creationTimestamp": "2026-01-31T12:00:00Z",
        },
    }


def _reference(owner: Json) -> Json:
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }
