"""The history of templates that StatefulSets and DaemonSets keep.

Upstream: ``NewControllerRevision``, ``HashControllerRevision`` and ``realHistory`` in
pkg/controller/history/controller_history.go
"""

import json
from collections.abc import Iterable, Sequence

import attrs

from gcmodel.controllers.controller_refs import (
    ClaimedKind,
    ClaimManager,
    controller_reference,
)
from gcmodel.controllers.dependent_handlers import selector_of
from gcmodel.controllers.pod_templates import (
    labels_of,
    template_of,
    without_empty_metadata,
)
from gcmodel.controllers.resource_names import CONTROLLER_REVISIONS
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.controllers.template_hash import fnv_1_32, safe_encode
from gcmodel.errors import AlreadyExistsError, NotFoundError
from gcmodel.objects.identity import GroupVersionKind, GroupVersionResource
from gcmodel.objects.metadata import Json, KubeObject, ObjectMeta

REVISION_LABEL = "controller-revision-hash"
HASH_LABEL = "controller.kubernetes.io/hash"

HISTORY_LIMIT = 10

_PREFIX_MAX = 223


def revision_number(revision: KubeObject) -> int:
    """Return how new a revision is: higher is newer."""
    return int(revision.body.get("revision") or 0)


def revision_data(workload: KubeObject) -> Json:
    """Return what a revision of *workload* remembers: the template, as a patch."""
    template = without_empty_metadata(template_of(workload))
    template["$patch"] = "replace"
    return {"spec": {"template": template}}


def revision_hash(data: Json, collision_count: int | None) -> str:
    """Return the hash that names a revision with *data*.

    Deviation: upstream hashes the bytes as its own encoder orders them; here keys
    are sorted, so the endings differ from those of a real cluster.
    """
    raw = json.dumps(data, sort_keys=True, separators=(",", ":")).encode()
    digest = fnv_1_32(raw)
    if collision_count is not None:
        digest = fnv_1_32(str(collision_count).encode(), digest)
    return safe_encode(str(digest))


@attrs.define(eq=False, repr=False)
class RevisionHistory:
    """The ControllerRevisions of one kind of workload.

    * **Reused**: returning to an earlier template makes its revision the newest
      again instead of adding one.
    * **Collision-proof**: a name that a stranger has taken raises the collision
      count, and another name is tried at once.
    """

    surroundings: Surroundings
    gvk: GroupVersionKind
    resource: GroupVersionResource

    async def claim(self, workload: KubeObject) -> list[KubeObject]:
        """Return the revisions of *workload*, oldest first, adopting orphans.

        Raises:
            ApiError: An adoption or release was refused.
            ReconcileError: The workload may not adopt.
        """
        selector = selector_of(workload)
        manager = ClaimManager(
            self.surroundings.client,
            workload,
            self.gvk,
            self.resource,
            ClaimedKind(CONTROLLER_REVISIONS, "ControllerRevision"),
            lambda revision: selector.matches(revision.metadata.labels),
        )
        informer = self.surroundings.informers.informer(CONTROLLER_REVISIONS)
        claimed = await manager.claim(informer.indexer.list(workload.namespace))
        return sorted(claimed, key=lambda one: (revision_number(one), one.name))

    async def current(
        self, workload: KubeObject, revisions: Sequence[KubeObject]
    ) -> tuple[KubeObject, int]:
        """Return the revision of the present template, and the collision count."""
        data = revision_data(workload)
        collisions = int(workload.status.get("collisionCount") or 0)
        newest = revision_number(revisions[-1]) if revisions else 0
        equal = [one for one in revisions if one.body.get("data") == data]
        if equal:
            known = equal[-1]
            if known is not revisions[-1]:
                known = await self._renew(known, newest + 1)
            return known, collisions
        return await self._create(workload, data, newest + 1, collisions)

    async def _renew(self, revision: KubeObject, number: int) -> KubeObject:
        changed = revision.with_body(revision=number)
        return await self.surroundings.client.update(CONTROLLER_REVISIONS, changed)

    async def _create(
        self, workload: KubeObject, data: Json, number: int, collisions: int
    ) -> tuple[KubeObject, int]:
        client = self.surroundings.client
        while True:
            wanted = self._draft(workload, data, number, collisions)
            try:
                return await client.create(CONTROLLER_REVISIONS, wanted), collisions
            except AlreadyExistsError:
                found = await client.get(
                    CONTROLLER_REVISIONS, wanted.namespace, wanted.name
                )
            if found.body.get("data") == data and _is_managed_by(found, workload):
                return found, collisions
            collisions += 1

    def _draft(
        self, workload: KubeObject, data: Json, number: int, collisions: int
    ) -> KubeObject:
        ending = revision_hash(data, collisions)
        meta = ObjectMeta(
            name=f"{workload.name[:_PREFIX_MAX]}-{ending}",
            namespace=workload.namespace,
            labels={**labels_of(template_of(workload)), HASH_LABEL: ending},
            owner_references=(controller_reference(workload, self.gvk),),
        )
        body = {"data": data, "revision": number}
        return KubeObject("apps/v1", "ControllerRevision", meta, body)

    async def truncate(
        self,
        workload: KubeObject,
        revisions: Sequence[KubeObject],
        live: Iterable[str],
    ) -> None:
        """Delete the oldest revisions beyond the limit that no Pod is made from.

        Args:
            workload: Whose limit counts.
            revisions: All of its revisions, oldest first.
            live: Names of those in use.
        """
        limit = workload.spec.get("revisionHistoryLimit")
        keep = HISTORY_LIMIT if limit is None else int(limit)
        used = set(live)
        idle = [one for one in revisions if one.name not in used]
        for surplus in idle[: max(0, len(idle) - keep)]:
            try:
                await self.surroundings.client.delete(
                    CONTROLLER_REVISIONS, surplus.namespace, surplus.name
                )
            except NotFoundError:
                continue


def _is_managed_by(dependent: KubeObject, workload: KubeObject) -> bool:
    manager = dependent.metadata.controller
    return manager is not None and manager.uid == workload.uid
