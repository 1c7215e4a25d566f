"""When a program counts as at rest."""

from gcmodel.conformance.settle_rule import LIMIT_NS, SettleRule
from gcmodel.kernel.durations import MILLISECOND, SECOND
from gcmodel.kernel.scheduler import Scheduler, sleep


def settled(*gaps_ms, changes=()):
    """Settle while requests are sent after *gaps_ms*; return seconds and limit.

    *changes* are the instants, in ms, at which objects change without a request.
    """
    scheduler = Scheduler()
    last = [0]

    async def requests():
        for gap in gaps_ms:
            await sleep(gap * MILLISECOND)
            last[0] = scheduler.now

    scheduler.spawn("collector", requests())
    rule = SettleRule(
        scheduler,
        lambda: last[0],
        lambda: sum(scheduler.now > change * MILLISECOND for change in changes),
    )
    limited = rule.settle()
    return scheduler.now / SECOND, limited


def test_silence_is_enough():
    """Without any request a settle takes 1.2 s."""
    assert settled() == (1.2, False)


def test_silence_counts_from_the_last_request():
    """Requests less than 1.2 s apart are one stretch."""
    assert settled(500, 1100, 1000) == (3.8, False)


def test_later_requests_are_not_waited_for():
    """A retry that backs off for longer falls behind the end."""
    assert settled(100, 1300) == (1.3, False)


def test_change_in_silence_begins_it_anew():
    """Objects that differ between two reads are not at rest."""
    assert settled(changes=(800,)) == (2.4, False)


def test_collector_without_silence_hits_the_limit():
    """After 15 s the settle ends in any case."""
    assert settled(*[200] * 100) == (LIMIT_NS / SECOND, True)
