"""Rows AS-40 to AS-49: updates and patches, and the delete that hides in them.

Upstream: ``BeforeUpdate`` in apiserver pkg/registry/rest/update.go; ``Update`` in
pkg/registry/generic/registry/store.go
"""

import pytest

from gcmodel.errors import Status, StatusCause, api_error
from gcmodel.objects.patch_types import Patch, PatchType
from tests.conformance.bare_server import (
    CONFIG_MAPS,
    DEPLOYMENTS,
    EPOCH_S,
    NAMESPACES,
    PODS,
    REPLICA_SETS,
    SERVICES,
    WIDGETS,
    BareServer,
    conflict,
    not_found,
    owner,
    seen,
    types,
)

MODIFIED = (
    "the object has been modified; please apply your changes to the latest version "
    "and try again"
)


@pytest.fixture(name="server")
def _server():
    """Return a server of 1.28."""
    return BareServer()


def immutable(field, value):
    """Return the 422 for a ConfigMap whose *field* cannot become *value*."""
    body = f'Invalid value: "{value}": field is immutable'
    return Status(
        422,
        "Invalid",
        f'ConfigMap "foo" is invalid: {field}: {body}',
        (StatusCause("FieldValueInvalid", body, field),),
        {"name": "foo", "kind": "ConfigMap"},
    )


# Coordinates and preconditions


@pytest.mark.parametrize("version", ["1", "7"])
def test_other_resource_version(server, version):
    """AS-40: an update of another version is a conflict."""
    stored = server.create(CONFIG_MAPS, "foo")
    changed = stored.with_metadata(resource_version=version, labels={"a": "b"})

    assert server.refused("update", CONFIG_MAPS, "foo", body=changed) == conflict(
        MODIFIED
    )


def test_update_of_nothing(server):
    """AS-40: an update of an object that is not there is 404."""
    body = server.wanted(CONFIG_MAPS, "foo")

    assert server.refused("update", CONFIG_MAPS, "foo", body=body) == not_found()


def test_update_of_nothing_by_uid(server):
    """AS-42: a uid is a precondition that nothing at all does not meet."""
    body = server.wanted(CONFIG_MAPS, "foo", uid="u")

    refusal = server.refused("update", CONFIG_MAPS, "foo", body=body)

    assert refusal == conflict(
        "StorageError: invalid object, Code: 4, Key: /registry/configmaps/default/foo, "
        "ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in "
        "precondition: u, UID in object meta: "
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"name": "bar"},
            "the name of the object (bar) does not match the name on the URL (foo)",
        ),
        (
            {"name": ""},
            "the name of the object (foo based on URL) was undeterminable: name must "
            "be provided",
        ),
        (
            {"namespace": "other"},
            "the namespace of the object (other) does not match the namespace on the "
            "request (default)",
        ),
    ],
    ids=["name", "no name", "namespace"],
)
@pytest.mark.parametrize("verb", ["update", "patch"])
def test_other_coordinates(server, changes, message, verb):
    """Section 2.4: an update is of the object that the URL names."""
    stored = server.create(CONFIG_MAPS, "foo")
    body = stored.with_metadata(**changes)
    if verb == "patch":
        body = Patch(PatchType.MERGE, {"metadata": changes})

    refusal = server.refused(verb, CONFIG_MAPS, "foo", body=body)

    assert refusal == Status(400, "BadRequest", message)


def test_update_without_deletion_time(server):
    """AS-41: leaving the deletion time out does not undo the deletion."""
    going = server.deleting(REPLICA_SETS, "foo")
    body = going.with_metadata(
        deletion_timestamp=None,
        deletion_grace_period_seconds=None,
        creation_timestamp=None,
        generation=0,
        uid="",
    )

    answer = server.update(REPLICA_SETS, body)

    assert (answer.code, answer.body) == (200, going)
    assert going.metadata.deletion_timestamp == EPOCH_S
    assert going.metadata.deletion_grace_period_seconds == 0


def test_setting_the_deletion_time(server):
    """Section 1.8: an update cannot begin a deletion."""
    stored = server.create(CONFIG_MAPS, "foo")
    body = stored.with_metadata(deletion_timestamp=1000)

    refusal = server.refused("update", CONFIG_MAPS, "foo", body=body)

    text = "Invalid value: 1970-01-01 00:16:40 +0000 UTC: field is immutable"
    assert refusal.causes == (
        StatusCause("FieldValueInvalid", text, "metadata.deletionTimestamp"),
    )


def test_update_by_another_uid(server):
    """AS-42: a uid in an update is a precondition."""
    stored = server.create(CONFIG_MAPS, "foo")
    body = stored.with_metadata(uid="u", resource_version="")

    refusal = server.refused("update", CONFIG_MAPS, "foo", body=body)

    assert refusal == conflict(
        "StorageError: invalid object, Code: 4, Key: /registry/configmaps/default/foo, "
        "ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in "
        f"precondition: u, UID in object meta: {stored.uid}"
    )


@pytest.mark.parametrize("kind", [PatchType.MERGE, PatchType.STRATEGIC])
def test_patch_by_another_uid(server, kind):
    """AS-43: a uid in a patch is a value, and cannot be changed."""
    server.create(CONFIG_MAPS, "foo")
    patch = Patch(kind, {"metadata": {"uid": "u"}})

    refusal = server.refused("patch", CONFIG_MAPS, "foo", body=patch)

    assert refusal == immutable("metadata.uid", "u")


@pytest.mark.parametrize("kind", [PatchType.MERGE, PatchType.STRATEGIC, PatchType.JSON])
def test_patch_of_nothing(server, kind):
    """AS-43: a patch of an object that is not there is 404."""
    patch = Patch(kind, [] if kind is PatchType.JSON else {})

    assert server.refused("patch", CONFIG_MAPS, "foo", body=patch) == not_found()


def test_failed_test_in_a_json_patch(server):
    """Section 2.6: what went wrong with a JSON patch stays in the server."""
    server.create(CONFIG_MAPS, "foo")
    patch = Patch(PatchType.JSON, [{"op": "test", "path": "/data/a", "value": 1}])

    refusal = server.refused("patch", CONFIG_MAPS, "foo", body=patch)

    text = "the server rejected our request due to an error in our request"
    assert (refusal.code, refusal.reason, refusal.message) == (422, "Invalid", text)


# Writes that change nothing


@pytest.mark.parametrize(
    "resource", [PODS, DEPLOYMENTS, REPLICA_SETS, NAMESPACES, WIDGETS, CONFIG_MAPS]
)
def test_unchanged(server, resource):
    """AS-44: a write that changes nothing is silent, even where defaults apply."""
    server.define_widgets()
    stored = server.create(resource, "foo")
    before = server.revision
    stream = server.watch(resource)
    bare = server.wanted(resource, "foo").with_metadata(
        resource_version=stored.metadata.resource_version,
        labels=stored.metadata.labels,
    )

    answers = [
        server.update(resource, stored),
        server.patch(resource, "foo", {"metadata": {"labels": {"no": None}}}),
        server.patch(resource, "foo", {"spec": stored.spec} if stored.spec else {}),
        server.update(resource, bare),
    ]

    assert [(answer.code, answer.body) for answer in answers] == [(200, stored)] * 4
    assert server.revision == before
    assert types(stream) == []


def test_duplicates_of_owners_count_for_nothing(server):
    """Section 1.7: an exact duplicate of an owner is dropped with a warning."""
    one = owner(controller=True)
    stored = server.create(CONFIG_MAPS, "foo", owner_references=(one,))

    answer = server.update(
        CONFIG_MAPS, stored.with_metadata(owner_references=(one, one))
    )

    assert (answer.body, len(answer.warnings)) == (stored, 1)


def test_creation_time_is_kept(server):
    """AS-43: an update or patch cannot say when the object was created."""
    stored = server.create(CONFIG_MAPS, "foo")
    later = stored.metadata.creation_timestamp + 3600
    changed = stored.with_metadata(creation_timestamp=later, labels={"a": "b"})

    updated = server.update(CONFIG_MAPS, changed).body
    said = {"metadata": {"creationTimestamp": "2030-01-01T00:00:00Z"}}
    patched = server.patch(CONFIG_MAPS, "foo", said).body

    times = {one.metadata.creation_timestamp for one in (stored, updated, patched)}
    assert times == {stored.metadata.creation_timestamp}
    assert updated.metadata.labels == {"a": "b"}


@pytest.mark.parametrize(("subresource", "code"), [("", 201), ("status", 404)])
def test_update_of_a_part_of_nothing(server, subresource, code):
    """AS-42: where an update may create, that of a subresource may not."""
    body = server.wanted(SERVICES, "foo", spec={"ports": [{"port": 80}]})

    if code == 404:
        refusal = server.refused(
            "update", SERVICES, "foo", body=body, subresource=subresource
        )
        assert refusal == not_found(resource="services")
    else:
        assert server.update(SERVICES, body).code == code
    assert (server.get(SERVICES, "foo") is None) is (code == 404)


def test_missing_before_refused(server):
    """AS-46: nobody is asked about an object that is not there."""

    def refuse(_):
        raise api_error(403, "Forbidden", "never seen")

    server.server.admit(refuse)
    body = server.wanted(CONFIG_MAPS, "foo")
    patch = Patch(PatchType.MERGE, {})

    assert server.refused("update", CONFIG_MAPS, "foo", body=body) == not_found()
    assert server.refused("patch", CONFIG_MAPS, "foo", body=patch) == not_found()


def test_admission_refuses_an_update(server):
    """AS-46: a plug-in sees an update with the object as it was and would be."""
    stored = server.create(CONFIG_MAPS, "foo")
    asked = []

    def refuse(review):
        asked.append((review.operation, review.old, review.object.metadata.labels))
        raise review.forbidden("no")

    server.server.admit(refuse)
    body = stored.with_metadata(labels={"a": "b"})

    assert server.refused("update", CONFIG_MAPS, "foo", body=body).code == 403
    assert asked == [("UPDATE", stored, {"a": "b"})]


# The delete in an update


@pytest.mark.parametrize("verb", ["update", "patch"])
def test_last_finalizer(server, verb):
    """AS-47: the write that takes the last finalizer away is a delete.

    Its answer shows the change; the only event shows the object as it was before.
    """
    going = server.deleting(REPLICA_SETS, "foo", ["foo.com/x"])
    held = server.update(REPLICA_SETS, going.with_metadata(labels={"a": "b"})).body
    stream = server.watch(REPLICA_SETS)
    before = server.revision

    if verb == "update":
        released = held.with_metadata(finalizers=(), labels={"c": "d"})
        answer = server.update(REPLICA_SETS, released)
    else:
        change = {"finalizers": None, "labels": {"a": None, "c": "d"}}
        answer = server.patch(REPLICA_SETS, "foo", {"metadata": change})

    assert answer.code == 200
    assert answer.body == held.with_metadata(finalizers=(), labels={"c": "d"})
    assert server.get(REPLICA_SETS, "foo") is None
    events = stream.drain()
    assert [(event.type, event.object) for event in events] == [
        ("DELETED", held.with_metadata(resource_version=str(before + 1)))
    ]
    assert server.revision == before + 1


def test_not_the_last_finalizer(server):
    """AS-110: a finalizer that is not the last is just taken away."""
    going = server.deleting(CONFIG_MAPS, "foo", ["x/a", "x/b"])
    stream = server.watch(CONFIG_MAPS)
    before = server.revision

    server.update(CONFIG_MAPS, going.with_metadata(finalizers=("x/b",)))

    assert seen(stream) == [("MODIFIED", "foo", ("x/b",), before + 1)]


def test_dry_run_of_the_last_finalizer(server):
    """Section 2.14: a dry run of the last finalizer's removal deletes nothing."""
    going = server.deleting(CONFIG_MAPS, "foo")
    before = server.revision

    answer = server.update(
        CONFIG_MAPS, going.with_metadata(finalizers=()), dry_run=True
    )

    assert answer.body.metadata.finalizers == ()
    assert (server.get(CONFIG_MAPS, "foo"), server.revision) == (going, before)


def running_pod(server, **metadata):
    """Create a Pod that a node runs."""
    pod = server.create(PODS, "foo", **metadata)
    return server.update(PODS, pod.with_body(spec={**pod.spec, "nodeName": "n"})).body


def test_last_finalizer_of_a_pod_with_grace(server):
    """AS-48: while a grace period runs, the last finalizer's removal is no delete."""
    running_pod(server, finalizers=("x/a",))
    going = server.delete(PODS, "foo").body
    stream = server.watch(PODS)

    stored = server.update(PODS, going.with_metadata(finalizers=())).body
    assert server.get(PODS, "foo") == stored
    assert stored.metadata.deletion_grace_period_seconds == 30

    server.delete(PODS, "foo", grace_period_seconds=0)
    assert server.get(PODS, "foo") is None
    assert types(stream) == ["MODIFIED", "MODIFIED", "DELETED"]


@pytest.mark.parametrize("verb", ["update", "patch", "status"])
def test_left_over(server, verb):
    """AS-49: any write deletes an object that is going and that nothing holds."""
    left = server.store(PODS, name="foo", deletion_timestamp=EPOCH_S)

    if verb == "patch":
        server.patch(PODS, "foo", {})
    else:
        subresource = "status" if verb == "status" else ""
        server.update(PODS, left, subresource=subresource)

    assert server.get(PODS, "foo") is None


def test_left_over_namespace(server):
    """AS-49: a Namespace is also held by the finalizers of its specification."""
    server.create(NAMESPACES, "ns")
    going = server.delete(NAMESPACES, "ns").body

    server.update(NAMESPACES, going)
    assert server.get(NAMESPACES, "ns") == going

    server.update(NAMESPACES, going.with_body(spec={}), subresource="finalize")
    assert server.get(NAMESPACES, "ns") is None
