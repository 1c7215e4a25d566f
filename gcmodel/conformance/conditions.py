"""What a recording leaves open: in which order, and how fast, things happened."""

from collections.abc import Iterator
from itertools import count, cycle

import attrs

from gcmodel.client.transport import Latency
from gcmodel.kernel.choices import FirstComeFirstServed, RandomSchedule, Schedule
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
        latency: How long messages take.
        think_ns: How long the client takes between an answer and its next request.
    """

    seed: int = 0
    workers: int = WORKERS
    fifo: bool = True
    latency: Latency = attrs.field(factory=Latency)
    think_ns: tuple[int, int] = (MILLISECOND, 3 * MILLISECOND)

    def schedule(self) -> Schedule:
        """Return a fresh schedule."""
        return FirstComeFirstServed() if self.fifo else RandomSchedule(self.seed)


PLAIN = Conditions()
ONE_WORKER = Conditions(workers=1)

_PACES = (
    # How long the client thinks, and how late watches are: quick and slow machines.
    ((1, 3), (300, 2500)),
    ((0, 0), (300, 2500)),
    ((0, 1), (300, 8000)),
    ((2, 8), (300, 2500)),
    ((1, 4), (300, 20_000)),
    ((5, 30), (100, 5000)),
    ((0, 12), (100, 40_000)),
)


def variations(*, workers: int = WORKERS) -> Iterator[Conditions]:
    """Yield ever new conditions, the plainest first."""
    yield Conditions(workers=workers)
    for seed, (think_ms, watch_us) in zip(count(1), cycle(_PACES)):
        low, high = think_ms
        early, late = watch_us
        yield Conditions(
            seed=seed,
            workers=workers,
            fifo=False,
            latency=Latency(watch=(early * MICROSECOND, late * MICROSECOND)),
            think_ns=(low * MILLISECOND, high * MILLISECOND),
        )
