"""The lock by which a resync holds the workers."""

from gcmodel.garbagecollector.worker_lock import WorkerLock
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler, sleep


def test_workers_share_and_a_resync_does_not():
    """A resync waits for workers inside; later workers, and resyncs, wait for it."""
    scheduler = Scheduler()
    lock, seen = WorkerLock(scheduler), []

    async def work(name, begin, duration):
        await sleep(begin * SECOND)
        await lock.acquire_read()
        seen.append((scheduler.now // SECOND, f"{name} in"))
        await sleep(duration * SECOND)
        lock.release_read()

    async def resync(name, begin, duration):
        await sleep(begin * SECOND)
        await lock.acquire_write()
        assert lock.held_since_ns == scheduler.now
        seen.append((scheduler.now // SECOND, f"{name} in"))
        await sleep(duration * SECOND)
        lock.release_write()

    for steps in (
        work("first", 0, 10),
        work("second", 1, 20),
        resync("resync", 2, 10),
        work("late", 3, 1),
        resync("another resync", 4, 10),
    ):
        scheduler.spawn("task", steps)
    scheduler.run()

    assert sorted(seen[:3]) == [(0, "first in"), (1, "second in"), (21, "resync in")]
    assert sorted(text for _, text in seen[3:]) == ["another resync in", "late in"]
    assert all(at >= 31 for at, _ in seen[3:])
    assert (lock.readers, lock.held_since_ns) == (0, None)
