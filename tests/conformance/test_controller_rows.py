"""Rows AS-150 to AS-163: what the workload controllers decide and do, step by step.

The caches show only what a test puts into them, so that each race stands still.

Upstream: pkg/controller/deployment, replicaset, job, statefulset and daemon, and their
controller_ref_manager.go
"""

import attrs
import pytest

from gcmodel.controllers.controller_refs import ClaimedKind, ClaimManager
from gcmodel.controllers.deployment import deployment_controller
from gcmodel.controllers.deployment_replica_sets import find_new
from gcmodel.controllers.deployment_revisions import REVISION, surplus_history
from gcmodel.controllers.deployment_rolling import (
    Size,
    new_size,
    old_sizes,
    remove_unhealthy,
)
from gcmodel.controllers.deployment_scale import (
    Share,
    proportional_sizes,
    to_add_in_all,
)
from gcmodel.controllers.deployment_spec import (
    UNLIMITED,
    DeploymentSpec,
    resolve_fenceposts,
)
from gcmodel.controllers.replicaset import replica_set_controller
from gcmodel.controllers.replicaset_ranking import Ranked, compare, pods_to_delete
from gcmodel.controllers.resource_names import (
    DEPLOYMENTS,
    PODS,
    REPLICA_SET,
    REPLICA_SETS,
)
from gcmodel.errors import AlreadyExistsError, ReconcileError
from gcmodel.kernel.durations import SECOND
from tests.unit.controllers.fakes import (
    EPOCH_S,
    TEMPLATE,
    Workshop,
    a_deployment,
    a_pod,
    a_replica_set,
    made_by,
)

OURS = (made_by("ReplicaSet", "web", "uid-web"),)
THEIRS = (made_by("ReplicaSet", "other", "uid-other"),)
DELETED = {"deletion_timestamp": EPOCH_S}
OTHER_LABELS = {"labels": {"app": "else"}}


@pytest.mark.parametrize(
    ("controller", "pod", "claimed", "patches"),
    [
        pytest.param({}, {}, True, 1, id="AS-150 a matching orphan is adopted"),
        pytest.param({}, OTHER_LABELS, False, 0, id="AS-150 another orphan is not"),
        pytest.param(
            DELETED,
            {"owner_references": OURS},
            True,
            0,
            id="AS-150 a dying controller keeps what it has",
        ),
        pytest.param(DELETED, {}, False, 0, id="AS-150 and adopts nothing"),
        pytest.param(
            DELETED,
            {"owner_references": OURS} | OTHER_LABELS,
            False,
            0,
            id="AS-150 nor releases what no longer matches",
        ),
        pytest.param(
            {},
            {"owner_references": THEIRS},
            False,
            0,
            id="AS-150 what another controls is ignored",
        ),
        pytest.param(
            {},
            {"owner_references": OURS} | OTHER_LABELS,
            False,
            1,
            id="AS-150 what no longer matches is released",
        ),
        pytest.param(
            {},
            {"owner_references": OURS} | DELETED,
            True,
            0,
            id="AS-150 a dying Pod of ours is still claimed",
        ),
        pytest.param({}, DELETED, False, 0, id="AS-150 a dying orphan is not adopted"),
        pytest.param(
            {},
            {"namespace": "elsewhere"},
            False,
            0,
            id="AS-150 an orphan elsewhere is ignored",
        ),
        pytest.param(
            {"namespace": ""},
            {"namespace": "elsewhere"},
            True,
            1,
            id="AS-150 a cluster-scoped controller adopts anywhere",
        ),
    ],
)
@pytest.mark.parametrize("finalizers", [(), ("mark",)])
def test_claims(controller, pod, claimed, patches, finalizers):
    """AS-150: what is claimed, and how many patches that takes."""
    workshop = Workshop()
    owner = a_replica_set("web", **controller)
    candidate = a_pod("p", **pod)
    workshop.put(REPLICA_SETS, owner)
    workshop.put(PODS, candidate)
    manager = ClaimManager(
        workshop.client,
        owner,
        REPLICA_SET,
        REPLICA_SETS,
        ClaimedKind(PODS, "Pod"),
        lambda one: one.metadata.labels.get("app") == "web",
        finalizers,
    )

    found = workshop.run(manager.claim([candidate]))

    sent = [
        body["metadata"]
        for (verb, *_), body in zip(
            workshop.client.calls, workshop.client.bodies, strict=True
        )
        if verb == "patch"
    ]
    assert (found, len(sent)) == ([candidate] if claimed else [], patches)
    named = [
        one.get("finalizers") or one.get("$deleteFromPrimitiveList/finalizers")
        for one in sent
    ]
    assert named == [list(finalizers) or None] * patches


@pytest.mark.parametrize(
    ("live", "problem"),
    [
        pytest.param(
            DELETED,
            "default/web has just been deleted at 2023-11-14 22:13:20 +0000 UTC.",
            id="AS-151 deleted meanwhile",
        ),
        pytest.param(
            {"uid": "uid-2"},
            "original ReplicaSet default/web is gone: got uid uid-2, wanted uid-web",
            id="AS-151 another by now",
        ),
    ],
)
def test_adoption_race(live, problem):
    """AS-151: the cache says alive, the server does not: no patch, no Pod, an error."""
    workshop = Workshop()
    workshop.cache(REPLICA_SETS, a_replica_set("web", replicas=2))
    workshop.client.put(REPLICA_SETS, a_replica_set("web", **live))
    workshop.put(PODS, a_pod("orphan"))
    controller = replica_set_controller(workshop.surroundings)

    error = workshop.run(controller.reconciler.reconcile("default/web"))

    assert isinstance(error, ReconcileError)
    assert str(error) == f"can't adopt Pod default/orphan (uid-orphan): {problem}"
    assert workshop.client.calls == [("get", "replicasets", "web")]


def with_hash(ending):
    """Return the template as a ReplicaSet has it."""
    labels = TEMPLATE["metadata"]["labels"] | {"pod-template-hash": ending}
    return TEMPLATE | {"metadata": {"labels": labels}}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param({"a": (5, with_hash("1"))}, "a", id="AS-152 another hash label"),
        pytest.param(
            {"b": (7, TEMPLATE), "a": (9, TEMPLATE)}, "b", id="AS-152 two, the oldest"
        ),
        pytest.param(
            {"b": (7, TEMPLATE), "a": (7, TEMPLATE)}, "a", id="AS-152 a tie, by name"
        ),
        pytest.param({"a": (5, {"spec": {}})}, None, id="AS-152 none"),
        pytest.param({}, None, id="AS-152 nothing at all"),
    ],
)
def test_new_replica_set(names, expected):
    """AS-152: the new ReplicaSet is the oldest with the Deployment's template."""
    replica_sets = [
        a_replica_set(name, template=template, creation_timestamp=created)
        for name, (created, template) in names.items()
    ]

    found = find_new(a_deployment(), replica_sets)

    assert (found and found.name) == expected


@pytest.mark.parametrize(
    ("surge", "old", "new", "expected"),
    [
        pytest.param(0, 10, 0, 0, id="AS-153 no room"),
        pytest.param(2, 10, 0, 2, id="AS-153 the surge"),
        pytest.param(2, 5, 0, 7, id="AS-153 the surge and what is missing"),
        pytest.param(0, 10, 2, 2, id="AS-153 more than full"),
        pytest.param(0, 2, 11, 10, id="AS-153 too many"),
    ],
)
def test_new_scale(surge, old, new, expected):
    """AS-153: how large the new ReplicaSet of a Deployment of ten becomes."""
    spec = DeploymentSpec(replicas=10, surge=surge, unavailable=0)

    assert new_size(spec, old + new, new) == expected


@pytest.mark.parametrize(
    ("unavailable", "old", "new", "expected"),
    [
        pytest.param(0, Size(10, 10), Size(0), 9, id="AS-154 fencepost"),
        pytest.param(2, Size(10, 10), Size(0), 8, id="AS-154 two may miss"),
        pytest.param(2, Size(10, 8), Size(0), 8, id="AS-154 two unhealthy"),
        pytest.param(2, Size(10, 9), Size(0), 8, id="AS-154 one unhealthy"),
        pytest.param(2, Size(8, 8), Size(2, 0), 8, id="AS-154 new ones unready"),
    ],
)
def test_old_scale(unavailable, old, new, expected):
    """AS-154: how small the old ReplicaSet of a Deployment of ten becomes."""
    up, down = resolve_fenceposts(0, unavailable, 10)
    spec = DeploymentSpec(replicas=10, surge=up, unavailable=down)

    steps = old_sizes(spec, [old], new)

    assert (steps[-1].replicas if steps else old.replicas) == expected


@pytest.mark.parametrize(
    ("old", "budget", "removed"),
    [
        pytest.param(Size(10, 8), 1, 1, id="AS-155 one"),
        pytest.param(Size(10, 8), 3, 2, id="AS-155 both"),
        pytest.param(Size(10, 8), 0, 0, id="AS-155 none"),
        pytest.param(Size(10, 10), 3, 0, id="AS-155 all healthy"),
    ],
)
def test_unhealthy(old, budget, removed):
    """AS-155: unavailable replicas are removed as far as the budget goes."""
    steps = remove_unhealthy([old], budget)

    assert sum(old.replicas - step.replicas for step in steps) == removed


def scaled(was, want, sizes, surges=(0, 0)):
    """Return the new sizes of active ReplicaSets, the newest given first."""
    before, after = surges
    spec = DeploymentSpec(replicas=want, surge=after, unavailable=0)
    shares = [Share(size, was + before) for size in sizes]
    order = list(range(len(sizes)))
    if to_add_in_all(spec, shares) <= 0:
        order.reverse()
    order.sort(key=lambda index: -sizes[index])
    found = proportional_sizes(spec, [shares[index] for index in order])
    placed = dict(zip(order, found, strict=True))
    return [placed[index] for index in range(len(sizes))]


@pytest.mark.parametrize(
    ("was", "want", "sizes", "surges", "expected"),
    [
        pytest.param(5, 10, (2, 3), (0, 0), [4, 6], id="AS-156 5 to 10"),
        pytest.param(5, 3, (2, 3), (0, 0), [1, 2], id="AS-156 5 to 3"),
        pytest.param(9, 4, (8, 1), (0, 0), [4, 0], id="AS-156 9 to 4"),
        pytest.param(7, 10, (2, 3, 2), (0, 0), [3, 4, 3], id="AS-156 7 to 10"),
        pytest.param(13, 8, (2, 8, 3), (0, 0), [1, 5, 2], id="AS-156 13 to 8"),
        pytest.param(3, 4, (1, 1, 1), (0, 0), [2, 1, 1], id="AS-156 3 to 4"),
        pytest.param(3, 2, (1, 1, 1), (0, 0), [1, 1, 0], id="AS-156 3 to 2"),
        pytest.param(4, 5, (2, 2), (0, 0), [3, 2], id="AS-156 4 to 5, none new"),
        pytest.param(6, 0, (3, 3), (0, 0), [0, 0], id="AS-156 6 to 0"),
        pytest.param(10, 20, (6, 6), (2, 2), [11, 11], id="AS-156 with surge"),
        pytest.param(10, 50, (5, 8), (3, 6), [22, 34], id="AS-156 surge grows"),
        pytest.param(10, 14, (7, 3), (0, 0), [10, 4], id="AS-156 template and size"),
    ],
)
def test_proportional(was, want, sizes, surges, expected):
    """AS-156: in the middle of a rollout every ReplicaSet gets its share."""
    assert scaled(was, want, sizes, surges) == expected


def scaling(replicas, *replica_sets):
    """Return a Deployment of that size whose ReplicaSets were sized for another."""
    workshop = Workshop()
    workshop.put(DEPLOYMENTS, a_deployment(replicas=replicas))
    workshop.put(REPLICA_SETS, *replica_sets)
    return workshop


def sized(name, replicas, desired, *, new=False, available=0):
    """Return a ReplicaSet that says for which Deployment it was sized."""
    template = TEMPLATE if new else TEMPLATE | {"spec": {"was": name}}
    return a_replica_set(
        name,
        replicas,
        available,
        template,
        annotations={
            "deployment.kubernetes.io/desired-replicas": str(desired),
            "deployment.kubernetes.io/max-replicas": str(desired),
        },
        owner_references=(made_by("Deployment", "web", "uid-web"),),
    )


@pytest.mark.parametrize(
    ("replicas", "replica_sets", "expected"),
    [
        pytest.param(
            6,
            [sized("new", 0, 0, new=True), sized("old", 0, 0)],
            {"new": 6, "old": 0},
            id="AS-156 from nothing only the new one grows",
        ),
        pytest.param(
            2,
            [sized("new", 2, 2, new=True), sized("old", 1, 3)],
            {"new": 2, "old": 1},
            id="AS-156 a saturated new one that is not available",
        ),
        pytest.param(
            2,
            [sized("new", 2, 2, new=True, available=2), sized("old", 1, 3)],
            {"new": 2, "old": 0},
            id="AS-156 a saturated new one takes over",
        ),
    ],
)
def test_scaling_in_a_turn(replicas, replica_sets, expected):
    """AS-156: where nothing is proportional, one ReplicaSet takes it all."""
    workshop = scaling(replicas, *replica_sets)
    reconciler = deployment_controller(workshop.surroundings).reconciler

    for _ in range(5):
        workshop.run(reconciler.reconcile("default/web"))
        workshop.catch_up()

    found = {
        stored.name: stored.spec["replicas"]
        for (kind, _), stored in workshop.client.objects.items()
        if kind == "replicasets"
    }
    assert found == expected


def old(name, *, wanted=0, seen=0, revision=1, deleted=False):
    """Return an old ReplicaSet."""
    made = a_replica_set(
        name,
        wanted,
        annotations={REVISION: str(revision)},
        deletion_timestamp=EPOCH_S if deleted else None,
    )
    return made.with_body(status=made.status | {"replicas": seen})


@pytest.mark.parametrize(
    ("replica_sets", "limit", "expected"),
    [
        pytest.param([old("a"), old("b"), old("c")], 1, ["a", "b"], id="AS-157 three"),
        pytest.param(
            [
                old("a"),
                old("b", seen=1),
                old("c", wanted=1),
                old("d", wanted=1, seen=1),
            ],
            0,
            ["a"],
            id="AS-157 one is empty",
        ),
        pytest.param([old("a"), old("b")], 0, ["a", "b"], id="AS-157 both"),
        pytest.param(
            [old("a", wanted=1, seen=1), old("b", wanted=1, seen=1)],
            0,
            [],
            id="AS-157 populated",
        ),
        pytest.param([old("a", deleted=True)], 0, [], id="AS-157 going already"),
        pytest.param([old("a"), old("b")], None, [], id="AS-157 unlimited"),
        pytest.param(
            [old("a", revision=10), old("b", revision=9), old("c", revision=2)],
            1,
            ["c", "b"],
            id="AS-157 lowest revision first",
        ),
    ],
)
def test_history(replica_sets, limit, expected):
    """AS-157: old ReplicaSets beyond the limit go if they are empty."""
    found = surplus_history(replica_sets, limit)

    assert [one.name for one in found] == expected


def test_unlimited_history():
    """AS-157: the largest number that the field holds means no limit."""
    spec = {"revisionHistoryLimit": UNLIMITED}
    deployment = a_deployment().with_body(spec=spec)

    assert DeploymentSpec.of(deployment).history_limit is None


@pytest.mark.parametrize(
    ("surge", "unavailable", "replicas", "expected"),
    [
        pytest.param("39%", "39%", 10, (4, 3), id="AS-158 up and down"),
        pytest.param("0%", "0%", 0, (0, 1), id="AS-158 never both nothing"),
    ],
)
def test_fenceposts(surge, unavailable, replicas, expected):
    """AS-158: the surge is rounded up, the unavailable down, and one must move."""
    assert resolve_fenceposts(surge, unavailable, replicas) == expected


def test_deleted_deployment():
    """AS-159: of a Deployment that is being deleted only the status is written."""
    workshop = Workshop()
    workshop.put(DEPLOYMENTS, a_deployment(replicas=3, **DELETED))
    workshop.put(
        REPLICA_SETS,
        sized("web-1", 1, 1),
        a_replica_set("orphan"),
    )
    controller = deployment_controller(workshop.surroundings)

    workshop.run(controller.reconciler.reconcile("default/web"))

    assert workshop.client.calls == [("update/status", "deployments", "web")]


def test_deletion_race():
    """AS-159: a Deployment that only the cache takes for alive adopts nothing."""
    workshop = Workshop()
    workshop.cache(DEPLOYMENTS, a_deployment())
    workshop.client.put(DEPLOYMENTS, a_deployment(**DELETED))
    workshop.put(REPLICA_SETS, a_replica_set("orphan"))
    controller = deployment_controller(workshop.surroundings)

    error = workshop.run(controller.reconciler.reconcile("default/web"))

    assert str(error) == (
        "can't adopt ReplicaSet default/orphan (uid-orphan): default/web has just "
        "been deleted at 2023-11-14 22:13:20 +0000 UTC."
    )
    assert workshop.client.calls == [("get", "deployments", "web")]


@pytest.mark.parametrize("pods", [0, 4], ids=["AS-160 none", "AS-160 too many"])
def test_deleted_replica_set(pods):
    """AS-160: a ReplicaSet that is being deleted neither makes nor deletes Pods."""
    workshop = Workshop()
    replica_set = a_replica_set("web", replicas=3, **DELETED)
    workshop.put(REPLICA_SETS, replica_set)
    workshop.put(PODS, *(a_pod(f"p{n}", replica_set) for n in range(pods)))
    controller = replica_set_controller(workshop.surroundings)

    workshop.run(controller.reconciler.reconcile("default/web"))

    assert workshop.client.calls == [("update/status", "replicasets", "web")]


def test_creations_under_way():
    """AS-161: until the cache shows what was created, nothing more is."""
    workshop = Workshop()
    workshop.put(REPLICA_SETS, a_replica_set("web", replicas=2))
    reconciler = replica_set_controller(workshop.surroundings).reconciler

    workshop.run(reconciler.reconcile("default/web"))
    first = [call for call in workshop.client.calls if call[0] == "create"]
    workshop.client.calls.clear()
    workshop.cache(REPLICA_SETS, workshop.client.objects["replicasets", "default/web"])
    workshop.run(reconciler.reconcile("default/web"))

    assert (len(first), workshop.client.calls) == (2, [])


def test_missed_deletion():
    """AS-161: a deletion that the watch missed lowers the expectation all the same."""
    workshop = Workshop()
    replica_set = a_replica_set("web", replicas=1)
    pods = [a_pod(name, replica_set) for name in ("a", "b")]
    workshop.put(REPLICA_SETS, replica_set)
    workshop.put(PODS, *pods)
    reconciler = replica_set_controller(workshop.surroundings).reconciler
    workshop.run(reconciler.reconcile("default/web"))
    (_, _, deleted), *_ = (
        call for call in workshop.client.calls if call[0] == "delete"
    )
    waiting = reconciler.expectations.satisfied("default/web")
    handler = workshop.informers.informer(PODS).handlers[0]

    handler.on_delete(next(pod for pod in pods if pod.name == deleted))

    after = reconciler.expectations.satisfied("default/web")
    assert (waiting, after) == (False, True)


NOW_NS = 1_000_000 * SECOND
PLAIN = Ranked("m", ready_s=900_000, created_s=900_000)


@pytest.mark.parametrize(
    "first",
    [
        pytest.param({"assigned": False}, id="AS-162 not assigned"),
        pytest.param({"phase": 0}, id="AS-162 pending"),
        pytest.param({"phase": 1}, id="AS-162 unknown"),
        pytest.param({"ready": False}, id="AS-162 not ready"),
        pytest.param({"cost": -1}, id="AS-162 cheaper to delete"),
        pytest.param({"colocated": 1}, id="AS-162 more company"),
        pytest.param({"ready_s": 990_000}, id="AS-162 ready for less time"),
        pytest.param({"ready_s": 0}, id="AS-162 ready since unknown"),
        pytest.param({"restarts": 1}, id="AS-162 restarted more"),
        pytest.param({"created_s": 990_000}, id="AS-162 younger"),
        pytest.param(
            {"uid": "a", "ready_s": 901_000}, id="AS-162 like ready times, by UID"
        ),
        pytest.param({"uid": "a", "created_s": 899_000}, id="AS-162 like ages, by UID"),
    ],
)
def test_ranking(first):
    """AS-162: each rule by itself decides who is given up."""
    one = attrs.evolve(PLAIN, **first)

    forth, back = compare(one, PLAIN, NOW_NS), compare(PLAIN, one, NOW_NS)

    assert (forth < 0, back > 0) == (True, True)


def test_deleting_all_needs_no_ranking():
    """AS-162: if every Pod goes, the order stays."""
    pods = [a_pod("b"), a_pod("a", phase="Pending")]

    assert pods_to_delete(pods, pods, 2, NOW_NS) == pods


def test_ranking_of_pods():
    """AS-162: the rules read phase, machine, conditions, annotation and containers."""
    costly = {"controller.kubernetes.io/pod-deletion-cost": "5"}
    on_machine = {"nodeName": "one"}
    pods = [
        a_pod("costly", spec=on_machine, annotations=costly),
        a_pod("plain", spec=on_machine),
        a_pod("alone", spec={"nodeName": "two"}),
        a_pod("pending", phase="Pending", spec=on_machine),
        a_pod("unbound", phase="Pending"),
    ]

    chosen = pods_to_delete(pods, pods, 4, NOW_NS)

    names = [pod.name for pod in chosen]
    assert names == ["unbound", "pending", "plain", "alone"]


def collision(owner_uid):
    """Return a Deployment, and a ReplicaSet that bears the name it will try."""
    workshop = Workshop(version="1.20.2")
    deployment = a_deployment()
    workshop.put(DEPLOYMENTS, deployment)
    taken = a_replica_set(
        "web-554d6dd95c",
        template=with_hash("554d6dd95c"),
        owner_references=(made_by("Deployment", "web", owner_uid),),
    )
    workshop.client.put(REPLICA_SETS, taken)
    return workshop, deployment_controller(workshop.surroundings).reconciler, taken


def test_hash_collision():
    """AS-163: a name that a stranger has taken is counted, and another is tried."""
    workshop, reconciler, taken = collision("uid-of-a-dead-one")
    workshop.cache(REPLICA_SETS, taken)

    error = workshop.run(reconciler.reconcile("default/web"))
    stored = workshop.client.objects["deployments", "default/web"]
    workshop.cache(DEPLOYMENTS, stored)
    workshop.run(reconciler.reconcile("default/web"))

    assert isinstance(error, AlreadyExistsError)
    assert stored.status == {"collisionCount": 1}
    names = [name for verb, kind, name in workshop.client.calls if verb == "create"]
    assert (names[0], len(set(names))) == (taken.name, 2)
    assert [
        record.fields["text"]
        for record in workshop.scheduler.trace
        if record.what == "log"
    ] == [
        'Found a hash collision for deployment "web" - bumping collisionCount '
        "(0->1) to resolve it"
    ]


def test_late_cache_is_no_collision():
    """AS-163: a name that an earlier turn took is ours, and no Event is told."""
    workshop, reconciler, taken = collision("uid-web")

    missing = workshop.run(reconciler.reconcile("default/web"))
    workshop.client.calls.clear()
    workshop.client.meanwhile["create", "replicasets"] = lambda: workshop.cache(
        REPLICA_SETS, taken
    )
    outcome = workshop.run(reconciler.reconcile("default/web"))

    assert str(missing) == 'replicaset.apps "web-554d6dd95c" not found'
    assert outcome.reason == "Conflict"
    assert [call[0] for call in workshop.client.calls] == [
        "create",
        "update/status",
        "update/status",
    ]
    assert workshop.recorder.told == []
    stored = workshop.client.objects["deployments", "default/web"]
    assert "collisionCount" not in stored.status
