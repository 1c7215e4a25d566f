"""What a delete decides, without a server: rows AS-62, AS-64 and AS-70.

Upstream: ``BeforeDelete`` in apiserver pkg/registry/rest/delete.go;
pkg/registry/core/pod/strategy.go
"""

import pytest

from gcmodel.apiserver.deletion import begin, mark_as_deleting
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from gcmodel.objects.options import DeleteOptions

NOW = 1_000


def pod(**metadata):
    """Return a Pod on a node."""
    spec = {"nodeName": "n", "terminationGracePeriodSeconds": 30}
    return KubeObject("v1", "Pod", ObjectMeta(name="p", **metadata), {"spec": spec})


def begun(stored, grace, *, graceful_kind=True):
    """Return how a delete with *grace* stands."""
    options = DeleteOptions(grace_period_seconds=grace)
    return begin(stored, options, NOW, graceful_kind=graceful_kind)


@pytest.mark.parametrize(
    ("kept", "asked", "graceful", "pending", "left", "period"),
    [
        (-1, -1, False, True, 1, 1),
        (-1, 0, True, False, 0, 0),
        (-1, 1, False, True, 1, 1),
        (-1, 2, False, True, 1, 2),
        (0, -1, False, False, 0, 1),
        (0, 0, False, False, 0, 0),
        (0, 1, False, False, 0, 1),
        (0, 2, False, False, 0, 2),
        (1, -1, False, True, 1, 1),
        (1, 0, True, False, 0, 0),
        (1, 1, False, True, 1, 1),
        (1, 2, False, True, 1, 2),
        (2, -1, True, False, 1, 1),
        (2, 0, True, False, 0, 0),
        (2, 1, True, False, 1, 1),
        (2, 2, False, True, 2, 2),
    ],
)
def test_grace_of_what_is_going(kept, asked, graceful, pending, left, period):
    """AS-64: a grace period can be shortened, and nothing else."""
    going = pod(deletion_timestamp=NOW, deletion_grace_period_seconds=kept)

    found = begun(going, asked)

    assert (found.graceful, found.pending) == (graceful, pending)
    assert found.object.metadata.deletion_grace_period_seconds == left
    assert found.grace_period_seconds == period


@pytest.mark.parametrize("kept", [None, 0])
@pytest.mark.parametrize("asked", [None, 0, 5])
def test_interrupted_deletion(kept, asked):
    """AS-62: what is going without grace is neither graceful nor pending."""
    going = pod(deletion_timestamp=NOW, deletion_grace_period_seconds=kept)

    found = begun(going, asked)

    assert (found.graceful, found.pending, found.object) == (False, False, going)


def test_kinds_without_grace():
    """Section 2.8: a kind without grace is never graceful and never pending."""
    found = begun(pod(), 30, graceful_kind=False)

    assert (found.graceful, found.pending, found.object) == (False, False, pod())


@pytest.mark.parametrize(("asked", "period"), [(None, 30), (0, 0), (7, 7), (-5, 1)])
def test_first_deletion(asked, period):
    """Section 2.10: the first delete sets a time that lies ahead by the period."""
    found = begun(pod(generation=3), asked)

    assert found.object == pod(
        generation=4,
        deletion_timestamp=NOW + period,
        deletion_grace_period_seconds=period,
    )
    assert (found.graceful, found.pending) == (True, False)
    assert found.grace_period_seconds == period


@pytest.mark.parametrize(
    ("before", "after"), [(None, NOW), (NOW + 5, NOW), (NOW - 5, NOW - 5)]
)
@pytest.mark.parametrize("generation", [0, 3])
def test_mark_as_deleting(before, after, generation):
    """AS-70: a deletion begins now, or has begun; only a beginning is counted."""
    marked = mark_as_deleting(
        pod(deletion_timestamp=before, generation=generation), NOW
    )

    begins = before is None and generation > 0
    assert marked == pod(
        deletion_timestamp=after,
        deletion_grace_period_seconds=0,
        generation=generation + 1 if begins else generation,
    )


@pytest.mark.parametrize(
    ("stays_in_future", "asked", "due", "left"),
    [
        (False, 0, NOW - 40, 0),
        (True, 0, NOW - 40, 0),
        (False, 5, NOW - 35, 5),
        (True, 5, NOW + 1, 1),
        (False, 29, NOW - 11, 29),
        (True, 29, NOW + 1, 1),
    ],
)
def test_grace_that_has_run_out(stays_in_future, asked, due, left):
    """AS-77: since 1.33 grace that has run out lasts a second, but none stays none."""
    going = pod(deletion_timestamp=NOW - 10, deletion_grace_period_seconds=30)
    options = DeleteOptions(grace_period_seconds=asked)

    found = begin(
        going, options, NOW, graceful_kind=True, stays_in_future=stays_in_future
    )

    assert found.object == pod(
        deletion_timestamp=due, deletion_grace_period_seconds=left
    )
    assert (found.graceful, found.pending) == (True, False)
    assert found.grace_period_seconds == left


@pytest.mark.parametrize("stays_in_future", [False, True])
def test_grace_that_has_not_run_out(stays_in_future):
    """AS-77: grace that ends later than now ends when it is asked to."""
    going = pod(deletion_timestamp=NOW + 20, deletion_grace_period_seconds=30)
    options = DeleteOptions(grace_period_seconds=10)

    found = begin(
        going, options, NOW, graceful_kind=True, stays_in_future=stays_in_future
    )

    assert found.object == pod(deletion_timestamp=NOW, deletion_grace_period_seconds=10)
