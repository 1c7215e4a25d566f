"""Parts of an object that have an endpoint of their own: status, finalize, scale.

Upstream: ``PrepareForUpdate`` of the status strategies in pkg/registry;
``ResetObjectMetaForStatus`` in apimachinery pkg/apis/meta/v1/helpers.go;
``ScaleREST`` in pkg/registry/apps/deployment/storage/storage.go
"""

from gcmodel.apiserver import answers
from gcmodel.apiserver.resources import ResourceType
from gcmodel.apiserver.write_steps import EXTENSION_GROUPS, NAMESPACES
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from gcmodel.objects.selectors import from_label_selector, from_labels

STATUS = "status"
FINALIZE = "finalize"
SCALE = "scale"
SCALE_VERSION, SCALE_KIND = "autoscaling/v1", "Scale"
SCALABLE = frozenset(
    {
        "deployments.apps",
        "replicasets.apps",
        "replicationcontrollers",
        "statefulsets.apps",
    }
)


def check_subresource(served: ResourceType, subresource: str) -> None:
    """Refuse a subresource that the resource does not have.

    Raises:
        NotFoundError: It is none of those that are modelled for the kind.
    """
    if not subresource:
        return
    known = {
        STATUS: served.has_status,
        FINALIZE: served.storage == NAMESPACES,
        SCALE: str(served.group_resource) in SCALABLE,
    }
    if not known.get(subresource, False):
        raise answers.no_resource()


def with_status_of(
    served: ResourceType, stored: KubeObject, changed: KubeObject
) -> KubeObject:
    """Return *stored* as a write of its status leaves it.

    * **Not the owner's business**: references, finalizers and the marks of a
      deletion stay as they are stored. Annotations can be changed with a built-in
      kind's status, and with a Pod's also the labels.
    """
    meta = stored.metadata
    if served.built_in and served.group not in EXTENSION_GROUPS:
        asked = changed.metadata
        labels = asked.labels if served.graceful else meta.labels
        stored = stored.with_metadata(annotations=asked.annotations, labels=labels)
    return stored.with_body(status=changed.body.get("status"))


def with_finalizers_of(stored: KubeObject, wanted: KubeObject) -> KubeObject:
    """Return a Namespace with the ``spec.finalizers`` of *wanted*."""
    finalizers = wanted.spec.get("finalizers") or []
    return stored.with_body(spec={**stored.spec, "finalizers": finalizers})


def with_scale_of(stored: KubeObject, scale: KubeObject) -> KubeObject:
    """Return *stored* with as many replicas as *scale* asks for."""
    replicas = scale.spec.get("replicas") or 0
    return stored.with_body(spec={**stored.spec, "replicas": replicas})


def scale_of(stored: KubeObject) -> KubeObject:
    """Return the ``Scale`` of a workload."""
    meta = stored.metadata
    selector = stored.spec.get("selector") or {}
    plain = stored.kind == "ReplicationController"
    text = str(from_labels(selector) if plain else from_label_selector(selector))
    return KubeObject(
        SCALE_VERSION,
        SCALE_KIND,
        ObjectMeta(
            name=meta.name,
            namespace=meta.namespace,
            uid=meta.uid,
            resource_version=meta.resource_version,
            creation_timestamp=meta.creation_timestamp,
        ),
        {
            "spec": {"replicas": stored.spec.get("replicas") or 0},
            "status": {
                "replicas": stored.status.get("replicas") or 0,
                "selector": text,
            },
        },
    )
