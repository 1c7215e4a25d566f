"""Objects that name the same owner twice."""

from gcmodel.garbagecollector.absent_owner_cache import AbsentOwnerCache
from gcmodel.garbagecollector.graph import DependencyGraph
from gcmodel.garbagecollector.graph_builder import GraphBuilder, GraphChange
from gcmodel.objects.identity import ObjectReference
from gcmodel.objects.metadata import ObjectMeta, OwnerReference
from gcmodel.versions.profile import Profile

OWNER = ObjectReference("v1", "ConfigMap", "n1", "a", "uid-a")
CHILD = ObjectReference("v1", "ConfigMap", "n2", "b", "uid-b")
ONCE = OwnerReference("v1", "ConfigMap", "a", "uid-a")
TWICE = (ONCE, OwnerReference("v1", "ConfigMap", "a", "uid-a", controller=True))


class Queue:
    """Notes what is queued."""

    def __init__(self):
        self.items = []

    def add(self, item):
        """Note *item*."""
        self.items.append(item.identity.name)

    add_rate_limited = add


def reports(owners):
    """Return how often the child is reported when it comes, and after an update."""
    seen = []
    builder = GraphBuilder(
        DependencyGraph(),
        AbsentOwnerCache(),
        Queue(),
        Queue(),
        Profile.for_version("1.20"),
        lambda *_, **__: None,
        lambda node, _: seen.append(node.identity.name),
    )
    meta = ObjectMeta(namespace="n2", name="b", uid="uid-b", owner_references=owners)
    builder.process(GraphChange("add", OWNER, ObjectMeta()))
    builder.process(GraphChange("add", CHILD, meta))
    first = len(seen)
    builder.process(GraphChange("update", CHILD, meta, meta))
    return first, len(seen) - first


def test_unchanged_references_are_not_looked_at_again():
    """An update that leaves a single reference alone reports nothing new."""
    assert reports((ONCE,)) == (1, 0)


def test_repeated_reference_counts_as_added_with_every_update():
    """A second reference with a UID already met is new each time, as if just added."""
    assert reports(TWICE) == (1, 1)
