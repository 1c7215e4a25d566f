"""Drawings for other programs: valid, complete, and safe from what names hold."""

import io
import json
import re

import networkx as nx
import pytest

from gcmodel.report.graph_formats import FORMATS, MERMAID_MAX
from tests.unit.audit.samples import a_list, an_object, compact, read

HOSTILE = '"]; \\ <b>&amp; \n\t\x00\u2028 é --> end %% {'
DOT_STATEMENT = re.compile(
    r'\s*("(?:[^"\\\n]|\\.)*")(?: -> ("(?:[^"\\\n]|\\.)*"))?'
    r'(?: \[label=("(?:[^"\\\n]|\\.)*")(?:, style=dashed)?\])?;'
)


def graph_of(*objects):
    """Return the graph of *objects*."""
    return read(compact(a_list(*objects))).graph


def drawn(form, graph):
    """Return the text of *graph* in the format *form*."""
    return "".join(f"{line}\n" for line in FORMATS[form](graph))


FAMILY = graph_of(
    an_object("web"),
    an_object(HOSTILE, owners=["web", "gone"], uid=HOSTILE, namespace=""),
    an_object("alone", deletionTimestamp="2026-01-31T12:00:00Z"),
)


def test_dot_is_made_of_whole_statements():
    """Each line is a node or an edge, and no name ends its quotes."""
    head, *statements, foot = drawn("dot", FAMILY).splitlines()

    found = [DOT_STATEMENT.fullmatch(line) for line in statements[2:]]
    assert (head, foot, None in found) == ("digraph owners {", "}", False)
    assert [bool(one[2]) for one in found] == [False] * 4 + [True] * 2
    assert '"Pod\\nns/alone\\nbeing deleted"' in statements[5]
    assert statements[4].endswith(", style=dashed];")


def test_graphml_is_read_by_networkx():
    """Nodes, edges and attributes come back; what XML cannot hold is replaced."""
    found = nx.read_graphml(io.BytesIO(drawn("graphml", FAMILY).encode()))

    # An attribute's blanks are normalized by XML, so such a UID is another there.
    assert (len(found), found.number_of_edges()) == (4, 2)
    assert found.nodes["uid-gone"]["virtual"] is True
    assert found.nodes["uid-alone"] == {
        "api_version": "v1",
        "kind": "Pod",
        "namespace": "ns",
        "name": "alone",
        "virtual": False,
        "being_deleted": True,
        "deleting_dependents": False,
    }
    names = [attributes["name"] for _, attributes in found.nodes(data=True)]
    assert HOSTILE.replace("\x00", "\ufffd0;") in names


def test_json_is_read_by_networkx():
    """Names come back exactly as they are."""
    found = nx.node_link_graph(json.loads(drawn("json", FAMILY)), edges="edges")

    assert list(found.edges) == [(HOSTILE, "uid-web"), (HOSTILE, "uid-gone")]
    assert found.nodes[HOSTILE]["name"] == HOSTILE


def test_mermaid_holds_only_plain_labels():
    """Whatever a name holds, a label has no character that means something."""
    lines = drawn("mermaid", FAMILY).splitlines()

    nodes = [line for line in lines if "[" in line]
    label = re.compile(r'  n\d+\["(?:[\w ./:-]|<br/>|#\d+;)*"\]', re.ASCII)
    assert (len(nodes), all(map(label.fullmatch, nodes))) == (4, True)
    assert lines[-2:] == ["  n1 --> n0", "  n1 --> n2"]


def test_mermaid_says_what_it_leaves_out():
    """Only so many are drawn as a browser lays out, and a box says how many more."""
    many = [an_object(f"n{number}", owners=["n0"]) for number in range(MERMAID_MAX + 7)]

    text = drawn("mermaid", graph_of(*many))

    assert text.count('["Pod') == MERMAID_MAX
    assert "7 more objects are not drawn:<br/>cut out a part with --uid" in text


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_can_be_drawn(form):
    """An empty graph is a valid drawing too."""
    text = drawn(form, graph_of())

    assert text
    if form == "json":
        assert json.loads(text)["nodes"] == []
    if form == "graphml":
        assert len(nx.read_graphml(io.BytesIO(text.encode()))) == 0


def test_uids_that_differ_in_what_cannot_be_written_stay_two():
    """No two objects become one in a drawing, whatever their UIDs are made of."""
    graph = graph_of(an_object("a", uid="x\x01"), an_object("b", uid="x\x02"))

    found = nx.read_graphml(io.BytesIO(drawn("graphml", graph).encode()))
    nodes = {line for line in drawn("dot", graph).splitlines() if "label" in line}

    assert (len(found), len({line.partition("[")[0] for line in nodes})) == (2, 2)
