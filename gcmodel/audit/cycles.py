"""Objects that own each other: strongly connected components, without recursion.

Issue: cycles are found iteratively, for chains of any length.
"""

from collections.abc import Callable, Iterable, Iterator

import attrs

from gcmodel.garbagecollector.node import Node

Owners = Callable[[Node], Iterable[Node]]


def cycles_among(nodes: Iterable[Node], owners: Owners) -> list[list[Node]]:
    """Return *nodes* in groups whose members own each other, owners before dependents.

    A group of one is a node that is in no cycle with others. By Tarjan's algorithm.
    """
    search = _Search(dict.fromkeys(nodes), owners)
    for node in search.nodes:
        if node not in search.numbers:
            search.run(node)
    return search.groups


@attrs.define
class _Search:
    nodes: dict[Node, None]
    owners: Owners
    numbers: dict[Node, int] = attrs.field(factory=dict)
    lowest: dict[Node, int] = attrs.field(factory=dict)
    open: dict[Node, None] = attrs.field(factory=dict)
    groups: list[list[Node]] = attrs.field(factory=list)

    def run(self, start: Node) -> None:
        """Visit all that is reached from *start*, deepest first."""
        path = [(start, self._enter(start))]
        while path:
            node, left = path[-1]
            owner = next(left, None)
            if owner is None:
                path.pop()
                self._leave(node)
                if path:
                    self._lower(path[-1][0], self.lowest[node])
            elif owner not in self.numbers:
                path.append((owner, self._enter(owner)))
            elif owner in self.open:
                self._lower(node, self.numbers[owner])

    def _enter(self, node: Node) -> Iterator[Node]:
        self.numbers[node] = self.lowest[node] = len(self.numbers)
        self.open[node] = None
        return (owner for owner in self.owners(node) if owner in self.nodes)

    def _lower(self, node: Node, number: int) -> None:
        self.lowest[node] = min(self.lowest[node], number)

    def _leave(self, node: Node) -> None:
        if self.lowest[node] != self.numbers[node]:
            return
        group: list[Node] = []
        while not group or group[-1] is not node:
            group.append(self.open.popitem()[0])
        self.groups.append(group[::-1])
