"""ConfigMaps that own each other, and what a collector makes of them."""

from gcmodel.objects.identity import ObjectReference
from gcmodel.objects.metadata import OwnerReference
from tests.conformance.gc.harness import kube_object


def reference(uid, **flags):
    """Return an owner reference to the ConfigMap whose name is its UID."""
    return OwnerReference("v1", "ConfigMap", uid, uid, **flags)


def config_map(uid, owners=(), **metadata):
    """Return a ConfigMap in ns1 whose name is its UID."""
    references = [
        owner if isinstance(owner, OwnerReference) else reference(owner)
        for owner in owners
    ]
    identity = ObjectReference("v1", "ConfigMap", "ns1", uid, uid)
    return kube_object(identity, references, **metadata)


def deleting(uid, *finalizers, owners=()):
    """Return a ConfigMap that is being deleted and held by *finalizers*."""
    return config_map(uid, owners, deletion_timestamp=1, finalizers=finalizers)


def queued(queue):
    """Return the names of the nodes in *queue*, virtual ones marked."""
    return [
        ("v:" if node.virtual else "") + node.identity.name for node in queue.items()
    ]


def to_delete(harness):
    """Return what is queued to be looked at."""
    return queued(harness.collector.attempt_to_delete)


def to_orphan(harness):
    """Return what is queued to be orphaned."""
    return queued(harness.collector.attempt_to_orphan)


def work_off(harness):
    """Take everything off the queue of objects to be looked at, unseen."""
    queue = harness.collector.attempt_to_delete
    while len(queue):
        queue.done(queue.take())


def graph_of(harness):
    """Return each node with its owners and dependents."""
    return {
        node.uid: (
            [owner.uid for owner in node.owners],
            sorted(dependent.uid for dependent in node.dependents),
        )
        for node in harness.graph
    }
