"""The collector's own requests: read, delete, cut references, drop finalizers.

Upstream: pkg/controller/garbagecollector/operations.go and patch.go
"""

from collections.abc import Awaitable, Callable

import attrs

from gcmodel.client.client import Client
from gcmodel.client.rest_mapper import NoMatchError, RestMapper, RestMapping
from gcmodel.errors import (
    ApiError,
    ConflictError,
    GcModelError,
    NotFoundError,
    UnsupportedMediaTypeError,
)
from gcmodel.garbagecollector import object_messages as messages
from gcmodel.garbagecollector.node import Node
from gcmodel.kernel.durations import MILLISECOND
from gcmodel.kernel.scheduler import sleep
from gcmodel.objects.finalizers import without
from gcmodel.objects.identity import GroupVersionKind, ObjectReference, Uid
from gcmodel.objects.metadata import Json, KubeObject
from gcmodel.objects.options import DeleteOptions, Preconditions, PropagationPolicy
from gcmodel.objects.patch_types import Patch, PatchType
from gcmodel.versions.profile import Profile

FINALIZER_BACKOFF_NS = (10 * MILLISECOND, 50 * MILLISECOND, 250 * MILLISECOND)
FINALIZER_JITTER = 0.1


class MappingError(GcModelError):
    """The kind is not served, as far as the REST mapper knows."""

    def __init__(self, api_version: str, kind: str) -> None:
        """Keep what was looked for."""
        super().__init__(api_version, kind)
        self.api_version = api_version
        self.kind = kind

    def __str__(self) -> str:
        """Render as upstream does."""
        return f"unable to get REST mapping for {self.api_version}/{self.kind}."


class ClusterScopedError(GcModelError):
    """A cluster-scoped object refers to a namespaced owner: nothing can be done."""

    def __str__(self) -> str:
        """Render as upstream does."""
        return "cluster-scoped objects cannot refer to namespaced owners"


class RetryLaterError(GcModelError):
    """A step failed in a way that upstream wraps into a text of its own."""

    def __init__(self, text: str) -> None:
        """Keep the text."""
        super().__init__(text)


@attrs.define(eq=False)
class Operations:
    """Speaks to the API server on behalf of the workers.

    * **Guarded by UID**: a delete names the UID it means, a patch carries it, so
      that another incarnation of the name is never touched.
    * **Falls back**: where strategic merge patches are not understood (415), a JSON
      merge patch with a resource version says the same.
    """

    client: Client
    mapper: RestMapper
    profile: Profile
    say: Callable[..., None]
    find_cached: Callable[[RestMapping, str], KubeObject | None]
    """The monitor's copy of an object, if there is a monitor that has it."""

    async def mapping_for(self, api_version: str, kind: str) -> RestMapping:
        """Return where a kind is served.

        Raises:
            MappingError: It is not.
        """
        try:
            return await self.mapper.mapping_for(GroupVersionKind.of(api_version, kind))
        except NoMatchError as error:
            raise MappingError(api_version, kind) from error

    async def get(self, identity: ObjectReference) -> KubeObject:
        """Read the live object.

        Raises:
            ClusterScopedError: The kind is namespaced and no namespace is known. Before
                1.20 the request is sent all the same, and finds nothing.
        """
        mapping = await self.mapping_for(identity.api_version, identity.kind)
        nowhere = mapping.namespaced and not identity.namespace
        if nowhere and self.profile.verifies_owner_coordinates:
            raise ClusterScopedError
        namespace = identity.namespace if mapping.namespaced else ""
        return await self.client.get(mapping.resource, namespace, identity.name)

    async def delete(
        self, identity: ObjectReference, latest: KubeObject, policy: PropagationPolicy
    ) -> None:
        """Delete the object that was judged, and no other incarnation or state."""
        version = None
        if self.profile.delete_carries_resource_version:
            version = latest.metadata.resource_version or None
        try:
            await self._delete_once(identity, policy, version)
        except ConflictError as conflict:
            if version is None:
                raise
            await self._delete_after_conflict(identity, latest, policy, conflict)

    async def _delete_once(
        self, identity: ObjectReference, policy: PropagationPolicy, version: str | None
    ) -> None:
        mapping = await self.mapping_for(identity.api_version, identity.kind)
        options = DeleteOptions(
            preconditions=Preconditions(identity.uid, version),
            propagation_policy=policy.value,
        )
        namespace = identity.namespace if mapping.namespaced else ""
        await self.client.delete(mapping.resource, namespace, identity.name, options)

    async def _delete_after_conflict(
        self,
        identity: ObjectReference,
        latest: KubeObject,
        policy: PropagationPolicy,
        conflict: ConflictError,
    ) -> None:
        try:
            fresh = await self.get(identity)
        except NotFoundError:
            if self.profile.not_found_on_delete_is_virtual_delete:
                raise
            return
        except ApiError:
            raise conflict from None  # upstream reports the conflict, not the re-read
        before, after = latest.metadata, fresh.metadata
        same = (
            before.uid == after.uid
            and before.resource_version != after.resource_version
            and before.owner_references == after.owner_references
        )
        if not same:
            raise conflict
        await self._delete_once(identity, policy, None)

    async def drop_owners(self, node: Node, uids: tuple[Uid, ...]) -> None:
        """Cut the references of *node* to owners called *uids*."""
        body: Json = {
            "metadata": {
                "uid": node.uid,
                "ownerReferences": [{"$patch": "delete", "uid": uid} for uid in uids],
            }
        }

        async def merge_body() -> Json:
            known = await self._metadata(node.identity)
            kept = [
                owner.to_dict()
                for owner in known.metadata.owner_references
                if owner.uid not in uids
            ]
            return _versioned(known, ownerReferences=kept or None)

        await self._patch(node.identity, body, merge_body)

    async def unblock_owners(self, node: Node) -> None:
        """Make the references of *node* non-blocking, as the graph knows them."""
        unblocked = [
            owner.to_dict() | {"blockOwnerDeletion": False} for owner in node.owners
        ]
        blocking = [
            wire
            for owner, wire in zip(node.owners, unblocked, strict=True)
            if owner.block_owner_deletion
        ]
        body: Json = {
            "metadata": {
                "uid": node.uid,
                "creationTimestamp": None,
                "ownerReferences": blocking,
            }
        }

        async def merge_body() -> Json:
            known = await self._metadata(node.identity)
            return _versioned(known, ownerReferences=unblocked)

        await self._patch(node.identity, body, merge_body)

    async def remove_finalizer(self, identity: ObjectReference, finalizer: str) -> None:
        """Drop *finalizer* from the object, trying four times if others write too.

        Raises:
            RetryLaterError: It could not be read, or four conflicts were met.
        """
        for pause in (*FINALIZER_BACKOFF_NS, None):
            try:
                await self._remove_finalizer_once(identity, finalizer)
            except ConflictError:
                if pause is not None:
                    await sleep(self._jittered(pause))
            else:
                return
        raise RetryLaterError(
            "updateMaxRetries(4) has reached. The garbage collector will retry later "
            f"for owner {identity}"
        )

    async def _remove_finalizer_once(
        self, identity: ObjectReference, finalizer: str
    ) -> None:
        try:
            found = await self.get(identity)
        except NotFoundError:
            return
        except GcModelError as error:
            raise RetryLaterError(
                f"cannot finalize owner {identity}, because cannot get it: {error}. "
                "The garbage collector will retry later"
            ) from error
        finalizers = found.metadata.finalizers
        if finalizer not in finalizers:
            self.say(
                messages.FINALIZER_ALREADY_REMOVED, node=identity, finalizer=finalizer
            )
            return
        kept = list(without(finalizers, finalizer)) or None
        body = _versioned(found, finalizers=kept)
        await self._send_patch(identity, Patch(PatchType.MERGE, body))

    def _jittered(self, pause_ns: int) -> int:
        chance = self.client.scheduler.choices.stream("finalizer-retry").random()
        return pause_ns + int(pause_ns * FINALIZER_JITTER * chance)

    async def _patch(
        self,
        identity: ObjectReference,
        body: Json,
        merge_body: Callable[[], Awaitable[Json]],
    ) -> None:
        try:
            await self._send_patch(identity, Patch(PatchType.STRATEGIC, body))
        except UnsupportedMediaTypeError:
            await self._send_patch(identity, Patch(PatchType.MERGE, await merge_body()))

    async def _send_patch(self, identity: ObjectReference, patch: Patch) -> None:
        mapping = await self.mapping_for(identity.api_version, identity.kind)
        namespace = identity.namespace if mapping.namespaced else ""
        await self.client.patch(mapping.resource, namespace, identity.name, patch)

    async def _metadata(self, identity: ObjectReference) -> KubeObject:
        mapping = await self.mapping_for(identity.api_version, identity.kind)
        prefix = f"{identity.namespace}/" if identity.namespace else ""
        cached = self.find_cached(mapping, prefix + identity.name)
        return cached if cached is not None else await self.get(identity)


def _versioned(known: KubeObject, **metadata: object) -> Json:
    version = known.metadata.resource_version
    return {"metadata": {"resourceVersion": version, **metadata}}
