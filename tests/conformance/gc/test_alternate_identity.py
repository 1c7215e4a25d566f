"""Rows GC-U-34 to GC-U-48: whom dependents may mean when an owner proves absent.

Upstream: ``Test_getAlternateOwnerIdentity`` in
pkg/controller/garbagecollector/graph_builder_test.go
"""

import pytest

from gcmodel.garbagecollector.node import Node
from gcmodel.garbagecollector.owner_references import alternate_owner_identity
from gcmodel.objects.identity import ObjectReference
from gcmodel.objects.metadata import OwnerReference


def reference(text):
    """Return the owner reference written ``version/kind name uid``."""
    coordinates, name, uid = text.split()
    version, _, kind = coordinates.partition("/")
    return OwnerReference(version, kind, name, uid)


def child(namespace, *owners):
    """Return a dependent in *namespace* that names *owners*."""
    identity = ObjectReference("v1", "Child", namespace, "child", "childuid")
    return Node.of(identity, tuple(reference(owner) for owner in owners))


def identity(text, namespace):
    """Return the identity of an owner in *namespace*."""
    return reference(text).in_namespace(namespace)


A = "v1/NSParent parentname parentuid"
C = "v1/ClusterParent parentname parentuid"
OTHER_NAME = "xxxxxxxxxx"
VERSIONS = [f"v{n}/Parent parentname parentuid" for n in range(1, 6)]

ROWS = {
    "GC-U-34 another version": (
        [child("ns1", A), child("ns1", "xx/NSParent parentname parentuid")],
        identity(A, "ns1"),
        identity("xx/NSParent parentname parentuid", "ns1"),
    ),
    "GC-U-35 another kind": (
        [child("ns1", A), child("ns1", "v1/xxxxxxxx parentname parentuid")],
        identity(A, "ns1"),
        identity("v1/xxxxxxxx parentname parentuid", "ns1"),
    ),
    "GC-U-36 another namespace": (
        [child("ns1", A), child("ns2", A)],
        identity(A, "ns1"),
        identity(A, "ns2"),
    ),
    "GC-U-37 another name": (
        [child("ns1", A), child("ns1", f"v1/NSParent {OTHER_NAME} parentuid")],
        identity(A, "ns1"),
        identity(f"v1/NSParent {OTHER_NAME} parentuid", "ns1"),
    ),
    "GC-U-38 another version than that of a cluster-scoped owner": (
        [child("ns1", C), child("ns1", "xx/ClusterParent parentname parentuid")],
        identity(C, ""),
        identity("xx/ClusterParent parentname parentuid", "ns1"),
    ),
    "GC-U-39 another kind than that of a cluster-scoped owner": (
        [child("ns1", C), child("ns1", "v1/xxxxxxxxxxxxx parentname parentuid")],
        identity(C, ""),
        identity("v1/xxxxxxxxxxxxx parentname parentuid", "ns1"),
    ),
    "GC-U-40 cluster-scoped owner, named from two namespaces": (
        [child("ns1", C), child("ns2", C)],
        identity(C, ""),
        None,
    ),
    "GC-U-41 another name than that of a cluster-scoped owner": (
        [child("ns1", C), child("ns1", f"v1/ClusterParent {OTHER_NAME} parentuid")],
        identity(C, ""),
        identity(f"v1/ClusterParent {OTHER_NAME} parentuid", ""),
    ),
    "GC-U-42 after the last of five versions comes the first": (
        [child("ns1", *VERSIONS)],
        identity(VERSIONS[4], "ns1"),
        identity(VERSIONS[0], "ns1"),
    ),
    "GC-U-43 after the fourth of five versions comes the fifth": (
        [child("ns1", *VERSIONS)],
        identity(VERSIONS[3], "ns1"),
        identity(VERSIONS[4], "ns1"),
    ),
    "GC-U-44 likewise for a cluster-scoped child": (
        [child("", *VERSIONS)],
        identity(VERSIONS[4], ""),
        identity(VERSIONS[0], ""),
    ),
    "GC-U-45 likewise for a cluster-scoped child": (
        [child("", *VERSIONS)],
        identity(VERSIONS[3], ""),
        identity(VERSIONS[4], ""),
    ),
    "GC-M-219 whatever order they are named in, the fourth is followed by the fifth": (
        [child("ns1", *VERSIONS[::-1])],
        identity(VERSIONS[3], "ns1"),
        identity(VERSIONS[4], "ns1"),
    ),
    "GC-M-219 and the second by the third": (
        [child("ns1", *VERSIONS[::-1])],
        identity(VERSIONS[1], "ns1"),
        identity(VERSIONS[2], "ns1"),
    ),
    "GC-U-46 an unrelated owner is no alternative": (
        [child("ns1", C, "v1/ClusterParent other otheruid")],
        identity(C, ""),
        None,
    ),
    "GC-U-47 the absent owner, named twice, is no alternative": (
        [child("ns1", C, C)],
        identity(C, ""),
        None,
    ),
    "GC-U-48 an alternative named twice is one": (
        [child("", C, *["v1/Other parentname parentuid"] * 2)],
        identity(C, ""),
        identity("v1/Other parentname parentuid", ""),
    ),
}


@pytest.mark.parametrize(("dependents", "absent", "expected"), ROWS.values(), ids=ROWS)
def test_alternate_owner_identity(dependents, absent, expected):
    """The next identity in a fixed order is tried, whoever names it first."""
    assert alternate_owner_identity(dependents, absent) == expected
    assert alternate_owner_identity(dependents[::-1], absent) == expected
