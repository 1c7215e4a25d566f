"""Row AS-45: updates and patches that do not say which version they mean.

Upstream: ``Update`` in apiserver pkg/registry/generic/registry/store.go
"""

import pytest

from gcmodel.errors import Status, StatusCause
from gcmodel.objects.patch_types import Patch, PatchType
from tests.conformance.bare_server import (
    CONFIG_MAPS,
    DEPLOYMENTS,
    LEASES,
    PODS,
    REPLICA_SETS,
    WIDGETS,
    BareServer,
)

RELAXED = [PODS, REPLICA_SETS, DEPLOYMENTS, CONFIG_MAPS]
INSISTING = [WIDGETS, LEASES]
LABELS = {"a": "b"}
WITHOUT_A_VERSION = {
    "merge patch": Patch(
        PatchType.MERGE, {"metadata": {"resourceVersion": None, "labels": LABELS}}
    ),
    "merge patch to 0": Patch(
        PatchType.MERGE, {"metadata": {"resourceVersion": "0", "labels": LABELS}}
    ),
    "JSON patch": Patch(
        PatchType.JSON,
        [
            {"op": "remove", "path": "/metadata/resourceVersion"},
            {"op": "add", "path": "/metadata/labels", "value": LABELS},
        ],
    ),
}


@pytest.fixture(name="server")
def _server():
    """Return a server that also serves Widgets."""
    server = BareServer()
    server.define_widgets()
    return server


def no_version(resource):
    """Return the 422 for a change without the version that *resource* insists on."""
    body = "Invalid value: 0x0: must be specified for an update"
    name = f'{resource.resource}.{resource.group} "foo"'
    return Status(
        422,
        "Invalid",
        f"{name} is invalid: metadata.resourceVersion: {body}",
        (StatusCause("FieldValueInvalid", body, "metadata.resourceVersion"),),
        {"name": "foo", "group": resource.group, "kind": resource.resource},
    )


@pytest.mark.parametrize("resource", RELAXED)
@pytest.mark.parametrize("version", ["", "0"])
def test_unconditional_update(server, resource, version):
    """AS-45: most kinds can be updated without saying which version is meant."""
    stored = server.create(resource, "foo")
    changed = stored.with_metadata(resource_version=version, labels=LABELS)

    answer = server.update(resource, changed)

    assert answer.code == 200
    assert server.get(resource, "foo").metadata.labels == LABELS


@pytest.mark.parametrize("resource", INSISTING)
@pytest.mark.parametrize("version", ["", "0"])
def test_no_unconditional_update(server, resource, version):
    """AS-45: custom resources and some built-ins insist on a version.

    The text names the resource where others name the kind.
    """
    changed = server.create(resource, "foo").with_metadata(resource_version=version)

    refusal = server.refused("update", resource, "foo", body=changed)

    assert refusal == no_version(resource)


@pytest.mark.parametrize("resource", RELAXED)
@pytest.mark.parametrize("patch", WITHOUT_A_VERSION.values(), ids=WITHOUT_A_VERSION)
def test_patch_without_a_version(server, resource, patch):
    """AS-45: a patch that takes the version away counts; the true version stays."""
    server.create(resource, "foo")

    patched = server.patch(resource, "foo", patch.body, patch.kind).body

    assert patched.metadata.labels == LABELS
    assert patched.metadata.resource_version == str(server.revision)


@pytest.mark.parametrize("resource", INSISTING)
@pytest.mark.parametrize("patch", WITHOUT_A_VERSION.values(), ids=WITHOUT_A_VERSION)
def test_no_patch_without_a_version(server, resource, patch):
    """AS-45: where an update needs a version, so does what a patch makes."""
    server.create(resource, "foo")

    assert server.refused("patch", resource, "foo", body=patch) == no_version(resource)
