"""How a run is told on a terminal: pictures, what happened, and the verdict."""

import textwrap
from typing import Any, TextIO

from gcmodel.cli.conclusion import verdict_of
from gcmodel.report import timeline, tree, verdict
from gcmodel.report.clock import clock, moment, spoken
from gcmodel.report.table import shown
from gcmodel.report.terminal import Terminal
from gcmodel.scenarios.scenario import Outcome, replay_command

LISTED_MAX = 6
"""Lists that are longer are told by their ends."""

VALUE_MIN = 10
"""Columns that a fact's value has even if they stick out."""

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
    telling = scenario.telling(options.profile)
    title, summary = telling.title, telling.summary
    if options.remedy.avoids:
        title = f"Avoided: {title}"
        summary = f"In this run: {options.remedy.title}. Otherwise: {summary}"
    terminal.print_bold(title)
    terminal.print_wrapped(summary)
    terminal.print()
    day = moment(stage.epoch_s, 0).strftime("%d %B %Y").lstrip("0")
    length = spoken(stage.cluster.now_ns)
    terminal.print_wrapped(
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


def _judge(outcome: Outcome, terminal: Terminal) -> None:
    terminal.heading("FACTS, measured in this run")
    width = max(len(name) for name in outcome.facts)
    wanted = {one.expectation.fact: one for one in outcome.judgements}
    for name, value in outcome.facts.items():
        judgement = wanted.get(name)
        held = None if judgement is None else judgement.held
        sign = {True: ("✓", "green"), False: ("✗", "red"), None: (" ", "dim")}[held]
        margin = f"    {name:{width}}  "
        room = max(terminal.width - len(margin), VALUE_MIN)
        text = textwrap.shorten(_short(value), room, placeholder=" …")
        terminal.print(f"  {terminal.paint(*sign)} {name:{width}}  {text}")
        if held is False and judgement is not None:
            must = f"must be {judgement.expectation.wanted}"
            terminal.print_all(terminal.beside(" " * len(margin), must))
    terminal.print()
    terminal.print_wrapped(_closing(outcome))
    # A command is one line, however long, so that it can be copied.
    terminal.print(f"Again: {replay_command(outcome.scenario, outcome.options)}")


def _short(value: Any) -> str:
    if isinstance(value, list) and len(value) > LISTED_MAX:
        return f"{len(value)} values, from {min(value)} to {max(value)}"
    return shown(value)


def _closing(outcome: Outcome) -> str:
    judged, missed = outcome.judged, len(outcome.not_judged)
    held = sum(one.held is True for one in judged)
    if not judged:
        return (
            f"The run ended before any of {missed} expectations could be judged; "
            "therefore the exit status is 1."
        )
    text = f"{held} of {len(judged)} expectations hold"
    if missed:
        return f"{text}; the run ended before the other {missed} could be judged."
    return f"{text}."
