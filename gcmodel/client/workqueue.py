"""Work queues: what to do next, once each, later if it failed.

Upstream: client-go util/workqueue (queue.go, delaying_queue.go,
rate_limiting_queue.go, default_rate_limiters.go)
"""

from collections import deque
from collections.abc import Hashable
from heapq import heappop, heappush
from typing import Generic, TypeVar

import attrs

from gcmodel.client.rate_limiter import TokenBucket
from gcmodel.kernel.durations import MILLISECOND, SECOND
from gcmodel.kernel.scheduler import Scheduler, Signal

T = TypeVar("T", bound=Hashable)

BASE_DELAY_NS = 5 * MILLISECOND
DELAY_NS_MAX = 1000 * SECOND
POLLING_NS = SECOND
"""An item that backs off for longer has failed eight times: it is polled."""


@attrs.define
class QueueMetrics:
    """The counters that upstream exports as ``workqueue_…``."""

    adds_total: int = 0
    started_total: int = 0
    done_total: int = 0
    retries_total: int = 0


@attrs.define(eq=False)
class WorkQueue(Generic[T]):
    """Items to work on, in the order in which they were added.

    * **Fair**: items are handed out in the order added.
    * **Stingy**: an item is never handed out twice at a time; added several times
      before it is handed out, it is handed out once.
    * **Faithful**: an item that is added while it is worked on is handed out once
      more after it is done.

    Items are told apart by equality, so nodes of the graph, which have identity
    only, are different items even when they share a UID.
    """

    scheduler: Scheduler
    name: str
    base_delay_ns: int = BASE_DELAY_NS
    delay_ns_max: int = DELAY_NS_MAX
    bucket: TokenBucket = attrs.field(factory=lambda: TokenBucket(10, 100))
    metrics: QueueMetrics = attrs.field(factory=QueueMetrics, init=False)
    shutting_down: bool = attrs.field(default=False, init=False)
    _queue: deque[T] = attrs.field(factory=deque, init=False)
    _dirty: dict[T, int] = attrs.field(factory=dict, init=False)
    """Items to be handed out, each with the trace record that added it."""
    _processing: dict[T, int] = attrs.field(factory=dict, init=False)
    """Items being worked on, each with the instant at which that began."""
    _failures: dict[T, int] = attrs.field(factory=dict, init=False)
    _due: dict[T, int] = attrs.field(factory=dict, init=False)
    _timers: list[tuple[int, int, T, int]] = attrs.field(factory=list, init=False)
    _sequence: int = attrs.field(default=0, init=False)
    _filled: Signal = attrs.field(init=False)

    @_filled.default
    def _signal(self) -> Signal:
        return self.scheduler.signal()

    def __len__(self) -> int:
        """How many items wait to be handed out."""
        return len(self._queue)

    @property
    def depth(self) -> int:
        """The metric ``workqueue_depth``: items that were added and not handed out.

        An item that is added while it is worked on counts at once, although it does
        not wait to be handed out before it is done.
        """
        return len(self._dirty)

    def items(self) -> list[T]:
        """Return the waiting items in order."""
        return list(self._queue)

    def add(self, item: T) -> None:
        """Mark *item* as needing work."""
        if self.shutting_down or item in self._dirty:
            return
        self.metrics.adds_total += 1
        self._dirty[item] = self.scheduler.trace.cause
        if item not in self._processing:
            self._queue.append(item)
            self._filled.fire_one()

    async def get(self) -> T | None:
        """Hand out the next item, waiting for one; None when shut down and empty.

        The caller acts upon whatever added the item, and says :meth:`done` after.
        """
        while not self._queue:
            if self.shutting_down:
                return None
            await self._filled
        return self.take()

    def take(self) -> T:
        """Hand out the first item, which must be there."""
        item = self._queue.popleft()
        self._processing[item] = self.scheduler.now
        self.scheduler.act_upon(self._dirty.pop(item))
        self.metrics.started_total += 1
        return item

    def done(self, item: T) -> None:
        """Say that the work on *item* has ended, well or not."""
        del self._processing[item]
        self.metrics.done_total += 1
        if item in self._dirty:
            self._queue.append(item)
            self._filled.fire_one()

    def add_after(self, item: T, delay_ns: int, *, polling: bool = False) -> None:
        """Add *item* after *delay_ns*; if it is scheduled already, the earlier holds.

        Args:
            item: What to add.
            delay_ns: When, from now.
            polling: Nothing is expected of it any more; nobody waits for it.
        """
        if self.shutting_down:
            return
        if delay_ns <= 0:
            self.add(item)
            return
        due = self.scheduler.now + delay_ns
        if item in self._due and self._due[item] <= due:
            return
        self._due[item] = due
        self._sequence += 1
        entry = (due, self._sequence, item, self.scheduler.trace.cause)
        heappush(self._timers, entry)
        name = f"{self.name}-delay"
        self.scheduler.call_at(due, name, self._add_what_is_due, background=polling)

    def add_rate_limited(self, item: T) -> None:
        """Add *item* when its own back-off and the queue's bucket allow it."""
        self.metrics.retries_total += 1
        failures = self._failures.get(item, 0)
        self._failures[item] = failures + 1
        own = min(self.base_delay_ns << min(failures, 60), self.delay_ns_max)
        delay = max(own, self.bucket.reserve(self.scheduler.now))
        self.add_after(item, delay, polling=own >= POLLING_NS)

    def forget(self, item: T) -> None:
        """Reset the back-off of *item*; nothing that is scheduled is undone."""
        self._failures.pop(item, None)

    def num_requeues(self, item: T) -> int:
        """How often *item* was rate limited since it was last forgotten."""
        return self._failures.get(item, 0)

    def scheduled(self) -> dict[T, int]:
        """Return the delayed items and the instants at which they are due."""
        return dict(self._due)

    def shut_down(self) -> None:
        """Accept nothing more; what waits is still handed out."""
        self.shutting_down = True
        self._filled.fire()

    @property
    def unfinished_work_ns(self) -> int:
        """How long the items being worked on have been worked on, added up."""
        now = self.scheduler.now
        return sum(now - begun for begun in self._processing.values())

    @property
    def longest_running_ns(self) -> int:
        """How long the oldest item being worked on has been worked on."""
        now = self.scheduler.now
        return max((now - begun for begun in self._processing.values()), default=0)

    @property
    def processing(self) -> list[T]:
        """The items being worked on."""
        return list(self._processing)

    def _add_what_is_due(self) -> None:
        now, timers = self.scheduler.now, self._timers
        while timers and timers[0][0] <= now:
            due, _, item, cause = heappop(timers)
            if self._due.get(item) == due:
                del self._due[item]
                self.scheduler.act_upon(cause)
                self.add(item)


RateLimitingQueue = WorkQueue
"""Upstream's name: here every queue can delay and limit."""
