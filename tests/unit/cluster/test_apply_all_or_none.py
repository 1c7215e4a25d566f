"""Several objects at once: every one of them is applied, or none is."""

import pytest

from gcmodel import ApiError, Cluster, UsageError
from gcmodel.apiserver.webhook_admission import Denial, ValidatingWebhook
from tests.unit.cluster.widgets import CRD

WIDGET = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}}
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "p", "namespace": "mine"},
    "spec": {"containers": [{"name": "a", "image": "a"}]},
}


def config_map(name="first", **metadata):
    """Return a ConfigMap."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, **metadata},
    }


def namespace(name="mine"):
    """Return a Namespace."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def secret(value, **fields):
    """Return the Secret whose only datum is *value*."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s"},
        "data": {"key": value},
        **fields,
    }


def deployment(app):
    """Return a Deployment of Pods that are labelled with *app*."""
    labels = {"app": app}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "a", "image": "a"}]},
            },
        },
    }


def everything(cluster):
    """Return all that is stored, and what would be drawn next."""
    random = cluster.scheduler.choices.stream("uid").getstate()
    return cluster.snapshot().objects, cluster.server.store.revision, random


PROGRAM = {"annotations": {"gcmodel.dev/runs-for": "soon"}}
REFUSED = {
    "object without what it needs, in a new namespace": (
        [namespace(), POD | {"spec": {"containers": []}}],
        "spec.containers: Required value",
    ),
    "bad name in a new namespace": (
        [namespace(), config_map("BAD", namespace="mine")],
        'metadata.name: Invalid value: "BAD"',
    ),
    "bad program in a new namespace": (
        [namespace(), POD | {"metadata": {**POD["metadata"], **PROGRAM}}],
        "gcmodel.dev/runs-for",
    ),
    "namespace that comes later": (
        [config_map(namespace="mine"), namespace()],
        'namespaces "mine" not found',
    ),
    "mistyped kind beside a definition": (
        [CRD, {**config_map(), "apiVersion": "apps/v1", "kind": "Deploymnet"}],
        "apps/v1/Deploymnet: not served by this cluster",
    ),
    "another kind of the group that is defined": (
        [CRD, WIDGET | {"kind": "Wigdet"}],
        "example.com/v1/Wigdet: not served by this cluster",
    ),
    "custom resource beside its definition": (
        [CRD, WIDGET],
        "example.com/v1/Widget: its definition widgets.example.com is in the same "
        "file, and served only some time later; apply the definition, run, and then "
        "apply this",
    ),
    "object that its predecessor made immutable": (
        [secret("YQ==", immutable=True), secret("Yg==")],
        "field is immutable when `immutable` is set",
    ),
    "object that changes what its predecessor fixed": (
        [deployment("mine"), deployment("other")],
        "spec.selector: Invalid value",
    ),
}


@pytest.mark.parametrize(("wanted", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_what_one_document_breaks_none_leaves(wanted, why):
    """The refusal says why, and store, revision and chance are as they were."""
    cluster = Cluster()
    before = everything(cluster)

    with pytest.raises((ApiError, UsageError)) as caught:
        cluster.apply([config_map(), *wanted])

    assert why in str(caught.value)
    assert everything(cluster) == before


def test_object_in_a_namespace_that_is_going():
    """A file that names a terminating namespace cannot put anything into it."""
    cluster = Cluster()
    made = cluster.apply(namespace() | {"spec": {"finalizers": ["example.com/stay"]}})
    cluster.delete(made)
    before = everything(cluster)

    with pytest.raises(ApiError, match="because it is being terminated"):
        cluster.apply([namespace(), config_map(namespace="mine")])
    assert everything(cluster) == before


@pytest.mark.parametrize(
    "wanted",
    [
        [config_map("a"), config_map("b")],
        [namespace(), config_map(namespace="mine"), POD],
        [config_map(), config_map(labels={"again": "yes"})],
        [CRD, config_map()],
        [
            config_map(name="", generateName="a-"),
            config_map(name="", generateName="a-"),
        ],
    ],
    ids=["two", "namespace", "same twice", "definition", "generated names"],
)
def test_several_at_once_are_one_after_the_other(wanted):
    """The store is the same to the last byte, uids and revisions included."""
    together, singly = Cluster(seed=3), Cluster(seed=3)

    together.apply(wanted)
    for one in wanted:
        singly.apply(one)

    assert everything(together) == everything(singly)


def test_version_that_the_file_itself_adds():
    """An established definition serves a new version at once, and the file uses it."""
    cluster = Cluster()
    cluster.apply(CRD)
    cluster.run("1s")
    versions = [*CRD["spec"]["versions"], {"name": "v2", "served": True}]
    versions[1]["storage"] = False
    changed = CRD | {"spec": CRD["spec"] | {"versions": versions}}

    made = cluster.apply([changed, WIDGET | {"apiVersion": "example.com/v2"}])

    assert made[1].api_version == "example.com/v2"


def test_nobody_hears_of_a_rehearsal():
    """Watchers and the trace are told of what was applied, once."""
    cluster = Cluster()
    stream = cluster.watch("v1", "ConfigMap")
    records = len(cluster.trace)

    with pytest.raises(ApiError):
        cluster.apply([config_map("a"), config_map("BAD")])
    assert (stream.drain(), len(cluster.trace)) == ([], records)

    cluster.apply([config_map("a"), config_map("b")])
    assert [event.object.name for event in stream.drain()] == ["a", "b"]


def test_plugins_are_asked_before_anything_is_applied():
    """They see each object in a dry run, and then in earnest; a refusal is for all."""
    cluster = Cluster()
    asked = []

    def judge(review):
        asked.append((review.subject.name, review.request.dry_run))
        return Denial("no") if review.subject.name == "bad" else None

    cluster.server.admit(ValidatingWebhook(name="policy.example.com", answer=judge))
    cluster.apply([config_map("a"), config_map("b")])
    assert asked == [("a", True), ("b", True), ("a", False), ("b", False)]

    with pytest.raises(ApiError, match="denied the request: no"):
        cluster.apply([config_map("c"), config_map("bad")])
    assert not cluster.exists("v1", "ConfigMap", "c")
