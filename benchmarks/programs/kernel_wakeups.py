"""Prints how many wake-ups a second the kernel makes with 100 tasks."""

import time

from gcmodel.kernel.scheduler import Scheduler, sleep
from gcmodel.kernel.trace import Trace

TASKS = 100
WAKEUPS = 5000


async def _sleeper() -> None:
    for number in range(WAKEUPS):
        await sleep(1000 + number % 7)


scheduler = Scheduler(trace=Trace(enabled=False))
for task in range(TASKS):
    scheduler.spawn(f"task-{task}", _sleeper())
begun = time.perf_counter()
scheduler.run()
print(scheduler.steps / (time.perf_counter() - begun))
