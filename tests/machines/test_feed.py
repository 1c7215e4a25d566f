"""Many observations taken in at once, held against the same taken one by one."""

import attrs
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gcmodel.garbagecollector.absent_owner_cache import AbsentOwnerCache
from gcmodel.garbagecollector.graph import DependencyGraph
from gcmodel.garbagecollector.graph_builder import GraphBuilder, GraphChange
from gcmodel.objects.finalizers import DELETE_DEPENDENTS, ORPHAN_DEPENDENTS
from gcmodel.objects.identity import ObjectReference, Uid
from gcmodel.objects.metadata import ObjectMeta, OwnerReference
from gcmodel.versions.profile import Profile

RELEASES = tuple(map(Profile.for_version, ("1.16", "1.19", "1.20", "1.31")))
PROFILES = (*RELEASES, attrs.evolve(RELEASES[-1], refreshes_node_identity=True))

uids = st.sampled_from([Uid(f"uid-{n}") for n in range(4)])
names = st.sampled_from(["right", "right", "right", "wrong"])
namespaces = st.sampled_from(["ns1", "", "ns2"])
types = st.sampled_from(
    [("v1", "Node"), ("v1", "Node"), ("v1", "Node"), ("v1", "Pod"), ("v2", "Node")]
)
owners = st.lists(
    st.builds(
        lambda of, name, uid, block: OwnerReference(*of, name, uid, None, block),
        types,
        names,
        uids,
        st.sampled_from([None, True, False]),
    ),
    max_size=3,
).map(tuple)
metadata = st.builds(
    ObjectMeta,
    name=names,
    namespace=namespaces,
    uid=uids,
    owner_references=owners,
    finalizers=st.sampled_from([(), (DELETE_DEPENDENTS,), (ORPHAN_DEPENDENTS,)]),
    deletion_timestamp=st.sampled_from([None, None, None, 5]),
)
observations = st.tuples(
    st.sampled_from(["add", "update", "delete"]), types, metadata, metadata
).map(lambda drawn: (drawn[0], *drawn[1], drawn[2], _before(drawn)))


def _before(drawn):
    """Return what the object was, under the same UID, in an update."""
    change, _, seen, other = drawn
    return attrs.evolve(other, uid=seen.uid) if change == "update" else None


class Pile:
    """A queue that remembers what was put in, in order, and how."""

    def __init__(self):
        """Hold nothing."""
        self.items = []

    def add(self, node):
        """Put *node* in."""
        self.items.append(("now", node.identity, node.virtual))

    def add_rate_limited(self, node):
        """Put *node* in, with a back-off."""
        self.items.append(("later", node.identity, node.virtual))


class World:
    """A graph builder with all that can be seen of it."""

    def __init__(self, profile):
        """Know nothing."""
        self.graph = DependencyGraph()
        self.to_delete, self.to_orphan = Pile(), Pile()
        self.absent = AbsentOwnerCache()
        self.said, self.reported = [], []
        self.builder = GraphBuilder(
            self.graph,
            self.absent,
            self.to_delete,
            self.to_orphan,
            profile,
            say=lambda message, **_: self.said.append(message),
            report_invalid_namespace=lambda node, owner: self.reported.append(
                (node.identity, owner)
            ),
        )

    def seen(self):
        """Return everything, in order."""
        nodes = [
            (
                *(getattr(node, field.name) for field in attrs.fields(type(node))[:-1]),
                [one.identity for one in node.dependents],
            )
            for node in self.graph
        ]
        return (
            nodes,
            self.to_delete.items,
            self.to_orphan.items,
            list(self.absent),
            self.said,
            self.reported,
        )


class FeedMachine(RuleBasedStateMachine):
    """Two graph builders that are told the same, one of them in bulk."""

    @initialize(profile=st.sampled_from(PROFILES))
    def begin(self, profile):
        """Start both with nothing, in the same version."""
        self.bulk, self.single = World(profile), World(profile)

    @rule(many=st.lists(observations, max_size=8))
    def observe(self, many):
        """Both are told *many*."""
        self.bulk.builder.feed(iter(many))
        for change, api_version, kind, seen, before in many:
            identity = ObjectReference(
                api_version, kind, seen.namespace, seen.name, seen.uid
            )
            self.single.builder.process(GraphChange(change, identity, seen, before))

    @rule(of=types, namespace=namespaces, name=names, uid=uids)
    def deny(self, of, namespace, name, uid):
        """A worker has found no such object."""
        absent = ObjectReference(*of, namespace, name, uid)
        for world in (self.bulk, self.single):
            world.builder.process(GraphChange("delete", absent, virtual=True))

    @invariant()
    def same(self):
        """Graph, queues, absent owners, log and Events are the same, in order."""
        if hasattr(self, "bulk"):
            assert self.bulk.seen() == self.single.seen()


TestFeed = pytest.mark.slow(FeedMachine.TestCase)
