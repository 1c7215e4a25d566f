"""What happened, in order, each with its cause."""

import pytest

from gcmodel.errors import UsageError
from gcmodel.kernel.trace import Trace, TraceRecord


def filled():
    """Return a trace of three records, the last caused by the first."""
    trace = Trace()
    trace.append(0, "user", "api.request", {"verb": "delete"})
    trace.append(5, "other", "log", {})
    trace.cause = 1
    trace.append(1_500_000_000, "gc", "store.write", {"key": "/a", "n": 1})
    return trace


FIRST = TraceRecord(1, 0, "user", "api.request", {"verb": "delete"}, 0)
THIRD = TraceRecord(3, 1_500_000_000, "gc", "store.write", {"key": "/a", "n": 1}, 1)


def test_records_are_numbered_from_one():
    """Records keep their order, their number and what caused them."""
    trace = filled()

    assert (len(trace), trace[1], trace[3], list(trace)[2]) == (3, FIRST, THIRD, THIRD)
    assert trace.since(2) == [THIRD]


@pytest.mark.parametrize("number", [0, -1, 4])
def test_there_is_no_such_record(number):
    """A number that no record has is an error, zero and less included."""
    with pytest.raises(UsageError, match="must be a number from 1 to 3"):
        filled()[number]


def test_causes():
    """Caused: from a record back to what came from outside."""
    assert list(filled().causes_of(3)) == [THIRD, FIRST]
    assert list(filled().causes_of(0)) == []


def test_trace_that_is_off():
    """Free when off: nothing is kept, and the number says so."""
    trace = Trace(enabled=False)

    assert (trace.append(0, "user", "log", {}), len(trace)) == (0, 0)


def test_record_as_text():
    """A record prints on one line: when, who, what, and its fields in order."""
    assert str(THIRD) == (
        "000001.500000  #3 <- #1  gc                        store.write  key=/a n=1"
    )


def test_digest():
    """Equal traces share a digest; any difference shows in it."""
    one, other = filled(), filled()
    assert one.digest == other.digest

    other.append(0, "user", "log", {})

    assert one.digest != other.digest
