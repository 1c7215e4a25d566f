"""When the recordings took a program to be at rest, in virtual time.

A poll of the real servers ended a settle after 1.2 s in which the collector had sent
nothing about the program's objects, provided that the objects looked the same half way
through and at the end; and after 15 s in any case.
"""

from collections.abc import Callable
from typing import Any

import attrs

from gcmodel.kernel.durations import MILLISECOND, SECOND
from gcmodel.kernel.scheduler import Scheduler

FIRST_READ_NS = 600 * MILLISECOND
SILENCE_NS = 1200 * MILLISECOND
LIMIT_NS = 15 * SECOND


@attrs.frozen
class SettleRule:
    """Lets time pass until the collector has been silent for long enough.

    Attributes:
        last_request_ns: When the collector last sent a request about an object.
        read: All objects as they are now, in a form that can be compared.
    """

    scheduler: Scheduler
    last_request_ns: Callable[[], int]
    read: Callable[[], Any]

    def settle(self) -> bool:
        """Wait; return whether the limit was hit."""
        deadline = self.scheduler.now + LIMIT_NS
        begun = self.scheduler.now
        while self._run_until_silent(begun, FIRST_READ_NS, deadline):
            before = self.read()
            if not self._run_until_silent(begun, SILENCE_NS, deadline):
                return True
            if self.read() == before:
                return False
            begun = self.scheduler.now
        return True

    def _run_until_silent(
        self, begun_ns: int, wanted_ns: int, deadline_ns: int
    ) -> bool:
        """Run until there was silence for *wanted_ns*; return whether in time."""
        scheduler = self.scheduler
        while True:
            due = max(begun_ns, self.last_request_ns()) + wanted_ns
            if scheduler.now >= due:
                return True
            if scheduler.now >= deadline_ns:
                return False
            scheduler.run(min(due, deadline_ns))
