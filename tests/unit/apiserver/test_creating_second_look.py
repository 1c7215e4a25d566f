"""A name that is taken, at two looks."""

import pytest

from gcmodel.apiserver.requests import Request
from gcmodel.cluster.cluster import Cluster
from gcmodel.errors import AlreadyExistsError
from gcmodel.objects.identity import GroupVersionResource

TAKEN = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "a", "namespace": "default", "finalizers": ["x/y"]},
}


def test_second_look_may_find_nothing():
    """What was being deleted may be gone when the server asks; the text says less."""
    cluster = Cluster("1.20", garbage_collector=False, controllers=(), kubelet=False)
    cluster.settle()
    held = cluster.create(TAKEN)
    cluster.delete(held)
    request = Request(
        verb="create",
        user="admin",
        resource=GroupVersionResource("", "v1", "configmaps"),
        namespace="default",
        body=TAKEN,
    )
    with pytest.raises(AlreadyExistsError) as refused:
        cluster.server.handle(request)
    cluster.patch(held, patch={"metadata": {"finalizers": None}})

    first, second = refused.value, refused.value.second_look()
    assert first.message == ('object is being deleted: configmaps "a" already exists')
    assert second.message == 'configmaps "a" already exists'
