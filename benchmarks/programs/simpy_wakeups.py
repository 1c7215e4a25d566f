"""Prints how many wake-ups a second simpy makes with 100 processes."""

import time

import simpy

TASKS = 100
WAKEUPS = 5000


def _sleeper(environment):
    for number in range(WAKEUPS):
        yield environment.timeout(1000 + number % 7)


environment = simpy.Environment()
for _ in range(TASKS):
    environment.process(_sleeper(environment))
begun = time.perf_counter()
environment.run()
print(TASKS * WAKEUPS / (time.perf_counter() - begun))
