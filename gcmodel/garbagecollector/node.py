"""A vertex of the dependency graph: one object, as far as the collector knows.

Upstream: ``node`` in pkg/controller/garbagecollector/graph.go
"""

import attrs

from gcmodel.objects.identity import ObjectReference, Uid
from gcmodel.objects.metadata import OwnerReference


@attrs.define(eq=False, weakref_slot=False)
class Node:
    """One object that was observed, or that a dependent claims to exist.

    Only the graph builder writes a node; workers read it. Nodes are told apart by
    what they are, not by their UID: after a virtual node was replaced, both it and
    its replacement may sit in a queue.

    * **One-way**: ``being_deleted`` and ``deleting_dependents`` never go back to
      False, not even when the finalizer is long gone.

    Attributes:
        owners: The owner references last seen; empty while virtual.
        virtual: True until an informer has shown the object.
        dependents: Those that came to name this UID, in the order they did.
    """

    identity: ObjectReference
    owners: tuple[OwnerReference, ...] = ()
    virtual: bool = False
    being_deleted: bool = False
    deleting_dependents: bool = False
    dependents: dict["Node", None] = attrs.field(factory=dict, repr=False)

    @property
    def uid(self) -> Uid:
        """The incarnation."""
        return self.identity.uid

    @property
    def observed(self) -> bool:
        """Whether an informer has shown the object."""
        return not self.virtual

    def blocking_dependents(self) -> list["Node"]:
        """Return those that must be gone before this object may go.

        A dependent that names this UID twice, blocking both times, comes twice.
        """
        uid = self.identity.uid
        return [
            dependent
            for dependent in self.dependents
            for owner in dependent.owners
            if owner.uid == uid and owner.block_owner_deletion
        ]

    def clone_as(self, identity: ObjectReference) -> "Node":
        """Return another node that takes this one's place under *identity*."""
        return Node(
            identity,
            self.owners,
            virtual=self.virtual,
            being_deleted=self.being_deleted,
            deleting_dependents=self.deleting_dependents,
            dependents=dict(self.dependents),
        )

    def __str__(self) -> str:
        """Render as the collector's messages do."""
        return str(self.identity)
