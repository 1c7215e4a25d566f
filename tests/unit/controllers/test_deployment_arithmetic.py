"""The arithmetic of Deployments: rolling, scaling, history; always within bounds."""

import pytest
from hypothesis import given, strategies as st

from gcmodel.controllers.deployment_revisions import (
    DESIRED_REPLICAS,
    LAST_APPLIED,
    MAX_REPLICAS,
    REVISION,
    REVISION_HISTORY,
    next_revision,
    replica_annotations,
    revised_annotations,
    revision_of,
)
from gcmodel.controllers.deployment_rolling import (
    Resize,
    Size,
    new_size,
    old_sizes,
    remove_unhealthy,
)
from gcmodel.controllers.deployment_scale import Share, proportional_sizes
from gcmodel.controllers.deployment_spec import DeploymentSpec, scaled_value
from tests.unit.controllers.fakes import a_deployment, a_replica_set

COUNTS = st.integers(0, 30)


@st.composite
def sizes(draw):
    """Draw a ReplicaSet whose status is no newer than its spec."""
    replicas = draw(COUNTS)
    return Size(replicas, draw(st.integers(0, replicas)))


@st.composite
def rolling_specs(draw):
    """Draw what a Deployment may ask for."""
    replicas = draw(COUNTS)
    surge, unavailable = draw(COUNTS), draw(st.integers(0, replicas))
    if surge == 0 and unavailable == 0:
        unavailable = min(1, replicas)
    return DeploymentSpec(replicas=replicas, surge=surge, unavailable=unavailable)


@given(rolling_specs(), st.lists(sizes(), max_size=4), sizes())
def test_growth_stays_within_the_surge(spec, old, new):
    """Growing the new ReplicaSet never makes more replicas than the surge allows."""
    total = sum(size.replicas for size in old) + new.replicas

    grown = new_size(spec, total, new.replicas)

    assert grown <= spec.replicas
    if grown > new.replicas:
        assert total - new.replicas + grown <= spec.replicas_max


@given(rolling_specs(), st.lists(sizes(), max_size=4), sizes())
def test_shrinking_leaves_enough_available(spec, old, new):
    """Shrinking the old ReplicaSets never drops below what must stay available."""
    steps = old_sizes(spec, old, new)

    left = {index: size.replicas for index, size in enumerate(old)}
    left |= {step.index: step.replicas for step in steps}
    assert all(replicas >= 0 for replicas in left.values())
    available = new.available + sum(
        min(size.available, left[index]) for index, size in enumerate(old)
    )
    before = new.available + sum(size.available for size in old)
    assert available >= min(before, spec.available_min)


@given(rolling_specs(), st.lists(sizes(), max_size=4))
def test_a_rolling_update_ends(spec, old):
    """Growing and shrinking, with all Pods becoming available, come to an end."""
    new, left = Size(0), list(old)
    for _ in range(200):
        total = sum(size.replicas for size in left) + new.replicas
        grown = new_size(spec, total, new.replicas)
        if grown != new.replicas:
            new = Size(grown, grown)
            continue
        for step in old_sizes(spec, left, new):
            left[step.index] = Size(step.replicas, step.replicas)
        if new.replicas == spec.replicas and not any(one.replicas for one in left):
            break

    assert (new.replicas, sum(one.replicas for one in left)) == (spec.replicas, 0)


def test_stale_status_ends_the_steps():
    """A ReplicaSet with more available than wanted is not reckoned with."""
    spec = DeploymentSpec(replicas=10, surge=0, unavailable=5)
    old = [Size(4, 2), Size(2, 3), Size(4, 0)]

    assert old_sizes(spec, old, Size(0)) == [Resize(0, 2)]
    assert remove_unhealthy(old, 5) == [Resize(0, 2)]


@pytest.mark.parametrize(
    ("second", "steps"),
    [
        (Size(2, 3), [Resize(0, 2)]),
        (Size(2, 2), [Resize(0, 2), Resize(0, 0), Resize(1, 1)]),
    ],
    ids=["stale", "current"],
)
def test_surplus_behind_a_stale_status_stays(second, steps):
    """While a status is stale, nothing that is available is removed."""
    spec = DeploymentSpec(replicas=10, surge=0, unavailable=5)

    assert old_sizes(spec, [Size(4, 2), second, Size(4, 4)], Size(0)) == steps


@given(
    rolling_specs(),
    st.lists(st.builds(Share, st.integers(1, 30), st.integers(1, 60)), max_size=5),
)
def test_proportional_sizes_come_to_what_is_allowed(spec, shares):
    """However the shares fall, the first takes up what is left, if it can."""
    found = proportional_sizes(spec, shares)

    allowed = spec.replicas_max if spec.replicas else 0
    assert all(size >= 0 for size in found)
    if shares:
        assert found[0] == max(0, allowed - sum(found[1:]))


@pytest.mark.parametrize(
    ("value", "round_up", "number"),
    [(3, True, 3), ("25%", True, 3), ("25%", False, 2), ("0%", True, 0)],
)
def test_scaled_values(value, round_up, number):
    """A percentage of ten is rounded as asked; a number is itself."""
    assert scaled_value(value, 10, round_up=round_up) == number


def test_defaults_of_a_spec():
    """A Deployment that says nothing rolls by quarters and keeps ten old sets."""
    deployment = a_deployment().with_body(spec={})

    assert DeploymentSpec.of(deployment) == DeploymentSpec(
        replicas=1,
        surge=1,
        unavailable=0,
        history_limit=10,
        progress_deadline_s=600,
    )


def test_recreation_has_no_bounds():
    """A Deployment that re-creates has neither surge nor anything unavailable."""
    spec = {"replicas": 4, "strategy": {"type": "Recreate"}}
    found = DeploymentSpec.of(a_deployment().with_body(spec=spec))

    assert (found.surge, found.unavailable, found.rolling) == (0, 0, False)


def test_unlimited_is_the_largest_number():
    """The largest number means no history limit and no deadline."""
    largest = 2**31 - 1
    spec = {"revisionHistoryLimit": largest, "progressDeadlineSeconds": largest}
    found = DeploymentSpec.of(a_deployment().with_body(spec=spec))

    assert (found.history_limit, found.progress_deadline_s) == (None, None)


def test_annotations_of_a_first_revision():
    """A new ReplicaSet takes the Deployment's annotations, and its revision."""
    deployment = {"team": "a", LAST_APPLIED: "{}", REVISION: "7"}

    assert revised_annotations(deployment, {}, 1) == {"team": "a", REVISION: "1"}


def test_a_risen_revision_joins_the_history():
    """A ReplicaSet that becomes the new one again remembers its old revisions."""
    before = {REVISION: "2", REVISION_HISTORY: "1"}

    found = revised_annotations({}, before, 4)

    assert found == {REVISION: "4", REVISION_HISTORY: "1,2"}


def test_history_forgets_the_oldest():
    """The history of revisions stays within two thousand characters."""
    before = {REVISION: "9999", REVISION_HISTORY: ",".join(["1000"] * 400)}

    found = revised_annotations({}, before, 10_000)[REVISION_HISTORY]

    assert found == ",".join(["1000"] * 399 + ["9999"])
    assert len(found) == 1999


@pytest.mark.parametrize("known", ["5", "nonsense"])
def test_a_revision_never_falls(known):
    """A revision that is higher, or garbled, stays."""
    assert revised_annotations({}, {REVISION: known}, 4) == {REVISION: known}


def test_next_revision():
    """The next revision is one above the highest; what cannot be read counts as 0."""
    old = [
        a_replica_set("a", annotations={REVISION: "3"}),
        a_replica_set("b", annotations={REVISION: "x"}),
        a_replica_set("c"),
    ]

    assert (next_revision(old), next_revision([])) == (4, 1)
    assert [revision_of(one) for one in old] == [3, 0, 0]


def test_replica_annotations():
    """A ReplicaSet is told how large the Deployment is, with surge and without."""
    found = replica_annotations(3, 4)

    assert found == {DESIRED_REPLICAS: "3", MAX_REPLICAS: "4"}
