"""Deleting what matches: in one namespace, in all, and of the cluster."""

import pytest

from gcmodel import Cluster
from gcmodel.apiserver.requests import Request
from gcmodel.errors import MethodNotAllowedError
from gcmodel.objects.identity import GroupVersionResource

WHERE = ("a", "b")


def cluster_with_secrets():
    """Return a cluster with two Secrets in each of two namespaces, one labelled."""
    cluster = Cluster(controllers=(), kubelet=False)
    for namespace in WHERE:
        cluster.create(an_object("Namespace", namespace))
        for name in ("kept", "gone"):
            cluster.create(an_object("Secret", name, namespace))
    return cluster


def an_object(kind, name, namespace=""):
    """Return a manifest, labelled with its own name."""
    metadata = {"name": name, "labels": {"named": name}}
    if namespace:
        metadata["namespace"] = namespace
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata}


@pytest.mark.parametrize(
    ("namespace", "left"), [("a", {"b/gone"}), ("b", {"a/gone"}), ("", set())]
)
def test_delete_in_one_namespace_and_in_all(namespace, left):
    """What matches goes where it was asked for, and what does not stays."""
    cluster = cluster_with_secrets()

    cluster.delete_collection("v1", "Secret", namespace, label_selector="named=gone")

    stored = {one.key for one in cluster.list("v1", "Secret")}
    assert stored == left | {"a/kept", "b/kept"}


def test_server_deletes_in_one_namespace_only():
    """The path of all namespaces can be read, and not be deleted from."""
    server = cluster_with_secrets().server
    secrets = GroupVersionResource("", "v1", "secrets")
    request = Request(verb="deletecollection", user="me", resource=secrets)

    with pytest.raises(MethodNotAllowedError, match="does not allow this method"):
        server.handle(request)
