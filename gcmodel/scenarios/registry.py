"""The list of stories, by name. It is written out, and nothing adds to it."""

from difflib import get_close_matches

from gcmodel.errors import UsageError
from gcmodel.scenarios.library.broken_conversion_webhook import (
    BROKEN_CONVERSION_WEBHOOK,
)
from gcmodel.scenarios.library.hidden_by_404 import HIDDEN_BY_404
from gcmodel.scenarios.library.rancher_fleet import RANCHER_FLEET
from gcmodel.scenarios.library.tokens_synced_once import TOKENS_SYNCED_ONCE
from gcmodel.scenarios.library.undecodable_object import UNDECODABLE_OBJECT
from gcmodel.scenarios.scenario import Remedy, Scenario

SCENARIOS: tuple[Scenario, ...] = (
    RANCHER_FLEET,
    TOKENS_SYNCED_ONCE,
    BROKEN_CONVERSION_WEBHOOK,
    UNDECODABLE_OBJECT,
    HIDDEN_BY_404,
)


def find_scenario(name: str) -> Scenario:
    """Return the scenario called *name*.

    Raises:
        UsageError: There is none; the message names those that are close.
    """
    by_name = {one.name: one for one in SCENARIOS}
    if name in by_name:
        return by_name[name]
    raise UsageError(f"{name!r}: not a scenario; {_way_out(name, list(by_name))}")


def find_remedy(scenario: Scenario, text: str | None) -> tuple[Remedy, str]:
    """Return the remedy that *text* names, and its mode; the defaults for None.

    Raises:
        UsageError: The scenario knows no such remedy, or the remedy no such mode.
    """
    if text is None:
        remedy = scenario.remedies[0]
        return remedy, next(iter(remedy.modes), "")
    name, colon, mode = text.partition(":")
    by_name = {one.name: one for one in scenario.remedies}
    if name not in by_name:
        way_out = _way_out(name, list(by_name))
        raise UsageError(f"remedy={text!r}: not a remedy of {scenario.name}; {way_out}")
    remedy = by_name[name]
    if not colon:
        return remedy, next(iter(remedy.modes), "")
    if mode not in remedy.modes:
        known = ", ".join(f"{name}:{one}" for one in remedy.modes) or f"just {name}"
        raise UsageError(f"remedy={text!r}: {name} has no such mode; use {known}")
    return remedy, mode


def _way_out(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=3, cutoff=0.5)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"use one of {', '.join(known)}"
