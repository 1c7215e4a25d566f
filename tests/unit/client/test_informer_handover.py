"""How long a change waits between the cache and a handler."""

from itertools import count

from gcmodel.client.informer import SharedInformerFactory
from gcmodel.client.transport import Latency, Transport
from gcmodel.kernel.durations import MINUTE, SECOND
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.versions.profile import Profile
from tests.unit.client.scripted_server import (
    CONFIG_MAPS,
    ScriptedServer,
    Wire,
    changed,
    listed,
)


def delays(longest):
    """Return a thousand delays."""
    transport = Transport(Scheduler(), None, Latency(handover=longest))
    return sorted(transport.handover_delay() for _ in range(1000))


def test_idle_process_hands_over_at_once():
    """By default a notification does not wait."""
    assert set(delays(Latency().handover)) == {0}


def test_busy_process_is_rarely_late():
    """Most notifications wait next to nothing, a few for up to the longest."""
    found = delays(SECOND)

    assert found[500] < SECOND / 100
    assert SECOND / 2 < found[-1] < SECOND


class SlowWire(Wire):
    """A transport by which each notification waits a second longer than the last."""

    def __init__(self):
        """Hand the first over after a second."""
        self.delays = count(1)

    def handover_delay(self):
        """Return how long the next notification waits."""
        return next(self.delays) * SECOND


class Clocked:
    """A handler that writes down when it is told of each version."""

    def __init__(self, scheduler):
        """Read the time of *scheduler*."""
        self.scheduler = scheduler
        self.told = []

    def on_add(self, seen):
        """An object appeared."""
        version = seen.metadata.resource_version
        self.told.append((self.scheduler.now // SECOND, version))

    def on_update(self, before, seen):
        """An object changed."""
        del before
        self.on_add(seen)

    def on_delete(self, last):
        """An object went."""
        raise AssertionError(last)


def test_handler_is_told_when_the_notification_has_waited():
    """Each notification waits its own time, one after the other; the cache does not."""
    scheduler = Scheduler()
    server = ScriptedServer(
        scheduler, listed("10", "a"), [changed("11"), changed("12")]
    )
    server.transport = SlowWire()
    profile = Profile.for_version("1.28")
    factory = SharedInformerFactory(scheduler, server, server, profile)
    informer, handler = factory.informer(CONFIG_MAPS), Clocked(scheduler)
    informer.add_event_handler(handler)
    factory.start()

    scheduler.run(SECOND // 2)
    cached = [one.metadata.resource_version for one in informer.indexer.list()]
    scheduler.run(MINUTE)

    assert cached == ["12"]
    assert handler.told == [(1, "10"), (3, "11"), (6, "12")]
