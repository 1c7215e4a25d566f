"""Rows AS-01 to AS-12: what a create does, and when it is refused.

Upstream: ``BeforeCreate`` in apiserver pkg/registry/rest/create.go; ``Create`` in
pkg/registry/generic/registry/store.go
"""

import attrs
import pytest

from gcmodel.errors import Status, StatusCause, api_error
from gcmodel.versions.profile import Profile
from tests.conformance.bare_server import (
    CONFIG_MAPS,
    CONTROLLERS,
    DEFINITIONS,
    DEPLOYMENTS,
    EPOCH_S,
    JOBS,
    LEASES,
    NAMESPACES,
    NODES,
    PODS,
    REPLICA_SETS,
    WIDGETS,
    BareServer,
    owner,
    seen,
    types,
)

ALPHABET = set("bcdfghjklmnpqrstvwxz2456789")


@pytest.fixture(name="server")
def _server():
    """Return a server of 1.28."""
    return BareServer()


def taken(name, prefix="", suffix="", resource="configmaps", **details):
    """Return the answer to a create under a name that is taken."""
    message = f'{prefix}{resource} "{name}" already exists{suffix}'
    named = {"name": name, "kind": resource} | details
    return Status(409, "AlreadyExists", message, details=named)


NOT_UNIQUE = ", the server was not able to generate a unique name for the object"


@pytest.mark.parametrize(
    ("resource", "generation"),
    [
        (PODS, 0),
        (CONFIG_MAPS, 0),
        (LEASES, 0),
        (NODES, 0),
        (NAMESPACES, 0),
        (CONTROLLERS, 1),
        (DEPLOYMENTS, 1),
        (REPLICA_SETS, 1),
        (JOBS, 1),
        (WIDGETS, 1),
    ],
    ids=lambda value: str(getattr(value, "resource", value)),
)
def test_created(server, resource, generation):
    """AS-01: a create is answered with 201 and the object as it is stored."""
    server.define_widgets()
    before = server.revision
    stream = server.watch(resource)

    answer = server.send("create", resource, body=server.wanted(resource, "foo"))

    stored = answer.body
    assert answer.code == 201
    assert server.revision == before + 1
    assert stored.metadata.resource_version == str(before + 1)
    assert stored.metadata.creation_timestamp == EPOCH_S
    assert stored.metadata.generation == generation
    assert len(stored.uid) == 36
    assert server.get(resource, "foo") == stored
    assert seen(stream) == [("ADDED", "foo", (), before + 1)]


@pytest.mark.parametrize(
    ("version", "generation"), [("1.20", 0), ("1.21", 1)], ids=["1.20", "1.21"]
)
def test_generation_of_jobs(version, generation):
    """AS-01: Jobs had no generation on the recorded 1.20."""
    assert BareServer(version).create(JOBS, "a").metadata.generation == generation


def test_generation_of_pods_since_1_33():
    """AS-01: since 1.33, Pods have a generation."""
    assert BareServer("1.33").create(PODS, "a").metadata.generation == 1


def test_name_taken(server):
    """AS-02: a name can be used once."""
    server.create(CONFIG_MAPS, "foo")

    refusal = server.refused(
        "create", CONFIG_MAPS, body=server.wanted(CONFIG_MAPS, "foo")
    )

    assert refusal == taken("foo")


def test_name_taken_by_what_is_going(server):
    """AS-03: while the previous object of the name is going, the message says so."""
    server.deleting(CONFIG_MAPS, "foo")

    refusal = server.refused(
        "create", CONFIG_MAPS, body=server.wanted(CONFIG_MAPS, "foo")
    )

    assert refusal == taken("foo", "object is being deleted: ")


def test_system_fields_are_the_servers(server):
    """AS-04: identity and deletion are not the client's to say; references are.

    Nor is a generation replaced where the kind has none of its own.
    """
    references = (owner(name="nobody", uid="never"),)
    stored = server.create(
        CONFIG_MAPS,
        "foo",
        uid="mine",
        creation_timestamp=5,
        deletion_timestamp=6,
        deletion_grace_period_seconds=7,
        generation=8,
        finalizers=("x/a",),
        owner_references=references,
        labels={"a": "b"},
        annotations={"c": "d"},
    )

    kept = attrs.evolve(stored.metadata, uid="", resource_version="")
    assert kept == attrs.evolve(
        server.wanted(CONFIG_MAPS, "foo").metadata,
        namespace="default",
        generation=8,
        creation_timestamp=EPOCH_S,
        finalizers=("x/a",),
        owner_references=references,
        labels={"a": "b"},
        annotations={"c": "d"},
    )
    assert stored.uid not in ("", "mine")


def test_resource_version_in_a_create(server):
    """AS-05: a create with a resource version is a raw error of the storage."""
    body = server.wanted(CONFIG_MAPS, "foo", resource_version="5")

    refusal = server.refused("create", CONFIG_MAPS, body=body)

    text = "resourceVersion should not be set on objects to be created"
    assert refusal == Status(500, "", text)


def test_resource_version_is_judged_last(server):
    """AS-05: the storage only sees what validation has let through."""
    body = server.wanted(CONFIG_MAPS, "Foo", resource_version="5")

    assert server.refused("create", CONFIG_MAPS, body=body).code == 422


@pytest.mark.parametrize(
    ("base", "kept"), [("foo-", "foo-"), ("a" * 70, "a" * 58)], ids=["short", "long"]
)
def test_generated_name(server, base, kept):
    """AS-06: five characters are added to what is left of the beginning."""
    stored = server.create(CONFIG_MAPS, generate_name=base)

    assert stored.name[:-5] == kept
    assert set(stored.name[-5:]) <= ALPHABET
    assert stored.metadata.generate_name == base


def colliding(version, attempts=None):
    """Return a server on which the first generated name is taken, and that name."""
    first = BareServer(version).create(CONFIG_MAPS, generate_name="foo-").name
    profile = Profile.for_version(version)
    if attempts is not None:
        profile = profile.flipped(generate_name_attempts=attempts)
    server = BareServer(profile=profile)
    server.create(CONFIG_MAPS, first)
    return server, first


@pytest.mark.parametrize(("version", "attempts"), [("1.28", None), ("1.30", 1)])
def test_generated_name_taken(version, attempts):
    """AS-07: a generated name that is taken is refused, with a hint to try again."""
    server, name = colliding(version, attempts)

    body = server.wanted(CONFIG_MAPS, generate_name="foo-")
    refusal = server.refused("create", CONFIG_MAPS, body=body)

    assert refusal == taken(name, suffix=NOT_UNIQUE, retryAfterSeconds=1)


def test_generated_name_is_tried_again():
    """AS-07: since 1.30 the server itself tries other endings."""
    server, name = colliding("1.30")

    stored = server.create(CONFIG_MAPS, generate_name="foo-")

    assert stored.name != name
    assert server.profile.generate_name_attempts == 8


def test_name_wins_over_generated_name(server):
    """AS-08: with a name nothing is generated, and the beginning is kept."""
    meta = server.create(CONFIG_MAPS, "bar", generate_name="foo-").metadata

    assert (meta.name, meta.generate_name) == ("bar", "foo-")


def test_other_namespace(server):
    """AS-09: the namespace in the body is that of the request."""
    body = server.wanted(CONFIG_MAPS, "foo", namespace="other")

    refusal = server.refused("create", CONFIG_MAPS, body=body)

    assert refusal == Status(
        400,
        "BadRequest",
        "the namespace of the provided object does not match the namespace sent on "
        "the request",
    )


@pytest.mark.parametrize("stated", ["", "default"])
def test_same_or_no_namespace(server, stated):
    """AS-09: a namespace that is left out is filled in."""
    stored = server.create(CONFIG_MAPS, "foo", namespace="default")
    body = server.wanted(CONFIG_MAPS, "bar").with_metadata(namespace=stated)

    other = server.send("create", CONFIG_MAPS, body=body).body

    assert [stored.namespace, other.namespace] == ["default", "default"]


def test_namespace_of_a_cluster_scoped_object(server):
    """AS-09: a cluster-scoped object loses the namespace that it claims."""
    body = server.wanted(NODES, "n").with_metadata(namespace="claimed")

    answer = server.send("create", NODES, body=body)

    assert (answer.code, answer.body.namespace) == (201, "")


def test_terminating_namespace(server):
    """AS-10: nothing new appears in a namespace that is going."""
    server.create(NAMESPACES, "ns")
    server.delete(NAMESPACES, "ns")
    body = server.wanted(PODS, generate_name="foo-")

    refusal = server.refused("create", PODS, body=body, namespace="ns")

    assert refusal == Status(
        403,
        "Forbidden",
        'pods "foo-" is forbidden: unable to create new content in namespace ns '
        "because it is being terminated",
        (
            StatusCause(
                "NamespaceTerminating",
                "namespace ns is being terminated",
                "metadata.namespace",
            ),
        ),
        {"name": "foo-", "kind": "pods"},
    )


def test_missing_namespace(server):
    """AS-10: nothing appears in a namespace that is not there."""
    body = server.wanted(PODS, "foo")

    refusal = server.refused("create", PODS, body=body, namespace="x")

    text = 'namespaces "x" not found'
    details = {"name": "x", "kind": "namespaces"}
    assert refusal == Status(404, "NotFound", text, details=details)


def test_admission_refuses(server):
    """AS-11: what a plug-in refuses leaves no trace."""
    asked = []

    def refuse(review):
        asked.append((review.operation, review.object.name, review.old))
        raise review.forbidden("not today")

    server.server.admit(refuse)
    stream = server.watch(CONFIG_MAPS)

    body = server.wanted(CONFIG_MAPS, "foo")
    refusal = server.refused("create", CONFIG_MAPS, body=body)

    details = {"name": "foo", "kind": "configmaps"}
    text = 'configmaps "foo" is forbidden: not today'
    assert refusal == Status(403, "Forbidden", text, details=details)
    assert asked == [("CREATE", "foo", None)]
    assert server.get(CONFIG_MAPS, "foo") is None
    assert types(stream) == []


def test_admission_is_asked_after_validation(server):
    """AS-11: plug-ins only see objects that are valid."""

    def refuse(_):
        raise api_error(403, "Forbidden", "never seen")

    server.server.admit(refuse)

    body = server.wanted(CONFIG_MAPS, "Not Valid")
    assert server.refused("create", CONFIG_MAPS, body=body).code == 422


def test_dry_run(server):
    """AS-12: a dry run answers as if it had been done."""
    before = server.revision
    body = server.wanted(CONFIG_MAPS, "foo")

    answer = server.send("create", CONFIG_MAPS, body=body, dry_run=True)

    assert answer.code == 201
    assert len(answer.body.uid) == 36
    assert answer.body.metadata.resource_version == ""
    assert server.revision == before
    assert server.get(CONFIG_MAPS, "foo") is None


def test_dry_run_with_a_resource_version(server):
    """AS-12: a dry run does not reach the storage, which would refuse a version."""
    body = server.wanted(CONFIG_MAPS, "foo", resource_version="5")

    answer = server.send("create", CONFIG_MAPS, body=body, dry_run=True)

    assert answer.code == 201
    assert answer.body.metadata.resource_version == "5"
    assert server.get(CONFIG_MAPS, "foo") is None


def test_dry_run_of_a_taken_name(server):
    """AS-12: a dry run finds the name taken."""
    server.create(CONFIG_MAPS, "foo")
    body = server.wanted(CONFIG_MAPS, "foo")

    assert server.refused("create", CONFIG_MAPS, body=body, dry_run=True) == taken(
        "foo"
    )


def test_create_in_a_definition_that_is_going(server):
    """Section 4.4: while a definition goes, it takes no new instances."""
    server.define_widgets()
    server.create(WIDGETS, "held", finalizers=("x/a",))
    server.delete(DEFINITIONS, "widgets.example.com")

    refusal = server.refused("create", WIDGETS, body=server.wanted(WIDGETS, "w"))

    text = "create not allowed while custom resource definition is terminating"
    details = {"group": "example.com", "kind": "widgets"}
    assert refusal == Status(405, "MethodNotAllowed", text, details=details)
