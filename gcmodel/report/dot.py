"""The dependency graph in the format of the collector's debug endpoint.

Upstream: ``/debug/controllers/garbage-collector-controller/graph``;
``toDOTNodesAndEdges`` and ``marshalDOT`` in pkg/controller/garbagecollector/dump.go
"""

from collections.abc import Iterable

import attrs

from gcmodel.errors import UsageError
from gcmodel.garbagecollector.node import Node
from gcmodel.objects.identity import GroupVersion, Uid
from gcmodel.objects.metadata import OwnerReference

_ESCAPES = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
    '"': '\\"',
}


@attrs.frozen
class Vertex:
    """A node of the graph, or an owner that the graph does not have."""

    uid: Uid
    api_version: str
    kind: str
    namespace: str
    name: str
    missing: bool = False
    being_deleted: bool = False
    deleting_dependents: bool = False
    virtual: bool = False

    @classmethod
    def of(cls, node: Node) -> "Vertex":
        """Return the vertex for *node*."""
        identity = node.identity
        return cls(
            identity.uid,
            identity.api_version,
            identity.kind,
            identity.namespace,
            identity.name,
            being_deleted=node.being_deleted,
            deleting_dependents=node.deleting_dependents,
            virtual=node.virtual,
        )

    @classmethod
    def absent(cls, owner: OwnerReference) -> "Vertex":
        """Return the vertex for an owner that has no node; its namespace is unknown."""
        return cls(
            owner.uid, owner.api_version, owner.kind, "", owner.name, missing=True
        )

    @property
    def label(self) -> str:
        """Several lines that say who it is, and its conditions if it has any."""
        group, version = GroupVersion.parse(self.api_version)
        kind = ".".join(part for part in (self.kind, version, group) if part)
        conditions = {
            "beingDeleted": self.being_deleted,
            "deletingDependents": self.deleting_dependents,
            "virtual": self.virtual,
            "missingFromGraph": self.missing,
        }
        text = f"uid={self.uid}\nnamespace={self.namespace}\n{kind}/{self.name}\n"
        held = ",".join(name for name, holds in conditions.items() if holds)
        return f"{text}{held}\n" if held else text

    def attributes(self) -> dict[str, str]:
        """Return what is printed besides the label."""
        group, version = GroupVersion.parse(self.api_version)
        return {
            "group": group,
            "version": version,
            "kind": self.kind,
            "namespace": self.namespace,
            "name": self.name,
            "uid": self.uid,
            "missing": str(self.missing).lower(),
            "beingDeleted": str(self.being_deleted).lower(),
            "deletingDependents": str(self.deleting_dependents).lower(),
            "virtual": str(self.virtual).lower(),
        }


Edge = tuple[Vertex, Vertex]
"""From a dependent to its owner."""


def dot(
    nodes: Iterable[Node], *, uids: Iterable[str] = (), numbered: bool = False
) -> str:
    """Return *nodes* as the debug endpoint prints them.

    * **Connected**: with *uids*, only what is connected to one of them; an object
      that owns nothing and has no owner is left out in any case.

    Args:
        nodes: A dependency graph, or some of its nodes.
        uids: Objects to be shown, with their relatives; all if there are none.
        numbered: As up to 1.27, in a graph library's format: vertices are numbers, in
            the order of *nodes*; since then they are UIDs, sorted.

    Raises:
        UsageError: *numbered*, and an object owns itself; there the endpoint panics.
    """
    vertices, edges = vertices_and_edges(connected(nodes, uids))
    if numbered:
        return _numbered(vertices, edges)
    ordered = sorted(vertices, key=lambda vertex: vertex.uid.encode())
    lines = [line for vertex in ordered for line in _definition(vertex)]
    arrows = sorted(
        ((start.uid, end.uid) for start, end in edges),
        key=lambda pair: (pair[0].encode(), pair[1].encode()),
    )
    lines += ["  // Edge definitions."] if arrows else []
    lines += [f"  {_quoted(start)} -> {_quoted(end)};" for start, end in arrows]
    header = ["  // Node definitions."] if ordered else []
    return "\n".join(["strict digraph full {", *header, *lines, "}", ""])


def connected(nodes: Iterable[Node], uids: Iterable[str] = ()) -> list[Node]:
    """Return those of *nodes* that are connected to one of *uids*; all without any."""
    by_uid = {node.uid: node for node in nodes}
    to_check = [Uid(uid) for uid in uids]
    if not to_check:
        return list(by_uid.values())
    found: dict[Uid, Node] = {}
    for uid in to_check:
        if uid in found or uid not in by_uid:
            continue
        node = found[uid] = by_uid[uid]
        to_check += [owner.uid for owner in node.owners]
        to_check += [dependent.uid for dependent in node.dependents]
    return [node for uid, node in by_uid.items() if uid in found]


def vertices_and_edges(nodes: Iterable[Node]) -> tuple[list[Vertex], list[Edge]]:
    """Return what is to be drawn.

    An owner without a node is entered under the UID of the dependent that was met
    first, as upstream does by mistake; another dependent of it gets a vertex of its
    own for the same owner.
    """
    related = [node for node in nodes if node.dependents or node.owners]
    drawn = {node.uid: Vertex.of(node) for node in related}
    vertices, edges = list(drawn.values()), []
    for node in related:
        start = drawn[node.uid]
        for owner in node.owners:
            end = drawn.get(owner.uid)
            if end is None:
                end = drawn[node.uid] = Vertex.absent(owner)
                vertices.append(end)
            edges.append((start, end))
    return vertices, edges


def _definition(vertex: Vertex) -> list[str]:
    attributes = {"label": vertex.label, **vertex.attributes()}
    return [
        f"  {_quoted(vertex.uid)} [",
        *(f"    {key}={_quoted(value)}" for key, value in attributes.items()),
        "  ];",
    ]


def _numbered(vertices: list[Vertex], edges: list[Edge]) -> str:
    # Vertices may be equal, so they are told apart by identity.
    numbers = {id(vertex): number for number, vertex in enumerate(vertices)}
    pairs = sorted({(numbers[id(start)], numbers[id(end)]) for start, end in edges})
    lines: list[str] = []
    for number, vertex in enumerate(vertices):
        label = _quoted(f'"{vertex.label}"')
        lines += [f"  {number} [", f"    label={label}"]
        lines += [f'    {key}="{text}"' for key, text in vertex.attributes().items()]
        lines.append("  ];")
    if any(start == end for start, end in pairs):
        raise UsageError(
            "an object owns itself: up to 1.27 the debug endpoint panics (simple: "
            "adding self edge); leave numbered out for the format since then"
        )
    header = ["  // Node definitions."] if vertices else []
    arrows = [f"  {start} -> {end};" for start, end in pairs]
    edge_header = ["", "  // Edge definitions."] if arrows else []
    return "\n".join(
        ["strict digraph full {", *header, *lines, *edge_header, *arrows, "}"]
    )


def _quoted(text: str) -> str:
    """Return *text* as Go's %q prints it, as far as printable characters go."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    if character.isprintable():
        return character
    if code < 0x80:  # noqa: PLR2004  (the end of ASCII)
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004
