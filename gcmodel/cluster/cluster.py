"""A cluster: API server, controller manager and a clock, put together.

Upstream: none; the composition is ours
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gcmodel.apiserver.answers import not_found
from gcmodel.apiserver.resources import catalogue
from gcmodel.apiserver.server import ApiServer, ServerSettings
from gcmodel.apiserver.watch import WatchStream
from gcmodel.client.transport import Transport
from gcmodel.cluster.addressing import Target, to_target
from gcmodel.cluster.admin import Admin
from gcmodel.cluster.arguments import (
    check_condition,
    check_schedule,
    check_target,
    check_type,
    check_whole,
)
from gcmodel.cluster.bootstrap import bootstrap_objects, service_accounts
from gcmodel.cluster.controller_manager import ControllerManager, account_names
from gcmodel.cluster.graph_view import GraphView
from gcmodel.cluster.machine import Machine
from gcmodel.cluster.settings import ClusterSettings, with_knobs
from gcmodel.cluster.settling import Settling
from gcmodel.cluster.snapshot import ClusterSnapshot, nodes_of
from gcmodel.errors import SimulationError, Status, UsageError
from gcmodel.faults.kinds import Fault, StoredFault
from gcmodel.faults.plan import FaultPlan
from gcmodel.garbagecollector.collector import GarbageCollector
from gcmodel.kernel.choices import SEED_MAX, Choices, RandomSchedule, Schedule
from gcmodel.kernel.durations import format_duration, parse_duration
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.kernel.trace import Trace
from gcmodel.objects.manifests import read
from gcmodel.objects.metadata import KubeObject
from gcmodel.objects.options import PropagationPolicy
from gcmodel.versions.profile import Profile

STEPS_MAX = 20_000_000
"""Steps that one call may take before it is stopped."""


class Cluster:
    """A Kubernetes cluster on a virtual clock.

    * **Still until asked**: nothing runs but in :meth:`settle`, :meth:`run` and
      :meth:`run_until`; what you create, change or delete in between happens at one
      instant.
    * **Reproducible**: version, seed, settings and calls decide everything.

    >>> cluster = Cluster(kubernetes="1.31", seed=7)
    >>> owner = cluster.apply(
    ...     {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "owner"}}
    ... )
    >>> cluster.delete(owner)
    >>> cluster.exists(owner)
    False
    """

    def __init__(
        self,
        kubernetes: str | Profile = "1.31",
        seed: int = 0,
        *,
        schedule: Schedule | None = None,
        faults: Iterable[Fault | StoredFault | str] = (),
        settings: ClusterSettings | None = None,
        server_settings: ServerSettings | None = None,
        **knobs: Any,
    ) -> None:
        """Build a cluster; what runs in it starts with the first run.

        Args:
            kubernetes: The version, or a profile with rules of your own.
            seed: Decides the order of simultaneous steps, delays, names and uids.
            schedule: Decides the order instead.
            faults: What goes wrong, as values or texts; see ``gcmodel.faults``.
            settings: All knobs at once.
            server_settings: Those of the API server.
            knobs: Single fields of ``ClusterSettings``.

        Raises:
            UsageError: The version is not modelled, or a knob cannot be so.
        """
        self.profile = Profile.for_version(kubernetes)
        self.settings = with_knobs(settings, knobs)
        check_whole("seed", seed, 0, SEED_MAX)
        check_schedule(schedule)
        choices = Choices(seed, schedule or RandomSchedule(seed))
        self.scheduler = Scheduler(choices, Trace(enabled=self.settings.trace))
        known = catalogue(self.profile)
        self.faults = FaultPlan.of(faults, lambda fault: check_target(fault, known))
        self.server = ApiServer(
            self.scheduler,
            self.profile,
            self.faults,
            self._server_settings(server_settings),
        )
        self.transport = Transport(
            self.scheduler, self.server, self.settings.latency, self.faults
        )
        self.admin = Admin(self.server)
        self.controller_manager: ControllerManager | None = None
        self.machine: Machine | None = None
        self.replay = ""
        """The command that replays this run, for error messages."""
        self.server.start(bootstrap_objects(self.profile))
        self._started = False

    # Time

    @property
    def now_ns(self) -> int:
        """Virtual time, nanoseconds since the cluster was built."""
        return self.scheduler.now

    @property
    def seed(self) -> int:
        """What the run is reproduced by."""
        return self.scheduler.choices.seed

    def run(self, duration: str | float) -> None:
        """Let *duration* pass, such as ``90s``; a number means seconds."""
        until = self.scheduler.now + parse_duration(duration)
        self.start()
        with self._replayable():
            self.scheduler.run(until, steps_max=STEPS_MAX)

    def run_until(self, met: Callable[[], bool], timeout: str | float = "5m") -> None:
        """Run until *met* returns true.

        Raises:
            UsageError: *met* cannot be asked.
            SimulationError: It did not within *timeout*.
        """
        check_condition(met)
        until = self.scheduler.now + parse_duration(timeout, "timeout")
        self.start()
        with self._replayable():
            self.scheduler.run(until, stop=met, steps_max=STEPS_MAX)
            if not met():
                within = format_duration(parse_duration(timeout, "timeout"))
                raise self.scheduler.stalled(
                    f"the condition is not met within {within}"
                )

    def settle(self, timeout: str | float = "1h") -> None:
        """Run until nothing is due that could change an object.

        Periodic upkeep goes on for ever and does not count; neither do retries that
        back off for more than a second, nor a collector that a failing list holds.

        Raises:
            StalledError: The cluster is still busy after *timeout*.
        """
        limit = parse_duration(timeout, "timeout")
        self.start()
        with self._replayable():
            settling = Settling(self.scheduler, self.server, self._collector())
            settling.run(limit, STEPS_MAX)

    @contextmanager
    def _replayable(self) -> Iterator[None]:
        try:
            yield
        except SimulationError as error:
            error.replay = error.replay or self.replay or self._rebuilding()
            raise

    def _rebuilding(self) -> str:
        version = self.profile.version
        return f'the same calls on Cluster(kubernetes="{version}", seed={self.seed})'

    # Processes

    def start(self) -> None:
        """Start what runs, once; the first run does it by itself."""
        if self._started:
            return
        self.start_controller_manager()
        if self.settings.kubelet:
            self.machine = Machine.build(
                self.scheduler, self.profile, self.transport, self.settings
            )
            self.machine.start()

    def start_controller_manager(self) -> None:
        """Start a new controller manager process.

        Raises:
            UsageError: One is running.
        """
        if self.controller_manager is not None:
            raise UsageError(
                "controller manager: one is running; stop it first with "
                "stop_controller_manager()"
            )
        self._started = True
        self._bring_accounts()
        self.controller_manager = ControllerManager(
            self.scheduler, self.profile, self.transport, self.settings
        )
        self.controller_manager.start()

    def _bring_accounts(self) -> None:
        for account in service_accounts(account_names(self.settings)):
            if self.admin.find(account) is None:
                self.server.bring(account)

    def stop_controller_manager(self) -> None:
        """Stop the process; all that it knew is lost."""
        if self.controller_manager is not None:
            self.controller_manager.stop()
            self.controller_manager = None

    def restart_controller_manager(self) -> None:
        """Stop the process and start a new one."""
        self.stop_controller_manager()
        self.start_controller_manager()

    # Objects

    def apply(self, source: Any) -> Any:
        """Create or change objects: text, dict, object, path or several of them.

        Returns:
            The stored object; a list of them if *source* held several.

        Raises:
            UsageError: A document cannot be; nothing was applied.
            ApiError: The server would refuse one; nothing was applied.
        """
        manifests = read(source)
        applied = self.admin.apply(manifests)
        single = isinstance(source, str | bytes | dict | KubeObject | Path)
        return applied[0] if single and len(applied) == 1 else applied

    def create(self, source: Any) -> KubeObject:
        """Create one object.

        Raises:
            AlreadyExistsError: The name is taken.
        """
        manifests = read(source)
        if len(manifests) != 1:
            raise UsageError(
                f"create: {len(manifests)} objects given, must be one; "
                "use apply for several"
            )
        return self.admin.create(KubeObject.from_dict(manifests[0].wire))

    def get(self, *target: Any) -> KubeObject:
        """Return an object, given as itself or as apiVersion, kind and key.

        An object stands for its name: a namesake is returned for one that is gone.

        Raises:
            NotFoundError: There is none.
        """
        found = self.admin.find(to_target(target))
        if found is None:
            where = self.admin.addressing.address(to_target(target))
            raise not_found(where.served.group_resource, where.name)
        return found

    def find(self, *target: Any) -> KubeObject | None:
        """Return an object, or None."""
        return self.admin.find(to_target(target))

    def exists(self, *target: Any) -> bool:
        """Whether the object is stored; one passed in is meant by its UID."""
        wanted: Target = to_target(target)
        found = self.admin.find(wanted)
        if found is None:
            return False
        return not isinstance(wanted, KubeObject) or wanted.uid in ("", found.uid)

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str = "",
        *,
        label_selector: str = "",
    ) -> list[KubeObject]:
        """Return the objects of a kind, in one namespace or in all, in key order."""
        return self.admin.list(api_version, kind, namespace, label_selector)

    def update(self, wanted: KubeObject) -> KubeObject:
        """Replace an object.

        Raises:
            ConflictError: It was changed since *wanted* was read.
        """
        return self.admin.update(wanted)

    def patch(self, *target: Any, patch: Any, type: str = "merge") -> KubeObject:  # noqa: A002  (kubectl's word)
        """Change part of an object; *type* is ``merge``, ``strategic`` or ``json``."""
        return self.admin.patch(to_target(target), patch, type)

    def delete(
        self,
        *target: Any,
        propagation: str | PropagationPolicy | None = None,
        grace_period_seconds: int | None = None,
    ) -> KubeObject | None:
        """Delete an object.

        Args:
            target: The object, or its apiVersion, kind and key.
            propagation: ``Background``, ``Foreground`` or ``Orphan``; what the kind
                does by default if left out.
            grace_period_seconds: For Pods.

        Returns:
            The object if it lingers, None if it is gone.

        Raises:
            UsageError: There is no such policy.
            NotFoundError: There is no such object.
        """
        found = to_target(target)
        answer = self.admin.delete(found, propagation, grace_period_seconds)
        return None if isinstance(answer, Status) else answer

    def delete_collection(
        self,
        api_version: str,
        kind: str,
        namespace: str = "",
        *,
        label_selector: str = "",
        propagation: str | PropagationPolicy | None = None,
    ) -> None:
        """Delete all objects of a kind that match."""
        self.admin.delete_collection(
            api_version, kind, namespace, label_selector, propagation
        )

    def watch(self, api_version: str, kind: str, namespace: str = "") -> WatchStream:
        """Open a watch from now on; read it with ``drain()``."""
        return self.admin.watch(api_version, kind, namespace)

    # Views

    @property
    def gc(self) -> GarbageCollector:
        """The collector of the running controller manager.

        Raises:
            UsageError: None is running.
        """
        self.start()
        collector = self._collector()
        if collector is None:
            raise UsageError(
                "gc: no collector is running; call start_controller_manager(), and "
                "leave garbage_collector on"
            )
        return collector

    def _collector(self) -> GarbageCollector | None:
        manager = self.controller_manager
        return None if manager is None else manager.collector

    @property
    def graph(self) -> GraphView:
        """The collector's dependency graph, read-only."""
        return GraphView(self.gc.graph)

    def snapshot(self) -> ClusterSnapshot:
        """Return a frozen picture of everything, as of now."""
        collector = self._collector()
        return ClusterSnapshot(
            self.scheduler.now,
            tuple(stored for _, stored in self.server.store.iter_all()),
            () if collector is None else nodes_of(collector),
            None if collector is None else collector.status(),
        )

    @property
    def trace(self) -> Trace:
        """Everything that happened."""
        return self.scheduler.trace

    def _server_settings(self, given: ServerSettings | None) -> ServerSettings:
        if given is not None:
            check_type("server_settings", given, ServerSettings, "leave it out")
            return given
        return ServerSettings(
            epoch_s=self.settings.epoch_s,
            namespace_lifecycle=self.settings.namespace_lifecycle,
            gc_enabled=self.settings.garbage_collector,
        )
