"""Volumes and claims that do not go while somebody uses them.

Upstream: ``Controller`` in pv_protection_controller.go and pvc_protection_controller.go
of pkg/controller/volume
"""

from collections.abc import Iterable

import attrs

from gcmodel.client.informer import SharedInformer
from gcmodel.client.workqueue import RateLimitingQueue
from gcmodel.controllers.controller import Controller, Handlers, split_key
from gcmodel.controllers.resource_names import (
    PERSISTENT_VOLUME_CLAIMS,
    PERSISTENT_VOLUMES,
    PODS,
)
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.objects.finalizers import without
from gcmodel.objects.identity import GroupVersionResource
from gcmodel.objects.metadata import KubeObject

PV_PROTECTION = "kubernetes.io/pv-protection"
PVC_PROTECTION = "kubernetes.io/pvc-protection"


def pv_protection_controller(surroundings: Surroundings) -> Controller:
    """Return the controller of volumes, listening already."""
    queue: RateLimitingQueue[str] = RateLimitingQueue(
        surroundings.scheduler, "pvprotection"
    )
    volumes = surroundings.informers.informer(PERSISTENT_VOLUMES)
    reconciler = ProtectionReconciler(
        surroundings, volumes, PERSISTENT_VOLUMES, PV_PROTECTION
    )
    volumes.add_event_handler(_waking(queue, PV_PROTECTION))
    scheduler = surroundings.scheduler
    return Controller(
        "PV protection",
        scheduler,
        queue,
        reconciler,
        (volumes,),
        workers=1,
        log_style=surroundings.profile.log_style,
    )


def pvc_protection_controller(surroundings: Surroundings) -> Controller:
    """Return the controller of claims, listening already."""
    queue: RateLimitingQueue[str] = RateLimitingQueue(
        surroundings.scheduler, "pvcprotection"
    )
    claims = surroundings.informers.informer(PERSISTENT_VOLUME_CLAIMS)
    pods = surroundings.informers.informer(PODS)
    reconciler = ProtectionReconciler(
        surroundings, claims, PERSISTENT_VOLUME_CLAIMS, PVC_PROTECTION, pods
    )

    def wake_claims(pod: KubeObject) -> None:
        for name in claims_of(pod):
            queue.add(f"{pod.namespace}/{name}")

    claims.add_event_handler(_waking(queue, PVC_PROTECTION))
    pods.add_event_handler(Handlers.for_each(wake_claims))
    scheduler = surroundings.scheduler
    return Controller(
        "PVC protection",
        scheduler,
        queue,
        reconciler,
        (claims, pods),
        workers=1,
        log_style=surroundings.profile.log_style,
    )


def _waking(queue: RateLimitingQueue[str], finalizer: str) -> Handlers:
    def wake(seen: KubeObject) -> None:
        # It lacks protection, or no longer needs it.
        if seen.metadata.being_deleted == (finalizer in seen.metadata.finalizers):
            queue.add(seen.key)

    return Handlers(wake, lambda _before, seen: wake(seen), lambda _last: None)


@attrs.define(eq=False, repr=False)
class ProtectionReconciler:
    """Puts a finalizer on what is stored, and takes it away when it is free to go.

    Attributes:
        pods: Whose claims are in use; None if the volume says itself that it is.
    """

    surroundings: Surroundings
    protected: SharedInformer
    resource: GroupVersionResource
    finalizer: str
    pods: SharedInformer | None = None

    async def reconcile(self, key: str) -> None:
        """Protect the object called *key*, or let it go."""
        found = self.protected.indexer.get(*split_key(key))
        if found is None:
            return
        finalizers = found.metadata.finalizers
        held = self.finalizer in finalizers
        if found.metadata.being_deleted:
            if held and not await self._is_used(found):
                await self._write(found, without(finalizers, self.finalizer))
        elif not held:
            await self._write(found, (*finalizers, self.finalizer))

    async def _is_used(self, found: KubeObject) -> bool:
        if self.pods is None:
            return found.status.get("phase") == "Bound"
        if _uses(self.pods.indexer.list(), found):
            return True
        # The cache may be behind.
        listed = await self.surroundings.client.list(PODS, found.namespace)
        return _uses(listed.items, found)

    async def _write(self, found: KubeObject, finalizers: tuple[str, ...]) -> None:
        changed = found.with_metadata(finalizers=finalizers)
        await self.surroundings.client.update(self.resource, changed)


def _uses(pods: Iterable[KubeObject], claim: KubeObject) -> bool:
    return any(
        pod.namespace == claim.namespace
        and pod.spec.get("nodeName")
        and claim.name in claims_of(pod)
        for pod in pods
    )


def claims_of(pod: KubeObject) -> list[str]:
    """Return the names of the claims that *pod* mounts."""
    sources = [
        volume.get("persistentVolumeClaim") for volume in pod.spec.get("volumes") or ()
    ]
    return [source.get("claimName") or "" for source in sources if source]
