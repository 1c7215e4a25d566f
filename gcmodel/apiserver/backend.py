"""What all verbs work on: store, clock, profile, what is served, what is broken.

Upstream: ``Store`` in apiserver pkg/registry/generic/registry/store.go
"""

from collections.abc import Callable
from typing import Protocol

import attrs

from gcmodel.apiserver import event_conversion
from gcmodel.apiserver.admission import Admission, Review
from gcmodel.apiserver.authorization import AlwaysAllow, Authorizer
from gcmodel.apiserver.clock import WallClock
from gcmodel.apiserver.requests import Request
from gcmodel.apiserver.resources import ResourceRegistry, ResourceType
from gcmodel.apiserver.store import Store
from gcmodel.errors import ApiError, api_error
from gcmodel.faults.plan import FaultPlan
from gcmodel.kernel.choices import Choices
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.identity import GroupResource
from gcmodel.objects.metadata import KubeObject
from gcmodel.versions.profile import Profile

EVENTS = GroupResource("", "events")


class Conversion(Protocol):
    """Turns a stored custom resource into the version that is asked for."""

    def __call__(self, stored: KubeObject, served: ResourceType) -> KubeObject:
        """Return *stored* as *served* shows it, or raise the ApiError of F3 to F5."""


def relabelled(stored: KubeObject, served: ResourceType) -> KubeObject:
    """Return *stored* under the kind's served version.

    Built-ins convert freely: of those that are followed here, only Events have other
    fields in another version.
    """
    if stored.api_version == served.api_version and stored.kind == served.kind:
        return stored
    if served.storage == EVENTS:
        return event_conversion.converted(stored, served.api_version)
    return KubeObject(served.api_version, served.kind, stored.metadata, stored.body)


def _anything(_: ResourceType) -> None:
    """Let every create through."""


@attrs.define(eq=False)
class Backend:
    """The parts that the verbs share.

    Attributes:
        namespace_lifecycle: Creates need a namespace that exists and is not going.
        gc_enabled: ``--enable-garbage-collector``: deletes handle the collector's
            finalizers.
        conversion: From the stored version to the one that is asked for.
        to_storage: And back.
        check_create: Refuses creates in a resource that is going.
        faults: Asked for stored values that cannot be read.
        unsafe_delete: The gate ``AllowUnsafeMalformedObjectDeletion`` is open.
        admission: The plug-ins, in the order in which they are asked.
    """

    scheduler: Scheduler
    profile: Profile
    registry: ResourceRegistry
    store: Store
    clock: WallClock
    faults: FaultPlan
    conversion: Conversion = relabelled
    to_storage: Conversion = relabelled
    check_create: Callable[[ResourceType], None] = _anything
    namespace_lifecycle: bool = True
    gc_enabled: bool = True
    unsafe_delete: bool = False
    authorizer: Authorizer = attrs.field(factory=AlwaysAllow)
    admission: list[Admission] = attrs.field(factory=list)

    @property
    def choices(self) -> Choices:
        """Where uids and name endings come from."""
        return self.scheduler.choices

    def admit(self, review: Review) -> None:
        """Ask every admission plug-in.

        Raises:
            ApiError: One of them says no.
        """
        for plugin in self.admission:
            plugin(review)

    def read(self, served: ResourceType, key: str) -> KubeObject | None:
        """Return the stored object in the served version, or None.

        Raises:
            ApiError: The stored value cannot be decrypted, decoded or converted.
        """
        stored = self.store.get(served.storage, key)
        if stored is None:
            return None
        if self.faults:
            self.check_readable(served, key)
        return self.conversion(stored, served)

    def check_readable(self, served: ResourceType, key: str) -> None:
        """Refuse to read a stored value that is broken.

        Raises:
            ApiError: It is.
        """
        broken = self.faults.stored(registry_key(served, key))
        if broken is not None:
            raise broken.read_error()

    def check_cache(self, served: ResourceType) -> None:
        """Refuse to answer from a watch cache that cannot be filled.

        Raises:
            ApiError: A stored value of the resource cannot be read or converted.
        """
        if not self._fills_cache(served):
            if self.profile.unready_watch_cache == "429":
                text = "storage is (re)initializing"
                details = {"retryAfterSeconds": 1}
                raise api_error(429, "TooManyRequests", text, details=details)
            text = "context deadline exceeded"
            raise api_error(503, "ServiceUnavailable", text)

    def _fills_cache(self, served: ResourceType) -> bool:
        if served.built_in and not self.faults:
            return True
        try:
            for stored in self.store.iter_objects(served.storage, ""):
                self.check_readable(served, stored.key)
                self.conversion(stored, served)
        except ApiError:
            return False
        return True


def registry_key(served: ResourceType, key: str) -> str:
    """Return where etcd has the object: ``/registry/configmaps/default/a``."""
    group = "" if served.built_in else f"{served.storage.group}/"
    return f"/registry/{group}{served.storage.resource}/{key}"


def object_key(served: ResourceType, request: Request) -> str:
    """Return how the store knows the object that *request* names."""
    return f"{request.namespace}/{request.name}" if served.namespaced else request.name
