"""The controllers that a controller manager can run, and as whom they do.

Upstream: ``NewControllerInitializers`` in
cmd/kube-controller-manager/app/controllermanager.go
"""

from collections.abc import Callable

import attrs

from gcmodel.controllers import namespace
from gcmodel.controllers.controller import Controller
from gcmodel.controllers.cronjob import cron_job_controller
from gcmodel.controllers.daemonset import daemon_set_controller
from gcmodel.controllers.deployment import deployment_controller
from gcmodel.controllers.job import job_controller
from gcmodel.controllers.job_orphans import job_orphans_controller
from gcmodel.controllers.replicaset import (
    replica_set_controller,
    replication_controller_controller,
)
from gcmodel.controllers.statefulset import stateful_set_controller
from gcmodel.controllers.storage_protection import (
    pv_protection_controller,
    pvc_protection_controller,
)
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.controllers.ttl_after_finished import ttl_after_finished_controller

Build = Callable[[Surroundings], Controller]


@attrs.frozen
class Blueprint:
    """How one entry of ``--controllers`` is made.

    Attributes:
        account: Its service account is ``<account>-controller``.
        builds: Its control loops; most have one.
        qps_factor: Its client may send this many times ``--kube-api-qps``.
        by_path: It deletes with a metadata client.
    """

    account: str
    builds: tuple[Build, ...]
    qps_factor: int = 1
    burst_factor: int = 1
    by_path: bool = False

    @property
    def user(self) -> str:
        """The service account as a user name."""
        return f"system:serviceaccount:kube-system:{self.account}-controller"


BLUEPRINTS: dict[str, Blueprint] = {
    "deployment": Blueprint("deployment", (deployment_controller,)),
    "replicaset": Blueprint("replicaset", (replica_set_controller,)),
    "replicationcontroller": Blueprint(
        "replication", (replication_controller_controller,)
    ),
    "statefulset": Blueprint("statefulset", (stateful_set_controller,)),
    "daemonset": Blueprint("daemon-set", (daemon_set_controller,)),
    "job": Blueprint("job", (job_controller, job_orphans_controller)),
    "cronjob": Blueprint("cronjob", (cron_job_controller,)),
    "ttl-after-finished": Blueprint(
        "ttl-after-finished", (ttl_after_finished_controller,)
    ),
    "namespace": Blueprint(
        "namespace",
        (namespace.namespace_controller,),
        qps_factor=namespace.QPS_FACTOR,
        burst_factor=namespace.BURST_FACTOR,
        by_path=True,
    ),
    "pvc-protection": Blueprint("pvc-protection", (pvc_protection_controller,)),
    "pv-protection": Blueprint("pv-protection", (pv_protection_controller,)),
}
