"""A watch is played: in the end there is what a list would show."""

import json

import pytest
from hypothesis import given, strategies as st

from tests.unit.audit.samples import a_list, an_object, as_kubectl_prints, compact, read

names = st.sampled_from("abcd")
steps = st.lists(
    st.tuples(
        st.sampled_from(["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]),
        names,
        st.lists(names, max_size=2, unique=True),
    ),
    max_size=12,
)


def standing(dump):
    """Return who is there, with the owners that each names."""
    return {
        node.uid: sorted(owner.uid for owner in node.owners)
        for node in dump.graph
        if node.observed
    }


@given(steps=steps, printed=st.sampled_from([compact, as_kubectl_prints]))
def test_watch_ends_where_a_list_would(steps, printed):
    """Whatever came and went, the objects and owners are those of the last state."""
    last = {}
    for kind, name, owners in steps:
        if kind == "DELETED":
            last.pop(name, None)
        elif kind != "BOOKMARK":
            last[name] = an_object(name, owners=owners)
    events = [
        {"type": kind, "object": an_object(name, owners=owners)}
        for kind, name, owners in steps
    ]
    watched = read(
        "".join(printed(one) + "\n" for one in events) or '{"kind":"List","items":null}'
    )
    listed = read(as_kubectl_prints(a_list(*last.values())))

    assert standing(watched) == standing(listed)
    absent = [
        {one.uid for one in dump.summary().virtual_owners} for dump in (watched, listed)
    ]
    assert absent[0] == absent[1]


def test_deletion_that_begins_is_seen():
    """An object that is modified to wait for its dependents is marked so."""
    begun = an_object(
        "a", finalizers=["foregroundDeletion"], deletionTimestamp="2026-01-31T12:00:00Z"
    )
    events = [("ADDED", an_object("a")), ("MODIFIED", begun)]
    text = "".join(json.dumps({"type": kind, "object": one}) for kind, one in events)

    [node] = read(text).graph

    assert (node.being_deleted, node.deleting_dependents) == (True, True)


@pytest.mark.parametrize("form", [compact, as_kubectl_prints])
def test_bookmarks_are_no_objects(form):
    """A bookmark has a resource version and nothing else, and is passed over."""
    bookmark = {"kind": "Pod", "apiVersion": "v1", "metadata": {"resourceVersion": "7"}}
    text = form({"type": "BOOKMARK", "object": bookmark}) + "\n"

    dump = read(text + form({"type": "ADDED", "object": an_object("a")}))

    assert (dump.read, dump.is_whole) == (1, True)
