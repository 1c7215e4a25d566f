"""Re-enacting a scenario: the same operations at the same times, and what is seen.

What the model shows is written down in the layout of the recording, so that the two
can be laid side by side.
"""

from itertools import pairwise

import attrs

from gcmodel.conformance.incident_format import Recording, Scenario, Step
from gcmodel.conformance.incident_observation import (
    LEFT_OUT,
    ObjectView,
    Observer,
    metrics_of,
)
from gcmodel.conformance.incident_setting import Circumstances
from gcmodel.conformance.incident_stage import Stage
from gcmodel.conformance.incident_symbols import SymbolTable, shortened
from gcmodel.garbagecollector.collector import GarbageCollector
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.trace import TraceRecord
from gcmodel.objects.metadata import Json

SAMPLE_SLACK_S = 0.6
"""Metrics lag by up to half a second, and a sample takes its time."""

_FAILED = "Failed to watch *v1.PartialObjectMetadata: "


def reenact(
    recording: Recording, scenario: Scenario, circumstances: Circumstances
) -> Json:
    """Re-enact *scenario*; return the record of it, as the format lays it out."""
    return _Reenactment(recording, scenario, circumstances).run()


@attrs.define
class _Process:
    """One life of the controller manager."""

    number: int
    collector: GarbageCollector
    failures: list[float] = attrs.field(factory=list)


class _Reenactment:
    def __init__(
        self, recording: Recording, scenario: Scenario, circumstances: Circumstances
    ) -> None:
        self.recording = recording
        self.scenario = scenario
        self.stage = Stage(recording, scenario, circumstances)
        self.cluster = self.stage.cluster
        self.symbols = SymbolTable(LEFT_OUT)
        self.symbols.name(self.stage.never_existed, "X1")
        self.symbols.name(self.stage.extension.token.uid, "T1")
        self.processes: list[_Process] = []
        self.failures: list[Json] = []
        self.samples: list[Json] = []
        self.seen_records = 0

    def run(self) -> Json:
        self._place_marks()
        steps = [self._step(step) for step in self.scenario.steps]
        return {
            "steps": steps,
            "attempts": [one for each in self.processes for one in _attempts(each)],
            "idle_sync_ticks": [
                at_ns / SECOND
                for each in self.processes
                for at_ns in each.collector.sync.idle_passes
            ],
            "reflector_failures": self.failures,
            "reflector_gaps_s": {
                str(each.number): [
                    round(after - before, 3)
                    for before, after in pairwise(each.failures)
                ]
                for each in self.processes
            },
            "samples": self.samples,
        }

    def _place_marks(self) -> None:
        for sample in self.scenario.record.get("samples", ()):
            for slack in (-SAMPLE_SLACK_S, 0.0, SAMPLE_SLACK_S):
                at_ns = int((float(sample["t"]) + slack) * SECOND)
                self.stage.marks.append((max(at_ns, 0), self._sample))
        self.stage.marks.sort(key=lambda mark: mark[0], reverse=True)

    def _sample(self) -> None:
        at_s = self.stage.scheduler.now / SECOND
        self.samples.append({"t": at_s, "queues": metrics_of(self._collector())})

    def _collector(self) -> GarbageCollector | None:
        manager = self.cluster.controller_manager
        return None if manager is None else manager.collector

    def _step(self, step: Step) -> Json:
        self.stage.advance(int(step.started_s * SECOND))
        measured = self.stage.carry_out(step)
        before_end_s = step.ended_s - SAMPLE_SLACK_S
        self.stage.advance(max(int(before_end_s * SECOND), self.stage.scheduler.now))
        metrics_before = metrics_of(self._collector())
        self.stage.advance(int(step.ended_s * SECOND))
        records = self._take_records()
        self._note_process()
        self._note_failures(records)
        observer = Observer(self.recording, self.symbols, int(step.started_s * SECOND))
        view = ObjectView(self.cluster, self.symbols)
        return {
            "step": step.name,
            "t": step.started_s,
            "t_end": step.ended_s,
            "measured": measured,
            "logs": observer.logs(records),
            "gc_calls": observer.collector_calls(records),
            "controller_calls": observer.controller_calls(records),
            "namespace_controller_calls": observer.namespace_controller_calls(records),
            "extension_requests": observer.extension_requests(records),
            "extension_discovery_requests": observer.extension_discovery(records),
            "graph_events": observer.graph_events(records),
            "objects": view.all(),
            "metrics": metrics_of(self._collector()),
            "metrics_before": metrics_before,
        }

    def _take_records(self) -> list[TraceRecord]:
        records = self.cluster.trace.since(self.seen_records)
        self.seen_records += len(records)
        for record in records:
            if record.what == "store.write":
                self.symbols.note(record)
        return records

    def _note_process(self) -> None:
        collector = self._collector()
        known = [process.collector for process in self.processes]
        if collector is not None and collector not in known:
            self.processes.append(_Process(len(known) + 1, collector))

    def _note_failures(self, records: list[TraceRecord]) -> None:
        for record in records:
            if record.what == "log" and _FAILED in record.fields["text"]:
                process = self.processes[-1]
                at_s = record.at_ns / SECOND
                process.failures.append(at_s)
                error = record.fields["text"].partition(_FAILED)[2]
                failure = {"process": process.number, "t": at_s, "error": error}
                self.failures.append(failure)


def _attempts(process: _Process) -> list[Json]:
    """Return what is known of the attempts of one life."""
    found: list[Json] = []
    before_s: float | None = None
    for attempt in process.collector.sync.attempts:
        started_s = attempt.started_ns / SECOND
        wire: Json = {
            "process": process.number,
            "attempt": attempt.number,
            "t_start": started_s,
            "diff": shortened(attempt.diff),
            "outcome": attempt.outcome or None,
        }
        if attempt.monitors_ns is not None:
            wire["t_monitors"] = attempt.monitors_ns / SECOND
        if attempt.ended_ns is not None:
            wire["t_end"] = attempt.ended_ns / SECOND
        if attempt.number > 1 and before_s is not None:
            wire["gap_after_previous_end"] = started_s - before_s
        found.append(wire)
        before_s = wire.get("t_end")
    return found
