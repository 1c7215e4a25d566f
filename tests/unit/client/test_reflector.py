"""Reflectors: what is listed and watched, at which version, after which end."""

from itertools import pairwise

import attrs
import pytest

from gcmodel.apiserver.watch import ADDED
from gcmodel.client.backoff import ReflectorBackoff
from gcmodel.client.delta_fifo import DeltaFifo
from gcmodel.client.indexer import Indexer
from gcmodel.client.reflector import Reflector
from gcmodel.client.reflector_log import ReflectorLog
from gcmodel.errors import api_error
from gcmodel.kernel.durations import MINUTE, SECOND
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.versions.profile import Profile
from tests.unit.client.scripted_server import (
    BUSY,
    CONFIG_MAPS,
    FAILED,
    STALE,
    ScriptedServer,
    bookmark,
    changed,
    listed,
)

EXPIRED = api_error(410, "Expired", "too old resource version")
TOO_LARGE = api_error(504, "Timeout", "Timeout: Too large resource version: 9")
BROKEN = api_error(500, "InternalError", "no")
ABSENT = api_error(
    503, "ServiceUnavailable", "the server is currently unable to handle the request"
)
THROTTLED = api_error(429, "TooManyRequests", "slow down")


class Play:
    """A reflector over a script, run for some time."""

    def __init__(self, *script, kubernetes="1.28", until_ns=10 * MINUTE):
        """Run it."""
        self.scheduler = Scheduler()
        server = ScriptedServer(self.scheduler, *script)
        profile = Profile.for_version(kubernetes)
        self.fifo = DeltaFifo(Indexer(), lambda: None)
        backoff = ReflectorBackoff(self.scheduler)
        shared = profile.shared_reflector_backoff
        self.reflector = Reflector(
            self.scheduler,
            server,
            CONFIG_MAPS,
            self.fifo,
            backoff,
            ReflectorLog(self.scheduler, profile, "*v1.Thing", 12 * 3600 * SECOND),
            watch_backoff=backoff if shared else ReflectorBackoff(self.scheduler),
            recovers=profile.recovers_from_too_large_version,
            watch_list=profile.watch_list_client,
        )
        self.scheduler.spawn("reflector", self.reflector.run())
        self.scheduler.run(until_ns)
        self.asked = [request for _, request in server.asked]
        self.times = [at / SECOND for at, _ in server.asked]

    def logged(self):
        """Return what was logged from information level 2 to errors, without names."""
        return [
            f"{one.fields['level']} " + one.fields["text"].partition(": ")[2]
            for one in self.scheduler.trace
            if one.what == "log" and one.fields["level"] != "I"
        ]

    def queued(self):
        """Return what the informer would be handed, key by key."""
        popped = []
        while len(self.fifo):
            popped += [
                f"{delta.type} {delta.object.name}@"
                f"{delta.object.metadata.resource_version}"
                for delta in self.fifo.pop()
            ]
        return popped


FIRST = ["list 0 limit 500", "watch 10"]
ROWS = {
    "a list and a watch": ([listed(), []], FIRST),
    "a watch that ran out is opened where it stopped": (
        [listed(), [changed("12"), None], []],
        [*FIRST, "watch 12"],
    ),
    "a bookmark moves the version on": (
        [listed(), [changed("12"), bookmark("40"), None], []],
        [*FIRST, "watch 40"],
    ),
    "a relist asks for what was seen, in one go": (
        [listed(), [changed("12"), FAILED], listed("20"), []],
        [*FIRST, "list 12 limit 0", "watch 20"],
    ),
    "an expired watch does not give the version up": (
        [listed(), [changed("12"), STALE], listed("20"), []],
        [*FIRST, "list 12 limit 0", "watch 20"],
    ),
    "an expired version is given up when a list says so": (
        [listed(), [STALE], EXPIRED, listed("20"), []],
        [*FIRST, "list 10 limit 0", "list latest limit 500", "watch 20"],
    ),
    "a version that is too large likewise": (
        [listed(), [STALE], TOO_LARGE, listed("20"), []],
        [*FIRST, "list 10 limit 0", "list latest limit 500", "watch 20"],
    ),
    "as long as no list succeeds": (
        [listed(), [STALE], EXPIRED, BROKEN, listed("20"), [FAILED], listed("30"), []],
        [
            *FIRST,
            "list 10 limit 0",
            "list latest limit 500",
            "list latest limit 500",
            "watch 20",
            "list 20 limit 0",
            "watch 30",
        ],
    ),
    "a failed list is tried again from the start": (
        [BROKEN, listed(), []],
        ["list 0 limit 500", *FIRST],
    ),
    "pages are put together": (
        [listed("10", "a", more="t"), listed("10", "b"), []],
        ["list 0 limit 500", "list latest limit 500 after t", "watch 10"],
    ),
    "a later page that expired makes it one big list": (
        [listed("10", "a", more="t"), EXPIRED, listed("11", "a", "b"), []],
        [
            "list 0 limit 500",
            "list latest limit 500 after t",
            "list 0 limit 0",
            "watch 11",
        ],
    ),
    "a later page that failed brings nothing": (
        [listed("10", "a", more="t"), BROKEN, listed("11", "a"), []],
        [
            "list 0 limit 500",
            "list latest limit 500 after t",
            "list 0 limit 500",
            "watch 11",
        ],
    ),
    "a server that once paged is paged ever after": (
        [listed(more="t"), listed(), [FAILED], listed("20"), []],
        [
            "list 0 limit 500",
            "list latest limit 500 after t",
            "watch 10",
            "list 10 limit 500",
            "watch 20",
        ],
    ),
    "a throttled watch is opened again, without a list": (
        [listed(), THROTTLED, []],
        [*FIRST, "watch 10"],
    ),
    "a watch that is throttled on its way is opened where it stopped": (
        [listed(), [changed("12"), BUSY], []],
        [*FIRST, "watch 12"],
    ),
    "a watch that cannot be opened is followed by a list": (
        [listed(), BROKEN, listed("20"), []],
        [*FIRST, "list 10 limit 0", "watch 20"],
    ),
    "a watch that nobody takes is followed by a list": (
        [listed(), ABSENT, listed("20"), []],
        [*FIRST, "list 10 limit 0", "watch 20"],
    ),
    "a watch that ends at once and empty is followed by a list": (
        [listed(), [None], listed("20"), []],
        [*FIRST, "list 10 limit 0", "watch 20"],
    ),
}


@pytest.mark.parametrize(("script", "asked"), ROWS.values(), ids=ROWS)
def test_requests(script, asked):
    """What is asked follows from what was answered."""
    assert Play(*script).asked[: len(asked)] == asked


def test_state_and_changes_are_passed_on():
    """What a list brings replaces, what a watch brings adds, bookmarks are silent."""
    play = Play(listed("10", "a", "b"), [changed("12"), bookmark("40")])

    assert play.queued() == ["Replaced a@10", "Updated a@12", "Replaced b@10"]


def test_all_or_nothing():
    """A list of which one page fails brings nothing."""
    play = Play(listed("10", "a", more="t"), BROKEN)

    assert (play.queued(), play.fifo.has_synced) == ([], False)
    assert (play.reflector.last_error, play.reflector.failures) == ("no", 1)


def test_success_clears_the_error():
    """After a list that succeeds, no error is kept; the count is."""
    play = Play(BROKEN, listed(), [])

    assert (play.reflector.last_error, play.reflector.failures) == ("", 1)


def test_waits_between_lists():
    """After every failure the back-off is waited for; a success does not reset it."""
    play = Play(BROKEN, BROKEN, listed(), [FAILED], BROKEN, until_ns=MINUTE)

    # list, list, list and watch, list, list
    gaps = [after - before for before, after in pairwise(play.times)]
    slots = [(0.8, 1.6), (1.6, 3.2), (0, 0), (3.2, 6.4), (6.4, 12.8)]
    assert [
        low <= gap <= high for (low, high), gap in zip(slots, gaps, strict=True)
    ] == [True] * 5


def test_ordinary_end_of_a_watch_does_not_wait():
    """A watch that ran out is opened again at once."""
    play = Play(listed(), [changed("12"), None], [])

    assert play.times == [0, 0, 0]


def test_list_failure_is_logged():
    """A list that fails is a warning and an error; in 1.20 an error alone."""
    error = "Failed to watch *v1.Thing: failed to list *v1.Thing: no"
    assert Play(BROKEN).logged() == ["W failed to list *v1.Thing: no", f"E {error}"]
    assert Play(BROKEN, kubernetes="1.20").logged() == [f"E {error}"]


def test_ends_of_watches_are_logged():
    """An expired or throttled watch is no news; any other end is a warning."""
    warning = ["W watch of *v1.Thing ended with: no"]
    assert Play(listed(), [STALE]).logged() == []
    assert Play(listed(), [BUSY]).logged() == []
    assert Play(listed(), EXPIRED).logged() == []
    assert Play(listed(), [FAILED]).logged() == warning
    assert Play(listed(), BROKEN).logged() == ["E Failed to watch *v1.Thing: no"]


def first_state(*names):
    """Return the events of a watch that begins with the state of a collection."""
    events = [attrs.evolve(changed("10", name), type=ADDED) for name in names]
    return [*events, attrs.evolve(bookmark("15"), initial_events_end=True)]


def test_first_state_from_a_watch():
    """Since 1.32 the first state comes from the watch that is then followed."""
    play = Play([*first_state("a", "b"), changed("16"), None], [], kubernetes="1.32")

    assert play.asked == ["watch latest with first state", "watch 16"]
    assert play.queued() == ["Replaced a@10", "Updated a@16", "Replaced b@10"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(BROKEN, id="refused"),
        pytest.param([changed("10"), FAILED], id="failed on its way"),
        pytest.param([changed("10"), None], id="ended before the state was whole"),
    ],
)
def test_first_state_falls_back_to_a_list(answer):
    """A watch that does not bring the first state is followed by a list."""
    play = Play(answer, listed("10", "a"), [], kubernetes="1.32")

    assert play.asked == [
        "watch latest with first state",
        "list 0 limit 500",
        "watch 10",
    ]
    assert play.queued() == ["Replaced a@10"]
    assert len(play.logged()) == 1


def test_version_that_is_too_large_is_asked_for_again():
    """Before 1.19 a reflector insists on a version that the server has lost."""
    script = [listed(), [STALE], TOO_LARGE, TOO_LARGE, listed("20"), []]
    insisting = Play(*script, kubernetes="1.18")

    assert insisting.asked == [*FIRST, *["list 10 limit 0"] * 3, "watch 20"]


@pytest.mark.parametrize(
    ("kubernetes", "low", "high"), [("1.27", 0.8, 1.6), ("1.28", 6.4, 12.8)]
)
def test_back_off_after_watches_that_could_not_be_opened(kubernetes, low, high):
    """Since 1.28 they lengthen the wait before the next list; before, they did not."""
    script = [listed(), THROTTLED, THROTTLED, THROTTLED, BROKEN, listed(), []]
    play = Play(*script, kubernetes=kubernetes)

    assert play.asked == ["list 0 limit 500", *["watch 10"] * 4, *RELISTED]
    assert low <= play.times[5] - play.times[4] < high


RELISTED = ["list 10 limit 0", "watch 10"]


def test_populated_caches_are_told():
    """Since 1.27 every list that succeeds is logged; the reflector's start, less."""
    before, since = (
        [
            (one.fields["v"], one.fields["text"].partition(" ")[0])
            for one in Play(listed(), [], kubernetes=version).scheduler.trace
            if one.what == "log"
        ]
        for version in ("1.26", "1.27")
    )

    assert before == [(2, "Starting"), (3, "Listing")]
    assert since == [(3, "Starting"), (3, "Listing"), (2, "Caches")]
