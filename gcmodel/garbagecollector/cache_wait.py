"""Waiting for the monitors to sync, and saying so.

Upstream: ``WaitForNamedCacheSync`` in client-go tools/cache/shared_informer.go
"""

from collections.abc import Callable

import attrs

from gcmodel.garbagecollector import sync_messages as messages
from gcmodel.garbagecollector.monitors import Monitors
from gcmodel.kernel.durations import MILLISECOND
from gcmodel.kernel.scheduler import Scheduler, pause

SYNCED_POLL_NS = 100 * MILLISECOND


@attrs.frozen
class CacheWait:
    """Polls the monitors every 100 ms, at once first.

    * **On time**: a poll that had to wait delays none of the later ones; those that
      fell due meanwhile are left out.
    """

    scheduler: Scheduler
    monitors: Monitors
    say: Callable[..., None]

    async def wait(self, timeout_ns: int | None = None) -> bool:
        """Wait until all monitors have synced; return whether they did in time."""
        self.say(messages.WAITING)
        if await self._poll(timeout_ns):
            self.say(messages.CACHES_POPULATED)
            self.say(messages.SYNCED_CACHES)
            return True
        self.say(messages.STOP_REQUESTED)
        self.say(messages.UNSYNCED_CACHES)
        return False

    async def _poll(self, timeout_ns: int | None) -> bool:
        begun_ns = self.scheduler.now
        synced = await self.monitors.look()
        ticker_ns = self.scheduler.now
        while not synced:
            now_ns = self.scheduler.now
            wait_ns = SYNCED_POLL_NS - (now_ns - ticker_ns) % SYNCED_POLL_NS
            if timeout_ns is not None:
                wait_ns = min(wait_ns, begun_ns + timeout_ns - now_ns)
            await pause(wait_ns)
            if timeout_ns is not None and self.scheduler.now >= begun_ns + timeout_ns:
                return False
            synced = await self.monitors.look()
        return True
