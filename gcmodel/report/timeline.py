"""The story of a run, line by line: when, who, what, and what it means.

Everything that the collector did is read off the trace; what people did is told by
the scenario's own records.
"""

import textwrap
from collections.abc import Callable, Iterable, Iterator

import attrs

from gcmodel.cluster.controller_manager import COLLECTOR_USER, INFORMERS_USER
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.trace import TraceRecord
from gcmodel.report.clock import clock, spoken
from gcmodel.report.error_text import reflector_error
from gcmodel.report.table import counted
from gcmodel.report.terminal import Terminal

HTTP_ERROR = 400
STARTING, WORKING, PAUSED = "starting", "working", "PAUSED"
_STYLES = {STARTING: ("yellow",), WORKING: ("green",), PAUSED: ("red", "bold")}
_WHO = 16
BURST_NS = 2 * SECOND
"""Deletes that are no further apart are told as one."""

NAMED_MAX = 2
"""So many deleted objects are named; more are counted."""

ERROR_MAX = 250
"""Characters of an error that are told; the verdict has all of it."""


@attrs.frozen
class StoryLine:
    """One line.

    Attributes:
        state: How the collector stood: ``starting``, ``working``, ``PAUSED``.
        meaning: What follows from it; may be empty.
    """

    at_ns: int
    state: str
    who: str
    did: str
    meaning: str = ""


@attrs.define
class Narrator:
    """Turns trace records into lines; what repeats is told once and then counted."""

    lines: list[StoryLine] = attrs.field(factory=list, init=False)
    state: str = attrs.field(default=STARTING, init=False)
    _since_ns: int = attrs.field(default=0, init=False)
    _waiting: tuple[int, str] | None = attrs.field(default=None, init=False)
    _timeouts: int = attrs.field(default=0, init=False)
    _told_timeout: bool = attrs.field(default=False, init=False)
    _attempting: bool = attrs.field(default=False, init=False)
    _list_errors: dict[str, str] = attrs.field(factory=dict, init=False)
    _kinds: dict[str, str] = attrs.field(factory=dict, init=False)
    _deletes: list[tuple[str, str]] = attrs.field(factory=list, init=False)
    _deletes_ns: int = attrs.field(default=0, init=False)

    def take(self, record: TraceRecord) -> None:
        """Tell what *record* says, if it is worth telling."""
        handler = _HANDLERS.get(record.what)
        if handler is not None:
            handler(self, record)

    def finish(self) -> list[StoryLine]:
        """Return all lines, with whatever was still being counted."""
        self._flush()
        return sorted(self.lines, key=lambda line: line.at_ns)

    # What people do

    def story(self, record: TraceRecord) -> None:
        """Somebody did something, or looked."""
        fields = record.fields
        self._say(record, fields["who"], fields["did"], fields["meaning"])

    def status(self, record: TraceRecord) -> None:
        """How the collector stands; told while it does not work, if it changed."""
        waiting, blocked_by = record.fields["waiting"], record.fields["blocked_by"]
        if self.state == WORKING or (waiting, blocked_by) == self._waiting:
            return
        self._waiting = waiting, blocked_by
        held = spoken(record.at_ns - self._since_ns)
        text = f"{counted(self._timeouts, 'attempt')} timed out in {held}"
        meaning = f"it waits for {blocked_by or 'its monitors'}"
        objects = counted(waiting, "object")
        self._say(record, "collector", f"{text}; {objects} in line", meaning)

    def restarted(self, record: TraceRecord) -> None:
        """A new controller manager begins."""
        self._flush()
        self.state, self._since_ns = STARTING, record.at_ns
        self._attempting = False
        self._timeouts, self._told_timeout = 0, False
        self._say(record, "collector", "starts anew: what it knew is lost")

    # What the collector does

    def working(self, record: TraceRecord) -> None:
        """The workers were started."""
        # A resync may hold them nevertheless.
        if self.state == STARTING:
            self.state = WORKING
        workers = record.fields["workers"]
        self._say(
            record,
            "collector",
            f"starts {workers} workers",
            "what has lost all its owners is deleted from now on",
        )

    def paused(self, record: TraceRecord) -> None:
        """A resync takes the lock that the workers need."""
        if self.state == STARTING:
            return
        self.state, self._since_ns = PAUSED, record.at_ns
        self._timeouts, self._told_timeout = 0, False

    def resumed(self, record: TraceRecord) -> None:
        """The resync has ended."""
        if self.state != PAUSED:
            return
        self._flush()
        self.state = WORKING
        attempts = counted(record.fields["attempts"], "attempt")
        held = spoken(record.at_ns - self._since_ns)
        self._say(
            record,
            "collector",
            f"all its monitors have synced, after {held} and {attempts}",
            "the workers go on with what has been waiting",
        )

    def sync(self, record: TraceRecord) -> None:
        """An attempt to bring the monitors in step begins."""
        self._attempting = True
        if record.fields["attempt"] > 1 or self.state == STARTING:
            return
        meaning = ""
        if self.state == PAUSED:
            meaning = "no worker moves until each new resource was listed once"
        diff = record.fields["diff"]
        self._say(
            record, "collector", f"finds that the API has changed: {diff}", meaning
        )

    def sync_end(self, record: TraceRecord) -> None:
        """An attempt ends."""
        self._attempting = False
        if record.fields["outcome"] != "timed out":
            return
        self._timeouts += 1
        if self._told_timeout:
            return
        self._told_timeout = True
        meaning = "it goes on without; what it cannot list it does not see"
        if self.state != WORKING:
            meaning = "it tries again, and again; the workers stay where they are"
        missing = ", ".join(record.fields["unsynced"])
        text = f"gives up waiting after 30 s: {missing} not synced"
        self._say(record, "collector", text, meaning)

    def log(self, record: TraceRecord) -> None:
        """A reflector complains."""
        found = reflector_error(record)
        if found is None:
            return
        resource, error = found
        if self._list_errors.get(resource) == error:
            return
        self._list_errors[resource] = error
        meaning = f"asked as {INFORMERS_USER}; it will try again"
        if self.state == WORKING and not self._attempting:
            meaning = f"{meaning}, but nothing waits for it: the workers work"
        shown = textwrap.shorten(error, ERROR_MAX, placeholder=" …")
        self._say(record, "reflector", f"cannot list {resource}: {shown}", meaning)

    def turn(self, record: TraceRecord) -> None:
        """A worker takes an object up: its kind is needed when it is deleted."""
        self._kinds[record.actor] = record.fields["kind"].rpartition("/")[2]

    def request(self, record: TraceRecord) -> None:
        """A request was answered; the collector's deletes are told."""
        fields = record.fields
        if fields["user"] != COLLECTOR_USER or fields["verb"] != "delete":
            return
        if fields["code"] >= HTTP_ERROR:
            return
        if self._deletes and record.at_ns - self._deletes_ns > BURST_NS:
            self._flush()
        if not self._deletes:
            self._deletes_ns = record.at_ns
        self._deletes.append((self._kinds[record.actor], fields["name"]))

    # What the API server does

    def availability(self, record: TraceRecord) -> None:
        """An APIService became available, or unavailable."""
        fields = record.fields
        if fields["reason"] == "Local":
            return
        text = f"{fields['name']} is Available={fields['status']} ({fields['reason']})"
        self._say(record, "API server", text)

    # Counting

    def _say(self, record: TraceRecord, who: str, did: str, meaning: str = "") -> None:
        self._flush()
        self.lines.append(StoryLine(record.at_ns, self.state, who, did, meaning))

    def _flush(self) -> None:
        if self._deletes:
            deletes, self._deletes = self._deletes, []
            text = f"deletes {_enumerated(list(dict.fromkeys(deletes)))}"
            first_ns = self._deletes_ns
            self.lines.append(StoryLine(first_ns, self.state, "collector", text))


_HANDLERS: dict[str, Callable[[Narrator, TraceRecord], None]] = {
    "story": Narrator.story,
    "gc.status": Narrator.status,
    "gc.turn": Narrator.turn,
    "process.restart": Narrator.restarted,
    "gc.working": Narrator.working,
    "gc.paused": Narrator.paused,
    "gc.resumed": Narrator.resumed,
    "gc.sync": Narrator.sync,
    "gc.sync.end": Narrator.sync_end,
    "log": Narrator.log,
    "api.request": Narrator.request,
    "apiservice.condition": Narrator.availability,
}


def timeline(trace: Iterable[TraceRecord]) -> list[StoryLine]:
    """Return the story that *trace* tells."""
    narrator = Narrator()
    for record in trace:
        narrator.take(record)
    return narrator.finish()


def render(
    lines: Iterable[StoryLine], epoch_s: int, terminal: Terminal
) -> Iterator[str]:
    """Walk *lines* as text: clock, state, who, what, and below it what it means."""
    for line in lines:
        margin = f"{clock(epoch_s, line.at_ns)}  {line.state:8}  {line.who:{_WHO}} "
        room = terminal.indent(margin)
        first, *more = terminal.beside(margin, line.did)
        yield _painted(first, line, terminal)
        yield from more
        if line.meaning:
            for text in terminal.wrapped(line.meaning, f"{room}  ", f"{room}↳ "):
                yield terminal.paint(text, "dim")


def _painted(first: str, line: StoryLine, terminal: Terminal) -> str:
    assert len(first) <= terminal.width, "lines are wrapped"
    state = terminal.paint(line.state, *_STYLES[line.state])
    return first.replace(f"  {line.state}", f"  {state}", 1)


def _enumerated(objects: list[tuple[str, str]]) -> str:
    if len(objects) <= NAMED_MAX:
        return " and ".join(f"{kind} {name}" for kind, name in objects)
    counts: dict[str, int] = {}
    for kind, _ in objects:
        counts[kind] = counts.get(kind, 0) + 1
    return ", ".join(counted(number, kind) for kind, number in counts.items())
