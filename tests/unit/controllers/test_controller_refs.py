"""Claiming: who adopts, releases or ignores what, and which requests that takes."""

from itertools import product

import pytest

from gcmodel.controllers.controller_refs import (
    Claim,
    ClaimedKind,
    ClaimManager,
    claim_of,
    go_time,
    raise_all,
)
from gcmodel.controllers.resource_names import PODS, REPLICA_SET, REPLICA_SETS
from gcmodel.errors import ApiError, ReconcileError, api_error
from tests.unit.controllers.fakes import Workshop, a_pod, a_replica_set, made_by

OURS = made_by("ReplicaSet", "web", "uid-web")
THEIRS = made_by("ReplicaSet", "other", "uid-other")


@pytest.mark.parametrize(
    ("manager", "matches", "dying", "deleted"),
    list(product((None, OURS, THEIRS), (False, True), (False, True), (False, True))),
)
def test_every_case_of_claiming(manager, matches, dying, deleted):
    """All twenty-four cases follow three plain rules."""
    stamp = 1 if dying else None
    controller = a_replica_set("web", deletion_timestamp=stamp)
    owners = () if manager is None else (manager,)
    stamp = 1 if deleted else None
    pod = a_pod("p", owner_references=owners, deletion_timestamp=stamp)
    expected = Claim.IGNORE
    if manager is OURS and matches:
        expected = Claim.OWN
    if manager is OURS and not matches and not dying:
        expected = Claim.RELEASE
    if manager is None and matches and not dying and not deleted:
        expected = Claim.ADOPT

    assert claim_of(controller, pod, matches=matches) == expected


def claiming(workshop, cached, finalizers=()):
    """Return a manager that claims Pods with the label of the template."""
    return ClaimManager(
        workshop.client,
        cached,
        REPLICA_SET,
        REPLICA_SETS,
        ClaimedKind(PODS, "Pod"),
        lambda pod: pod.metadata.labels.get("app") == "web",
        finalizers,
    )


def test_adoption_is_checked_once():
    """Two adoptions take one look at the live controller and one patch each."""
    workshop = Workshop()
    replica_set = a_replica_set("web")
    pods = [a_pod("a"), a_pod("b")]
    workshop.put(REPLICA_SETS, replica_set)
    workshop.put(PODS, *pods)

    claimed = workshop.run(claiming(workshop, replica_set, ("mark",)).claim(pods))

    assert claimed == pods
    assert workshop.client.calls == [
        ("get", "replicasets", "web"),
        ("patch", "pods", "a"),
        ("patch", "pods", "b"),
    ]
    assert workshop.client.bodies[1] == {
        "metadata": {
            "ownerReferences": [OURS.to_dict()],
            "uid": "uid-a",
            "finalizers": ["mark"],
        }
    }


def test_release_removes_reference_and_finalizer():
    """A Pod that no longer matches is let go in one patch that names its UID."""
    workshop = Workshop()
    replica_set = a_replica_set("web")
    pod = a_pod("a", replica_set, labels={"app": "else"})
    workshop.put(PODS, pod)

    claimed = workshop.run(claiming(workshop, replica_set, ("mark",)).claim([pod]))

    assert claimed == []
    assert workshop.client.calls == [("patch", "pods", "a")]
    assert workshop.client.bodies == [
        {
            "metadata": {
                "uid": "uid-a",
                "ownerReferences": [{"$patch": "delete", "uid": "uid-web"}],
                "$deleteFromPrimitiveList/finalizers": ["mark"],
            }
        }
    ]


@pytest.mark.parametrize("code", [404, 422])
def test_a_pod_that_is_gone_needs_no_release(code):
    """That a released Pod is gone, or another by now, is no error."""
    workshop = Workshop()
    replica_set = a_replica_set("web")
    pod = a_pod("a", replica_set, labels={})
    workshop.client.refusals["patch", "pods"] = [api_error(code, "", "no")]

    assert workshop.run(claiming(workshop, replica_set).claim([pod])) == []


def test_a_pod_that_is_gone_is_not_adopted():
    """An orphan that is gone when it is to be adopted is no error, and not claimed."""
    workshop = Workshop()
    replica_set = workshop.client.put(REPLICA_SETS, a_replica_set("web"))

    assert workshop.run(claiming(workshop, replica_set).claim([a_pod("a")])) == []


def test_errors_do_not_stop_the_others():
    """A refused adoption is reported after the others were made."""
    workshop = Workshop()
    replica_set = workshop.client.put(REPLICA_SETS, a_replica_set("web"))
    pods = [a_pod("a"), a_pod("b")]
    workshop.put(PODS, *pods)
    refusal = api_error(409, "Conflict", "changed")
    workshop.client.refusals["patch", "pods"] = [refusal]

    error = workshop.run(claiming(workshop, replica_set).claim(pods))

    assert error is refusal
    assert workshop.client.calls[-1] == ("patch", "pods", "b")


def test_a_failing_look_forbids_adoption():
    """If the live controller cannot be read, nothing is adopted in this turn."""
    workshop = Workshop()
    replica_set = a_replica_set("web")

    error = workshop.run(
        claiming(workshop, replica_set).claim([a_pod("a"), a_pod("b")])
    )

    why = 'replicasets.apps "web" not found'
    assert isinstance(error, ReconcileError)
    assert str(error) == (
        f"[can't adopt Pod default/a (uid-a): {why}, "
        f"can't adopt Pod default/b (uid-b): {why}]"
    )
    assert workshop.client.calls == [("get", "replicasets", "web")]


def test_aggregated_errors():
    """One error stays itself; equal texts of several are told once."""
    one = api_error(500, "", "a")
    same = [api_error(500, "", "a"), api_error(500, "", "a")]

    raise_all([])
    with pytest.raises(ApiError) as single:
        raise_all([one])
    with pytest.raises(ReconcileError, match=r"^a$"):
        raise_all(list(same))

    assert single.value is one


def test_go_time():
    """Times in messages are printed as Go prints them."""
    assert go_time(1_743_088_012) == "2025-03-27 15:06:52 +0000 UTC"
