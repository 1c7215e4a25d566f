"""The stage of a story: a cluster under RBAC, its people, and what was noted down."""

from collections.abc import Callable
from typing import Any

import attrs

from gcmodel.apiserver.authorization import ALL, Grant, Rbac, Rule
from gcmodel.apiserver.clock import INCIDENT_DAY
from gcmodel.apiserver.server import ServerSettings
from gcmodel.cluster.admin import Admin
from gcmodel.cluster.cluster import Cluster
from gcmodel.cluster.settings import ClusterSettings
from gcmodel.garbagecollector.status import CollectorStatus
from gcmodel.kernel.durations import SECOND
from gcmodel.objects.identity import Uid
from gcmodel.objects.manifests import read
from gcmodel.objects.metadata import Json, KubeObject
from gcmodel.report.ownership import Ownership, ownership
from gcmodel.versions.profile import Profile

LEAD_S = 240
"""How long before the incident's first minute the clock starts: time to be well."""

STORY = "story"
"""The kind of trace record that :meth:`Stage.tell` makes."""

STATUS, RESTART = "gc.status", "process.restart"


@attrs.define(eq=False)
class Stage:
    """Where a story plays.

    Attributes:
        namespaces: What snapshots show.
        moments: Snapshots, by name.
        marks: Instants, virtual nanoseconds, by name.
        statuses: How the collector stood, by the name of a moment.
        notes: Whatever else the story wrote down for its facts.
        elsewhere: Objects that an extension server keeps, for snapshots.
        shown: Those of them that snapshots show even if they own nothing.
    """

    cluster: Cluster
    rbac: Rbac
    namespaces: list[str] = attrs.field(factory=list)
    moments: dict[str, Ownership] = attrs.field(factory=dict)
    marks: dict[str, int] = attrs.field(factory=dict)
    statuses: dict[str, CollectorStatus] = attrs.field(factory=dict)
    notes: dict[str, Any] = attrs.field(factory=dict)
    elsewhere: Callable[[], list[KubeObject]] = list
    shown: set[Uid] = attrs.field(factory=set)

    @classmethod
    def build(cls, profile: Profile, seed: int, verbosity: int) -> "Stage":
        """Return an empty cluster that asks who may do what."""
        rbac = Rbac()
        # The machine's stand-in binds Pods too, which is the scheduler's work.
        binds = Rule(("update",), ("",), ("pods",))
        rbac.grants.append(Grant("system:nodes", (binds,)))
        epoch_s = INCIDENT_DAY - LEAD_S
        cluster = Cluster(
            profile,
            seed,
            settings=ClusterSettings(epoch_s=epoch_s, verbosity=verbosity),
            server_settings=ServerSettings(epoch_s=epoch_s, authorizer=rbac),
        )
        return cls(cluster, rbac)

    @property
    def epoch_s(self) -> int:
        """The wall clock at virtual time zero."""
        return self.cluster.settings.epoch_s

    def run_to(self, instant_ns: int) -> None:
        """Let time pass up to *instant_ns*."""
        self.cluster.run((instant_ns - self.cluster.now_ns) / SECOND)

    def restart(self, profile: Profile | None = None) -> None:
        """Restart the controller manager, perhaps as another version."""
        if profile is not None:
            self.cluster.profile = profile
        self.cluster.scheduler.record(RESTART, version=self.cluster.profile.version)
        self.cluster.restart_controller_manager()

    # People

    def empower(self, user: str) -> None:
        """Make *user* a cluster administrator."""
        everything = Rule((ALL,), (ALL,), (ALL,))
        self.rbac.grants.append(Grant(user, (everything,)))

    def acting(self, user: str) -> Admin:
        """Return a keyboard at which *user* sits."""
        return Admin(self.cluster.server, user)

    def apply(self, user: str, *manifests: Json) -> list[KubeObject]:
        """Have *user* apply *manifests*."""
        return self.acting(user).apply(read(list(manifests)))

    # Notes

    def tell(self, who: str, did: str, meaning: str = "") -> None:
        """Add a line to the story: who did what, and what it means.

        What follows at this instant is due to it.
        """
        scheduler = self.cluster.scheduler
        number = scheduler.record(STORY, who=who, did=did, meaning=meaning)
        scheduler.act_upon(number)

    def tell_seen(self, did: str, meaning: str = "") -> None:
        """Add a line about something that a user looked at, and how things stand."""
        record = self.cluster.scheduler.record
        record(STORY, who="you", did=did, meaning=meaning)
        record(STATUS, **self._how_it_stands())

    def _how_it_stands(self) -> Json:
        status = self.cluster.gc.status()
        return {
            "waiting": status.queued + status.in_hand,
            "blocked_by": ", ".join(str(one) for one in status.blocked_by),
        }

    def mark(self, name: str) -> None:
        """Note that it is now the moment called *name*."""
        self.marks[name] = self.cluster.now_ns

    def look(self) -> Ownership:
        """Return what there is now."""
        snapshot = self.cluster.snapshot()
        return ownership(snapshot, self.namespaces, self.elsewhere(), self.shown)

    def look_in(self, namespace: str) -> Ownership:
        """Return what there is now in one namespace."""
        return ownership(self.cluster.snapshot(), [namespace])

    def keep(self, name: str) -> None:
        """Keep a snapshot, and the collector's status, as the moment called *name*."""
        self.moments[name] = self.look()
        self.statuses[name] = self.cluster.gc.status()
