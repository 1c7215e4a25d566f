"""Server-side apply in its simplest form, and patches of a scale."""

import pytest

from gcmodel.errors import Status, StatusCause
from gcmodel.objects.patch_types import Patch, PatchType
from tests.conformance.bare_server import (
    CONFIG_MAPS,
    DEPLOYMENTS,
    WIDGETS,
    BareServer,
    conflict,
    owner,
)

APPLY = PatchType.APPLY


@pytest.fixture(name="server")
def _server():
    """Return a server that also serves Widgets."""
    server = BareServer()
    server.define_widgets()
    return server


def configuration(resource=CONFIG_MAPS, **changes):
    """Return an applied configuration."""
    kinds = {
        CONFIG_MAPS: ("v1", "ConfigMap"),
        WIDGETS: ("example.com/v1", "Widget"),
    }
    version, kind = kinds[resource]
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "a"}} | changes


def apply(server, resource, wire):
    """Apply a configuration as kubectl; return the response."""
    return server.patch(
        resource, wire["metadata"]["name"], wire, APPLY, field_manager="k"
    )


@pytest.mark.parametrize("resource", [CONFIG_MAPS, WIDGETS])
def test_apply_creates(server, resource):
    """A configuration whose object is missing creates it."""
    answer = apply(server, resource, configuration(resource, data={"x": "y"}))

    assert (answer.code, answer.body) == (201, server.get(resource, "a"))
    assert answer.body.body == {"data": {"x": "y"}}


@pytest.mark.parametrize("resource", [CONFIG_MAPS, WIDGETS])
def test_apply_merges(server, resource):
    """A configuration is merged into its object; what it does not mention stays."""
    apply(server, resource, configuration(resource, data={"x": "y"}))

    answer = apply(server, resource, configuration(resource, data={"z": "w"}))

    assert (answer.code, answer.body.body) == (200, {"data": {"x": "y", "z": "w"}})


def test_apply_merges_owners_by_uid(server):
    """A configuration that names one owner leaves the others."""
    stored = server.create(CONFIG_MAPS, "a", owner_references=(owner(uid="1"),))
    other = owner(uid="2")
    meta = {"name": "a", "ownerReferences": [other.to_dict()]}

    changed = apply(server, CONFIG_MAPS, configuration(metadata=meta)).body

    uids = {one.uid for one in changed.metadata.owner_references}
    assert (uids, changed.uid) == ({"1", "2"}, stored.uid)


def test_apply_with_a_uid(server):
    """A configuration with a uid is about one object, which has to be there."""
    wire = configuration(metadata={"name": "a", "uid": "u"})

    refusal = server.refused(
        "patch", CONFIG_MAPS, "a", body=Patch(APPLY, wire), field_manager="k"
    )

    assert refusal == conflict(
        "uid mismatch: the provided object specified uid u, and no existing object was "
        "found",
        "a",
    )


@pytest.mark.parametrize(
    ("kind", "parts", "field", "reason", "body"),
    [
        (
            APPLY,
            {},
            "fieldManager",
            "FieldValueRequired",
            "Required value: is required for apply patch",
        ),
        (
            PatchType.MERGE,
            {"force": True},
            "force",
            "FieldValueForbidden",
            "Forbidden: may not be specified for non-apply patch",
        ),
        (
            APPLY,
            {"field_manager": "k" * 129},
            "fieldManager",
            "FieldValueTooLong",
            "Too long: must have at most 128 bytes",
        ),
    ],
)
def test_options(server, kind, parts, field, reason, body):
    """Only an apply has a field manager that counts, and it must have one."""
    patch = Patch(kind, configuration())

    refusal = server.refused("patch", CONFIG_MAPS, "a", body=patch, **parts)

    assert refusal == Status(
        422,
        "Invalid",
        f'PatchOptions.meta.k8s.io "" is invalid: {field}: {body}',
        (StatusCause(reason, body, field),),
        {"group": "meta.k8s.io", "kind": "PatchOptions"},
    )


def test_scale(server):
    """A scale shows how many replicas there are to be, and can change just that."""
    stored = server.create(DEPLOYMENTS, "web")
    part = {"subresource": "scale"}

    scale = server.send("get", DEPLOYMENTS, "web", **part).body
    more = scale.with_body(spec={"replicas": 3})
    updated = server.send("update", DEPLOYMENTS, "web", body=more, **part).body
    after = server.get(DEPLOYMENTS, "web")
    patched = server.patch(DEPLOYMENTS, "web", {"spec": {"replicas": 5}}, **part).body

    assert scale.to_dict() == {
        "apiVersion": "autoscaling/v1",
        "kind": "Scale",
        "metadata": {
            "name": "web",
            "namespace": "default",
            "uid": stored.uid,
            "resourceVersion": stored.metadata.resource_version,
            "creationTimestamp": "2023-11-14T22:13:20Z",
        },
        "spec": {"replicas": 1},
        "status": {"replicas": 0, "selector": "app=x"},
    }
    assert updated.spec == {"replicas": 3}
    assert after.spec == {**stored.spec, "replicas": 3}
    assert after.metadata.generation == 2
    assert patched.spec == {"replicas": 5}
    assert server.get(DEPLOYMENTS, "web").spec["replicas"] == 5


def test_scale_below_nothing(server):
    """A scale is judged by the rules of the kind that it scales."""
    server.create(DEPLOYMENTS, "web")
    scale = server.send("get", DEPLOYMENTS, "web", subresource="scale").body
    less = scale.with_body(spec={"replicas": -1})

    refusal = server.refused(
        "update", DEPLOYMENTS, "web", body=less, subresource="scale"
    )

    assert refusal.message == (
        'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be '
        "greater than or equal to 0"
    )


def test_overtaken_scale(server):
    """A scale of another version is a conflict."""
    server.create(DEPLOYMENTS, "web")
    scale = server.send("get", DEPLOYMENTS, "web", subresource="scale").body
    server.patch(DEPLOYMENTS, "web", {"metadata": {"labels": {"a": "b"}}})

    refusal = server.refused(
        "update", DEPLOYMENTS, "web", body=scale, subresource="scale"
    )

    assert (refusal.code, refusal.reason) == (409, "Conflict")
