"""A machine: the process beside the controller manager that runs Pods.

Upstream: cmd/kubelet, as far as Pods begin and end
"""

import attrs

from gcmodel.apiserver.clock import WallClock
from gcmodel.client.client import Client
from gcmodel.client.informer import SharedInformerFactory
from gcmodel.client.recorder import EventRecorder
from gcmodel.client.transport import Transport
from gcmodel.cluster.settings import ClusterSettings
from gcmodel.controllers.controller import Controller
from gcmodel.controllers.kubelet import MACHINE, kubelet
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.versions.profile import Profile


@attrs.define(eq=False)
class Machine:
    """The kubelet stand-in with its own identity and its own informers.

    It outlives restarts of the controller manager, and no client limit slows it.
    """

    kubelet: Controller
    informers: SharedInformerFactory

    @classmethod
    def build(
        cls,
        scheduler: Scheduler,
        profile: Profile,
        transport: Transport,
        settings: ClusterSettings,
    ) -> "Machine":
        """Wire the parts together; nothing runs yet."""
        user = f"system:node:{MACHINE}"
        client = Client(transport, user)
        informers = SharedInformerFactory(scheduler, client, client, profile)
        recorder = EventRecorder(client, scheduler, "kubelet", settings.epoch_s)
        clock = WallClock(scheduler, settings.epoch_s)
        surroundings = Surroundings(
            scheduler, client, informers, profile, recorder, clock
        )
        return cls(kubelet(surroundings), informers)

    def start(self) -> None:
        """Start to run Pods."""
        self.kubelet.start()
        self.informers.start()
