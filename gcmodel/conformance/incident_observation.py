"""What the model shows while it re-enacts a step, in the words of the format."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import attrs

from gcmodel.client.workqueue import WorkQueue
from gcmodel.cluster.cluster import Cluster
from gcmodel.conformance.incident_format import Recording
from gcmodel.conformance.incident_setting import API_SERVICE, EXTENSION_NAMESPACE
from gcmodel.conformance.incident_symbols import SymbolTable
from gcmodel.garbagecollector.collector import GarbageCollector
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.trace import TraceRecord
from gcmodel.objects.metadata import Json, KubeObject

EXTENSION_PATH = "/apis/ext.cattle.io/v1"
LEFT_OUT = frozenset(
    {"kube-system", "kube-public", "kube-node-lease", EXTENSION_NAMESPACE}
)
QUEUES = ("attempt_to_delete", "attempt_to_orphan", "graph_changes")
_SHOWN = (
    "garbagecollector.go",
    "graph_builder.go",
    "operations.go",
    "memcache.go",
    "namespace_controller.go",
    "namespaced_resources_deleter.go",
)
_WAITS_OF_OTHERS = ("Waiting for caches to sync for ", "Caches are synced for ")
_OK = 300


@attrs.frozen
class Observer:
    """Puts what happened into the words of the format.

    Attributes:
        started_ns: The start of the step: all times count from there.
    """

    recording: Recording
    symbols: SymbolTable
    started_ns: int

    def _t(self, at_ns: int) -> float:
        return round((at_ns - self.started_ns) / SECOND, 3)

    # Log lines

    def logs(self, records: Iterable[TraceRecord]) -> list[Json]:
        """Return the log lines that the recording shows."""
        lines = []
        for record in records:
            if record.what == "log" and self._is_shown(record):
                fields = record.fields
                line = {"t": self._t(record.at_ns), "level": fields["level"]}
                line |= {"v": fields["v"], "src": fields["src"]}
                lines.append(line | {"text": self.symbols.text(fields["text"])})
        return lines

    def _is_shown(self, record: TraceRecord) -> bool:
        fields = record.fields
        source, text = fields["src"].partition(":")[0], fields["text"]
        if fields["level"] == "I" and fields["v"] > self._verbosity(source):
            return False
        if source == "reflector.go":
            return "PartialObjectMetadata" in text
        if source == "shared_informer.go":
            others = text.startswith(_WAITS_OF_OTHERS)
            return not others or "garbage collector" in text
        return source in _SHOWN or "hash collision" in text

    def _verbosity(self, source: str) -> int:
        flags = self.recording.flags
        for pair in flags.get("vmodule", "").split(","):
            module, _, level = pair.partition("=")
            if f"{module}.go" == source:
                return int(level)
        return int(flags.get("v") or 0)

    # Requests

    def collector_calls(self, records: Iterable[TraceRecord]) -> list[Json]:
        """Return every request of the collector, discovery excepted."""
        user = self.recording.identities.get("collector live calls", "")
        return [
            self._call(record)
            for record in _requests(records)
            if record.fields["user"] == user and "resource" in record.fields
        ]

    def _call(self, record: TraceRecord) -> Json:
        fields = record.fields
        call: Json = {"t": self._t(record.at_ns), "verb": fields["verb"]}
        for part in ("resource", "namespace", "name", "code"):
            call[part] = fields[part]
        body = fields.get("options") or fields.get("patch")
        return call | ({"body": self.symbols.json(body)} if body else {})

    def controller_calls(self, records: Iterable[TraceRecord]) -> list[Json]:
        """Return what the format keeps of the other controllers' requests."""
        names = {
            self.recording.identities[who]: who
            for who in ("deployment", "replicaset", "namespace")
            if who in self.recording.identities
        }
        calls = []
        for record in _requests(records):
            who = names.get(record.fields["user"])
            if who is not None and _is_kept(who, record.fields):
                calls.append({"by": who, **_plain_call(record), "t": record.at_ns})
        return [call | {"t": self._t(call["t"])} for call in calls]

    def namespace_controller_calls(self, records: Iterable[TraceRecord]) -> Json:
        """Count the namespace controller's sweeps by verb and answer."""
        user = self.recording.identities.get("namespace", "")
        return dict(
            Counter(
                f"{record.fields['verb']} {record.fields['code']}"
                for record in _requests(records)
                if record.fields["user"] == user
                and record.fields["verb"] in ("deletecollection", "list")
            )
        )

    def extension_requests(self, records: Iterable[TraceRecord]) -> list[Json]:
        """Return the requests for tokens as the extension server saw them."""
        seen = []
        for record in records:
            if record.what != "extension.request":
                continue
            fields = record.fields
            if fields["verb"] == "discover":
                continue
            query = {}
            if fields["limit"]:
                query["limit"] = str(fields["limit"])
            if fields["resource_version"]:
                query["resourceVersion"] = fields["resource_version"]
            call = {"t": self._t(record.at_ns), "user": fields["user"]}
            call |= {"verb": fields["verb"], "status": fields["status"] or None}
            seen.append(call | {"query": query})
        return seen

    def extension_discovery(
        self, records: Iterable[TraceRecord]
    ) -> list[tuple[str, float]]:
        """Return the requests for discovery that the extension server answered."""
        return [
            (f"{record.fields['user']} {EXTENSION_PATH}", self._t(record.at_ns))
            for record in _requests(records)
            if record.fields.get("path") == EXTENSION_PATH
            and record.fields["code"] < _OK
        ]

    # The graph

    def graph_events(self, records: Iterable[TraceRecord]) -> list[tuple[str, float]]:
        """Return what the graph builder took from its queue, and when."""
        events = []
        for record in records:
            if record.what == "gc.graph" and record.fields["namespace"] not in LEFT_OUT:
                virtual = " virtual" if record.fields["virtual"] else ""
                what = f"{record.fields['kind']} {record.fields['event']}{virtual}"
                events.append((what, self._t(record.at_ns)))
        return events


def _requests(records: Iterable[TraceRecord]) -> Iterable[TraceRecord]:
    return (record for record in records if record.what == "api.request")


def _is_kept(who: str, fields: Any) -> bool:
    refused = fields["code"] >= _OK
    writes = fields["verb"] in ("create", "update", "patch", "delete")
    if "resource" not in fields or fields["resource"].startswith("events"):
        return False
    if who == "namespace":
        return refused or (writes and fields["verb"] != "deletecollection")
    return fields["verb"] in ("create", "delete") or (refused and writes)


def _plain_call(record: TraceRecord) -> Json:
    fields = record.fields
    resource = str(fields["resource"]).partition(".")[0]
    if fields.get("subresource"):
        resource = f"{resource}/{fields['subresource']}"
    call = {"verb": fields["verb"], "resource": resource, "name": fields["name"]}
    return call | {"namespace": fields["namespace"], "code": fields["code"]}


# Metrics


def metrics_of(collector: GarbageCollector | None) -> Json | None:
    """Return the work queue metrics, or None while no process runs."""
    if collector is None:
        return None
    return {name: _queue_metrics(getattr(collector, name)) for name in QUEUES}


def _queue_metrics(queue: WorkQueue[Any]) -> Json:
    metrics = queue.metrics
    return {
        "adds_total": metrics.adds_total,
        "depth": queue.depth,
        "longest_running_processor_seconds": queue.longest_running_ns / SECOND,
        "queue_duration_seconds_count": metrics.started_total,
        "retries_total": metrics.retries_total,
        "unfinished_work_seconds": queue.unfinished_work_ns / SECOND,
        "work_duration_seconds_count": metrics.done_total,
    }


# Objects


@attrs.frozen
class ObjectView:
    """Describes what is stored, as the format does."""

    cluster: Cluster
    symbols: SymbolTable

    def all(self) -> Json:
        """Return every collection of the format."""
        return {
            "deployments": self._each("apps/v1", "Deployment", _deployment),
            "replicasets": self._each("apps/v1", "ReplicaSet", _replica_set),
            "pods": self._each("v1", "Pod", _pod),
            "configmaps": self._each("v1", "ConfigMap", _config_map),
            "namespaces": [
                _namespace(one)
                for one in self.cluster.list("v1", "Namespace")
                if one.name not in LEFT_OUT and one.name != "default"
            ],
            "apiservice": self._api_service(),
        }

    def _each(self, api_version: str, kind: str, describe: Any) -> list[Json]:
        found = self.cluster.list(api_version, kind)
        kept = [one for one in found if one.namespace not in LEFT_OUT]
        return [self.symbols.json(_common(one) | describe(one)) for one in kept]

    def _api_service(self) -> list[Json] | None:
        found = self.cluster.find(
            "apiregistration.k8s.io/v1", "APIService", API_SERVICE
        )
        return None if found is None else _conditions(found, "message")


def _common(stored: KubeObject) -> Json:
    return {"namespace": stored.namespace, "name": stored.name, "uid": stored.uid}


def _life(stored: KubeObject) -> Json:
    meta = stored.metadata
    return {"deleting": meta.being_deleted, "finalizers": list(meta.finalizers)}


def _owners(stored: KubeObject) -> list[Json]:
    shown = ("apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion")
    wires = [owner.to_dict() for owner in stored.metadata.owner_references]
    return [{key: wire.get(key) for key in shown} for wire in wires]


def _revision(stored: KubeObject) -> str | None:
    return stored.metadata.annotations.get("deployment.kubernetes.io/revision")


def _status(stored: KubeObject) -> Json:
    status = {key: value for key, value in stored.status.items() if key != "conditions"}
    if "conditions" in stored.status:
        status["conditions"] = _conditions(stored)
    return status


def _conditions(stored: KubeObject, *more: str) -> list[Json]:
    shown = ("type", "status", "reason", *more)
    return [
        {key: condition.get(key) for key in shown}
        for condition in stored.status.get("conditions", ())
    ]


def _deployment(stored: KubeObject) -> Json:
    return {
        "generation": stored.metadata.generation,
        **_life(stored),
        "revision": _revision(stored),
        "spec_replicas": stored.spec.get("replicas"),
        "status": _status(stored),
    }


def _replica_set(stored: KubeObject) -> Json:
    return {
        **_life(stored),
        "owners": _owners(stored),
        "pod_template_hash": stored.metadata.labels.get("pod-template-hash"),
        "revision": _revision(stored),
        "spec_replicas": stored.spec.get("replicas"),
        "status": _status(stored),
    }


def _pod(stored: KubeObject) -> Json:
    phase = stored.status.get("phase")
    return {**_life(stored), "owners": _owners(stored), "phase": phase}


def _config_map(stored: KubeObject) -> Json:
    return {"owners": _owners(stored)}


def _namespace(stored: KubeObject) -> Json:
    return {
        "name": stored.name,
        "phase": stored.status.get("phase"),
        "deleting": stored.metadata.being_deleted,
        "spec_finalizers": list(stored.spec.get("finalizers") or ()),
        "conditions": _conditions(stored, "message"),
    }
