"""The founding incident: what each version and each remedy must bring out."""

import pytest

from gcmodel.scenarios.library import remedies
from gcmodel.scenarios.library.rancher import Rancher
from gcmodel.scenarios.stage import RESTART, STORY

pytestmark = pytest.mark.slow

VERSIONS = ["1.20", "1.26", "1.28", "1.31", "1.32", "1.36"]
REMEDIES = [
    "scale-to-zero",
    "scale-to-zero:FailedDiscoveryCheck",
    "delete-apiservice",
    "feature-flag-off",
    "fixed-authorizer",
    "fixed-user-name",
    "delete-stale-pods",
    "delete-stale-replicasets",
    "older-rancher",
    "newer-kubernetes",
    "none",
]
ERROR = (
    "failed to list tokens: unable to parse requirement: "
    'values[0][authn.management.cattle.io/token-userId]: Invalid value: "system:'
    'kube-controller-manager": a valid label must be an empty string or consist of '
    "alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used "
    "for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


def told(outcome):
    """Return who did what in the story, and what it meant."""
    return [
        tuple(one.fields.values())
        for one in outcome.stage.cluster.trace
        if one.what == STORY
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_facts_hold_in_every_version(play, failures, version):
    """With the default remedy every expectation of the version holds."""
    assert failures(play("rancher-fleet", version)) == {}


@pytest.mark.parametrize("version", ["1.26", "1.31", "1.36"])
@pytest.mark.parametrize("remedy", REMEDIES)
def test_facts_hold_for_every_remedy(play, failures, remedy, version):
    """Every remedy does what it is expected to do, and no more."""
    assert failures(play("rancher-fleet", version, remedy)) == {}


def test_facts_of_the_incident(play):
    """Kubernetes 1.31, Rancher scaled to zero: the facts, each and all."""
    facts = dict(play("rancher-fleet").facts)
    gaps, recovery_s = facts.pop("attempt_gaps_s"), facts.pop("recovery_s")
    stalled_s, attempts = facts.pop("stalled_s"), facts.pop("attempts_before_remedy")

    # 30 s, then the next tick of 100 ms.
    assert all(30.09 <= gap <= 30.11 for gap in gaps)
    assert len(gaps) == attempts - 1
    assert 30 * (attempts - 1) < stalled_s < 31 * (attempts + 1)
    assert recovery_s <= 35
    assert facts == {
        "list_error": ERROR,
        "blocked_by": "tokens.ext.cattle.io",
        "blocked_identity": "system:kube-controller-manager",
        "sync_errors_metric": attempts - 1,
        "sync_diff": "added: [ext.cattle.io/v1, Resource=tokens], removed: []",
        "timed_out_attempts": attempts - 1,
        "graph_moves_during_stall": True,
        "deletes_during_stall": 0,
        "starting_s": 0,
        "pods_at_peak": 5,
        "replicasets_at_peak": 5,
        "owner_uids_at_peak": 5,
        "deleting_at_peak": 0,
        "bystanders_leaked_at_peak": {"Deployment": 2, "Job": 1, "Backup": 2},
        "collision_count": 4,
        "admin_can_list": True,
        "pods_after": 1,
        "replicasets_after": 1,
        "leaked_after": 0,
        "pods_replaced": 0,
        "unavailable_reason": "MissingEndpoints",
    }


@pytest.mark.parametrize(
    ("remedy", "after"),
    [
        ("none", (5, 5, 13)),
        ("delete-stale-pods", (5, 5, 13)),
        ("delete-stale-replicasets", (1, 1, 5)),
    ],
)
def test_what_does_not_help_leaves_a_mess(play, remedy, after):
    """Pods come back while their ReplicaSets live; bystanders stay in any case."""
    facts = play("rancher-fleet", remedy=remedy).facts
    names = ("pods_after", "replicasets_after", "leaked_after")

    assert tuple(facts[name] for name in names) == after


@pytest.mark.parametrize(
    ("remedy", "replaced"),
    [("none", 0), ("delete-stale-pods", 4), ("delete-stale-replicasets", 0)],
)
def test_pods_that_come_back_are_counted_and_told(play, remedy, replaced):
    """Other Pods under the same ReplicaSets, where those were left to make them."""
    outcome = play("rancher-fleet", remedy=remedy)
    said = [did for who, did, _ in told(outcome) if who == "ReplicaSets"]

    assert outcome.facts["pods_replaced"] == replaced
    assert said == (
        [f"have created {replaced} Pods in place of those that were deleted"]
        if replaced
        else []
    )


def test_remedy_that_does_nothing_does_not_hold(play, failures, monkeypatch):
    """Pods that nobody deleted are not taken for Pods that came back."""
    monkeypatch.setattr(remedies, "_delete_stale", lambda *_: None)

    for remedy, fact in (
        ("delete-stale-pods", "pods_replaced"),
        ("delete-stale-replicasets", "pods_after"),
    ):
        assert fact in failures(play("rancher-fleet", remedy=remedy))


@pytest.mark.parametrize("name", ["rancher-fleet", "tokens-synced-once"])
@pytest.mark.parametrize("version", ["1.20", "1.31", "1.36"])
@pytest.mark.parametrize("mode", ["MissingEndpoints", "FailedDiscoveryCheck"])
def test_mode_is_why_the_api_is_unavailable(play, name, version, mode):
    """The APIService itself says in which way Rancher's absence shows."""
    outcome = play(name, version, f"scale-to-zero:{mode}")

    assert outcome.facts["unavailable_reason"] == mode
    assert outcome.holds


@pytest.mark.parametrize("name", ["rancher-fleet", "tokens-synced-once"])
def test_mode_that_does_not_show_does_not_hold(play, failures, monkeypatch, name):
    """If the endpoints stay, the API is unavailable for another reason than asked."""
    monkeypatch.setattr(Rancher, "empty_endpoints", lambda _: None)

    failed = failures(play(name, remedy="scale-to-zero:MissingEndpoints"))
    assert failed["unavailable_reason"] == (
        "FailedDiscoveryCheck",
        "'MissingEndpoints'",
    )


def test_older_rancher_has_no_tokens_to_ask_for(play):
    """Where tokens are not served kubectl says so, whoever asks."""
    outcome = play("rancher-fleet", remedy="older-rancher")
    said = [did for who, did, _ in told(outcome) if "get tokens" in did]

    assert outcome.facts["admin_can_list"] is False
    assert said == [
        "kubectl get tokens.ext.cattle.io: the server doesn't have a resource type "
        '"tokens"'
    ]


@pytest.mark.parametrize(
    ("remedy", "did"),
    [
        (
            "delete-stale-pods",
            "look for extra fleet-agent Pods: there are none to delete",
        ),
        (
            "delete-stale-replicasets",
            "look for extra fleet-agent ReplicaSets: there are none to delete",
        ),
        (
            "newer-kubernetes",
            "leave the controller manager as it is, of Kubernetes 1.36",
        ),
    ],
)
def test_what_is_not_needed_is_not_done(play, remedy, did):
    """On a version that tolerates the list there is nothing to mop up or replace."""
    outcome = play("rancher-fleet", "1.36", remedy)
    restarts = [one for one in outcome.stage.cluster.trace if one.what == RESTART]

    assert [one for _, one, _ in told(outcome)][-1] == did
    assert restarts == []


def test_discovery_costs_what_it_costs_group_by_group(play):
    """Asking for every group version costs half a second; so does the first mapper."""
    first, *others = play("rancher-fleet", "1.20").facts["attempt_gaps_s"]

    assert all(30.59 <= gap <= 30.61 for gap in others)
    assert 31.1 <= first <= 31.3


def test_tolerant_collectors_err_once(play):
    """From 1.32 on the error is counted once, and nothing stops."""
    facts = play("rancher-fleet", "1.32").facts
    names = ("sync_errors_metric", "timed_out_attempts", "stalled_s", "pods_at_peak")

    assert tuple(facts[name] for name in names) == (1, 1, 0, 1)


@pytest.mark.parametrize("first", range(0, 100, 10))
def test_facts_hold_whatever_the_seed(play, failures, first):
    """The incident does not hang on chance: its facts hold for a hundred seeds."""
    broken = {
        seed: found
        for seed in range(first, first + 10)
        if (found := failures(play("rancher-fleet", seed=seed)))
    }

    assert broken == {}
