"""The resources and kinds that the controllers read and write.

Upstream: none; the clientset's accessors
"""

from gcmodel.objects.identity import GroupVersionKind, GroupVersionResource

PODS = GroupVersionResource("", "v1", "pods")
REPLICATION_CONTROLLERS = GroupVersionResource("", "v1", "replicationcontrollers")
PERSISTENT_VOLUME_CLAIMS = GroupVersionResource("", "v1", "persistentvolumeclaims")
PERSISTENT_VOLUMES = GroupVersionResource("", "v1", "persistentvolumes")
NAMESPACES = GroupVersionResource("", "v1", "namespaces")
MACHINES = GroupVersionResource("", "v1", "nodes")
DEPLOYMENTS = GroupVersionResource("apps", "v1", "deployments")
REPLICA_SETS = GroupVersionResource("apps", "v1", "replicasets")
STATEFUL_SETS = GroupVersionResource("apps", "v1", "statefulsets")
DAEMON_SETS = GroupVersionResource("apps", "v1", "daemonsets")
CONTROLLER_REVISIONS = GroupVersionResource("apps", "v1", "controllerrevisions")
JOBS = GroupVersionResource("batch", "v1", "jobs")

DEPLOYMENT = GroupVersionKind("apps", "v1", "Deployment")
REPLICA_SET = GroupVersionKind("apps", "v1", "ReplicaSet")
REPLICATION_CONTROLLER = GroupVersionKind("", "v1", "ReplicationController")
STATEFUL_SET = GroupVersionKind("apps", "v1", "StatefulSet")
DAEMON_SET = GroupVersionKind("apps", "v1", "DaemonSet")
JOB = GroupVersionKind("batch", "v1", "Job")
