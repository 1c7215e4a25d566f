"""A worker between two items."""

import pytest

from gcmodel.cluster.cluster import Cluster
from gcmodel.cluster.controller_manager import COLLECTOR_USER
from gcmodel.kernel.choices import FirstComeFirstServed


def deletes_of_one_worker(owners):
    """Return how often a held object is deleted whose *owners* are all absent."""
    cluster = Cluster(
        "1.20",
        schedule=FirstComeFirstServed(),
        controllers=(),
        kubelet=False,
        workers=1,
    )
    cluster.settle()
    references = [
        {"apiVersion": "v1", "kind": "Secret", "name": f"o{n}", "uid": f"u{n}"}
        for n in range(owners)
    ]
    metadata = {"name": "d", "finalizers": ["x/y"], "ownerReferences": references}
    cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    cluster.settle()
    return sum(
        record.what == "api.request"
        and record.fields["user"] == COLLECTOR_USER
        and record.fields["verb"] == "delete"
        for record in cluster.trace
    )


@pytest.mark.parametrize("owners", [1, 2, 3])
def test_graph_builder_comes_before_the_next_item(owners):
    """What a worker reports absent is known before the worker takes its next item.

    So the dependent is queued once for all its owners, and deleted once.
    """
    assert deletes_of_one_worker(owners) == 1
