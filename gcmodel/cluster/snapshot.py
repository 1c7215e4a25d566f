"""A frozen picture of a cluster: what checks and reports look at.

Upstream: none
"""

import attrs

from gcmodel.garbagecollector.collector import GarbageCollector
from gcmodel.garbagecollector.status import CollectorStatus
from gcmodel.objects.identity import ObjectReference, Uid
from gcmodel.objects.metadata import KubeObject, OwnerReference


@attrs.frozen
class NodeSnapshot:
    """One vertex of the dependency graph, as it was.

    Attributes:
        dependents: UIDs of those that the node lists.
    """

    identity: ObjectReference
    owners: tuple[OwnerReference, ...]
    dependents: tuple[Uid, ...]
    virtual: bool
    being_deleted: bool
    deleting_dependents: bool


@attrs.frozen
class ClusterSnapshot:
    """Everything that can be seen of a cluster at one instant.

    It shares its objects with the cluster, which never changes them in place, and is
    therefore cheap.

    Attributes:
        at_ns: Virtual time.
        objects: All stored objects, by resource and key.
        nodes: The collector's graph; empty if no collector runs.
        collector: How the collector stands; None if none runs.
    """

    at_ns: int
    objects: tuple[KubeObject, ...]
    nodes: tuple[NodeSnapshot, ...] = ()
    collector: CollectorStatus | None = None

    def find(self, uid: str) -> KubeObject | None:
        """Return the object of *uid*, or None."""
        return next((one for one in self.objects if one.uid == uid), None)

    def of_kind(self, kind: str, namespace: str = "") -> tuple[KubeObject, ...]:
        """Return the objects of *kind*, in one namespace or in all."""
        return tuple(
            one
            for one in self.objects
            if one.kind == kind and namespace in ("", one.namespace)
        )

    def dependents_of(self, owner: KubeObject | str) -> tuple[KubeObject, ...]:
        """Return the objects that name *owner*, an object or a UID, as an owner."""
        uid = owner if isinstance(owner, str) else owner.uid
        return tuple(
            one
            for one in self.objects
            if any(named.uid == uid for named in one.metadata.owner_references)
        )


def nodes_of(collector: GarbageCollector) -> tuple[NodeSnapshot, ...]:
    """Return the nodes of the collector's graph, in the order in which they came."""
    return tuple(
        NodeSnapshot(
            node.identity,
            node.owners,
            tuple(dependent.uid for dependent in node.dependents),
            virtual=node.virtual,
            being_deleted=node.being_deleted,
            deleting_dependents=node.deleting_dependents,
        )
        for node in collector.graph
    )
