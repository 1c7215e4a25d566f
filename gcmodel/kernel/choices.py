"""The only source of chance, seeded and recorded, so that a run can be replayed."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from random import Random
from typing import Protocol, TypeVar

import attrs

from gcmodel.errors import UsageError

T = TypeVar("T")


SEED_MAX = 2**63 - 1
"""The largest seed, so that it fits into every file and command."""


class Schedule(Protocol):
    """Decides which of several tasks that are due at the same instant runs next."""

    def pick(self, count: int) -> int:
        """Return an index below *count*; zero is always the boring choice."""

    def arrange(self, items: Iterable[T]) -> list[T]:
        """Return *items* in an order that Go leaves open."""


@attrs.define
class FirstComeFirstServed:
    """Runs simultaneous tasks in the order in which they became due."""

    def pick(self, count: int) -> int:  # noqa: ARG002  (the protocol's shape)
        """Return zero."""
        return 0

    def arrange(self, items: Iterable[T]) -> list[T]:
        """Return *items* as they are."""
        return list(items)


@attrs.define
class RandomSchedule:
    """Runs simultaneous tasks in an order drawn from a seed."""

    seed: int
    _random: Random = attrs.field(init=False)

    @_random.default
    def _seeded(self) -> Random:
        return Random(f"schedule/{self.seed}")

    def pick(self, count: int) -> int:
        """Return an index, each as likely as the other."""
        return int(self._random.random() * count)

    def arrange(self, items: Iterable[T]) -> list[T]:
        """Return *items*, every order as likely as any other."""
        mixed = list(items)
        self._random.shuffle(mixed)
        return mixed


@attrs.define
class ReplayedSchedule:
    """Follows a recorded list of picks, then always takes the boring choice.

    Attributes:
        taken: ``(index, count)`` of every pick that was made, the replayed
            included, so that an explorer can vary the last one.
    """

    picks: Sequence[int] = ()
    taken: list[tuple[int, int]] = attrs.field(factory=list, init=False)

    def pick(self, count: int) -> int:
        """Return the recorded pick, or zero when there is none left."""
        position = len(self.taken)
        index = self.picks[position] if position < len(self.picks) else 0
        if not 0 <= index < count:
            raise UsageError(
                f"pick {position} is {index}: must be below {count}; "
                "the recorded choices belong to another run"
            )
        self.taken.append((index, count))
        return index

    def arrange(self, items: Iterable[T]) -> list[T]:
        """Pick one after the other."""
        return _arranged(self.pick, items)


@attrs.define
class DrawnSchedule:
    """Takes its picks from a list of numbers of any size, then the boring choice.

    Made for property tests: every list of numbers is a schedule, shorter lists and
    smaller numbers are more boring ones, and the empty list is first come, first
    served.
    """

    numbers: Sequence[int] = ()
    _drawn: int = attrs.field(default=0, init=False)

    def pick(self, count: int) -> int:
        """Return the next number, brought below *count*."""
        if self._drawn >= len(self.numbers):
            return 0
        number = self.numbers[self._drawn]
        self._drawn += 1
        return number % count

    def arrange(self, items: Iterable[T]) -> list[T]:
        """Pick one after the other."""
        return _arranged(self.pick, items)


def _arranged(pick: Callable[[int], int], items: Iterable[T]) -> list[T]:
    left, arranged = list(items), []
    while left:
        arranged.append(left.pop(pick(len(left)) if len(left) > 1 else 0))
    return arranged


class _Foreseen(Random):
    """A stream whose next draws are known."""

    def __init__(self, seed: str, draws: Iterable[float | None]) -> None:
        super().__init__(seed)
        self.draws = deque(draws)

    def random(self) -> float:
        own = super().random()
        known = self.draws.popleft() if self.draws else None
        return own if known is None else known


@attrs.define
class Choices:
    """Named streams of chance, all from one seed.

    * **Separate**: a draw from one stream does not disturb another, so that a new
      jitter somewhere does not rename every Pod elsewhere.
    * **Reproducible**: the same seed and the same calls give the same values, in
      any process, whatever PYTHONHASHSEED says.
    """

    seed: int = 0
    schedule: Schedule = attrs.field(factory=FirstComeFirstServed)
    _streams: dict[str, Random] = attrs.field(factory=dict, init=False)
    _orders: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = attrs.field(
        factory=dict, init=False
    )

    def stream(self, name: str) -> Random:
        """Return the stream called *name*."""
        found = self._streams.get(name)
        if found is None:
            found = self._streams[name] = Random(f"{name}/{self.seed}")
        return found

    def foresee(self, name: str, draws: Iterable[float | None]) -> None:
        """Let the next draws from the stream *name* be *draws*.

        Args:
            name: Of a stream from which single numbers in [0, 1) are drawn.
            draws: In order; None leaves one to chance.
        """
        self._streams[name] = _Foreseen(f"{name}/{self.seed}", draws)

    def foresee_order(
        self, name: str, first: Sequence[str], last: Sequence[str] = ()
    ) -> None:
        """Let the next :meth:`shuffled` of *name* begin with *first*, end with *last*.

        Args:
            name: Of a stream from which orders are drawn.
            first: Items by their text, in order; what is not there does not matter.
            last: Likewise. What is in neither list is left to chance.
        """
        self._orders[name] = (tuple(first), tuple(last))

    def uniform(self, name: str, low: float, high: float) -> float:
        """Return a number in [*low*, *high*)."""
        return low + (high - low) * self.stream(name).random()

    def one_of(self, name: str, options: Sequence[T]) -> T:
        """Return one of *options*, which must not be empty."""
        return options[int(self.stream(name).random() * len(options))]

    def shuffled(self, name: str, options: Sequence[T]) -> list[T]:
        """Return *options* in an order that Go leaves open (a map's, say)."""
        mixed = list(options)
        self.stream(name).shuffle(mixed)
        first, last = self._orders.pop(name, ((), ()))
        places = {text: place - len(first) for place, text in enumerate(first)}
        places |= {text: place + 1 for place, text in enumerate(last)}
        return (
            sorted(mixed, key=lambda one: places.get(str(one), 0)) if places else mixed
        )

    def uuid(self, name: str) -> str:
        """Return a random version 4 UUID."""
        bits = self.stream(name).getrandbits(128)
        bits = bits & ~(0xF << 76) | (4 << 76)
        bits = bits & ~(0x3 << 62) | (2 << 62)
        digits = f"{bits:032x}"
        cuts = (0, 8, 12, 16, 20, 32)
        return "-".join(digits[a:b] for a, b in pairwise(cuts))
