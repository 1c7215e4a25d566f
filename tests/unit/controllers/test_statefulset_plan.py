"""The order in which a StatefulSet makes, replaces and deletes its Pods."""

import pytest
from hypothesis import given, strategies as st

from gcmodel.controllers.statefulset_plan import (
    Condemn,
    Create,
    Member,
    Replace,
    Update,
    Wishes,
    next_steps,
)


def wishes(replicas, **changes):
    """Return the wishes of a set whose newest revision is ``new``."""
    return Wishes(ordinals=range(replicas), current="old", update="new", **changes)


def healthy(*ordinals, revision="new"):
    """Return Pods that are well."""
    return [Member(ordinal, revision) for ordinal in ordinals]


PENDING = Member(1, "new", healthy=False)


@pytest.mark.parametrize(
    ("asked", "members", "steps"),
    [
        pytest.param(wishes(3), [], [Create(0, "new")], id="the first alone"),
        pytest.param(
            wishes(3), healthy(0), [Create(1, "new")], id="the next when it is well"
        ),
        pytest.param(wishes(3), [*healthy(0), PENDING], [], id="not before"),
        pytest.param(
            wishes(3),
            [Member(0, "new", ready_long_enough=False)],
            [],
            id="not before it has been ready for minReadySeconds",
        ),
        pytest.param(
            wishes(3, parallel=True),
            [PENDING],
            [Create(0, "new"), Create(2, "new")],
            id="all at once in parallel",
        ),
        pytest.param(wishes(3), healthy(0, 1, 2), [], id="complete"),
        pytest.param(
            wishes(1), healthy(0, 1, 2), [Condemn(2)], id="the highest goes first"
        ),
        pytest.param(
            wishes(1),
            [*healthy(0, 1), Member(2, "new", healthy=False, deleting=True)],
            [],
            id="one at a time",
        ),
        pytest.param(
            wishes(1, parallel=True),
            healthy(0, 1, 2),
            [Condemn(2), Condemn(1)],
            id="all at once in parallel, down",
        ),
        pytest.param(
            wishes(2),
            [*healthy(0), Member(1, "new", healthy=False), *healthy(2)],
            [],
            id="nobody goes while one that stays is unwell",
        ),
        pytest.param(
            wishes(1),
            [*healthy(0, 1), Member(2, "new", healthy=False)],
            [Condemn(2)],
            id="the only one that is unwell may go",
        ),
        pytest.param(
            wishes(1),
            [*healthy(0), PENDING, *healthy(2)],
            [Condemn(2)],
            id="one that is well goes before another that is not",
        ),
        pytest.param(
            wishes(1),
            [*healthy(0), PENDING, Member(2, "new", healthy=False)],
            [],
            id="of two that are unwell the higher waits for the lower",
        ),
        pytest.param(
            wishes(1),
            [
                *healthy(0),
                Member(1, "new", healthy=False, deleting=True),
                Member(2, "new", healthy=False),
            ],
            [],
            id="even if that is going already",
        ),
        pytest.param(
            wishes(1, parallel=True),
            [PENDING, Member(2, "new", healthy=False)],
            [Create(0, "new"), Condemn(2), Condemn(1)],
            id="in parallel nobody waits for anybody",
        ),
        pytest.param(
            wishes(1),
            [Member(0, "new", healthy=False, finished=True)],
            [Replace(0)],
            id="one that has finished is replaced",
        ),
        pytest.param(
            wishes(1),
            [Member(0, "new", healthy=False, finished=True, deleting=True)],
            [],
            id="but deleted only once",
        ),
        pytest.param(
            wishes(3),
            healthy(0, 1, 2, revision="old"),
            [Update(2)],
            id="an update begins at the top",
        ),
        pytest.param(
            wishes(3),
            [*healthy(0, 1, revision="old"), *healthy(2)],
            [Update(1)],
            id="and goes down",
        ),
        pytest.param(
            wishes(3, partition=2),
            [*healthy(0, 1, revision="old"), *healthy(2)],
            [],
            id="as far as the partition",
        ),
        pytest.param(
            Wishes(ordinals=range(5, 9), partition=2, current="old", update="new"),
            [*healthy(5, 6, revision="old"), *healthy(7, 8)],
            [],
            id="which is counted from the first ordinal",
        ),
        pytest.param(
            Wishes(ordinals=range(5, 9), partition=2, current="old", update="new"),
            healthy(6, 7, 8),
            [Create(5, "old")],
            id="when a Pod below it is missing, too",
        ),
        pytest.param(
            wishes(3, updates=False),
            healthy(0, 1, 2, revision="old"),
            [],
            id="not at all on delete",
        ),
        pytest.param(
            wishes(3, parallel=True),
            [*healthy(0, 1, revision="old"), Member(2, "new", healthy=False)],
            [],
            id="an update waits for the last one",
        ),
    ],
)
def test_steps(asked, members, steps):
    """What is done next follows from who is there and how they are."""
    assert next_steps(asked, members) == steps


@pytest.mark.parametrize(
    ("asked", "ordinal", "revision"),
    [
        (wishes(3), 0, "new"),
        (wishes(3, partition=2), 1, "old"),
        (wishes(3, partition=2), 2, "new"),
        (wishes(3, partition=2, updates=False), 1, "new"),
    ],
)
def test_revisions(asked, ordinal, revision):
    """A missing Pod below the partition is made from the current revision."""
    assert asked.revision_for(ordinal) == revision


@given(
    st.integers(0, 5),
    st.lists(st.tuples(st.integers(0, 7), st.booleans()), unique_by=lambda one: one[0]),
)
def test_in_order_takes_one_step_at_a_time(replicas, found):
    """In order one Pod at most is made or deleted, none above one that is unwell."""
    members = sorted(
        (Member(ordinal, "new", healthy=well) for ordinal, well in found),
        key=lambda one: one.ordinal,
    )

    steps = next_steps(wishes(replicas), members)

    assert len(steps) <= 1
    for step in steps:
        if isinstance(step, Create):
            well = {one.ordinal for one in members if one.healthy}
            assert set(range(step.ordinal)) <= well


@given(st.integers(0, 5), st.integers(0, 7))
def test_it_comes_to_rest(replicas, there):
    """Following the steps, with every Pod well, ends with just the wanted ordinals."""
    members = {one.ordinal: one for one in healthy(*range(there), revision="old")}
    for _ in range(100):
        ordered = [members[ordinal] for ordinal in sorted(members)]
        steps = next_steps(wishes(replicas), ordered)
        if not steps:
            break
        for step in steps:
            match step:
                case Create(ordinal, revision):
                    members[ordinal] = Member(ordinal, revision)
                case Replace(ordinal) | Condemn(ordinal) | Update(ordinal):
                    del members[ordinal]

    assert members == {one.ordinal: one for one in healthy(*range(replicas))}
