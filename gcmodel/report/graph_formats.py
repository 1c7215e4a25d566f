"""The dependency graph for other programs: DOT, Mermaid, GraphML and JSON.

An edge leads from each dependent to its owner. A name may hold anything, so each
format escapes what would end a text in it.

* **Complete**: every node is drawn, with or without relatives; Mermaid, which lays out
  in a browser, is capped and says so. The format of the collector's debug endpoint is
  in :mod:`gcmodel.report.dot`.
"""

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from xml.sax.saxutils import escape, quoteattr

from gcmodel.garbagecollector.graph import DependencyGraph
from gcmodel.garbagecollector.node import Node
from gcmodel.objects.identity import Uid

MERMAID_MAX = 200
"""Nodes that a browser still lays out."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ./:_-]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")


def edges_of(graph: DependencyGraph) -> Iterator[tuple[Node, Node]]:
    """Walk pairs of a dependent and an owner of it that has a node, each once."""
    for node in graph:
        for uid in dict.fromkeys(owner.uid for owner in node.owners):
            owner_node = graph.nodes.get(uid)
            if owner_node is not None and node in owner_node.dependents:
                yield node, owner_node


def dot(graph: DependencyGraph) -> Iterator[str]:
    """Walk the lines of a drawing in Graphviz's language."""
    yield "digraph owners {"
    yield "  rankdir=BT;"
    yield "  node [shape=box];"
    for node in graph:
        style = ", style=dashed" if node.virtual else ""
        label = _dot_text("\n".join(_label(node)))
        yield f"  {_dot_text(node.uid)} [label={label}{style}];"
    for dependent, owner in edges_of(graph):
        yield f"  {_dot_text(dependent.uid)} -> {_dot_text(owner.uid)};"
    yield "}"


def mermaid(graph: DependencyGraph) -> Iterator[str]:
    """Walk the lines of a Mermaid flowchart, of the first 200 objects."""
    yield "flowchart BT"
    numbers: dict[Uid, int] = {}
    for number, node in enumerate(islice(graph, MERMAID_MAX)):
        numbers[node.uid] = number
        label = "<br/>".join(_mermaid_text(one) for one in _label(node))
        yield f'  n{number}["{label}"]'
        if node.virtual:
            yield f"  style n{number} stroke-dasharray: 5 5"
    for dependent, owner in edges_of(graph):
        if dependent.uid in numbers and owner.uid in numbers:
            yield f"  n{numbers[dependent.uid]} --> n{numbers[owner.uid]}"
    if len(graph) > MERMAID_MAX:
        left = len(graph) - MERMAID_MAX
        yield (
            f'  more["{left} more objects are not drawn:<br/>'
            'cut out a part with --uid or --root"]'
        )


def graphml(graph: DependencyGraph) -> Iterator[str]:
    """Walk the lines of a GraphML document."""
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    for name in _TEXTS:
        yield f'  <key id="{name}" for="node" attr.name="{name}" attr.type="string"/>'
    for name in _FLAGS:
        yield f'  <key id="{name}" for="node" attr.name="{name}" attr.type="boolean"/>'
    yield '  <graph edgedefault="directed">'
    for node in graph:
        yield f"    <node id={_xml_attribute(node.uid)}>"
        for name, value in _attributes(node).items():
            text = str(value).lower() if isinstance(value, bool) else value
            yield f'      <data key="{name}">{escape(_xml_text(text))}</data>'
        yield "    </node>"
    for dependent, owner in edges_of(graph):
        source, target = _xml_attribute(dependent.uid), _xml_attribute(owner.uid)
        yield f"    <edge source={source} target={target}/>"
    yield "  </graph>"
    yield "</graphml>"


def node_link(graph: DependencyGraph) -> Iterator[str]:
    """Walk the lines of a JSON document, as networkx' ``node_link_graph`` reads it."""
    yield '{"directed": true, "multigraph": false, "graph": {}, "nodes": ['
    yield from _joined(
        json.dumps({"id": node.uid, **_attributes(node)}) for node in graph
    )
    yield '], "edges": ['
    yield from _joined(
        json.dumps({"source": dependent.uid, "target": owner.uid})
        for dependent, owner in edges_of(graph)
    )
    yield "]}"


FORMATS: dict[str, Callable[[DependencyGraph], Iterator[str]]] = {
    "dot": dot,
    "mermaid": mermaid,
    "graphml": graphml,
    "json": node_link,
}

_TEXTS = ("api_version", "kind", "namespace", "name")
_FLAGS = ("virtual", "being_deleted", "deleting_dependents")


def _attributes(node: Node) -> dict[str, str | bool]:
    texts = {name: getattr(node.identity, name) for name in _TEXTS}
    return texts | {name: getattr(node, name) for name in _FLAGS}


def _label(node: Node) -> list[str]:
    identity = node.identity
    where = f"{identity.namespace}/" if identity.namespace else ""
    lines = [identity.kind, f"{where}{identity.name}"]
    conditions = [
        text
        for text, holds in (
            ("not in the dump", node.virtual),
            ("being deleted", node.being_deleted),
        )
        if holds
    ]
    return lines + conditions


def _dot_text(text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{_CONTROL.sub(_coded, quoted)}"'


def _mermaid_text(text: str) -> str:
    return _NOT_PLAIN.sub(lambda found: f"#{ord(found.group())};", text)


def _xml_text(text: object) -> str:
    return _NOT_XML.sub(_coded, str(text))


def _coded(found: re.Match[str]) -> str:
    """Return what stands for a character that cannot.

    It has the code in it, so that two UIDs which differ in nothing else stay two.
    """
    return f"\ufffd{ord(found.group()):x};"


def _xml_attribute(text: str) -> str:
    return quoteattr(_xml_text(text))


def _joined(texts: Iterator[str]) -> Iterator[str]:
    """Put a comma after each of *texts* but the last."""
    before = next(texts, None)
    for text in texts:
        yield f"{before},"
        before = text
    if before is not None:
        yield before
