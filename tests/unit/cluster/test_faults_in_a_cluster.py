"""Whatever requests fail, a cluster goes on, and recovers once they do not."""

from itertools import product

import pytest

from gcmodel import Cluster, UsageError
from gcmodel.apiserver.resources import catalogue
from gcmodel.versions.profile import Profile

EFFECTS = [
    *("400", "401", "403", "404", "409", "410", "413", "422", "429", "500", "503"),
    *("504", "forbid", "hang", "refuse-connection", "delay 3s"),
]
VERBS = ["*", "CREATE", "LIST", "WATCH", "GET", "PATCH", "DELETE", "DISCOVER"]
POD = {
    "metadata": {"labels": {"a": "b"}},
    "spec": {"containers": [{"name": "c", "image": "i"}]},
}
OWNER = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"a": "b"}},
        "template": POD,
    },
}


@pytest.mark.parametrize(
    ("verb", "effect"), [*product(VERBS, EFFECTS), ("WATCH", "drop")]
)
def test_nothing_but_refusals(verb, effect):
    """A request that fails fails for who sent it, and for nobody else."""
    what = "/*" if verb == "DISCOVER" else "*"
    cluster = Cluster(faults=[f"{verb} {what} -> {effect} chance 0.6"])
    cluster.apply(OWNER)

    cluster.run("5m")
    cluster.faults.clear()
    cluster.run("20m")

    running = [
        pod for pod in cluster.list("v1", "Pod") if pod.status["phase"] == "Running"
    ]
    assert len(running) == 2
    cluster.delete("apps/v1", "Deployment", "web")
    cluster.run("5m")
    assert cluster.list("v1", "Pod") == []


@pytest.mark.parametrize("effect", ["503", "hang", "delay 5s", "refuse-connection"])
def test_a_machine_that_cannot_register_keeps_nobody(effect):
    """A cluster settles although its machine never gets through."""
    cluster = Cluster(faults=[f"CREATE nodes -> {effect}"])
    cluster.apply(OWNER)

    cluster.settle("10m")

    assert len(cluster.list("v1", "Pod")) == 2


def test_faults_are_known_by_their_text():
    """What was added as a text is counted and lifted by it."""
    text = "LIST secrets -> 500"
    cluster = Cluster(faults=[text])
    cluster.run("10s")

    assert cluster.faults.uses(text) > 0
    cluster.faults.remove(text)
    assert len(cluster.faults) == 0
    assert cluster.faults.uses(text) == 0
    with pytest.raises(UsageError, match="not in force"):
        cluster.faults.remove(text)


@pytest.mark.parametrize("nonsense", [None, 7, ["LIST secrets -> 500"]])
def test_what_is_no_fault(nonsense):
    """Every question about faults wants one."""
    plan = Cluster().faults
    for ask in (plan.add, plan.remove, plan.uses):
        with pytest.raises(UsageError, match="not a fault"):
            ask(nonsense)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("LIST Pods -> 500", "lower case"),
        ("LIST Deployments.apps -> 500", "lower case"),
        ("DISCOVER pods -> 500", "discovery asks for a path"),
        ("LIST deployments -> 500", r"would never be struck; write deployments\.apps$"),
        ("LIST pod -> 500", r"would never be struck; did you mean pods\?$"),
        ("GET configmap/a -> 404", r"did you mean configmaps\?$"),
        ("UPDATE node/status -> 409", r"did you mean nodes\?$"),
        (
            "LIST quux -> 500",
            "^fault 'LIST quux -> 500': quux is not in the core group and would never "
            "be struck; correct it, or add its group after a dot$",
        ),
    ],
)
def test_targets_that_nothing_can_hit(text, hint):
    """A fault that could never strike is refused, at first and later."""
    with pytest.raises(UsageError, match=hint):
        Cluster(faults=["LIST pods -> 500", text])
    cluster = Cluster()
    with pytest.raises(UsageError, match=hint):
        cluster.faults.add(text)
    assert len(cluster.faults) == 0


@pytest.mark.parametrize("version", ["1.16", "1.31", "1.36"])
def test_targets_that_something_can_hit(version):
    """Each core resource, patterns, and what a definition may bring."""
    core = [
        one.plural for one in catalogue(Profile.for_version(version)) if not one.group
    ]
    others = ["*", "p*", "*.example.com", "widgets.example.com"]

    cluster = Cluster(version, faults=[f"GET {one} -> 500" for one in core + others])
    for one in core + others:
        cluster.faults.add(f"LIST {one} -> 500")

    assert len(cluster.faults) == 2 * len(core + others)


@pytest.mark.parametrize(
    ("annotations", "hint"),
    [
        (
            {"gcmodel.dev/runs-for": "xx"},
            "gcmodel.dev/runs-for='xx': must be a duration",
        ),
        ({"gcmodel.dev/exits-with": "abc"}, "must be a whole number from 0 to 255"),
        ({"gcmodel.dev/exits-with": "256"}, "must be a whole number from 0 to 255"),
    ],
)
def test_programs_that_cannot_be(annotations, hint):
    """A Pod that says nonsense of its program is refused before it is stored."""
    template = {
        "metadata": {"annotations": annotations},
        "spec": {**POD["spec"], "restartPolicy": "Never"},
    }
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "a"},
        "spec": {"template": template},
    }
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a", "annotations": annotations},
        "spec": template["spec"],
    }
    cluster = Cluster()
    for wire in (job, pod):
        with pytest.raises(UsageError, match=hint):
            cluster.apply(wire)
        with pytest.raises(UsageError, match=hint):
            cluster.create(wire)
    assert cluster.list("v1", "Pod") == cluster.list("batch/v1", "Job") == []
    stored = cluster.apply({**pod, "metadata": {"name": "a"}})
    with pytest.raises(UsageError, match=hint):
        cluster.patch(stored, patch={"metadata": {"annotations": annotations}})
    with pytest.raises(UsageError, match=hint):
        cluster.update(stored.with_metadata(annotations=annotations))
    assert cluster.get(stored) == stored
