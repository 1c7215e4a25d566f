"""Prints how many wake-ups a second a bare heap of generators makes: the floor."""

import time
from heapq import heapify, heappop, heappush

TASKS = 100
WAKEUPS = 5000


def _sleeper():
    for number in range(WAKEUPS):
        yield 1000 + number % 7


heap = [(0, number, _sleeper()) for number in range(TASKS)]
heapify(heap)
sequence = TASKS
steps = 0
begun = time.perf_counter()
while heap:
    now, _, task = heappop(heap)
    steps += 1
    for delay in task:
        sequence += 1
        heappush(heap, (now + delay, sequence, task))
        break
print(steps / (time.perf_counter() - begun))
