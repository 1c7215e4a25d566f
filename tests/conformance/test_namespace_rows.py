"""Rows AS-90 to AS-93: the server's part in the life and death of a Namespace.

Rows AS-94 to AS-96 are about the namespace controller.

Upstream: pkg/registry/core/namespace/storage/storage.go; apiserver
pkg/admission/plugin/namespace/lifecycle/admission.go
"""

import pytest

from gcmodel.errors import Status
from gcmodel.objects.options import DeleteOptions, Preconditions
from tests.conformance.bare_server import (
    EPOCH_S,
    NAMESPACES,
    BareServer,
    conflict,
    not_found,
    types,
)

ORPHAN, FOREGROUND = "orphan", "foregroundDeletion"


@pytest.fixture(name="server")
def _server():
    """Return a server of 1.28."""
    return BareServer()


def test_created(server):
    """AS-90: a Namespace is active, held by its specification, and bears its name."""
    stored = server.create(NAMESPACES, "ns", spec={"finalizers": ["mine"]})

    assert stored.spec == {"finalizers": ["kubernetes"]}
    assert stored.status == {"phase": "Active"}
    assert stored.metadata.labels == {"kubernetes.io/metadata.name": "ns"}


def test_main_endpoint_leaves_the_specification(server):
    """Section 2.11: only finalize changes the finalizers of the specification."""
    stored = server.create(NAMESPACES, "ns")
    emptied = stored.with_body(spec={"finalizers": []})

    assert server.update(NAMESPACES, emptied).body == stored
    assert server.update(NAMESPACES, emptied, subresource="status").body == stored


def test_deleted(server):
    """AS-91: the first delete marks, the next changes nothing, finalize ends it."""
    stored = server.create(NAMESPACES, "ns")
    stream = server.watch(NAMESPACES)

    first = server.delete(NAMESPACES, "ns")
    second = server.delete(NAMESPACES, "ns")
    emptied = first.body.with_body(spec={"finalizers": []})
    last = server.update(NAMESPACES, emptied, subresource="finalize")

    going = stored.with_metadata(
        deletion_timestamp=EPOCH_S,
        resource_version=first.body.metadata.resource_version,
    ).with_body(status={"phase": "Terminating"})
    assert (first.code, first.body) == (200, going)
    assert (second.code, second.body) == (200, going)
    assert last.body == emptied
    assert server.get(NAMESPACES, "ns") is None
    assert types(stream) == ["MODIFIED", "DELETED"]


def test_held_by_a_finalizer_of_its_own(server):
    """AS-91: an emptied Namespace stays until its last finalizer is removed."""
    server.create(NAMESPACES, "ns", finalizers=("x/a",))
    going = server.delete(NAMESPACES, "ns").body
    emptied = going.with_body(spec={"finalizers": []})

    left = server.update(NAMESPACES, emptied, subresource="finalize").body
    assert server.get(NAMESPACES, "ns") == left

    server.update(NAMESPACES, left.with_metadata(finalizers=()))
    assert server.get(NAMESPACES, "ns") is None


@pytest.mark.parametrize("existing", [None, ORPHAN, FOREGROUND])
@pytest.mark.parametrize(
    ("options", "after"),
    [
        (None, "kept"),
        ({"propagation_policy": "Background"}, None),
        ({"propagation_policy": "Foreground"}, FOREGROUND),
        ({"propagation_policy": "Orphan"}, ORPHAN),
        ({"orphan_dependents": True}, ORPHAN),
        ({"orphan_dependents": False}, FOREGROUND),
    ],
    ids=["nil", "Background", "Foreground", "Orphan", "orphan", "do not orphan"],
)
def test_finalizers_of_the_first_delete(server, existing, options, after):
    """AS-92: for a Namespace, not to orphan means the foreground."""
    server.create(NAMESPACES, "ns", finalizers=(existing,) if existing else ())

    going = server.delete(NAMESPACES, "ns", **(options or {})).body

    wanted = existing if after == "kept" else after
    assert going.metadata.finalizers == ((wanted,) if wanted else ())


def test_without_garbage_collection():
    """AS-83: a server without garbage collection leaves a Namespace's finalizers."""
    server = BareServer(gc_enabled=False)
    server.create(NAMESPACES, "ns", finalizers=(ORPHAN,))

    going = server.delete(NAMESPACES, "ns", propagation_policy="Foreground").body

    assert going.metadata.finalizers == (ORPHAN,)


@pytest.mark.parametrize("field", ["uid", "resource_version"])
def test_preconditions(server, field):
    """AS-93: another Namespace is not deleted; the text names the resource."""
    stored = server.create(NAMESPACES, "ns")
    options = DeleteOptions(preconditions=Preconditions(**{field: "1"}))

    refusal = server.refused("delete", NAMESPACES, "ns", options=options)

    what, found = {
        "uid": ("UID", stored.uid),
        "resource_version": ("ResourceVersion", stored.metadata.resource_version),
    }[field]
    detail = (
        f"Precondition failed: {what} in precondition: 1, {what} in object meta: "
        f"{found}"
    )
    assert refusal == conflict(detail, "ns", "namespaces")


@pytest.mark.parametrize("name", ["default", "kube-system", "kube-public"])
def test_protected(server, name):
    """Section 2.11: three Namespaces may not be deleted, whether they exist or not."""
    text = f'namespaces "{name}" is forbidden: this namespace may not be deleted'
    details = {"name": name, "kind": "namespaces"}

    refusal = server.refused("delete", NAMESPACES, name)

    assert refusal == Status(403, "Forbidden", text, details=details)


def test_protection_is_a_plug_in():
    """Section 2.11: without the plug-in, no Namespace is protected."""
    server = BareServer(namespace_lifecycle=False)

    assert server.delete(NAMESPACES, "default").code == 200
    refusal = server.refused("delete", NAMESPACES, "kube-system")
    assert refusal == not_found("kube-system", "namespaces")


def test_admission_and_dry_run(server):
    """Sections 2.11 and 2.14: plug-ins are asked, and a dry run changes nothing."""
    asked = []
    stored = server.create(NAMESPACES, "ns")
    server.server.admit(lambda review: asked.append(review.old))

    answer = server.delete(NAMESPACES, "ns", dry_run=True)

    assert answer.body.status == {"phase": "Terminating"}
    assert asked == [stored]
    assert server.get(NAMESPACES, "ns") == stored
