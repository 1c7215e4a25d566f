"""Every knob of a cluster, with its unit, default and upstream name.

Upstream: the flags of kube-controller-manager and kube-apiserver
"""

from typing import Any

import attrs

from gcmodel.apiserver.clock import INCIDENT_DAY
from gcmodel.client.transport import Latency
from gcmodel.errors import UsageError

WORKLOADS = (
    "deployment",
    "replicaset",
    "replicationcontroller",
    "statefulset",
    "daemonset",
    "job",
    "cronjob",
    "ttl-after-finished",
    "namespace",
)
"""Controllers beside the collector, as ``--controllers`` names them."""


@attrs.frozen(kw_only=True)
class ClusterSettings:
    """How a cluster is set up.

    Attributes:
        controllers: ``--controllers``: which workload controllers run, next to the
            collector.
        kubelet: Pods are bound, started and ended, by a stand-in.
        garbage_collector: ``--enable-garbage-collector``, on both sides.
        workers: ``--concurrent-gc-syncs``.
        kube_api_qps: ``--kube-api-qps`` of the controller manager.
        kube_api_burst: ``--kube-api-burst``.
        sync_period_ns: How long the collector waits between passes; 30 s upstream.
        mapper_reset_ns: How often the REST mapper forgets; 30 s upstream.
        looks_first: A starting controller manager asks what is served before it
            starts anything, as upstream does; it takes one request per group version.
        verbosity: ``--v`` of the controller manager.
        latency: How long messages take.
        epoch_s: The wall clock at virtual time zero, seconds since 1970.
        namespace_lifecycle: Objects need a namespace that exists.
        trace: Whether the run is recorded.
    """

    controllers: tuple[str, ...] = WORKLOADS
    kubelet: bool = True
    garbage_collector: bool = True
    workers: int = attrs.field(default=20)
    kube_api_qps: int = 20
    kube_api_burst: int = 30
    sync_period_ns: int = 30_000_000_000
    mapper_reset_ns: int = 30_000_000_000
    looks_first: bool = False
    verbosity: int = 2
    latency: Latency = attrs.field(factory=Latency)
    epoch_s: int = INCIDENT_DAY
    namespace_lifecycle: bool = True
    trace: bool = True

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be."""
        for name in self.controllers:
            if name not in WORKLOADS:
                raise UsageError(
                    f"controllers: {name!r} is not a controller that is modelled; "
                    f"use some of {', '.join(WORKLOADS)}"
                )
        for name in ("workers", "kube_api_qps", "kube_api_burst"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise UsageError(
                    f"{name}={value!r}: must be a whole number of 1 or more; "
                    "leave it out for Kubernetes' default"
                )


def check_seed(seed: object) -> None:
    """Refuse what is no seed.

    Raises:
        UsageError: *seed* is no whole number of 0 or more.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise UsageError(
            f"seed={seed!r}: must be a whole number of 0 or more; "
            "leave it out for the default"
        )


def with_knobs(given: ClusterSettings | None, knobs: dict[str, Any]) -> ClusterSettings:
    """Return *given*, or the defaults, with single fields changed.

    Raises:
        UsageError: There is no such setting, or it cannot be so.
    """
    known = {field.name for field in attrs.fields(ClusterSettings)}
    for name, value in knobs.items():
        if name not in known:
            raise UsageError(
                f"{name}={value!r}: not a setting of a cluster; the settings "
                f"are {', '.join(sorted(known))}"
            )
    return attrs.evolve(given or ClusterSettings(), **knobs)
