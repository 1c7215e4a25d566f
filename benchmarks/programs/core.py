"""Prints nanoseconds per event: ``core.py WHO list|stream|churn|warm COUNT [gc]``.

WHO is ``ours`` (the graph builder), ``typed`` (a bare dict of the same observations),
``floor`` (a bare dict of the decoded objects), ``networkx`` or ``rustworkx`` (a graph
of the same nodes and edges, without rules).

* **list**: everything is decoded first, then taken in once, cold.
* **stream**: sixty-four events are decoded, taken in and dropped.
* **churn**: three events for each of COUNT objects, after the list.
* **warm**: a thousand objects, taken in again and again.

Python's cyclic collector is off, or with ``gc`` on as it is while a dump is loaded.
"""

import gc
import sys
import time
from itertools import islice

from benchmarks import streams
from benchmarks.programs.subjects import SUBJECTS
from gcmodel.audit.feeding import collecting_rarely

WARM_ROUNDS = 150


def main(who: str, work: str, count: int, *, collecting: bool) -> float:
    """Return the nanoseconds for each event."""
    subject = SUBJECTS[who]
    if not collecting:
        gc.disable()
    if work == "warm":
        return _warm(subject, count)
    if work == "stream":
        return _stream(subject, count)
    objects = streams.decoded(list(streams.cluster(count)))
    listed = subject.listed(objects)
    if work == "list":
        del objects
        take = subject.make()
        begun = time.process_time_ns()
        with collecting_rarely(rarely=collecting):
            take(listed)
        return (time.process_time_ns() - begun) / count
    events = streams.decoded(streams.churn(objects, 3 * count))
    told = subject.told(events, listed)
    take = subject.make()
    take(listed)
    del objects, listed, events
    begun = time.process_time_ns()
    take(told)
    return (time.process_time_ns() - begun) / len(told)


def _warm(subject, count: int) -> float:
    listed = subject.listed(streams.decoded(list(streams.cluster(count))))
    found = []
    for _ in range(WARM_ROUNDS):
        take = subject.make()
        begun = time.process_time_ns()
        take(listed)
        found.append(time.process_time_ns() - begun)
    return min(found) / count


def _stream(subject, count: int) -> float:
    take, spent = subject.make(), 0
    walked = streams.cluster(count)
    while chunk := list(islice(walked, streams.CHUNK)):
        listed = subject.listed(streams.decoded(chunk))
        begun = time.process_time_ns()
        take(listed)
        spent += time.process_time_ns() - begun
    return spent / count


if __name__ == "__main__":
    print(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), collecting="gc" in sys.argv))
