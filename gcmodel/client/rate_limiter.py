"""Token buckets: how often a client or a queue may go.

Upstream: ``NewTokenBucketRateLimiter`` in client-go util/flowcontrol/throttle.go;
golang.org/x/time/rate
"""

import attrs

from gcmodel.kernel.durations import SECOND


@attrs.define(eq=False)
class TokenBucket:
    """Grants *qps* tokens a second, of which *burst* can be saved up.

    * **Exact**: integer arithmetic, so that the tenth token of a 20-per-second
      bucket comes 500 ms after the burst and not a nanosecond beside it.
    * **In turn**: a reservation is never overtaken by a later one.
    """

    qps: int
    burst: int
    _saved: int = attrs.field(init=False)
    """Tokens in billionths; negative while reservations are outstanding."""
    _at_ns: int = attrs.field(default=0, init=False)

    @_saved.default
    def _full(self) -> int:
        return self.burst * SECOND

    def reserve(self, now_ns: int) -> int:
        """Take one token; return the nanoseconds until it may be used."""
        grown = self._saved + (now_ns - self._at_ns) * self.qps
        self._saved = min(grown, self.burst * SECOND) - SECOND
        self._at_ns = now_ns
        return 0 if self._saved >= 0 else -(self._saved // self.qps)
