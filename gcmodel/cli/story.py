"""How a run is told on a terminal: pictures, what happened, and the verdict."""

import textwrap
from collections.abc import Iterator
from typing import Any, TextIO

from gcmodel.kernel.durations import SECOND
from gcmodel.report import timeline, tree, verdict
from gcmodel.report.clock import clock, moment, spoken
from gcmodel.report.table import shown
from gcmodel.report.terminal import WIDTH, Terminal, wrapped
from gcmodel.scenarios.scenario import Outcome, replay_command

LISTED_MAX = 6
"""Lists that are longer are told by their ends."""

_PICTURES = {
    "before": "BEFORE: who owns whom at {clock}",
    "during": "DURING: the same at {clock}",
    "after": "AFTER: at the end, at {clock}",
}


def tell(outcome: Outcome, stream: TextIO) -> None:
    """Tell the whole story."""
    terminal = Terminal.on(stream)
    _introduce(outcome, terminal)
    lines = timeline.timeline(outcome.stage.cluster.trace)
    told = 0
    for name in _PICTURES:
        snapshot = outcome.stage.moments.get(name)
        if snapshot is None:
            continue
        until = [one for one in lines[told:] if one.at_ns <= snapshot.at_ns]
        _tell_part(outcome, until, terminal)
        told += len(until)
        _draw(outcome, name, terminal)
    terminal.heading("VERDICT")
    terminal.print_all(verdict.render(verdict_of(outcome), terminal))
    _judge(outcome, terminal)


def _introduce(outcome: Outcome, terminal: Terminal) -> None:
    scenario, options, stage = outcome.scenario, outcome.options, outcome.stage
    terminal.print(terminal.paint(scenario.title, "bold"))
    terminal.print_all(wrapped(scenario.summary))
    terminal.print()
    day = moment(stage.epoch_s, 0).strftime("%d %B %Y").lstrip("0")
    length = spoken(stage.cluster.now_ns)
    terminal.print(
        f"Kubernetes {options.profile.version}, remedy {options.remedy_text}, "
        f"seed {options.seed}; {day}, {length} of virtual time"
    )


def _tell_part(
    outcome: Outcome, lines: list[timeline.StoryLine], terminal: Terminal
) -> None:
    if not lines:
        return
    head = f"{'CLOCK':8}  {'GC IS':8}  {'WHO':16} WHAT HAPPENS, AND WHAT IT MEANS"
    terminal.heading(head)
    epoch_s = outcome.stage.epoch_s
    terminal.print_all(timeline.render(lines, epoch_s, terminal))


def _draw(outcome: Outcome, name: str, terminal: Terminal) -> None:
    snapshot = outcome.stage.moments[name]
    at = clock(outcome.stage.epoch_s, snapshot.at_ns)
    terminal.heading(_PICTURES[name].format(clock=at))
    lines = list(tree.draw(snapshot, terminal))
    terminal.print_all(f"  {line}" for line in lines or ["(nothing)"])


def verdict_of(outcome: Outcome) -> verdict.Verdict:
    """Return what the facts of *outcome* come to."""
    facts, scenario = outcome.facts, outcome.scenario
    return verdict.Verdict(
        culprit=facts.get("blocked_by") or "",
        identity=facts.get("blocked_identity") or "",
        error=facts.get("list_error") or "",
        cause=_cause(outcome),
        effect=" ".join(filter(None, _effects(outcome))),
        ways_out=[
            verdict.WayOut(
                one.name,
                one.title,
                one.cures,
                one.name == outcome.options.remedy.name,
            )
            for one in scenario.remedies
            if one.name != "none"
        ],
    )


def _cause(outcome: Outcome) -> str:
    remedy = outcome.options.remedy
    if remedy.avoids:
        return f"Nothing fails in this run. What was done: {remedy.title}."
    return outcome.scenario.cause


def _effects(outcome: Outcome) -> Iterator[str]:
    facts = outcome.facts
    held = facts.get("stalled_s")
    if held:
        yield f"For {spoken(round(held * SECOND))} nothing was collected, of any kind."
    else:
        yield "Collection never stopped."
    yield outcome.scenario.effect(dict(facts))
    recovery = facts.get("recovery_s")
    if recovery is not None:
        text = spoken(round(recovery * SECOND))
        yield f"The first object was deleted {text} after the remedy."
    left = len(outcome.stage.moments["after"].leaked())
    yield f"At the end {_left_over(left)}."


def _left_over(count: int) -> str:
    if not count:
        return "nothing is left over that has lost its owners"
    objects = "1 object is" if count == 1 else f"{count} objects are"
    return f"{objects} left over whose owners are gone"


def _judge(outcome: Outcome, terminal: Terminal) -> None:
    terminal.heading("FACTS, measured in this run")
    width = max(len(name) for name in outcome.facts)
    wanted = {one.expectation.fact: one for one in outcome.judgements}
    for name, value in outcome.facts.items():
        judgement = wanted.get(name)
        held = None if judgement is None else judgement.held
        sign = {True: ("✓", "green"), False: ("✗", "red"), None: (" ", "dim")}[held]
        margin = f"    {name:{width}}  "
        text = textwrap.shorten(_short(value), WIDTH - len(margin), placeholder=" …")
        terminal.print(f"  {terminal.paint(*sign)} {name:{width}}  {text}")
        if held is False and judgement is not None:
            must = f"must be {judgement.expectation.wanted}"
            terminal.print_all(wrapped(must, " " * len(margin)))
    terminal.print()
    terminal.print(_closing(outcome))
    command = replay_command(outcome.scenario, outcome.options)
    terminal.print(f"Again: {command}")


def _short(value: Any) -> str:
    if isinstance(value, list) and len(value) > LISTED_MAX:
        return f"{len(value)} values, from {min(value)} to {max(value)}"
    return shown(value)


def _closing(outcome: Outcome) -> str:
    judged = [one for one in outcome.judgements if one.held is not None]
    held = sum(one.held is True for one in judged)
    missed = len(outcome.judgements) - len(judged)
    if not judged:
        return f"The run ended before any of {missed} expectations could be judged."
    text = f"{held} of {len(judged)} expectations hold"
    if missed:
        return f"{text}; the run ended before the other {missed} could be judged."
    return f"{text}."
