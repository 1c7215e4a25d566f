"""Waiting for the monitors to sync, and saying so.

Upstream: ``WaitForNamedCacheSync`` in client-go tools/cache/shared_informer.go
"""

from collections.abc import Callable

import attrs

from gcmodel.garbagecollector import sync_messages as messages
from gcmodel.garbagecollector.monitors import Monitors
from gcmodel.kernel.durations import MILLISECOND
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.kernel.waits import poll_until

SYNCED_POLL_NS = 100 * MILLISECOND


@attrs.frozen
class CacheWait:
    """Polls the monitors every 100 ms, at once first."""

    scheduler: Scheduler
    monitors: Monitors
    say: Callable[..., None]

    async def wait(self, timeout_ns: int | None = None) -> bool:
        """Wait until all monitors have synced; return whether they did in time."""
        self.say(messages.WAITING)
        synced = await poll_until(
            self.scheduler, self.monitors.is_synced, SYNCED_POLL_NS, timeout_ns
        )
        if synced:
            self.say(messages.CACHES_POPULATED)
            self.say(messages.SYNCED_CACHES)
        else:
            self.say(messages.STOP_REQUESTED)
            self.say(messages.UNSYNCED_CACHES)
        return synced
