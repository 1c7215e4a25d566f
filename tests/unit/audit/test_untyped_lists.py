"""Lists of one kind, whose items need not say what they are."""

import json

import pytest

from gcmodel.audit import entries
from gcmodel.errors import UsageError
from tests.unit.audit.samples import an_object, read

NAMED = {"resourceVersion": "5", "name": "odd", "uid": "u9"}
ITEMS = [{"metadata": an_object(name)["metadata"]} for name in "abc"]
PARTS = {"kind": "PodList", "apiVersion": "v1", "metadata": NAMED, "items": ITEMS}
ORDERS = [
    ("kind", "apiVersion", "metadata", "items"),
    ("apiVersion", "kind", "metadata", "items"),
    ("kind", "items", "metadata", "apiVersion"),
    ("items", "apiVersion", "kind", "metadata"),
]


@pytest.mark.parametrize("ending", [b"", b"\n", b"\n\n"])
@pytest.mark.parametrize("order", ORDERS)
def test_list_on_one_line(order, ending):
    """A list is one in whatever order it says so, with and without a line's end."""
    line = json.dumps({key: PARTS[key] for key in order}, separators=(",", ":"))

    dump = read(line.encode() + ending)

    kinds = [(node.api_version, node.kind, node.name) for node in dump.graph]
    assert kinds == [("v1", "Pod", name) for name in "abc"]


def test_list_among_lines():
    """A list may stand on a line of its own, between objects."""
    line = json.dumps(PARTS, separators=(",", ":"))
    alone = json.dumps(an_object("first"), separators=(",", ":"))

    dump = read(f"{alone}\n{line}\n{alone.replace('first', 'last')}\n".encode())

    assert [node.name for node in dump.graph] == ["first", *"abc", "last"]


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_items_that_wait_are_bounded(form, monkeypatch):
    """A list that does not say what it is ends the reading before it fills memory."""
    monkeypatch.setattr(entries, "WAITING_MAX", 2)
    if form == "json":
        text = json.dumps({"apiVersion": "v1", "items": ITEMS}, separators=(",", ":"))
    else:
        lines = [f"- metadata: {{name: {name}, uid: u-{name}}}" for name in "abc"]
        text = "\n".join(["apiVersion: v1", "items:", *lines, ""])

    with pytest.raises(
        UsageError, match="is missing, as of 2 items before it"
    ) as found:
        read(text.encode())

    assert "items[2].kind" in str(found.value)


def test_list_that_says_what_it_is_before_its_items(monkeypatch):
    """Items in YAML take the kind of their list, however many there are."""
    monkeypatch.setattr(entries, "WAITING_MAX", 2)
    lines = [f"- metadata: {{name: {name}, uid: u-{name}}}" for name in "abc"]
    text = "\n".join(["apiVersion: v1", "kind: PodList", "items:", *lines, ""])

    assert [node.kind for node in read(text.encode()).graph] == ["Pod"] * 3
