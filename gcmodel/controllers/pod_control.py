"""Creating and deleting Pods on behalf of a controller, with the Events about it.

Upstream: ``RealPodControl`` in pkg/controller/controller_utils.go;
``slowStartBatch`` in pkg/controller/replicaset/replica_set.go
"""

from collections.abc import Callable, Coroutine
from typing import Any

import attrs

from gcmodel.controllers.controller import namespace_terminates
from gcmodel.controllers.controller_refs import controller_reference
from gcmodel.controllers.pod_templates import pod_from
from gcmodel.controllers.resource_names import PODS
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.errors import ApiError, NotFoundError
from gcmodel.kernel.waits import gather
from gcmodel.objects.identity import GroupVersionKind
from gcmodel.objects.metadata import Json, KubeObject

BATCH_FIRST = 1
"""The size of the first batch of creations; each further one is twice as large."""


@attrs.frozen(repr=False)
class PodControl:
    """Sends the requests of one kind of controller about its Pods."""

    surroundings: Surroundings
    gvk: GroupVersionKind

    async def create(self, owner: KubeObject, template: Json) -> KubeObject:
        """Create a Pod of *owner* from *template*.

        Raises:
            ApiError: The server refused it; an Event says so, unless the namespace
                is being deleted.
        """
        wanted = pod_from(template, owner, controller_reference(owner, self.gvk))
        return await self.create_pod(owner, wanted)

    async def create_pod(self, owner: KubeObject, wanted: KubeObject) -> KubeObject:
        """Create *wanted*, which refers to *owner* already."""
        try:
            made = await self.surroundings.client.create(PODS, wanted)
        except ApiError as error:
            if not namespace_terminates(error):
                self._tell(owner, "Warning", "FailedCreate", f"Error creating: {error}")
            raise
        self._tell(owner, "Normal", "SuccessfulCreate", f"Created pod: {made.name}")
        return made

    async def delete(self, owner: KubeObject, pod: KubeObject) -> None:
        """Delete *pod* with its own grace period and the kind's default policy.

        Raises:
            ApiError: The server refused it.
        """
        client = self.surroundings.client
        try:
            await client.delete(PODS, pod.namespace, pod.name)
        except NotFoundError:
            raise
        except ApiError as error:
            self._tell(owner, "Warning", "FailedDelete", f"Error deleting: {error}")
            raise
        self._tell(owner, "Normal", "SuccessfulDelete", f"Deleted pod: {pod.name}")

    def _tell(self, owner: KubeObject, kind: str, reason: str, text: str) -> None:
        self.surroundings.recorder.event(owner, kind, reason, text)


@attrs.define
class Outcome:
    """How many of a number of attempts succeeded, and the first failure."""

    succeeded: int = 0
    failure: ApiError | None = None


async def in_batches(
    surroundings: Surroundings,
    count: int,
    attempt: Callable[[], Coroutine[Any, Any, object]],
) -> Outcome:
    """Make *count* attempts in batches of 1, 2, 4, …; stop after one that fails.

    * **Gentle**: what can never succeed is tried once, not five hundred times.
    """
    outcome = Outcome()
    left, size = count, min(BATCH_FIRST, count)
    while size > 0:
        await all_at_once(surroundings, [attempt] * size, outcome)
        if outcome.failure is not None:
            break
        left -= size
        size = min(2 * size, left)
    return outcome


async def all_at_once(
    surroundings: Surroundings,
    attempts: list[Callable[[], Coroutine[Any, Any, object]]],
    outcome: Outcome,
) -> None:
    """Make all *attempts* at the same time and count them in *outcome*."""

    async def run(attempt: Callable[[], Coroutine[Any, Any, object]]) -> None:
        try:
            await attempt()
        except ApiError as error:
            outcome.failure = outcome.failure or error
        else:
            outcome.succeeded += 1

    steps = [run(attempt) for attempt in attempts]
    await gather(surroundings.scheduler, "batch", steps)
