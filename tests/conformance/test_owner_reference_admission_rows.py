"""Rows AS-130 to AS-133: the plug-in OwnerReferencesPermissionEnforcement.

Upstream: ``TestGCAdmission`` and ``TestBlockOwnerDeletionAdmission`` in
plugin/pkg/admission/gc/gc_admission_test.go
"""

import pytest

from gcmodel.apiserver.authorization import AlwaysAllow, Decision
from gcmodel.apiserver.owner_reference_admission import (
    OwnerReferencesPermissionEnforcement,
)
from gcmodel.errors import Status
from tests.conformance.bare_server import (
    CONFIG_MAPS,
    PODS,
    BareServer,
    owner,
)

CANNOT_DELETE = "cannot set an ownerRef on a resource you can't delete"
CANNOT_BLOCK = (
    "cannot set blockOwnerDeletion if an ownerReference refers to a resource you "
    "can't set finalizers on"
)


class Rights:
    """An authorizer as upstream's test has it.

    ``non-deleter`` may not delete, ``non-pod-deleter`` no Pods, ``no-rc`` may not
    set finalizers of ReplicationControllers, ``no-node`` of Nodes; admin may all.
    """

    def __init__(self):
        """Remember what is asked."""
        self.asked = []

    def authorize(self, user, verb, group, resource, namespace="", name=""):
        """Judge one request."""
        self.asked.append((verb, group, resource, namespace, name))
        if resource == "*/finalizers":
            return Decision(user == "admin")
        denied = {
            "non-deleter": verb == "delete",
            "non-pod-deleter": verb == "delete" and resource == "pods",
            "no-rc": resource == "replicationcontrollers/finalizers",
            "no-node": resource == "nodes/finalizers",
        }
        return Decision(not denied.get(user, False))


@pytest.fixture(name="rights")
def _rights():
    """Return the authorizer."""
    return Rights()


@pytest.fixture(name="server")
def _server(rights):
    """Return a server with the plug-in on."""
    return BareServer(
        owner_reference_enforcement=True, authorizer=rights, namespace_lifecycle=False
    )


def rc(**flags):
    """Return a reference to a ReplicationController."""
    return owner("ReplicationController", "rc", "rc-uid", "v1", **flags)


def node(**flags):
    """Return a reference to a Node."""
    return owner("Node", "n", "node-uid", "v1", **flags)


def daemon_set(**flags):
    """Return a reference to a DaemonSet."""
    return owner("DaemonSet", "ds", "ds-uid", **flags)


def change(server, user, before, after, resource=PODS, **parts):
    """Create an object with owners *before*, and let *user* make them *after*.

    Returns what is said against it, or None.
    """
    stored = server.create(resource, "foo", owner_references=tuple(before))
    body = stored.with_metadata(owner_references=tuple(after))
    request = {"name": "foo", "body": body, "user": user, **parts}
    try:
        server.send("update", resource, **request)
    except Exception as error:  # noqa: BLE001  (whatever it is, it is compared)
        return str(error)
    return None


def forbidden(detail, resource="pods"):
    """Return the text of a refusal."""
    return f'{resource} "foo" is forbidden: {detail}: , <nil>'


@pytest.mark.parametrize("user", ["admin", "non-deleter", "non-pod-deleter"])
@pytest.mark.parametrize("resource", [PODS, CONFIG_MAPS], ids=["pods", "configmaps"])
def test_create_with_owners(server, user, resource):
    """AS-130: whoever may create may say who owns what is created."""
    body = server.wanted(resource, "foo", owner_references=(rc(),))

    assert server.send("create", resource, body=body, user=user).code == 201


@pytest.mark.parametrize(
    ("user", "resource", "refused"),
    [
        ("admin", PODS, False),
        ("non-deleter", PODS, True),
        ("non-deleter", CONFIG_MAPS, True),
        ("non-pod-deleter", PODS, True),
        ("non-pod-deleter", CONFIG_MAPS, False),
    ],
)
@pytest.mark.parametrize("before", [[], [daemon_set()]], ids=["first", "second"])
def test_adding_an_owner(server, user, resource, refused, before):
    """AS-130: who changes owners must be allowed to delete the dependent."""
    said = change(server, user, before, [*before, rc()], resource)

    expected = forbidden(CANNOT_DELETE, resource.resource) if refused else None
    assert said == expected


def test_refusal_as_a_whole(server):
    """AS-130: the refusal is an ordinary 403."""
    stored = server.create(PODS, "foo")
    body = stored.with_metadata(owner_references=(rc(),))

    refusal = server.refused("update", PODS, "foo", body=body, user="non-deleter")

    details = {"name": "foo", "kind": "pods"}
    text = forbidden(CANNOT_DELETE)
    assert refusal == Status(403, "Forbidden", text, details=details)


def test_owners_stay(server):
    """AS-130: who leaves owners alone needs no right."""
    assert change(server, "non-deleter", [rc()], [rc()]) is None


def test_status_of_a_pod(server):
    """AS-130: a Pod's status is not looked at: it cannot change owners."""
    said = change(server, "non-deleter", [], [rc()], subresource="status")

    assert said is None


BLOCKED = forbidden(CANNOT_BLOCK)


@pytest.mark.parametrize(
    ("user", "reference"), [("no-rc", rc), ("no-node", node)], ids=["rc", "node"]
)
@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        (None, "nil", False),
        (None, "false", False),
        (None, "true", True),
        ("nil", "true", True),
        ("false", "true", True),
        ("true", "true", False),
        ("true", "false", False),
        ("true", "nil", False),
    ],
)
def test_blocking(server, user, reference, before, after, refused):
    """AS-131: who begins to hold up an owner must be allowed to set its finalizers."""
    flags = {
        "nil": {},
        "false": {"block_owner_deletion": False},
        "true": {"block_owner_deletion": True},
    }
    owners = [] if before is None else [reference(**flags[before])]

    said = change(server, user, owners, [reference(**flags[after])])

    assert said == (BLOCKED if refused else None)


def test_blocking_at_create(server):
    """AS-131: the same holds when the dependent is created."""
    blocking = (rc(block_owner_deletion=True),)
    body = server.wanted(PODS, "foo", owner_references=blocking)

    assert server.refused("create", PODS, body=body, user="no-rc").message == BLOCKED


def test_blocking_another_kind(server):
    """AS-131: the right to hold up one kind is not the right to hold up another."""
    blocking = daemon_set(block_owner_deletion=True)

    assert change(server, "no-rc", [], [blocking]) is None


@pytest.mark.parametrize(
    ("reference", "resource", "namespace", "name"),
    [
        (rc, "replicationcontrollers/finalizers", "default", "rc"),
        (node, "nodes/finalizers", "", "n"),
    ],
)
def test_where_the_right_is_asked_for(
    server, rights, reference, resource, namespace, name
):
    """AS-131: a cluster-scoped owner is in no namespace."""
    change(server, "no-rc", [], [reference(block_owner_deletion=True)])

    assert rights.asked[-1] == ("update", "", resource, namespace, name)


def test_mighty_user_needs_no_mapping():
    """AS-132: who may hold up everything is let through without any look-up."""
    server = BareServer()

    def never(_):
        raise AssertionError("looked up")

    server.server.admit(OwnerReferencesPermissionEnforcement(AlwaysAllow(), never))

    assert change(server, "admin", [], [rc(block_owner_deletion=True)]) is None


def test_unknown_kind(server):
    """AS-133: an owner of an unknown kind cannot be held up, except by the mighty."""
    unknown = owner("Moon", "m", "moon-uid", "sky/v1", block_owner_deletion=True)

    said = change(server, "no-rc", [], [unknown])

    assert said == (
        'pods "foo" is forbidden: cannot set blockOwnerDeletion in this case because '
        "cannot find RESTMapping for APIVersion sky/v1 Kind Moon: no matches for kind "
        '"Moon" in version "sky/v1"'
    )


def test_plug_in_is_off_by_default():
    """Section 3: without the plug-in everybody may say what they like."""
    server = BareServer()

    assert change(server, "anybody", [], [rc(block_owner_deletion=True)]) is None


def test_unknown_kind_and_the_mighty(server):
    """AS-132: the mighty may even hold up what nobody knows."""
    unknown = owner("Moon", "m", "moon-uid", "sky/v1", block_owner_deletion=True)

    assert change(server, "admin", [], [unknown]) is None
