"""The dependency graph: what owns what, as far as the collector knows.

Upstream: ``concurrentUIDToNode`` in pkg/controller/garbagecollector/graph.go;
``insertNode``, ``removeNode`` and ``removeDependentFromOwners`` in
pkg/controller/garbagecollector/graph_builder.go
"""

from collections.abc import Iterable, Iterator

import attrs

from gcmodel.garbagecollector.node import Node
from gcmodel.objects.identity import Uid
from gcmodel.objects.metadata import OwnerReference


@attrs.define
class DependencyGraph:
    """An index from UID to node, with each edge reachable from both its ends.

    * **Claimed**: an owner that has no node gets a virtual one when a dependent
      comes to name it.
    * **Listed**: while a node stands, it lists every dependent that came to name it
      since it was made, and no other.
    * **Current**: a node names the owners that its object named last.
    * **Forgetful**: removing a node forgets whom it listed. A dependent that still
      names it is not listed again until it names it anew.

    The graph may lag behind the store, or name objects that never were. It is a
    reason to ask the server, never a reason to delete.
    """

    nodes: dict[Uid, Node] = attrs.field(factory=dict, init=False)

    def __len__(self) -> int:
        """How many nodes there are, virtual ones included."""
        return len(self.nodes)

    def __iter__(self) -> Iterator[Node]:
        """Walk the nodes in the order in which they came."""
        return iter(self.nodes.values())

    def find(self, uid: Uid) -> Node | None:
        """Return the node for *uid*, or None if the graph has none."""
        return self.nodes.get(uid)

    def write(self, node: Node) -> None:
        """Make *node* the one for its UID, in place of any other."""
        self.nodes[node.uid] = node

    def remove(self, node: Node) -> None:
        """Forget *node*, and take it off the lists of its owners."""
        self.nodes.pop(node.uid, None)
        self.detach(node, node.owners)

    def detach(self, node: Node, owners: Iterable[OwnerReference]) -> None:
        """Take *node* off the lists of those of *owners* that have a node."""
        for owner in owners:
            owner_node = self.nodes.get(owner.uid)
            if owner_node is not None:
                owner_node.delete_dependent(node)
