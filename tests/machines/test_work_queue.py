"""The work queue, driven by arbitrary calls and held against lists."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gcmodel.client.workqueue import WorkQueue
from gcmodel.kernel.durations import MILLISECOND
from gcmodel.kernel.scheduler import Scheduler

items = st.sampled_from("abcd")
delays = st.integers(min_value=-1, max_value=12)


class WorkQueueMachine(RuleBasedStateMachine):
    """Applies each call to the queue, and to lists of what waits and is worked on.

    The model knows what waits, what is worked on, what was added meanwhile, and what
    is to be added later. It knows nothing of timers, and counts in milliseconds.
    """

    def __init__(self):
        """Start with an empty queue."""
        super().__init__()
        self.scheduler = Scheduler()
        self.queue = WorkQueue(self.scheduler, "machine")
        self.now = 0
        self.waiting, self.worked_on, self.again = [], [], []
        self.later = []
        self.failures = dict.fromkeys("abcd", 0)

    def _arrive(self, item):
        if item in self.worked_on:
            if item not in self.again:
                self.again.append(item)
        elif item not in self.waiting:
            self.waiting.append(item)

    def _schedule(self, item, due):
        known = [one for one in self.later if one[1] == item]
        if not known or known[0][0] > due:
            self.later = [one for one in self.later if one[1] != item]
            self.later.append((due, item))

    @rule(item=items)
    def add(self, item):
        """An item needs work."""
        self.queue.add(item)
        self._arrive(item)

    @precondition(lambda self: self.waiting)
    @rule()
    def take(self):
        """A worker takes the item that has waited longest."""
        taken = self.queue.take()
        assert taken == self.waiting.pop(0)
        self.worked_on.append(taken)

    @precondition(lambda self: self.worked_on)
    @rule(which=st.integers(min_value=0, max_value=3))
    def done(self, which):
        """One of the workers has done its item."""
        item = self.worked_on.pop(which % len(self.worked_on))
        self.queue.done(item)
        if item in self.again:
            self.again.remove(item)
            self.waiting.append(item)

    @rule(item=items, delay=delays)
    def add_later(self, item, delay):
        """An item will need work."""
        self.queue.add_after(item, delay * MILLISECOND)
        if delay <= 0:
            self._arrive(item)
        else:
            self._schedule(item, self.now + delay)

    @rule(item=items)
    def fail(self, item):
        """Work on an item has failed; the bucket never empties in so few steps."""
        self.queue.add_rate_limited(item)
        self._schedule(item, self.now + 5 * 2 ** self.failures[item])
        self.failures[item] += 1

    @rule(item=items)
    def forget(self, item):
        """Work on an item has succeeded."""
        self.queue.forget(item)
        self.failures[item] = 0

    @rule(duration=st.integers(min_value=1, max_value=40))
    def wait(self, duration):
        """Time passes."""
        self.now += duration
        self.scheduler.run(self.now * MILLISECOND)
        due = [one for one in self.later if one[0] <= self.now]
        self.later = [one for one in self.later if one[0] > self.now]
        for _, item in sorted(due, key=lambda one: one[0]):
            self._arrive(item)

    @invariant()
    def fair(self):
        """Items wait in the order in which they were added."""
        assert self.queue.items() == self.waiting
        assert len(self.queue) == len(self.waiting)

    @invariant()
    def stingy(self):
        """Nothing is handed out twice at a time, and nothing waits twice."""
        assert self.queue.processing == self.worked_on
        assert not set(self.waiting) & set(self.worked_on)

    @invariant()
    def patient(self):
        """What is delayed is due when the shorter of its delays ends."""
        assert self.queue.scheduled() == {
            item: due * MILLISECOND for due, item in self.later
        }

    @invariant()
    def counted(self):
        """Failures are counted from the last success on."""
        assert {item: self.queue.num_requeues(item) for item in "abcd"} == self.failures

    def teardown(self):
        """Faithful: whatever was added is handed out in the end."""
        owed = {*self.waiting, *self.again, *(item for _, item in self.later)}
        for item in self.worked_on:
            self.queue.done(item)
        self.scheduler.run()
        handed_out = set()
        while len(self.queue):
            handed_out.add(self.queue.take())
        assert handed_out == owed


TestWorkQueue = pytest.mark.slow(WorkQueueMachine.TestCase)
