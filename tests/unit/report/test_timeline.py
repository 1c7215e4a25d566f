"""The story of a run, line by line."""

import io

from gcmodel.cluster.controller_manager import COLLECTOR_USER
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.trace import Trace
from gcmodel.report.terminal import WIDTH, Terminal
from gcmodel.report.timeline import StoryLine, render, timeline


def told(*records):
    """Return the story of *records*: second, actor, kind and fields each."""
    trace = Trace()
    for at_s, actor, what, fields in records:
        trace.append(int(at_s * SECOND), actor, what, fields)
    return [
        (line.at_ns // SECOND, line.state, line.who, line.did)
        for line in timeline(trace)
    ]


def story(at_s, did):
    """Return a record of what somebody did."""
    return (at_s, "user", "story", {"who": "you", "did": did, "meaning": ""})


def deleted(at_s, worker, kind, name):
    """Return the two records of a delete by the collector."""
    turn = {"kind": f"v1/{kind}", "name": name}
    request = {"user": COLLECTOR_USER, "verb": "delete", "name": name, "code": 200}
    return (at_s, worker, "gc.turn", turn), (at_s, worker, "api.request", request)


WORKING = (0, "gc-run", "gc.working", {"workers": 20})
PAUSED = (10, "gc-sync", "gc.paused", {"diff": "d"})


def timeout(at_s, attempt):
    """Return the end of an attempt that timed out."""
    fields = {"attempt": attempt, "outcome": "timed out", "unsynced": ["tokens"]}
    return (at_s, "gc-sync", "gc.sync.end", fields)


def test_state_follows_the_collector():
    """Each line says how the collector stood when it happened."""
    resumed = (130, "gc-sync", "gc.resumed", {"attempts": 4})

    assert told(story(0, "a"), WORKING, PAUSED, story(20, "b"), resumed) == [
        (0, "starting", "you", "a"),
        (0, "working", "collector", "starts 20 workers"),
        (20, "PAUSED", "you", "b"),
        (
            130,
            "working",
            "collector",
            "all its monitors have synced, after 2 min and 4 attempts",
        ),
    ]


def test_timeouts_are_told_once_and_counted():
    """The first time-out is a line; the others are a number in the status."""
    status = (110, "user", "gc.status", {"waiting": 2, "blocked_by": "tokens"})
    lines = told(
        WORKING, PAUSED, timeout(40, 1), timeout(70, 2), timeout(100, 3), status
    )

    assert lines[1:] == [
        (40, "PAUSED", "collector", "gives up waiting after 30 s: tokens not synced"),
        (
            110,
            "PAUSED",
            "collector",
            "3 attempts timed out in 1 min 40 s; 2 objects in line",
        ),
    ]


def test_status_is_told_when_it_has_changed():
    """The same status twice is one line; a collector that works has none."""
    same = {"waiting": 0, "blocked_by": ""}
    changed = {"waiting": 1, "blocked_by": ""}
    early, *later = [
        (at_s, "user", "gc.status", fields)
        for at_s, fields in ((5, changed), (20, same), (30, same), (40, changed))
    ]
    lines = told(WORKING, early, PAUSED, *later)

    assert [line[0] for line in lines][1:] == [20, 40]


def test_deletes_close_together_are_one_line():
    """A burst is enumerated if small, else counted by kind; a retry counts once."""
    small = [*deleted(1, "w1", "Pod", "a"), *deleted(1, "w2", "Secret", "b")]
    large = [
        one
        for number in range(3)
        for one in deleted(9, f"w{number}", "Pod", f"p{number}")
    ]
    again = deleted(9.5, "w9", "Pod", "p0")

    assert told(WORKING, *small, *large, *again)[1:] == [
        (1, "working", "collector", "deletes Pod a and Secret b"),
        (9, "working", "collector", "deletes 3 Pods"),
    ]


def test_deletes_that_fail_are_not_told():
    """Only what was deleted counts."""
    request = {"user": COLLECTOR_USER, "verb": "delete", "name": "a", "code": 404}

    assert told((1, "w", "api.request", request)) == []


def test_a_list_error_is_told_when_it_is_new():
    """A reflector that says the same again is not told again."""
    text = "x: failed to list *v1.X: no"
    fields = {"level": "E", "v": 0, "src": "reflector.go:1", "text": text}
    other = fields | {"text": "x: failed to list *v1.X: 503"}
    lines = told(
        *((at_s, "reflector pods", "log", fields) for at_s in (1, 2, 3)),
        (4, "reflector pods", "log", other),
    )

    assert lines == [
        (1, "starting", "reflector", "cannot list pods: no"),
        (4, "starting", "reflector", "cannot list pods: 503"),
    ]


def complaint(at_s, error):
    """Return the record of a list that failed."""
    text = f"x: failed to list *v1.X: {error}"
    fields = {"level": "E", "v": 0, "src": "reflector.go:1", "text": text}
    return (at_s, "reflector x", "log", fields)


def test_a_list_error_that_nothing_waits_for_is_told_as_such():
    """A reflector goes on for ever; that a worker waits for it is another matter."""
    trace = Trace()
    begun = (20, "gc-sync", "gc.sync", {"attempt": 1, "diff": "d"})
    for at_s, *rest in (
        complaint(0, "at the start"),
        WORKING,
        begun,
        complaint(30, "in an attempt"),
        timeout(50, 1),
        complaint(60, "afterwards"),
        PAUSED,
        complaint(70, "in a pause"),
    ):
        trace.append(at_s * SECOND, *rest)
    unheeded = {
        line.did.rpartition(": ")[2]: "but nothing waits for it" in line.meaning
        for line in timeline(trace)
        if line.who == "reflector"
    }

    assert unheeded == {
        "at the start": False,
        "in an attempt": False,
        "afterwards": True,
        "in a pause": False,
    }


def test_lines_fit_a_page():
    """Long texts are wrapped below themselves, meanings below those."""
    line = StoryLine(0, "PAUSED", "you", "word " * 40, "meaning " * 20)
    lines = list(render([line], 0, Terminal(io.StringIO())))

    assert lines[0].startswith("00:00:00  PAUSED    you              word word")
    assert any(one.lstrip().startswith("↳ meaning") for one in lines)
    assert max(map(len, lines)) <= WIDTH
