"""Names, ordinals and volume claims of StatefulSets."""

import pytest

from gcmodel.controllers.statefulset_identity import (
    Retention,
    claim_at,
    claim_names,
    claim_owners,
    first_ordinal,
    ordinal_of,
    pod_at,
)
from gcmodel.objects.metadata import OwnerReference
from tests.unit.controllers.fakes import TEMPLATE, a_pod, an_object, made_by

CLAIM = {"metadata": {"name": "data", "labels": {"a": "b"}}, "spec": {"size": 1}}
SPEC = {
    "serviceName": "svc",
    "selector": {"matchLabels": {"app": "web"}},
    "template": TEMPLATE,
    "volumeClaimTemplates": [CLAIM],
}


def a_set(**spec):
    """Return a StatefulSet called ``db``."""
    return an_object("StatefulSet", "db", SPEC | spec)


@pytest.mark.parametrize(
    ("name", "ordinal"),
    [("db-0", 0), ("db-12", 12), ("db", None), ("other-1", None), ("db-x", None)],
)
def test_ordinals(name, ordinal):
    """The ordinal is the number after the set's name; others have none."""
    assert ordinal_of(a_set(), a_pod(name)) == ordinal


def test_first_ordinal():
    """Ordinals begin at 0 unless the set says otherwise."""
    assert (first_ordinal(a_set()), first_ordinal(a_set(ordinals={"start": 5}))) == (
        0,
        5,
    )


def test_a_pod_of_an_ordinal():
    """A Pod bears its fixed name, the revision, and the claims of its ordinal."""
    pod = pod_at(a_set(), TEMPLATE, 2, "db-rev")

    assert (pod.name, pod.metadata.generate_name) == ("db-2", "")
    assert pod.metadata.labels == {
        "app": "web",
        "statefulset.kubernetes.io/pod-name": "db-2",
        "controller-revision-hash": "db-rev",
    }
    assert pod.metadata.owner_references == (made_by("StatefulSet", "db", "uid-db"),)
    assert (pod.spec["hostname"], pod.spec["subdomain"]) == ("db-2", "svc")
    assert pod.spec["volumes"] == [
        {"name": "data", "persistentVolumeClaim": {"claimName": "data-db-2"}}
    ]


def test_a_claim_replaces_a_volume_of_its_name():
    """A volume of the template gives way to the claim of its name."""
    volumes = [{"name": "data", "emptyDir": {}}, {"name": "tmp", "emptyDir": {}}]
    template = TEMPLATE | {"spec": TEMPLATE["spec"] | {"volumes": volumes}}

    pod = pod_at(a_set(), template, 0, "r")

    assert [volume["name"] for volume in pod.spec["volumes"]] == ["data", "tmp"]
    assert "emptyDir" not in pod.spec["volumes"][0]


def test_claims():
    """A claim is named after template, set and ordinal, and labelled as Pods are."""
    name = claim_names(a_set(), 1)["data"]

    claim = claim_at(a_set(), CLAIM, name)

    assert (claim.name, claim.spec) == ("data-db-1", {"size": 1})
    assert claim.metadata.labels == {"a": "b", "app": "web"}
    assert claim.metadata.owner_references == ()


SET_OWNER = OwnerReference("apps/v1", "StatefulSet", "db", "uid-db")
POD_OWNER = OwnerReference("v1", "Pod", "db-1", "uid-db-1")
FOREIGN = OwnerReference("v1", "ConfigMap", "x", "uid-x")


@pytest.mark.parametrize(
    ("deleted", "scaled", "condemned", "before", "after"),
    [
        ("Retain", "Retain", False, (), ()),
        ("Retain", "Retain", True, (SET_OWNER, POD_OWNER), ()),
        ("Delete", "Retain", False, (), (SET_OWNER,)),
        ("Delete", "Retain", True, (SET_OWNER,), (SET_OWNER,)),
        ("Delete", "Delete", True, (SET_OWNER,), (POD_OWNER,)),
        ("Delete", "Delete", False, (POD_OWNER,), (SET_OWNER,)),
        ("Retain", "Delete", True, (), (POD_OWNER,)),
        ("Retain", "Delete", False, (POD_OWNER,), ()),
        ("Delete", "Retain", False, (FOREIGN,), (FOREIGN, SET_OWNER)),
    ],
)
def test_owners_of_claims(deleted, scaled, condemned, before, after):
    """By the policy a claim belongs to the set, to its Pod or to nobody."""
    policy = {"whenDeleted": deleted, "whenScaled": scaled}
    stateful_set = a_set(persistentVolumeClaimRetentionPolicy=policy)
    claim = claim_at(stateful_set, CLAIM, "data-db-1")
    claim = claim.with_metadata(owner_references=before)

    found = claim_owners(claim, stateful_set, a_pod("db-1"), condemned=condemned)

    assert found == after


def test_retention_defaults_to_retain():
    """A set that says nothing keeps its claims."""
    assert Retention.of(a_set()) == Retention("Retain", "Retain")
