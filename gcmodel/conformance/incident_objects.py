"""The objects at the end of a step, in the shape of the record."""

from collections.abc import Iterator

from gcmodel.conformance.enactment import SeenStep
from gcmodel.conformance.incident_checks import Check, Symbols, equal, plain
from gcmodel.conformance.recording import RecordedStep
from gcmodel.objects.metadata import Json, KubeObject

_KINDS = {"deployments": "Deployment", "replicasets": "ReplicaSet", "pods": "Pod"}
_REVISION = "deployment.kubernetes.io/revision"
_HASH = "pod-template-hash"


def check_objects(
    step: RecordedStep, seen: SeenStep, symbols: Symbols
) -> Iterator[Check]:
    """Compare each object, and that there is no other."""
    recorded = step.seen.get("objects") or {}
    for plural, kind in _KINDS.items():
        expected = [_expected(one) for one in recorded.get(plural) or ()]
        got = [
            _shown(one, symbols)
            for one in seen.objects
            if one.kind == kind and one.namespace != "kube-system"
        ]
        yield from _pairs(step.name, kind, expected, got)
    if "apiservice" in recorded:
        expected_conditions = _masked(recorded["apiservice"])
        got_conditions = _masked(_conditions(seen))
        yield equal(
            "objects", step.name, "APIService", expected_conditions, got_conditions
        )


def _pairs(
    step: str, kind: str, expected: list[Json], got: list[Json]
) -> Iterator[Check]:
    shown = {one["uid"]: one for one in got}
    for one in expected:
        what = f"{kind} {one['namespace']}/{one['name']}"
        yield equal("objects", step, what, one, shown.pop(one["uid"], None))
    for one in shown.values():
        what = f"{kind} {one['namespace']}/{one['name']}"
        yield Check("objects", step, what, None, one, agrees=False)


def _expected(wire: Json) -> Json:
    return {**wire, "name": plain(wire["name"])}


def _shown(one: KubeObject, symbols: Symbols) -> Json:
    meta = one.metadata
    shown: Json = {
        "namespace": meta.namespace,
        "name": plain(meta.name),
        "uid": symbols.of(meta.uid),
        "deleting": meta.being_deleted,
        "finalizers": list(meta.finalizers),
    }
    if one.kind != "Deployment":
        shown["owners"] = [
            owner.to_dict() | {"uid": symbols.of(owner.uid)}
            for owner in meta.owner_references
        ]
    if one.kind == "Pod":
        return shown | {"phase": one.status.get("phase")}
    shown |= {
        "revision": meta.annotations.get(_REVISION),
        "spec_replicas": one.spec.get("replicas"),
        "status": _status(one),
    }
    if one.kind == "Deployment":
        return shown | {"generation": meta.generation}
    return shown | {"pod_template_hash": meta.labels.get(_HASH)}


def _status(one: KubeObject) -> Json:
    status = dict(one.status)
    if "conditions" in status:
        status["conditions"] = [
            {key: condition[key] for key in ("type", "status", "reason")}
            for condition in status["conditions"]
        ]
    return status


def _conditions(seen: SeenStep) -> list[Json] | None:
    found = next((one for one in seen.objects if one.name == "v1.ext.cattle.io"), None)
    return None if found is None else found.status.get("conditions") or []


def _masked(conditions: list[Json] | None) -> list[Json] | None:
    """Return the conditions without addresses, which are the machine's."""
    if conditions is None:
        return None
    return [
        {key: condition.get(key) for key in ("type", "status", "reason")}
        for condition in conditions
    ]
