"""Kinds whose first delete only marks them: Namespaces and definitions.

Upstream: ``Delete`` in pkg/registry/core/namespace/storage/storage.go and in
apiextensions-apiserver pkg/registry/customresourcedefinition/etcd.go
"""

import pytest

from tests.conformance.bare_server import (
    DEFINITIONS,
    NAMESPACES,
    WIDGET_DEFINITION,
    WIDGETS,
    BareServer,
    types,
)

FOREGROUND = "foregroundDeletion"
CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
NAMES = {NAMESPACES: "ns", DEFINITIONS: "widgets.example.com"}
SPECS = {NAMESPACES: None, DEFINITIONS: WIDGET_DEFINITION}


@pytest.fixture(name="resource", params=NAMES, ids=lambda one: one.resource)
def _resource(request):
    """Return one of the two."""
    return request.param


@pytest.fixture(name="server")
def _server(resource):
    """Return a server with one object of the resource, which is in use."""
    server = BareServer()
    server.create(resource, NAMES[resource], spec=SPECS[resource])
    server.scheduler.run(server.scheduler.now)
    if resource == DEFINITIONS:
        server.create(WIDGETS, "held", finalizers=("x/a",))
    return server


def test_plug_ins_judge_what_is_deleted(server, resource):
    """AS-73: if the object changes while plug-ins are asked, they are asked again."""
    name, judged = NAMES[resource], []

    def judge(review):
        if review.operation != "DELETE" or review.old.name != name:
            return
        judged.append(review.old.metadata.labels.get("a"))
        if len(judged) == 1:
            server.patch(resource, name, {"metadata": {"labels": {"a": "b"}}})

    server.server.admit(judge)

    going = server.delete(resource, name).body

    assert judged == [None, "b"]
    assert going.metadata.being_deleted
    assert going.metadata.labels["a"] == "b"


def test_plug_ins_may_keep_it(server, resource):
    """AS-73: what a plug-in refuses to see deleted stays as it is."""
    name = NAMES[resource]
    before = server.get(resource, name)

    def refuse(review):
        raise review.forbidden("keep it")

    server.server.admit(refuse)

    assert server.refused("delete", resource, name).code == 403
    assert server.get(resource, name) == before


def test_second_delete_of_a_namespace_adds_nothing():
    """AS-91: while its content goes, a Namespace hears of no other policy."""
    server = BareServer()
    server.create(NAMESPACES, "ns")
    first = server.delete(NAMESPACES, "ns").body
    stream = server.watch(NAMESPACES)

    second = server.delete(NAMESPACES, "ns", propagation_policy="Foreground").body

    assert (second, types(stream)) == (first, [])


def test_second_delete_of_an_emptied_namespace():
    """AS-91: once empty, a held Namespace is deleted like anything else."""
    server = BareServer()
    server.create(NAMESPACES, "ns", finalizers=("x/a",))
    going = server.delete(NAMESPACES, "ns").body
    emptied = going.with_body(spec={"finalizers": []})
    server.update(NAMESPACES, emptied, subresource="finalize")

    left = server.delete(NAMESPACES, "ns", propagation_policy="Foreground").body

    assert left.metadata.finalizers == ("x/a", FOREGROUND)
    server.update(NAMESPACES, left.with_metadata(finalizers=()))
    assert server.get(NAMESPACES, "ns") is None


@pytest.mark.parametrize("gc_enabled", [True, False])
def test_second_delete_of_a_definition(gc_enabled):
    """A definition that waits for its instances takes a policy from a later delete."""
    server = BareServer(gc_enabled=gc_enabled)
    server.define_widgets()
    name = NAMES[DEFINITIONS]
    server.create(WIDGETS, "held", finalizers=("x/a",))

    first = server.delete(DEFINITIONS, name, propagation_policy="Foreground").body
    second = server.delete(DEFINITIONS, name, propagation_policy="Foreground").body

    assert first.metadata.finalizers == (CLEANUP,)
    added = (FOREGROUND,) if gc_enabled else ()
    assert second.metadata.finalizers == (CLEANUP, *added)
    assert second.metadata.deletion_timestamp == first.metadata.deletion_timestamp
