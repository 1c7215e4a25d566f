"""The control loop: it waits for its caches, retries, and gives up if told to."""

import attrs
import pytest

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
