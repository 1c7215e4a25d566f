"""The dependency graph as a networkx graph: a live view, or a copy to keep.

An edge leads from each dependent to its owner.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import attrs
import networkx as nx

from gcmodel.garbagecollector.graph import DependencyGraph
from gcmodel.garbagecollector.node import Node
from gcmodel.objects.identity import Uid

NodeAttributes: TypeAlias = dict[str, Any]


class Shown(dict[str, Any]):
    """Attributes as the view shows them: made anew each time, so not to be written.

    A copy of them is an ordinary dict.
    """

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise nx.NetworkXError("Frozen graph can't be modified")

    __setitem__ = __delitem__ = _refuse
    update = setdefault = pop = popitem = clear = _refuse

    def __deepcopy__(self, _: Any) -> NodeAttributes:
        """Return an ordinary dict; the values cannot be changed anyhow."""
        return dict(self)


def to_networkx(graph: DependencyGraph, *, copy: bool = False) -> Any:
    """Return *graph* as a ``networkx.DiGraph``.

    Args:
        graph: The collector's graph.
        copy: Return an ordinary graph of your own. Otherwise the result is
            read-only, costs nothing, and follows whatever the collector learns.
    """
    view = GraphOfOwners(graph)
    return nx.DiGraph(view) if copy else view


def attributes_of(node: Node) -> NodeAttributes:
    """Return what is known of one object, as networkx shows it."""
    identity = node.identity
    return {
        "api_version": identity.api_version,
        "kind": identity.kind,
        "namespace": identity.namespace,
        "name": identity.name,
        "virtual": node.virtual,
        "being_deleted": node.being_deleted,
        "deleting_dependents": node.deleting_dependents,
    }


@attrs.frozen(eq=False)
class _Nodes(Mapping[Uid, NodeAttributes]):
    graph: DependencyGraph

    def __getitem__(self, uid: Uid) -> NodeAttributes:
        return Shown(attributes_of(self.graph.nodes[uid]))

    def __iter__(self) -> Iterator[Uid]:
        return iter(self.graph.nodes)

    def __len__(self) -> int:
        return len(self.graph.nodes)

    def __contains__(self, uid: object) -> bool:
        return uid in self.graph.nodes


@attrs.frozen(eq=False)
class _Owners(Mapping[Uid, NodeAttributes]):
    """The owners of one node that have a node themselves."""

    graph: DependencyGraph
    node: Node

    def __getitem__(self, uid: Uid) -> NodeAttributes:
        owner = self.graph.nodes[uid]
        if self.node not in owner.dependents:
            raise KeyError(uid)
        return _edge(self.node, uid)

    def __iter__(self) -> Iterator[Uid]:
        return iter(self._uids())

    def __len__(self) -> int:
        return len(self._uids())

    def _uids(self) -> list[Uid]:
        nodes = self.graph.nodes
        named = dict.fromkeys(owner.uid for owner in self.node.owners)
        return [
            uid for uid in named if uid in nodes and self.node in nodes[uid].dependents
        ]


@attrs.frozen(eq=False)
class _Dependents(Mapping[Uid, NodeAttributes]):
    """The dependents of one node."""

    graph: DependencyGraph
    node: Node

    def __getitem__(self, uid: Uid) -> NodeAttributes:
        dependent = self.graph.nodes[uid]
        if dependent not in self.node.dependents:
            raise KeyError(uid)
        return _edge(dependent, self.node.uid)

    def __iter__(self) -> Iterator[Uid]:
        return iter(self._uids())

    def __len__(self) -> int:
        return len(self._uids())

    def _uids(self) -> list[Uid]:
        nodes = self.graph.nodes
        return [one.uid for one in self.node.dependents if nodes.get(one.uid) is one]


def _edge(dependent: Node, owner_uid: Uid) -> NodeAttributes:
    named = next((one for one in dependent.owners if one.uid == owner_uid), None)
    if named is None:
        return Shown()
    return Shown(
        controller=bool(named.controller),
        block_owner_deletion=bool(named.block_owner_deletion),
    )


@attrs.frozen(eq=False)
class _Adjacency(Mapping[Uid, Mapping[Uid, NodeAttributes]]):
    graph: DependencyGraph
    inner: type[_Owners] | type[_Dependents]

    def __getitem__(self, uid: Uid) -> Mapping[Uid, NodeAttributes]:
        return self.inner(self.graph, self.graph.nodes[uid])

    def __iter__(self) -> Iterator[Uid]:
        return iter(self.graph.nodes)

    def __len__(self) -> int:
        return len(self.graph.nodes)

    def __contains__(self, uid: object) -> bool:
        return uid in self.graph.nodes


class GraphOfOwners(nx.DiGraph):  # type: ignore[type-arg]  # generic in its stubs only
    """A live, frozen ``DiGraph`` over the collector's own nodes.

    * **Live**: it shows what the collector knows at the moment of asking.
    * **Read-only**: adding, removing or naming anything raises
      ``networkx.NetworkXError``.
    * **Two-ended**: an edge shows if the owner lists the dependent; what algorithms
      return (subgraph copies, reversals) are ordinary graphs.
    """

    def __init__(self, graph: DependencyGraph | None = None, **attributes: Any) -> None:
        """Look at *graph*; networkx itself makes empty ones."""
        super().__init__(**attributes)
        if graph is not None:
            self._node = _Nodes(graph)
            self._succ = self._adj = _Adjacency(graph, _Owners)
            self._pred = _Adjacency(graph, _Dependents)
            nx.freeze(self)

    def to_directed_class(self) -> Any:
        """Return what copies are made of."""
        return nx.DiGraph

    def to_undirected_class(self) -> Any:
        """Return what undirected copies are made of."""
        return nx.Graph
