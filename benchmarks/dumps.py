"""Writes synthetic dumps, laid out as kubectl lays them out.

``python -m benchmarks.dumps 20000 dump.json`` writes 20,000 objects; the format is
taken from the name: ``.json``, ``.jsonl``, ``.yaml``, and ``.min.json`` for one line.
"""

import hashlib
import json
import sys
from pathlib import Path

OWNED = (("Deployment", "apps/v1"), ("ReplicaSet", "apps/v1"), ("Pod", "v1"))
NAMESPACES = 40
DISTINCT = 10_000
"""Objects that differ in more than their UIDs."""
REPLICA_SETS, PODS = 10, 2
"""Of each Deployment, and of the newest ReplicaSet of each."""


def objects(count):
    """Walk *count* objects: Deployments, their ReplicaSets, Pods, and ConfigMaps."""
    made, number = 0, 0
    while made < count:
        for one in _family(number):
            made += 1
            if made > count:
                return
            yield one
        number += 1


def _family(number):
    namespace = f"team-{number % NAMESPACES}"
    web = _object("apps/v1", "Deployment", namespace, f"web-{number}", [])
    yield web
    for revision in range(REPLICA_SETS):
        name = f"web-{number}-{revision:010x}"
        owned = _object("apps/v1", "ReplicaSet", namespace, name, [web])
        yield owned
        for pod in range(PODS if revision == REPLICA_SETS - 1 else 0):
            yield _object("v1", "Pod", namespace, f"{name}-{pod:05x}", [owned])
    yield _object("v1", "ConfigMap", namespace, f"settings-{number}", [])


def _object(api_version, kind, namespace, name, owners):
    digest = hashlib.sha256(f"{namespace}/{kind}/{name}".encode()).hexdigest()
    metadata = {
        "annotations": {"example.com/checksum": digest},
        "creationTimestamp": "2026-01-31T12:00:00Z",
        "labels": {"app": name, "example.com/team": namespace, "tier": "backend"},
        "name": name,
        "namespace": namespace,
        "resourceVersion": str(int(digest[:8], 16)),
        "uid": f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8000-{digest[20:32]}",
    }
    if owners:
        metadata["ownerReferences"] = [_reference(one) for one in owners]
    wire = {"apiVersion": api_version, "kind": kind, "metadata": metadata}
    if kind == "ConfigMap":
        return {**wire, "data": {"text": "a line of settings\n" * 60}}
    return {**wire, "spec": _spec(name), "status": {"conditions": _conditions()}}


def _reference(owner):
    return {
        "apiVersion": owner["apiVersion"],
        "blockOwnerDeletion": True,
        "controller": True,
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
    }


def _spec(name):
    containers = [
        {
            "env": [{"name": f"SETTING_{n}", "value": f"value {n}"} for n in range(12)],
            "image": f"registry.example.com/{name}:1.0",
            "name": f"container-{number}",
            "resources": {"limits": {"cpu": "500m", "memory": "256Mi"}},
            "volumeMounts": [{"mountPath": "/data", "name": "data"}],
        }
        for number in range(2)
    ]
    template = {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": containers},
    }
    return {
        "replicas": 1,
        "selector": {"matchLabels": {"app": name}},
        "template": template,
    }


def _conditions():
    return [
        {
            "lastTransitionTime": "2026-01-31T12:00:00Z",
            "message": "a sentence that says how things are",
            "reason": "AsExpected",
            "status": "True",
            "type": f"Condition{number}",
        }
        for number in range(5)
    ]


def write(count, path):
    """Write *count* objects to *path*, in the format that its name says."""
    with Path(path).open("w", encoding="utf-8") as file:
        file.writelines(_lines(count, Path(path).name))


def _lines(count, name):
    if name.endswith(".jsonl"):
        compact = {"separators": (",", ":")}
        return (json.dumps(one, **compact) + "\n" for one in objects(count))
    if name.endswith(".yaml"):
        return _yaml_lines(count)
    return _list_lines(count, compact=name.endswith(".min.json"))


def _list_lines(count, *, compact):
    yield '{"apiVersion":"v1","items":[' if compact else _HEAD
    between = "," if compact else ",\n"
    first = [_text(one, compact=compact) for one in objects(min(count, DISTINCT))]
    for start in range(0, count, DISTINCT):
        # The same families once more, under other UIDs: ten times as fast to make.
        number = f"-8{start // DISTINCT:03x}-"
        texts = first[: count - start]
        copies = (text.replace("-8000-", number) for text in texts)
        yield (between if start else "") + between.join(copies)
    yield '],"kind":"List","metadata":{}}\n' if compact else _TAIL


def _text(one, *, compact):
    if compact:
        return json.dumps(one, sort_keys=True, separators=(",", ":"))
    text = json.dumps(one, sort_keys=True, indent=4)
    return "        " + text.replace("\n", "\n        ")


_HEAD = '{\n    "apiVersion": "v1",\n    "items": [\n'
_TAIL = """
    ],
    "kind": "List",
    "metadata": {
        "resourceVersion": ""
    }
}
"""


def _yaml_lines(count):
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    yield "apiVersion: v1\nitems:\n"
    for one in objects(count):
        yield yaml.dump([one], Dumper=dumper)
    yield 'kind: List\nmetadata:\n  resourceVersion: ""\n'


if __name__ == "__main__":
    write(int(sys.argv[1]), sys.argv[2])
