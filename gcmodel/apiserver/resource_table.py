"""The built-in resources of every minor version, as data.

Served by default, that is: alpha versions, and beta versions that appeared after
1.24, have to be switched on and are left out.

Upstream: the API deprecation guide; ``apiVersionPriorities`` in
cmd/kube-apiserver/app/aggregator.go; the strategies under pkg/registry
"""

from typing import Literal, TypeAlias

NameRule: TypeAlias = Literal[
    "subdomain", "label", "dns1035", "path", "crd", "apiservice"
]
"""What a name must be: a DNS subdomain, a DNS label, a DNS-1035 label, a path
segment, ``<plural>.<group>``, ``<version>.<group>``."""

# One line a resource: group, plural, kind, scope (Namespaced or Cluster), versions,
# short names, categories. ``v1@21`` is served since 1.21, ``v1beta1<25`` until 1.24,
# a bare version in every minor that is modelled.
RESOURCES = """\
core bindings Binding N v1 - -
core componentstatuses ComponentStatus C v1 cs -
core configmaps ConfigMap N v1 cm -
core endpoints Endpoints N v1 ep -
core events Event N v1 ev -
core limitranges LimitRange N v1 limits -
core namespaces Namespace C v1 ns -
core nodes Node C v1 no -
core persistentvolumeclaims PersistentVolumeClaim N v1 pvc -
core persistentvolumes PersistentVolume C v1 pv -
core pods Pod N v1 po all
core podtemplates PodTemplate N v1 - -
core replicationcontrollers ReplicationController N v1 rc all
core resourcequotas ResourceQuota N v1 quota -
core secrets Secret N v1 - -
core serviceaccounts ServiceAccount N v1 sa -
core services Service N v1 svc all
admissionregistration.k8s.io mutatingadmissionpolicies MutatingAdmissionPolicy C v1@36 - api-extensions
admissionregistration.k8s.io mutatingadmissionpolicybindings MutatingAdmissionPolicyBinding C v1@36 - api-extensions
admissionregistration.k8s.io mutatingwebhookconfigurations MutatingWebhookConfiguration C v1,v1beta1<22 - api-extensions
admissionregistration.k8s.io validatingadmissionpolicies ValidatingAdmissionPolicy C v1@30 - api-extensions
admissionregistration.k8s.io validatingadmissionpolicybindings ValidatingAdmissionPolicyBinding C v1@30 - api-extensions
admissionregistration.k8s.io validatingwebhookconfigurations ValidatingWebhookConfiguration C v1,v1beta1<22 - api-extensions
apiextensions.k8s.io customresourcedefinitions CustomResourceDefinition C v1,v1beta1<22 crd,crds api-extensions
apiregistration.k8s.io apiservices APIService C v1,v1beta1<22 - api-extensions
apps controllerrevisions ControllerRevision N v1 - -
apps daemonsets DaemonSet N v1 ds all
apps deployments Deployment N v1 deploy all
apps replicasets ReplicaSet N v1 rs all
apps statefulsets StatefulSet N v1 sts all
authentication.k8s.io selfsubjectreviews SelfSubjectReview C v1@28 - -
authentication.k8s.io tokenreviews TokenReview C v1,v1beta1<22 - -
authorization.k8s.io localsubjectaccessreviews LocalSubjectAccessReview N v1,v1beta1<22 - -
authorization.k8s.io selfsubjectaccessreviews SelfSubjectAccessReview C v1,v1beta1<22 - -
authorization.k8s.io selfsubjectrulesreviews SelfSubjectRulesReview C v1,v1beta1<22 - -
authorization.k8s.io subjectaccessreviews SubjectAccessReview C v1,v1beta1<22 - -
autoscaling horizontalpodautoscalers HorizontalPodAutoscaler N v1,v2@23,v2beta1<25,v2beta2<26 hpa all
batch cronjobs CronJob N v1@21,v1beta1<25 cj all
batch jobs Job N v1 - all
certificates.k8s.io certificatesigningrequests CertificateSigningRequest C v1@19,v1beta1<22 csr -
coordination.k8s.io leases Lease N v1,v1beta1<22 - -
discovery.k8s.io endpointslices EndpointSlice N v1@21,v1beta1@17<25 - -
events.k8s.io events Event N v1@19,v1beta1<25 ev -
extensions ingresses Ingress N v1beta1<22 ing -
flowcontrol.apiserver.k8s.io flowschemas FlowSchema C v1@29,v1beta1@20<26,v1beta2@23<29,v1beta3@26<32 - -
flowcontrol.apiserver.k8s.io prioritylevelconfigurations PriorityLevelConfiguration C v1@29,v1beta1@20<26,v1beta2@23<29,v1beta3@26<32 - -
networking.k8s.io ingressclasses IngressClass C v1@19,v1beta1@18<22 - -
networking.k8s.io ingresses Ingress N v1@19,v1beta1<22 ing -
networking.k8s.io ipaddresses IPAddress C v1@33 ip -
networking.k8s.io networkpolicies NetworkPolicy N v1 netpol -
networking.k8s.io servicecidrs ServiceCIDR C v1@33 - -
node.k8s.io runtimeclasses RuntimeClass C v1@20,v1beta1<25 - -
policy poddisruptionbudgets PodDisruptionBudget N v1@21,v1beta1<25 pdb -
policy podsecuritypolicies PodSecurityPolicy C v1beta1<25 psp -
rbac.authorization.k8s.io clusterrolebindings ClusterRoleBinding C v1,v1beta1<22 - -
rbac.authorization.k8s.io clusterroles ClusterRole C v1,v1beta1<22 - -
rbac.authorization.k8s.io rolebindings RoleBinding N v1,v1beta1<22 - -
rbac.authorization.k8s.io roles Role N v1,v1beta1<22 - -
resource.k8s.io deviceclasses DeviceClass C v1@34 - -
resource.k8s.io resourceclaims ResourceClaim N v1@34 - -
resource.k8s.io resourceclaimtemplates ResourceClaimTemplate N v1@34 - -
resource.k8s.io resourceslices ResourceSlice C v1@34 - -
scheduling.k8s.io priorityclasses PriorityClass C v1,v1beta1<22 pc -
storage.k8s.io csidrivers CSIDriver C v1@18,v1beta1<22 - -
storage.k8s.io csinodes CSINode C v1@17,v1beta1<22 - -
storage.k8s.io csistoragecapacities CSIStorageCapacity N v1@24,v1beta1@21<27 - -
storage.k8s.io storageclasses StorageClass C v1,v1beta1<22 sc -
storage.k8s.io volumeattachments VolumeAttachment C v1,v1beta1<22 - -
storage.k8s.io volumeattributesclasses VolumeAttributesClass C v1@34 vac -
"""  # noqa: E501  (a table, one line a resource)

GROUP_PRIORITIES = {
    "": 18000,
    "apps": 17800,
    "events.k8s.io": 17750,
    "authentication.k8s.io": 17700,
    "authorization.k8s.io": 17600,
    "autoscaling": 17500,
    "batch": 17400,
    "certificates.k8s.io": 17300,
    "networking.k8s.io": 17200,
    "extensions": 17150,
    "policy": 17100,
    "rbac.authorization.k8s.io": 17000,
    "storage.k8s.io": 16800,
    "apiextensions.k8s.io": 16700,
    "admissionregistration.k8s.io": 16700,
    "scheduling.k8s.io": 16600,
    "coordination.k8s.io": 16500,
    "node.k8s.io": 16300,
    "discovery.k8s.io": 16200,
    "flowcontrol.apiserver.k8s.io": 16100,
    "resource.k8s.io": 15900,
}
"""``groupPriorityMinimum`` of the built-in groups: the higher comes first."""

VERSION_PRIORITIES = {
    "v1": 1,
    "admissionregistration.k8s.io/v1beta1": 12,
    "autoscaling/v2": 30,
    "autoscaling/v2beta2": 1,
    "discovery.k8s.io/v1beta1": 12,
    "events.k8s.io/v1beta1": 5,
    "extensions/v1beta1": 1,
    "flowcontrol.apiserver.k8s.io/v1": 21,
    "flowcontrol.apiserver.k8s.io/v1beta1": 12,
    "flowcontrol.apiserver.k8s.io/v1beta2": 15,
    "flowcontrol.apiserver.k8s.io/v1beta3": 18,
    "rbac.authorization.k8s.io/v1beta1": 12,
    "scheduling.k8s.io/v1beta1": 12,
}
"""``versionPriority`` where it is neither 15 for a stable version nor 9 for a beta."""

CREATE_ONLY = frozenset(
    {
        "bindings",
        "localsubjectaccessreviews.authorization.k8s.io",
        "selfsubjectaccessreviews.authorization.k8s.io",
        "selfsubjectreviews.authentication.k8s.io",
        "selfsubjectrulesreviews.authorization.k8s.io",
        "subjectaccessreviews.authorization.k8s.io",
        "tokenreviews.authentication.k8s.io",
    }
)
"""Questions rather than objects: nothing is stored."""

READ_ONLY = frozenset({"componentstatuses"})
"""Only get and list."""

NO_DELETECOLLECTION: dict[str, int | None] = {"namespaces": None, "services": 23}
"""Since when the collection can be deleted at once; None for never. The minor of
services is inferred: 1.20 lacks it, 1.28 has it."""

SHARED_STORAGE = {
    "events.events.k8s.io": "events",
    "ingresses.extensions": "ingresses.networking.k8s.io",
}
"""Endpoints that show what another endpoint stores."""

ORPHANED_BY_DEFAULT = frozenset(
    {
        "v1/replicationcontrollers",
        "batch/v1/jobs",
        "batch/v1beta1/cronjobs",
        "batch/v2alpha1/cronjobs",
        "extensions/v1beta1/daemonsets",
        "extensions/v1beta1/deployments",
        "extensions/v1beta1/replicasets",
        "apps/v1beta1/deployments",
        "apps/v1beta1/statefulsets",
        "apps/v1beta2/daemonsets",
        "apps/v1beta2/deployments",
        "apps/v1beta2/replicasets",
        "apps/v1beta2/statefulsets",
    }
)
"""Endpoints at which a delete without a policy orphans, served or not."""

GENERATION_SINCE = {
    "replicationcontrollers": 16,
    "mutatingadmissionpolicies.admissionregistration.k8s.io": 16,
    "mutatingadmissionpolicybindings.admissionregistration.k8s.io": 16,
    "mutatingwebhookconfigurations.admissionregistration.k8s.io": 16,
    "validatingadmissionpolicies.admissionregistration.k8s.io": 16,
    "validatingadmissionpolicybindings.admissionregistration.k8s.io": 16,
    "validatingwebhookconfigurations.admissionregistration.k8s.io": 16,
    "customresourcedefinitions.apiextensions.k8s.io": 16,
    "daemonsets.apps": 16,
    "deployments.apps": 16,
    "replicasets.apps": 16,
    "statefulsets.apps": 16,
    "cronjobs.batch": 21,
    "jobs.batch": 21,
    "endpointslices.discovery.k8s.io": 16,
    "ingresses.extensions": 16,
    "flowschemas.flowcontrol.apiserver.k8s.io": 16,
    "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io": 16,
    "ingressclasses.networking.k8s.io": 16,
    "ingresses.networking.k8s.io": 16,
    "networkpolicies.networking.k8s.io": 16,
    "servicecidrs.networking.k8s.io": 16,
    "poddisruptionbudgets.policy": 16,
    "deviceclasses.resource.k8s.io": 16,
    "resourceslices.resource.k8s.io": 16,
    "priorityclasses.scheduling.k8s.io": 16,
}
"""Kinds that count changes of their specification, and since when. Jobs and CronJobs
had no generation in 1.20.2 (recorded); the minor is inferred. Pods go by a rule of
the profile."""

RETURNS_OBJECT = frozenset(
    {
        "namespaces",
        "persistentvolumeclaims",
        "persistentvolumes",
        "pods",
        "podtemplates",
        "resourcequotas",
        "serviceaccounts",
        "services",
        "podsecuritypolicies.policy",
    }
)
"""A delete answers with the object instead of a Status; and so do the groups below."""

RETURNS_OBJECT_GROUPS = frozenset({"storage.k8s.io", "resource.k8s.io"})

NEEDS_RESOURCE_VERSION = frozenset(
    {
        "mutatingadmissionpolicies.admissionregistration.k8s.io",
        "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
        "mutatingwebhookconfigurations.admissionregistration.k8s.io",
        "validatingadmissionpolicies.admissionregistration.k8s.io",
        "validatingadmissionpolicybindings.admissionregistration.k8s.io",
        "validatingwebhookconfigurations.admissionregistration.k8s.io",
        "customresourcedefinitions.apiextensions.k8s.io",
        "apiservices.apiregistration.k8s.io",
        "leases.coordination.k8s.io",
        "flowschemas.flowcontrol.apiserver.k8s.io",
        "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
        "runtimeclasses.node.k8s.io",
        "poddisruptionbudgets.policy",
        "csidrivers.storage.k8s.io",
        "csinodes.storage.k8s.io",
        "csistoragecapacities.storage.k8s.io",
        "volumeattachments.storage.k8s.io",
    }
)
"""An update without a resource version is refused."""

CREATES_ON_UPDATE = frozenset(
    {
        "endpoints",
        "events",
        "limitranges",
        "services",
        "leases.coordination.k8s.io",
        "events.events.k8s.io",
        "runtimeclasses.node.k8s.io",
        "clusterrolebindings.rbac.authorization.k8s.io",
        "clusterroles.rbac.authorization.k8s.io",
        "rolebindings.rbac.authorization.k8s.io",
        "roles.rbac.authorization.k8s.io",
    }
)
"""An update of what does not exist creates it."""

HAS_STATUS = frozenset(
    {
        "namespaces",
        "nodes",
        "persistentvolumeclaims",
        "persistentvolumes",
        "pods",
        "replicationcontrollers",
        "resourcequotas",
        "services",
        "validatingadmissionpolicies.admissionregistration.k8s.io",
        "customresourcedefinitions.apiextensions.k8s.io",
        "apiservices.apiregistration.k8s.io",
        "daemonsets.apps",
        "deployments.apps",
        "replicasets.apps",
        "statefulsets.apps",
        "horizontalpodautoscalers.autoscaling",
        "cronjobs.batch",
        "jobs.batch",
        "certificatesigningrequests.certificates.k8s.io",
        "ingresses.extensions",
        "flowschemas.flowcontrol.apiserver.k8s.io",
        "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
        "ingresses.networking.k8s.io",
        "servicecidrs.networking.k8s.io",
        "poddisruptionbudgets.policy",
        "resourceclaims.resource.k8s.io",
        "volumeattachments.storage.k8s.io",
    }
)
"""Kinds with a ``/status`` subresource."""

NAME_RULES: dict[str, NameRule] = {
    "namespaces": "label",
    "services": "dns1035",
    "customresourcedefinitions.apiextensions.k8s.io": "crd",
    "apiservices.apiregistration.k8s.io": "apiservice",
    "clusterrolebindings.rbac.authorization.k8s.io": "path",
    "clusterroles.rbac.authorization.k8s.io": "path",
    "rolebindings.rbac.authorization.k8s.io": "path",
    "roles.rbac.authorization.k8s.io": "path",
}
"""What a name must be, where that is not a DNS subdomain."""
