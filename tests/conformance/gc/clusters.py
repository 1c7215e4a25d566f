"""Clusters as upstream's integration tests set them up, and objects to put there."""

from gcmodel.cluster.cluster import Cluster
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.metadata import KubeObject


def a_cluster(kubernetes, seed=0, **settings):
    """Return a cluster as upstream's tests set it up."""
    return Cluster(
        kubernetes,
        seed,
        controllers=(),
        kubelet=False,
        workers=5,
        sync_period_ns=5 * SECOND,
        mapper_reset_ns=5 * SECOND,
        **settings,
    )


def started(cluster):
    """Run *cluster* until its collector works; return it."""
    cluster.run("2s")
    assert cluster.gc.status().synced
    return cluster


def reference(owner, **flags):
    """Return an owner reference to an object, or to parts of one."""
    if isinstance(owner, KubeObject):
        owner = {
            "apiVersion": owner.api_version,
            "kind": owner.kind,
            "name": owner.name,
            "uid": owner.uid,
        }
    return owner | flags


def thing(kind, name, *owners, namespace="default", version="v1", **metadata):
    """Return an object on the wire."""
    meta = {"name": name, "namespace": namespace, **metadata}
    if owners:
        meta["ownerReferences"] = list(owners)
    if not namespace:
        del meta["namespace"]
    return {"apiVersion": version, "kind": kind, "metadata": meta}


def pod(name, *owners, **metadata):
    """Return a Pod on the wire."""
    spec = {"containers": [{"name": "c", "image": "example.invalid/image"}]}
    return thing("Pod", name, *owners, **metadata) | {"spec": spec}


def replication_controller(name, **metadata):
    """Return a ReplicationController on the wire, which makes no Pods by itself."""
    labels = {"name": name}
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "c", "image": "example.invalid/image"}]},
    }
    spec = {"replicas": 0, "selector": labels, "template": template}
    return thing("ReplicationController", name, **metadata) | {"spec": spec}


def names(cluster, kind, version="v1", namespace="default"):
    """Return the names of all objects of a kind."""
    return [one.name for one in cluster.list(version, kind, namespace)]


def owners_of(cluster, *target):
    """Return the names of an object's owners."""
    found = cluster.get(*target)
    return [owner.name for owner in found.metadata.owner_references]


def collector_sent(cluster):
    """Return the verb and the name of each change that the collector asked for."""
    return [
        (one.fields["verb"], one.fields["name"])
        for one in cluster.trace
        if one.what == "api.request"
        and one.fields["user"].endswith("generic-garbage-collector")
        and one.fields["verb"] in ("patch", "delete")
    ]


def definition(scope="Namespaced"):
    """Return the definition of Widgets on the wire."""
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {
            "group": "example.com",
            "scope": scope,
            "names": {"plural": "widgets", "kind": "Widget", "singular": "widget"},
            "versions": [version],
        },
    }


def defined(cluster):
    """Define Widgets, and wait until the server serves them; return the definition."""
    made = cluster.apply(definition())
    cluster.run("1s")
    return made


WIDGETS = "example.com/v1"


def widget(name, *owners, **metadata):
    """Return a Widget on the wire."""
    return thing("Widget", name, *owners, version=WIDGETS, **metadata)
