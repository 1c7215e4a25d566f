"""How long a reflector waits before it tries again.

Upstream: ``NewExponentialBackoffManager`` in apimachinery pkg/util/wait/backoff.go,
with the constants of client-go tools/cache/reflector.go
"""

import attrs

from gcmodel.kernel.choices import Choices
from gcmodel.kernel.durations import MILLISECOND, MINUTE, SECOND
from gcmodel.kernel.scheduler import Scheduler

INITIAL_NS = 800 * MILLISECOND
CAP_NS = 30 * SECOND
RESET_AFTER_NS = 2 * MINUTE


@attrs.define(eq=False)
class ReflectorBackoff:
    """Delays that double from 800 ms to 30 s, each stretched by up to twice.

    * **Slots**: [0.8,1.6) [1.6,3.2) [3.2,6.4) [6.4,12.8) [12.8,25.6) [25.6,51.2)
      then [30,60) seconds.
    * **Forgetful only in quiet**: a success does not reset the series; two minutes
      without a new delay do.
    """

    scheduler: Scheduler
    exponential: bool = True
    """Before 1.18 the wait is about a second each time."""
    _step_ns: int = attrs.field(default=INITIAL_NS, init=False)
    _last_ns: int | None = attrs.field(default=None, init=False)

    def next_ns(self) -> int:
        """Return the next delay and move the series on."""
        now = self.scheduler.now
        if not self.exponential:
            return SECOND
        if self._last_ns is not None and now - self._last_ns > RESET_AFTER_NS:
            self._step_ns = INITIAL_NS
        self._last_ns = now
        base = min(self._step_ns, CAP_NS)
        self._step_ns = min(self._step_ns * 2, CAP_NS * 2) if base < CAP_NS else CAP_NS
        return base + int(base * self._choices.stream("reflector-backoff").random())

    @property
    def _choices(self) -> Choices:
        return self.scheduler.choices
