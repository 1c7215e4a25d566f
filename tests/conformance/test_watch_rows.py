"""Rows AS-110 to AS-115: lists and watches.

The events of each kind of write stand with that write, in test_update_rows.py and
test_delete_rows.py; here they stand in one sequence.

Upstream: apiserver pkg/storage/cacher/cacher.go; pkg/endpoints/handlers/get.go and
watch.go
"""

import base64
import json

import pytest

from gcmodel.apiserver.continue_tokens import EXPIRED_LIST
from gcmodel.apiserver.watch import WatchEvent
from gcmodel.errors import Status, StatusCause
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from tests.conformance.bare_server import (
    CONFIG_MAPS,
    DEPLOYMENTS,
    NODES,
    PODS,
    BareServer,
    seen,
    types,
)


@pytest.fixture(name="server")
def _server():
    """Return a server of 1.28."""
    return BareServer()


def invalid_options(field, detail):
    """Return the 422 for the options of a list or watch."""
    body = f"Forbidden: {detail}"
    return Status(
        422,
        "Invalid",
        f'ListOptions.meta.k8s.io "" is invalid: {field}: {body}',
        (StatusCause("FieldValueForbidden", body, field),),
        {"group": "meta.k8s.io", "kind": "ListOptions"},
    )


def decoded(token):
    """Return what a continue token holds."""
    return json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))


def encoded(**fields):
    """Return a continue token that holds *fields*."""
    text = json.dumps(fields).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


# Watch


def test_life_of_an_object(server):
    """AS-110: each effective write is one event, and each event has a later version."""
    stream = server.watch(CONFIG_MAPS)

    stored = server.create(CONFIG_MAPS, "foo", finalizers=("x/a", "x/b"))
    server.update(CONFIG_MAPS, stored)
    server.patch(CONFIG_MAPS, "foo", {"metadata": {"labels": {"a": "b"}}})
    server.delete(CONFIG_MAPS, "foo")
    server.delete(CONFIG_MAPS, "foo")
    server.patch(CONFIG_MAPS, "foo", {"metadata": {"finalizers": ["x/b"]}})
    server.patch(CONFIG_MAPS, "foo", {"metadata": {"finalizers": []}})

    events = seen(stream)
    assert [event[:3] for event in events] == [
        ("ADDED", "foo", ("x/a", "x/b")),
        ("MODIFIED", "foo", ("x/a", "x/b")),
        ("MODIFIED", "foo", ("x/a", "x/b")),
        ("MODIFIED", "foo", ("x/b",)),
        ("DELETED", "foo", ("x/b",)),
    ]
    versions = [event[3] for event in events]
    assert versions == list(range(versions[0], versions[0] + 5))


def test_one_counter_for_all_kinds(server):
    """AS-110: revisions are shared between resources."""
    before = server.revision
    stored = [server.create(kind, "foo") for kind in (CONFIG_MAPS, PODS, NODES)]

    versions = [int(one.metadata.resource_version) for one in stored]
    assert versions == [before + 1, before + 2, before + 3]


def test_selection_of_a_watch(server):
    """AS-111: what leaves the selection is deleted for the watcher, what enters added.

    The deletion shows the object as it was, with the version of the change.
    """
    server.create(CONFIG_MAPS, "foo", labels={"app": "x"})
    server.create(CONFIG_MAPS, "bar")
    stream = server.watch(CONFIG_MAPS, label_selector="app=x")

    out = server.patch(CONFIG_MAPS, "foo", {"metadata": {"labels": {"app": "y"}}})
    back = server.patch(CONFIG_MAPS, "foo", {"metadata": {"labels": {"app": "x"}}})
    server.patch(CONFIG_MAPS, "bar", {"metadata": {"labels": {"app": "z"}}})
    server.delete(CONFIG_MAPS, "foo")

    assert [(event.type, event.object) for event in stream.drain()] == [
        ("DELETED", out.body.with_metadata(labels={"app": "x"})),
        ("ADDED", back.body),
        (
            "DELETED",
            back.body.with_metadata(resource_version=str(server.revision)),
        ),
    ]


def test_watch_of_a_namespace(server):
    """AS-111: a watch of one namespace is not told of others."""
    server.server.verbs.backend.namespace_lifecycle = False
    stream = server.watch(CONFIG_MAPS, namespace="one")

    server.create(CONFIG_MAPS, "foo", namespace="one")
    server.create(CONFIG_MAPS, "foo", namespace="one-more")

    assert len(types(stream)) == 1


def test_watch_from_a_version(server):
    """AS-112: a watch tells what happened after its version."""
    first = server.create(CONFIG_MAPS, "b")
    server.create(CONFIG_MAPS, "a")
    server.delete(CONFIG_MAPS, "b")
    version = first.metadata.resource_version

    stream = server.watch(CONFIG_MAPS, resource_version=version)

    assert [event[:2] for event in seen(stream)] == [("ADDED", "a"), ("DELETED", "b")]


@pytest.mark.parametrize("version", ["0", ""])
def test_watch_from_any_state(server, version):
    """AS-112: a watch from any state begins with what is there, by key."""
    for name in ("b", "c", "a"):
        server.create(CONFIG_MAPS, name)

    stream = server.watch(CONFIG_MAPS, resource_version=version)
    server.create(CONFIG_MAPS, "d")

    assert [event[:2] for event in seen(stream)] == [("ADDED", name) for name in "abcd"]


def test_watch_from_a_forgotten_version(server):
    """AS-112: a watch from before the history ends with an error of its own."""
    old = server.create(CONFIG_MAPS, "a").metadata.resource_version
    server.create(CONFIG_MAPS, "b")
    server.server.compact()
    current = server.revision

    stream = server.watch(CONFIG_MAPS, resource_version=old)

    text = f"too old resource version: {old} ({current})"
    assert stream.drain() == [WatchEvent("ERROR", None, Status(410, "Expired", text))]
    assert stream.closed


def test_compaction_up_to_a_version(server):
    """AS-112: a compaction may leave the newer history alone."""
    old = server.create(CONFIG_MAPS, "a").metadata.resource_version
    server.create(CONFIG_MAPS, "b")
    server.server.compact(int(old))

    stream = server.watch(CONFIG_MAPS, resource_version=old)

    assert [event[:2] for event in seen(stream)] == [("ADDED", "b")]


@pytest.mark.parametrize("resource", [CONFIG_MAPS, DEPLOYMENTS, NODES])
def test_compaction_is_of_everything(server, resource):
    """AS-112: what was first stored, or asked for, later has no older history."""
    old = str(server.revision)
    server.create(PODS, "a")
    server.server.compact()
    current = server.revision

    empty = server.watch(resource, resource_version=old)
    server.create(resource, "a")
    filled = server.watch(resource, resource_version=old)

    texts = [
        f"too old resource version: {old} ({current})",
        f"too old resource version: {old} ({current})",
    ]
    assert [stream.drain()[0].status.message for stream in (empty, filled)] == texts


def test_compaction_never_goes_back(server):
    """AS-112: what was forgotten stays so, whatever is compacted after it."""
    old = server.create(PODS, "a").metadata.resource_version
    server.create(PODS, "b")
    server.server.compact()
    server.server.compact(int(old))

    refused = server.watch(CONFIG_MAPS, resource_version=old).drain()

    assert [event.status.code for event in refused] == [410]


def test_watch_from_no_number(server):
    """Section 2.15: a version that is no number is refused."""
    refusal = server.refused("watch", CONFIG_MAPS, resource_version="x")

    body = 'Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax'
    assert refusal == Status(
        422,
        "Invalid",
        f'configmaps "" is invalid: resourceVersion: {body}',
        (StatusCause("FieldValueInvalid", body, "resourceVersion"),),
        {"kind": "configmaps"},
    )


def test_bookmarks(server):
    """Section 2.15: each minute a bookmark, and a last one just before the end."""
    stream = server.watch(PODS, allow_bookmarks=True, timeout_s=150)
    server.create(CONFIG_MAPS, "a")

    marks = []
    for _ in range(151):
        server.pass_time(1)
        marks += [(server.scheduler.now // 10**9, event) for event in stream.drain()]

    mark = KubeObject("v1", "Pod", ObjectMeta(resource_version=str(server.revision)))
    event = WatchEvent("BOOKMARK", mark)
    assert marks == [(60, event), (120, event), (148, event)]
    assert stream.closed


def test_no_bookmarks_unasked(server):
    """Section 2.15: bookmarks come to those who ask for them."""
    stream = server.watch(PODS, timeout_s=150)

    server.pass_time(151)

    assert (types(stream), stream.closed) == ([], True)


def test_watch_list():
    """Section 2.15: a watch may bring the first state, and say when it is complete."""
    server = BareServer("1.32")
    server.create(CONFIG_MAPS, "a")

    stream = server.watch(
        CONFIG_MAPS,
        resource_version="",
        resource_version_match="NotOlderThan",
        send_initial_events=True,
        allow_bookmarks=True,
    )

    first, mark = stream.drain()
    assert (first.type, first.object.name) == ("ADDED", "a")
    assert mark.type == "BOOKMARK"
    assert mark.object.metadata.annotations == {"k8s.io/initial-events-end": "true"}
    assert mark.initial_events_end


@pytest.mark.parametrize(
    ("verb", "parts", "field", "detail"),
    [
        (
            "list",
            {"resource_version_match": "Exact"},
            "resourceVersionMatch",
            "resourceVersionMatch is forbidden unless resourceVersion is provided",
        ),
        (
            "list",
            {
                "resource_version_match": "NotOlderThan",
                "resource_version": "1",
                "continue_token": "x",
            },
            "resourceVersionMatch",
            "resourceVersionMatch is forbidden when continue is provided",
        ),
        (
            "list",
            {"resource_version_match": "Exact", "resource_version": "0"},
            "resourceVersionMatch",
            'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
        ),
        (
            "list",
            {"send_initial_events": True},
            "sendInitialEvents",
            "sendInitialEvents is forbidden for list",
        ),
        (
            "watch",
            {"send_initial_events": True, "resource_version_match": "NotOlderThan"},
            "sendInitialEvents",
            "sendInitialEvents is forbidden for watch unless the WatchList feature "
            "gate is enabled",
        ),
        (
            "watch",
            {"resource_version_match": "NotOlderThan"},
            "resourceVersionMatch",
            "resourceVersionMatch is forbidden for watch unless sendInitialEvents is "
            "provided",
        ),
    ],
)
def test_contradicting_options(server, verb, parts, field, detail):
    """Section 1.10: options that contradict each other are refused."""
    refusal = server.refused(verb, CONFIG_MAPS, **parts)

    assert refusal == invalid_options(field, detail)


def test_watch_list_needs_a_match():
    """Section 1.10: the first state can only be asked for as not older than."""
    refusal = BareServer("1.32").refused("watch", CONFIG_MAPS, send_initial_events=True)

    detail = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
    assert refusal == invalid_options("resourceVersionMatch", detail)


def test_unknown_match(server):
    """Section 1.10: there are two ways to match a version."""
    refusal = server.refused(
        "list", CONFIG_MAPS, resource_version="1", resource_version_match="Newer"
    )

    text = (
        'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Unsupported '
        'value: "Newer": supported values: "Exact", "NotOlderThan", ""'
    )
    assert refusal.message == text


# List


def crowd(server, count=5):
    """Create ConfigMaps a, b and so on."""
    return [server.create(CONFIG_MAPS, name) for name in "abcdefgh"[:count]]


def test_pages(server):
    """AS-113: pages show one state, in the order of keys, and say what is left."""
    stored = crowd(server)
    revision = server.revision

    first = server.list(CONFIG_MAPS, limit=2)
    server.create(CONFIG_MAPS, "bb")
    server.delete(CONFIG_MAPS, "e")
    token = first.continue_token
    second = server.list(CONFIG_MAPS, limit=2, continue_token=token)
    third = server.list(CONFIG_MAPS, limit=2, continue_token=second.continue_token)

    pages = [first, second, third]
    assert [list(page.items) for page in pages] == [stored[:2], stored[2:4], stored[4:]]
    assert [page.remaining for page in pages] == [3, 1, None]
    assert {page.resource_version for page in pages} == {str(revision)}
    assert third.continue_token == ""
    assert decoded(token) == {"v": "meta.k8s.io/v1", "rv": revision, "start": "b\0"}


def test_token_of_all_namespaces(server):
    """Section 2.12: a token names the key below what the list covers."""
    crowd(server)

    token = server.list(CONFIG_MAPS, limit=2, namespace="").continue_token

    assert decoded(token)["start"] == "default/b\0"


@pytest.mark.parametrize(
    "selector", [{"label_selector": "!x"}, {"field_selector": "metadata.name!=a"}]
)
def test_pages_of_a_selection(server, selector):
    """AS-113: what is left of a selection is not counted."""
    crowd(server)

    page = server.list(CONFIG_MAPS, limit=2, **selector)

    assert (len(page.items), page.remaining) == (2, None)
    assert page.continue_token


def test_page_of_another_version(server):
    """AS-113: a page is not asked for by version."""
    crowd(server)
    token = server.list(CONFIG_MAPS, limit=2).continue_token

    refusal = server.refused(
        "list", CONFIG_MAPS, limit=2, continue_token=token, resource_version="5"
    )

    text = "specifying resource version is not allowed when using continue"
    assert refusal == Status(400, "BadRequest", text)


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("!", ""),
        (encoded(rv=1, start="a"), ""),
        (
            encoded(v="v9", rv=1, start="a"),
            ': server does not recognize this encoded version "v9"',
        ),
        (
            encoded(v="meta.k8s.io/v1", rv=0, start="a"),
            ": incorrect encoded start resourceVersion (version meta.k8s.io/v1)",
        ),
        (
            encoded(v="meta.k8s.io/v1", rv=1, start=""),
            ": encoded start key empty (version meta.k8s.io/v1)",
        ),
    ],
)
def test_broken_tokens(server, token, why):
    """Section 2.12: a token that nobody gave out is refused."""
    refusal = server.refused("list", CONFIG_MAPS, continue_token=token)

    text = f"invalid continue token: continue key is not valid{why}"
    assert refusal == Status(400, "BadRequest", text)


def test_forgotten_pages(server):
    """AS-113: an expired token is answered with one that goes on with what is there."""
    crowd(server)
    token = server.list(CONFIG_MAPS, limit=2).continue_token
    server.create(CONFIG_MAPS, "cc")
    server.server.compact()

    refusal = server.refused("list", CONFIG_MAPS, limit=2, continue_token=token)
    fresh = refusal.details["continue"]
    page = server.list(CONFIG_MAPS, limit=2, continue_token=fresh)

    assert refusal == Status(410, "Expired", EXPIRED_LIST, (), {"continue": fresh})
    assert decoded(fresh) == {"v": "meta.k8s.io/v1", "rv": -1, "start": "b\0"}
    assert [one.name for one in page.items] == ["c", "cc"]
    assert page.resource_version == str(server.revision)


def test_limit_of_a_cached_list(server):
    """Section 2.12: a list of any state comes whole."""
    crowd(server)

    page = server.list(CONFIG_MAPS, limit=2, resource_version="0")

    assert (len(page.items), page.continue_token) == (5, "")


@pytest.mark.parametrize(
    ("parts", "names"),
    [
        ({"resource_version_match": "Exact"}, "abc"),
        ({"limit": 9}, "abc"),
        ({}, "bcd"),
        ({"resource_version_match": "NotOlderThan"}, "bcd"),
    ],
    ids=["exact", "limit", "unsaid", "not older"],
)
def test_list_of_a_version(server, parts, names):
    """Section 2.12: a list is of a version exactly, or at least."""
    crowd(server, 3)
    version = str(server.revision)
    server.create(CONFIG_MAPS, "d")
    server.patch(CONFIG_MAPS, "b", {"data": {"x": "y"}})
    server.delete(CONFIG_MAPS, "a")

    page = server.list(CONFIG_MAPS, resource_version=version, **parts)

    assert "".join(one.name for one in page.items) == names
    exact = names == "abc"
    assert page.resource_version == (version if exact else str(server.revision))
    assert ("data" in page.items[names.index("b")].body) is not exact


def test_forgotten_version(server):
    """Section 2.12: a version before the history cannot be listed exactly."""
    crowd(server, 3)
    old = str(server.revision - 1)
    server.server.compact()

    refusal = server.refused(
        "list", CONFIG_MAPS, resource_version=old, resource_version_match="Exact"
    )

    text = "The resourceVersion for the provided list is too old."
    assert refusal == Status(410, "Expired", text)


@pytest.mark.parametrize("verb", ["list", "get"])
def test_future_version(server, verb):
    """AS-114: a state that is not reached is not waited for."""
    server.create(CONFIG_MAPS, "a")
    current = server.revision
    wanted = current + 5

    refusal = server.refused(verb, CONFIG_MAPS, "a", resource_version=str(wanted))

    text = f"Too large resource version: {wanted}, current: {current}"
    cause = StatusCause("ResourceVersionTooLarge", "Too large resource version")
    details = {"retryAfterSeconds": 1}
    assert refusal == Status(504, "Timeout", f"Timeout: {text}", (cause,), details)


def test_version_that_is_no_number(server):
    """Section 2.12: a version that is no number makes no sense."""
    refusal = server.refused("list", CONFIG_MAPS, resource_version="x")

    text = (
        'invalid resource version: resourceVersion: Invalid value: "x": '
        'strconv.ParseUint: parsing "x": invalid syntax'
    )
    assert refusal == Status(400, "BadRequest", text)


def test_metadata_only(server):
    """AS-115: a list, object or event of metadata is the full one without its body."""
    for name in ("b", "a"):
        server.create(DEPLOYMENTS, name, labels={"n": name})
    full = server.list(DEPLOYMENTS)
    version, kind = "meta.k8s.io/v1", "PartialObjectMetadata"
    stripped = [KubeObject(version, kind, one.metadata) for one in full.items]

    partial = server.list(DEPLOYMENTS, metadata_only=True)
    one = server.get(DEPLOYMENTS, "a", metadata_only=True)
    stream = server.watch(DEPLOYMENTS, resource_version="0", metadata_only=True)

    assert list(partial.items) == stripped
    assert partial.resource_version == full.resource_version
    assert one == stripped[0]
    assert [event.object for event in stream.drain()] == stripped


def test_pages_of_metadata(server):
    """AS-115: pages, too, can be of metadata."""
    crowd(server)

    page = server.list(CONFIG_MAPS, limit=2, metadata_only=True)

    assert ([one.name for one in page.items], page.remaining) == (["a", "b"], 3)
    assert page.continue_token


def test_bad_selector(server):
    """AS-106: a selector that cannot be read is refused before anything is read."""
    refusal = server.refused("list", CONFIG_MAPS, label_selector="x<a")

    text = (
        "unable to parse requirement: values[0]: Invalid value: \"a\": for 'Gt', "
        "'Lt' operators, the value must be an integer"
    )
    assert refusal == Status(400, "BadRequest", text)
