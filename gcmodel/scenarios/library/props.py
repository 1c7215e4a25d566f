"""Manifests that several stories need."""

from gcmodel.objects.metadata import Json, KubeObject


def namespace(name: str) -> Json:
    """Return a Namespace."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def deployment(where: str, name: str, image: str = "") -> Json:
    """Return a Deployment of one replica in the namespace *where*."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": where, "labels": {"app": name}},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": name}},
            "template": pod_template(name, image or f"example.com/{name}:1.0"),
        },
    }


def pod_template(name: str, image: str) -> Json:
    """Return a template of one container."""
    return {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [{"name": name, "image": image}]},
    }


def job(where: str, name: str) -> Json:
    """Return a Job that takes longer than any story."""
    template = pod_template(name, f"example.com/{name}:1.0")
    template["spec"]["restartPolicy"] = "Never"
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": where},
        "spec": {"template": template},
    }


def owned(kind: str, where: str, name: str, *owners: KubeObject) -> Json:
    """Return an object of the core group that names *owners* as its owners."""
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": where,
            "ownerReferences": [owner_reference(owner) for owner in owners],
        },
    }


def owner_reference(owner: KubeObject) -> Json:
    """Return how a dependent names *owner*."""
    return {
        "apiVersion": owner.api_version,
        "kind": owner.kind,
        "name": owner.name,
        "uid": owner.uid,
    }
