"""What a dependency graph looks like as a whole.

* **Linear**: each node and each edge is looked at a fixed number of times.
* **Iterative**: a chain of owners may be as long as memory allows.

Issue: size, kinds, depth, widest owners, cycles, virtual owners.
"""

from collections import Counter
from heapq import nlargest

import attrs

from gcmodel.audit.cycles import cycles_among
from gcmodel.audit.parts import dependents_of, owners_of
from gcmodel.garbagecollector.graph import DependencyGraph
from gcmodel.garbagecollector.node import Node
from gcmodel.objects.identity import ObjectReference, Uid

WIDEST = 10


@attrs.frozen
class WideOwner:
    """An object that owns many."""

    owner: ObjectReference
    dependents: int


@attrs.frozen
class Summary:
    """Counts of a graph, and what stands out in it.

    Attributes:
        objects: How many were seen.
        edges: How many pairs of a dependent and an owner that has a node.
        kinds: How many objects there are of each kind, as ``Deployment.apps``.
        depth: How many objects the longest chain of owners has; a cycle counts as one.
        widest: Those that own most, the widest first.
        cycles: Objects that own each other, and such as own themselves.
        virtual_owners: Owners that are named, and are not in the dump.
        being_deleted: How many objects have a deletion time.
    """

    objects: int
    edges: int
    kinds: dict[str, int]
    depth: int
    widest: tuple[WideOwner, ...]
    cycles: tuple[tuple[ObjectReference, ...], ...]
    virtual_owners: tuple[ObjectReference, ...]
    being_deleted: int

    @classmethod
    def of(
        cls,
        graph: DependencyGraph,
        *,
        widest: int = WIDEST,
        whole: DependencyGraph | None = None,
    ) -> "Summary":
        """Sum up *graph*, which may be a part of a *whole*."""
        seen = [node for node in graph if node.observed]
        depth, looping = _depth(graph)
        return cls(
            objects=len(seen),
            edges=sum(len(owners_of(graph, node)) for node in seen),
            kinds=_kinds(seen),
            depth=depth,
            widest=_widest(graph, widest),
            cycles=tuple(tuple(one.identity for one in cycle) for cycle in looping),
            virtual_owners=_virtual_owners(graph, whole or graph),
            being_deleted=sum(node.being_deleted for node in seen),
        )


def _kinds(nodes: list[Node]) -> dict[str, int]:
    counted = Counter((one.identity.api_version, one.identity.kind) for one in nodes)
    kinds: Counter[str] = Counter()
    for (api_version, kind), count in counted.items():
        group, slash, _ = api_version.partition("/")
        kinds[f"{kind}.{group}" if slash else kind] += count
    return dict(sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0])))


def _widest(graph: DependencyGraph, count: int) -> tuple[WideOwner, ...]:
    wide = nlargest(
        count,
        (node for node in graph if node.dependents),
        key=lambda one: len(one.dependents),
    )
    return tuple(
        WideOwner(node.identity, len(dependents_of(graph, node))) for node in wide
    )


def _virtual_owners(
    graph: DependencyGraph, whole: DependencyGraph
) -> tuple[ObjectReference, ...]:
    found: dict[Uid, ObjectReference] = {}
    for node in graph:
        for owner in node.owners:
            known = whole.nodes.get(owner.uid)
            if known is None:
                claimed = owner.in_namespace(node.identity.namespace)
                found.setdefault(owner.uid, claimed)
            elif known.virtual:
                found[owner.uid] = known.identity
    return tuple(found.values())


def _depth(graph: DependencyGraph) -> tuple[int, list[list[Node]]]:
    """Return the length of the longest chain of owners, and the cycles.

    Layer by layer, from those without owners down; who is never reached is in a cycle
    or below one, and then the cycle is taken as a single object.
    """
    left: dict[Node, int] = {}
    layer: list[Node] = []
    for node in graph:
        owners = len(owners_of(graph, node)) if node.owners else 0
        if owners:
            left[node] = owners
        else:
            layer.append(node)
    depth, above = 0, {}
    while layer:
        depth += 1
        following = []
        for node in layer:
            for dependent in dependents_of(graph, node):
                left[dependent] -= 1
                above[dependent] = depth
                if not left[dependent]:
                    del left[dependent], above[dependent]
                    following.append(dependent)
        layer = following
    if not left:
        return depth, []
    groups = cycles_among(left, lambda node: owners_of(graph, node))
    return _depth_below(graph, groups, above, depth), [
        group for group in groups if len(group) > 1 or _owns_itself(group[0])
    ]


def _depth_below(
    graph: DependencyGraph, groups: list[list[Node]], above: dict[Node, int], depth: int
) -> int:
    """Return the greatest depth, with *groups* in an order that has owners first."""
    depths: dict[Node, int] = {}
    for group in groups:
        owners = [owner for node in group for owner in owners_of(graph, node)]
        reached = 1 + max(
            [above.get(node, 0) for node in group]
            + [depths.get(owner, 0) for owner in owners]
        )
        for node in group:
            depths[node] = reached
        depth = max(depth, reached)
    return depth


def _owns_itself(node: Node) -> bool:
    return any(owner.uid == node.uid for owner in node.owners)
