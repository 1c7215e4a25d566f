"""What a controller has asked for and not yet seen in its cache.

Upstream: ``ControllerExpectations`` and ``UIDTrackingControllerExpectations`` in
pkg/controller/controller_utils.go
"""

from collections.abc import Iterable

import attrs

from gcmodel.kernel.durations import MINUTE
from gcmodel.kernel.scheduler import Scheduler

TIMEOUT_NS = 5 * MINUTE
"""After so long an unmet expectation is taken for a missed event."""


@attrs.define
class _Expected:
    since_ns: int
    creations: int = 0
    deletions: set[str] = attrs.field(factory=set)


@attrs.define(eq=False, repr=False)
class Expectations:
    """Counts creations, and remembers deletions, that are under way.

    * **Guarding**: while something is under way, the cache is known to lie, and the
      controller neither creates nor deletes.
    * **Mortal**: after five minutes an expectation no longer counts.
    * **One at a time**: a new expectation replaces the old one.
    """

    scheduler: Scheduler
    _expected: dict[str, _Expected] = attrs.field(factory=dict, init=False)

    def satisfied(self, key: str) -> bool:
        """Whether nothing is under way for *key*, as far as one can still hope."""
        expected = self._expected.get(key)
        if expected is None:
            return True
        if expected.creations <= 0 and not expected.deletions:
            return True
        return self.scheduler.now - expected.since_ns > TIMEOUT_NS

    def expect_creations(self, key: str, count: int) -> None:
        """Say that *count* creations are under way."""
        self._expected[key] = _Expected(self.scheduler.now, creations=count)

    def expect_deletions(self, key: str, dependents: Iterable[str]) -> None:
        """Say that *dependents*, by UID or key, are being deleted."""
        self._expected[key] = _Expected(self.scheduler.now, deletions=set(dependents))

    def creation_observed(self, key: str) -> None:
        """Count one creation as seen, or as never to be."""
        expected = self._expected.get(key)
        if expected is not None:
            expected.creations -= 1

    def deletion_observed(self, key: str, dependent: str) -> None:
        """Count a deletion as seen; the second sight of the same one is nothing."""
        expected = self._expected.get(key)
        if expected is not None:
            expected.deletions.discard(dependent)

    def forget(self, key: str) -> None:
        """Expect nothing any more for *key*: it is gone."""
        self._expected.pop(key, None)
