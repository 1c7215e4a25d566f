"""What the server fills in where nothing was said."""

import pytest

from gcmodel.apiserver.defaults import as_created, with_defaults
from gcmodel.objects.metadata import KubeObject

TEMPLATE = {"spec": {"containers": [{"name": "c", "image": "i"}]}}
SPECS = {
    "Deployment": {"template": TEMPLATE},
    "ReplicaSet": {"template": TEMPLATE},
    "ReplicationController": {"template": TEMPLATE},
    "StatefulSet": {"template": TEMPLATE},
    "DaemonSet": {"template": TEMPLATE},
    "Job": {"template": TEMPLATE},
    "CronJob": {
        "schedule": "* * * * *",
        "jobTemplate": {"spec": {"template": TEMPLATE}},
    },
    "Pod": TEMPLATE["spec"],
}


def of(kind, spec):
    """Return an object of *kind* as it is sent."""
    wire = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "a"}, "spec": spec}
    return KubeObject.from_dict(wire)


def emptied(value, given, nothing):
    """Return *value* with *nothing* where *given* says nothing."""
    if isinstance(value, dict):
        given = given if isinstance(given, dict) else {}
        return {
            key: emptied(item, given[key], nothing) if key in given else nothing
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [emptied(*pair, nothing) for pair in zip(value, given, strict=True)]
    return value


@pytest.mark.parametrize("kind", SPECS)
def test_idempotent(kind):
    """Of what it returns, it leaves out nothing more."""
    once = with_defaults(of(kind, SPECS[kind]))
    assert with_defaults(once) == once
    assert once.spec != SPECS[kind]


@pytest.mark.parametrize("kind", SPECS)
def test_null_is_left_out(kind):
    """A field that is null is filled like one that is missing."""
    filled = with_defaults(of(kind, SPECS[kind]))
    nulls = emptied(filled.spec, SPECS[kind], None)
    assert nulls != filled.spec
    assert with_defaults(of(kind, nulls)) == filled


@pytest.mark.parametrize(
    ("kind", "field", "numbers"),
    [
        ("Deployment", "strategy", {"maxSurge": "25%", "maxUnavailable": "25%"}),
        ("StatefulSet", "updateStrategy", {"partition": 0}),
        ("DaemonSet", "updateStrategy", {"maxUnavailable": 1}),
    ],
)
@pytest.mark.parametrize(
    "given",
    [
        None,
        {},
        {"type": ""},
        {"type": "RollingUpdate"},
        {"type": "RollingUpdate", "rollingUpdate": None},
        {"rollingUpdate": {}},
    ],
)
def test_updates_roll(kind, field, numbers, given):
    """Whatever is left out of a strategy is filled, step by step."""
    filled = with_defaults(of(kind, {"template": TEMPLATE, field: given}))
    assert filled.spec[field] == {"type": "RollingUpdate", "rollingUpdate": numbers}


@pytest.mark.parametrize(
    ("kind", "field", "other"),
    [
        ("Deployment", "strategy", "Recreate"),
        ("StatefulSet", "updateStrategy", "OnDelete"),
        ("DaemonSet", "updateStrategy", "OnDelete"),
    ],
)
def test_other_updates_have_no_numbers(kind, field, other):
    """What does not roll needs no numbers."""
    filled = with_defaults(of(kind, {"template": TEMPLATE, field: {"type": other}}))
    assert filled.spec[field] == {"type": other}


@pytest.mark.parametrize(
    ("given", "completions", "parallelism"),
    [
        ({}, 1, 1),
        ({"parallelism": 3}, None, 3),
        ({"completions": 3}, 3, 1),
        ({"completions": None, "parallelism": None}, 1, 1),
    ],
)
def test_how_often_a_job_runs(given, completions, parallelism):
    """With parallelism alone, a Job is a queue without a number of completions."""
    spec = as_created(of("Job", {"template": TEMPLATE, **given})).spec
    assert spec.get("completions") == completions
    assert spec["parallelism"] == parallelism


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("a", "Always"),
        ("a:latest", "Always"),
        ("a:1", "IfNotPresent"),
        ("r.io:5000/a", "Always"),
        ("a@sha256:0", "IfNotPresent"),
        (None, "Always"),
    ],
)
def test_pull_policy(image, policy):
    """An image that may change is pulled each time."""
    pod = of("Pod", {"containers": [{"name": "c", "image": image}]})
    filled = with_defaults(pod)
    assert filled.spec["containers"][0]["imagePullPolicy"] == policy


FILLED_CONTAINER = {
    "name": "c",
    "image": "i:1",
    "resources": {},
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "imagePullPolicy": "IfNotPresent",
}
FILLED_POD = {
    "restartPolicy": "Always",
    "terminationGracePeriodSeconds": 30,
    "dnsPolicy": "ClusterFirst",
    "securityContext": {},
    "schedulerName": "default-scheduler",
}
CONTAINER = {"name": "c", "image": "i:1"}


def test_all_of_a_pod():
    """A Pod is filled whole, its init containers like its containers."""
    given = {"containers": [CONTAINER], "initContainers": [CONTAINER] * 2}

    assert with_defaults(of("Pod", given)).spec == {
        **FILLED_POD,
        "containers": [FILLED_CONTAINER],
        "initContainers": [FILLED_CONTAINER] * 2,
    }


def test_all_of_a_cron_job():
    """A CronJob is filled whole, down to the containers of its Pods."""
    template = {"spec": {"containers": [CONTAINER]}}
    given = {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": template}}}

    filled = {
        "metadata": {"creationTimestamp": None},
        "spec": {**FILLED_POD, "containers": [FILLED_CONTAINER]},
    }
    assert with_defaults(of("CronJob", given)).spec == {
        "schedule": "* * * * *",
        "concurrencyPolicy": "Allow",
        "suspend": False,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 1,
        "jobTemplate": {"spec": {"template": filled}},
    }


COUNTS = {
    "Deployment": {
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": 600,
    },
    "ReplicaSet": {"replicas": 1},
    "ReplicationController": {"replicas": 1, "selector": {}},
    "StatefulSet": {
        "replicas": 1,
        "podManagementPolicy": "OrderedReady",
        "revisionHistoryLimit": 10,
    },
    "DaemonSet": {"revisionHistoryLimit": 10},
    "Job": {"backoffLimit": 6, "completions": 1, "parallelism": 1},
}


@pytest.mark.parametrize("kind", COUNTS)
def test_counts(kind):
    """What is counted in a workload has a number where nothing was said."""
    filled = with_defaults(of(kind, {"template": TEMPLATE})).spec

    templates_and_strategies = {"template", "strategy", "updateStrategy"}
    assert {
        field: value
        for field, value in filled.items()
        if field not in templates_and_strategies
    } == COUNTS[kind]


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("PersistentVolume", "kubernetes.io/pv-protection"),
        ("PersistentVolumeClaim", "kubernetes.io/pvc-protection"),
    ],
)
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((), ("{}",)),
        (("{}",), ("{}",)),
        (("x/y",), ("x/y", "{}")),
        (("{}", "x/y"),) * 2,
    ],
)
def test_storage_is_protected_once(kind, own, given, kept):
    """New storage has its protection finalizer once, whoever put it there."""
    wanted = of(kind, {}).with_metadata(finalizers=[one.format(own) for one in given])

    found = as_created(wanted).metadata.finalizers

    assert list(found) == [one.format(own) for one in kept]
