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


@attrs.frozen
class Pace:
    """How quick the machines are, each between two bounds.

    Attributes:
        think_ms: How long the client takes between two requests.
        watch_us: How late a watch is.
        request_us: How long a request is under way before it is carried out.
    """

    think_ms: tuple[int, int]
    watch_us: tuple[int, int] = (300, 2500)
    request_us: tuple[int, int] = (300, 900)


PACES = (
    Pace((1, 3)),
    Pace((0, 0)),
    Pace((0, 1), watch_us=(300, 8000)),
    Pace((1, 3), request_us=(50, 3000)),
    Pace((2, 8)),
    Pace((1, 4), watch_us=(300, 20_000)),
    Pace((1, 3), watch_us=(0, 300), request_us=(100, 6000)),
    Pace((5, 30), watch_us=(100, 5000)),
    Pace((0, 12), watch_us=(100, 40_000)),
)
"""Tried in turn: the recordings were made with fourteen programs side by side."""


def variations(*, workers: int = WORKERS) -> Iterator[Conditions]:
    """Yield ever new conditions, the plainest first."""
    yield Conditions(workers=workers)
    for seed, pace in zip(count(1), cycle(PACES)):
        yield Conditions(
            seed=seed,
            workers=workers,
            fifo=False,
            latency=Latency(
                request=_times(pace.request_us, MICROSECOND),
                watch=_times(pace.watch_us, MICROSECOND),
            ),
            think_ns=_times(pace.think_ms, MILLISECOND),
        )


def _times(bounds: tuple[int, int], unit: int) -> tuple[int, int]:
    low, high = bounds
    return low * unit, high * unit
