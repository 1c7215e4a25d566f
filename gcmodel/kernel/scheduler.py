"""One loop: which task runs next is decided here and nowhere else.

A task is a coroutine. It waits in two ways: ``await sleep(duration)`` and
``await signal`` (see :class:`Signal`). Every ``await`` that reaches the scheduler is
a scheduling point, and there are no others.
"""

from collections import deque
from collections.abc import Callable, Coroutine, Generator
from heapq import heappop, heappush
from inspect import CORO_CREATED, getcoroutinestate
from types import coroutine
from typing import Any, TypeAlias

import attrs

from gcmodel.errors import SimulationError, StalledError, StepLimitError
from gcmodel.kernel.choices import Choices
from gcmodel.kernel.trace import Trace

Steps: TypeAlias = Coroutine[Any, None, Any]


@coroutine
def sleep(duration_ns: int) -> Generator[int, None, None]:
    """Resume after *duration_ns*; zero lets every other ready task go first.

    As in Go, a negative duration is zero.
    """
    yield max(duration_ns, 0)


@attrs.frozen
class _Pause:
    """A sleep that nobody waits for: see :func:`pause`."""

    duration_ns: int


@coroutine
def pause(duration_ns: int) -> Generator[_Pause, None, None]:
    """Resume after *duration_ns*, as upkeep that does not keep a run from settling.

    Polls, periodic passes and time-outs pause; work that is under way sleeps.
    """
    yield _Pause(max(duration_ns, 0))


class _Call:
    """The steps of a task that only calls a function, when it is due."""

    __slots__ = ("action",)

    def __init__(self, action: Callable[[], None]) -> None:
        self.action = action

    def send(self, _: None) -> Any:
        self.action()
        raise StopIteration

    def close(self) -> None:
        """Do nothing: there is nothing that was begun."""


class Later:
    """The steps of a coroutine that is made when it is first due.

    A task that never runs then leaves no coroutine behind that nobody awaited.
    """

    __slots__ = ("made", "make")

    def __init__(self, make: Callable[[], Steps]) -> None:
        self.make = make
        self.made: Steps | None = None

    def send(self, value: None) -> Any:
        """Make the coroutine, if need be, and run it up to its next wait."""
        if self.made is None:
            self.made = self.make()
        return self.made.send(value)

    def close(self) -> None:
        """End the coroutine, if there is one."""
        if self.made is not None:
            self.made.close()


@attrs.define(eq=False)
class Task:
    """A coroutine with a name.

    Attributes:
        cause: The trace record that the task is acting upon.
    """

    name: str
    steps: Steps | Later | _Call
    cause: int = 0
    done: bool = False
    background: bool = False
    """Whatever it sleeps for, it counts as a pause."""
    asleep: bool = False
    """A timer is running whose end others wait for."""
    waiting_for: "Signal | None" = None
    finished: "Signal | None" = None


@attrs.define(eq=False)
class Signal:
    """Something that tasks can wait for, and that wakes all of them at once.

    A signal remembers nothing: whoever waits must look at the facts, before and
    after. ``await signal`` returns after the next :meth:`fire`.
    """

    scheduler: "Scheduler"
    _waiting: list[Task] = attrs.field(factory=list, init=False)

    def __await__(self) -> Generator["Signal", None, None]:
        """Park the running task."""
        yield self

    def fire(self) -> None:
        """Make every waiting task ready."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            for task in waiting:
                task.waiting_for = None
                self.scheduler.make_ready(task)

    def fire_one(self) -> None:
        """Make ready the task that has waited longest, as Go's ``Cond.Signal`` does."""
        if self._waiting:
            task = self._waiting.pop(0)
            task.waiting_for = None
            self.scheduler.make_ready(task)

    def park(self, task: Task) -> None:
        """Add *task* to those that wait; for the scheduler."""
        task.waiting_for = self
        self._waiting.append(task)

    def forget(self, task: Task) -> None:
        """Drop *task* from those that wait; for the scheduler."""
        self._waiting.remove(task)


@attrs.define(eq=False)
class Scheduler:
    """Runs tasks one at a time, each up to its next wait.

    * **Monotone**: time only moves forward, and only when no task is ready.
    * **One door**: which of several ready tasks runs is asked of
      ``choices.schedule``; nothing else decides order.
    * **Loud**: an exception that leaves a task leaves :meth:`run` as well.
    """

    choices: Choices = attrs.field(factory=Choices)
    trace: Trace = attrs.field(factory=Trace)
    now: int = 0
    """Virtual time, nanoseconds since the run began."""
    steps: int = 0
    current: Task | None = None
    _ready: deque[Task] = attrs.field(factory=deque, init=False)
    _timers: list[tuple[int, int, Task]] = attrs.field(factory=list, init=False)
    _sequence: int = attrs.field(default=0, init=False)
    _asleep: int = attrs.field(default=0, init=False)

    def __del__(self) -> None:
        """Close the tasks that never began, lest Python complain of each."""
        for task in self._ready:
            if isinstance(task.steps, _Call | Later):
                continue
            if getcoroutinestate(task.steps) == CORO_CREATED:
                task.steps.close()

    @property
    def quiet(self) -> bool:
        """Whether nothing is due but upkeep: no task is ready, and none sleeps."""
        return not self._ready and not self._asleep

    def spawn(
        self, name: str, steps: Steps | Later, *, background: bool = False
    ) -> Task:
        """Make *steps* a task that is ready now; it inherits the running cause."""
        task = Task(name, steps, cause=self.trace.cause, background=background)
        self._ready.append(task)
        return task

    def signal(self) -> Signal:
        """Return a new signal."""
        return Signal(self)

    def make_ready(self, task: Task) -> None:
        """Queue *task* to run at this instant; for signals."""
        self._ready.append(task)

    def call_at(
        self,
        instant_ns: int,
        name: str,
        action: Callable[[], None],
        *,
        background: bool = False,
    ) -> Task:
        """Run *action* at *instant_ns*, as a task of its own."""
        cause = self.trace.cause
        task = Task(name, _Call(action), cause=cause, background=background)
        delay = instant_ns - self.now
        if delay > 0:
            self._set_timer(task, delay, asleep=not background)
        else:
            self._ready.append(task)
        return task

    def cancel(self, task: Task) -> None:
        """End *task* where it waits. Ending twice does nothing."""
        if task.done:
            return
        assert task is not self.current, "a running task ends by returning"
        task.done = True
        if task.waiting_for is not None:
            task.waiting_for.forget(task)
            task.waiting_for = None
        elif task in self._ready:
            self._ready.remove(task)
        self._wake_up(task)
        task.steps.close()
        if task.finished is not None:
            task.finished.fire()

    def record(self, what: str, **fields: Any) -> int:
        """Trace that the running task did *what*; return the record's number."""
        if not self.trace.enabled:
            return 0
        current = self.current
        actor = "user" if current is None else current.name
        return self.trace.append(self.now, actor, what, fields)

    def act_upon(self, cause: int) -> None:
        """Say that what the running task does from here on is due to *cause*."""
        self.trace.cause = cause

    def next_due(self) -> int | None:
        """Return the instant at which something is due, or None."""
        if self._ready:
            return self.now
        self._drop_cancelled()
        return self._timers[0][0] if self._timers else None

    def run(
        self,
        until_ns: int | None = None,
        *,
        stop: Callable[[], bool] | None = None,
        steps_max: int | None = None,
    ) -> None:
        """Run what is due up to and including *until_ns*, or until *stop* says so.

        With *until_ns* the clock ends there, even if nothing was due.

        Raises:
            StepLimitError: More than *steps_max* steps were taken in this call.
        """
        limit = None if steps_max is None else self.steps + steps_max
        while not (stop is not None and stop()):
            if not self._advance(until_ns):
                break
            if limit is not None and self.steps >= limit:
                raise self._failure(StepLimitError, f"more than {steps_max} steps")
            self.step()

    def step(self) -> None:
        """Run one ready task up to its next wait."""
        ready = self._ready
        index = self.choices.schedule.pick(len(ready)) if len(ready) > 1 else 0
        if index:
            ready.rotate(-index)
            task = ready.popleft()
            ready.rotate(index)
        else:
            task = ready.popleft()
        self.steps += 1
        self._resume(task)

    def stalled(self, awaited: str) -> StalledError:
        """Return the error for a condition that has not come, though it was *awaited*.

        Upkeep may be due all the same, so the message does not say that nothing is.
        """
        error = self._failure(StalledError, awaited)
        assert isinstance(error, StalledError)
        return error

    def _failure(self, kind: type[SimulationError], problem: str) -> SimulationError:
        return kind(
            problem, seed=self.choices.seed, at_ns=self.now, task=self._next_task()
        )

    def _next_task(self) -> str:
        """Return the name of the task that runs, or is the next one due."""
        self._drop_cancelled()
        due = [self.current, *self._ready, *(timer[2] for timer in self._timers[:1])]
        return next((task.name for task in due if task is not None), "")

    def _advance(self, until_ns: int | None) -> bool:
        if self._ready:
            return True
        self._drop_cancelled()
        timers = self._timers
        if not timers or (until_ns is not None and timers[0][0] > until_ns):
            if until_ns is not None and until_ns > self.now:
                self.now = until_ns
            return False
        self.now = instant = timers[0][0]
        while timers and timers[0][0] == instant:
            task = heappop(timers)[2]
            if not task.done:
                self._wake_up(task)
                self._ready.append(task)
        return True

    def _drop_cancelled(self) -> None:
        timers = self._timers
        while timers and timers[0][2].done:
            heappop(timers)

    def _resume(self, task: Task) -> None:
        outer, outer_cause = self.current, self.trace.cause
        self.current, self.trace.cause = task, task.cause
        try:
            wait = task.steps.send(None)
        except StopIteration:
            task.done = True
            if task.finished is not None:
                task.finished.fire()
            return
        except Exception:
            task.done = True
            raise
        finally:
            task.cause = self.trace.cause
            self.current, self.trace.cause = outer, outer_cause
        if wait.__class__ is int:
            if not wait:
                self._ready.append(task)
                return
            self._set_timer(task, wait, asleep=not task.background)
        elif wait.__class__ is _Pause:
            self._set_timer(task, wait.duration_ns, asleep=False)
        else:
            wait.park(task)

    def _set_timer(self, task: Task, delay_ns: int, *, asleep: bool) -> None:
        self._sequence += 1
        if asleep:
            task.asleep = True
            self._asleep += 1
        heappush(self._timers, (self.now + delay_ns, self._sequence, task))

    def _wake_up(self, task: Task) -> None:
        if task.asleep:
            task.asleep = False
            self._asleep -= 1
