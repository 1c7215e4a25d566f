"""The control loop: it waits for its caches, retries, and gives up if told to."""

import attrs
import pytest

from gcmodel import Cluster
from gcmodel.client.workqueue import RateLimitingQueue
from gcmodel.controllers.controller import (
    START_NS_MAX,
    Controller,
    Handlers,
    namespace_terminates,
    split_key,
)
from gcmodel.controllers.resource_names import PODS
from gcmodel.errors import ReconcileError, StatusCause, api_error
from gcmodel.kernel.durations import MILLISECOND, SECOND
from gcmodel.kernel.scheduler import Scheduler
from tests.unit.controllers.fakes import FakeInformer, a_pod


@attrs.define
class Failing:
    """Fails the first *failures* turns, and remembers when each was."""

    scheduler: Scheduler
    failures: int
    turns_ms: list[int] = attrs.field(factory=list)

    async def reconcile(self, key):
        """Take a turn."""
        assert key == "default/a"
        self.turns_ms.append(self.scheduler.now // MILLISECOND)
        if len(self.turns_ms) <= self.failures:
            raise ReconcileError("not yet")


def loop(failures, **options):
    """Return a scheduler, a loop with one key, and what it does to it."""
    scheduler = Scheduler()
    queue = RateLimitingQueue(scheduler, "test")
    reconciler = Failing(scheduler, failures)
    informer = FakeInformer(PODS)
    options = {"log_style": "printf", **options}
    controller = Controller(
        "test", scheduler, queue, reconciler, (informer,), **options
    )
    queue.add("default/a")
    return scheduler, controller, reconciler, informer


def test_failures_back_off():
    """A failed turn is repeated after 5 ms, then 10, then 20."""
    scheduler, controller, reconciler, _ = loop(3)

    controller.start()
    scheduler.run(SECOND)

    assert reconciler.turns_ms == [0, 5, 15, 35]
    assert controller.queue.num_requeues("default/a") == 0


def test_retries_end():
    """With a limit a key is dropped after that many retries, and forgotten."""
    scheduler, controller, reconciler, _ = loop(100, retries_max=3)

    controller.start()
    scheduler.run(SECOND)

    assert reconciler.turns_ms == [0, 5, 15, 35]
    assert controller.queue.num_requeues("default/a") == 0


def test_each_failure_is_reported():
    """Whoever wants to know hears of each failed turn."""
    heard = []
    scheduler, controller, _, _ = loop(
        2, report=lambda key, error: heard.append((key, str(error)))
    )

    controller.start()
    scheduler.run(SECOND)

    assert heard == [("default/a", "not yet")] * 2


def test_nothing_before_the_caches():
    """No turn is taken before the caches are filled; they are looked at each 100 ms."""
    scheduler, controller, reconciler, informer = loop(0)
    informer.has_synced = False
    controller.start()

    scheduler.run(250 * MILLISECOND)
    before = list(reconciler.turns_ms)
    informer.has_synced = True
    scheduler.run(SECOND)

    assert (before, reconciler.turns_ms) == ([], [300])


def test_a_start_is_waited_for_but_not_for_ever():
    """A cluster does not settle while a controller starts, unless it cannot."""
    scheduler, controller, _, informer = loop(0)
    informer.has_synced = False
    controller.start()

    scheduler.run(SECOND)
    starting = scheduler.quiet
    scheduler.run(START_NS_MAX + SECOND)

    assert (starting, scheduler.quiet) == (False, True)


def test_stopping():
    """A stopped controller takes no further turn."""
    scheduler, controller, reconciler, _ = loop(100)
    controller.start()
    scheduler.run(10 * MILLISECOND)

    controller.stop()
    controller.queue.add("default/a")
    scheduler.run(SECOND)

    assert reconciler.turns_ms == [0, 5]


def test_handlers_for_each():
    """One function can serve all three kinds of events."""
    heard = []
    handlers = Handlers.for_each(lambda seen: heard.append(seen.name))

    handlers.on_add(a_pod("a"))
    handlers.on_update(a_pod("b"), a_pod("c"))
    handlers.on_delete(a_pod("d"))

    assert heard == ["a", "c", "d"]


@pytest.mark.parametrize(
    ("key", "parts"), [("n/a", ("n", "a")), ("a", ("", "a")), ("/a", ("", "a"))]
)
def test_keys(key, parts):
    """A key without namespace names a cluster-scoped object."""
    assert split_key(key) == parts


def test_namespace_that_ends():
    """Only a refusal with that cause says that a namespace ends."""
    cause = StatusCause("NamespaceTerminating", "namespace n is being terminated")
    ending = api_error(403, "Forbidden", "no", causes=(cause,))
    plain = api_error(403, "Forbidden", "no")

    found = [
        namespace_terminates(error) for error in (ending, plain, ReconcileError("x"))
    ]

    assert found == [True, False, False]


@pytest.mark.parametrize(
    ("style", "lines"),
    [
        (
            "printf",
            [
                ("shared_informer.go:240", "Waiting for caches to sync for test"),
                ("shared_informer.go:270", "caches populated"),
                ("shared_informer.go:247", "Caches are synced for test "),
            ],
        ),
        *(
            (
                style,
                [
                    ("shared_informer.go:313", "Waiting for caches to sync for test"),
                    ("shared_informer.go:270", "caches populated"),
                    ("shared_informer.go:320", "Caches are synced for test"),
                ],
            )
            for style in ("structured", "unhandled")
        ),
    ],
)
def test_start_is_told_as_the_version_words_it(style, lines):
    """Only up to 1.26 there is a blank at the end, and the lines stand elsewhere."""
    scheduler, controller, _, _ = loop(0, log_style=style)

    controller.start()
    scheduler.run(SECOND)

    logged = [record.fields for record in scheduler.trace if record.what == "log"]
    assert [(one["src"], one["text"]) for one in logged] == lines


@pytest.mark.parametrize(
    ("version", "places"),
    [
        *((v, {"240", "247"}) for v in ("1.16", "1.26")),
        *((v, {"313", "320"}) for v in ("1.27", "1.31", "1.36")),
    ],
)
def test_every_controller_follows_the_version(version, places):
    """No controller of a cluster words its start as another version does."""
    cluster = Cluster(version)
    cluster.run("20s")

    logged = [record.fields for record in cluster.trace if record.what == "log"]
    said = [
        one["src"].removeprefix("shared_informer.go:")
        for one in logged
        if one["text"].startswith(("Waiting for caches", "Caches are synced"))
    ]
    assert set(said) == places
    assert len(said) > 2 * 10
