"""The life of a CustomResourceDefinition: established, served, cleaned up, gone.

Upstream: ``NamingConditionController`` in apiextensions-apiserver
pkg/controller/status; ``CRDFinalizer`` in pkg/controller/finalizer/crd_finalizer.go;
``crdRegistrationController`` in pkg/controlplane/controller/crdregistration
"""

from collections.abc import Callable, Iterator
from typing import Protocol

import attrs

from gcmodel.apiserver.aggregation import (
    API_SERVICES,
    Reader,
    api_service_name,
    local_api_service,
)
from gcmodel.apiserver.backend import relabelled
from gcmodel.apiserver.conditions import Condition
from gcmodel.apiserver.crd_conversion import Webhook, convert
from gcmodel.apiserver.crds import (
    CLEANUP_FINALIZER,
    DEFINITIONS,
    DELETION_COMPLETED,
    DELETION_IN_PROGRESS,
    Crd,
    create_while_terminating,
    deletion_failed,
    with_names_judged,
)
from gcmodel.apiserver.requests import Request, Response
from gcmodel.apiserver.resources import ResourceRegistry, ResourceType
from gcmodel.errors import ApiError, ConflictError, NotFoundError
from gcmodel.kernel.durations import MILLISECOND, MINUTE, SECOND
from gcmodel.kernel.scheduler import Scheduler, pause, sleep
from gcmodel.kernel.waits import Mailbox, poll_until
from gcmodel.objects.finalizers import without
from gcmodel.objects.identity import GroupResource, GroupVersion, GroupVersionResource
from gcmodel.objects.lists import ObjectList
from gcmodel.objects.metadata import KubeObject
from gcmodel.objects.options import DeleteOptions

LOOPBACK_USER = "system:apiserver"
"""As whom the server calls itself."""

CRDS = GroupVersionResource(DEFINITIONS.group, "v1", DEFINITIONS.resource)
API_SERVICES_V1 = GroupVersionResource(API_SERVICES.group, "v1", API_SERVICES.resource)
CHECK_INTERVAL_NS = 5 * SECOND
CHECK_TIMEOUT_NS = MINUTE
RETRY_FIRST_NS = 5 * MILLISECOND
RETRY_MAX_NS = 1000 * SECOND
_DOUBLINGS_MAX = 32


class Server(Protocol):
    """The server itself, called over its own loopback."""

    def handle(self, request: Request) -> Response:
        """Carry out *request*.

        Raises:
            ApiError: It says no.
        """


@attrs.define(eq=False)
class CrdController:
    """Follows every CustomResourceDefinition.

    * **Served when established**: the resource types of an established definition
      are in the registry, in its served versions and no others, until it is gone.
    * **Emptied first**: a definition that is being deleted loses its finalizer when
      no instance is left; whatever prevents a list of them prevents that as well.

    Attributes:
        webhooks: Who answers at a conversion webhook, by namespace and Service.
    """

    scheduler: Scheduler
    registry: ResourceRegistry
    reader: Reader
    server: Server
    now_s: Callable[[], int]
    webhooks: dict[tuple[str, str], Webhook] = attrs.field(factory=dict)
    _known: dict[str, Crd] = attrs.field(factory=dict, init=False)
    _work: Mailbox[str] = attrs.field(init=False)
    _cleaning: set[str] = attrs.field(factory=set, init=False)
    _failures: dict[str, int] = attrs.field(factory=dict, init=False)

    @_work.default
    def _mailbox(self) -> Mailbox[str]:
        return Mailbox(self.scheduler)

    def conversion(self, stored: KubeObject, served: ResourceType) -> KubeObject:
        """Return *stored* as *served* shows it.

        Raises:
            ApiError: It cannot be converted.
        """
        if served.built_in:
            return relabelled(stored, served)
        return self._converted(stored, served, served.group_version)

    def to_storage(self, stored: KubeObject, served: ResourceType) -> KubeObject:
        """Return *stored*, as written through *served*, in the version to be stored.

        Raises:
            ApiError: It cannot be converted.
        """
        crd = self.find(served.group_resource)
        if served.built_in or crd is None:
            return stored
        return self._converted(stored, served, crd.storage_version)

    def _converted(
        self, stored: KubeObject, served: ResourceType, to: GroupVersion
    ) -> KubeObject:
        crd = self.find(served.group_resource)
        assert crd is not None, "a served custom resource has a definition"
        target = crd.webhook
        webhook = None
        if target is not None:
            webhook = self.webhooks.get((target.namespace, target.service))
        return convert(stored, to, crd, webhook)

    def check_create(self, served: ResourceType) -> None:
        """Refuse a create in a resource whose definition is being deleted.

        Raises:
            ApiError: It is.
        """
        crd = None if served.built_in else self.find(served.group_resource)
        if crd is not None and crd.terminating:
            raise create_while_terminating(served.group_resource)

    def find(self, resource: GroupResource) -> Crd | None:
        """Return the definition of *resource*, or None."""
        return self._known.get(f"{resource.resource}.{resource.group}")

    def observe(self, resource: GroupResource, changed: KubeObject) -> None:
        """Take note that *changed*, an object of *resource*, was written or deleted."""
        if resource == DEFINITIONS:
            self._follow(changed.name)
            self._work.put(changed.name)

    def _follow(self, name: str) -> None:
        before = self._known.get(name)
        stored = self.reader.get(DEFINITIONS, "", name)
        now = None if stored is None else Crd.of(stored)
        if now is None:
            self._known.pop(name, None)
        else:
            self._known[name] = now
        self._serve(before, now)

    def _serve(self, before: Crd | None, now: Crd | None) -> None:
        wanted = {served.gvr: served for served in _types(now)}
        for served in _types(before):
            if served.gvr not in wanted:
                self.registry.remove(served.gvr)
        for served in wanted.values():
            self.registry.add(served)

    async def run(self) -> None:
        """Take up what has changed, for ever; what fails is tried again later."""
        while True:
            name = await self._work.take()
            try:
                self.sync(name)
            except ApiError:
                self._retry(name)
            else:
                if name not in self._cleaning:
                    self._failures.pop(name, None)

    def sync(self, name: str) -> None:
        """Bring one definition forward: its names, its APIServices, its end.

        Raises:
            ApiError: The server refused a part; the rest was done.
        """
        try:
            self._sync_api_services()
        finally:
            self._sync_definition(name)

    def _sync_definition(self, name: str) -> None:
        stored = self.reader.get(DEFINITIONS, "", name)
        if stored is None:
            return
        if not stored.metadata.being_deleted:
            others = [crd for other, crd in self._known.items() if other != name]
            judged = with_names_judged(stored, others, self.now_s())
            if judged != stored:
                self._write(judged, "status")
        elif CLEANUP_FINALIZER in stored.metadata.finalizers:
            self._start_cleaning(name)

    def _retry(self, name: str) -> None:
        failures = self._failures.get(name, 0)
        self._failures[name] = failures + 1
        steps = self._put_later(name, _delay(failures))
        self.scheduler.spawn(f"retry-{name}", steps)

    async def _put_later(self, name: str, delay: int) -> None:
        # Who waits for the cluster to settle does not wait for the long ones.
        await (sleep(delay) if delay <= SECOND else pause(delay))
        self._work.put(name)

    def _sync_api_services(self) -> None:
        wanted = {
            api_service_name(served.group_version): served.group_version
            for crd in self._known.values()
            for served in _types(crd)
        }
        for name, group_version in wanted.items():
            if self.reader.get(API_SERVICES, "", name) is None:
                self._call("create", API_SERVICES_V1, local_api_service(group_version))
        for stored in list(self.reader.list(API_SERVICES)):
            if _is_automatic(stored) and stored.name not in wanted:
                self._call("delete", API_SERVICES_V1, stored)

    def _start_cleaning(self, name: str) -> None:
        if name not in self._cleaning:
            self._cleaning.add(name)
            steps = self._clean_or_retry(name)
            self.scheduler.spawn(f"crd-finalizer-{name}", steps)

    async def _clean_or_retry(self, name: str) -> None:
        try:
            await self._clean(name)
        except ApiError:
            self._retry(name)
        finally:
            self._cleaning.discard(name)

    async def _clean(self, name: str) -> None:
        crd = self._known[name]
        self._say(name, DELETION_IN_PROGRESS)
        failures = 0
        while (failure := await self._delete_instances(crd)) is not None:
            self._say(name, failure)
            await sleep(_delay(failures))
            failures += 1
            if name not in self._known:
                break
        self._say(name, DELETION_COMPLETED)
        self._release(name)

    async def _delete_instances(self, crd: Crd) -> Condition | None:
        storage = crd.storage_version
        # The storage version first: what is stored in it needs no conversion.
        types = sorted(_types(crd), key=lambda one: one.group_version != storage)
        if not types:
            return None
        served = types[0]
        try:
            namespaces = self._namespaces(served)
        except ApiError as error:
            text = f"could not list instances: {error}"
            return deletion_failed("InstanceDeletionFailed", text)
        try:
            for namespace in namespaces:
                self._call("deletecollection", served.gvr, namespace=namespace)
        except ApiError as error:
            text = f"could not issue all deletes: {error}"
            return deletion_failed("InstanceDeletionFailed", text)
        if await poll_until(
            self.scheduler,
            lambda: self._is_empty(served),
            CHECK_INTERVAL_NS,
            CHECK_TIMEOUT_NS,
        ):
            return None
        waited = "timed out waiting for the condition"
        text = f"could not confirm zero CustomResources remaining: {waited}"
        return deletion_failed("InstanceDeletionCheck", text)

    def _namespaces(self, served: ResourceType) -> list[str]:
        found = self._call("list", served.gvr).body
        assert isinstance(found, ObjectList), "a list is answered by a list"
        return list(dict.fromkeys(instance.namespace for instance in found.items))

    def _is_empty(self, served: ResourceType) -> bool:
        try:
            return not self._namespaces(served)
        except ApiError:
            return False

    def _say(self, name: str, condition: Condition) -> None:
        stored = self.reader.get(DEFINITIONS, "", name)
        if stored is not None:
            self._write(condition.written_to(stored, self.now_s()), "status")

    def _release(self, name: str) -> None:
        stored = self.reader.get(DEFINITIONS, "", name)
        if stored is not None:
            left = without(stored.metadata.finalizers, CLEANUP_FINALIZER)
            self._write(stored.with_metadata(finalizers=left), "")

    def _write(self, wanted: KubeObject, subresource: str) -> None:
        try:
            self._call("update", CRDS, wanted, subresource=subresource)
        except (ConflictError, NotFoundError):
            # Somebody else was faster; the change that they made is queued.
            return

    def _call(
        self,
        verb: str,
        resource: GroupVersionResource,
        wanted: KubeObject | None = None,
        *,
        namespace: str = "",
        subresource: str = "",
    ) -> Response:
        writes = verb in ("create", "update")
        return self.server.handle(
            Request(
                verb=verb,
                user=LOOPBACK_USER,
                resource=resource,
                namespace=namespace,
                name="" if wanted is None or verb == "create" else wanted.name,
                subresource=subresource,
                body=wanted if writes else None,
                options=DeleteOptions() if verb.startswith("delete") else None,
            )
        )


def _delay(failures: int) -> int:
    return min(RETRY_FIRST_NS << min(failures, _DOUBLINGS_MAX), RETRY_MAX_NS)


def _types(crd: Crd | None) -> Iterator[ResourceType]:
    if crd is not None and crd.established:
        yield from crd.resource_types()


def _is_automatic(api_service: KubeObject) -> bool:
    label = "kube-aggregator.kubernetes.io/automanaged"
    return api_service.metadata.labels.get(label) == "true"
