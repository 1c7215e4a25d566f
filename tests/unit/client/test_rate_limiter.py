"""Token buckets: when the next token may be used."""

from gcmodel.client.rate_limiter import TokenBucket
from gcmodel.kernel.durations import MILLISECOND, SECOND


def test_burst_then_rate():
    """After the burst each reservation waits one interval longer, to the nanosecond."""
    bucket = TokenBucket(qps=20, burst=3)

    waits = [bucket.reserve(0) // MILLISECOND for _ in range(6)]

    assert waits == [0, 0, 0, 50, 100, 150]


def test_saving_up():
    """Tokens grow with time, and no further than the burst."""
    bucket = TokenBucket(qps=10, burst=2)
    for _ in range(2):
        bucket.reserve(0)

    assert bucket.reserve(50 * MILLISECOND) == 50 * MILLISECOND
    assert [bucket.reserve(1000 * SECOND) for _ in range(3)] == [
        0,
        0,
        100 * MILLISECOND,
    ]


def test_waits_are_rounded_up():
    """A token that would come between two nanoseconds comes at the later one."""
    bucket = TokenBucket(qps=3, burst=1)
    bucket.reserve(0)

    assert bucket.reserve(0) == 333_333_334
