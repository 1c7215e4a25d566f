"""Metadata: what is shared, and that sharing is bounded and changes nothing."""

import pytest
from hypothesis import given, strategies as st

from gcmodel.audit import metadata_reader
from gcmodel.audit.metadata_reader import MetadataReader
from gcmodel.objects.manifest_shape import Flaw
from gcmodel.objects.metadata import ObjectMeta
from tests.unit.audit.samples import (
    a_list,
    a_reference,
    an_object,
    compact,
    read,
    told,
)


def metadata_of(name, **more):
    """Return the metadata of an object called *name*."""
    return an_object(name, **more)["metadata"]


def test_siblings_share_their_owner_references():
    """Equal lists of owner references are one tuple; names of types are one text."""
    reader = MetadataReader()
    first, second = (reader.read(metadata_of(name, owners=["web"])) for name in "ab")

    assert first.owner_references is second.owner_references
    assert first.namespace is second.namespace
    assert reader.type_of("v1", "Pod") is reader.type_of("v1", "Pod")


def test_memory_for_sharing_is_bounded(monkeypatch):
    """What is remembered is forgotten in time, and then read anew."""
    monkeypatch.setattr(metadata_reader, "REMEMBERED_MAX", 3)
    reader = MetadataReader()
    found = [reader.read(metadata_of("a", owners=[f"o{n}"])) for n in range(20)]

    assert [one.owner_references[0].name for one in found] == [
        f"o{n}" for n in range(20)
    ]
    assert len(reader._owners) <= 3


def test_one_is_not_true():
    """A number is not taken for the boolean that was remembered under its key."""
    reader = MetadataReader()
    good, bad = metadata_of("a"), metadata_of("b")
    good["ownerReferences"] = [a_reference("web")]
    bad["ownerReferences"] = [{**a_reference("web"), "controller": 1}]

    assert reader.read(good).owner_references[0].controller is True
    assert reader.read(bad) is None


fields = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["a", "é", "", None, 7]),
        "namespace": st.sampled_from(["ns", "", None, 7]),
        "uid": st.sampled_from(["u", "", None, 7, "\ud800"]),
        "finalizers": st.sampled_from([[], ["f"], None, {}, [7], "f", ""]),
        "deletionTimestamp": st.sampled_from(
            ["2026-01-31T12:00:00Z", None, "soon", ""]
        ),
        "ownerReferences": st.sampled_from(
            [[], None, "", {}, [7], [{}], [a_reference("o")], [a_reference("o")] * 2]
        ),
        "labels": st.sampled_from([{}, None, {"a": "b"}]),
    },
)


@given(fields)
def test_quick_look_and_close_look_agree(wire):
    """What is read quickly is what ObjectMeta reads, and has nothing wrong with it."""
    reader = MetadataReader()
    quick, close = reader.read(wire), reader.look_closely("v1", "Pod", wire)
    if quick is None:
        return
    meta = ObjectMeta.from_dict(wire)

    assert not isinstance(close, Flaw)
    for found in (quick, close):
        for name in found.__slots__:
            assert getattr(found, name) == getattr(meta, name)


@pytest.mark.parametrize("kind", [None, "", 7, [], {}, "\ud800"])
def test_odd_types_are_looked_at_closely(kind):
    """Only text can be the name of a type."""
    assert MetadataReader().type_of("v1", kind) is None


@pytest.mark.parametrize(
    "more",
    [
        {"deletionTimestamp": "2026-01-31T12:00:00Z"},
        {"finalizers": ["a"]},
        {"ownerReferences": [{**a_reference("web"), "kind": ""}]},
        {},
    ],
)
def test_only_what_is_read_is_judged(more):
    """What no graph needs is judged in no object, however odd the rest of it is."""
    odd = {"labels": 1, "generation": 1.5, "annotations": {"a": 7}}
    item = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata_of("a") | more}
    with_odd = {**item, "metadata": item["metadata"] | odd}

    plain, judged = (read(compact(a_list(one))) for one in (item, with_odd))

    assert told(plain) == told(judged)
