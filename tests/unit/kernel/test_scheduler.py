"""One loop: time, order, causes, and what ends a run."""

import gc
import warnings

import pytest
from hypothesis import given, strategies as st

from gcmodel.errors import StalledError, StepLimitError
from gcmodel.kernel.choices import Choices, RandomSchedule, ReplayedSchedule
from gcmodel.kernel.scheduler import Scheduler, pause, sleep
from gcmodel.kernel.trace import Trace


def noted(scheduler):
    """Return what the trace says was noted, with its time."""
    return [(record.at_ns, record.actor) for record in scheduler.trace]


async def walker(scheduler, *durations):
    """Note each instant at which it wakes up."""
    for duration in durations:
        await sleep(duration)
        scheduler.record("note")


def test_time_jumps_from_one_wake_up_to_the_next():
    """Tasks wake up in the order of their timers, at exactly their time."""
    scheduler = Scheduler()
    scheduler.spawn("a", walker(scheduler, 10, 10))
    scheduler.spawn("b", walker(scheduler, 5, 7))

    scheduler.run()

    assert noted(scheduler) == [(5, "b"), (10, "a"), (12, "b"), (20, "a")]
    assert (scheduler.now, scheduler.steps, scheduler.next_due()) == (20, 6, None)


def test_run_up_to_an_instant():
    """A run includes its last instant, and ends there even if nothing was due."""
    scheduler = Scheduler()
    scheduler.spawn("a", walker(scheduler, 10, 10, 10))

    scheduler.run(20)
    first = (noted(scheduler), scheduler.now, scheduler.next_due())
    scheduler.run(25)
    second = scheduler.now
    scheduler.run(1000)

    assert first == ([(10, "a"), (20, "a")], 20, 30)
    assert (second, scheduler.now, len(scheduler.trace)) == (25, 1000, 3)


def test_time_never_goes_back():
    """Monotone: neither a negative sleep nor an earlier end turns time back."""
    scheduler = Scheduler()
    scheduler.spawn("a", walker(scheduler, 5, -3, -(10**12)))

    async def pauser():
        await sleep(5)
        await pause(-5)
        scheduler.record("note")

    scheduler.spawn("b", pauser())
    scheduler.run(5)
    scheduler.run(2)

    assert noted(scheduler) == [(5, "a"), (5, "a"), (5, "a"), (5, "b")]
    assert scheduler.now == 5


def test_zero_sleep_lets_others_go_first():
    """A sleep of nothing goes to the end of those that are ready."""
    scheduler = Scheduler()
    scheduler.spawn("a", walker(scheduler, 0, 0))
    scheduler.spawn("b", walker(scheduler, 0, 0))

    scheduler.run()

    assert noted(scheduler) == [(0, "a"), (0, "b"), (0, "a"), (0, "b")]


def test_same_instant_keeps_the_order_of_setting():
    """Of timers that end together, the one set first wakes its task first."""
    scheduler = Scheduler()
    for name, duration in (("a", 3), ("b", 3), ("c", 3)):
        scheduler.spawn(name, walker(scheduler, duration))

    scheduler.run()

    assert [name for _, name in noted(scheduler)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("picks", "order"),
    [([], "abcd"), ([2], "cabd"), ([3, 2, 1], "dcba"), ([1, 1, 1], "bcda")],
)
def test_schedule_decides_who_runs(picks, order):
    """One door: a pick takes one ready task out, and the others keep their order."""
    schedule = ReplayedSchedule(picks)
    scheduler = Scheduler(Choices(schedule=schedule))

    async def note():
        scheduler.record("note")

    for name in "abcd":
        scheduler.spawn(name, note())

    scheduler.run()

    assert "".join(name for _, name in noted(scheduler)) == order
    assert [count for _, count in schedule.taken] == [4, 3, 2]


def test_cancelled_task_is_not_offered():
    """One door: a task that has ended is none of those that could run."""
    schedule = ReplayedSchedule()
    scheduler = Scheduler(Choices(schedule=schedule))
    tasks = [scheduler.spawn(name, walker(scheduler, 0)) for name in "abc"]

    scheduler.cancel(tasks[1])
    scheduler.run()

    assert noted(scheduler) == [(0, "a"), (0, "c")]
    assert schedule.taken == [(0, 2), (0, 2), (0, 2)][: len(schedule.taken)]


def test_cancelling_wherever_a_task_waits():
    """A cancelled task ends where it waits: ready, asleep, or for a signal."""
    scheduler = Scheduler()
    signal = scheduler.signal()
    ended = []

    async def waiter(wait, name):
        try:
            await wait
        finally:
            ended.append(name)

    tasks = [
        scheduler.spawn("sleeper", waiter(sleep(5), "sleeper")),
        scheduler.spawn("pauser", waiter(pause(5), "pauser")),
        scheduler.spawn("waiter", waiter(signal, "waiter")),
    ]
    unborn = scheduler.spawn("unborn", waiter(sleep(5), "unborn"))
    scheduler.cancel(unborn)
    scheduler.run(1)

    for task in tasks + tasks:
        scheduler.cancel(task)
    signal.fire()
    scheduler.run()

    assert ended == ["sleeper", "pauser", "waiter"]
    assert (scheduler.now, scheduler.quiet, scheduler.next_due()) == (1, True, None)


def test_a_running_task_does_not_cancel_itself():
    """Whoever wants to end itself returns; anything else is a mistake."""
    scheduler = Scheduler()

    async def suicidal():
        scheduler.cancel(scheduler.current)

    scheduler.spawn("a", suicidal())

    with pytest.raises(AssertionError, match="ends by returning"):
        scheduler.run()


def test_signal_wakes_all_in_the_order_in_which_they_came():
    """A signal wakes everyone who waits, and remembers nothing for those to come."""
    scheduler = Scheduler()
    signal = scheduler.signal()

    async def waiter():
        await signal
        scheduler.record("note")

    signal.fire()
    for name in "ab":
        scheduler.spawn(name, waiter())
    scheduler.run()
    nobody = noted(scheduler)
    signal.fire()
    scheduler.spawn("c", waiter())
    scheduler.run()

    assert (nobody, noted(scheduler)) == ([], [(0, "a"), (0, "b")])


def test_signal_can_wake_one():
    """Waking one wakes the one that has waited longest."""
    scheduler = Scheduler()
    signal = scheduler.signal()

    async def waiter():
        await signal
        scheduler.record("note")

    signal.fire_one()
    for name in "ab":
        scheduler.spawn(name, waiter())
    scheduler.run()
    signal.fire_one()
    scheduler.run()

    assert noted(scheduler) == [(0, "a")]


def test_calling_later():
    """A function is called at its instant, at once if that has passed, or never."""
    scheduler = Scheduler()
    calls = []
    scheduler.call_at(10, "ten", lambda: calls.append(("ten", scheduler.now)))
    never = scheduler.call_at(20, "never", lambda: calls.append("never"))
    scheduler.run(15)
    scheduler.call_at(5, "late", lambda: calls.append(("late", scheduler.now)))

    scheduler.cancel(never)
    scheduler.run()

    assert (calls, scheduler.now) == ([("ten", 10), ("late", 15)], 15)


def test_errors_leave_the_run():
    """Loud: what a task does not handle ends the run, and the task."""
    scheduler = Scheduler()

    async def failing():
        await sleep(3)
        raise KeyError("bug")

    task = scheduler.spawn("a", failing())

    with pytest.raises(KeyError, match="bug"):
        scheduler.run()

    assert (task.done, scheduler.now, scheduler.current) == (True, 3, None)


def test_quiet_when_nothing_but_upkeep_is_due():
    """Pauses, background tasks and background calls leave the run quiet."""
    scheduler = Scheduler()

    async def upkeep(wait):
        while True:
            await wait(10)

    scheduler.spawn("poll", upkeep(pause))
    scheduler.spawn("timer", upkeep(sleep), background=True)
    scheduler.call_at(50, "alarm", lambda: None, background=True)
    scheduler.spawn("worker", walker(scheduler, 25))
    before = scheduler.quiet
    scheduler.run(24)
    asleep = scheduler.quiet
    scheduler.run(stop=lambda: scheduler.quiet)

    assert (before, asleep, scheduler.quiet, scheduler.now) == (False, False, True, 25)
    assert scheduler.next_due() == 30


def test_calls_keep_a_run_from_being_quiet():
    """A call that is to come is work, unless it is upkeep; cancelled, it is none."""
    scheduler = Scheduler()
    call = scheduler.call_at(50, "call", lambda: None)
    before = scheduler.quiet

    scheduler.cancel(call)

    assert (before, scheduler.quiet) == (False, True)


def test_stopping_on_a_condition():
    """A run stops at the very step that makes its condition true."""
    scheduler = Scheduler()
    scheduler.spawn("a", walker(scheduler, *[1] * 100))

    scheduler.run(stop=lambda: len(scheduler.trace) == 3)

    assert scheduler.now == 3


def test_step_limit():
    """A run that takes more steps than it may ends, and names who was next."""
    scheduler = Scheduler(Choices(seed=9))

    async def spinner():
        while True:
            await sleep(0)

    scheduler.spawn("spinner", spinner())

    with pytest.raises(StepLimitError) as caught:
        scheduler.run(steps_max=10)

    assert str(caught.value) == "more than 10 steps (seed 9, t=0.000s, task spinner)"
    assert scheduler.steps == 10


def test_step_limit_that_is_just_enough():
    """As many steps as were allowed are no excess."""
    scheduler = Scheduler()
    scheduler.spawn("a", walker(scheduler, 1))

    scheduler.run(steps_max=2)

    assert scheduler.steps == 2


def test_stalled():
    """What is awaited in vain is said with seed and time."""
    scheduler = Scheduler(Choices(seed=9))
    scheduler.run(2_000_000_000)

    error = scheduler.stalled("web is not gone")

    assert isinstance(error, StalledError)
    assert str(error) == "web is not gone (seed 9, t=2.000s)"


def test_causes_follow_the_tasks():
    """What a task records is due to what it acts upon, and so is what it spawns."""
    scheduler = Scheduler()

    async def child():
        await sleep(1)
        scheduler.record("child")

    async def parent():
        scheduler.act_upon(scheduler.record("begin"))
        scheduler.spawn("child", child())
        scheduler.call_at(1, "call", lambda: scheduler.record("call"))
        await sleep(2)
        scheduler.record("end")

    async def stranger():
        await sleep(1)
        scheduler.record("other")

    scheduler.spawn("parent", parent())
    scheduler.spawn("stranger", stranger())
    scheduler.run()

    causes = {record.what: record.cause for record in scheduler.trace}
    assert causes == {"begin": 0, "child": 1, "call": 1, "other": 0, "end": 1}


def test_who_records_outside_of_tasks():
    """What happens outside of every task is the user's doing."""
    scheduler = Scheduler()

    assert scheduler.record("note", a=1) == 1
    assert noted(scheduler) == [(0, "user")]


def test_recording_nothing():
    """With the trace off, a record has no number."""
    scheduler = Scheduler(trace=Trace(enabled=False))

    assert (scheduler.record("note"), len(scheduler.trace)) == (0, 0)


def test_dropped_runs_leave_quietly():
    """A run that is dropped at any point makes Python complain of nothing."""

    class Holder:
        def __init__(self):
            self.scheduler = Scheduler()
            self.scheduler.spawn("unborn", self.steps())
            self.scheduler.call_at(5, "call", self.steps)

        async def steps(self):
            await sleep(1)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Holder()
        gc.collect()

    assert [str(warning.message) for warning in caught] == []


programs = st.lists(
    st.lists(st.integers(0, 5), min_size=1, max_size=5), min_size=1, max_size=5
)


@given(programs, st.integers(0, 3))
def test_every_schedule_respects_time(program, seed):
    """Whatever the schedule, each task wakes at the sums of its sleeps, in order."""
    scheduler = Scheduler(Choices(seed=seed, schedule=RandomSchedule(seed)))
    for number, durations in enumerate(program):
        scheduler.spawn(str(number), walker(scheduler, *durations))

    scheduler.run()

    times = [at for at, _ in noted(scheduler)]
    assert times == sorted(times)
    for number, durations in enumerate(program):
        own = [at for at, name in noted(scheduler) if name == str(number)]
        assert own == [sum(durations[: n + 1]) for n in range(len(durations))]
