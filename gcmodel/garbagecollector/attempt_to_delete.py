"""The worker behind the attempt-to-delete queue: ask, decide, act.

Upstream: ``attemptToDeleteWorker``, ``attemptToDeleteItem``,
``classifyReferences`` and ``isDangling`` in
pkg/controller/garbagecollector/garbagecollector.go
"""

from collections.abc import Callable
from enum import Enum
from typing import assert_never

import attrs

from gcmodel.client.workqueue import WorkQueue
from gcmodel.errors import GcModelError, NotFoundError
from gcmodel.garbagecollector import object_messages as messages
from gcmodel.garbagecollector.absent_owner_cache import AbsentOwnerCache
from gcmodel.garbagecollector.graph import DependencyGraph
from gcmodel.garbagecollector.node import Node
from gcmodel.garbagecollector.operations import (
    ClusterScopedError,
    MappingError,
    Operations,
)
from gcmodel.garbagecollector.verdicts import (
    Classified,
    Delete,
    DropOwners,
    Facts,
    Keep,
    decide,
)
from gcmodel.objects.finalizers import DELETE_DEPENDENTS
from gcmodel.objects.identity import ObjectReference
from gcmodel.objects.metadata import KubeObject, OwnerReference
from gcmodel.versions.profile import Profile


class Outcome(Enum):
    """What the queue does with an item after one turn."""

    FORGET = "forget"
    REQUEUE = "requeue"


class OwnerState(Enum):
    """What became of one owner."""

    SOLID = "solid"
    DANGLING = "dangling"
    WAITING = "waiting"


@attrs.define(eq=False)
class DeletionWorker:
    """Takes nodes off the attempt-to-delete queue, one at a time.

    The graph only suggests; before it acts, the worker reads the object and its
    owners from the API server. It never writes the graph: what it finds missing it
    reports as absent, and the graph builder sees a virtual delete event.

    * **Live**: what becomes of an object is decided by its live references; whether
      its deletion is held up is decided by the graph.
    * **All or nothing**: the first reference that cannot be checked ends the turn,
      and nothing is patched or deleted.
    """

    graph: DependencyGraph
    queue: WorkQueue[Node]
    absent_owners: AbsentOwnerCache
    operations: Operations
    profile: Profile
    report_absent: Callable[[ObjectReference], None]
    say: Callable[..., None]

    async def attempt_to_delete(self, node: Node) -> Outcome:
        """Bring the object behind *node* one step closer to where it belongs."""
        if node.virtual and not self._still_virtual(node):
            return Outcome.FORGET
        try:
            reported = await self._attempt(self._refreshed(node))
        except ClusterScopedError:
            return Outcome.FORGET
        except MappingError as error:
            visible = self.profile.mapping_errors_visible
            message = (
                messages.MAPPING_ERROR if visible else messages.MAPPING_ERROR_HIDDEN
            )
            self.say(message, node=node, error=error)
            return Outcome.REQUEUE
        except GcModelError as error:
            self.say(messages.SYNC_ERROR, node=node, error=error)
            return Outcome.REQUEUE
        if reported:
            return Outcome.FORGET
        if node.virtual:
            self.say(messages.NOT_OBSERVED, node=node)
            return Outcome.REQUEUE
        return Outcome.FORGET

    def _still_virtual(self, node: Node) -> bool:
        known = self.graph.find(node.uid)
        if known is None:
            self.say(messages.NO_LONGER_IN_GRAPH, node=node)
            return False
        if known.observed:
            self.say(messages.NO_LONGER_VIRTUAL, node=node)
            return False
        return True

    def _refreshed(self, node: Node) -> Node:
        known = (
            self.graph.find(node.uid) if self.profile.refreshes_node_identity else None
        )
        if known is None:
            return node
        fresh = known.identity
        return node.clone_as(
            node.identity._replace(api_version=fresh.api_version, kind=fresh.kind)
        )

    async def _attempt(self, node: Node) -> bool:
        """Go through one turn; return whether the object was reported absent."""
        identity = node.identity
        self.say(messages.PROCESSING, node=node)
        if node.being_deleted and not node.deleting_dependents:
            self.say(messages.RETURNED_AT_ONCE, node=node)
            return False
        try:
            latest = await self.operations.get(identity)
        except NotFoundError:
            self.say(messages.NOT_FOUND, node=node)
            self.report_absent(identity)
            return True
        if latest.uid != identity.uid:
            self.say(messages.UID_MISMATCH, node=node)
            self.report_absent(identity)
            return True
        if node.deleting_dependents:
            await self._await_dependents(node)
            return False
        if not latest.metadata.owner_references:
            self.say(messages.NO_OWNER, node=node)
            return False
        owners = await self._classify(node, latest.metadata.owner_references)
        return await self._carry_out(node, latest, owners)

    async def _await_dependents(self, node: Node) -> None:
        blocking = node.blocking_dependents()
        if not blocking:
            self.say(messages.REMOVE_FINALIZER, node=node)
            await self.operations.remove_finalizer(node.identity, DELETE_DEPENDENTS)
        for dependent in blocking:
            if not dependent.deleting_dependents:
                self.say(messages.ADD_DEPENDENT, node=node, dependent=dependent)
                self.queue.add(dependent)

    # Ask

    async def _classify(
        self, node: Node, references: tuple[OwnerReference, ...]
    ) -> Classified:
        found = [(await self._state_of(node, owner), owner) for owner in references]
        self.say(messages.CLASSIFY, node=node)
        return Classified(
            solid=tuple(one for state, one in found if state is OwnerState.SOLID),
            dangling=tuple(one for state, one in found if state is OwnerState.DANGLING),
            waiting=tuple(one for state, one in found if state is OwnerState.WAITING),
        )

    async def _state_of(self, node: Node, owner: OwnerReference) -> OwnerState:
        namespace = node.namespace
        named = {"node": node, "owner": owner}
        if self.absent_owners.has(owner.in_namespace("")):
            self.say(messages.ABSENT_IN_CACHE, **named)
            return OwnerState.DANGLING
        if self.absent_owners.has(owner.in_namespace(namespace)):
            self.say(messages.ABSENT_IN_CACHE_NAMESPACED, **named, namespace=namespace)
            return OwnerState.DANGLING
        mapping = await self.operations.mapping_for(owner.api_version, owner.kind)
        nowhere = mapping.namespaced and not namespace
        if nowhere and self.profile.verifies_owner_coordinates:
            self.say(messages.CLUSTER_SCOPED, **named)
            raise ClusterScopedError
        key = owner.in_namespace(namespace if mapping.namespaced else "")
        try:
            found = await self.operations.get(key)
        except NotFoundError:
            self.absent_owners.add(key)
            self.say(messages.OWNER_NOT_FOUND, **named)
            return OwnerState.DANGLING
        if found.uid != owner.uid:
            self.say(messages.OWNER_UID_MISMATCH, **named)
            self.absent_owners.add(key)
            return OwnerState.DANGLING
        meta = found.metadata
        waits = meta.being_deleted and DELETE_DEPENDENTS in meta.finalizers
        return OwnerState.WAITING if waits else OwnerState.SOLID

    # Act

    async def _carry_out(
        self, node: Node, latest: KubeObject, owners: Classified
    ) -> bool:
        """Do what the facts call for; return whether the object proved absent."""
        waiting = next(
            (one for one in node.dependents if one.deleting_dependents), None
        )
        facts = Facts(
            owners=owners,
            finalizers=latest.metadata.finalizers,
            has_dependents=bool(node.dependents),
            dependent_is_waiting=waiting is not None,
        )
        verdict = decide(facts)
        match verdict:
            case Keep():
                self.say(messages.HAS_OWNER, node=node, solid=owners.solid)
            case DropOwners(uids):
                self.say(messages.HAS_OWNER, node=node, solid=owners.solid)
                self.say(
                    messages.REMOVE_REFERENCES,
                    node=node,
                    dangling=owners.dangling,
                    waiting=owners.waiting,
                )
                await self.operations.drop_owners(node, uids)
            case Delete():
                if verdict.unblock_first:
                    self.say(messages.UNBLOCK, node=node, dependent=waiting)
                    await self.operations.unblock_owners(node)
                return await self._delete(node, latest, verdict)
            case _:
                assert_never(verdict)
        return False

    async def _delete(self, node: Node, latest: KubeObject, verdict: Delete) -> bool:
        if verdict.for_waiting_owner:
            self.say(messages.IN_FOREGROUND, node=node)
        else:
            self.say(messages.DELETING, node=node, policy=verdict.policy)
        try:
            await self.operations.delete(node.identity, latest, verdict.policy)
        except NotFoundError:
            if not self.profile.not_found_on_delete_is_virtual_delete:
                raise
            self.report_absent(node.identity)
            return True
        return False
