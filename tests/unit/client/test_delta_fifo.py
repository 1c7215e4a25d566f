"""The queue between reflector and informer: what is handed out together, and when."""

import pytest

from gcmodel.client.delta_fifo import Delta, DeltaFifo
from gcmodel.client.indexer import Indexer
from gcmodel.objects.metadata import KubeObject, ObjectMeta


def seen(name, version="1"):
    """Return one state of a ConfigMap."""
    meta = ObjectMeta(name=name, namespace="n1", resource_version=version)
    return KubeObject("v1", "ConfigMap", meta)


def fifo_of(*cached, in_order=False):
    """Return an empty queue over a cache that holds *cached*."""
    known = Indexer()
    for one in cached:
        known.store(one)
    return DeltaFifo(known, lambda: None, in_order=in_order)


def told(deltas):
    """Return deltas as short texts: type, name, version; tombstones marked."""
    return [
        f"{delta.type} {delta.object.name}@{delta.object.metadata.resource_version}"
        + ("†" if delta.tombstone else "")
        for delta in deltas
    ]


def drained(fifo):
    """Return all that is handed out, as short texts."""
    popped = []
    while len(fifo):
        popped.append(told(fifo.pop()))
    return popped


def feed(fifo, *changes):
    """Queue changes written as ``Added a 1``."""
    for change in changes:
        kind, name, version = change.split()
        fifo.add(Delta(kind, seen(name, version)))


def test_changes_of_one_key_come_together():
    """Grouped: changes of one key overtake those of another."""
    fifo = fifo_of()
    feed(fifo, "Added a 1", "Added b 2", "Updated a 3")

    assert drained(fifo) == [["Added a@1", "Updated a@3"], ["Added b@2"]]


def test_changes_in_order_of_arrival():
    """Since 1.33 changes come one by one, as they arrived."""
    fifo = fifo_of(in_order=True)
    feed(fifo, "Added a 1", "Added b 2", "Updated a 3")

    assert drained(fifo) == [["Added a@1"], ["Added b@2"], ["Updated a@3"]]


def test_nothing_is_lost_between_two_looks():
    """Compressed: an object that came and went is handed out with both changes."""
    fifo = fifo_of()
    feed(fifo, "Added a 1", "Deleted a 2", "Added a 3")

    assert drained(fifo) == [["Added a@1", "Deleted a@2", "Added a@3"]]


def test_two_deletions_are_one():
    """Compressed: of two deletions in a row the older is kept."""
    fifo = fifo_of(seen("a"))
    feed(fifo, "Deleted a 2", "Deleted a 3")

    assert drained(fifo) == [["Deleted a@2"]]


def test_a_tombstone_gives_way():
    """Compressed: a real deletion takes the place of a tombstone."""
    fifo = fifo_of(seen("a"))
    fifo.replace([])
    feed(fifo, "Deleted a 3")

    assert drained(fifo) == [["Deleted a@3"]]


def test_deletion_of_what_nobody_knows():
    """A deletion of a key that is neither cached nor queued is dropped."""
    fifo = fifo_of()
    feed(fifo, "Deleted a 2")

    assert drained(fifo) == []


def test_relist():
    """A list queues its objects, and a tombstone for all that it does not have."""
    fifo = fifo_of(seen("cached"), seen("kept"))
    feed(fifo, "Added queued 2", "Updated queued 3")

    fifo.replace([seen("kept", "4"), seen("new", "5")])

    assert drained(fifo) == [
        ["Added queued@2", "Updated queued@3", "Deleted queued@3†"],
        ["Replaced kept@4"],
        ["Replaced new@5"],
        ["Deleted cached@1†"],
    ]


def test_relist_in_order():
    """Since 1.33 a list is queued behind what has arrived."""
    fifo = fifo_of(seen("cached"), in_order=True)
    feed(fifo, "Added queued 2", "Updated queued 3")

    fifo.replace([seen("new", "5")])

    assert drained(fifo) == [
        ["Added queued@2"],
        ["Updated queued@3"],
        ["Replaced new@5"],
        ["Deleted queued@3†"],
        ["Deleted cached@1†"],
    ]


@pytest.mark.parametrize("in_order", [False, True])
def test_relist_knows_of_deletions_that_wait(in_order):
    """What is to be told of as deleted is not missed by a list besides."""
    fifo = fifo_of(seen("a"), in_order=in_order)
    feed(fifo, "Deleted a 2", "Added b 3", "Deleted b 4")

    fifo.replace([])

    told = [text for popped in drained(fifo) for text in popped]
    assert told == ["Deleted a@2", "Added b@3", "Deleted b@4"]


@pytest.mark.parametrize("in_order", [False, True])
def test_synced_when_the_first_list_is_handed_out(in_order):
    """Counted: synced means that all of the first list was handed out."""
    fifo = fifo_of(in_order=in_order)
    states = [fifo.has_synced]
    fifo.replace([seen("a"), seen("b")])
    feed(fifo, "Added c 3")
    states.append(fifo.has_synced)
    for _ in range(3):
        fifo.pop()
        states.append(fifo.has_synced)

    assert states == [False, False, False, True, True]


def test_synced_with_nothing():
    """Counted: an empty list is handed out at once."""
    fifo = fifo_of()
    fifo.replace([])

    assert fifo.has_synced


def test_synced_by_a_watch():
    """Counted: whoever adds a change before any list does not wait for one."""
    fifo = fifo_of()
    feed(fifo, "Added a 1")

    assert fifo.has_synced


def test_synced_for_good():
    """Counted: a later list does not undo it."""
    fifo = fifo_of()
    fifo.replace([])
    fifo.replace([seen("a"), seen("b")])

    assert fifo.has_synced


def test_atomic_list():
    """Since 1.36 all that a list says is handed out at once, after what waits."""
    known = Indexer()
    known.store(seen("gone", "1"))
    fifo = DeltaFifo(known, lambda: None, in_order=True, atomic=True)
    fifo.add(Delta("Added", seen("new", "2")))
    fifo.replace([seen("a", "3"), seen("b", "3")])

    assert drained(fifo) == [
        ["Added new@2"],
        ["Replaced a@3", "Replaced b@3", "Deleted new@2†", "Deleted gone@1†"],
    ]
    assert fifo.has_synced


def test_atomic_list_of_nothing():
    """An empty list of an empty cache leaves nothing to hand out."""
    fifo = DeltaFifo(Indexer(), lambda: None, in_order=True, atomic=True)
    fifo.replace([])

    assert (len(fifo), fifo.has_synced) == (0, True)
