"""When the monitors are looked at."""

from gcmodel.garbagecollector.cache_wait import CacheWait
from gcmodel.kernel.durations import MILLISECOND
from gcmodel.kernel.scheduler import sleep
from tests.conformance.gc.harness import Harness


def test_a_poll_that_waits_delays_no_other():
    """A poll held up from 100 to 180 ms is followed by those at 200 and 300 ms."""
    harness = Harness()
    collector, scheduler = harness.collector, harness.scheduler
    wait = CacheWait(scheduler, collector.monitors, collector.say)
    synced = []

    async def hold():
        await sleep(50 * MILLISECOND)
        await collector.monitors._acquire()
        await sleep(130 * MILLISECOND)
        collector.monitors._release()

    async def poll():
        synced.append(await wait.wait(350 * MILLISECOND))

    scheduler.spawn("hold", hold())
    scheduler.spawn("poll", poll())
    scheduler.run()

    looks = [
        record.at_ns // MILLISECOND
        for record in scheduler.trace
        if "no monitors" in record.fields.get("text", "")
    ]
    assert looks == [0, 180, 200, 300]
    assert (synced, scheduler.now) == ([False], 350 * MILLISECOND)
