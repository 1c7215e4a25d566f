"""The API server: routes a request, carries it out at once, and answers.

Upstream: the handler chain of apiserver pkg/server and pkg/endpoints/handlers;
kube-aggregator pkg/apiserver
"""

from collections.abc import Iterable

import attrs

from gcmodel.apiserver import answers
from gcmodel.apiserver.admission import Admission, dry
from gcmodel.apiserver.aggregation import Aggregator, DryRun, local_api_services
from gcmodel.apiserver.authorization import AlwaysAllow, Authorizer, forbidden_detail
from gcmodel.apiserver.availability import LOCAL, ApiService
from gcmodel.apiserver.availability_controller import AvailabilityController
from gcmodel.apiserver.backend import Backend, registry_key
from gcmodel.apiserver.clock import INCIDENT_DAY, WallClock
from gcmodel.apiserver.crd_controller import CrdController
from gcmodel.apiserver.crds import DEFINITIONS
from gcmodel.apiserver.discovery import DiscoveryManager, core_group, resource_list
from gcmodel.apiserver.owner_reference_admission import (
    OwnerReferencesPermissionEnforcement,
)
from gcmodel.apiserver.requests import Request, Response
from gcmodel.apiserver.resources import ResourceRegistry, catalogue
from gcmodel.apiserver.store import Store
from gcmodel.apiserver.verbs import Verbs
from gcmodel.apiserver.watch import ERROR, WatchEvent
from gcmodel.errors import Status
from gcmodel.faults.kinds import Undecodable, Undecryptable
from gcmodel.faults.plan import FaultPlan
from gcmodel.kernel.choices import Choices
from gcmodel.kernel.scheduler import Later, Scheduler
from gcmodel.kernel.trace import Trace
from gcmodel.objects.identity import GroupResource, GroupVersion
from gcmodel.objects.metadata import KubeObject
from gcmodel.versions.profile import Profile

API_SERVICES = GroupResource("apiregistration.k8s.io", "apiservices")
CORE_PATH_PARTS = 2
GROUP_PATH_PARTS = 3


@attrs.define
class ServerSettings:
    """How the server is run.

    Attributes:
        epoch_s: The wall clock at virtual time zero, seconds since 1970.
        namespace_lifecycle: The admission plug-in of that name is on.
        gc_enabled: ``--enable-garbage-collector``.
        unsafe_delete: ``--feature-gates=AllowUnsafeMalformedObjectDeletion=true``:
            lists name the stored values that cannot be read, and a delete may
            remove such a value (KEP-3926, 1.32).
        owner_reference_enforcement: The admission plug-in
            OwnerReferencesPermissionEnforcement is on.
        authorizer: Who may do what; by default everybody everything.
        availability_resync_ns: When the first periodic check of APIServices is due.
    """

    epoch_s: int = INCIDENT_DAY
    namespace_lifecycle: bool = True
    gc_enabled: bool = True
    unsafe_delete: bool = False
    owner_reference_enforcement: bool = False
    authorizer: Authorizer = attrs.field(factory=AlwaysAllow)


@attrs.define(eq=False)
class StoreReader:
    """How the aggregator looks into the store."""

    store: Store

    def get(
        self, resource: GroupResource, namespace: str, name: str
    ) -> KubeObject | None:
        """Return the stored object, or None."""
        return self.store.get(resource, f"{namespace}/{name}" if namespace else name)

    def list(self, resource: GroupResource) -> Iterable[KubeObject]:
        """Return every stored object of *resource*."""
        return list(self.store.iter_objects(resource, ""))


class ApiServer:
    """One API server with its store, its extensions and its clocks.

    * **At once**: a request is carried out at one instant; what takes time is the
      way to the server and back.
    * **Only writer**: nothing else changes the store.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        profile: Profile,
        faults: FaultPlan | None = None,
        settings: ServerSettings | None = None,
    ) -> None:
        """Start with an empty store that serves the built-in resources."""
        self.scheduler = scheduler
        self.profile = profile
        self.settings = settings or ServerSettings()
        self.faults = FaultPlan() if faults is None else faults
        self.clock = WallClock(scheduler, self.settings.epoch_s)
        self.store = Store(scheduler)
        self.registry = ResourceRegistry.of(catalogue(profile))
        self.backend = Backend(
            scheduler,
            profile,
            self.registry,
            self.store,
            self.clock,
            self.faults,
            namespace_lifecycle=self.settings.namespace_lifecycle,
            gc_enabled=self.settings.gc_enabled,
            unsafe_delete=self.settings.unsafe_delete,
            authorizer=self.settings.authorizer,
        )
        if self.settings.owner_reference_enforcement:
            self.admit(
                OwnerReferencesPermissionEnforcement(
                    self.settings.authorizer, self.registry.resources_for
                )
            )
        self.verbs = Verbs(self.backend)
        self.aggregator = self._aggregator()
        self.availability = AvailabilityController(
            scheduler, self.aggregator, self._write_api_service, self.clock.now_s
        )
        self.discovery = DiscoveryManager(scheduler, self.registry, self.aggregator)
        self.definitions = CrdController(
            scheduler, self.registry, self.aggregator.reader, self, self.clock.now_s
        )
        self.backend.conversion = self.definitions.conversion
        self.backend.to_storage = self.definitions.to_storage
        self.backend.check_create = self.definitions.check_create
        self.served_changed_ns = 0
        """When what is served last changed: a group appeared or went."""
        self._observed = False

    def _aggregator(self) -> Aggregator:
        return Aggregator(
            StoreReader(self.store),
            reads_slices=self.profile.availability_from_endpoint_slices,
            own=tuple(
                version
                for version in self.registry.group_versions()
                if version.group == API_SERVICES.group
            ),
        )

    # Requests

    def handle(self, request: Request) -> Response:
        """Carry out *request*.

        Raises:
            ApiError: The server says no.
            NoAnswer: An extension server stays silent.
        """
        self._authorize(request)
        proxy = self.aggregator.route(request) if self._observed else None
        if proxy is not None:
            return proxy.handle(request)
        if request.verb == "discover":
            return self._discover(request.path)
        return self.verbs.carry_out(request)

    def _authorize(self, request: Request) -> None:
        authorizer = self.settings.authorizer
        if isinstance(authorizer, AlwaysAllow) or request.verb == "discover":
            return
        resource = request.resource
        plural = resource.resource
        if request.subresource:
            plural = f"{plural}/{request.subresource}"
        decision = authorizer.authorize(
            request.user,
            request.verb,
            resource.group,
            plural,
            request.namespace,
            request.name,
        )
        if not decision.allowed:
            detail = forbidden_detail(
                request.user,
                request.verb,
                resource.group,
                plural,
                request.namespace,
                decision.reason,
            )
            raise answers.forbidden(resource.group_resource, request.name, detail)

    def _discover(self, path: str) -> Response:
        plain, _, aggregated = path.partition("?")
        if aggregated:
            return Response(200, self.discovery.document(core=plain == "/api"))
        if plain == "/api":
            return Response(200, core_group(self.registry))
        if plain == "/apis":
            return Response(200, self.aggregator.groups())
        parts = plain.strip("/").split("/")
        if parts[0] == "api" and len(parts) == CORE_PATH_PARTS:
            version = GroupVersion("", parts[1])
        elif parts[0] == "apis" and len(parts) == GROUP_PATH_PARTS:
            version = GroupVersion(parts[1], parts[2])
        else:
            raise answers.no_resource()
        found = resource_list(self.registry, version)
        if not found:
            raise answers.no_resource()
        return Response(200, found)

    # Start

    def start(self, bootstrap: Iterable[KubeObject] = ()) -> None:
        """Write what a server brings along, and start its own controllers."""
        for local in local_api_services(catalogue(self.profile)):
            self.bring(LOCAL.written_to(local, self.clock.now_s()))
        self._observe_store()
        for wanted in bootstrap:
            self.bring(wanted)
        spawn = self.scheduler.spawn
        spawn("apiservices", Later(self.availability.run), background=True)
        spawn("definitions", Later(self.definitions.run))
        if self.profile.aggregated_discovery:
            spawn("discovery", Later(self.discovery.run), background=True)

    def bring(self, wanted: KubeObject) -> KubeObject:
        """Create an object as the server itself, past admission and validation."""
        served = self.registry.resource_for(wanted.gvk)
        assert served is not None, f"{wanted.gvk} is served"
        return self.verbs.creating.bring(served, wanted)

    def admit(self, plugin: Admission) -> None:
        """Ask *plugin* about every create, update and delete from now on."""
        self.backend.admission.append(plugin)

    def rehearsal(self) -> "ApiServer":
        """Return a server like this one, on which changes can be tried unseen.

        * **Apart**: what is written there changes nothing here, draws nothing from
          this run's chance, and is told to nobody.
        * **Dry**: plug-ins and extension servers are the same, and told so.
        """
        choices = Choices(~self.scheduler.choices.seed)  # names that nobody has here
        scheduler = Scheduler(choices, Trace(enabled=False), self.scheduler.now)
        other = ApiServer(scheduler, self.profile, self.faults, self.settings)
        other.store.fill_from(self.store)
        other.backend.admission = [dry(plugin) for plugin in self.backend.admission]
        for place, backend in self.aggregator.backends.items():
            other.aggregator.connect(*place, DryRun(backend))
        other.definitions.webhooks = self.definitions.webhooks
        for stored in other.store.iter_objects(DEFINITIONS, ""):
            other.definitions.observe(DEFINITIONS, stored)
        other._observe_store()
        return other

    # Broken values

    def break_stored(self, fault: Undecodable | Undecryptable) -> None:
        """Make one stored value unreadable; open watches of its resource end."""
        self.faults.add(fault)
        error = Status(500, "InternalError", fault.list_error().message)
        for served in self.registry.preferred_resources():
            collection = self.store.collection(served.storage)
            if any(
                registry_key(served, key) == fault.key
                for key in collection.sorted_keys()
            ):
                for stream in list(collection.watchers):
                    stream.push(WatchEvent(ERROR, None, error))
                    stream.close()

    def mend_stored(self, fault: Undecodable | Undecryptable) -> None:
        """Make the value readable again."""
        self.faults.remove(fault)

    def compact(self, revision: int | None = None) -> None:
        """Forget history up to *revision*, by default all of it.

        Old watches and continue tokens expire, as after etcd's compaction.
        """
        self.store.compact(revision)

    def drop_watches(self, resource: GroupResource) -> None:
        """End every open watch of *resource*, as a restart of the server does."""
        for stream in list(self.store.collection(resource).watchers):
            stream.close()

    # The server's own bookkeeping

    def _observe_store(self) -> None:
        self._observed = True
        self.store.on_write = self._written

    def _written(self, resource: GroupResource, changed: KubeObject) -> None:
        self.availability.observe(resource, changed)
        self.definitions.observe(resource, changed)
        if resource in (API_SERVICES, DEFINITIONS):
            self.served_changed_ns = self.scheduler.now
        if resource == API_SERVICES and self.profile.aggregated_discovery:
            self.discovery.observe(ApiService.of(changed))

    def _write_api_service(self, changed: KubeObject) -> None:
        if self.store.get(API_SERVICES, changed.key) is not None:
            self.store.put(API_SERVICES, changed)
