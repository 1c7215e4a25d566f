"""Labels of a Job or a ReplicationController that has none: those of its template."""

import pytest

from gcmodel import Cluster

VERSIONS = {
    "Job": "batch/v1",
    "ReplicationController": "v1",
    "ReplicaSet": "apps/v1",
    "Deployment": "apps/v1",
}
LABELLED = ["Job", "ReplicationController"]
CONTAINERS = {"containers": [{"name": "c", "image": "i"}]}


@pytest.fixture(name="cluster")
def _cluster():
    return Cluster("1.20")


def of(kind, labels, template_labels):
    """Return a workload of *kind*, named a."""
    template = {"metadata": {"labels": template_labels}, "spec": CONTAINERS}
    spec = {"template": template}
    if kind == "Job":
        template["spec"] = CONTAINERS | {"restartPolicy": "Never"}
    elif kind != "ReplicationController":
        spec |= {"selector": {"matchLabels": template_labels}}
    return {
        "apiVersion": VERSIONS[kind],
        "kind": kind,
        "metadata": {"name": "a", "labels": labels},
        "spec": spec,
    }


def labels(found):
    """Return the labels of *found*."""
    return dict(found.metadata.labels)


@pytest.mark.parametrize("kind", LABELLED)
@pytest.mark.parametrize("none", [None, {}])
def test_template_lends_its_labels(cluster, kind, none):
    """An object without labels has its template's, in the answer and ever after."""
    created = cluster.create(of(kind, none, {"k": "x"}))

    assert labels(created)["k"] == "x"
    assert labels(cluster.get(VERSIONS[kind], kind, "a")) == labels(created)


@pytest.mark.parametrize("kind", LABELLED)
def test_own_labels_win(cluster, kind):
    """An object with labels takes none from its template."""
    assert labels(cluster.create(of(kind, {"g": "1"}, {"k": "x"}))) == {"g": "1"}


@pytest.mark.parametrize("kind", LABELLED)
def test_labels_that_are_taken_away_are_lent_again(cluster, kind):
    """A patch that leaves no label brings those of the template back."""
    cluster.create(of(kind, {"g": "1"}, {"k": "x"}))
    patch = {"metadata": {"labels": None}}
    patched = cluster.patch(VERSIONS[kind], kind, "a", patch=patch)

    assert labels(patched)["k"] == "x"
    assert "g" not in labels(patched)


def test_job_is_labelled_like_its_pods(cluster):
    """What a new Job's template is given by the server, the Job has as well."""
    created = cluster.create(of("Job", None, None))

    assert labels(created) == {"controller-uid": created.uid, "job-name": "a"}
    assert labels(created) == created.spec["template"]["metadata"]["labels"]


def test_job_with_labels_in_its_template_has_those(cluster):
    """A template that has labels lends them before the server adds its own."""
    assert labels(cluster.create(of("Job", None, {"k": "x"}))) == {"k": "x"}


@pytest.mark.parametrize("kind", ["ReplicaSet", "Deployment"])
def test_other_workloads_have_only_their_own(cluster, kind):
    """The newer workloads take nothing from their templates."""
    assert labels(cluster.create(of(kind, None, {"k": "x"}))) == {}


@pytest.mark.parametrize("kind", LABELLED)
def test_labels_that_are_lent_are_selected_by(cluster, kind):
    """A collection is deleted by them like by others."""
    target = VERSIONS[kind], kind
    cluster.create(of(kind, None, {"k": "x"}))
    left = {}
    for selector in ("k=y", "k=x"):
        cluster.delete_collection(
            *target, label_selector=selector, propagation="Background"
        )
        left[selector] = cluster.exists(*target, "a")

    assert left == {"k=y": True, "k=x": False}
