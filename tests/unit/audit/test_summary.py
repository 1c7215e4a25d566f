"""What stands out in a graph: depth, width, cycles, and who is missing."""

import networkx as nx
import pytest
from hypothesis import given, strategies as st

from gcmodel.audit.summary import Summary
from gcmodel.audit.summary_text import LISTED_MAX, lines_of
from gcmodel.errors import UsageError
from tests.unit.audit.samples import a_list, an_object, compact, read

names = st.sampled_from("abcdefg")
owners = st.dictionaries(names, st.lists(names, max_size=3, unique=True), max_size=7)


def dump_of(owners):
    """Return the dump of objects that have these *owners*, by name."""
    made = [an_object(name, owners=named) for name, named in owners.items()]
    return read(compact(a_list(*made)))


def longest_chain(graph):
    """Return how many nodes the longest path has, a cycle counted as one."""
    return nx.dag_longest_path_length(nx.condensation(graph)) + 1 if graph else 0


@given(owners)
def test_summary_is_what_networkx_finds(owners):
    """Depth, edges and cycles are those of the graph, by another library."""
    dump = dump_of(owners)
    graph = dump.to_networkx(copy=True)
    summary = dump.summary()

    cycles = {
        frozenset(group)
        for group in nx.strongly_connected_components(graph)
        if len(group) > 1 or graph.has_edge(*list(group) * 2)
    }
    assert {frozenset(one.uid for one in cycle) for cycle in summary.cycles} == cycles
    assert summary.edges == graph.number_of_edges()
    assert summary.depth == longest_chain(graph)
    missing = {
        f"uid-{one}" for named in owners.values() for one in named if one not in owners
    }
    assert {one.uid for one in summary.virtual_owners} == missing


def test_summary_counts():
    """Kinds are counted with their groups, owners by their dependents."""
    items = [an_object("web", kind="Deployment")] + [
        an_object(f"pod-{number}", owners=["web"]) for number in range(3)
    ]
    items[0]["apiVersion"] = "apps/v1"
    for one in items[1:]:
        one["metadata"]["ownerReferences"][0] |= {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
        }
    summary = read(compact(a_list(*items))).summary(widest=1)

    assert (summary.objects, summary.edges, summary.depth) == (4, 3, 2)
    assert summary.kinds == {"Pod": 3, "Deployment.apps": 1}
    assert [(one.owner.name, one.dependents) for one in summary.widest] == [("web", 3)]


@pytest.mark.slow
def test_chain_may_be_long():
    """A chain far deeper than the stack, and one that ends in itself, are summed up."""
    length = 30_000
    chain = {f"n{number}": [f"n{number + 1}"] for number in range(length)}
    straight = dump_of(chain | {f"n{length}": []})
    bent = dump_of(chain | {f"n{length}": ["n0"]})

    assert (straight.summary().depth, bent.summary().depth) == (length + 1, 1)
    assert len(bent.summary().cycles[0]) == length + 1
    assert len(straight.part(uid="uid-n5")) == length + 1


def test_part_has_owners_above_and_dependents_below():
    """Neither siblings nor the other owners of dependents are in it."""
    dump = dump_of({"a": [], "b": ["a"], "c": ["b", "x"], "x": [], "sibling": ["a"]})

    parts = [
        dump.part(uid="uid-b"),
        dump.part(root="pod/b"),
        dump.part(root="Pod/b", namespace="ns"),
    ]

    assert [[node.identity.name for node in part] for part in parts] == [
        list("abc")
    ] * 3
    summary = Summary.of(parts[0], whole=dump.graph)
    assert (summary.depth, summary.virtual_owners) == (3, ())


@pytest.mark.parametrize(
    ("chosen", "complaint"),
    [
        ({"uid": "nobody"}, "uid='nobody': not in the dump; give one that is"),
        (
            {"root": "Pod/b"},
            "root='Pod/b': not in the dump; give another kind and name",
        ),
        (
            {"root": "pod"},
            "root='pod': must be a kind and a name; write Deployment/web",
        ),
        ({}, "uid='', root='': must be one of the two; give a UID, or a kind and a"),
        (
            {"root": "Pod/a"},
            "root='Pod/a': 2 objects have that name: [v1/Pod, namespace",
        ),
    ],
)
def test_part_of_nothing_is_refused(chosen, complaint):
    """An object that is not there, or not the only one, cannot be cut out."""
    twins = [an_object("a"), an_object("a", namespace="other", uid="2")]
    dump = read(compact(a_list(*twins)))

    with pytest.raises(UsageError) as refused:
        dump.part(**chosen)

    assert str(refused.value).startswith(complaint)


def test_text_is_cut_where_it_would_be_long():
    """Of many only the first are listed, on lines that no name can break."""
    made = {f"n{number}": [f"x\n{number}"] for number in range(LISTED_MAX + 5)}
    lines = list(lines_of(dump_of(made | {"self": ["self"]}).summary()))

    assert "  Pod ns/self owns itself" in lines
    assert r"  Pod ns/x\n0, uid uid-x\n0" in lines
    assert lines[-1] == "  … 5 more"


def test_views_are_live_and_copies_are_not():
    """The view is read-only; the copy is the caller's own."""
    dump = dump_of({"a": [], "b": ["a"]})

    assert list(dump.to_networkx().edges) == [("uid-b", "uid-a")]
    with pytest.raises(nx.NetworkXError):
        dump.to_networkx().add_node("x")
    dump.to_networkx(copy=True).add_node("x")
    assert len(dump.graph) == 2
