"""The Go fields of a Pod template, as far as its hash depends on them.

The hash of a template runs over a printed form of the whole Go value, the fields
that nobody set included. So a field that a release adds changes every hash.

Upstream: ``PodTemplateSpec``, ``PodSpec`` and ``Container`` in api core/v1/types.go;
``ObjectMeta`` in apimachinery pkg/apis/meta/v1/types.go; the defaults in
pkg/apis/core/v1/defaults.go
"""

import re
from functools import cache
from typing import Any

import attrs

# One field a line: Go name, Go type, the name in JSON unless it is the Go name with a
# small first letter; then the minor that brought the field (1.23+), the last that has
# it (-1.23), its default (=…).
_TABLES = {
    "v1.PodTemplateSpec": """
        ObjectMeta v1.ObjectMeta metadata
        Spec v1.PodSpec
    """,
    "v1.ObjectMeta": """
        Name string
        GenerateName string
        Namespace string
        SelfLink string
        UID types.UID uid
        ResourceVersion string
        Generation int64
        CreationTimestamp v1.Time
        DeletionTimestamp *v1.Time
        DeletionGracePeriodSeconds *int64
        Labels map[string]string
        Annotations map[string]string
        OwnerReferences []v1.OwnerReference
        Finalizers []string
        ClusterName string -1.23
        ZZZ_DeprecatedClusterName string clusterName 1.24+ -1.24
        ManagedFields []v1.ManagedFieldsEntry
    """,
    "v1.PodSpec": """
        Volumes []v1.Volume
        InitContainers []v1.Container
        Containers []v1.Container
        EphemeralContainers []v1.EphemeralContainer
        RestartPolicy v1.RestartPolicy =Always
        TerminationGracePeriodSeconds *int64 =30
        ActiveDeadlineSeconds *int64
        DNSPolicy v1.DNSPolicy dnsPolicy =ClusterFirst
        NodeSelector map[string]string
        ServiceAccountName string
        DeprecatedServiceAccount string serviceAccount
        AutomountServiceAccountToken *bool
        NodeName string
        HostNetwork bool
        HostPID bool
        HostIPC bool
        ShareProcessNamespace *bool
        SecurityContext *v1.PodSecurityContext ={}
        ImagePullSecrets []v1.LocalObjectReference
        Hostname string
        Subdomain string
        Affinity *v1.Affinity
        SchedulerName string =default-scheduler
        Tolerations []v1.Toleration
        HostAliases []v1.HostAlias
        PriorityClassName string
        Priority *int32
        DNSConfig *v1.PodDNSConfig dnsConfig
        ReadinessGates []v1.PodReadinessGate
        RuntimeClassName *string
        EnableServiceLinks *bool
        PreemptionPolicy *v1.PreemptionPolicy
        Overhead v1.ResourceList
        TopologySpreadConstraints []v1.TopologySpreadConstraint
        SetHostnameAsFQDN *bool 1.19+
        OS *v1.PodOS os 1.23+
        HostUsers *bool 1.25+
        SchedulingGates []v1.PodSchedulingGate 1.26+
        ResourceClaims []v1.PodResourceClaim 1.26+
        Resources *v1.ResourceRequirements 1.32+
        HostnameOverride *string 1.34+
    """,
    "v1.PodSecurityContext": """
        SELinuxOptions *v1.SELinuxOptions seLinuxOptions
        WindowsOptions *v1.WindowsSecurityContextOptions
        RunAsUser *int64
        RunAsGroup *int64
        RunAsNonRoot *bool
        SupplementalGroups []int64
        SupplementalGroupsPolicy *v1.SupplementalGroupsPolicy 1.31+
        FSGroup *int64 fsGroup
        Sysctls []v1.Sysctl
        FSGroupChangePolicy *v1.PodFSGroupChangePolicy fsGroupChangePolicy 1.18+
        SeccompProfile *v1.SeccompProfile 1.19+
        AppArmorProfile *v1.AppArmorProfile 1.30+
        SELinuxChangePolicy *v1.PodSELinuxChangePolicy seLinuxChangePolicy 1.32+
    """,
    "v1.Container": """
        Name string
        Image string
        Command []string
        Args []string
        WorkingDir string
        Ports []v1.ContainerPort
        EnvFrom []v1.EnvFromSource
        Env []v1.EnvVar
        Resources v1.ResourceRequirements
        ResizePolicy []v1.ContainerResizePolicy 1.27+
        RestartPolicy *v1.ContainerRestartPolicy 1.28+
        RestartPolicyRules []v1.ContainerRestartRule 1.34+
        VolumeMounts []v1.VolumeMount
        VolumeDevices []v1.VolumeDevice
        LivenessProbe *v1.Probe
        ReadinessProbe *v1.Probe
        StartupProbe *v1.Probe
        Lifecycle *v1.Lifecycle
        TerminationMessagePath string =/dev/termination-log
        TerminationMessagePolicy v1.TerminationMessagePolicy =File
        ImagePullPolicy v1.PullPolicy =IfNotPresent
        SecurityContext *v1.SecurityContext
        Stdin bool
        StdinOnce bool
        TTY bool tty
    """,
    "v1.ContainerPort": """
        Name string
        HostPort int32
        ContainerPort int32
        Protocol v1.Protocol =TCP
        HostIP string
    """,
    "v1.EnvVar": """
        Name string
        Value string
        ValueFrom *v1.EnvVarSource
    """,
    "v1.ResourceRequirements": """
        Limits v1.ResourceList
        Requests v1.ResourceList
        Claims []v1.ResourceClaim 1.26+
    """,
    "v1.LocalObjectReference": """
        Name string
    """,
}

_SINCE = re.compile(r"1\.(\d+)\+")
_UNTIL = re.compile(r"-1\.(\d+)")


@attrs.frozen
class Field:
    """One field of a Go struct.

    Attributes:
        type: As Go prints it.
        json: Its name in JSON.
        default: What the server fills in, None for nothing.
    """

    name: str
    type: str
    json: str
    default: Any = None


@cache
def fields_of(struct: str, minor: int) -> tuple[Field, ...] | None:
    """Return the fields of a Go struct in minor 1.*minor*, None if it is not tabled."""
    table = _TABLES.get(struct)
    if table is None:
        return None
    lines = [line.split() for line in table.strip().splitlines()]
    return tuple(_field(words) for words in lines if _exists(words[2:], minor))


def _exists(marks: list[str], minor: int) -> bool:
    for mark in marks:
        since, until = _SINCE.fullmatch(mark), _UNTIL.fullmatch(mark)
        if since and minor < int(since[1]):
            return False
        if until and minor > int(until[1]):
            return False
    return True


def _field(words: list[str]) -> Field:
    name, type_, *marks = words
    json = name[0].lower() + name[1:]
    if marks and marks[0].isidentifier():
        json = marks[0]
    given = next((mark[1:] for mark in marks if mark.startswith("=")), None)
    default: Any = {} if given == "{}" else given
    return Field(name, type_, json, default)
