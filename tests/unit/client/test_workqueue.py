"""Work queues: what is handed out when."""

import pytest

from gcmodel.client.workqueue import WorkQueue
from gcmodel.kernel.durations import MILLISECOND, SECOND
from gcmodel.kernel.scheduler import Scheduler, sleep

MS = MILLISECOND


@pytest.fixture
def scheduler():
    """Return a scheduler at time zero."""
    return Scheduler()


@pytest.fixture
def queue(scheduler):
    """Return an empty queue."""
    return WorkQueue(scheduler, "test")


def handed_out(queue):
    """Take, and be done with, everything that waits; return it in order."""
    taken = []
    while len(queue):
        taken.append(queue.take())
        queue.done(taken[-1])
    return taken


def arrivals(scheduler, queue, until_ns=2000 * SECOND):
    """Return each item that becomes ready until then, with the time it does."""
    seen = []

    async def work():
        while (item := await queue.get()) is not None:
            seen.append((item, scheduler.now))
            queue.done(item)

    scheduler.spawn("worker", work())
    scheduler.run(until_ns)
    return seen


def test_fair(queue):
    """Fair: items come in the order in which they were added."""
    for item in "bca":
        queue.add(item)

    assert handed_out(queue) == ["b", "c", "a"]


def test_stingy(queue):
    """Stingy: an item that was added twice comes once, at its first place."""
    for item in "aba":
        queue.add(item)

    assert (len(queue), handed_out(queue)) == (2, ["a", "b"])


def test_faithful(queue):
    """Faithful: what is added while it is worked on comes once more afterwards."""
    queue.add("a")
    queue.take()
    queue.add("a")
    queue.add("b")
    queue.add("a")

    assert queue.items() == ["b"]
    queue.done("a")
    assert queue.items() == ["b", "a"]


def test_length_counts_what_waits(queue):
    """Items that are worked on or delayed do not count."""
    for item in "abc":
        queue.add(item)
    queue.take()
    queue.add_after("d", SECOND)

    assert (len(queue), queue.processing) == (2, ["a"])


def test_waiting_workers_get_one_item_each(scheduler, queue):
    """A worker that waits is woken by an item; two are woken by two."""
    taken = []

    async def work(name):
        taken.append((name, await queue.get()))

    scheduler.spawn("first", work("first"))
    scheduler.spawn("second", work("second"))
    scheduler.run()
    queue.add("a")
    queue.add("b")
    scheduler.run()

    assert taken == [("first", "a"), ("second", "b")]


def test_shutting_down(scheduler, queue):
    """After shut-down nothing is accepted; what waits is handed out, then None."""
    queue.add("a")
    queue.add_after("late", SECOND)
    queue.shut_down()
    queue.add("b")
    queue.add_after("c", 0)

    seen = arrivals(scheduler, queue)

    assert seen == [("a", 0)]
    assert len(queue) == 0


def test_shutting_down_wakes_workers(scheduler, queue):
    """A worker that waits when the queue is shut down gets None."""
    taken = []

    async def work():
        taken.append(await queue.get())

    scheduler.spawn("worker", work())
    scheduler.run()
    queue.shut_down()
    scheduler.run()

    assert taken == [None]


def test_delays(scheduler, queue):
    """Delayed items come when they are due; no delay, or a negative one, is now."""
    queue.add_after("c", 30 * MS)
    queue.add_after("b", 20 * MS)
    queue.add_after("a", 0)
    queue.add_after("z", -1)

    assert arrivals(scheduler, queue) == [
        ("a", 0),
        ("z", 0),
        ("b", 20 * MS),
        ("c", 30 * MS),
    ]


@pytest.mark.parametrize("delays", [(10, 50), (50, 10)])
def test_the_earlier_of_two_delays_holds(scheduler, queue, delays):
    """An item that is delayed twice comes once, at the earlier time."""
    for delay in delays:
        queue.add_after("a", delay * MS)

    assert arrivals(scheduler, queue) == [("a", 10 * MS)]


def test_a_delay_is_not_undone(scheduler, queue):
    """Neither adding an item nor forgetting it undoes a delayed add."""
    queue.add_after("a", 10 * MS)
    queue.add("a")
    queue.forget("a")

    assert queue.scheduled() == {"a": 10 * MS}
    assert arrivals(scheduler, queue) == [("a", 0), ("a", 10 * MS)]


def test_every_delay_counts_as_work_under_way(scheduler, queue):
    """A short delay keeps a run busy even if a poll is due before it."""
    queue.add_after("poll", 10 * MS, polling=True)
    queue.add_after("work", 20 * MS)

    scheduler.run(stop=lambda: scheduler.quiet)

    assert queue.items() == ["poll", "work"]


def test_polls_do_not_count_as_work_under_way(scheduler, queue):
    """An item that backs off for a second or more does not keep a run busy."""
    for _ in range(8):
        queue.add_rate_limited("a")
        scheduler.run(stop=lambda: scheduler.quiet)
        handed_out(queue)
    assert not queue.scheduled()

    queue.add_rate_limited("a")

    assert scheduler.quiet
    assert queue.scheduled() == {"a": scheduler.now + 1280 * MS}


def retry_delays(scheduler, queue, count):
    """Return the delays of *count* retries of one item, one after the other."""
    delays = []

    async def retry():
        for _ in range(count):
            queue.add_rate_limited("a")
            begun = scheduler.now
            await queue.get()
            delays.append(scheduler.now - begun)
            queue.done("a")

    scheduler.spawn("worker", retry())
    scheduler.run()
    return delays


def test_back_off(scheduler, queue):
    """A failing item waits 5 ms, then twice as long each time, up to 1000 s."""
    expected = [5 * MS << n for n in range(18)] + [1000 * SECOND] * 2

    assert retry_delays(scheduler, queue, 20) == expected
    assert queue.num_requeues("a") == 20


def test_forgetting(scheduler, queue):
    """A forgotten item starts over."""
    retry_delays(scheduler, queue, 5)
    queue.forget("a")

    assert (queue.num_requeues("a"), retry_delays(scheduler, queue, 1)) == (0, [5 * MS])


def test_shared_limit(queue):
    """Beyond a burst of 100 all retries of a queue share ten a second."""
    for number in range(103):
        queue.add_rate_limited(number)

    due = {item: at // MS for item, at in queue.scheduled().items()}
    assert (due[0], due[99], due[100], due[101], due[102]) == (5, 5, 100, 200, 300)


def test_adding_does_not_reset_the_back_off(scheduler, queue):
    """Whoever adds a failing item does not wipe out its failures."""
    retry_delays(scheduler, queue, 3)
    queue.add("a")

    assert queue.num_requeues("a") == 3


def test_metrics(scheduler, queue):
    """Adds, starts, ends and retries are counted, work under way is timed."""

    async def work():
        queue.add("a")
        queue.add("a")
        queue.take()
        await sleep(2 * SECOND)
        queue.add("b")
        queue.take()
        await sleep(SECOND)
        queue.add_rate_limited("b")

    scheduler.spawn("worker", work())
    scheduler.run(3 * SECOND)

    assert queue.unfinished_work_ns == 4 * SECOND
    assert queue.longest_running_ns == 3 * SECOND
    queue.done("a")
    counted = queue.metrics
    assert (
        counted.adds_total,
        counted.started_total,
        counted.done_total,
        counted.retries_total,
    ) == (2, 2, 1, 1)


def test_a_superseded_delay_is_forgotten(scheduler, queue):
    """The later of two delays of one item does not end a third one early."""
    queue.add_after("a", 10 * MS)
    queue.add_after("a", 5 * MS)
    scheduler.run(6 * MS)
    queue.add_after("a", 20 * MS)

    assert arrivals(scheduler, queue) == [("a", 6 * MS), ("a", 26 * MS)]
