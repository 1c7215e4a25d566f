"""The graph builder, driven by arbitrary events and held against a plain graph."""

import networkx as nx
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gcmodel.garbagecollector.absent_owner_cache import AbsentOwnerCache
from gcmodel.garbagecollector.graph import DependencyGraph
from gcmodel.garbagecollector.graph_builder import GraphBuilder, GraphChange
from gcmodel.objects.identity import ObjectReference, Uid
from gcmodel.objects.metadata import ObjectMeta, OwnerReference
from gcmodel.versions.profile import Profile

TRUE_NAME, OTHER_NAME = "right", "wrong"

uids = st.sampled_from([Uid(f"uid-{n}") for n in range(6)])
names = st.sampled_from([TRUE_NAME, OTHER_NAME])
claims = st.dictionaries(uids, names, max_size=3)


class Pile:
    """A queue that only remembers what was put in."""

    def __init__(self):
        """Hold nothing."""
        self.items = []

    def add(self, item):
        """Put *item* in."""
        self.items.append(item)

    add_rate_limited = add


def identity(uid, name=TRUE_NAME):
    """Return the identity of a ConfigMap; its true name is the same for all."""
    return ObjectReference("v1", "ConfigMap", "ns1", name, uid)


class DependencyGraphMachine(RuleBasedStateMachine):
    """Applies each event to the graph, and to a networkx graph of plain UIDs.

    The model knows who was seen, what each object last claimed, and which edges
    stand; it knows nothing of nodes. An edge runs from dependent to owner.
    """

    def __init__(self):
        """Start with nothing observed."""
        super().__init__()
        self.graph = DependencyGraph()
        self.to_delete = Pile()
        self.builder = GraphBuilder(
            self.graph,
            AbsentOwnerCache(),
            self.to_delete,
            Pile(),
            Profile.for_version("1.31"),
            say=lambda *_, **__: None,
            report_invalid_namespace=lambda *_: None,
        )
        self.standing = nx.DiGraph()
        self.claims = {}

    @rule(uid=uids, owners=claims)
    def observe(self, uid, owners):
        """An informer shows the object *uid*, which names these *owners*."""
        kind = "update" if uid in self.claims else "add"
        references = tuple(
            OwnerReference("v1", "ConfigMap", name, owner)
            for owner, name in owners.items()
        )
        meta = ObjectMeta(uid=uid, owner_references=references)
        self.builder.process(GraphChange(kind, identity(uid), meta))

        before = self.claims.get(uid, {})
        self.standing.remove_edges_from((uid, gone) for gone in before.keys() - owners)
        self.standing.add_edges_from((uid, new) for new in owners.keys() - before)
        self.claims[uid] = owners

    @rule(uid=uids)
    def delete(self, uid):
        """An informer shows that the object *uid* is gone."""
        self.builder.process(GraphChange("delete", identity(uid), ObjectMeta(uid=uid)))
        self._forget(uid)

    @rule(uid=uids, name=names)
    def deny(self, uid, name):
        """A worker has found no object *uid* of that *name*."""
        self.builder.process(GraphChange("delete", identity(uid, name), virtual=True))

        # One that was seen goes only under its own name; one that was not, only if
        # nobody means another.
        if uid in self.claims:
            goes = name == TRUE_NAME
        else:
            goes = all(meant == name for meant in self._names_given_to(uid))
        if goes:
            self._forget(uid)

    def _names_given_to(self, uid):
        if uid not in self.standing:
            return []
        return [self.claims[one][uid] for one in self.standing.predecessors(uid)]

    def _forget(self, uid):
        # Forgetful: the edges that end in *uid* fall with it.
        if uid in self.standing:
            self.standing.remove_node(uid)
        self.claims.pop(uid, None)

    @invariant()
    def listed(self):
        """Every standing edge is listed by its owner, and nothing else is."""
        listed = {
            (dependent.uid, node.uid)
            for node in self.graph
            for dependent in node.dependents
        }
        assert listed == set(self.standing.edges)

    @invariant()
    def one_node_for_each(self):
        """Whoever is listed is listed as the node that the graph has for it."""
        for node in self.graph:
            assert all(self.graph.find(one.uid) is one for one in node.dependents)

    @invariant()
    def claimed(self):
        """Whatever a standing edge names has a node, virtual until it is seen."""
        for _, uid in self.standing.edges:
            node = self.graph.find(uid)
            assert node is not None
            assert node.virtual == (uid not in self.claims)

    @invariant()
    def true_to_what_was_seen(self):
        """A node that was seen goes by the name under which it was."""
        seen = {node.uid: node.identity for node in self.graph if node.observed}
        assert seen == {uid: identity(uid) for uid in self.claims}

    @invariant()
    def current(self):
        """A node names the owners that its object named last."""
        for uid, owners in self.claims.items():
            named = {owner.uid: owner.name for owner in self.graph.find(uid).owners}
            assert named == owners

    @invariant()
    def suspicious(self):
        """Whoever names a node that was never seen is looked at, or the node is."""
        looked_at = {node.uid for node in self.to_delete.items}
        for dependent, uid in self.standing.edges:
            if uid not in self.claims:
                assert {dependent, uid} & looked_at


TestDependencyGraph = pytest.mark.slow(DependencyGraphMachine.TestCase)
