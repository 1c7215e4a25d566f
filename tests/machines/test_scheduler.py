"""The scheduler under arbitrary timers, cancellations and picks, against a list."""

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from gcmodel.kernel.choices import Choices, DrawnSchedule
from gcmodel.kernel.scheduler import Scheduler

delays = st.integers(0, 3)
picks = st.lists(st.integers(0, 5), max_size=30)


class SchedulerMachine(RuleBasedStateMachine):
    """Sets timers and lets time pass; the model is a list of what is due when.

    * **Once**: what is due and not cancelled runs once, at its instant.
    * **In time**: nothing runs before or after, and time never goes back.
    * **Boring**: without picks, what is due at one instant runs as it was set.
    """

    timers = Bundle("timers")

    @initialize(numbers=picks)
    def build(self, numbers):
        """Start at zero, with an order that *numbers* decide."""
        self.scheduler = Scheduler(Choices(0, DrawnSchedule(numbers)))
        self.boring = not any(numbers)
        self.expected = {}
        self.ran = []
        self.count = 0
        self.last = 0

    @rule(target=timers, delay=delays)
    def set_timer(self, delay):
        """Have something done some time from now."""
        number, self.count = self.count, self.count + 1
        due = self.scheduler.now + delay

        def act():
            self.ran.append((self.scheduler.now, number))

        task = self.scheduler.call_at(due, f"timer {number}", act)
        self.expected[number] = due
        return number, task

    @rule(timer=timers)
    def cancel(self, timer):
        """Take one back; if it has run, that changes nothing."""
        number, task = timer
        self.scheduler.cancel(task)
        if number not in [ran for _, ran in self.ran]:
            self.expected.pop(number, None)

    @rule(delay=delays)
    def pass_time(self, delay):
        """Let time pass; afterwards everything that was due has run."""
        until = self.scheduler.now + delay
        self.scheduler.run(until)
        due = {number for number, at in self.expected.items() if at <= until}

        assert self.scheduler.now == until
        assert {number for _, number in self.ran} == due

    @invariant()
    def each_ran_once_and_in_time(self):
        """What ran, ran at its instant, once, and in the order of instants."""
        if not hasattr(self, "ran"):
            return
        assert self.scheduler.now >= self.last
        self.last = self.scheduler.now
        numbers = [number for _, number in self.ran]
        assert len(set(numbers)) == len(numbers)
        assert all(self.expected[number] == at for at, number in self.ran)
        assert [at for at, _ in self.ran] == sorted(at for at, _ in self.ran)
        if self.boring:
            assert self.ran == sorted(self.ran)


TestScheduler = SchedulerMachine.TestCase
