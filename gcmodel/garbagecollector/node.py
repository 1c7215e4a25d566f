"""A vertex of the dependency graph: one object, as far as the collector knows.

Upstream: ``node`` in pkg/controller/garbagecollector/graph.go
"""

from collections.abc import Mapping

import attrs

from gcmodel.objects.identity import ObjectReference, Uid
from gcmodel.objects.metadata import OwnerReference

VIRTUAL, BEING_DELETED, DELETING_DEPENDENTS = 1, 2, 4
"""The bits of a node's flags."""


@attrs.frozen
class _Flag:
    """One bit of a node's flags, read and written as a bool.

    Three bools would be three fields in each of a million nodes.
    """

    bit: int

    def __get__(self, node: "Node", _: type["Node"]) -> bool:
        return bool(node.flags & self.bit)

    def __set__(self, node: "Node", value: bool) -> None:  # noqa: FBT001  (a descriptor)
        node.flags = node.flags | self.bit if value else node.flags & ~self.bit


@attrs.define(eq=False, weakref_slot=False)
class Node:
    """One object that was observed, or that a dependent claims to exist.

    Only the graph builder writes a node; workers read it. Nodes are told apart by
    what they are, not by their UID: after a virtual node was replaced, both it and
    its replacement may sit in a queue.

    * **One-way**: ``being_deleted`` and ``deleting_dependents`` never go back to
      False, not even when the finalizer is long gone.
    * **Flat**: the parts of the identity are fields, which takes less memory than an
      identity of its own would.

    Attributes:
        owners: The owner references last seen; empty while virtual. Siblings may
            share them.
        flags: ``virtual``, ``being_deleted`` and ``deleting_dependents``, as bits.
        listed: What :attr:`dependents` shows; None until the first one comes, as
            most objects own nothing.
    """

    api_version: str
    kind: str
    namespace: str
    name: str
    uid: Uid
    owners: tuple[OwnerReference, ...] = ()
    flags: int = 0
    listed: dict["Node", None] | None = attrs.field(default=None, repr=False)

    virtual = _Flag(VIRTUAL)
    """True until an informer has shown the object."""
    being_deleted = _Flag(BEING_DELETED)
    deleting_dependents = _Flag(DELETING_DEPENDENTS)

    @classmethod
    def of(
        cls,
        identity: ObjectReference,
        owners: tuple[OwnerReference, ...] = (),
        *,
        virtual: bool = False,
        being_deleted: bool = False,
        deleting_dependents: bool = False,
    ) -> "Node":
        """Return a node for *identity* that lists nobody yet."""
        node = cls(*identity, owners)
        node.virtual = virtual
        node.being_deleted = being_deleted
        node.deleting_dependents = deleting_dependents
        return node

    @property
    def identity(self) -> ObjectReference:
        """Under which coordinates, and as which incarnation, it is known."""
        return ObjectReference(
            self.api_version, self.kind, self.namespace, self.name, self.uid
        )

    @property
    def dependents(self) -> Mapping["Node", None]:
        """Those that came to name this UID, in the order they did."""
        return self.listed or {}

    def add_dependent(self, dependent: "Node") -> None:
        """List *dependent*, which names this UID."""
        if self.listed is None:
            self.listed = {}
        self.listed[dependent] = None

    def delete_dependent(self, dependent: "Node") -> None:
        """Take *dependent* off the list, if it is on it."""
        if self.listed is not None:
            self.listed.pop(dependent, None)

    @property
    def observed(self) -> bool:
        """Whether an informer has shown the object."""
        return not self.virtual

    def blocking_dependents(self) -> list["Node"]:
        """Return those that must be gone before this object may go.

        A dependent that names this UID twice, blocking both times, comes twice.
        """
        uid = self.uid
        return [
            dependent
            for dependent in self.dependents
            for owner in dependent.owners
            if owner.uid == uid and owner.block_owner_deletion
        ]

    def clone_as(self, identity: ObjectReference) -> "Node":
        """Return another node that takes this one's place under *identity*."""
        listed = self.listed and dict(self.listed)
        return Node(*identity, self.owners, self.flags, listed)

    def __str__(self) -> str:
        """Render as the collector's messages do."""
        return str(self.identity)
