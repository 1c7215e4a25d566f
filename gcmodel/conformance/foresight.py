"""The recorded back-offs of the reflector, as draws: chance that is known beforehand.

When a list is repaired, the next attempt of the reflector decides how long the stall
goes on, and that is chance. The recording tells which chance it was.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from gcmodel.client.backoff import CAP_NS, INITIAL_NS, RESET_AFTER_NS
from gcmodel.conformance.recording import RecordedScenario, RecordedStep
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.metadata import Json

LISTER = "system:kube-controller-manager"


def backoff_draws(scenario: RecordedScenario) -> list[float | None]:
    """Return the draws behind the recorded waits of the tokens reflector.

    None stands for a wait that the recording does not tell: something else happened
    in between.
    """
    draws: list[float | None] = []
    for attempts in _processes(scenario):
        draws.extend(_draws(attempts))
        if attempts:
            # The last attempt drew a wait as well, which the process did not outlive.
            draws.append(None)
    return draws


RESOURCES = {
    "Deployment": "apps/v1, Resource=deployments",
    "ReplicaSet": "apps/v1, Resource=replicasets",
    "Pod": "/v1, Resource=pods",
    "ConfigMap": "/v1, Resource=configmaps",
}


def content_orders(
    scenario: RecordedScenario,
) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Walk the namespaces that are deleted, each with the recorded order of kinds.

    The namespace controller walks a Go map, in any order. What it deleted itself came
    in the recorded order; what the collector deleted before it came last.

    Returns:
        Namespace, resources that come first, and resources that come last.
    """
    for step in scenario.steps:
        for operation in step.operations:
            if operation["op"] == "delete_namespace":
                yield operation["name"], *_content_order(step, operation["name"])


def _content_order(
    step: RecordedStep, namespace: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    collected = {
        call["name"]
        for call in step.records("gc_calls")
        if call["verb"] == "delete" and call.get("namespace") == namespace
    }
    first: dict[str, None] = {}
    last: dict[str, None] = {}
    for change in step.records("changes"):
        resource = RESOURCES.get(change["kind"])
        if resource is None or not (change["event"] == "DELETED" or _marked(change)):
            continue
        (last if change["name"] in collected else first).setdefault(resource)
    return tuple(first), tuple(last)


def _marked(change: Json) -> bool:
    return change["event"] == "MODIFIED" and bool(change.get("deleting"))


def _processes(scenario: RecordedScenario) -> Iterator[list[float]]:
    failures = scenario.seen.get("reflector_failures") or []
    starts = [
        step.start_ns / SECOND
        for step in scenario.steps
        if any(one["op"] == "start_controller_manager" for one in step.operations)
    ]
    times = [float(one["t"]) for one in failures] + list(_successes(scenario))
    for start, end in pairwise([*starts, float("inf")]):
        yield sorted({time for time in times if start <= time < end})


def _successes(scenario: RecordedScenario) -> Iterator[float]:
    for step in scenario.steps:
        for one in step.records("extension_requests"):
            listed = one["verb"] == "list" and one["user"] == LISTER
            if listed and one.get("status") == 200:  # noqa: PLR2004  (HTTP)
                yield step.start_ns / SECOND + float(one["t"])


def _draws(attempts: Iterable[float]) -> Iterator[float | None]:
    base = INITIAL_NS / SECOND
    cap = CAP_NS / SECOND
    last: float | None = None
    for before, after in pairwise(attempts):
        if last is not None and before - last > RESET_AFTER_NS / SECOND:
            base = INITIAL_NS / SECOND
        last = before
        stretch = (after - before) / base - 1
        yield min(max(stretch, 0.0), 0.999) if stretch < 1.1 else None  # noqa: PLR2004
        base = min(base * 2, cap)
