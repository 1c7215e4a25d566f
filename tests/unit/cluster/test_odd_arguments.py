"""Odd values in every argument and in every field: a refusal in one line, or nothing.

Whatever a caller passes, no error of Python's own comes out.
"""

import copy

import pytest

from gcmodel import ApiError, Cluster, StalledError, UsageError

ODD = {
    "None": None,
    "True": True,
    "negative": -1,
    "fraction": 2.5,
    "nan": float("nan"),
    "infinity": float("inf"),
    "huge": 10**5000,
    "empty": "",
    "nul": "\x00",
    "lines": "a\nb",
    "long": "x" * 5000,
    "bytes": b"x",
    "list": [],
    "map": {},
    "numbers": [1],
    "pairs": {"a": 1},
    "thing": object(),
}
CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
POD = {"containers": [{"name": "c", "image": "i"}]}
TEMPLATE = {"metadata": {"labels": {"a": "b"}}, "spec": POD}
WORKLOAD = {
    "replicas": 1,
    "minReadySeconds": 0,
    "revisionHistoryLimit": 1,
    "paused": False,
    "selector": {"matchLabels": {"a": "b"}},
    "template": TEMPLATE,
    "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}},
    "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}},
}
JOB = {
    "backoffLimit": 1,
    "completions": 1,
    "parallelism": 1,
    "activeDeadlineSeconds": 60,
    "ttlSecondsAfterFinished": 1,
    "suspend": False,
    "template": {"spec": {"restartPolicy": "Never", **POD}},
}
DEFINITION = {
    "group": "e.com",
    "scope": "Namespaced",
    "names": {"plural": "ws", "kind": "W", "singular": "w", "shortNames": ["w"]},
    "versions": [{"name": "v1", "served": True, "storage": True}],
    "conversion": {"strategy": "None"},
}
API_SERVICE = {
    "group": "e.com",
    "version": "v1",
    "service": {"name": "a", "namespace": "default"},
    "groupPriorityMinimum": 10,
    "versionPriority": 10,
}


def manifest(api_version, kind, spec, name="a"):
    """Return a whole object with a field for everything that metadata may hold."""
    metadata = {
        "name": name,
        "namespace": "default",
        "labels": {"a": "b"},
        "annotations": {"a": "b"},
        "finalizers": ["e.com/x"],
        "ownerReferences": [
            {"apiVersion": "v1", "kind": "ConfigMap", "name": "o", "uid": "1"}
        ],
    }
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": metadata,
        "spec": spec,
        "status": {},
    }


MANIFESTS = [
    *(manifest("apps/v1", k, WORKLOAD) for k in ("Deployment", "StatefulSet")),
    manifest("apps/v1", "DaemonSet", WORKLOAD),
    manifest("apps/v1", "ReplicaSet", WORKLOAD),
    manifest("v1", "ReplicationController", WORKLOAD | {"selector": {"a": "b"}}),
    manifest("v1", "Pod", POD),
    manifest("batch/v1", "Job", JOB),
    manifest(
        "batch/v1",
        "CronJob",
        {"schedule": "* * * * *", "suspend": False, "jobTemplate": {"spec": JOB}},
    ),
    manifest(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", DEFINITION, "ws.e.com"
    ),
    manifest("apiregistration.k8s.io/v1", "APIService", API_SERVICE, "v1.e.com"),
]


def paths_of(value, start=()):
    """Return the path of every value inside *value*, containers included."""
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    else:
        return []
    return [
        path
        for key, item in inside
        for path in [(*start, key), *paths_of(item, (*start, key))]
    ]


def changed(wire, path, value):
    """Return a copy of *wire* with *value* at *path*."""
    copied = copy.deepcopy(wire)
    *way, last = path
    place = copied
    for step in way:
        place = place[step]
    place[last] = value
    return copied


def refused_in_one_line(call):
    """Whether *call* is refused; the refusal is ours, and one line."""
    try:
        call()
    except (UsageError, ApiError) as error:
        refusal = str(error)
    else:
        return False
    assert refusal
    # The server quotes what it was given, line ends and all.
    assert "\n" not in refusal.replace(ODD["lines"], "")
    return True


@pytest.mark.parametrize("wire", MANIFESTS, ids=lambda wire: wire["kind"])
def test_fields_of_manifests(wire):
    """A field that is odd is refused by the server, or the cluster lives with it."""
    refused = 0
    for path in paths_of(wire):
        for value in ODD.values():
            cluster = Cluster(controllers=(), kubelet=False)
            bad = changed(wire, path, value)
            refused += refused_in_one_line(lambda c=cluster, bad=bad: c.apply(bad))

    assert refused > len(paths_of(wire)) * len(ODD) / 2


@pytest.mark.parametrize("wire", MANIFESTS, ids=lambda wire: wire["kind"])
def test_controllers_live_with_what_the_server_takes(wire):
    """What the server takes, every controller can read."""
    cluster = Cluster()
    taken = 0
    for number, (path, value) in enumerate(
        (path, value) for path in paths_of(wire) for value in ODD.values()
    ):
        bad = changed(wire, path, value)
        metadata = bad["metadata"]
        if isinstance(metadata, dict) and metadata.get("name") == "a":
            metadata["name"] = f"a{number}"
        taken += not refused_in_one_line(lambda bad=bad: cluster.apply(bad))
    cluster.run("90s")

    assert taken > 0


CALLS = {
    "kubernetes": lambda odd: Cluster(kubernetes=odd),
    "seed": lambda odd: Cluster(seed=odd),
    "schedule": lambda odd: Cluster(schedule=odd),
    "faults": lambda odd: Cluster(faults=odd),
    "fault": lambda odd: Cluster(faults=[odd]),
    "settings": lambda odd: Cluster(settings=odd),
    "server_settings": lambda odd: Cluster(server_settings=odd),
    "run": lambda odd: Cluster().run(odd),
    "met": lambda odd: Cluster().run_until(odd),
    "apply": lambda odd: Cluster().apply(odd),
    "create": lambda odd: Cluster().create(odd),
    "update": lambda odd: Cluster().update(odd),
    "get": lambda odd: Cluster().get(odd),
    "get a version": lambda odd: Cluster().get(odd, "ConfigMap", "a"),
    "get a kind": lambda odd: Cluster().get("v1", odd, "a"),
    "get a key": lambda odd: Cluster().get("v1", "ConfigMap", odd),
    "list a version": lambda odd: Cluster().list(odd, "ConfigMap"),
    "list a kind": lambda odd: Cluster().list("v1", odd),
    "list a namespace": lambda odd: Cluster().list("v1", "ConfigMap", odd),
    "watch a version": lambda odd: Cluster().watch(odd, "ConfigMap"),
    "watch a kind": lambda odd: Cluster().watch("v1", odd),
    "watch a namespace": lambda odd: Cluster().watch("v1", "ConfigMap", odd),
    "label_selector": lambda odd: Cluster().list("v1", "ConfigMap", label_selector=odd),
    "collection": lambda odd: Cluster().delete_collection(
        "v1", "ConfigMap", "default", propagation=odd
    ),
}
ON_AN_OBJECT = {
    "merge patch": lambda c, odd: c.patch("v1", "ConfigMap", "a", patch=odd),
    "strategic patch": lambda c, odd: c.patch(
        "v1", "ConfigMap", "a", patch=odd, type="strategic"
    ),
    "json patch": lambda c, odd: c.patch(
        "v1", "ConfigMap", "a", patch=odd, type="json"
    ),
    "patch type": lambda c, odd: c.patch("v1", "ConfigMap", "a", patch={}, type=odd),
    "propagation": lambda c, odd: c.delete("v1", "ConfigMap", "a", propagation=odd),
    "grace": lambda c, odd: c.delete("v1", "ConfigMap", "a", grace_period_seconds=odd),
}
KNOBS = [
    *("controllers", "kubelet", "garbage_collector", "workers", "kube_api_qps"),
    *("kube_api_burst", "sync_period_ns", "mapper_reset_ns", "looks_first"),
    *("verbosity", "latency", "epoch_s", "namespace_lifecycle", "trace", "nonsense"),
]


TAKEN = {
    "schedule": ["None"],
    "faults": ["list", "map"],
    "settings": ["None"],
    "server_settings": ["None"],
    "run": ["fraction"],
    "apply": ["list"],
    "list a namespace": ["empty", "long"],
    "watch a namespace": ["empty", "long"],
    "label_selector": ["empty", "nul"],
    "collection": ["None"],
    "merge patch": ["map", "pairs"],
    "strategic patch": ["map", "pairs"],
    "json patch": ["list"],
    "propagation": ["None"],
    "grace": ["None", "negative"],
    "controllers": ["list", "map"],
    "kubelet": ["True"],
    "garbage_collector": ["True"],
    "looks_first": ["True"],
    "namespace_lifecycle": ["True"],
    "trace": ["True"],
}
"""What is not odd for some: nothing, where it can be left out; a namespace that may
not exist; a selector that ends before it begins."""


def must_be_refused(argument, odd):
    """Whether *odd* cannot be meant for *argument*."""
    return odd not in TAKEN.get(argument, ())


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("odd", ODD)
def test_arguments(call, odd):
    """An odd argument of any call is refused, in one line."""
    refused = refused_in_one_line(lambda: CALLS[call](ODD[odd]))

    assert refused is must_be_refused(call, odd)


@pytest.mark.parametrize("odd", ODD)
def test_timeouts(odd):
    """A timeout that is odd is refused, or too short."""
    cluster = Cluster()
    with pytest.raises((UsageError, StalledError)):
        cluster.settle(timeout=ODD[odd])


@pytest.mark.parametrize("call", ON_AN_OBJECT)
@pytest.mark.parametrize("odd", ODD)
def test_arguments_about_an_object(call, odd):
    """An odd argument about an object is refused, and changes nothing."""
    cluster = Cluster()
    before = cluster.apply(CONFIG_MAP)

    refused = refused_in_one_line(lambda: ON_AN_OBJECT[call](cluster, ODD[odd]))

    assert refused is must_be_refused(call, odd)
    assert not refused or cluster.get(before) == before


@pytest.mark.parametrize("knob", KNOBS)
@pytest.mark.parametrize("odd", ODD)
def test_knobs(knob, odd):
    """A knob that is odd is refused when the cluster is built, never later."""
    built = []
    refused = refused_in_one_line(lambda: built.append(Cluster(**{knob: ODD[odd]})))

    assert refused is must_be_refused(knob, odd)
    for cluster in built:
        cluster.run("1s")
