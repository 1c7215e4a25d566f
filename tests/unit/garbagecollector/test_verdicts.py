"""Every case there is of what may become of an object, held to a plainer statement."""

from itertools import product

import pytest

from gcmodel.garbagecollector.verdicts import (
    Classified,
    Delete,
    DropOwners,
    Facts,
    Keep,
    decide,
)
from gcmodel.objects.metadata import OwnerReference
from gcmodel.objects.options import PropagationPolicy

FINALIZERS = [
    (),
    ("x/y",),
    ("orphan",),
    ("foregroundDeletion",),
    ("foregroundDeletion", "orphan"),
    ("orphan", "x/y", "foregroundDeletion"),
]
COUNTS = [(), ("a",), ("a", "b")]


def references(state, names):
    """Return one reference for each of *names*, all to owners in one *state*."""
    return tuple(
        OwnerReference("v1", "ConfigMap", name, f"{state}-{name}") for name in names
    )


CASES = [
    Facts(
        Classified(
            references("solid", solid),
            references("dangling", dangling),
            references("waiting", waiting),
        ),
        finalizers,
        has_dependents=has_dependents,
        dependent_is_waiting=dependent_is_waiting,
    )
    for (
        solid,
        dangling,
        waiting,
        finalizers,
        (has_dependents, dependent_is_waiting),
    ) in product(
        COUNTS,
        COUNTS,
        COUNTS,
        FINALIZERS,
        [(False, False), (True, False), (True, True)],
    )
]


def plainly(facts):
    """Return the verdict as the table says it: one row after the other."""
    owners = facts.owners
    table = [
        (owners.solid and not owners.dangling and not owners.waiting, "keep"),
        (owners.solid, "drop dangling, then waiting"),
        (owners.waiting and facts.dependent_is_waiting, "unblock, then Foreground"),
        (owners.waiting and facts.has_dependents, "Foreground for the owner"),
        ("orphan" in facts.finalizers, "Orphan"),
        ("foregroundDeletion" in facts.finalizers, "Foreground"),
        (True, "Background"),
    ]
    return next(row for holds, row in table if holds)


def in_words(verdict, facts):
    """Return a verdict in the words of the table."""
    match verdict:
        case Keep():
            return "keep"
        case DropOwners(uids):
            owners = facts.owners
            gone = [owner.uid for owner in (*owners.dangling, *owners.waiting)]
            assert list(uids) == gone
            return "drop dangling, then waiting"
        case Delete(policy, unblock_first, for_waiting_owner):
            if unblock_first or for_waiting_owner:
                assert (policy, for_waiting_owner) == (
                    PropagationPolicy.FOREGROUND,
                    True,
                )
            if unblock_first:
                return "unblock, then Foreground"
            return f"{policy.value}{' for the owner' if for_waiting_owner else ''}"


def test_every_case():
    """Whatever owners, finalizers and dependents there are, the table decides."""
    decided = [in_words(decide(facts), facts) for facts in CASES]

    assert decided == [plainly(facts) for facts in CASES]
    assert set(decided) == {
        "keep",
        "drop dangling, then waiting",
        "unblock, then Foreground",
        "Foreground for the owner",
        "Orphan",
        "Foreground",
        "Background",
    }


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        pytest.param(
            Facts(
                Classified(waiting=references("waiting", "a")),
                (),
                has_dependents=False,
                dependent_is_waiting=False,
            ),
            Delete(PropagationPolicy.BACKGROUND),
            id="GC-M-106 leaf under a waiting owner goes in the background",
        ),
        pytest.param(
            Facts(
                Classified(dangling=references("dangling", "a")),
                ("foregroundDeletion", "orphan"),
                has_dependents=True,
                dependent_is_waiting=True,
            ),
            Delete(PropagationPolicy.ORPHAN),
            id="GC-M-107 an orphan finalizer goes before the other",
        ),
    ],
)
def test_verdict(facts, verdict):
    """The verdict follows from owners, finalizers and dependents alone."""
    assert decide(facts) == verdict
