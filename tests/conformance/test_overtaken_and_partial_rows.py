"""Rows AS-50 to AS-54: patches, overtaken writes, and subresources.

Upstream: apiserver pkg/endpoints/handlers/patch.go and update.go
"""

import attrs
import pytest

from gcmodel.errors import Status
from gcmodel.objects.patch_types import Patch, PatchType
from tests.conformance.bare_server import (
    CONFIG_MAPS,
    DEPLOYMENTS,
    LEASES,
    PODS,
    REPLICA_SETS,
    WIDGETS,
    BareServer,
    conflict,
    not_found,
    owner,
)

MODIFIED = (
    "the object has been modified; please apply your changes to the latest version "
    "and try again"
)


@pytest.fixture(name="server")
def _server():
    """Return a server of 1.28."""
    return BareServer()


def test_strategic_patch_of_a_custom_resource(server):
    """AS-50: a custom resource says which patches it takes instead."""
    server.define_widgets()
    server.create(WIDGETS, "foo")
    patch = Patch(PatchType.STRATEGIC, {})

    refusal = server.refused("patch", WIDGETS, "foo", body=patch)

    assert refusal == Status(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types "
        "include: application/json-patch+json, application/merge-patch+json, "
        "application/apply-patch+yaml",
    )


def test_cutting_owners_and_finalizers(server):
    """AS-50: an absent owner is cut without effect, a finalizer by its name."""
    stored = server.create(
        CONFIG_MAPS, "foo", owner_references=(owner(),), finalizers=("x/a", "x/b")
    )
    cut = {"metadata": {"ownerReferences": [{"$patch": "delete", "uid": "2"}]}}
    strip = {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x/a"]}}

    same = server.patch(CONFIG_MAPS, "foo", cut, PatchType.STRATEGIC).body
    other = server.patch(CONFIG_MAPS, "foo", strip, PatchType.STRATEGIC).body

    assert same == stored
    assert other.metadata.finalizers == ("x/b",)


def meddling(server):
    """Let a plug-in change the object once while it is asked."""
    reviews = []

    def meddle(review):
        reviews.append(review)
        if len(reviews) == 1:
            server.patch(CONFIG_MAPS, "foo", {"metadata": {"labels": {"c": "d"}}})

    server.server.admit(meddle)
    return reviews


def test_patch_with_another_version(server):
    """AS-52: a patch that names another version is a conflict at once."""
    server.create(CONFIG_MAPS, "foo")
    body = {"metadata": {"resourceVersion": "1", "labels": {"a": "b"}}}

    refusal = server.refused(
        "patch", CONFIG_MAPS, "foo", body=Patch(PatchType.MERGE, body)
    )

    assert refusal == conflict(MODIFIED)


def test_patch_is_applied_again(server):
    """AS-52: a patch that is overtaken is applied to what the object is then."""
    server.create(CONFIG_MAPS, "foo")
    reviews = meddling(server)

    stored = server.patch(CONFIG_MAPS, "foo", {"metadata": {"labels": {"a": "b"}}})

    assert stored.body.metadata.labels == {"a": "b", "c": "d"}
    assert [review.object.metadata.labels for review in reviews] == [
        {"a": "b"},
        {"c": "d"},
        {"a": "b", "c": "d"},
    ]


def test_overtaken_patch_with_a_version(server):
    """AS-52: a patch that names the version is not applied to another."""
    version = server.create(CONFIG_MAPS, "foo").metadata.resource_version
    meddling(server)
    body = {"metadata": {"resourceVersion": version, "labels": {"a": "b"}}}

    with pytest.raises(Exception, match=MODIFIED):
        server.patch(CONFIG_MAPS, "foo", body)


def test_overtaken_unconditional_update(server):
    """Section 2.4: an update that names no version wins over what overtook it."""
    stored = server.create(CONFIG_MAPS, "foo")
    meddling(server)
    body = stored.with_metadata(resource_version="", labels={"a": "b"})

    assert server.update(CONFIG_MAPS, body).body.metadata.labels == {"a": "b"}


def test_create_on_update(server):
    """AS-53: an update creates what is missing, for the kinds that allow it."""
    body = server.wanted(LEASES, "foo")

    answer = server.update(LEASES, body)

    assert (answer.code, answer.body) == (201, server.get(LEASES, "foo"))
    pod = server.wanted(PODS, "foo")
    refusal = server.refused("update", PODS, "foo", body=pod)
    assert refusal == not_found(resource="pods")


def test_status_of_a_pod(server):
    """AS-54: a write of a Pod's status changes nothing that others depend on."""
    stored = server.create(
        PODS, "foo", owner_references=(owner(),), finalizers=("x/a",)
    )
    meta = attrs.evolve(
        stored.metadata,
        owner_references=(),
        finalizers=(),
        labels={"a": "b"},
        annotations={"c": "d"},
    )
    changed = attrs.evolve(stored, metadata=meta).with_body(
        spec={"nodeName": "n"}, status={"phase": "Running"}
    )

    written = server.update(PODS, changed, subresource="status").body

    expected = stored.with_metadata(
        labels={"a": "b"},
        annotations={"c": "d"},
        resource_version=str(server.revision),
    )
    assert written == expected.with_body(status={"phase": "Running"})


def test_status_is_a_subresource(server):
    """AS-54: the main endpoint does not change a status that has its own."""
    stored = server.create(REPLICA_SETS, "foo")

    same = server.update(REPLICA_SETS, stored.with_body(status={"replicas": 3})).body

    assert same == stored


def test_unknown_subresource(server):
    """Section 2.4: a subresource that the kind does not have is not there."""
    stored = server.create(CONFIG_MAPS, "foo")

    refusal = server.refused(
        "update", CONFIG_MAPS, "foo", body=stored, subresource="status"
    )

    text = "the server could not find the requested resource"
    assert refusal == Status(404, "NotFound", text)


def test_generation_counts_changes_of_the_specification(server):
    """Section 1.2: the server counts; what a client says does not matter."""
    stored = server.create(DEPLOYMENTS, "foo")
    spec = {**stored.spec, "replicas": 3}

    scaled = server.update(DEPLOYMENTS, stored.with_body(spec=spec)).body
    labelled = server.update(
        DEPLOYMENTS, scaled.with_metadata(labels={"a": "b"}, generation=9)
    ).body

    assert [stored, scaled, labelled] == [
        stored.with_metadata(generation=1),
        scaled.with_metadata(generation=2),
        labelled.with_metadata(generation=2),
    ]


def test_defaults_are_applied_to_every_update(server):
    """Section 2.4: what an update leaves out is filled in as in a create."""
    stored = server.create(DEPLOYMENTS, "foo")

    written = server.patch(DEPLOYMENTS, "foo", {"spec": {"replicas": None}}).body

    assert written == stored
