# ruff: noqa: INP001  (a script)
"""Writes the pages of reference that are made from the code.

Run it as ``python -m docs.generate`` after a change of settings, versions, errors,
scenarios or public names; a test says when that was forgotten.
"""

import argparse
import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import attrs

import gcmodel
from docs.conformance_rows import read_rows
from gcmodel import errors
from gcmodel.cli.main import parser
from gcmodel.cluster.settings import ClusterSettings
from gcmodel.kernel.durations import format_duration
from gcmodel.scenarios.library.replaced_manager import TOLERANT
from gcmodel.scenarios.registry import SCENARIOS
from gcmodel.scenarios.scenario import Options, Remedy, Scenario
from gcmodel.versions.changes import CHANGES, Change
from gcmodel.versions.profile import Profile, known_versions

REFERENCE = Path(__file__).parent / "reference"
NOTE = "<!-- Made by docs/generate.py: change the code, then run it again. -->"
SIGNATURE_MAX = 150
"""Longer signatures are shown without defaults, and then without all but one name."""

_UNTELLING = re.compile(r"<[^<>]*>|NOTHING")
_ROLE = re.compile(r":(?:meth|class|func|mod):`~?\.?([^`]+)`")


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    """Render a Markdown table; what would end a cell is escaped."""
    yield _row(head)
    yield _row("---" for _ in head)
    for row in rows:
        yield _row(row)


def _row(cells: Iterable[object]) -> str:
    texts = [" ".join(str(cell).replace("|", r"\|").split()) for cell in cells]
    return "| " + " | ".join(texts) + " |"


def code(value: object) -> str:
    """Render *value* as code."""
    return f"`{value}`"


def prose(text: str) -> str:
    """Render the prose of a docstring as Markdown."""
    return _ROLE.sub(r"`\1`", text).replace("``", "`")


def summary(documented: object) -> str:
    """Return the first sentence of a docstring."""
    return prose((inspect.getdoc(documented) or "").split("\n\n")[0].replace("\n", " "))


def attributes(documented: type) -> dict[str, str]:
    """Return what the ``Attributes:`` section of a class says, by name."""
    _, _, section = (inspect.getdoc(documented) or "").partition("Attributes:\n")
    found: dict[str, str] = {}
    name = ""
    for line in section.splitlines():
        begins = re.match(r"    (\w+): (.*)", line)
        if begins:
            name = begins[1]
            found[name] = begins[2]
        elif line.startswith("        ") and name:
            found[name] += " " + line.strip()
    return {name: prose(text) for name, text in found.items()}


# Settings


def settings_page() -> Iterator[str]:
    """Every knob of a cluster."""
    yield "# Settings"
    yield (
        "Each setting is a keyword of `gcmodel.Cluster(…)`, and a field of "
        "`gcmodel.cluster.settings.ClusterSettings`.\n"
        "A setting that is not in this table is refused, and so is a value that "
        "cannot be."
    )
    meanings = attributes(ClusterSettings)
    defaults = ClusterSettings()
    rows = [
        (code(one.name), _default(one.name, getattr(defaults, one.name)), meaning)
        for one in attrs.fields(ClusterSettings)
        for meaning in [meanings[one.name]]
    ]
    yield "\n".join(table(("setting", "default", "meaning"), rows))
    yield (
        "Durations whose name ends in `_ns` are nanoseconds; "
        "`gcmodel.kernel.durations` has `SECOND` and `parse_duration`.\n"
        "See [virtual time](../explanation/virtual-time.md) for what latency does."
    )


def _default(name: str, value: object) -> str:
    if name.endswith("_ns") and isinstance(value, int):
        return f"`{value:_}` ({format_duration(value)})"
    if isinstance(value, tuple):
        return ", ".join(code(one) for one in value)
    if attrs.has(type(value)):
        legs = attrs.asdict(value).items()  # type: ignore[arg-type]  # it is one
        return ", ".join(f"{leg} {_bounds(given)}" for leg, given in legs)
    return code(value)


def _bounds(given: int | tuple[int, int]) -> str:
    if isinstance(given, int):
        return format_duration(given)
    return " to ".join(format_duration(one) for one in given)


# Versions


def versions_page() -> Iterator[str]:
    """Which rule changed when."""
    first, *_, last = known_versions()
    yield "# Versions"
    yield (
        f"Every minor version from {first} to {last} is modelled.\n"
        "A version is a `gcmodel.Profile`: a frozen value of named rules.\n"
        "No other code compares versions.\n"
        "`Profile.for_version(…)` reads `1.31`, `v1.20.2` and `1.31.5+k3s1`; a "
        "version without a patch number is the first patch of its minor.\n"
        "`flipped(…)` changes single rules: see "
        "[How to compare versions](../how-to/compare-versions.md)."
    )
    yield "## What changed, in order of release"
    yield "\n".join(
        table(
            ("since", "rule", "becomes", "what a user sees of it", "source"),
            (_change(one) for one in CHANGES),
        )
    )
    yield (
        "*Inferred* means that the pull request is known, and its minor version is "
        "a conclusion from dates or from recordings."
    )
    yield "## The rules"
    yield (
        f"*At first* is what the rule is in {first}; *later* lists the changes.\n"
        "A rule that never changes is in no release, and is there to be flipped."
    )
    meanings = attributes(Profile)
    rows = [
        (code(one.name), code(one.default), _later(one.name), meanings[one.name])
        for one in attrs.fields(Profile)
        if one.name != "version"
    ]
    yield "\n".join(table(("rule", "at first", "later", "meaning"), rows))


def _change(change: Change) -> tuple[object, ...]:
    return (
        _release(change),
        code(change.field),
        code(change.value),
        change.meaning,
        change.source,
    )


def _release(change: Change) -> str:
    minor, patch = change.since
    return f"1.{minor}.{patch}" if patch else f"1.{minor}"


def _later(rule: str) -> str:
    changes = [one for one in CHANGES if one.field == rule]
    told = ", ".join(f"{_release(one)}: `{one.value}`" for one in changes)
    return told or "in no release"


# Errors

KINDS: tuple[tuple[type[Exception], str, str], ...] = (
    (
        errors.ApiError,
        "The simulated server says no",
        (
            "Controllers handle it, as they do upstream.\n"
            "It carries a `Status`: `error.code`, `error.reason`, `error.message`, and "
            "`error.status.causes` for the fields that broke a rule."
        ),
    ),
    (
        errors.UsageError,
        "The caller is wrong",
        (
            "The message is one line: the value, the rule, the way out.\n"
            "Nothing ran, and nothing was applied.\n"
            "On the command line the exit status is 2."
        ),
    ),
    (
        errors.SimulationError,
        "The run cannot go on",
        (
            "It carries `error.seed`, `error.at_ns`, `error.task`, and "
            "`error.replay`, the command that replays the run if there is one."
        ),
    ),
    (
        errors.PropertyViolationError,
        "A property broke",
        "It is an `AssertionError` as well, so test runners show it as a failure.",
    ),
)


def errors_page() -> Iterator[str]:
    """Every exception that is raised on purpose."""
    yield "# Errors"
    yield (
        "Errors are of four kinds, which are never mixed.\n"
        "All derive from `gcmodel.GcModelError`.\n"
        "Any other exception that leaves gcmodel is a bug in gcmodel."
    )
    for kind, title, text in KINDS:
        yield f"## {title}"
        yield text
        rows = [
            (code(one.__name__), _status_code(one), summary(one))
            for one in (kind, *_below(kind))
        ]
        yield "\n".join(table(("error", "code", "meaning"), rows))
    others = [
        one
        for one in errors.GcModelError.__subclasses__()
        if one.__module__ == errors.__name__
        and one not in {kind for kind, _, _ in KINDS}
    ]
    if others:
        yield "## Inside"
        yield "These do not reach a caller of `Cluster`."
        rows = [(code(one.__name__), "", summary(one)) for one in others]
        yield "\n".join(table(("error", "code", "meaning"), rows))


def _below(kind: type[Exception]) -> Iterator[type[Exception]]:
    for one in kind.__subclasses__():
        if one.__module__ == errors.__name__:
            yield one
            yield from _below(one)


def _status_code(kind: type[Exception]) -> str:
    if kind is errors.AlreadyExistsError:
        return "409"
    by_code = errors._BY_CODE.items()  # noqa: SLF001  (the table is the source)
    return next((str(number) for number, one in by_code if one is kind), "")


# Scenarios


def scenarios_page() -> Iterator[str]:
    """Every story, its options, and what must come out."""
    yield "# Scenarios"
    yield (
        "A scenario is a story with facts that its run must bring out.\n"
        "`gcmodel run NAME` tells it; `holds` is whether every fact is what it "
        "must be, for the version and the remedy that were chosen.\n"
        "See [How to write a scenario](../how-to/write-a-scenario.md)."
    )
    yield "\n".join(
        table(
            ("name", "in one line"),
            ((f"[`{one.name}`](#{one.name})", one.title) for one in SCENARIOS),
        )
    )
    for one in SCENARIOS:
        yield from _scenario(one)


def _scenario(scenario: Scenario) -> Iterator[str]:
    yield f"## {scenario.name}"
    yield f"**{scenario.title}.**\n{_sentences(scenario.summary)}"
    yield f"Why: {_sentences(scenario.cause)}"
    if scenario.tolerated is not None:
        told = scenario.tolerated
        yield (
            f"With {TOLERANT} or later: **{told.title}.**\n"
            f"{_sentences(told.summary)}\nWhy: {_sentences(told.cause)}"
        )
    yield (
        f"It runs on Kubernetes {scenario.kubernetes} unless told otherwise, and "
        f"ends after {format_duration(scenario.duration_ns)} of virtual time."
    )
    yield "\n".join(
        table(
            ("remedy", "what is done", "modes", "cures?"),
            (_remedy(one) for one in scenario.remedies),
        )
    )
    default = scenario.remedies[0]
    options = Options(
        profile=Profile.for_version(scenario.kubernetes),
        remedy=default,
        mode=next(iter(default.modes), ""),
    )
    yield f"Facts, with {scenario.kubernetes} and `{default.name}`:"
    rows = [(code(one.fact), one.wanted) for one in scenario.expect(options)]
    yield "\n".join(table(("fact", "must be"), rows))


def _remedy(remedy: Remedy) -> tuple[object, ...]:
    cures = "nothing fails" if remedy.avoids else "yes" if remedy.cures else "no"
    modes = ", ".join(code(mode) for mode in remedy.modes)
    return code(remedy.name), remedy.title, modes, cures


def _sentences(text: str) -> str:
    return re.sub(r"(?<=[.]) (?=[A-Z])", "\n", text)


# Command line

EXITS = (
    (0, "the facts of the run hold, as far as it went; what was compared agrees"),
    (1, "they do not, the run could not go on, or bad objects were skipped"),
    (2, "wrong use: one line says what was wrong; nothing ran"),
    (130, "interrupted with Ctrl-C"),
    (141, "whoever read the output, such as `head`, has gone away"),
)


def cli_page() -> Iterator[str]:
    """Every command with its arguments."""
    whole = parser()
    yield "# Command line"
    yield (
        "`gcmodel` is installed with the package; `python -m gcmodel` is the same.\n"
        "Colour is used on a terminal only, and not if `NO_COLOR` is set.\n"
        "Lines are as wide as the terminal, up to 100 columns; elsewhere they have "
        "100.\n"
        "Progress is shown on a terminal where a run takes longer than a second."
    )
    choices = next(one for one in whole._actions if one.dest == "command")  # noqa: SLF001  (argparse shows them nowhere else)
    commands: dict[str, argparse.ArgumentParser] = dict(choices.choices or {})
    for name, command in commands.items():
        yield f"## gcmodel {name}"
        yield _purpose(choices, name)
        rows = [
            (_argument(one), _help(one))
            for one in command._actions  # noqa: SLF001  (likewise)
            if one.dest != "help"
        ]
        if rows:
            yield "\n".join(table(("argument", "meaning"), rows))
    yield "## A run that is cut short"
    yield (
        "`--until` can end a run before its story does.\n"
        "What comes later is not judged: JSON names those facts in `not_judged`, the "
        "text counts them, a table says `so far`; `holds` and the exit status speak of "
        "the others only.\n"
        "If there are no others, nothing holds, and the status is 1; `--json` and "
        "`--log` say so on standard error.\n"
        "The story is as long as [scenarios](scenarios.md) says; `not_judged` is empty "
        "if it was told to its end."
    )
    yield "## Exit status"
    yield "\n".join(table(("status", "means"), EXITS))
    yield (
        "See [How to compare versions](../how-to/compare-versions.md), "
        "[How to replay a run](../how-to/replay-a-run.md), "
        "[How to check conformance](../how-to/check-conformance.md) and "
        "[How to read a dump](../how-to/read-a-dump.md) for examples."
    )


def _purpose(choices: argparse.Action, name: str) -> str:
    helps = [one for one in choices._get_subactions() if one.dest == name]  # type: ignore[attr-defined]  # noqa: SLF001
    text = helps[0].help or ""
    return f"{text[:1].upper()}{text[1:]}."


def _argument(action: argparse.Action) -> str:
    shown = action.metavar or ""
    if not action.option_strings:
        more = " …" if action.nargs == "+" else ""
        return code(f"{shown}{more}")
    return ", ".join(code(f"{one} {shown}".strip()) for one in action.option_strings)


def _help(action: argparse.Action) -> str:
    return (action.help or "") % {"default": action.default}


# Public names


def api_page() -> Iterator[str]:
    """Every public name with its signature and its first sentence."""
    yield "# Python interface"
    yield (
        "These are the names of `gcmodel` itself.\n"
        "Whatever else a page of these documents uses stands in the module that it "
        "is imported from, with its docstring.\n"
        "Importing `gcmodel` loads none of them; each is loaded when it is first "
        "asked for."
    )
    for name in gcmodel.__all__:
        value = getattr(gcmodel, name)
        yield f"## {name}"
        if issubclass(value, Exception):
            yield f"{summary(value)}\nSee [errors](errors.md)."
            continue
        yield summary(value)
        if issubclass(value, Enum):
            yield "\n".join(f"- `{name}.{one.name}`" for one in value)
            continue
        yield f"```text\n{name}{_signature(value)}\n```"
        if value is gcmodel.Profile:
            yield "Its rules stand in [versions](versions.md#the-rules)."
        rows = list(_members(value))
        if rows:
            yield "\n".join(table(("member", "meaning"), rows))


def _members(kind: type) -> Iterator[tuple[str, str]]:
    meanings = attributes(kind)
    if kind is not gcmodel.Profile:
        yield from ((code(name), meaning) for name, meaning in meanings.items())
    for name, member in vars(kind).items():
        plain = inspect.unwrap(getattr(member, "__func__", member))
        if name.startswith("_") or name in meanings:
            continue
        if isinstance(member, property):
            yield code(name), summary(member)
        elif inspect.isfunction(plain) and inspect.getdoc(plain):
            yield code(f"{name}{_signature(plain)}"), summary(plain)


def _signature(value: Any) -> str:
    try:
        given = inspect.signature(value)
    except ValueError:
        return ""
    wanted = [
        one.replace(annotation=inspect.Parameter.empty)
        for one in given.parameters.values()
        if one.name not in ("self", "cls")
    ]
    bare = given.replace(parameters=wanted, return_annotation=inspect.Signature.empty)
    if len(str(bare)) > SIGNATURE_MAX:
        # Shorter, if still complete in its names.
        nameless = [one.replace(default=inspect.Parameter.empty) for one in wanted]
        bare = bare.replace(parameters=nameless)
    if len(str(bare)) > SIGNATURE_MAX:
        return f"({wanted[0].name}, …)"
    return _UNTELLING.sub("…", str(bare))


def conformance_page() -> Iterator[str]:
    """Render the page of conformance rows."""
    rows = read_rows()
    yield "# Conformance rows"
    yield (
        "Each row is a claim about Kubernetes, taken from its source or its own tests, "
        "and held by a test of this project in every run of `make test`.\n"
        "Ids that begin with `GC-U`, `GC-I` and `GC-E` are upstream's unit, "
        "integration and end-to-end tests of the collector; `X` adds to them; `AS` are "
        "rules of the API server and the controllers; `GC-M` and `AS-M` are rows of "
        "our own. Where no version is named, the rule is the same in all, and is "
        "played on one.\n"
        "How the recordings of a real control plane are checked says "
        "[check conformance](../how-to/check-conformance.md)."
    )
    ids = {one for row in rows for one in row.all_ids}
    yield f"{len(ids)} ids in {len(rows)} rows; all are held."
    yield "\n".join(
        table(
            ("id", "claim", "upstream", "versions", "held by"),
            (
                (
                    row.ids,
                    prose(row.claim),
                    prose(row.source) or "none; see the row it adds to",
                    row.versions,
                    code(row.test.removeprefix("tests/")),
                )
                for row in rows
            ),
        )
    )


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "api.md": api_page,
    "cli.md": cli_page,
    "conformance.md": conformance_page,
    "errors.md": errors_page,
    "scenarios.md": scenarios_page,
    "settings.md": settings_page,
    "versions.md": versions_page,
}


def render(name: str) -> str:
    """Return the text of the page called *name*."""
    return "\n\n".join([NOTE, *PAGES[name]()]) + "\n"


def write() -> None:
    """Write every page."""
    for name in PAGES:
        (REFERENCE / name).write_text(render(name), encoding="utf-8")


if __name__ == "__main__":
    write()
