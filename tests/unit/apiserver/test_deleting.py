"""In which order a delete is judged."""

import pytest

from gcmodel.apiserver.requests import Request
from gcmodel.cluster.cluster import Cluster
from gcmodel.errors import InvalidError, NotFoundError
from gcmodel.objects.identity import GroupVersionResource
from gcmodel.objects.options import DeleteOptions

CONFIG_MAPS = GroupVersionResource("", "v1", "configmaps")


def delete(policy):
    """Delete a ConfigMap that does not exist."""
    request = Request(
        verb="delete",
        user="admin",
        resource=CONFIG_MAPS,
        namespace="default",
        name="nobody",
        options=DeleteOptions(propagation_policy=policy),
    )
    cluster = Cluster("1.20")
    cluster.settle()
    return cluster.server.handle(request)


def test_options_are_judged_before_the_object_is_looked_for():
    """Options that contradict the rules are 422, whether or not the object exists."""
    with pytest.raises(InvalidError, match='Unsupported value: "Sideways"'):
        delete("Sideways")


def test_absent_object_is_not_found_under_good_options():
    """With options in order, an object that does not exist is 404."""
    with pytest.raises(NotFoundError, match=r'^configmaps "nobody" not found$'):
        delete("Foreground")
