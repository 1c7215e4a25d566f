"""Measurements of a real collector: when it retries, what it sends, how long it takes.

All were made on 1.20.2. Times hold within what a real machine adds to its timers.
"""

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from gcmodel.cluster.cluster import Cluster
from gcmodel.cluster.controller_manager import COLLECTOR_USER

DATA = Path(__file__).parents[1] / "data" / "conformance" / "facts.json"
FACTS = json.loads(DATA.read_text(encoding="utf-8"))
FAST = {"kube_api_qps": 2000, "kube_api_burst": 4000}
VERBS = ("get", "patch", "delete")


def start(**settings):
    """Return a cluster in which only the collector runs, at rest."""
    cluster = Cluster(
        "1.20",
        controllers=(),
        kubelet=False,
        namespace_lifecycle=False,
        **settings,
    )
    cluster.settle()
    return cluster


def config_map(name, *owners, **metadata):
    """Return a ConfigMap that names *owners*, objects or references."""
    references = [
        owner if isinstance(owner, dict) else reference(owner) for owner in owners
    ]
    metadata |= {"name": name, "namespace": "n1", "ownerReferences": references}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}


def reference(owner, *, blocking=True):
    """Return a reference to *owner*, which exists."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "name": owner.name,
        "uid": owner.uid,
        "blockOwnerDeletion": blocking,
    }


def absent(name, *, api_version="v1", kind="ConfigMap", uid="u1"):
    """Return a reference to nothing."""
    return {"apiVersion": api_version, "kind": kind, "name": name, "uid": uid}


def requests(cluster, since=0):
    """Return what the collector has sent about objects after record *since*."""
    return [
        record
        for record in cluster.trace.since(since)
        if record.what == "api.request"
        and record.fields["user"] == COLLECTOR_USER
        and record.fields["verb"] in VERBS
    ]


def milliseconds(records):
    """Return when *records* were made, the first at zero."""
    return [(record.at_ns - records[0].at_ns) / 1e6 for record in records]


def gaps(times):
    """Return how long it was from each of *times* to the next."""
    return [later - earlier for earlier, later in pairwise(times)]


# Retries


def test_owner_of_an_unserved_kind_is_retried_without_a_request():
    """A virtual owner whose kind nothing serves is looked at ever more rarely."""
    cluster = start(**FAST)
    cluster.create(config_map("d", absent("w", api_version="example.test/v1")))
    cluster.run("22s")

    turns = [record for record in cluster.trace if record.what == "gc.turn"]
    recorded = FACTS["unresolvable_owner_kind"]["retry_ms_since_first"]
    seen = gaps(milliseconds(turns))
    assert seen == [5.0 * 2**number for number in range(12)]
    assert seen == pytest.approx(gaps(recorded), rel=0.001, abs=1.5)
    assert requests(cluster) == []


def test_unserved_version_of_a_live_owner_costs_one_get_a_retry():
    """Each retry reads the dependent, and fails at the owner's version."""
    cluster = start(**FAST)
    owner = cluster.create(config_map("a"))
    cluster.settle()
    wrong = reference(owner) | {"apiVersion": "example.test/v1"}
    cluster.create(config_map("d", wrong))
    cluster.run("22s")

    sent = requests(cluster)
    fact = FACTS["unserved_api_version_of_a_real_owner"]
    assert {(one.fields["verb"], one.fields["name"]) for one in sent} == {("get", "d")}
    assert gaps(milliseconds(sent)) == pytest.approx(
        gaps(fact["retry_ms_since_first"]), rel=0.002, abs=4
    )


def test_cluster_scoped_child_of_a_namespaced_owner_is_left_alone():
    """Nothing is asked about the owner, and the child stays."""
    cluster = start(**FAST)
    metadata = {"name": "c", "ownerReferences": [absent("a")]}
    child = cluster.create(
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": metadata,
        }
    )
    cluster.run("28s")

    assert (len(requests(cluster)), cluster.exists(child)) == (0, True)


@pytest.fixture(name="disputed", scope="module")
def _disputed():
    """A cluster 25 s after an owner was disputed that is neither of two."""
    cluster = start(**FAST)
    begun = len(cluster.trace)
    cluster.create(config_map("d", absent("v1"), absent("v2"), finalizers=["x/y"]))
    cluster.run("25s")
    return cluster, requests(cluster, begun)


def test_disputed_owner_is_asked_for_without_end(disputed):
    """The burst of the queue's bucket is spent fast; then it is ten a second."""
    _, sent = disputed
    gets = [one.at_ns / 1e9 for one in sent if one.fields["verb"] == "get"]
    fact = FACTS["disputed_virtual_owner_never_resolved"]
    late = [at for at in gets if at > gets[-1] - 10]

    assert len(gets) == pytest.approx(fact["gets_in_25_s"], rel=0.05)
    assert len(late) / 10 == pytest.approx(
        fact["gets_per_second_in_last_10_s"], rel=0.05
    )


def test_disputed_owner_slows_every_other_retry(disputed):
    """With the bucket empty, retries that would take 5 ms take a fifth of a second."""
    cluster, _ = disputed
    owner = cluster.create(config_map("a"))
    cluster.run("1s")
    begun = len(cluster.trace)
    wrong = reference(owner) | {"apiVersion": "example.test/v1"}
    cluster.create(config_map("e", wrong))
    cluster.run("12s")

    sent = [one for one in requests(cluster, begun) if one.fields["name"] == "e"]
    expected = FACTS["retries_while_the_rate_limiter_is_exhausted"]
    assert milliseconds(sent) == pytest.approx(
        expected["retry_ms_since_first"], rel=0.05, abs=120
    )


# What is sent


def star(cluster, count, *, blocking=True):
    """Create an owner with *count* dependents."""
    owner = cluster.create(config_map("root"))
    for number in range(count):
        cluster.create(config_map(f"d{number}", reference(owner, blocking=blocking)))
    return owner


def chain(cluster, count):
    """Create an owner with *count* dependents, each of which owns the next."""
    first = last = cluster.create(config_map("root"))
    for number in range(count):
        last = cluster.create(config_map(f"c{number}", last))
    return first


def tree(cluster):
    """Create an owner with 20 children, each with 10 of its own."""
    root = cluster.create(config_map("root"))
    for number in range(20):
        child = cluster.create(config_map(f"k{number}", root))
        for grandchild in range(10):
            cluster.create(config_map(f"k{number}-{grandchild}", child))
    return root


def collected(cluster, root, policy):
    """Delete *root*; return the seconds until that had all its effects."""
    begun = cluster.now_ns
    cluster.delete(root, propagation=policy)
    if policy == "Orphan":
        cluster.run_until(lambda: not cluster.exists(root))
    else:
        cluster.run_until(lambda: not cluster.list("v1", "ConfigMap", "n1"))
    return (cluster.now_ns - begun) / 1e9


@pytest.mark.parametrize("policy", ["Background", "Foreground", "Orphan"])
@pytest.mark.parametrize("blocking", [True, False])
def test_star_of_200(policy, blocking):
    """The writes are those of the real collector; the reads differ by a few."""
    cluster = start(**FAST)
    root = star(cluster, 200, blocking=blocking)
    cluster.run("2s")
    collected(cluster, root, policy)
    cluster.settle()
    sent = Counter(
        (one.fields["verb"], "owner" if one.fields["name"] == "root" else "dependent")
        for one in requests(cluster)
    )

    word = "blocking" if blocking else "non-blocking"
    fact = FACTS["star_200"][f"{policy}/{word}"]
    expected = Counter()
    for what, count in fact["requests"].items():
        verb, which, _ = what.split()
        expected[verb, which] += count
    writes = {key: count for key, count in sent.items() if key[0] != "get"}
    assert writes == {key: count for key, count in expected.items() if key[0] != "get"}
    assert sent.total() == pytest.approx(fact["total"], rel=0.03)
    assert len(cluster.list("v1", "ConfigMap", "n1")) == fact["objects_left"]


@pytest.mark.parametrize("policy", ["Background", "Foreground", "Orphan"])
def test_chain_of_five(policy):
    """Writes come in the order of the recordings; without waiting owners, reads too.

    A write that two workers have sent counts once.
    """
    cluster = start(**FAST)
    last = root = cluster.create(config_map("a"))
    for name in "bcde":
        last = cluster.create(config_map(name, last))
    cluster.settle()
    cluster.delete(root, propagation=policy)
    cluster.settle()
    sent = [
        [
            one.fields["verb"],
            one.fields["name"],
            one.fields.get("options", {}).get("propagationPolicy"),
            one.fields["code"],
        ]
        for one in requests(cluster)
    ]

    runs = FACTS["chain_5"][policy]
    writes = [one for one in sent if one[0] != "get"]
    writes = [one for index, one in enumerate(writes) if one not in writes[:index]]
    assert writes == [one for one in runs[0] if one[0] != "get"]
    assert policy == "Foreground" or sent in runs


# How long it takes with 20 requests a second and a burst of 30


THROUGHPUT = FACTS["throughput_default_limits"]
SECONDS = {
    "star_200_Background_s": (lambda cluster: star(cluster, 200), "Background"),
    "tree_220_Foreground_s": (tree, "Foreground"),
    "star_200_Orphan_s": (lambda cluster: star(cluster, 200), "Orphan"),
    "chain_40_Background_s": (lambda cluster: chain(cluster, 40), "Background"),
}


@pytest.mark.parametrize("name", SECONDS)
def test_throughput_at_the_default_limits(name):
    """One bucket serves every get, patch and delete of the collector."""
    build, policy = SECONDS[name]
    cluster = start()
    root = build(cluster)
    cluster.run("2s")

    seconds = collected(cluster, root, policy)
    recorded = THROUGHPUT[name]
    assert min(recorded) * 0.95 <= seconds <= max(recorded) * 1.05


def test_first_call_after_a_mapper_reset_waits_for_discovery():
    """Every 30 s the mapper forgets; the next call pays for discovery of its own.

    That is the half second between the quicker and the slower of the recorded runs:
    as many requests as there are group versions, under the mapper's own limit.
    """
    quick, slow = start(), start()
    seconds = []
    for cluster, rest in ((quick, "2s"), (slow, "31s")):
        root = star(cluster, 200)
        cluster.run(rest)
        seconds.append(collected(cluster, root, "Background"))

    assert seconds[1] - seconds[0] == pytest.approx(18.97 - 18.52, abs=0.06)
