"""Strategic merge patches."""

import pytest
from hypothesis import given, strategies as st

from gcmodel.apiserver.strategic_merge import StrategicMerge, without_directives
from gcmodel.errors import ApiError

ORDER = "$setElementOrder/ownerReferences"


def merge(original, patch, kind="Pod"):
    """Merge as a current server does."""
    return StrategicMerge(kind).merge(original, patch)


def owners(*uids, **more):
    """Return metadata with a reference for each of *uids*."""
    return {"metadata": {"ownerReferences": [{"uid": uid, **more} for uid in uids]}}


def finalizers(*names):
    """Return metadata with finalizers."""
    return {"metadata": {"finalizers": list(names)}}


def dropped(*uids):
    """Return the patch that cuts the references to *uids*."""
    return owners(*uids, **{"$patch": "delete"})


@pytest.mark.parametrize(
    ("original", "patch", "result"),
    [
        (owners("1", "2", "3"), dropped("2", "3"), owners("1")),
        (owners("1"), dropped("2"), owners("1")),
        (owners("1"), dropped("1"), owners()),
        (owners("1", "1", "2"), dropped("1"), owners("2")),
        ({"metadata": {}}, dropped("1"), owners()),
        ({}, dropped("1"), owners()),
        (owners("1", "2"), owners("2", "3"), owners("1", "2", "3")),
        (owners("1"), owners("2"), owners("2", "1")),
        (owners("1"), {"metadata": {"ownerReferences": None}}, {"metadata": {}}),
        (owners("1"), {"metadata": {"ownerReferences": []}}, owners("1")),
        (
            owners("1", "2"),
            {"metadata": {"ownerReferences": [{"$patch": "replace"}, {"uid": "3"}]}},
            owners("3"),
        ),
        (
            owners("1", name="a", blockOwnerDeletion=True),
            owners("1", blockOwnerDeletion=False),
            owners("1", name="a", blockOwnerDeletion=False),
        ),
        (
            owners("1", "2", "3"),
            {"metadata": {ORDER: [{"uid": "3"}, {"uid": "1"}]}},
            owners("2", "3", "1"),
        ),
    ],
)
def test_owner_references_merge_by_uid(original, patch, result):
    """An element with a known UID is merged, deleted or left; a new one comes first."""
    assert merge(original, patch) == result


@pytest.mark.parametrize(
    ("original", "patch", "result"),
    [
        (finalizers("a/b"), finalizers("a/b"), finalizers("a/b")),
        (finalizers("a/b"), finalizers("c/d"), finalizers("c/d", "a/b")),
        (finalizers("a/b", "c/d"), finalizers("c/d"), finalizers("a/b", "c/d")),
        ({}, finalizers("a/b"), finalizers("a/b")),
        (
            finalizers("a/b", "c/d"),
            {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a/b", "e/f"]}},
            finalizers("c/d"),
        ),
        (
            {"metadata": {}},
            {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a/b"]}},
            {"metadata": {}},
        ),
        (
            finalizers("a/b", "c/d"),
            {
                "metadata": {
                    "$setElementOrder/finalizers": ["e/f", "c/d"],
                    "$deleteFromPrimitiveList/finalizers": ["a/b"],
                    "finalizers": ["e/f"],
                }
            },
            finalizers("e/f", "c/d"),
        ),
        (finalizers("a/b"), {"metadata": {"finalizers": None}}, {"metadata": {}}),
    ],
)
def test_finalizers_merge_as_a_set(original, patch, result):
    """Finalizers are added if absent, and removed by name."""
    assert merge(original, patch) == result


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (("spec", "containers"), "name"),
        (("spec", "template", "spec", "initContainers"), "name"),
        (("spec", "volumes"), "name"),
        (("spec", "ports"), "port"),
        (("status", "conditions"), "type"),
        (("metadata", "ownerReferences"), "uid"),
        (("webhooks",), "name"),
    ],
)
def test_keyed_lists(path, key):
    """Each of these lists knows its elements by one field."""

    def at_path(*items):
        value = list(items)
        for name in reversed(path):
            value = {name: value}
        return value

    original = at_path({key: "a", "x": 1, "y": 1}, {key: "b"})
    patch = at_path({key: "a", "x": 2}, {key: "b", "$patch": "delete"})
    assert merge(original, patch) == at_path({key: "a", "x": 2, "y": 1})


def test_lists_inside_elements_are_keyed_too():
    """The environment and the ports of a container are merged in their turn."""
    original = {
        "spec": {
            "containers": [
                {
                    "name": "c",
                    "env": [{"name": "A", "value": "1"}],
                    "ports": [{"containerPort": 80, "name": "http"}],
                    "args": ["x"],
                }
            ],
            "tolerations": [{"key": "a"}],
        }
    }
    patch = {
        "spec": {
            "containers": [
                {
                    "name": "c",
                    "env": [{"name": "A", "value": "2"}],
                    "ports": [{"containerPort": 80, "name": "web"}],
                    "args": ["y"],
                }
            ],
            "tolerations": [{"key": "b"}],
        }
    }
    assert merge(original, patch) == patch


def test_only_service_accounts_key_their_secrets():
    """A list's rule may belong to one kind."""
    original, patch = {"secrets": [{"name": "a"}]}, {"secrets": [{"name": "b"}]}
    both = {"secrets": [{"name": "b"}, {"name": "a"}]}
    merged = [merge(original, patch, kind) for kind in ("ServiceAccount", "Other")]
    assert merged == [both, patch]


@pytest.mark.parametrize(
    ("original", "patch", "result"),
    [
        ({"a": {"x": 1}}, {"a": {"$patch": "replace", "y": 2}}, {"a": {"y": 2}}),
        ({"a": {"x": 1}}, {"a": {"$patch": "delete"}}, {"a": {}}),
        (
            {"a": {"x": 1, "y": 1, "z": 1}},
            {"a": {"$retainKeys": ["x", "y"], "x": 2, "z": None}},
            {"a": {"x": 2, "y": 1}},
        ),
        ({"a": 1}, {"a": {"b": None, "c": 1}}, {"a": {"c": 1}}),
    ],
)
def test_maps_obey_directives(original, patch, result):
    """A map is replaced, emptied, or cut down to the keys that are retained."""
    assert merge(original, patch) == result


@pytest.mark.parametrize(
    ("patch", "code", "message"),
    [
        ({"a": {"$patch": "x"}}, 500, "unknown patch type: x in map: map[$patch:x]"),
        (
            {"metadata": {"ownerReferences": [{"name": "a"}]}},
            500,
            "map: map[name:a] does not contain declared merge key: uid",
        ),
        (
            {"metadata": {"ownerReferences": [{"$patch": "x", "uid": "1"}]}},
            500,
            "unknown patch type: x in map: map[$patch:x uid:1]",
        ),
        (
            {"metadata": {"ownerReferences": [{"$patch": "merge", "uid": "1"}]}},
            500,
            "merging lists cannot yet be specified in the patch",
        ),
        (
            {"metadata": {"$deleteFromPrimitiveList/finalizers": "x"}},
            400,
            "invalid patch format of primitive list",
        ),
        (
            {"metadata": {"$setElementOrder/finalizers": "x"}},
            400,
            "invalid patch format of setElementOrder list",
        ),
        ({"a": {"$retainKeys": [], "x": 1}}, 400, "invalid patch format of retainKeys"),
        (
            {"metadata": {"finalizers": [["x"]]}},
            422,
            "the server rejected our request due to an error in our request",
        ),
    ],
)
def test_bad_directives(patch, code, message):
    """Directives that cannot be obeyed are refused, some of them as raw errors."""
    original = {"a": {}, "metadata": {"ownerReferences": [{"uid": "1"}]}}
    original["metadata"]["finalizers"] = ["x"]
    with pytest.raises(ApiError) as refusal:
        merge(original, patch)
    assert (refusal.value.code, refusal.value.message) == (code, message)


def test_old_servers_store_directives():
    """Before 1.28, a directive for a list that is not there is taken for an element."""
    merged = StrategicMerge("Pod", removes_directives=False).merge({}, dropped("1"))
    assert merged == dropped("1")


def test_directives_do_not_outlive_a_patch():
    """What is added to an object holds neither directives nor nulls."""
    value = {
        "a": {"$patch": "delete", "b": 1},
        "$retainKeys": ["a"],
        "list": [{"$patch": "delete", "uid": "1"}, {"x": None, "y": 1}],
    }
    assert without_directives(value) == {"a": {}, "list": [{"y": 1}]}


uids = st.lists(st.sampled_from("abcdef"), max_size=5, unique=True)


@given(uids, uids)
def test_dropping_owners_is_set_difference(present, cut):
    """The rest keeps its order, and a second time changes nothing."""
    rest = [uid for uid in present if uid not in cut]
    once = merge(owners(*present), dropped(*cut))
    assert (once, merge(once, dropped(*cut))) == (owners(*rest), once)


@given(uids, uids)
def test_adding_owners_is_set_union(present, added):
    """Nothing is lost or doubled, and both orders are kept."""
    (metadata,) = merge(owners(*present), owners(*added)).values()
    merged = [reference["uid"] for reference in metadata["ownerReferences"]]
    assert sorted(merged) == sorted({*present, *added})
    assert [uid for uid in merged if uid in added] == added
    assert [uid for uid in merged if uid not in added] == [
        uid for uid in present if uid not in added
    ]
