"""Pods made from a template, and templates compared.

Upstream: ``GetPodFromTemplate`` in pkg/controller/controller_utils.go;
``EqualIgnoreHash`` in pkg/controller/deployment/util/deployment_util.go
"""

from collections.abc import Mapping

from gcmodel.objects.metadata import Json, KubeObject, ObjectMeta, OwnerReference

TEMPLATE_HASH = "pod-template-hash"


def template_of(workload: KubeObject) -> Json:
    """Return the Pod template of a workload. Not to be changed in place."""
    template: Json = workload.spec.get("template") or {}
    return template


def labels_of(template: Json) -> Mapping[str, str]:
    """Return the labels that a template gives its Pods."""
    labels: Mapping[str, str] = (template.get("metadata") or {}).get("labels") or {}
    return labels


def with_labels(template: Json, labels: Mapping[str, str]) -> Json:
    """Return a copy of *template* that gives exactly *labels*."""
    return {
        **template,
        "metadata": {**(template.get("metadata") or {}), "labels": dict(labels)},
    }


def equal_but_for_hash(one: Json, other: Json) -> bool:
    """Whether two templates make the same Pods, whatever their hash label."""
    return _without_hash(one) == _without_hash(other)


def _without_hash(template: Json) -> Json:
    labels = {k: v for k, v in labels_of(template).items() if k != TEMPLATE_HASH}
    return without_empty_metadata(with_labels(template, labels))


def without_empty_metadata(template: Json) -> Json:
    """Return a copy of *template* whose metadata say nothing that is empty.

    A map that somebody emptied is as good as one that was never there.
    """
    metadata = template.get("metadata") or {}
    said = {key: value for key, value in metadata.items() if value}
    return {**template, "metadata": said}


def pod_from(
    template: Json, owner: KubeObject, reference: OwnerReference
) -> KubeObject:
    """Return a Pod of *owner*, to be named by the server.

    Labels, annotations and finalizers are those of the template.
    """
    metadata = template.get("metadata") or {}
    return KubeObject(
        "v1",
        "Pod",
        ObjectMeta(
            generate_name=f"{owner.name}-",
            namespace=owner.namespace,
            labels=dict(labels_of(template)),
            annotations=dict(metadata.get("annotations") or {}),
            finalizers=tuple(metadata.get("finalizers") or ()),
            owner_references=(reference,),
        ),
        {"spec": template.get("spec") or {}},
    )
