"""The end of a namespace: its content first, then the finalizer that holds it.

Upstream: ``namespacedResourcesDeleter`` in
pkg/controller/namespace/deletion/namespaced_resources_deleter.go
"""

from collections import Counter
from collections.abc import Awaitable, Callable

import attrs

from gcmodel.client.client import Client
from gcmodel.client.discovery import Discovered, DiscoveryClient
from gcmodel.controllers.conditions import conditions_in
from gcmodel.controllers.controller_refs import raise_all
from gcmodel.controllers.messages import (
    CONDITION_NOT_WRITTEN,
    CONTENT_DELETED,
    CONTENT_DELETION,
)
from gcmodel.controllers.namespace_conditions import (
    Findings,
    discovery_failure,
    updated_conditions,
)
from gcmodel.controllers.namespace_content import ContentDeleter, Operation, Remains
from gcmodel.controllers.resource_names import NAMESPACES
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.errors import ApiError, ConflictError, NotFoundError, ReconcileError
from gcmodel.objects.identity import GroupVersionResource
from gcmodel.objects.metadata import KubeObject

FINALIZER = "kubernetes"
"""The entry of ``spec.finalizers`` that is this controller's."""

Failure = ApiError | ReconcileError


class ResourcesRemainError(ReconcileError):
    """Content is left that is expected to go within *estimate_s* seconds."""

    def __init__(self, estimate_s: int) -> None:
        """Keep the estimate."""
        super().__init__(
            f"some content remains in the namespace, estimate {estimate_s}"
        )
        self.estimate_s = estimate_s


@attrs.define(eq=False, repr=False)
class NamespaceDeleter:
    """Ends namespaces.

    * **Content first**: the finalizer goes only after a pass that found nothing left
      and met no error.
    * **All or nothing**: one group whose discovery fails, or one resource that cannot
      be listed, keeps every namespace from ending, even if its content is gone.

    Attributes:
        unsupported: Operations that discovery did not offer when the process began.
    """

    surroundings: Surroundings
    discovery: DiscoveryClient
    unsupported: frozenset[Operation] = frozenset()

    @property
    def _client(self) -> Client:
        return self.surroundings.client

    async def learn_operations(self) -> None:
        """Ask once what can be listed, and what deleted as a collection."""
        found = await self.discovery.discover()
        self.unsupported = frozenset(
            (operation, gvr)
            for gvr, served in found.preferred()
            if served.namespaced
            for operation in ("list", "deletecollection")
            if operation not in served.verbs
        )

    async def delete(self, name: str) -> None:
        """Take the namespace called *name* as far towards its end as it goes.

        Raises:
            ResourcesRemainError: Content takes its time.
            ApiError: A request failed.
            ReconcileError: Several did.
        """
        try:
            namespace = await self._client.get(NAMESPACES, "", name)
            if not namespace.metadata.being_deleted:
                return
            namespace = await self._until_no_conflict(namespace, self._terminate)
        except NotFoundError:
            return
        if not namespace.metadata.being_deleted or not _finalizers(namespace):
            return
        namespace, estimate_s = await self._delete_content(namespace)
        if estimate_s > 0:
            raise ResourcesRemainError(estimate_s)
        try:
            await self._until_no_conflict(namespace, self._finalize)
        except NotFoundError:
            return

    async def _until_no_conflict(
        self,
        namespace: KubeObject,
        write: Callable[[KubeObject], Awaitable[KubeObject]],
    ) -> KubeObject:
        latest = namespace
        while True:
            try:
                return await write(latest)
            except ConflictError:
                latest = await self._client.get(NAMESPACES, "", namespace.name)
            if latest.uid != namespace.uid:
                raise ReconcileError("namespace uid has changed across retries")

    async def _terminate(self, namespace: KubeObject) -> KubeObject:
        deleting = namespace.metadata.being_deleted
        if not deleting or namespace.status.get("phase") == "Terminating":
            return namespace
        status = {**namespace.status, "phase": "Terminating"}
        changed = namespace.with_body(status=status)
        return await self._client.update(NAMESPACES, changed, "status")

    async def _finalize(self, namespace: KubeObject) -> KubeObject:
        kept = [one for one in _finalizers(namespace) if one != FINALIZER]
        changed = namespace.with_body(spec={**namespace.spec, "finalizers": kept})
        try:
            return await self._client.update(NAMESPACES, changed, "finalize")
        except NotFoundError:
            return namespace

    async def _delete_content(self, namespace: KubeObject) -> tuple[KubeObject, int]:
        """Return the namespace as it was reported, and how long content may take."""
        scheduler = self.surroundings.scheduler
        style = self.surroundings.profile.log_style
        CONTENT_DELETION.log(scheduler, style, namespace=namespace.name)
        discovered = await self.discovery.discover()
        remains = await self._delete_each_resource(namespace, discovered)
        reported = await self._report(namespace, _findings(discovered, remains))
        estimate_s = max((one.estimate_s for one in remains.values()), default=0)
        failure = _aggregate(discovered, remains)
        CONTENT_DELETED.log(
            scheduler,
            style,
            namespace=namespace.name,
            estimate=estimate_s,
            errors=failure or "<nil>",
        )
        if failure is not None:
            raise failure
        return reported, estimate_s

    async def _delete_each_resource(
        self, namespace: KubeObject, discovered: Discovered
    ) -> dict[GroupVersionResource, Remains]:
        resources = [
            gvr
            for gvr, served in discovered.preferred()
            if served.namespaced and "delete" in served.verbs
        ]
        deleter = ContentDeleter(
            self._client,
            namespace.name,
            namespace.metadata.deletion_timestamp or 0,
            self.unsupported,
        )
        clock, choices = self.surroundings.clock, self.surroundings.choices
        remains = {}
        stream = f"namespace-resources/{namespace.name}"
        for resource in choices.shuffled(stream, resources):
            remains[resource] = await deleter.delete(resource, clock.now_s())
        return remains

    async def _report(self, namespace: KubeObject, findings: Findings) -> KubeObject:
        known = conditions_in(namespace.status)
        now_s = self.surroundings.clock.now_s()
        conditions = updated_conditions(known, findings, now_s)
        if conditions == known:
            return namespace
        status = {**namespace.status, "conditions": conditions}
        changed = namespace.with_body(status=status)
        try:
            await self._client.update(NAMESPACES, changed, "status")
        except ApiError as error:
            scheduler = self.surroundings.scheduler
            style = self.surroundings.profile.log_style
            name = namespace.name
            CONDITION_NOT_WRITTEN.log(scheduler, style, namespace=name, error=error)
        # What the server answered is not taken over, so the next write conflicts.
        return changed


def _finalizers(namespace: KubeObject) -> list[str]:
    return list(namespace.spec.get("finalizers") or ())


def _findings(
    discovered: Discovered, remains: dict[GroupVersionResource, Remains]
) -> Findings:
    finalizers: Counter[str] = Counter()
    for one in remains.values():
        finalizers.update(one.finalizers)
    failures = [one.failure for one in remains.values()]
    return Findings(
        discovered=discovered,
        failures=tuple(failure for failure in failures if failure is not None),
        remaining={gvr: one.count for gvr, one in remains.items() if one.count},
        finalizers=finalizers,
    )


def _aggregate(
    discovered: Discovered, remains: dict[GroupVersionResource, Remains]
) -> Failure | None:
    errors: list[Failure] = []
    if text := discovery_failure(discovered):
        errors.append(ReconcileError(text))
    failures = [one.failure for one in remains.values()]
    errors += [failure for failure in failures if failure is not None]
    try:
        raise_all(errors)
    except (ApiError, ReconcileError) as error:
        return error
    return None
