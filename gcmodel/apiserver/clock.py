"""The server's wall clock: virtual time on a calendar.

Upstream: none; metav1.Now() there
"""

import attrs

from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler

INCIDENT_DAY = 1_743_088_012
"""2025-03-27T15:06:52Z: when the founding incident began."""


@attrs.frozen
class WallClock:
    """Reads the scheduler's time as seconds since the Unix epoch."""

    scheduler: Scheduler
    epoch_s: int = INCIDENT_DAY

    def now_s(self) -> int:
        """Return the second that it is, as timestamps on objects have it."""
        return self.epoch_s + self.scheduler.now // SECOND
