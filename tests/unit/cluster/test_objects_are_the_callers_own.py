"""What a cluster hands out can be changed at will, and changes nothing inside."""

import pytest

from gcmodel import Cluster

DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "labels": {"a": "b"}},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"a": "b"}},
        "template": {
            "metadata": {"labels": {"a": "b"}},
            "spec": {"containers": [{"name": "c", "image": "i", "odd": {"a": 1}}]},
        },
    },
}
NAME = ("apps/v1", "Deployment", "web")


def spoil(one):
    """Change whatever can be changed in *one*."""
    one.spec["replicas"] = 7
    one.spec["template"]["spec"]["containers"][0]["odd"]["a"] = 7
    one.metadata.labels["a"] = "spoilt"
    one.metadata.annotations["a"] = "spoilt"


@pytest.fixture
def cluster():
    """Return a cluster without controllers, which holds a Deployment."""
    made = Cluster(controllers=(), kubelet=False)
    made.apply(DEPLOYMENT)
    return made


WAYS = {
    "get": lambda c: c.get(*NAME),
    "find": lambda c: c.find(*NAME),
    "list": lambda c: c.list("apps/v1", "Deployment")[0],
    "apply": lambda c: c.apply(DEPLOYMENT | {"spec": c.get(*NAME).spec}),
    "patch": lambda c: c.patch(*NAME, patch={"metadata": {"labels": {"c": "d"}}}),
    "update": lambda c: c.update(c.get(*NAME)),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_comes_out_is_a_copy(cluster, way):
    """Whatever is done to an object, the stored one stays as it is."""
    out = WAYS[way](cluster)
    before = cluster.get(*NAME)

    spoil(out)

    assert cluster.get(*NAME) == before


def test_what_a_watch_shows_is_a_copy(cluster):
    """Events, too."""
    stream = cluster.watch("apps/v1", "Deployment")
    cluster.patch(*NAME, patch={"metadata": {"labels": {"c": "d"}}})
    before = cluster.get(*NAME)
    (event,) = stream.drain()

    spoil(event.object)

    assert cluster.get(*NAME) == before


def test_what_a_delete_returns_is_a_copy(cluster):
    """An object that lingers is handed out as a copy."""
    cluster.patch(*NAME, patch={"metadata": {"finalizers": ["example.com/held"]}})
    out = cluster.delete(*NAME)
    before = cluster.get(*NAME)

    spoil(out)

    assert cluster.get(*NAME) == before


def test_what_goes_in_is_copied(cluster):
    """A manifest and a patch may be changed after they were sent."""
    manifest = {**DEPLOYMENT, "metadata": {"name": "other"}}
    patch = {"metadata": {"annotations": {"a": "b"}}}
    stored = cluster.apply(manifest)
    patched = cluster.patch(stored, patch=patch)

    manifest["spec"]["template"]["spec"]["containers"][0]["odd"]["a"] = 8
    patch["metadata"]["annotations"]["a"] = "c"

    assert cluster.get(patched) == patched


def test_get_change_update():
    """The usual way to change an object works, as a dict and in place."""
    cluster = Cluster()
    cluster.apply(DEPLOYMENT)
    cluster.settle()

    wire = cluster.get(*NAME).to_dict()
    wire["spec"]["replicas"] = 4
    cluster.apply(wire)
    cluster.settle()
    four = len(cluster.list("v1", "Pod"))
    found = cluster.get(*NAME)
    found.spec["replicas"] = 1
    cluster.update(found)
    cluster.settle()

    assert [four, len(cluster.list("v1", "Pod"))] == [4, 1]
