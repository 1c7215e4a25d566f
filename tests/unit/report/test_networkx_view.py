"""The dependency graph as a networkx graph."""

import networkx as nx
import pytest

from gcmodel.garbagecollector.graph import DependencyGraph
from gcmodel.garbagecollector.node import Node
from gcmodel.objects.identity import ObjectReference
from gcmodel.objects.metadata import OwnerReference
from gcmodel.report.networkx_view import to_networkx


def add(graph, uid, *owners, virtual=False):
    """Add a node for *uid* that its owners list."""
    identity = ObjectReference("v1", "ConfigMap", "default", uid, uid)
    references = tuple(
        OwnerReference("v1", "ConfigMap", one, one, controller=True) for one in owners
    )
    node = Node.of(identity, references, virtual=virtual)
    graph.write(node)
    for one in owners:
        owner = graph.find(one)
        if owner is not None:
            owner.add_dependent(node)
    return node


@pytest.fixture(name="graph")
def _graph():
    graph = DependencyGraph()
    add(graph, "root")
    add(graph, "child", "root")
    add(graph, "leaf", "child", "root", "nobody")
    return graph


EDGES = [("child", "root"), ("leaf", "child"), ("leaf", "root")]


@pytest.mark.parametrize("copy", [False, True])
def test_edges_lead_to_owners(graph, copy):
    """Each dependent points to those of its owners that have a node."""
    shown = to_networkx(graph, copy=copy)

    assert (sorted(shown.edges), sorted(shown.nodes)) == (
        EDGES,
        ["child", "leaf", "root"],
    )


@pytest.mark.parametrize("copy", [False, True])
def test_algorithms_run_on_it(graph, copy):
    """What networkx computes is the same on the view and on a copy."""
    shown = to_networkx(graph, copy=copy)

    assert (
        sorted(nx.ancestors(shown, "root")),
        list(nx.topological_sort(shown)),
        shown.in_degree("root"),
        sorted(shown.reverse().edges) == sorted((b, a) for a, b in EDGES),
        sorted(shown.subgraph(["leaf", "root"]).copy().edges),
    ) == (["child", "leaf"], ["leaf", "child", "root"], 2, True, [("leaf", "root")])


def test_nodes_and_edges_say_what_is_known(graph):
    """Nodes carry their identity and flags, edges what the reference says."""
    shown = to_networkx(graph)

    assert shown.nodes["leaf"] == {
        "api_version": "v1",
        "kind": "ConfigMap",
        "namespace": "default",
        "name": "leaf",
        "virtual": False,
        "being_deleted": False,
        "deleting_dependents": False,
    }
    assert shown.edges["leaf", "root"] == {
        "controller": True,
        "block_owner_deletion": False,
    }


def test_view_is_live_and_a_copy_is_not(graph):
    """The view shows what the collector learns later; a copy stays as it was."""
    view, copy = to_networkx(graph), to_networkx(graph, copy=True)
    add(graph, "late", "root", virtual=True)

    assert ("late" in view, ("late", "root") in view.edges, "late" in copy) == (
        True,
        True,
        False,
    )
    assert view.nodes["late"]["virtual"]


def test_view_cannot_be_changed(graph):
    """Adding to the view is refused by networkx itself."""
    with pytest.raises(nx.NetworkXError, match="Frozen graph"):
        to_networkx(graph).add_edge("a", "b")


@pytest.mark.parametrize(
    "change",
    [
        lambda view: view.nodes["leaf"].update(kind="X"),
        lambda view: view.edges["leaf", "root"].pop("controller"),
        lambda view: view["leaf"]["root"].setdefault("weight", 1),
        lambda view: nx.set_node_attributes(view, {"leaf": {"kind": "X"}}),
        lambda view: nx.set_edge_attributes(view, {("leaf", "root"): {"w": 1}}),
    ],
)
def test_attributes_of_the_view_cannot_be_changed(graph, change):
    """What is written to a node or an edge is refused, and not lost."""
    with pytest.raises(nx.NetworkXError, match="Frozen graph"):
        change(to_networkx(graph))


def test_attributes_of_copies_can_be_changed(graph):
    """Whatever networkx makes of the view is the caller's own."""
    view = to_networkx(graph)
    for own in (to_networkx(graph, copy=True), view.copy(), view.reverse()):
        own.nodes["leaf"]["kind"] = "X"

        assert own.nodes["leaf"]["kind"] == "X"


def test_forgotten_edges_do_not_show(graph):
    """An owner that was removed and came back lists nobody, and the view agrees."""
    graph.remove(graph.find("root"))
    add(graph, "root")

    assert list(to_networkx(graph).edges) == [("leaf", "child")]
