"""The graph builder: drains the graph changes and is the sole writer of the graph.

Upstream: ``GraphBuilder`` and ``processGraphChanges`` in
pkg/controller/garbagecollector/graph_builder.go
"""

from collections.abc import Callable, Iterable
from typing import Protocol

import attrs

from gcmodel.garbagecollector import object_messages as messages
from gcmodel.garbagecollector.absent_owner_cache import AbsentOwnerCache
from gcmodel.garbagecollector.graph import DependencyGraph
from gcmodel.garbagecollector.graph_changes import (
    GraphChange,
    Metadata,
    Observation,
)
from gcmodel.garbagecollector.node import VIRTUAL, Node
from gcmodel.garbagecollector.owner_references import (
    ReferenceDiff,
    alternate_owner_identity,
    partition_dependents,
    references_diffs,
)
from gcmodel.kernel.log import Message
from gcmodel.objects.finalizers import DELETE_DEPENDENTS, ORPHAN_DEPENDENTS
from gcmodel.objects.identity import ObjectReference
from gcmodel.objects.metadata import OwnerReference
from gcmodel.versions.profile import Profile


class Queue(Protocol):
    """Where nodes to be examined go."""

    def add(self, item: Node) -> None:
        """Queue *item* now."""

    def add_rate_limited(self, item: Node) -> None:
        """Queue *item* when its back-off allows."""


Arrange = Callable[[Iterable[Node]], list[Node]]
"""Puts a set of nodes into an order; Go walks its maps in any."""


@attrs.define(eq=False)
class GraphBuilder:
    """Turns changes into graph and queues, one at a time and without waiting.

    * **Sole writer**: nobody else changes the graph or its nodes.
    * **Suspicious**: whenever what an object says about an owner disagrees with
      what is known, someone is queued for a look at the live objects.
    * **Edge-triggered**: a deletion that begins is noticed once, when the finalizer
      and the deletion time first show together.
    """

    graph: DependencyGraph
    absent_owners: AbsentOwnerCache
    attempt_to_delete: Queue
    attempt_to_orphan: Queue
    profile: Profile
    say: Callable[..., None]
    """Logs a :class:`Message` with its fields."""
    report_invalid_namespace: Callable[[Node, OwnerReference], None]
    arrange: Arrange = list

    def process(self, change: GraphChange) -> None:
        """Bring the graph up to date with *change* and queue what that calls for."""
        node = self.graph.find(change.identity.uid)
        if node is not None and node.virtual and not change.virtual:
            node = self._observe(node, change.identity)
        if change.type == "delete":
            if node is None:
                self.say(messages.NOT_IN_GRAPH, uid=change.identity.uid)
            elif change.virtual and self.profile.verifies_owner_coordinates:
                self._delete_virtually(node, change.identity)
            else:
                self._remove(node, change.identity)
            return
        assert change.metadata is not None, "only deletes come without metadata"
        if node is None:
            self._insert(change, change.metadata)
        else:
            self._update(node, change, change.metadata)

    def feed(  # noqa: PLR0915  (the hot loop: its docstring says why)
        self, observations: Iterable[Observation]
    ) -> None:
        """Take in many observations, each as :meth:`process` would.

        * **Same graph, same queues, same order**: of both, and one by one.

        What most objects are, new with at most one owner that is rightly named, or
        seen again with the same owners, is written out here, down to the making of
        the node: a change and some calls for each would double what a list or a dump
        costs (``benchmarks/``).
        """
        nodes = self.graph.nodes
        find, make = nodes.get, Node.__new__
        keeps_identity = not self.profile.refreshes_node_identity
        for change, api_version, kind, seen, before in observations:
            uid, owners = seen.uid, seen.owner_references
            node = find(uid)
            if change == "delete":
                if node is not None and not node.flags & VIRTUAL:
                    self._remove(
                        node,
                        ObjectReference(
                            api_version, kind, seen.namespace, seen.name, uid
                        ),
                    )
                    continue
            elif len(owners) > 1 or seen.deletion_timestamp is not None:
                pass
            elif node is None:
                # Node(…), without the call.
                nodes[uid] = node = make(Node)
                node.api_version = api_version
                node.kind = kind
                node.namespace = namespace = seen.namespace
                node.name = seen.name
                node.uid = uid
                node.owners = owners
                node.flags = 0
                node.listed = None
                if not owners:
                    continue
                named = owners[0]
                owner = find(named.uid)
                if (
                    owner is None
                    or owner.flags & VIRTUAL
                    or owner.name != named.name
                    or owner.kind != named.kind
                    or owner.api_version != named.api_version
                    or owner.namespace not in (namespace, "")
                ):
                    self._add_dependent_to_owners(node, owners)
                elif owner.listed is None:
                    owner.listed = {node: None}
                else:
                    owner.listed[node] = None
                continue
            elif (
                owners == node.owners
                and not node.flags & VIRTUAL
                and (
                    keeps_identity
                    or (kind == node.kind and api_version == node.api_version)
                )
            ):
                continue
            identity = ObjectReference(
                api_version, kind, seen.namespace, seen.name, uid
            )
            self.process(GraphChange(change, identity, seen, before))

    # First observation of a node that was only claimed.

    def _observe(self, node: Node, observed: ObjectReference) -> Node:
        if node.identity == observed or not self.profile.verifies_owner_coordinates:
            node.virtual = False
            return node
        _, mistaken = partition_dependents(self.arrange(node.dependents), observed)
        for dependent in mistaken:
            if observed.namespace not in ("", dependent.namespace):
                self._mismatched_namespace(dependent, observed)
            self.attempt_to_delete.add(dependent)
        self.say(messages.REPLACING_VIRTUAL, virtual=node, observed=observed)
        replacement = node.clone_as(observed)
        replacement.virtual = False
        self.graph.write(replacement)
        return replacement

    # Insert

    def _insert(self, change: GraphChange, metadata: Metadata) -> None:
        deleting = metadata.deletion_timestamp is not None
        node = Node.of(
            change.identity,
            metadata.owner_references,
            being_deleted=deleting,
            deleting_dependents=deleting and DELETE_DEPENDENTS in metadata.finalizers,
        )
        self.graph.write(node)
        if node.owners:
            self._add_dependent_to_owners(node, node.owners)
        self._process_transitions(node, change.before, metadata)

    def _add_dependent_to_owners(
        self, node: Node, owners: Iterable[OwnerReference]
    ) -> None:
        suspicious = False
        for owner in owners:
            owner_node = self.graph.find(owner.uid)
            if owner_node is None:
                identity = owner.in_namespace(node.namespace)
                owner_node = Node.of(identity, virtual=True)
                self.say(messages.ADD_VIRTUAL, node=owner_node)
                owner_node.add_dependent(node)
                self.graph.write(owner_node)
                self.attempt_to_delete.add(owner_node)
                continue
            owner_node.add_dependent(node)
            if not suspicious and self._disagrees(node, owner, owner_node):
                suspicious = True
        if suspicious:
            self.attempt_to_delete.add(node)

    def _disagrees(self, node: Node, owner: OwnerReference, owner_node: Node) -> bool:
        if not self.profile.verifies_owner_coordinates:
            return False
        known = owner_node.identity
        namespace = node.namespace
        if known.namespace and known.namespace != namespace:
            if owner_node.observed:
                self._mismatched_namespace(node, known)
            return True
        if not owner.coordinates_match(known):
            if owner_node.observed:
                self.say(messages.COORDINATE_MISMATCH, node=node, owner=known)
            return True
        return (
            self.profile.verifies_namespaceless_virtual_owner
            and not known.namespace
            and bool(namespace)
            and owner_node.virtual
        )

    def _mismatched_namespace(self, node: Node, known: ObjectReference) -> None:
        self.say(messages.NAMESPACE_MISMATCH, node=node, owner=known)
        named = next((one for one in node.owners if one.uid == known.uid), None)
        if named is not None:
            self.report_invalid_namespace(node, named)

    # Update

    def _update(self, node: Node, change: GraphChange, metadata: Metadata) -> None:
        if self.profile.refreshes_node_identity:
            node = self._refresh_identity(node, change.identity)
        owners = metadata.owner_references
        if owners != node.owners or _repeats_an_owner(owners):
            self._replace_owners(node, owners)
        if metadata.deletion_timestamp is not None:
            node.being_deleted = True
        self._process_transitions(node, change.before, metadata)

    def _replace_owners(self, node: Node, owners: tuple[OwnerReference, ...]) -> None:
        diff = references_diffs(node.owners, owners)
        if not diff:
            # The order of the references changed, or a duplicate came or went.
            return
        self._add_unblocked_owners(diff)
        node.owners = owners
        self._add_dependent_to_owners(node, diff.added)
        self.graph.detach(node, diff.removed)

    def _add_unblocked_owners(self, diff: ReferenceDiff) -> None:
        unblocked = [owner for owner in diff.removed if owner.block_owner_deletion]
        unblocked += [
            after
            for before, after in diff.changed
            if before.block_owner_deletion and not after.block_owner_deletion
        ]
        for owner in unblocked:
            owner_node = self.graph.find(owner.uid)
            if owner_node is not None:
                self.attempt_to_delete.add(owner_node)

    def _refresh_identity(self, node: Node, seen: ObjectReference) -> Node:
        if (node.api_version, node.kind) == (seen.api_version, seen.kind):
            return node
        identity = node.identity._replace(api_version=seen.api_version, kind=seen.kind)
        replacement = node.clone_as(identity)
        self.graph.write(replacement)
        for owner in node.owners:
            owner_node = self.graph.find(owner.uid)
            if owner_node is not None and node in owner_node.dependents:
                owner_node.delete_dependent(node)
                owner_node.add_dependent(replacement)
        return replacement

    # Deletion begins

    def _process_transitions(
        self, node: Node, before: Metadata | None, metadata: Metadata
    ) -> None:
        if metadata.deletion_timestamp is None:
            return
        if _starts_with(ORPHAN_DEPENDENTS, before, metadata):
            self.say(messages.ADD_TO_ORPHAN, node=node)
            self.attempt_to_orphan.add(node)
        elif _starts_with(DELETE_DEPENDENTS, before, metadata):
            self.say(messages.WAITS_FOR_DEPENDENTS, node=node)
            node.deleting_dependents = True
            for dependent in self.arrange(node.dependents):
                self.attempt_to_delete.add(dependent)
            self.attempt_to_delete.add(node)

    # Deletion ends

    def _remove(self, node: Node, identity: ObjectReference) -> None:
        self.graph.remove(node)
        if node.dependents:
            self.absent_owners.add(identity)
        for dependent in self.arrange(node.dependents):
            self.attempt_to_delete.add(dependent)
        for owner in node.owners:
            owner_node = self.graph.find(owner.uid)
            if owner_node is not None and owner_node.deleting_dependents:
                self.attempt_to_delete.add(owner_node)

    def _delete_virtually(self, node: Node, absent: ObjectReference) -> None:
        matching, nonmatching = partition_dependents(
            self.arrange(node.dependents), absent
        )
        agreed = not nonmatching if node.virtual else node.identity == absent
        if agreed:
            self._remove(node, absent)
            return
        if matching:
            self.absent_owners.add(absent)
            for dependent in matching:
                self.attempt_to_delete.add(dependent)
        if node.virtual and node.identity == absent:
            self._try_alternate(node, nonmatching)

    def _try_alternate(self, node: Node, nonmatching: list[Node]) -> None:
        alternate = alternate_owner_identity(nonmatching, node.identity)
        if alternate is not None:
            replacement = node.clone_as(alternate)
            self.graph.write(replacement)
            self.attempt_to_delete.add_rate_limited(replacement)


def _repeats_an_owner(owners: tuple[OwnerReference, ...]) -> bool:
    """Whether a UID comes twice: then even an unchanged list differs from itself."""
    return len(owners) > 1 and len({owner.uid for owner in owners}) < len(owners)


def _starts_with(finalizer: str, before: Metadata | None, seen: Metadata) -> bool:
    if seen.deletion_timestamp is None or finalizer not in seen.finalizers:
        return False
    return (
        before is None
        or before.deletion_timestamp is None
        or finalizer not in before.finalizers
    )


__all__ = ["Arrange", "GraphBuilder", "GraphChange", "Message", "Queue"]
