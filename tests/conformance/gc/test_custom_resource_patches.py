"""Rows GC-M-220 and GC-M-221: custom resources, which know no strategic merge.

Upstream: ``patch`` in pkg/controller/garbagecollector/patch.go
"""

import pytest

from tests.conformance.gc.clusters import (
    WIDGETS,
    a_cluster,
    defined,
    reference,
    started,
    thing,
    widget,
)

VERSIONS = ["1.16", "1.20", "1.31", "1.36"]


def sent(cluster, begun):
    """Return what the collector asked about Widgets since *begun*, and the codes."""
    return [
        (one.fields["verb"], one.fields.get("patch"), one.fields["code"])
        for one in cluster.trace.since(begun)
        if one.what == "api.request"
        and one.fields["user"].endswith("generic-garbage-collector")
        and one.fields.get("resource") == "widgets.example.com"
    ]


def with_widget(kubernetes, *owners):
    """Return a cluster with a monitored Widget, its UID and version, and a mark."""
    cluster = started(a_cluster(kubernetes))
    defined(cluster)
    made = [cluster.apply(thing("ConfigMap", owner)) for owner in owners]
    child = cluster.apply(widget("child", *map(reference, made)))
    cluster.run("20s")
    return cluster, made, child.metadata, len(cluster.trace)


@pytest.mark.parametrize("kubernetes", VERSIONS)
def test_orphaned_custom_resource(kubernetes):
    """GC-M-220: told 415, the collector orphans with a merge patch, and no read."""
    cluster, (owner,), child, begun = with_widget(kubernetes, "owner")

    cluster.delete(owner, propagation="Orphan")
    cluster.run("10s")

    strategic = {
        "uid": child.uid,
        "ownerReferences": [{"$patch": "delete", "uid": owner.uid}],
    }
    merged = {"resourceVersion": child.resource_version, "ownerReferences": None}
    assert sent(cluster, begun) == [
        ("patch", {"metadata": strategic}, 415),
        ("patch", {"metadata": merged}, 200),
    ]
    assert not cluster.exists(owner)
    left = cluster.get(WIDGETS, "Widget", "default/child")
    assert left.metadata.owner_references == ()


@pytest.mark.parametrize("kubernetes", VERSIONS)
def test_custom_resource_that_keeps_an_owner(kubernetes):
    """GC-M-221: told 415, it cuts the dangling reference and spells out the other."""
    cluster, owners, child, begun = with_widget(kubernetes, "gone", "solid")
    gone, solid = owners

    cluster.delete(gone)
    cluster.run("10s")

    strategic = {
        "uid": child.uid,
        "ownerReferences": [{"$patch": "delete", "uid": gone.uid}],
    }
    merged = {
        "resourceVersion": child.resource_version,
        "ownerReferences": [reference(solid)],
    }
    assert sent(cluster, begun) == [
        ("get", None, 200),
        ("patch", {"metadata": strategic}, 415),
        ("patch", {"metadata": merged}, 200),
    ]
    left = cluster.get(WIDGETS, "Widget", "default/child")
    assert [owner.name for owner in left.metadata.owner_references] == ["solid"]
