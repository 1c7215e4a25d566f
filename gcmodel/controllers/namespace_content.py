"""Deleting the content of one resource in a namespace, and counting what is left.

Upstream: ``deleteAllContentForGroupVersionResource`` and
``estimateGracefulTermination`` in
pkg/controller/namespace/deletion/namespaced_resources_deleter.go
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import attrs

from gcmodel.client.client import Client
from gcmodel.controllers.pod_state import FINISHED, phase_of
from gcmodel.controllers.resource_names import PODS
from gcmodel.errors import (
    ApiError,
    MethodNotAllowedError,
    NotFoundError,
    ReconcileError,
)
from gcmodel.objects.identity import GroupVersionResource
from gcmodel.objects.lists import ObjectList
from gcmodel.objects.metadata import KubeObject
from gcmodel.objects.options import DeleteOptions, PropagationPolicy

FINALIZER_ESTIMATE_S = 15
"""How long finalizers are given before content is looked at again."""

_BACKGROUND = DeleteOptions(propagation_policy=PropagationPolicy.BACKGROUND.value)
_UNSUPPORTED = (MethodNotAllowedError, NotFoundError)

Operation = tuple[str, GroupVersionResource]


@attrs.frozen
class Remains:
    """What is left of one resource.

    Attributes:
        estimate_s: How long it is likely to take; 0 if nothing is waited for.
        failure: Why the content could not be deleted.
    """

    estimate_s: int = 0
    count: int = 0
    finalizers: Mapping[str, int] = attrs.field(factory=dict)
    failure: ApiError | ReconcileError | None = None


@attrs.frozen(repr=False)
class ContentDeleter:
    """Deletes the content of one namespace, resource by resource.

    * **In the background**: no dependents are waited for, and collector finalizers
      that content has are taken off by the request.
    * **One by one if need be**: where collections cannot be deleted, each object is.
    * **Nothing left, nothing to wait for**: however long Pods might have taken.

    Attributes:
        deleted_s: Since when the namespace is being deleted, in Unix seconds.
        unsupported: Operations that discovery did not offer when the process began.
    """

    client: Client
    namespace: str
    deleted_s: int
    unsupported: frozenset[Operation]

    async def delete(self, resource: GroupVersionResource, now_s: int) -> Remains:
        """Delete everything of *resource*; return what is left."""
        estimate_s = 0
        try:
            estimate_s = await self._estimate(resource, now_s)
            if not await self._delete_collection(resource):
                await self._delete_each(resource)
            listed = await self._list(resource)
        except ApiError as error:
            return Remains(estimate_s, failure=error)
        if listed is None:
            return Remains(estimate_s)
        return self._judge(resource, listed.items, estimate_s)

    def _judge(
        self,
        resource: GroupVersionResource,
        left: Sequence[KubeObject],
        estimate_s: int,
    ) -> Remains:
        if not left:
            return Remains()
        finalizers = Counter(name for one in left for name in one.metadata.finalizers)
        if estimate_s or finalizers:
            wait = estimate_s or FINALIZER_ESTIMATE_S
            return Remains(wait, len(left), finalizers)
        unexpected = ReconcileError(
            f"unexpected items still remain in namespace: {self.namespace} "
            f"for gvr: {resource}"
        )
        return Remains(0, len(left), failure=unexpected)

    async def _estimate(self, resource: GroupVersionResource, now_s: int) -> int:
        """Return how long Pods may still take, in seconds since the deletion."""
        if resource.group_resource != PODS.group_resource:
            return 0
        pods = await self.client.list(PODS, self.namespace)
        grace_s = max((_grace_s(pod) for pod in pods.items), default=0)
        return 0 if now_s - self.deleted_s >= grace_s else grace_s

    async def _delete_collection(self, resource: GroupVersionResource) -> bool:
        if ("deletecollection", resource) in self.unsupported:
            return False
        try:
            await self.client.delete_collection(resource, self.namespace, _BACKGROUND)
        except _UNSUPPORTED:
            return False
        return True

    async def _delete_each(self, resource: GroupVersionResource) -> None:
        listed = await self._list(resource)
        for item in () if listed is None else listed.items:
            try:
                await self.client.delete(
                    resource, self.namespace, item.name, _BACKGROUND
                )
            except _UNSUPPORTED:
                continue

    async def _list(self, resource: GroupVersionResource) -> ObjectList | None:
        if ("list", resource) in self.unsupported:
            return None
        try:
            return await self.client.list(resource, self.namespace)
        except _UNSUPPORTED:
            return None


def _grace_s(pod: KubeObject) -> int:
    if phase_of(pod) in FINISHED:
        return 0
    return int(pod.spec.get("terminationGracePeriodSeconds") or 0)
