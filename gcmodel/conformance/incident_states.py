"""What there was after each step: objects, graph events, queues."""

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from gcmodel.conformance.incident_checks import Check, equal, near
from gcmodel.conformance.incident_counts import Sighting, compare_counts
from gcmodel.conformance.incident_format import Scenario, Step
from gcmodel.conformance.incident_run import SAMPLE_SLACK_S
from gcmodel.conformance.incident_symbols import masked
from gcmodel.objects.metadata import Json

LAG_S = 0.75
"""By how much the time that one item is in hand may differ: the metric lags by up to
half a second, and the operations before it took their time."""

UNWRITTEN = 3.0
"""How many graph changes a run may lack or have because a status was written once in
place of twice, or the other way round."""

_COUNTERS = (
    "adds_total",
    "queue_duration_seconds_count",
    "work_duration_seconds_count",
)
_GAUGES = ("unfinished_work_seconds", "longest_running_processor_seconds")
_SAMPLED = {
    "delete_depth": ("attempt_to_delete", "depth"),
    "delete_adds": ("attempt_to_delete", "adds_total"),
    "delete_started": ("attempt_to_delete", "queue_duration_seconds_count"),
    "delete_done": ("attempt_to_delete", "work_duration_seconds_count"),
    "delete_retries": ("attempt_to_delete", "retries_total"),
    "graph_adds": ("graph_changes", "adds_total"),
    "graph_done": ("graph_changes", "work_duration_seconds_count"),
    "graph_depth": ("graph_changes", "depth"),
}


# Objects


def compare_objects(steps: Sequence[Step], modelled: Json) -> Iterator[Check]:
    """Compare every object that there was at the end of each step."""
    for step, got in zip(steps, modelled["steps"], strict=True):
        for collection, expected in step.record.get("objects", {}).items():
            yield from _collection(
                step.name, collection, expected, got["objects"].get(collection)
            )
        yield from _probe(step, got["measured"])


def _collection(step: str, collection: str, expected: Any, got: Any) -> Iterator[Check]:
    if collection == "apiservice":
        yield equal(step, "apiservice", _bare(expected), _bare(got))
        return
    mine, theirs = _by_name(expected), _by_name(got or ())
    yield equal(step, collection, sorted(mine), sorted(theirs))
    for name in mine.keys() & theirs.keys():
        yield equal(step, f"{collection} {name}", mine[name], theirs[name])


def _by_name(found: Any) -> dict[str, Any]:
    return {
        masked(f"{one.get('namespace', '')}/{one['name']}".removeprefix("/")): _bare(
            one
        )
        for one in found
    }


def _bare(value: Any) -> Any:
    match value:
        case str():
            return masked(value)
        case dict():
            return {key: _bare(one) for key, one in value.items()}
        case list():
            return [_bare(one) for one in value]
        case _:
            return value


def _probe(step: Step, got: Json) -> Iterator[Check]:
    for what in ("collected", "left"):
        if what in step.record.get("measured", {}) and "collected" in got:
            yield equal(step.name, what, step.record["measured"][what], got[what])


# Graph events


def compare_graph_events(steps: Sequence[Step], modelled: Json) -> Iterator[Check]:
    """Compare how many events of each kind the graph builder took in each step."""
    expected = [
        Sighting(number, what, count=int(count))
        for number, step in enumerate(steps)
        for what, count in step.record.get("graph_events", {}).items()
    ]
    got = [
        Sighting(number, what, t)
        for number, step in enumerate(modelled["steps"])
        for what, t in step["graph_events"]
    ]
    yield from compare_counts(steps, expected, got, _allowance)


def _allowance(what: str, recorded: int) -> int:
    # A Deployment controller that lags writes one status in place of two.
    return 1 if what == "apps/v1/Deployment update" and recorded > 1 else 0


# Queue metrics


def compare_metrics(scenario: Scenario, modelled: Json) -> Iterator[Check]:
    """Compare the work queue metrics at the end of each step, and in between."""
    for step, got in zip(scenario.steps, modelled["steps"], strict=True):
        for queue, expected in (step.record.get("metrics") or {}).items():
            if isinstance(expected, dict):
                theirs = [
                    (got[moment] or {}).get(queue, {})
                    for moment in ("metrics", "metrics_before")
                ]
                yield from _queue(step.name, queue, expected, theirs)
    yield from _samples(scenario, modelled["samples"])


def _queue(step: str, queue: str, expected: Json, got: list[Json]) -> Iterator[Check]:
    """Compare one queue with the model's now and, as gauges lag, a little before."""
    in_hand = int(
        expected["queue_duration_seconds_count"]
        - expected["work_duration_seconds_count"]
    )
    for metric, value in expected.items():
        by = _slack(queue, metric)
        shown = [got[0].get(metric)]
        if metric in _GAUGES:
            by = LAG_S * (max(in_hand, 1) if metric.startswith("unfinished") else 1)
            shown.append(got[1].get(metric))
        what = f"{queue} {metric}"
        known = [one for one in shown if one is not None]
        nearest = min(known, key=lambda one: abs(one - value), default=None)
        yield attrs.evolve(near(step, what, value, nearest, by), varies=True)


def _samples(scenario: Scenario, looks: list[Json]) -> Iterator[Check]:
    for sample in scenario.record.get("samples", ()):
        at_s = float(sample["t"])
        seen = [
            look["queues"]
            for look in looks
            if abs(look["t"] - at_s) <= SAMPLE_SLACK_S + 0.01 and look["queues"]
        ]
        for what, (queue, metric) in _SAMPLED.items():
            if what in sample and seen:
                values = [queues[queue][metric] for queues in seen]
                by = _slack(queue, metric)
                said = f"sample at {at_s} s, {what}"
                yield _within(said, sample[what], values, by)


def _within(what: str, expected: float, values: list[float], by: float) -> Check:
    agrees = min(values) - by <= expected <= max(values) + by
    middle = values[len(values) // 2]
    return Check("", what, expected, middle, agrees, varies=True)


def _slack(queue: str, metric: str) -> float:
    counts = queue == "graph_changes" and metric in _COUNTERS
    return UNWRITTEN if counts else 0.0
