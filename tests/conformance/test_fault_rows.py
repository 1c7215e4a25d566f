"""Rows AS-116 to AS-118 and AS-120: stored values that cannot be read.

Upstream: apiserver pkg/storage/etcd3/store.go and errors.go; KEP-3926
"""

import pytest

from gcmodel.apiserver.authorization import Grant, Rbac, Rule
from gcmodel.apiserver.watch import WatchEvent
from gcmodel.errors import InternalServerError, Status, StatusCause
from gcmodel.faults.kinds import Undecodable, Undecryptable
from gcmodel.objects.options import DeleteOptions, Preconditions
from gcmodel.objects.patch_types import Patch, PatchType
from tests.conformance.bare_server import (
    CONFIG_MAPS,
    NAMESPACES,
    BareServer,
    not_found,
    types,
)

KEY = "/registry/configmaps/default/c42"
DECODER = "no serialization format matched the provided data"
UNDECODABLE = Undecodable(KEY)
UNDECRYPTABLE = Undecryptable(KEY, "no matching prefix found")
OPTION = "ignoreStoreReadErrorWithClusterBreakingPotential"
UNSAFE = DeleteOptions(ignore_store_read_error=True)


def crowd(server, count=100):
    """Create ConfigMaps c00, c01 and so on, and one in another namespace."""
    server.create(NAMESPACES, "other")
    server.create(CONFIG_MAPS, "fine", namespace="other")
    for number in range(count):
        server.create(CONFIG_MAPS, f"c{number:02}", labels={"number": str(number)})


@pytest.fixture(name="server")
def _server():
    """Return a server of 1.28 with a hundred ConfigMaps."""
    server = BareServer()
    crowd(server)
    return server


def internal(text):
    """Return a failure that the server owns up to."""
    return Status(500, "InternalError", f"Internal error occurred: {text}")


@pytest.mark.parametrize(
    ("fault", "listing", "reading"),
    [
        (UNDECODABLE, Status(500, "", DECODER), Status(500, "", DECODER)),
        (
            UNDECRYPTABLE,
            internal(f'unable to transform key "{KEY}": no matching prefix found'),
            internal("no matching prefix found"),
        ),
    ],
    ids=["AS-116", "AS-117"],
)
def test_one_broken_value(server, fault, listing, reading):
    """One broken value among many fails every list that covers it, and no other."""
    server.server.break_stored(fault)

    for parts in ({}, {"namespace": ""}, {"label_selector": "number=1"}):
        assert server.refused("list", CONFIG_MAPS, **parts) == listing
    assert server.refused("list", CONFIG_MAPS, metadata_only=True) == listing
    assert server.refused("deletecollection", CONFIG_MAPS) == listing
    assert len(server.list(CONFIG_MAPS, namespace="other").items) == 1

    patch = Patch(PatchType.MERGE, {})
    body = server.wanted(CONFIG_MAPS, "c42")
    assert server.get(CONFIG_MAPS, "c41").name == "c41"
    assert server.refused("get", CONFIG_MAPS, "c42") == reading
    assert server.refused("delete", CONFIG_MAPS, "c42") == reading
    assert server.refused("patch", CONFIG_MAPS, "c42", body=patch) == reading
    assert server.refused("update", CONFIG_MAPS, "c42", body=body) == reading


def test_pages_before_the_broken_value(server):
    """Section 4.2: the pages before the broken value come; its own fails."""
    server.server.break_stored(UNDECODABLE)

    first = server.list(CONFIG_MAPS, limit=42)
    token = first.continue_token

    assert [one.name for one in first.items][-1] == "c41"
    refusal = server.refused("list", CONFIG_MAPS, limit=1, continue_token=token)
    assert refusal == Status(500, "", DECODER)


def test_collection_before_the_broken_value(server):
    """Section 2.13: a collection is deleted up to the page that cannot be read."""
    server.server.break_stored(UNDECODABLE)

    with pytest.raises(InternalServerError, match=DECODER):
        server.send("deletecollection", CONFIG_MAPS, limit=40)

    assert server.get(CONFIG_MAPS, "c39") is None
    assert server.get(CONFIG_MAPS, "c40") is not None


@pytest.mark.parametrize(
    ("version", "unready"),
    [
        ("1.28", Status(503, "ServiceUnavailable", "context deadline exceeded")),
        (
            "1.33",
            Status(
                429,
                "TooManyRequests",
                "storage is (re)initializing",
                details={"retryAfterSeconds": 1},
            ),
        ),
    ],
)
def test_watches_of_what_cannot_be_read(version, unready):
    """AS-118: a broken value ends the watches and prevents new ones, until mended."""
    server = BareServer(version)
    crowd(server)
    stream = server.watch(CONFIG_MAPS)
    other = server.watch(NAMESPACES)
    now = str(server.revision)

    server.server.break_stored(UNDECODABLE)

    error = Status(500, "InternalError", DECODER)
    assert stream.drain() == [WatchEvent("ERROR", None, error)]
    assert (stream.closed, other.closed) == (True, False)
    assert server.refused("watch", CONFIG_MAPS) == unready
    assert server.refused("list", CONFIG_MAPS, resource_version=now) == unready
    for latest in ("", "0"):
        refusal = server.refused("list", CONFIG_MAPS, resource_version=latest)
        assert refusal == Status(500, "", DECODER)

    server.server.mend_stored(UNDECODABLE)

    assert len(server.list(CONFIG_MAPS).items) == 100
    again = server.watch(CONFIG_MAPS, resource_version=now)
    server.delete(CONFIG_MAPS, "c42")
    assert types(again) == ["DELETED"]


# KEP-3926


@pytest.fixture(name="daring")
def _daring():
    """Return a server with the gate open, and three ConfigMaps."""
    authorizer = Rbac()
    authorizer.grants.append(
        Grant("jane", (Rule(("get", "list", "delete"), ("*",), ("*",)),))
    )
    server = BareServer("1.32", unsafe_delete=True, authorizer=authorizer)
    crowd(server, 3)
    return server


BROKEN = "/registry/configmaps/default/c01"


def corrupt(why, key=BROKEN):
    """Return how the storage words a corrupt value."""
    return (
        f"StorageError: corrupt object, Code: 7, Key: {key}, ResourceVersion: 0, "
        f"AdditionalErrorMsg: {why}"
    )


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (
            Undecryptable(BROKEN, "key lost"),
            "data from the storage is not transformable revision=0: key lost",
        ),
        (
            Undecodable(BROKEN, "garbage"),
            "object not decodable revision={version}: garbage",
        ),
    ],
)
def test_list_names_what_is_broken(daring, fault, why):
    """AS-120: with the gate open, a list still fails, but says where."""
    version = daring.get(CONFIG_MAPS, "c01").metadata.resource_version
    daring.server.break_stored(fault)

    refusal = daring.refused("list", CONFIG_MAPS)

    message = corrupt(why.format(version=version))
    assert refusal == Status(
        500,
        "StorageReadError",
        "failed to read one or more configmaps from the storage",
        (StatusCause("UnexpectedServerResponse", message, BROKEN),),
        {"name": "list", "kind": "configmaps"},
    )


def test_list_names_a_hundred_at_most():
    """AS-120: more than a hundred broken values are not all named."""
    server = BareServer("1.32", unsafe_delete=True)
    for number in range(101):
        server.create(CONFIG_MAPS, f"c{number}")
        key = f"/registry/configmaps/default/c{number}"
        server.server.faults.add(Undecodable(key))

    causes = server.refused("list", CONFIG_MAPS).causes

    assert len(causes) == 101
    text = "too many errors, the list is truncated"
    assert causes[-1] == StatusCause("FieldValueTooMany", text)


def test_plain_delete_of_what_is_broken(daring):
    """AS-120: without the option, the object cannot be deleted."""
    daring.server.break_stored(Undecodable(BROKEN))

    assert daring.refused("delete", CONFIG_MAPS, "c01") == Status(500, "", DECODER)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"propagation_policy": "Background"}, "propagationPolicy"),
        ({"orphan_dependents": True}, "orphanDependents"),
        ({"grace_period_seconds": 0}, "gracePeriodSeconds"),
        ({"preconditions": Preconditions("u")}, "preconditions"),
    ],
)
def test_option_stands_alone(daring, other, field):
    """AS-120: the option cannot be combined with others."""
    options = DeleteOptions(ignore_store_read_error=True, **other)

    refusal = daring.refused("delete", CONFIG_MAPS, "c01", options=options)

    body = f"Invalid value: true: cannot be set together with .{field}"
    assert refusal == Status(
        422,
        "Invalid",
        f'DeleteOptions.meta.k8s.io "" is invalid: {OPTION}: {body}',
        (StatusCause("FieldValueInvalid", body, OPTION),),
        {"group": "meta.k8s.io", "kind": "DeleteOptions"},
    )


def test_option_needs_a_verb(daring):
    """AS-120: deleting is not enough of a right."""
    daring.server.break_stored(Undecodable(BROKEN))

    refusal = daring.refused("delete", CONFIG_MAPS, "c01", options=UNSAFE, user="jane")

    assert refusal == Status(
        403,
        "Forbidden",
        'configmaps "c01" is forbidden: not permitted to do '
        '"unsafe-delete-ignore-read-errors", reason: ',
        details={"name": "c01", "kind": "configmaps"},
    )


def test_option_on_what_can_be_read(daring):
    """AS-120: what can be read is deleted in the ordinary way."""
    refusal = daring.refused("delete", CONFIG_MAPS, "c01", options=UNSAFE)

    assert (refusal.code, refusal.message) == (
        422,
        f'DeleteOptions.meta.k8s.io "c01" is invalid: {OPTION}: Invalid value: true: '
        "is exclusively used to delete corrupt object(s), try again by removing this "
        "option",
    )


def test_option_on_nothing(daring):
    """AS-120: what is not there is not found."""
    refusal = daring.refused("delete", CONFIG_MAPS, "c09", options=UNSAFE)

    assert refusal == not_found("c09")


def test_option_on_a_collection(daring):
    """AS-120: nobody deletes a collection like that."""
    refusal = daring.refused("deletecollection", CONFIG_MAPS, options=UNSAFE)

    assert (refusal.code, refusal.message) == (
        422,
        f'DeleteOptions.meta.k8s.io "" is invalid: {OPTION}: Invalid value: true: is '
        "not allowed with DELETECOLLECTION, try again after removing the option",
    )


def test_unsafe_delete(daring):
    """AS-120: the value goes, whatever holds it; watchers have to list again."""
    daring.patch(CONFIG_MAPS, "c01", {"metadata": {"finalizers": ["x/a"]}})
    daring.server.break_stored(Undecodable(BROKEN, "garbage"))
    version = daring.list(NAMESPACES).resource_version
    collection = daring.server.store.collection(CONFIG_MAPS.group_resource)
    daring.server.faults.remove(Undecodable(BROKEN, "garbage"))
    stream = daring.watch(CONFIG_MAPS)
    daring.server.faults.add(Undecodable(BROKEN, "garbage"))
    before = daring.revision

    answer = daring.send("delete", CONFIG_MAPS, "c01", options=UNSAFE)

    assert (answer.code, answer.body) == (200, Status(200))
    assert daring.get(CONFIG_MAPS, "c01") is None
    assert daring.revision == before + 1
    (event,) = stream.drain()
    why = f"object not decodable revision={before}: garbage"
    text = f"saw a DELETED event, but object data is corrupt - {corrupt(why)}"
    assert event == WatchEvent("ERROR", None, Status(500, "InternalError", text))
    assert stream.closed
    assert collection.watchers == {}
    assert types(daring.watch(CONFIG_MAPS, resource_version=version)) == ["ERROR"]
    assert [one.name for one in daring.list(CONFIG_MAPS).items] == ["c00", "c02"]


def test_option_with_the_gate_closed(server):
    """AS-120: with the gate closed nobody hears the option."""
    server.delete(CONFIG_MAPS, "c01", ignore_store_read_error=True)

    assert server.get(CONFIG_MAPS, "c01") is None


def test_option_on_the_wire():
    """AS-120: the option has a long name on the wire."""
    assert UNSAFE.to_dict() == {OPTION: True}
    assert DeleteOptions.from_dict({OPTION: True}) == UNSAFE


def test_name_of_what_cannot_be_read(server):
    """Section 1.1: whether an unreadable holder of a name is going, nobody knows."""
    server.patch(CONFIG_MAPS, "c42", {"metadata": {"finalizers": ["x/a"]}})
    server.delete(CONFIG_MAPS, "c42")
    server.server.break_stored(UNDECODABLE)

    body = server.wanted(CONFIG_MAPS, "c42")
    refusal = server.refused("create", CONFIG_MAPS, body=body)

    assert refusal.message == 'configmaps "c42" already exists'
