"""Prints objects per second: ``cascade.py SHAPE POLICY COUNT [trace]``.

The whole model at work: an owner is deleted, and server, watches, informers, queues
and workers do the rest until nothing is due. SHAPE is ``star``, ``chain`` or
``namespace`` (for which the policy does not matter). The client's rate limit is out
of the way; the objects are there before the collector starts.
"""

import sys
import time

import gcmodel
from gcmodel.objects.metadata import KubeObject, ObjectMeta, OwnerReference

UNLIMITED = 1_000_000


def main(shape: str, policy: str, count: int, *, traced: bool) -> float:
    """Return how many objects went, or were set free, in each second."""
    cluster = gcmodel.Cluster(
        kubernetes="1.31",
        controllers=("namespace",) if shape == "namespace" else (),
        kubelet=False,
        trace=traced,
        kube_api_qps=UNLIMITED,
        kube_api_burst=UNLIMITED,
    )
    root = _plant(cluster, shape, count)
    cluster.settle()
    assert _left(cluster) == count
    begun = time.perf_counter()
    cluster.delete(root, propagation=None if shape == "namespace" else policy)
    cluster.settle()
    took = time.perf_counter() - begun
    assert _left(cluster) == (count if policy == "Orphan" else 0)
    return count / took


def _plant(cluster: gcmodel.Cluster, shape: str, count: int) -> KubeObject:
    if shape == "namespace":
        root = cluster.create(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "big"}}
        )
        cluster.settle()
    else:
        root = cluster.create(_wire("Secret", "root"))
    owner = root
    for number in range(count):
        wanted = _dependent(f"one-{number:06}", owner, shape)
        made = cluster.server.bring(wanted)
        if shape == "chain":
            owner = made
    return root


def _wire(kind: str, name: str) -> dict:
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata}


def _dependent(name: str, owner: KubeObject, shape: str) -> KubeObject:
    owners: tuple[OwnerReference, ...] = ()
    if shape != "namespace":
        owners = (
            OwnerReference("v1", owner.kind, owner.name, owner.uid, None, True),  # noqa: FBT003
        )
    namespace = "big" if shape == "namespace" else "default"
    meta = ObjectMeta(name=name, namespace=namespace, owner_references=owners)
    return KubeObject("v1", "Secret", meta)


def _left(cluster: gcmodel.Cluster) -> int:
    stored = cluster.list("v1", "Secret")
    return sum(one.name.startswith("one-") for one in stored)


if __name__ == "__main__":
    found = main(sys.argv[1], sys.argv[2], int(sys.argv[3]), traced="trace" in sys.argv)
    print(found)
