"""A dump that has been read: the graph, and how the reading went.

Issue: ``gcmodel.audit.load`` gives the graph, counts, and the live networkx view.
"""

from typing import Any

import attrs

from gcmodel.audit.bad_objects import BadObject
from gcmodel.audit.parts import find, part_of
from gcmodel.audit.summary import WIDEST, Summary
from gcmodel.cluster.graph_view import GraphView
from gcmodel.garbagecollector.graph import DependencyGraph


@attrs.frozen(eq=False)
class Dump:
    """What was read of one or more dumps.

    Attributes:
        graph: As the garbage collector would build it from the same objects.
        read: How many objects were read, deletions in a watch included.
        repeated: How many of them had been read before.
        bad: How many things could not be read; more than none only if they were to
            be skipped.
        bad_objects: The first twenty of them.
    """

    graph: DependencyGraph
    read: int = 0
    repeated: int = 0
    bad: int = 0
    bad_objects: tuple[BadObject, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing had to be skipped."""
        return not self.bad

    def to_networkx(self, *, copy: bool = False) -> Any:
        """Return a networkx ``DiGraph``, an edge from each dependent to its owner.

        Args:
            copy: Return a graph of your own, instead of a live read-only view.
        """
        return GraphView(self.graph).to_networkx(copy=copy)

    def summary(self, *, widest: int = WIDEST) -> Summary:
        """Return size, kinds, depth, the *widest* owners, cycles, virtual owners."""
        return Summary.of(self.graph, widest=widest)

    def part(
        self, *, uid: str = "", root: str = "", namespace: str | None = None
    ) -> DependencyGraph:
        """Return an object with its owners, upward, and its dependents, downward.

        Args:
            uid: Of the object.
            root: Its kind and name, as ``Deployment/web``, in place of the UID.
            namespace: Where it lives, if objects of that name live in several.

        Raises:
            UsageError: There is no such object, or more than one.
        """
        return part_of(self.graph, find(self.graph, uid, root, namespace))
