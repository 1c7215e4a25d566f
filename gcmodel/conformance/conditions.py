"""What a recording leaves open: in which order, and how fast, things happened."""

from collections.abc import Iterator
from itertools import count

import attrs

from gcmodel.client.transport import Latency
from gcmodel.kernel.choices import (
    Choices,
    FirstComeFirstServed,
    RandomSchedule,
    Schedule,
)
from gcmodel.kernel.durations import MICROSECOND, MILLISECOND

WORKERS = 20
"""``--concurrent-gc-syncs`` of the recordings, unless they say one."""


@attrs.frozen(kw_only=True)
class Conditions:
    """Under which a program is replayed.

    Attributes:
        seed: Of all that is drawn.
        workers: ``--concurrent-gc-syncs``.
        fifo: Whatever happens at the same instant happens in the order in which it
            came about; else in a random order.
        latency: How long messages of the controller manager take.
        client_latency: How long those of the program take.
        think_ns: How long the client takes between an answer and its next request.
    """

    seed: int = 0
    workers: int = WORKERS
    fifo: bool = True
    latency: Latency = attrs.field(factory=Latency)
    client_latency: Latency = attrs.field(factory=Latency)
    think_ns: tuple[int, int] = (500 * MICROSECOND, 2 * MILLISECOND)

    def schedule(self) -> Schedule:
        """Return a fresh schedule."""
        return FirstComeFirstServed() if self.fifo else RandomSchedule(self.seed)


PLAIN = Conditions()
ONE_WORKER = Conditions(workers=1)


def variations(
    *, workers: int = WORKERS, restarts: bool = False
) -> Iterator[Conditions]:
    """Yield ever new conditions: the plain ones first, then drawn ones.

    Every fourth varies the order of simultaneous steps alone. The rest vary the pace
    of client, server and watches as well, from a tenth to ten times the usual.

    Args:
        workers: The same for all.
        restarts: The controller manager is started on the way, and then has so much
            to do that some of it is taken notice of late.
    """
    yield Conditions(workers=workers)
    for seed in count(1):
        same_pace = Conditions(seed=seed, workers=workers, fifo=False)
        if seed % 4:
            yield _at_another_pace(same_pace, busy=restarts or seed % 2 == 1)
        else:
            yield same_pace


def _at_another_pace(conditions: Conditions, *, busy: bool) -> Conditions:
    chance = Choices(conditions.seed).stream("pace")

    def drawn(usual_ns: int) -> tuple[int, int]:
        longest = usual_ns * 10 ** (2 * chance.random() - 1)
        return int(longest * chance.random() ** 2), int(longest)

    latency = Latency(
        request=drawn(1500 * MICROSECOND),
        response=drawn(600 * MICROSECOND),
        watch=drawn(1500 * MICROSECOND),
        handover=drawn(100 * MILLISECOND)[1] if busy else 0,
    )
    client_latency = Latency(
        request=drawn(600 * MICROSECOND), response=drawn(400 * MICROSECOND)
    )
    return attrs.evolve(
        conditions,
        latency=latency,
        client_latency=client_latency,
        think_ns=drawn(1500 * MICROSECOND),
    )
