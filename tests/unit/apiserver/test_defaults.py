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
