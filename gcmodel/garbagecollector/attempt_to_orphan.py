"""The worker behind the attempt-to-orphan queue: cut dependents loose, then the owner.

Upstream: ``attemptToOrphanWorker`` and ``orphanDependents`` in
pkg/controller/garbagecollector/garbagecollector.go
"""

from collections.abc import Callable

import attrs

from gcmodel.errors import GcModelError, NotFoundError
from gcmodel.garbagecollector import object_messages as messages
from gcmodel.garbagecollector.attempt_to_delete import Outcome
from gcmodel.garbagecollector.graph_builder import Arrange
from gcmodel.garbagecollector.node import Node
from gcmodel.garbagecollector.operations import Operations, RetryLaterError
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.kernel.waits import gather
from gcmodel.objects.finalizers import ORPHAN_DEPENDENTS


@attrs.define(eq=False)
class OrphanWorker:
    """Takes nodes off the attempt-to-orphan queue, one at a time.

    * **In parallel**: all dependents are patched at the same time.
    * **Trusting**: the owner itself is not read before its dependents are cut
      loose; those that the graph does not know yet are missed.
    * **Repeatable**: after a failure everything is patched again, which is harmless.
    """

    scheduler: Scheduler
    operations: Operations
    say: Callable[..., None]
    arrange: Arrange = list

    async def attempt_to_orphan(self, node: Node) -> Outcome:
        """Release every dependent of *node*, then *node*."""
        dependents = self.arrange(node.dependents)
        try:
            await self.orphan_dependents(node, dependents)
        except GcModelError as error:
            self.say(messages.ORPHAN_FAILED, node=node, error=error)
            return Outcome.REQUEUE
        try:
            await self.operations.remove_finalizer(node.identity, ORPHAN_DEPENDENTS)
        except GcModelError as error:
            self.say(messages.ORPHAN_FINALIZER_FAILED, node=node, error=error)
            return Outcome.REQUEUE
        return Outcome.FORGET

    async def orphan_dependents(self, owner: Node, dependents: list[Node]) -> None:
        """Cut the reference to *owner* on each of *dependents*.

        Raises:
            RetryLaterError: Some could not be patched; those that are gone do not
                count.
        """
        errors: list[str] = []

        async def release(dependent: Node) -> None:
            try:
                await self.operations.drop_owners(dependent, (owner.uid,))
            except NotFoundError:
                return
            except GcModelError as error:
                errors.append(f"orphaning {dependent} failed, {error}")

        releases = [release(dependent) for dependent in dependents]
        await gather(self.scheduler, "orphan", releases)
        if errors:
            text = errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"
            raise RetryLaterError(
                f"failed to orphan dependents of owner {owner}, got errors: {text}"
            )
        self.say(messages.ORPHANED, node=owner)
