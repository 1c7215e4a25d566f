"""Waits made of the two that the scheduler knows: with a limit, for many, in turn."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import attrs

from gcmodel.kernel.scheduler import Scheduler, Signal, Steps, pause

T = TypeVar("T")


async def wait_until(
    scheduler: Scheduler, signal: Signal, met: Callable[[], bool], timeout_ns: int
) -> bool:
    """Wait for *signal* until *met* is true; return whether it came in time."""
    deadline = scheduler.now + timeout_ns
    alarm = scheduler.call_at(deadline, "deadline", signal.fire, background=True)
    try:
        while not met():
            if scheduler.now >= deadline:
                return False
            await signal
    finally:
        scheduler.cancel(alarm)
    return True


async def wait_for(scheduler: Scheduler, signal: Signal, timeout_ns: int) -> bool:
    """Wait for the next fire of *signal*; return whether it came in time."""
    deadline = scheduler.now + timeout_ns
    alarm = scheduler.call_at(deadline, "deadline", signal.fire, background=True)
    try:
        await signal
    finally:
        scheduler.cancel(alarm)
    return scheduler.now < deadline


async def poll_until(
    scheduler: Scheduler,
    met: Callable[[], bool],
    interval_ns: int,
    timeout_ns: int | None = None,
) -> bool:
    """Ask *met* now and every *interval_ns*; return whether it came in time.

    Upstream: ``PollImmediateUntil`` in apimachinery pkg/util/wait/poll.go
    """
    deadline = None if timeout_ns is None else scheduler.now + timeout_ns
    while not met():
        interval = interval_ns
        if deadline is not None:
            if scheduler.now >= deadline:
                return False
            interval = min(interval, deadline - scheduler.now)
        await pause(interval)
        if deadline is not None and scheduler.now >= deadline:
            return False
    return True


async def gather(scheduler: Scheduler, name: str, many: Iterable[Steps]) -> None:
    """Run *many* at the same time, as goroutines would; return when all are done."""
    done = scheduler.signal()
    tasks = [scheduler.spawn(f"{name}-{n}", steps) for n, steps in enumerate(many)]
    for task in tasks:
        task.finished = done
    while not all(task.done for task in tasks):
        await done


@attrs.define(eq=False)
class Mailbox(Generic[T]):
    """An unbounded queue between tasks: put never waits, take waits for an item."""

    scheduler: Scheduler
    _items: deque[T] = attrs.field(factory=deque, init=False)
    _filled: Signal = attrs.field(init=False)

    @_filled.default
    def _signal(self) -> Signal:
        return self.scheduler.signal()

    def __len__(self) -> int:
        """How many items wait."""
        return len(self._items)

    def put(self, item: T) -> None:
        """Add *item* at the end."""
        self._items.append(item)
        self._filled.fire()

    async def take(self) -> T:
        """Remove and return the first item, waiting for one."""
        while not self._items:
            await self._filled
        return self._items.popleft()
