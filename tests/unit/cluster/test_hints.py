"""What a cluster says when a caller means something close to what there is."""

import pytest

from gcmodel import Cluster, UsageError


@pytest.mark.parametrize(
    ("api_version", "kind", "hint"),
    [
        ("apps/v1", "deployment", "did you mean apps/v1, Deployment?"),
        ("apps/v1", "deployments", "did you mean apps/v1, Deployment?"),
        ("v1", "Deployment", "the kind is served as apps/v1"),
        ("v1", "Foo", "not served by this cluster; correct the kind"),
        ("e.com/v1", "Foo", "create its CustomResourceDefinition first, or correct"),
    ],
)
def test_kinds(api_version, kind, hint):
    """A kind that is not served is told with the way out that fits."""
    with pytest.raises(UsageError) as caught:
        Cluster().list(api_version, kind)
    assert hint in str(caught.value)


def test_settings():
    """A setting that is misspelt is told with the one that is close."""
    with pytest.raises(UsageError, match=r"worker=5: .*did you mean workers\? "):
        Cluster(worker=5)


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda c: c.list("v1", "Node", "default"), "Node is cluster-scoped"),
        (lambda c: c.watch("v1", "Namespace", "default"), "cluster-scoped"),
        (lambda c: c.list("v1", "Pod", "default/x"), "must be the name of a namespace"),
        (
            lambda c: c.delete_collection("v1", "Pod", "default/x"),
            "must be the name of a namespace",
        ),
        (lambda c: c.run_until(lambda needed: needed), "without arguments"),
        (lambda c: c.trace[0], "must be a number from 1 to"),
        (lambda c: c.trace["a"], "must be a number from 1 to"),
        (lambda c: list(c.trace.causes_of(-1)), "must be a number from 1 to"),
        (lambda c: c.patch("v1", "Pod", "a", patch="{}"), "must be of type dict"),
        (
            lambda c: c.patch("v1", "Pod", "a", patch={}, type="json"),
            "must be of type list",
        ),
    ],
)
def test_calls(call, hint):
    """What can never be meant is refused, and says what could."""
    with pytest.raises(UsageError, match=hint):
        call(Cluster())


def test_metadata():
    """Fields of metadata are known, and owner references are no dicts."""
    stored = Cluster().get("v1", "Namespace", "default")
    with pytest.raises(UsageError, match=r"nope: not a field of metadata; use some of"):
        stored.with_metadata(nope=1)
    claimed = stored.with_metadata(owner_references=[{"apiVersion": "v1"}])
    with pytest.raises(UsageError, match=r"write OwnerReference.from_dict"):
        Cluster().update(claimed)
