"""The dependency graph for onlookers: to read, never to write.

Upstream: none
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import attrs

from gcmodel.garbagecollector.graph import DependencyGraph
from gcmodel.garbagecollector.node import Node
from gcmodel.objects.identity import Uid


@attrs.frozen
class GraphView:
    """What owns what, as the collector knows it now."""

    _graph: DependencyGraph

    def __len__(self) -> int:
        """How many nodes there are, virtual ones included."""
        return len(self._graph)

    def __iter__(self) -> Iterator[Node]:
        """Walk the nodes in the order in which they came."""
        return iter(self._graph)

    def find(self, uid: str) -> Node | None:
        """Return the node of *uid*, or None."""
        return self._graph.find(Uid(uid))

    def to_networkx(self, *, copy: bool = False) -> Any:
        """Return a networkx ``DiGraph``, an edge from each dependent to its owner.

        Args:
            copy: Return a graph of your own, instead of a live read-only view.
        """
        # By name: networkx is slow to load, and this package is below report.
        view = import_module("gcmodel.report.networkx_view")
        return view.to_networkx(self._graph, copy=copy)
