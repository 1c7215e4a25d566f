"""When a cluster is at rest.

Upstream: none
"""

from typing import TYPE_CHECKING

import attrs

from gcmodel.errors import StalledError
from gcmodel.garbagecollector.collector import GarbageCollector
from gcmodel.kernel.durations import format_duration

if TYPE_CHECKING:
    from gcmodel.cluster.cluster import Cluster


@attrs.frozen
class Settling:
    """Runs a cluster until nothing is due that could change an object.

    * **Upkeep does not count**: polls, periodic passes, time-outs and retries that
      back off for more than a second.
    * **Starting counts**: as long as the collector is about to sync, or has not yet
      looked at what is served since that changed, it is waited for.
    * **Stalling does not**: a monitor whose list fails is not waited for.
    """

    cluster: "Cluster"

    def run(self, limit_ns: int, steps_max: int) -> None:
        """Run for at most *limit_ns* of virtual time.

        Raises:
            StalledError: It is still busy then.
        """
        scheduler = self.cluster.scheduler
        deadline = scheduler.now + limit_ns
        while True:
            scheduler.run(deadline, stop=lambda: scheduler.quiet, steps_max=steps_max)
            if not scheduler.quiet:
                raise self._busy(limit_ns)
            if not self._catching_up():
                return
            due = scheduler.next_due()
            if due is None or due > deadline:
                raise self._busy(limit_ns)
            scheduler.run(due, steps_max=steps_max)

    def _catching_up(self) -> bool:
        manager = self.cluster.controller_manager
        if manager is None or manager.collector is None:
            return False
        collector = manager.collector
        return not _blocked(collector) and not self._caught_up(collector)

    def _caught_up(self, collector: GarbageCollector) -> bool:
        passes = collector.sync.passes_ns
        changed = self.cluster.server.served_changed_ns
        looked = bool(passes) and passes[-1] >= changed
        return collector.working and looked and not collector.sync.in_pass

    def _busy(self, limit_ns: int) -> StalledError:
        within = format_duration(limit_ns)
        manager = self.cluster.controller_manager
        waiting: list[str] = []
        if manager is not None and manager.collector is not None:
            queue = manager.collector.attempt_to_delete
            waiting = [str(node) for node in (*queue.items(), *queue.scheduled())]
        shown = f"; retried without end: {', '.join(waiting[:3])}" if waiting else ""
        return self.cluster.scheduler.stalled(
            f"the cluster does not settle within {within}{shown}"
        )


def _blocked(collector: GarbageCollector) -> bool:
    return any(blocking.failures for blocking in collector.status().blocked_by)
