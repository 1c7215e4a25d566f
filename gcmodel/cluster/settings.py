"""Every knob of a cluster, with its unit, default and upstream name.

Upstream: the flags of kube-controller-manager and kube-apiserver
"""

from collections.abc import Sequence
from typing import Any

import attrs

from gcmodel.apiserver.clock import INCIDENT_DAY
from gcmodel.client.transport import Latency
from gcmodel.cluster.arguments import (
    check_names,
    check_switch,
    check_type,
    check_whole,
    close_to,
)
from gcmodel.errors import UsageError, shown
from gcmodel.kernel.durations import SECOND

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
    "pvc-protection",
    "pv-protection",
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

    controllers: Sequence[str] = WORKLOADS
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
        check_names("controllers", self.controllers, WORKLOADS)
        for name, (lowest, highest) in _WHOLE.items():
            check_whole(name, getattr(self, name), lowest, highest)
        for name in _SWITCHES:
            check_switch(name, getattr(self, name))
        check_type("latency", self.latency, Latency, "use NO_LATENCY for none")


VERBOSITY_MAX = 10
_MANY = 1_000_000
_LONG_NS = 365 * 86_400 * SECOND
_LATEST_S = 32_503_680_000  # the year 3000
_WHOLE = {
    "workers": (1, _MANY),
    "kube_api_qps": (1, _MANY),
    "kube_api_burst": (1, _MANY),
    "sync_period_ns": (1, _LONG_NS),
    "mapper_reset_ns": (1, _LONG_NS),
    "verbosity": (0, VERBOSITY_MAX),
    "epoch_s": (0, _LATEST_S),
}
"""Numbers, and the bounds between which they make sense."""

_SWITCHES = (
    *("kubelet", "garbage_collector", "looks_first", "namespace_lifecycle", "trace"),
)


def with_knobs(given: object, knobs: dict[str, Any]) -> ClusterSettings:
    """Return *given*, or the defaults, with single fields changed.

    Raises:
        UsageError: There is no such setting, or it cannot be so.
    """
    settings = ClusterSettings() if given is None else given
    check_type("settings", settings, ClusterSettings, "leave it out for the defaults")
    assert isinstance(settings, ClusterSettings)
    known = {field.name for field in attrs.fields(ClusterSettings)}
    for name, value in knobs.items():
        if name not in known:
            raise UsageError(
                f"{name}={shown(value)}: not a setting of a cluster; "
                f"{close_to(name, known)}the settings are {', '.join(sorted(known))}"
            )
    return attrs.evolve(settings, **knobs)
