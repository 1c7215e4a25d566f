"""What an incident is re-enacted with: settings of the cluster, the extension API."""

import attrs

from gcmodel.client.transport import Latency
from gcmodel.cluster.settings import WORKLOADS, ClusterSettings
from gcmodel.conformance.incident_format import Recording
from gcmodel.kernel.durations import MILLISECOND
from gcmodel.objects.metadata import Json

EXTENSION_NAMESPACE = "extension-system"
API_SERVICE = "v1.ext.cattle.io"
VERBOSITY = 5
"""Everything that the recordings may show; what they do not is left out later."""


@attrs.frozen(kw_only=True)
class Circumstances:
    """What a recording leaves open: the order of simultaneous steps, and the pace.

    Attributes:
        slowness: How many times slower than usual requests and answers are.
        watch_slowness: Likewise the events of watches.
        look_ns: How often whoever waits for something looks.
    """

    seed: int = 0
    slowness: int = 1
    watch_slowness: int = 1
    look_ns: int = 40 * MILLISECOND

    @property
    def latency(self) -> Latency:
        """How long messages take."""
        usual = Latency()
        return attrs.evolve(
            usual,
            request=_scaled(usual.request, self.slowness),
            response=_scaled(usual.response, self.slowness),
            watch=_scaled(usual.watch, self.watch_slowness),
        )


def _scaled(bounds: tuple[int, int], factor: int) -> tuple[int, int]:
    low, high = bounds
    return low * factor, high * factor


def settings_of(recording: Recording, circumstances: Circumstances) -> ClusterSettings:
    """Return the settings that the recorded flags ask for."""
    flags = recording.flags
    names = [name.strip() for name in flags.get("controllers", "").split(",")]
    return ClusterSettings(
        controllers=tuple(name for name in names if name in WORKLOADS),
        kubelet=False,
        garbage_collector=flags.get("enable-garbage-collector") != "false",
        workers=int(flags.get("concurrent-gc-syncs") or 20),
        kube_api_qps=int(flags.get("kube-api-qps") or 20),
        kube_api_burst=int(flags.get("kube-api-burst") or 30),
        looks_first=True,
        verbosity=VERBOSITY,
        latency=circumstances.latency,
    )


_PORT = 8443
EXTENSION_SERVICE = {"name": "extension", "namespace": EXTENSION_NAMESPACE}
API: Json = {
    "apiVersion": "apiregistration.k8s.io/v1",
    "kind": "APIService",
    "metadata": {"name": API_SERVICE},
    "spec": {
        "group": "ext.cattle.io",
        "version": "v1",
        "groupPriorityMinimum": 1000,
        "versionPriority": 10,
        "insecureSkipTLSVerify": True,
        "service": {**EXTENSION_SERVICE, "port": _PORT},
    },
}
REGISTRATION: tuple[Json, ...] = (
    {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": EXTENSION_NAMESPACE},
    },
    {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": EXTENSION_SERVICE,
        "spec": {
            "type": "ExternalName",
            "externalName": "localhost",
            "ports": [{"port": _PORT}],
        },
    },
    API,
)
