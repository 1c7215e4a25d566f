"""Parts of a graph: one object with all that it belongs to, and all that belongs to it.

Issue: ``--uid`` and ``--root`` cut out a part.
"""

from collections.abc import Callable, Iterable

from gcmodel.errors import UsageError, shown
from gcmodel.garbagecollector.graph import DependencyGraph
from gcmodel.garbagecollector.node import Node
from gcmodel.objects.identity import GroupVersion, Uid

_SHOWN_MAX = 5


def owners_of(graph: DependencyGraph, node: Node) -> list[Node]:
    """Return the owners of *node* that have a node in *graph*, each once."""
    uids = dict.fromkeys(owner.uid for owner in node.owners)
    found = [graph.nodes.get(uid) for uid in uids]
    return [owner for owner in found if owner is not None and node in owner.dependents]


def dependents_of(graph: DependencyGraph, node: Node) -> list[Node]:
    """Return the dependents of *node* that stand in *graph*."""
    return [one for one in node.dependents if graph.nodes.get(one.uid) is one]


def part_of(graph: DependencyGraph, node: Node) -> DependencyGraph:
    """Return *node*, its owners and theirs, its dependents and theirs.

    The nodes are those of *graph*; they are in its order.
    """
    met = _reached(node, lambda one: owners_of(graph, one))
    met |= _reached(node, lambda one: dependents_of(graph, one))
    part = DependencyGraph()
    for one in graph:
        if one in met:
            part.write(one)
    return part


def _reached(start: Node, following: Callable[[Node], Iterable[Node]]) -> set[Node]:
    met, left = {start}, [start]
    while left:
        for one in following(left.pop()):
            if one not in met:
                met.add(one)
                left.append(one)
    return met


def find(graph: DependencyGraph, uid: str, root: str, namespace: str | None) -> Node:
    """Return the node of *uid*, or of the kind and name that *root* is.

    Raises:
        UsageError: There is none, or more than one.
    """
    if bool(uid) == bool(root):
        raise UsageError(
            f"uid={uid!r}, root={root!r}: must be one of the two; give a UID, or a "
            "kind and a name such as Deployment/web"
        )
    if uid:
        node = graph.find(Uid(uid))
        if node is None:
            raise UsageError(f"uid={shown(uid)}: not in the dump; give one that is")
        return node
    return _find_root(graph, root, namespace)


def _find_root(graph: DependencyGraph, root: str, namespace: str | None) -> Node:
    kind, slash, name = root.partition("/")
    if not (kind and slash and name):
        raise UsageError(
            f"root={shown(root)}: must be a kind and a name; write Deployment/web"
        )
    named = [
        node
        for node in graph
        if node.identity.name == name
        and kind.lower() in _names_of_kind(node)
        and namespace in (None, node.identity.namespace)
    ]
    if not named:
        where = f" in namespace {namespace}" if namespace else ""
        raise UsageError(
            f"root={shown(root)}: not in the dump{where}; give another kind and name"
        )
    if len(named) > 1:
        some = ", ".join(str(node) for node in named[:_SHOWN_MAX])
        raise UsageError(
            f"root={shown(root)}: {len(named)} objects have that name: {some}; add the "
            "namespace, or give a UID"
        )
    return named[0]


def _names_of_kind(node: Node) -> tuple[str, str]:
    kind = node.identity.kind.lower()
    group = GroupVersion.parse(node.identity.api_version).group.lower()
    return kind, f"{kind}.{group}"
