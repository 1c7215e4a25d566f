"""The lock by which a resync holds the workers (up to 1.31).

Upstream: ``workerLock``, a sync.RWMutex, in
pkg/controller/garbagecollector/garbagecollector.go
"""

import attrs

from gcmodel.kernel.scheduler import Scheduler, Signal


@attrs.define(eq=False)
class WorkerLock:
    """Shared by workers, exclusive to the resync.

    * **No new readers**: once the resync asks, no further worker gets in.
    * **Patient**: the resync waits for the workers that are inside.
    """

    scheduler: Scheduler
    readers: int = attrs.field(default=0, init=False)
    held_since_ns: int | None = attrs.field(default=None, init=False)
    """Since when the resync holds it; None if it does not."""
    _writer: bool = attrs.field(default=False, init=False)
    _changed: Signal = attrs.field(init=False)

    @_changed.default
    def _signal(self) -> Signal:
        return self.scheduler.signal()

    async def acquire_read(self) -> None:
        """Get in as a worker."""
        while self._writer:
            await self._changed
        self.readers += 1

    def release_read(self) -> None:
        """Get out as a worker."""
        self.readers -= 1
        if self._writer and not self.readers:
            self._changed.fire()

    async def acquire_write(self) -> None:
        """Keep everybody else out and wait for the workers inside."""
        while self._writer:
            await self._changed
        self._writer = True
        while self.readers:
            await self._changed
        self.held_since_ns = self.scheduler.now

    def release_write(self) -> None:
        """Let the workers in again."""
        self._writer = False
        self.held_since_ns = None
        self._changed.fire()
