"""Waits with a limit, waits for many, and a queue between tasks."""

import pytest

from gcmodel.kernel.scheduler import Scheduler, sleep
from gcmodel.kernel.waits import Mailbox, gather, poll_until, wait_for, wait_until


def outcome(scheduler, wait):
    """Run *wait* as a task; return its result and when it came."""
    results = []

    async def waiter():
        result = await wait
        results.append((result, scheduler.now))

    scheduler.spawn("waiter", waiter())
    scheduler.run()
    return results[0]


@pytest.mark.parametrize(
    ("met_at", "result"),
    [(0, (True, 0)), (7, (True, 7)), (20, (True, 20)), (30, (False, 20))],
)
def test_waiting_until(met_at, result):
    """A condition is awaited up to its limit, and no longer."""
    scheduler = Scheduler()
    signal = scheduler.signal()
    for instant in (3, 7, 25, 30):
        scheduler.call_at(instant, "fire", signal.fire)

    wait = wait_until(scheduler, signal, lambda: scheduler.now >= met_at, 20)

    assert outcome(scheduler, wait) == result


@pytest.mark.parametrize(("fired_at", "result"), [(7, (True, 7)), (30, (False, 20))])
def test_waiting_for_the_next_fire(fired_at, result):
    """A signal is awaited up to a limit."""
    scheduler = Scheduler()
    signal = scheduler.signal()
    scheduler.call_at(fired_at, "fire", signal.fire)

    assert outcome(scheduler, wait_for(scheduler, signal, 20)) == result


@pytest.mark.parametrize("wait", ["wait_for", "wait_until"])
def test_no_alarm_is_left_behind(wait):
    """A wait that ends early, or is cancelled, leaves nothing due."""
    scheduler = Scheduler()
    signal = scheduler.signal()
    waits = {
        "wait_for": lambda: wait_for(scheduler, signal, 100),
        "wait_until": lambda: wait_until(scheduler, signal, lambda: False, 100),
    }
    task = scheduler.spawn("waiter", waits[wait]())
    scheduler.run(5)

    scheduler.cancel(task)

    assert (scheduler.next_due(), scheduler.now) == (None, 5)


@pytest.mark.parametrize(
    ("met_at", "timeout", "result"),
    [
        (0, 30, (True, 0)),
        (15, 35, (True, 20)),
        (15, None, (True, 20)),
        (100, 35, (False, 35)),
        (100, None, (True, 100)),
        (30, 30, (False, 30)),
        (5, 0, (False, 0)),
    ],
)
def test_polling(met_at, timeout, result):
    """A condition is asked at once and at each tick, up to its limit."""
    scheduler = Scheduler()

    wait = poll_until(scheduler, lambda: scheduler.now >= met_at, 10, timeout)

    assert outcome(scheduler, wait) == result


def test_gathering():
    """Many run at the same time, and are waited for until the last is done."""
    scheduler = Scheduler()

    result = outcome(scheduler, gather(scheduler, "many", map(sleep_for, (5, 20, 10))))

    assert result == (None, 20)


async def sleep_for(duration):
    """Sleep."""
    await sleep(duration)


def test_gathering_none():
    """Nothing to wait for is no wait."""
    scheduler = Scheduler()

    assert outcome(scheduler, gather(scheduler, "none", [])) == (None, 0)


def test_gathering_goes_on_when_one_is_cancelled():
    """Whoever waits for many is told when one of them is ended."""
    scheduler = Scheduler()
    found = []

    async def shy():
        found.append(scheduler.current)
        await scheduler.signal()

    scheduler.call_at(7, "cancel", lambda: scheduler.cancel(found[0]))

    result = outcome(scheduler, gather(scheduler, "many", [shy(), sleep_for(3)]))

    assert result == (None, 7)


def test_mailbox():
    """Items come out as they went in, each once, and whoever finds none waits."""
    scheduler = Scheduler()
    mailbox = Mailbox(scheduler)
    taken = []

    async def taker(name):
        while True:
            taken.append((name, await mailbox.take(), scheduler.now))

    mailbox.put("first")
    for name in "ab":
        scheduler.spawn(name, taker(name))
    scheduler.call_at(5, "put", lambda: (mailbox.put("second"), mailbox.put("third")))
    before = len(mailbox)
    scheduler.run()

    assert taken == [("a", "first", 0), ("a", "second", 5), ("a", "third", 5)]
    assert (before, len(mailbox)) == (1, 0)
