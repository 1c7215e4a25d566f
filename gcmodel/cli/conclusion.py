"""From the facts of a run to its verdict; also of a run that was cut short."""

from collections.abc import Iterator

from gcmodel.kernel.durations import SECOND
from gcmodel.report.clock import spoken
from gcmodel.report.verdict import Verdict, WayOut
from gcmodel.scenarios.scenario import Outcome, Remedy


def verdict_of(outcome: Outcome) -> Verdict:
    """Return what the facts of *outcome* come to."""
    blame = outcome.scenario.blame(dict(outcome.facts))
    return Verdict(
        so_far=_so_far(outcome),
        culprit=blame.resource,
        nobody=_nobody(outcome),
        asked=blame.asked,
        identity=blame.identity,
        error=blame.told,
        cause=_cause(outcome),
        effect=" ".join(filter(None, _effects(outcome))),
        ways_out=list(_ways_out(outcome)),
    )


def _so_far(outcome: Outcome) -> str:
    if not outcome.was_cut:
        return ""
    length = spoken(outcome.stage.cluster.now_ns)
    return (
        f"the run ended after {length}, before the end of the story; "
        "what comes later is not judged"
    )


def _nobody(outcome: Outcome) -> str:
    if not outcome.was_cut:
        return "none: every monitor has synced"
    status = outcome.stage.statuses["after"]
    if not status.working:
        return "none so far: the collector has not started its workers yet"
    if status.blocked_by:
        return f"none so far: {len(status.blocked_by)} monitors have not synced yet"
    return "none so far: every monitor has synced"


def _cause(outcome: Outcome) -> str:
    remedy = outcome.options.remedy
    if not outcome.has_begun:
        return "Nothing has failed yet: what this story is about comes later."
    if remedy.avoids:
        return f"Nothing fails in this run. What was done: {remedy.title}."
    return outcome.scenario.telling(outcome.options.profile).cause


def _effects(outcome: Outcome) -> Iterator[str]:
    facts = outcome.facts
    yield _stop(outcome)
    yield outcome.scenario.effect(dict(facts))
    recovery = facts.get("recovery_s")
    if recovery is not None:
        text = spoken(round(recovery * SECOND))
        yield f"The first object was deleted {text} after the remedy."
    left = len(outcome.stage.moments["after"].leaked())
    yield f"At the end {_left_over(left)}."


def _stop(outcome: Outcome) -> str:
    """Say for how long nothing was collected."""
    held = outcome.facts.get("stalled_s")
    if held:
        length = spoken(round(held * SECOND))
        return f"For {length} nothing was collected, of any kind."
    never = "Collection has not stopped so far" if outcome.was_cut else _NEVER
    if not outcome.has_begun:
        working = outcome.stage.statuses["after"].working
        return f"{never}." if working else "Collection has not begun yet."
    starting = outcome.facts.get("starting_s")
    if starting:
        length = spoken(round(starting * SECOND))
        return f"{never}, but for the {length} in which the new collector started."
    return f"{never}."


_NEVER = "Collection never stopped"


def _left_over(count: int) -> str:
    if not count:
        return "nothing is left over that has lost its owners"
    objects = "1 object is" if count == 1 else f"{count} objects are"
    return f"{objects} left over whose owners are gone"


def _ways_out(outcome: Outcome) -> Iterator[WayOut]:
    """Walk what can be done; nothing is to be done where nothing fails."""
    if outcome.options.remedy.avoids or not outcome.has_begun:
        return
    for one in outcome.scenario.remedies:
        if one.name != "none" and _has_a_point(outcome, one):
            taken = outcome.was_treated and one == outcome.options.remedy
            yield WayOut(one.name, one.title, one.cures, taken)


def _has_a_point(outcome: Outcome, remedy: Remedy) -> bool:
    """Whether it would do something; mopping up does not where nothing stopped."""
    if outcome.facts.get("stalled_s"):
        return True
    return remedy.cures and not remedy.in_place(outcome.options.profile)
