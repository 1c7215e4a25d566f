"""The namespace controller: waits a little, then ends what is being deleted.

Upstream: ``NamespaceController`` in pkg/controller/namespace/namespace_controller.go
"""

import attrs

from gcmodel.client.discovery import DiscoveryClient
from gcmodel.client.informer import SharedInformer
from gcmodel.client.workqueue import RateLimitingQueue
from gcmodel.controllers.controller import Controller, Handlers, Retry
from gcmodel.controllers.messages import (
    CONTENT_REMAINS,
    NAMESPACE_CONTROLLER_STARTS,
    NAMESPACE_FAILED,
    NAMESPACE_GONE,
    NAMESPACE_SYNCED,
)
from gcmodel.controllers.namespace_deleter import (
    NamespaceDeleter,
    ResourcesRemainError,
)
from gcmodel.controllers.resource_names import NAMESPACES
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.kernel.durations import SECOND, format_duration
from gcmodel.kernel.log import Message
from gcmodel.objects.metadata import KubeObject

WORKERS = 10
"""``--concurrent-namespace-syncs``."""

GRACE_NS = 5 * SECOND
"""Time for other API servers to learn of the deletion, and for last creations."""

DELAY_NS_MAX = 60 * SECOND
"""The longest back-off after a failed pass."""

QPS_FACTOR = 20
"""The controller's client may send this many times ``--kube-api-qps``."""

BURST_FACTOR = 100
"""Likewise for ``--kube-api-burst``."""


def namespace_controller(surroundings: Surroundings) -> Controller:
    """Return the namespace controller, listening already.

    Its client is to be made with QPS_FACTOR and BURST_FACTOR.
    """
    scheduler, profile = surroundings.scheduler, surroundings.profile
    queue: RateLimitingQueue[str] = RateLimitingQueue(
        scheduler, "namespace", delay_ns_max=DELAY_NS_MAX
    )
    discovery = DiscoveryClient(surroundings.client, profile.aggregated_discovery)
    reconciler = NamespaceReconciler(
        surroundings,
        queue,
        NamespaceDeleter(surroundings, discovery),
        surroundings.informers.informer(NAMESPACES),
    )
    reconciler.listen()
    return Controller(
        "namespace",
        scheduler,
        queue,
        reconciler,
        (reconciler.namespaces,),
        workers=WORKERS,
        report=reconciler.report,
        prepare=reconciler.prepare,
        log_style=surroundings.profile.log_style,
    )


@attrs.define(eq=False, repr=False)
class NamespaceReconciler:
    """Looks at namespaces that are being deleted, five seconds after each change.

    * **Independent**: it deletes the content itself, so a stalled garbage collector
      delays only what waits with a collector finalizer that a background delete does
      not take off.
    """

    surroundings: Surroundings
    queue: RateLimitingQueue[str]
    deleter: NamespaceDeleter
    namespaces: SharedInformer

    def listen(self) -> None:
        """Add the event handlers."""
        ignored = Handlers.for_each(lambda _seen: None)
        handler = attrs.evolve(
            ignored,
            added=self._enqueue,
            updated=lambda _before, seen: self._enqueue(seen),
        )
        self.namespaces.add_event_handler(handler)

    async def prepare(self) -> None:
        """Learn what can be deleted, before anything starts."""
        await self.deleter.learn_operations()
        self._log(NAMESPACE_CONTROLLER_STARTS)

    def _enqueue(self, namespace: KubeObject) -> None:
        if namespace.metadata.being_deleted:
            self.queue.add_after(namespace.key, GRACE_NS)

    async def reconcile(self, key: str) -> None:
        """Take the namespace called *key* as far towards its end as it goes."""
        try:
            await self._sync(key)
        except ResourcesRemainError as error:
            seconds = error.estimate_s // 2 + 1
            self._log(CONTENT_REMAINS, key=key, seconds=seconds)
            self.queue.add_after(key, seconds * SECOND)

    async def _sync(self, key: str) -> None:
        began = self.surroundings.scheduler.now
        try:
            if self.namespaces.indexer.get("", key) is None:
                self._log(NAMESPACE_GONE, key=key)
                return
            await self.deleter.delete(key)
        finally:
            took = format_duration(self.surroundings.scheduler.now - began)
            self._log(NAMESPACE_SYNCED, key=key, took=took)

    def report(self, key: str, error: Retry) -> None:
        """Log a pass that failed."""
        self._log(NAMESPACE_FAILED, key=key, error=error)

    def _log(self, message: Message, **fields: object) -> None:
        style = self.surroundings.profile.log_style
        message.log(self.surroundings.scheduler, style, **fields)
