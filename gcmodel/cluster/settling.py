"""When a cluster is at rest.

Upstream: none
"""

import attrs

from gcmodel.apiserver.server import ApiServer
from gcmodel.errors import StalledError
from gcmodel.garbagecollector.collector import GarbageCollector
from gcmodel.kernel.durations import format_duration
from gcmodel.kernel.scheduler import Scheduler

SHOWN = 3
"""Objects that an error names."""


@attrs.frozen
class Settling:
    """Runs a cluster until nothing is due that could change an object.

    * **Upkeep does not count**: polls, periodic passes, time-outs and retries that
      back off for more than a second.
    * **Starting counts**: as long as the collector is about to sync, or has not yet
      looked at what is served since that changed, it is waited for.
    * **Stalling does not**: a monitor whose list fails is not waited for.

    Attributes:
        collector: None if no collector runs.
    """

    scheduler: Scheduler
    server: ApiServer
    collector: GarbageCollector | None

    def run(self, limit_ns: int, steps_max: int) -> None:
        """Run for at most *limit_ns* of virtual time.

        Raises:
            StalledError: It is still busy then.
        """
        scheduler = self.scheduler
        deadline = scheduler.now + limit_ns
        while True:
            scheduler.run(deadline, stop=lambda: scheduler.quiet, steps_max=steps_max)
            if not scheduler.quiet:
                raise self._busy(limit_ns)
            if self._at_rest():
                return
            due = scheduler.next_due()
            if due is None or due > deadline:
                raise self._busy(limit_ns)
            scheduler.run(due, steps_max=steps_max)

    def _at_rest(self) -> bool:
        collector = self.collector
        if collector is None or _blocked(collector):
            return True
        passes = collector.sync.passes_ns
        looked = bool(passes) and passes[-1] >= self.server.served_changed_ns
        return collector.working and looked and not collector.sync.in_pass

    def _busy(self, limit_ns: int) -> StalledError:
        within = format_duration(limit_ns)
        waiting: list[str] = []
        if self.collector is not None:
            queue = self.collector.attempt_to_delete
            waiting = [str(node) for node in (*queue.items(), *queue.scheduled())]
        shown = ", ".join(waiting[:SHOWN])
        retried = f"; retried without end: {shown}" if waiting else ""
        return self.scheduler.stalled(
            f"the cluster does not settle within {within}{retried}"
        )


def _blocked(collector: GarbageCollector) -> bool:
    return any(blocking.failures for blocking in collector.status().blocked_by)
