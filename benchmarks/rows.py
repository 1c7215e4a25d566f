"""The rows of the table: what is measured, and what it should be."""

import sys
from collections.abc import Callable, Iterator

import attrs

from benchmarks.measure import Measured, peak_megabytes, printed, wall_seconds

INCIDENT = [sys.executable, "-m", "gcmodel", "run", "rancher-fleet"]


@attrs.frozen
class Row:
    """One line of the table.

    Attributes:
        target: What the minimum (or, where more is better, the maximum) should reach.
        more_is_better: Of a rate.
    """

    what: str
    unit: str
    measure: Callable[[int], Measured]
    target: float | None = None
    more_is_better: bool = False

    def run(self, times: int) -> tuple[str, ...]:
        """Measure, and return the cells of the line."""
        found = self.measure(times)
        best = max(found.values) if self.more_is_better else found.minimum
        target = "" if self.target is None else f"{self.target:,g} {self.unit}"
        return (
            self.what,
            f"{best:,.3g} {self.unit}",
            f"{found.median:,.3g} {self.unit}",
            target,
            self._verdict(best),
        )

    def _verdict(self, best: float) -> str:
        if self.target is None:
            return ""
        met = best >= self.target if self.more_is_better else best <= self.target
        return "met" if met else "missed"


def rows() -> Iterator[Row]:
    """Walk the rows."""
    yield Row(
        "the incident, process start to verdict",
        "s",
        lambda times: wall_seconds(INCIDENT, times),
        0.5,
    )
    yield Row("its memory", "MB", lambda _: peak_megabytes(INCIDENT), 120)
    yield Row(
        "import gcmodel", "ms", lambda times: printed("import_gcmodel", times), 100
    )
    yield Row(
        "a cluster in a unit test",
        "ms",
        lambda times: printed("test_cluster", times),
        5,
    )
    yield Row(
        "kernel, 100 tasks",
        "wake-ups/s",
        lambda times: printed("kernel_wakeups", times),
        1_200_000,
        more_is_better=True,
    )
    yield Row(
        "a bare heap of generators (the floor)",
        "wake-ups/s",
        lambda times: printed("heap_wakeups", times),
        more_is_better=True,
    )
