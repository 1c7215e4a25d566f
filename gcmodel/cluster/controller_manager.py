"""The controller manager: one process, many identities, one start and one stop.

Upstream: cmd/kube-controller-manager/app/controllermanager.go and core.go
"""

import attrs

from gcmodel.apiserver.clock import WallClock
from gcmodel.apiserver.resources import ResourceType, catalogue
from gcmodel.client.client import Client
from gcmodel.client.discovery import DiscoveryClient
from gcmodel.client.informer import SharedInformerFactory
from gcmodel.client.rate_limiter import TokenBucket
from gcmodel.client.recorder import EventRecorder
from gcmodel.client.rest_mapper import RestMapper
from gcmodel.client.transport import Transport
from gcmodel.cluster.blueprints import BLUEPRINTS, Blueprint
from gcmodel.cluster.settings import ClusterSettings
from gcmodel.controllers.controller import Controller
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.garbagecollector.collector import CollectorParts, GarbageCollector
from gcmodel.kernel.scheduler import Scheduler, Task, pause
from gcmodel.versions.profile import Profile

INFORMERS_USER = "system:kube-controller-manager"
COLLECTOR_USER = "system:serviceaccount:kube-system:generic-garbage-collector"
_UNTYPED_GROUPS = frozenset({"apiextensions.k8s.io", "apiregistration.k8s.io"})


def account_names(settings: ClusterSettings) -> list[str]:
    """Return the service accounts of the controllers that *settings* ask for."""
    users = [BLUEPRINTS[name].user for name in settings.controllers]
    if settings.garbage_collector:
        users.append(COLLECTOR_USER)
    return [user.rpartition(":")[2] for user in users]


@attrs.define(eq=False)
class Connections:
    """Makes clients: each identity has a rate limit of its own."""

    transport: Transport
    settings: ClusterSettings

    def client(
        self,
        user: str,
        *,
        qps_factor: int = 1,
        burst_factor: int = 1,
        by_path: bool = False,
    ) -> Client:
        """Return a new client for *user* with a full bucket."""
        qps = self.settings.kube_api_qps * qps_factor
        burst = self.settings.kube_api_burst * burst_factor
        return Client(self.transport, user, TokenBucket(qps, burst), by_path=by_path)


class ControllerManager:
    """One process: its informers, its mapper, the collector and the controllers.

    A stopped process is gone with everything that it knew; to start again means to
    make a new one.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        profile: Profile,
        transport: Transport,
        settings: ClusterSettings,
    ) -> None:
        """Wire the parts together; nothing runs yet."""
        self.scheduler = scheduler
        self.profile = profile
        self.settings = settings
        self.connections = Connections(transport, settings)
        aggregated = profile.aggregated_discovery
        self.informers = SharedInformerFactory(
            scheduler,
            self.connections.client(INFORMERS_USER),
            self.connections.client(INFORMERS_USER, by_path=True),
            profile,
            {one.gvr: one.kind for one in catalogue(profile) if _is_typed(one)},
        )
        mapper_client = self.connections.client(INFORMERS_USER)
        self.mapper = RestMapper(
            DiscoveryClient(mapper_client, aggregated), profile.log_style
        )
        self.recorders: list[EventRecorder] = []
        self.controllers = [
            controller
            for name in settings.controllers
            for controller in self._controllers(BLUEPRINTS[name])
        ]
        self.collector = self._collector() if settings.garbage_collector else None
        self._tasks: list[Task] = []

    def start(self) -> None:
        """Start everything, at once or after a look at what is served."""
        if not self.settings.looks_first:
            self._start()
            return
        self._tasks.append(self.scheduler.spawn("start-up", self._look_and_start()))

    async def _look_and_start(self) -> None:
        # GetAvailableResources in cmd/kube-controller-manager/app/controllermanager.go
        client = self.connections.client(INFORMERS_USER)
        await DiscoveryClient(client, self.profile.aggregated_discovery).discover()
        self._start()

    def _start(self) -> None:
        self._tasks.append(
            self.scheduler.spawn("mapper-reset", self._reset_mapper(), background=True)
        )
        for controller in self.controllers:
            controller.start()
        if self.collector is not None:
            self.collector.start()
        self.informers.start()

    def stop(self) -> None:
        """End the process."""
        if self.collector is not None:
            self.collector.stop()
        for controller in self.controllers:
            controller.stop()
        self.informers.stop()
        for recorder in self.recorders:
            recorder.stop()
        for task in self._tasks:
            self.scheduler.cancel(task)

    def recorder(self, user: str, component: str) -> EventRecorder:
        """Return a new recorder that writes as *user*."""
        recorder = EventRecorder(
            self.connections.client(user),
            self.scheduler,
            component,
            self.settings.epoch_s,
        )
        self.recorders.append(recorder)
        return recorder

    def _controllers(self, blueprint: Blueprint) -> list[Controller]:
        surroundings = Surroundings(
            self.scheduler,
            self.connections.client(
                blueprint.user,
                qps_factor=blueprint.qps_factor,
                burst_factor=blueprint.burst_factor,
                by_path=blueprint.by_path,
            ),
            self.informers,
            self.profile,
            self.recorder(blueprint.user, f"{blueprint.account}-controller"),
            WallClock(self.scheduler, self.settings.epoch_s),
        )
        return [build(surroundings) for build in blueprint.builds]

    def _collector(self) -> GarbageCollector:
        profile, connections = self.profile, self.connections
        discovery = DiscoveryClient(
            connections.client(COLLECTOR_USER), profile.aggregated_discovery
        )
        return GarbageCollector(
            CollectorParts(
                scheduler=self.scheduler,
                profile=profile,
                client=connections.client(
                    COLLECTOR_USER,
                    qps_factor=profile.collector_qps_factor,
                    by_path=True,
                ),
                discovery=discovery,
                mapper=self.mapper,
                informers=self.informers,
                recorder=self.recorder(COLLECTOR_USER, "garbage-collector-controller"),
                workers=self.settings.workers,
                verbosity=self.settings.verbosity,
                sync_period_ns=self.settings.sync_period_ns,
            )
        )

    async def _reset_mapper(self) -> None:
        while True:
            await pause(self.settings.mapper_reset_ns)
            self.mapper.reset()


def _is_typed(served: ResourceType) -> bool:
    return served.serves_objects and served.group not in _UNTYPED_GROUPS
