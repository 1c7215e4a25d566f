"""JSON patches, operation by operation."""

import pytest
from hypothesis import given, strategies as st

from gcmodel.apiserver.json_patch import JsonPatchError, apply_json_patch


def operation(name, path, **more):
    """Return one operation."""
    return {"op": name, "path": path, **more}


# Most rows are the examples of RFC 6902, appendix A.
@pytest.mark.parametrize(
    ("document", "operations", "result"),
    [
        (
            {"foo": "bar"},
            [operation("add", "/baz", value="qux")],
            {"baz": "qux", "foo": "bar"},
        ),
        (
            {"foo": ["bar", "baz"]},
            [operation("add", "/foo/1", value="qux")],
            {"foo": ["bar", "qux", "baz"]},
        ),
        (
            {"foo": ["a"]},
            [operation("add", "/foo/-", value=["b"])],
            {"foo": ["a", ["b"]]},
        ),
        ({"baz": 1, "foo": 2}, [operation("remove", "/baz")], {"foo": 2}),
        ({"foo": [1, 2, 3]}, [operation("remove", "/foo/1")], {"foo": [1, 3]}),
        ({"a": 1}, [operation("replace", "/a", value=None)], {"a": None}),
        ({"a": [1, 2]}, [operation("replace", "/a/1", value=3)], {"a": [1, 3]}),
        ({"a": 1}, [operation("replace", "", value={"b": 2})], {"b": 2}),
        ({"a": 1}, [operation("add", "", value={"b": 2})], {"b": 2}),
        (
            {"foo": {"bar": 1, "waldo": 2}, "qux": {}},
            [operation("move", "/qux/thud", **{"from": "/foo/waldo"})],
            {"foo": {"bar": 1}, "qux": {"thud": 2}},
        ),
        (
            {"foo": [1, 2, 3]},
            [operation("move", "/foo/2", **{"from": "/foo/0"})],
            {"foo": [2, 3, 1]},
        ),
        ({"a": [1]}, [operation("copy", "/b", **{"from": "/a"})], {"a": [1], "b": [1]}),
        ({"a": [1, "x"]}, [operation("test", "/a", value=[1, "x"])], {"a": [1, "x"]}),
        ({"a": {"b": 1}}, [operation("test", "/a", value={"b": 1})], {"a": {"b": 1}}),
        ({"/": 9, "~1": 10}, [operation("test", "/~01", value=10)], {"/": 9, "~1": 10}),
        ({"a/b": 1}, [operation("remove", "/a~1b")], {}),
    ],
)
def test_operations(document, operations, result):
    """Each operation does what the RFC says."""
    assert apply_json_patch(document, operations) == result


@pytest.mark.parametrize(
    ("document", "bad", "why"),
    [
        ({}, operation("remove", "/a"), "doc is missing path: /a"),
        ({}, operation("remove", ""), "doc is missing path: "),
        ({}, operation("replace", "/a", value=1), "doc is missing path: /a"),
        ({}, operation("add", "/a/b", value=1), "doc is missing path: /a"),
        ({"a": []}, operation("add", "/a/1", value=1), "doc is missing path: /a/1"),
        ({"a": []}, operation("add", "/a/01", value=1), "doc is missing path: /a/01"),
        ({"a": 1}, operation("add", "/a/b", value=1), "doc is missing path: /a/b"),
        ({"a": 1}, operation("add", "/a"), "no value"),
        ({"a": 1}, operation("add", "a", value=1), "no valid path"),
        ({"a": 1}, operation("copy", "/b"), "no valid from"),
        (
            {"a": {}},
            operation("move", "/a/b", **{"from": "/a"}),
            "doc is missing path: /a/b",
        ),
        ({}, operation("test", "/a~b", value=1), "doc is missing path: /a~0b"),
    ],
)
def test_what_does_not_apply_is_refused(document, bad, why):
    """An operation needs its place, and some need a value or a source."""
    with pytest.raises(JsonPatchError) as refusal:
        apply_json_patch(document, [bad])
    assert str(refusal.value) == f"{bad['op']} operation does not apply: {why}"


@pytest.mark.parametrize(
    ("document", "bad", "message"),
    [
        ({"a": 1}, operation("test", "/a", value=True), "testing value /a failed"),
        ({"a": [1]}, operation("test", "/a", value=[1, 2]), "testing value /a failed"),
        ({}, operation("leap", "/a"), "Unexpected kind: leap"),
        ({}, {}, "Unexpected kind: None"),
    ],
)
def test_failed_tests_and_unknown_operations_are_refused(document, bad, message):
    """A test compares as JSON does, and there are six operations."""
    with pytest.raises(JsonPatchError) as refusal:
        apply_json_patch(document, [bad])
    assert str(refusal.value) == message


@given(st.dictionaries(st.text(max_size=3), st.integers(), min_size=1))
def test_any_key_can_be_pointed_at(document):
    """A pointer escapes its two signs, and an added member can be removed again."""
    key = min(document)
    pointer = "/" + key.replace("~", "~0").replace("/", "~1")
    rest = {name: value for name, value in document.items() if name != key}

    removed = apply_json_patch(document, [operation("remove", pointer)])
    restored = apply_json_patch(
        removed, [operation("add", pointer, value=document[key])]
    )

    assert (removed, restored) == (rest, document)
