"""What a recording shows of chance, so that the model can be dealt the same hand.

How long a process takes to start, how far each back-off of the failing reflector is
stretched and when the API server's half-minute begins are no rules of Kubernetes. They
are read off the recording and given to the model. What follows from them is not.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

import attrs

from gcmodel.client.backoff import CAP_NS, INITIAL_NS, RESET_AFTER_NS
from gcmodel.conformance.incident_format import Scenario, Step
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.metadata import Json

BACKOFF_STREAM = "reflector-backoff"
START_UP_S = 1.4
"""How long a controller manager takes to start if the recording does not say."""

SLACK_S = 0.1
"""How much of a recorded gap may be due to the requests in it."""

_CONTENT = {
    "Deployment": "apps/v1, Resource=deployments",
    "ReplicaSet": "apps/v1, Resource=replicasets",
    "Pod": "/v1, Resource=pods",
    "ConfigMap": "/v1, Resource=configmaps",
}
_MANAGER = "system:kube-controller-manager"
_OK = 200
_STARTED = "garbagecollector.go:142"
_FAILED_LIST = "failed to list"
_WATCH_ENDED = "reflector.go:436"
_HALF_MINUTE_S = 30


@attrs.frozen
class Chance:
    """The hand that one scenario was dealt.

    Attributes:
        start_ups_s: For each step that starts a controller manager: when, after the
            start of the step, its collector had started.
        stretches: For each process the draws of its failing reflector's back-off, in
            [0, 1); None where the recording does not tell.
        resync_s: When the API server first looked at all APIServices again.
    """

    start_ups_s: dict[str, float]
    stretches: tuple[tuple[float | None, ...], ...]
    resync_s: float | None
    content_orders: tuple["ContentOrder", ...] = ()


@attrs.frozen
class ContentOrder:
    """In which order the content of a namespace was deleted: Go walks a map.

    Attributes:
        first: Resources that the namespace controller came to before the collector.
        last: Those of which the collector was faster.
    """

    namespace: str
    first: tuple[str, ...]
    last: tuple[str, ...]


def chance_of(scenario: Scenario) -> Chance:
    """Read off *scenario* what was left to chance in it."""
    return Chance(
        {step.name: _start_up(step) for step in scenario.steps},
        tuple(_stretches(life) for life in _lives(scenario)),
        _resync(scenario),
        tuple(
            _content_order(step, operation["name"])
            for step in scenario.steps
            for operation in step.operations
            if operation["op"] == "delete_namespace"
        ),
    )


def _content_order(step: Step, namespace: str) -> ContentOrder:
    collected = {
        call["name"]
        for call in step.record.get("gc_calls", ())
        if call["verb"] == "delete" and call.get("namespace") == namespace
    }
    first: dict[str, None] = {}
    last: dict[str, None] = {}
    for change in step.record.get("changes", ()):
        resource = _CONTENT.get(change["kind"])
        if resource is not None and _goes(change):
            (last if change["name"] in collected else first).setdefault(resource)
    return ContentOrder(namespace, tuple(first), tuple(last))


def _goes(change: Json) -> bool:
    return change["event"] == "DELETED" or bool(change.get("deleting"))


def _start_up(step: Step) -> float:
    for line in step.record.get("logs", ()):
        if line.get("src") == _STARTED:
            return float(line["t"])
    return START_UP_S


def _resync(scenario: Scenario) -> float | None:
    """Find a periodic look that found the extension server gone."""
    down_s: float | None = None
    for step in scenario.steps:
        for operation in step.operations:
            if operation["op"] == "extension":
                down = operation["mode"] == "down"
                down_s = step.started_s if down else None
        for change in step.record.get("changes", ()):
            at_s = step.started_s + float(change["t"])
            if down_s is not None and _says_unavailable(change) and at_s > down_s:
                return at_s % _HALF_MINUTE_S
    return None


def _says_unavailable(change: Json) -> bool:
    return change.get("kind") == "APIService" and any(
        condition.get("type") == "Available" and condition.get("status") == "False"
        for condition in change.get("conditions", ())
    )


# The failing reflector


@attrs.define
class _Life:
    """What one controller manager's reflector of tokens did, in scenario seconds."""

    until: float
    """When the process, or the recording, ended."""
    lists: list[float] = attrs.field(factory=list, init=False)
    """When each list was sent."""
    ends: list[float] = attrs.field(factory=list, init=False)
    """When each list, or the watch after it, came to an end."""


def _lives(scenario: Scenario) -> Iterator[_Life]:
    starts = [
        step.started_s
        for step in scenario.steps
        for operation in step.operations
        if operation["op"] == "start_controller_manager"
    ]
    for number, start in enumerate(starts):
        following = starts[number + 1 :] or [scenario.steps[-1].ended_s]
        until = following[0]
        yield _life(scenario, number + 1, start, until)


def _life(scenario: Scenario, process: int, start: float, until: float) -> _Life:
    life = _Life(until)
    requests = [
        (step.started_s + float(request["t"]), request)
        for step in scenario.steps
        for request in step.record.get("extension_requests", ())
        if request.get("user") == _MANAGER and "resourceVersion" in request["query"]
    ]
    requests = [(at, one) for at, one in requests if start <= at < until]
    hung = [
        at
        for at, one in requests
        if one["verb"] == "list" and one.get("status") is None
    ]
    life.lists = hung + list(_successes(requests))
    for failure in scenario.record.get("reflector_failures", ()):
        if failure.get("process", 1) != process:
            continue
        at = float(failure["t"])
        if str(failure.get("error", "")).startswith(_FAILED_LIST):
            waited = [one for one in hung if max(life.ends, default=0) < one < at]
            life.lists += [] if waited else [at]
        life.ends.append(at)
    life.ends += [at for at in _watch_ends(scenario) if start <= at < until]
    life.lists.sort()
    life.ends.sort()
    return life


def _successes(requests: list[tuple[float, Json]]) -> Iterator[float]:
    """Find the lists that a watch followed: somebody else's list has none."""
    for (at, one), (then, after) in pairwise(requests):
        listed = one["verb"] == "list" and one.get("status") == _OK
        if listed and after["verb"] == "watch" and then - at < 1:
            yield at


def _watch_ends(scenario: Scenario) -> Iterator[float]:
    for step in scenario.steps:
        for line in step.record.get("logs", ()):
            if line.get("src") == _WATCH_ENDED:
                yield step.started_s + float(line["t"])


def _stretches(life: _Life) -> tuple[float | None, ...]:
    """Return how far each delay between an end and the next list was stretched.

    Of the last delay it is known only that it went beyond the end of the recording.
    """
    found: list[float | None] = []
    base_ns, last_s = INITIAL_NS, float("-inf")
    for begun_s in [*life.lists[1:], float("inf")]:
        place = bisect_left(life.ends, begun_s)
        if not place:
            found.append(None)
            continue
        ended_s = life.ends[place - 1]
        if (ended_s - last_s) * SECOND > RESET_AFTER_NS:
            base_ns = INITIAL_NS
        last_s = ended_s
        base_s = base_ns / SECOND
        if begun_s < life.until:
            found.append(_stretch(begun_s - ended_s, base_s))
        else:
            least = max((life.until - ended_s) / base_s - 1, 0.0)
            found.append((least + 1) / 2 if least < 1 else None)
        base_ns = min(base_ns * 2, CAP_NS)
    return tuple(found)


def _stretch(gap_s: float, base_s: float) -> float | None:
    stretch = gap_s / base_s - 1
    slack = SLACK_S / base_s
    if not -slack <= stretch < 1 + slack:
        return None
    return min(max(stretch, 0.0), 0.999_999)
