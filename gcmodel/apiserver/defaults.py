"""What the server fills in: in everything that it reads, and in what is created.

Only fields that ownership, deletion or the template hash depend on.

Upstream: ``SetDefaults_…`` in pkg/apis/core/v1/defaults.go,
pkg/apis/apps/v1/defaults.go and pkg/apis/batch/v1/defaults.go; ``PrepareForCreate``
of the strategies in pkg/registry
"""

from collections.abc import Callable

from gcmodel.objects.metadata import Json, KubeObject

ROLLING = {"maxSurge": "25%", "maxUnavailable": "25%"}
_POD_SPEC: Json = {
    "restartPolicy": "Always",
    "terminationGracePeriodSeconds": 30,
    "dnsPolicy": "ClusterFirst",
    "securityContext": {},
    "schedulerName": "default-scheduler",
}
_CONTAINER: Json = {
    "resources": {},
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
}


def with_defaults(wanted: KubeObject) -> KubeObject:
    """Return *wanted* with the fields of its kind that were left out.

    * **Idempotent**: of what it returns, it leaves out nothing more.
    """
    fill = _DEFAULTS.get(wanted.kind)
    return wanted if fill is None else fill(wanted)


def as_created(wanted: KubeObject) -> KubeObject:
    """Return *wanted* with its defaults, and with what only new objects get."""
    filled = with_defaults(wanted)
    prepare = _NEW.get(wanted.kind)
    return filled if prepare is None else prepare(filled)


def _filled(given: Json, defaults: Json) -> Json:
    # The server cannot tell what is null or empty from what is left out.
    unset = {name for name in defaults if given.get(name) in (None, "")}
    return {
        **{name: defaults[name] for name in defaults if name in unset},
        **{name: value for name, value in given.items() if name not in unset},
    }


def pod_spec(spec: Json) -> Json:
    """Return a Pod's specification with what was left out."""
    filled = _filled(spec, _POD_SPEC)
    filled["containers"] = [_container(one) for one in spec.get("containers") or []]
    if spec.get("initContainers"):
        filled["initContainers"] = [_container(one) for one in spec["initContainers"]]
    return filled


def _container(container: Json) -> Json:
    pull = {"imagePullPolicy": _pull_policy(container.get("image") or "")}
    return _filled(container, _CONTAINER | pull)


def _pull_policy(image: str) -> str:
    _, _, tag = image.rpartition("/")[2].partition(":")
    return "Always" if tag in ("", "latest") and "@" not in image else "IfNotPresent"


def _template(spec: Json) -> Json:
    template = spec.get("template") or {}
    metadata = {"creationTimestamp": None, **(template.get("metadata") or {})}
    return {
        **template,
        "metadata": metadata,
        "spec": pod_spec(template.get("spec") or {}),
    }


def _with_spec(wanted: KubeObject, **defaults: object) -> KubeObject:
    return wanted.with_body(spec=_filled(wanted.spec, defaults))


def _workload(wanted: KubeObject, **defaults: object) -> KubeObject:
    filled = _with_spec(wanted, **defaults)
    return filled.with_body(spec={**filled.spec, "template": _template(filled.spec)})


def _pod(wanted: KubeObject) -> KubeObject:
    return wanted.with_body(spec=pod_spec(wanted.spec))


def _pending(wanted: KubeObject) -> KubeObject:
    return wanted.with_body(status={"phase": "Pending"})


def _deployment(wanted: KubeObject) -> KubeObject:
    filled = _workload(
        wanted, replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600
    )
    return _rolling(filled, "strategy", ROLLING)


def _rolling(wanted: KubeObject, field: str, numbers: Json) -> KubeObject:
    strategy = _filled(wanted.spec.get(field) or {}, {"type": "RollingUpdate"})
    if strategy["type"] == "RollingUpdate":
        given = strategy.get("rollingUpdate") or {}
        strategy["rollingUpdate"] = _filled(given, numbers)
    return wanted.with_body(spec={**wanted.spec, field: strategy})


def _replication_controller(wanted: KubeObject) -> KubeObject:
    filled = _with_spec(wanted, replicas=1)
    # The only workload whose template is a pointer.
    if filled.spec.get("template") is None:
        return filled
    filled = _workload(filled)
    return _labelled(_with_spec(filled, selector=_template_labels(filled)))


def _template_labels(workload: KubeObject) -> Json:
    template = workload.spec.get("template") or {}
    return (template.get("metadata") or {}).get("labels") or {}


def _labelled(workload: KubeObject) -> KubeObject:
    """Return *workload* with its template's labels, if it has none of its own."""
    if workload.metadata.labels:
        return workload
    return workload.with_metadata(labels=_template_labels(workload))


def _stateful_set(wanted: KubeObject) -> KubeObject:
    filled = _workload(
        wanted, replicas=1, podManagementPolicy="OrderedReady", revisionHistoryLimit=10
    )
    return _rolling(filled, "updateStrategy", {"partition": 0})


def _daemon_set(wanted: KubeObject) -> KubeObject:
    filled = _workload(wanted, revisionHistoryLimit=10)
    return _rolling(filled, "updateStrategy", {"maxUnavailable": 1})


def _job(wanted: KubeObject) -> KubeObject:
    spec = wanted.spec
    defaults: Json = {"backoffLimit": 6}
    if spec.get("completions") is None and spec.get("parallelism") is None:
        defaults |= {"completions": 1, "parallelism": 1}
    elif spec.get("parallelism") is None:
        defaults["parallelism"] = 1
    return _labelled(_workload(wanted, **defaults))


def _new_job(job: KubeObject) -> KubeObject:
    # Whoever reads a stored Job fills in its labels again, now from its own template.
    return _labelled(_with_job_selector(job))


def _with_job_selector(job: KubeObject) -> KubeObject:
    """Return *job* with what tells its Pods from others; what is there is kept.

    Upstream: ``generateSelector`` in pkg/registry/batch/job/strategy.go
    """
    template = job.spec["template"]
    if job.spec.get("manualSelector"):
        return job
    selector = job.spec.get("selector") or {}
    chosen = {"controller-uid": job.uid} | (selector.get("matchLabels") or {})
    labels = {"controller-uid": job.uid, "job-name": job.name}
    metadata = template["metadata"]
    metadata = {**metadata, "labels": labels | (metadata.get("labels") or {})}
    return job.with_body(
        spec={
            **job.spec,
            "selector": {**selector, "matchLabels": chosen},
            "template": {**template, "metadata": metadata},
        }
    )


def _cron_job(wanted: KubeObject) -> KubeObject:
    filled = _with_spec(
        wanted,
        concurrencyPolicy="Allow",
        suspend=False,
        successfulJobsHistoryLimit=3,
        failedJobsHistoryLimit=1,
    )
    template = filled.spec.get("jobTemplate") or {}
    job = template.get("spec") or {}
    template = {**template, "spec": {**job, "template": _template(job)}}
    return filled.with_body(spec={**filled.spec, "jobTemplate": template})


def _namespace(wanted: KubeObject) -> KubeObject:
    name = {"kubernetes.io/metadata.name": wanted.name}
    return wanted.with_metadata(labels={**wanted.metadata.labels, **name})


def _active(wanted: KubeObject) -> KubeObject:
    return wanted.with_body(
        spec={"finalizers": ["kubernetes"]}, status={"phase": "Active"}
    )


def _protected(finalizer: str) -> Callable[[KubeObject], KubeObject]:
    # The StorageObjectInUseProtection admission plug-in.
    def protect(wanted: KubeObject) -> KubeObject:
        finalizers = wanted.metadata.finalizers
        if finalizer in finalizers:
            return wanted
        return wanted.with_metadata(finalizers=(*finalizers, finalizer))

    return protect


_DEFAULTS: dict[str, Callable[[KubeObject], KubeObject]] = {
    "Pod": _pod,
    "Deployment": _deployment,
    "ReplicaSet": lambda wanted: _workload(wanted, replicas=1),
    "ReplicationController": _replication_controller,
    "StatefulSet": _stateful_set,
    "DaemonSet": _daemon_set,
    "Job": _job,
    "CronJob": _cron_job,
    "Namespace": _namespace,
}
_NEW: dict[str, Callable[[KubeObject], KubeObject]] = {
    "Pod": _pending,
    "Job": _new_job,
    "Namespace": _active,
    "PersistentVolume": _protected("kubernetes.io/pv-protection"),
    "PersistentVolumeClaim": _protected("kubernetes.io/pvc-protection"),
}
