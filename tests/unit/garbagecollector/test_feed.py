"""What the fast lanes of ``feed`` must not let pass."""

import attrs
import pytest

from gcmodel.garbagecollector.absent_owner_cache import AbsentOwnerCache
from gcmodel.garbagecollector.graph import DependencyGraph
from gcmodel.garbagecollector.graph_builder import GraphBuilder
from gcmodel.objects.metadata import ObjectMeta, OwnerReference
from gcmodel.versions.profile import Profile

NODE = OwnerReference("v1", "Node", "n", "owner")
NEWEST = Profile.for_version("1.31")


class Pile(list):
    """A queue that only remembers what was put in."""

    def add(self, node):
        """Put *node* in."""
        self.append(node.uid)


def fed(*observations, profile=NEWEST):
    """Return graph and attempt-to-delete queue after *observations*."""
    graph, queued = DependencyGraph(), Pile()
    builder = GraphBuilder(
        graph,
        AbsentOwnerCache(),
        queued,
        Pile(),
        profile,
        say=lambda *_, **__: None,
        report_invalid_namespace=lambda *_: None,
    )
    builder.feed(observations)
    return graph, queued


def added(uid, namespace="", owners=(), of=("v1", "Node")):
    """Return the observation that an object is new."""
    meta = ObjectMeta(name="n", uid=uid, namespace=namespace, owner_references=owners)
    return ("add", *of, meta, None)


@pytest.mark.parametrize(("namespace", "looked_at"), [("", []), ("ns1", ["dependent"])])
def test_owner_that_was_only_claimed(namespace, looked_at):
    """A virtual owner without namespace makes a dependent in one suspicious."""
    _, queued = fed(
        added("first", owners=(NODE,)),
        added("dependent", namespace, owners=(NODE,)),
    )

    assert queued == ["owner", *looked_at]


@pytest.mark.parametrize(("refreshes", "version"), [(True, "v2"), (False, "v1")])
def test_object_that_is_seen_under_another_version(refreshes, version):
    """A node takes over the apiVersion under which it is seen, if the rule says so."""
    graph, _ = fed(
        added("owner"),
        added("owner", of=("v2", "Node")),
        profile=attrs.evolve(NEWEST, refreshes_node_identity=refreshes),
    )

    assert graph.find("owner").api_version == version
