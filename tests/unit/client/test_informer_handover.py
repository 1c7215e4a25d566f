"""How long a change waits between the cache and a handler."""

from gcmodel.client.transport import Latency, Transport
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler


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
