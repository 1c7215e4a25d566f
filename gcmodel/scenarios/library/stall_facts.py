"""The facts of a stall: what blocked, since when, how it ended, what was left over."""

from typing import Any

import attrs

from gcmodel.garbagecollector.status import CollectorStatus
from gcmodel.scenarios.measurements import (
    Span,
    attempt_gaps,
    collector_deletes,
    first,
    graph_events,
    list_error,
    records,
    seconds,
    stalls,
    starts,
    timed_out,
)
from gcmodel.scenarios.stage import Stage

Facts = dict[str, Any]

STATUS_FACTS = ("list_error", "blocked_by", "blocked_identity", "sync_errors_metric")


@attrs.frozen
class Periods:
    """How a run divides.

    Attributes:
        trouble: From when the failure can show to when the remedy is due, whether one
            is applied or not; to the end, if the run does not get that far.
        whole: From when the failure can show to the end of the run.
    """

    trouble: Span
    whole: Span

    @classmethod
    def of(cls, stage: Stage) -> "Periods | None":
        """Return the periods of a run, or None if the trouble never began."""
        if "trouble" not in stage.marks:
            return None
        start, end = stage.marks["trouble"], stage.cluster.now_ns + 1
        peak = stage.moments.get("during")
        due = end if peak is None else peak.at_ns + 1
        return cls(Span(start, due), Span(start, end))


def stall_facts(stage: Stage) -> Facts:
    """Return what the collector did and said, before and after the remedy."""
    names = (
        "sync_diff",
        "attempts_before_remedy",
        "attempt_gaps_s",
        "timed_out_attempts",
        "stalled_s",
        "starting_s",
        "graph_moves_during_stall",
        "deletes_during_stall",
    )
    periods = Periods.of(stage)
    facts: Facts = dict.fromkeys((*STATUS_FACTS, *names, "recovery_s"))
    if periods is None:
        return facts
    return facts | _status_facts(stage) | _sync_facts(stage, periods)


def _status_facts(stage: Stage) -> Facts:
    # A run that ends in the trouble is told by what it ends with.
    status = stage.statuses.get("during") or stage.statuses.get("after")
    if status is None:
        return {}
    blocking = first(list(status.blocked_by))
    return {
        "list_error": list_error(blocking.error) if blocking else "",
        "blocked_by": str(blocking),
        "blocked_identity": blocking.identity if blocking else "",
        "sync_errors_metric": _metric(stage, status),
    }


def _metric(stage: Stage, status: CollectorStatus) -> int | None:
    return status.sync_errors if stage.cluster.profile.sync_error_metric else None


def _sync_facts(stage: Stage, periods: Periods) -> Facts:
    trace = stage.cluster.trace
    held = stalls(trace, periods.whole)
    starting = starts(trace, periods.whole)
    attempts = list(records(trace, "gc.sync", periods.trouble))
    facts: Facts = {
        "sync_diff": first([one.fields["diff"] for one in attempts]),
        "attempts_before_remedy": len(attempts),
        "attempt_gaps_s": attempt_gaps(trace, periods.trouble),
        "timed_out_attempts": timed_out(trace, periods.trouble),
        "stalled_s": round(sum(one.seconds for one in held), 3),
        "starting_s": round(sum(one.seconds for one in starting), 3),
    }
    if held:
        events = sum(graph_events(trace, one) for one in held)
        deletes = sum(len(collector_deletes(trace, one)) for one in held)
        facts["graph_moves_during_stall"] = events > 0
        facts["deletes_during_stall"] = deletes
    return facts | _recovery(stage, periods)


def _recovery(stage: Stage, periods: Periods) -> Facts:
    remedy_ns = stage.marks.get("remedy", -1)
    held = stalls(stage.cluster.trace, periods.whole)
    if not any(remedy_ns in one for one in held):
        return {}
    after = Span(remedy_ns, periods.whole.end_ns)
    deletes = collector_deletes(stage.cluster.trace, after)
    if not deletes:
        return {}
    return {"recovery_s": seconds(deletes[0].at_ns - remedy_ns)}
