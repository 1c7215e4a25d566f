"""Who owns whom, and what was left behind."""

import pytest

from gcmodel.cluster.snapshot import ClusterSnapshot
from gcmodel.objects.metadata import KubeObject, ObjectMeta, OwnerReference
from gcmodel.report.ownership import Ownership, ownership


def made(kind, name, *owners, namespace="a", deleting=False):
    """Return an object whose UID is its name, owned by those of the names *owners*."""
    references = tuple(OwnerReference("v1", "Kind", one, one) for one in owners)
    meta = ObjectMeta(
        name=name,
        uid=name,
        namespace=namespace,
        owner_references=references,
        deletion_timestamp=1 if deleting else None,
    )
    return KubeObject("v1", kind, meta)


FAMILY = (
    made("Deployment", "web"),
    made("ReplicaSet", "rs", "web"),
    made("Pod", "pod", "rs"),
    made("ReplicaSet", "stale", "dead"),
    made("Pod", "stale-pod", "stale"),
    made("Pod", "going", "dead", deleting=True),
    made("Secret", "shared", "web", "dead"),
)


def names(objects):
    """Return the names of *objects*."""
    return [one.name for one in objects]


def test_leaked_is_what_has_no_owner_left_in_the_end():
    """An object leaks if all its owners are gone, or have leaked themselves."""
    assert names(Ownership(0, FAMILY).leaked()) == ["stale", "stale-pod"]


def test_descendants_are_found_through_all_generations():
    """Dependents of dependents belong to the family."""
    assert names(Ownership(0, FAMILY).descendants(FAMILY[0])) == ["rs", "pod", "shared"]


def test_missing_owners_are_those_that_are_not_there():
    """A reference to a UID that nothing has leads nowhere."""
    found = Ownership(0, FAMILY).missing_owners(FAMILY[-1])

    assert [one.uid for one in found] == ["dead"]


@pytest.mark.parametrize(
    ("namespaces", "found"), [(["a"], ["crown", "x"]), (None, ["crown", "x", "y"])]
)
def test_namespaces_choose_and_their_owners_come_along(namespaces, found):
    """Of the cluster-scoped objects those are shown that own something shown."""
    crown = made("Node", "crown", namespace="")
    idle = made("Node", "idle", namespace="")
    inside, outside = made("Pod", "x", "crown"), made("Pod", "y", namespace="b")
    noise = made("Event", "z")
    snapshot = ClusterSnapshot(7, (crown, idle, inside, outside, noise))

    assert names(ownership(snapshot, namespaces)) == found


def test_owners_elsewhere_are_known():
    """An owner that an extension server keeps is as good as a stored one."""
    token = made("Token", "token", namespace="")
    snapshot = ClusterSnapshot(0, (made("Secret", "s", "token"),))

    assert names(ownership(snapshot, ["a"]).leaked()) == ["s"]
    assert names(ownership(snapshot, ["a"], [token]).leaked()) == []


def test_what_is_meant_is_taken_along():
    """An object elsewhere that owns nothing is there if it is asked for, only then."""
    token = made("Token", "token", namespace="")
    stored = ClusterSnapshot(0, FAMILY, (), None)

    for always, there in ((), False), (("token",), True):
        found = ownership(stored, ["a"], [token], always)
        assert ("token" in names(found)) is there
