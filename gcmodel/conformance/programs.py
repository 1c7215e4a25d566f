"""Programs as they are written down: read strictly, line by line.

A line that cannot be read is a :class:`Problem` with its place; it never keeps the
other lines from being read.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from gcmodel.conformance.fields import MalformedError, each, required
from gcmodel.conformance.recorded_files import (
    NESTED_TOO_DEEPLY,
    UNREADABLE,
    NotJsonError,
    lines_of,
    parsed,
    reason,
)
from gcmodel.conformance.steps import Step, read_steps
from gcmodel.objects.metadata import Json

VERSION = "1.20.2"
"""What the recordings were made on; the format says that it is always this."""

_FORMAT_KEYS = ("format", "formatVersion", "format_version", "version")
_ID_FIRST = re.compile(r'\s*\{\s*"id"\s*:\s*"([^"\\]*)"')
_REQUEST_PARTS = (str, str, str, dict | None, dict | None, int)
_RESULTS = ("responses", "states", "events")

NOTHING = "no program in it; give files of recorded programs"
NO_PROGRAM = (
    "none of its lines is a program; give a file with one program a line, or "
    "--incident for a recording of stalled collectors"
)


@attrs.frozen
class Problem:
    """A line that was not replayed, or a file of which nothing was.

    Attributes:
        line: Counted from 1; None if it is about the file.
        id: Of the program, as far as it could be read.
    """

    file: str
    line: int | None
    id: str
    problem: str

    def __str__(self) -> str:
        """Render as ``file:line: id: problem``, or as ``file: problem``."""
        if self.line is None:
            return f"{self.file}: {self.problem}"
        return f"{self.file}:{self.line}: {self.id or '(no id)'}: {self.problem}"

    @property
    def place(self) -> tuple[str, int]:
        """Where it belongs in a list of problems: a file's own come first."""
        return self.file, self.line or 0


@attrs.frozen
class Outcome:
    """What the program led to in one or more runs.

    Attributes:
        count: In how many runs.
        one_worker: How many of those had a single worker.
    """

    responses: list[Json]
    states: list[Json]
    events: list[Json]
    count: int = 1
    one_worker: int = 0


@attrs.frozen
class Program:
    """One program with all that was recorded of it.

    Attributes:
        racy: More than one outcome is possible.
        outcomes: One, unless racy.
        settles: What the collector looked like at each settle.
        requests: What the collector sent between settles, with many workers.
        requests_one_worker: The same with one worker, if that was recorded.
        writes_vary: The collector's writes differed between runs.
        virtual_varies: The virtual nodes differed between runs.
    """

    file: str
    line: int
    id: str
    steps: tuple[Step, ...]
    racy: bool
    outcomes: tuple[Outcome, ...]
    settles: list[Json]
    requests: list[list[Any]]
    requests_one_worker: list[list[Any]] | None
    writes_vary: bool
    virtual_varies: bool

    @property
    def expected(self) -> Outcome:
        """The only outcome, or the most frequent one."""
        return self.outcomes[0]

    @property
    def settle_steps(self) -> list[int]:
        """The indexes of the settles."""
        return [step.index for step in self.steps if step.op == "settle"]

    @property
    def restarts(self) -> bool:
        """Whether the controller manager is started on the way."""
        return any(step.op == "controller_start" for step in self.steps)

    def problem(self, text: str) -> Problem:
        """Return *text* with the place of this program."""
        return Problem(self.file, self.line, self.id, text)


def read_programs(path: Path) -> Iterator[Program | Problem]:
    """Read the file at *path*, plain or gzipped, one program a line.

    A file of which no line is like a program is one problem, however many lines;
    so is one without lines.
    """
    found = list(_read_lines(path))
    lines = [one for one in found if one.line is not None]
    if not found:
        yield Problem(path.name, None, "", NOTHING)
    elif len(lines) > 1 and not any(_is_like_a_program(one) for one in lines):
        yield Problem(path.name, None, "", NO_PROGRAM)
        yield from (one for one in found if one.line is None)
    else:
        yield from found


def _is_like_a_program(found: Program | Problem) -> bool:
    return isinstance(found, Program) or bool(found.id)


def _read_lines(path: Path) -> Iterator[Program | Problem]:
    number = 0
    try:
        for number, line in enumerate(lines_of(path), start=1):
            if line.strip():
                yield _read_line(line, path.name, number)
    except UNREADABLE as error:
        after = f" after line {number}" if number else ""
        text = f"cannot be read{after}: {reason(error)}"
        yield Problem(path.name, None, "", text)


def _read_line(line: bytes, file: str, number: int) -> Program | Problem:
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        name = _id_of(line.decode(errors="replace"))
        wrong = f"not UTF-8: {error.reason} at byte {error.start + 1}"
        return Problem(file, number, name, wrong)
    return read_program(text, file, number)


def read_program(text: str, file: str = "-", line: int = 1) -> Program | Problem:
    """Read one line."""
    name = _id_of(text)
    try:
        wire = _object(text)
        name = str(wire.get("id", ""))
        return _program(wire, file, line)
    except (MalformedError, NotJsonError) as error:
        return Problem(file, line, name, str(error))
    except RecursionError:
        return Problem(file, line, name, NESTED_TOO_DEEPLY)


def _id_of(text: str) -> str:
    """Return the id that *text* begins with, though the rest may be unreadable."""
    found = _ID_FIRST.match(text)
    return found[1] if found else ""


def _object(text: str) -> Json:
    wire = parsed(text)
    if not isinstance(wire, dict):
        raise MalformedError(f"{text.strip()[:60]}: must be a JSON object")
    return wire


def _program(wire: Json, file: str, line: int) -> Program:
    name: str = required(wire, "id", str)
    if not name:
        raise MalformedError('id="": must not be empty')
    _check_format(wire)
    steps = read_steps(required(wire, "steps", list))
    racy: bool = required(wire, "racy", bool)
    outcomes = _outcomes(wire, racy=racy)
    for outcome in outcomes:
        _check_lengths(steps, outcome)
    settles = sum(step.op == "settle" for step in steps)
    one_worker = wire.get("gc_requests_one_worker")
    return Program(
        file=file,
        line=line,
        id=name,
        steps=steps,
        racy=racy,
        outcomes=outcomes,
        settles=each(_counted(wire, "settles", settles), dict, "settles"),
        requests=_requests(wire, "gc_requests", settles),
        requests_one_worker=(
            None
            if one_worker is None
            else _requests(wire, "gc_requests_one_worker", settles)
        ),
        writes_vary=bool(wire.get("gc_writes_vary")),
        virtual_varies=bool(wire.get("virtual_varies")),
    )


def _check_format(wire: Json) -> None:
    for key in _FORMAT_KEYS:
        if key in wire and wire[key] != 1:
            raise MalformedError(f"{key}={wire[key]!r}: must be 1 or left out")
    version = required(wire, "kubernetes", str)
    if version != VERSION:
        raise MalformedError(
            f"kubernetes={version!r}: must be {VERSION!r}; programs of other versions "
            "are not of this format"
        )


def _outcomes(wire: Json, *, racy: bool) -> tuple[Outcome, ...]:
    if not racy:
        return (_outcome(wire, ""),)
    found = required(wire, "outcomes", list)
    if not found:
        raise MalformedError("outcomes: must not be empty in a racy program")
    return tuple(
        _outcome(one, f"outcomes[{index}].") for index, one in enumerate(found)
    )


def _outcome(wire: Any, where: str) -> Outcome:
    if not isinstance(wire, dict):
        raise MalformedError(f"{where.rstrip('.')}: must be a JSON object")
    responses, states, events = (
        each(required(wire, key, list, where), dict, f"{where}{key}")
        for key in _RESULTS
    )
    for index, event in enumerate(events):
        for key in ("handle", "reason", "message"):
            required(event, key, str, f"{where}events[{index}].")
    count, one_worker = wire.get("count", 1), wire.get("one_worker", 0)
    return Outcome(responses, states, events, count, one_worker)


def _check_lengths(steps: tuple[Step, ...], outcome: Outcome) -> None:
    requests = [step.index for step in steps if step.is_request]
    answered = [one.get("step") for one in outcome.responses]
    if answered != requests:
        raise MalformedError(
            f"responses: belong to steps {answered}, must be those of {requests}"
        )
    settles = sum(step.op == "settle" for step in steps)
    if len(outcome.states) != settles:
        raise MalformedError(
            f"states: {len(outcome.states)} entries, must be one for each of the "
            f"{settles} settles"
        )


def _counted(wire: Json, key: str, count: int) -> list[Any]:
    found: list[Any] = required(wire, key, list)
    if len(found) != count:
        raise MalformedError(
            f"{key}: {len(found)} entries, must be one for each of the {count} settles"
        )
    return found


def _requests(wire: Json, key: str, count: int) -> list[list[Any]]:
    found = each(_counted(wire, key, count), list, key)
    for index, sent in enumerate(found):
        for request in each(sent, list, f"{key}[{index}]"):
            if not _is_request(request):
                raise MalformedError(
                    f"{key}[{index}]: {json.dumps(request)[:60]}: must be verb, "
                    "resource, name, options, patch and code"
                )
    return found


def _is_request(parts: list[Any]) -> bool:
    return len(parts) == len(_REQUEST_PARTS) and all(
        isinstance(part, kind) for part, kind in zip(parts, _REQUEST_PARTS, strict=True)
    )
