"""What is sent to the server is JSON: by every way in, and at every depth."""

import attrs
import pytest

from gcmodel import ApiError, Cluster, UsageError
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from tests.unit.cluster.widgets import CRD

NO_JSON = {
    "a number for a key": {1: 2},
    "nothing for a key": {None: 2},
    "a set": {1, 2},
    "a thing": object(),
    "bytes": b"x",
    "nan": float("nan"),
    "infinity": float("inf"),
}
CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
WIDGET = {
    "apiVersion": "example.com/v1",
    "kind": "Widget",
    "metadata": {"name": "a"},
    "spec": {"sizes": [1]},
}
PLACES = {
    "at the top": lambda odd: {"x": odd},
    "in the data": lambda odd: {"data": {"x": odd}},
    "in metadata": lambda odd: {"metadata": odd},
    "in labels": lambda odd: {"metadata": {"labels": {"x": odd}}},
    "in an annotation": lambda odd: {"metadata": {"annotations": odd}},
    "in a list": lambda odd: {"metadata": {"finalizers": [odd]}},
}


@pytest.fixture(name="cluster")
def _cluster():
    """Return a cluster with a ConfigMap and a custom resource of the same name."""
    cluster = Cluster(controllers=(), kubelet=False)
    cluster.apply([CONFIG_MAP, CRD])
    cluster.run("1s")
    cluster.apply(WIDGET)
    return cluster


def refused(cluster, call):
    """Whether *call* is refused in one line, and changes nothing."""
    before = cluster.snapshot().objects
    with pytest.raises(UsageError) as caught:
        call()
    assert cluster.snapshot().objects == before
    return "\n" not in str(caught.value)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("odd", NO_JSON)
def test_patches(cluster, place, odd):
    """Merge, strategic and JSON patches of either kind are refused alike."""
    body = PLACES[place](NO_JSON[odd])
    added = [{"op": "add", "path": "/data", "value": body}]

    for kind in (("v1", "ConfigMap"), ("example.com/v1", "Widget")):
        for type_, patch in (("merge", body), ("strategic", body), ("json", added)):
            assert refused(
                cluster,
                lambda k=kind, t=type_, p=patch: cluster.patch(
                    *k, "a", patch=p, type=t
                ),
            )


@pytest.mark.parametrize("odd", NO_JSON)
def test_bodies_of_objects(cluster, odd):
    """So are objects, whether they are applied, created, or put in another's place."""
    wire = {**CONFIG_MAP, "metadata": {"name": "b"}, "data": {"x": NO_JSON[odd]}}
    stored = cluster.get("v1", "ConfigMap", "a")
    changed = stored.with_body(data={"x": NO_JSON[odd]})

    assert refused(cluster, lambda: cluster.apply(wire))
    assert refused(cluster, lambda: cluster.create(wire))
    assert refused(cluster, lambda: cluster.create(KubeObject.from_dict(wire)))
    assert refused(cluster, lambda: cluster.update(changed))
    assert refused(cluster, lambda: cluster.apply(changed))


@pytest.mark.parametrize("field", [field.name for field in attrs.fields(ObjectMeta)])
@pytest.mark.parametrize(
    "odd", [*NO_JSON.values(), None, True, -1, 2.5, 10**500, "x", [], {}, [1], {"a": 1}]
)
def test_metadata_of_objects(cluster, field, odd):
    """A field of metadata that is odd is refused by us or by the server, or taken."""
    stored = cluster.get("v1", "ConfigMap", "a")
    changed = stored.with_metadata(**{field: odd})
    refusals = []
    for call in (cluster.apply, cluster.create, cluster.update):
        try:
            call(changed)
        except (UsageError, ApiError) as refusal:
            refusals.append(str(refusal))

    assert "\n" not in "".join(refusals)


@pytest.mark.parametrize("type_", ["merge", "strategic"])
@pytest.mark.parametrize(
    "metadata", [[], 7, {"labels": []}, {"labels": {"a": 1}}, {"finalizers": {}}]
)
def test_json_of_another_shape(cluster, type_, metadata):
    """What is JSON, and yet no metadata, is for the server to refuse."""
    patch = {"metadata": metadata}
    with pytest.raises(ApiError):
        cluster.patch("v1", "ConfigMap", "a", patch=patch, type=type_)
    if type_ == "merge":
        with pytest.raises(ApiError):
            cluster.patch("example.com/v1", "Widget", "a", patch=patch)


def test_numbers_are_those_of_json(cluster):
    """A whole number is whole, however a patch writes it."""
    patch = {"spec": {"sizes": [1.0, 2.5]}}
    patched = cluster.patch("example.com/v1", "Widget", "a", patch=patch)

    assert [repr(size) for size in patched.spec["sizes"]] == ["1", "2.5"]


@pytest.mark.parametrize(
    ("type_", "patch"),
    [
        ("merge", {"x": 1}),
        ("strategic", {"x": 1}),
        ("json", [{"op": "add", "path": "/x", "value": 1}]),
    ],
)
def test_patch_of_a_field_that_the_kind_does_not_have(cluster, type_, patch):
    """It changes nothing of a built-in kind: not even the resource version."""
    before = cluster.get("v1", "ConfigMap", "a")

    assert cluster.patch("v1", "ConfigMap", "a", patch=patch, type=type_) == before
    if type_ != "strategic":
        widget = cluster.patch("example.com/v1", "Widget", "a", patch=patch, type=type_)
        assert widget.body["x"] == 1
