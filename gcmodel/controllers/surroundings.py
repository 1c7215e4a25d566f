"""What a controller is built from: the rest of the process that it runs in.

Upstream: ``ControllerContext`` in cmd/kube-controller-manager/app/controllermanager.go
"""

from typing import Protocol

import attrs

from gcmodel.client.client import Client
from gcmodel.client.informer import SharedInformerFactory
from gcmodel.kernel.choices import Choices
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.metadata import KubeObject
from gcmodel.versions.profile import Profile


class Clock(Protocol):
    """Tells the second that it is."""

    def now_s(self) -> int:
        """Return seconds since the Unix epoch."""


class Recorder(Protocol):
    """Writes Events in the background."""

    def event(self, about: KubeObject, kind: str, reason: str, message: str) -> None:
        """Tell of *reason* about an object; *kind* is ``Normal`` or ``Warning``."""


@attrs.frozen(repr=False)
class Surroundings:
    """The collaborators of one controller.

    Attributes:
        client: Sends this controller's own requests, under its own identity.
        informers: Shared by all controllers of the process.
        clock: The wall clock of the cluster.
    """

    scheduler: Scheduler
    client: Client
    informers: SharedInformerFactory
    profile: Profile
    recorder: Recorder
    clock: Clock

    @property
    def choices(self) -> Choices:
        """The run's only source of chance."""
        return self.scheduler.choices

    def wall_ns(self) -> int:
        """Return the wall clock in nanoseconds since the Unix epoch."""
        return self.clock.now_s() * SECOND + self.scheduler.now % SECOND
