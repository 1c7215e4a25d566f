"""What can be read off the trace of a run: spans, attempts, deletes, errors."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import attrs

from gcmodel.cluster.controller_manager import COLLECTOR_USER
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.trace import Trace, TraceRecord

HTTP_ERROR = 400
FAILED_TO_LIST = "failed to list "


@attrs.frozen
class Span:
    """A stretch of virtual time; the end is excluded."""

    start_ns: int
    end_ns: int

    def __contains__(self, instant_ns: int) -> bool:
        """Whether *instant_ns* lies in it."""
        return self.start_ns <= instant_ns < self.end_ns

    @property
    def seconds(self) -> float:
        """How long it is."""
        return seconds(self.end_ns - self.start_ns)


def seconds(duration_ns: int) -> float:
    """Return *duration_ns* in seconds, to the millisecond."""
    return round(duration_ns / SECOND, 3)


def records(trace: Trace, what: str, span: Span) -> Iterator[TraceRecord]:
    """Walk the records of the kind *what* in *span*."""
    return (one for one in trace if one.what == what and one.at_ns in span)


def stalls(trace: Trace, span: Span) -> list[Span]:
    """Return when a resync held the workers, as far as it began in *span*."""
    found, since = [], None
    for one in trace:
        if one.what == "gc.paused" and one.at_ns in span:
            since = one.at_ns
        elif one.what in ("gc.resumed", "gc.working") and since is not None:
            found.append(Span(since, one.at_ns))
            since = None
    if since is not None:
        found.append(Span(since, span.end_ns))
    return found


def starts(trace: Trace, span: Span) -> list[Span]:
    """Return when a collector that was restarted in *span* had no workers yet."""
    found, since = [], None
    for one in trace:
        if one.what == "process.restart" and one.at_ns in span:
            since = one.at_ns
        elif one.what == "gc.working" and since is not None:
            found.append(Span(since, one.at_ns))
            since = None
    if since is not None:
        found.append(Span(since, span.end_ns))
    return found


def attempt_gaps(trace: Trace, span: Span) -> list[float]:
    """Return the seconds from the start of one attempt to sync to that of the next."""
    starts = [one.at_ns for one in records(trace, "gc.sync", span)]
    return [seconds(after - before) for before, after in pairwise(starts)]


def timed_out(trace: Trace, span: Span) -> int:
    """Return how many attempts to sync timed out in *span*."""
    ends = records(trace, "gc.sync.end", span)
    return sum(one.fields["outcome"] == "timed out" for one in ends)


def collector_deletes(trace: Trace, span: Span) -> list[TraceRecord]:
    """Return the collector's successful DELETE requests in *span*."""
    return [
        one
        for one in records(trace, "api.request", span)
        if one.fields["user"] == COLLECTOR_USER
        and one.fields["verb"] == "delete"
        and one.fields["code"] < HTTP_ERROR
    ]


def graph_events(trace: Trace, span: Span) -> int:
    """Return how many changes the graph builder took in."""
    return sum(1 for _ in records(trace, "gc.graph", span))


def list_error(error: str) -> str:
    """Return *error* from ``failed to list`` on, or all of it."""
    at = error.find(FAILED_TO_LIST)
    return error[at:] if at >= 0 else error


def first(values: list[Any]) -> Any:
    """Return the first of *values*; an empty text if there is none."""
    return values[0] if values else ""
