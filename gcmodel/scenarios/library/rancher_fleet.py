"""The founding incident: one list that can never succeed, and nothing is collected.

Rancher serves ``tokens`` through an extension API. Asked for a list by somebody who
may not see everything, it turns the caller's name into a label selector; the name of
the controller manager cannot be one. So the collector's monitor for tokens never
syncs, and up to 1.31 the collector's workers wait for it, for ever. Fleet makes that
visible: it keeps replacing its agent and relies on the collector to clear up.
"""

from collections.abc import Iterator

from gcmodel.apiserver.tokens import CONTROLLER_MANAGER
from gcmodel.kernel.durations import MILLISECOND, SECOND
from gcmodel.objects.metadata import KubeObject
from gcmodel.report.ownership import Ownership
from gcmodel.report.table import counted
from gcmodel.scenarios.expectations import (
    Expectation,
    at_least,
    at_most,
    at_the_end,
    contains,
    each_at_least,
    each_between,
    equal,
    same,
)
from gcmodel.scenarios.library import fleet
from gcmodel.scenarios.library.bystanders import KINDS, WHERE, Bystanders
from gcmodel.scenarios.library.health_check import check_health
from gcmodel.scenarios.library.rancher import API_SERVICE, Rancher, why_unavailable
from gcmodel.scenarios.library.remedies import (
    REMEDIES,
    apply_remedy,
    unavailable_reason,
)
from gcmodel.scenarios.library.stall_facts import Facts, stall_facts
from gcmodel.scenarios.scenario import Options, Scenario, Telling
from gcmodel.scenarios.stage import LEAD_S, Stage

REIMPORTS_S = (365, 430, 520, 610)
BYSTANDERS_LEAVE_S = 480
ADMIN_LOOKS_S = 700
REMEDY_S = 885
PAUSE_NS = 50 * MILLISECOND
"""Between Fleet's delete and its create: it does not wait for more than that."""


def play(stage: Stage, options: Options) -> Iterator[int]:
    """Act it out."""
    bystanders = Bystanders.define(stage)
    stage.notes["bystanders"] = bystanders
    fleet.arrive(stage)
    stage.tell("Fleet", "imports the local cluster: creates Deployment fleet-agent")
    yield 1 * SECOND
    bystanders.arrive()
    stage.tell("you", "create Deployment web, Job report, Backup nightly in shop")
    yield 60 * SECOND
    yield from check_health(stage, "healthy")
    yield (LEAD_S - 1) * SECOND
    stage.keep("before")
    yield LEAD_S * SECOND
    rancher = _install(stage, options)
    yield (LEAD_S + 5) * SECOND
    if not options.remedy.avoids:
        rancher.create_token("token-abc12", "user-x7k2p")
    yield from _trouble(stage, bystanders)
    yield ADMIN_LOOKS_S * SECOND
    _admin_looks(stage, rancher)
    yield REMEDY_S * SECOND - 1
    stage.keep("during")
    yield REMEDY_S * SECOND
    yield from apply_remedy(stage, options, rancher)


def _install(stage: Stage, options: Options) -> Rancher:
    stage.mark("trouble")
    older = options.remedy.name == "older-rancher"
    rancher = Rancher.on(stage, "original", tokens=not older)
    rancher.start()
    rancher.register()
    build = "2.11" if older else "2.12-head"
    what = "user activities only" if older else "user activities and tokens"
    stage.tell(
        "Rancher", f"{build} registers APIService {API_SERVICE}: {what}", _brings(older)
    )
    return rancher


def _brings(older: bool) -> str:  # noqa: FBT001  (one caller)
    if older:
        return "nothing in it can be listed, so the collector takes no interest"
    return "tokens can be listed, watched and deleted: the collector will want them"


def _trouble(stage: Stage, bystanders: Bystanders) -> Iterator[int]:
    for number, at_s in enumerate(REIMPORTS_S, start=1):
        if REIMPORTS_S[number - 2] < BYSTANDERS_LEAVE_S < at_s:
            yield BYSTANDERS_LEAVE_S * SECOND
            stage.tell(
                "you",
                "kubectl delete Deployment web, Job report, Backup nightly",
                "they have nothing to do with Rancher; who removes what they owned?",
            )
            bystanders.depart()
        yield at_s * SECOND
        stage.tell(
            "Fleet",
            f"imports the cluster again ({number}): deletes and re-creates fleet-agent",
            "it does not wait for the old one's dependents: the collector sees to them",
        )
        fleet.delete_agent(stage)
        yield at_s * SECOND + PAUSE_NS
        fleet.deploy_agent(stage)
        yield (at_s + 45) * SECOND
        _observe(stage)


def _observe(stage: Stage) -> None:
    now = stage.look()
    sets, pods = (now.of_kind(kind, fleet.WHERE) for kind in ("ReplicaSet", "Pod"))
    left = len([one for one in sets if one.uid in now.leaked_uids])
    meaning = "the collector has removed what the old Deployment owned"
    if left:
        owners = "Deployment is" if left == 1 else "Deployments are"
        meaning = f"{counted(left, 'ReplicaSet')} left whose {owners} gone"
    counts = ", ".join((counted(len(sets), "ReplicaSet"), counted(len(pods), "Pod")))
    seen = f"kubectl get rs,pods: {counts}"
    stage.tell_seen(seen, meaning)


def _admin_looks(stage: Stage, rancher: Rancher) -> None:
    error = rancher.lists_for("admin")
    stage.notes["admin_can_list"] = not error
    shown = error or "it works"
    meaning = "what is not served has no monitor, and nobody waits for it"
    if not error:
        meaning = "an administrator is not asked for a selector: no clue"
    stage.tell_seen(f"kubectl get tokens.ext.cattle.io: {shown}", meaning)


# Facts


def measure(stage: Stage) -> Facts:
    """Read the facts."""
    return stall_facts(stage) | _at_peak(stage) | _at_end(stage)


def _at_peak(stage: Stage) -> Facts:
    names = ("pods", "replicasets", "owner_uids", "deleting", "bystanders_leaked")
    facts: Facts = {f"{name}_at_peak": None for name in names}
    facts |= {
        "collision_count": None,
        "admin_can_list": stage.notes.get("admin_can_list"),
    }
    peak = stage.moments.get("during")
    if peak is None:
        return facts
    sets, pods = (peak.of_kind(kind, fleet.WHERE) for kind in ("ReplicaSet", "Pod"))
    agents = peak.of_kind("Deployment", fleet.WHERE)
    return facts | {
        "pods_at_peak": len(pods),
        "replicasets_at_peak": len(sets),
        "owner_uids_at_peak": len(
            {ref.uid for one in sets for ref in one.metadata.owner_references}
        ),
        "collision_count": sum(one.status.get("collisionCount", 0) for one in agents),
        "deleting_at_peak": sum(one.metadata.being_deleted for one in (*sets, *pods)),
        "bystanders_leaked_at_peak": stage.notes["bystanders"].leaked_in(peak),
    }


def _at_end(stage: Stage) -> Facts:
    after, peak = stage.moments["after"], stage.moments.get("during")
    if peak is None:
        names = ("pods_after", "replicasets_after", "leaked_after", "pods_replaced")
        return dict.fromkeys((*names, "unavailable_reason"))
    return {
        "pods_after": len(after.of_kind("Pod", fleet.WHERE)),
        "replicasets_after": len(after.of_kind("ReplicaSet", fleet.WHERE)),
        "leaked_after": len(after.leaked()),
        "pods_replaced": len(_replaced(peak, after)),
        "unavailable_reason": why_unavailable(stage),
    }


def _replaced(before: Ownership, after: Ownership) -> list[KubeObject]:
    """Return the Pods that came for others, under the same ReplicaSets."""
    gone = [
        one for one in before.of_kind("Pod", fleet.WHERE) if one.uid not in after.uids
    ]
    bereft = {ref.uid for one in gone for ref in one.metadata.owner_references}
    return [
        one
        for one in after.of_kind("Pod", fleet.WHERE)
        if one.uid not in before.uids
        and any(ref.uid in bereft for ref in one.metadata.owner_references)
    ]


# Expectations

LIST_ERROR = "Invalid value: " + f'"{CONTROLLER_MANAGER}"'
SYNC_DIFF = "added: [ext.cattle.io/v1, Resource=tokens], removed: []"
BLOCKED_BY = "tokens.ext.cattle.io"


def expect(options: Options) -> tuple[Expectation, ...]:
    """Return what the facts must be."""
    if options.remedy.avoids:
        return (*_untroubled(), *map(at_the_end, _clean_end()))
    profile = options.profile
    trouble = _stalled() if profile.sync_pauses_workers else _tolerated()
    metric = same("sync_errors_metric", "timed_out_attempts")
    counted = (metric,) if profile.sync_error_metric else ()
    return (*trouble, *counted, *_blamed(), *map(at_the_end, _end(options)))


def _blamed() -> Iterator[Expectation]:
    yield contains("list_error", LIST_ERROR)
    yield equal("sync_diff", SYNC_DIFF)
    yield equal("blocked_by", BLOCKED_BY)
    yield equal("blocked_identity", CONTROLLER_MANAGER)
    yield equal("admin_can_list", value=True)


def _stalled() -> Iterator[Expectation]:
    yield at_least("attempts_before_remedy", 3)
    # 30 s, the next tick of 100 ms, and discovery, once for all or group by group.
    yield each_between("attempt_gaps_s", 30.0, 31.5)
    for name in ("pods", "replicasets", "owner_uids"):
        yield equal(f"{name}_at_peak", 5)
    yield equal("collision_count", 4)
    yield equal("deleting_at_peak", 0)
    yield each_at_least("bystanders_leaked_at_peak", 1)
    yield equal("graph_moves_during_stall", value=True)
    yield equal("deletes_during_stall", 0)


def _tolerated() -> Iterator[Expectation]:
    yield equal("attempts_before_remedy", 1)
    yield equal("timed_out_attempts", 1)
    yield from _untouched()


def _untroubled() -> Iterator[Expectation]:
    yield equal("list_error", "")
    yield equal("sync_diff", "")
    yield equal("blocked_by", "")
    yield equal("attempts_before_remedy", 0)
    yield equal("admin_can_list", value=False)
    yield from _untouched()


def _untouched() -> Iterator[Expectation]:
    yield equal("stalled_s", 0)
    yield at_most("pods_at_peak", 2)
    yield at_most("replicasets_at_peak", 2)
    yield equal("bystanders_leaked_at_peak", dict.fromkeys(KINDS, 0))


def _end(options: Options) -> Iterator[Expectation]:
    yield from _left(options)
    yield equal("unavailable_reason", unavailable_reason(options))


def _left(options: Options) -> Iterator[Expectation]:
    if not options.profile.sync_pauses_workers:
        return _clean_end()
    if options.remedy.cures:
        return _recovery(options)
    return _uncured(options.remedy.name)


def _recovery(options: Options) -> Iterator[Expectation]:
    # What is left of an attempt, discovery with a failing group, and the mapper; a
    # health check may take as long again to notice, and a reflector to retry.
    slow = {"FailedDiscoveryCheck": 70, "": 65}
    named = options.remedy.name in ("delete-apiservice", "feature-flag-off")
    yield at_most("recovery_s", 35 if named else slow.get(options.mode, 35))
    yield from _clean_end()


def _uncured(remedy: str) -> Iterator[Expectation]:
    by_hand = remedy == "delete-stale-replicasets"
    yield equal("pods_after", 1 if by_hand else 5)
    yield equal("replicasets_after", 1 if by_hand else 5)
    yield equal("pods_replaced", 4 if remedy == "delete-stale-pods" else 0)
    yield at_least("leaked_after", 1)


def _clean_end() -> Iterator[Expectation]:
    yield equal("pods_after", 1)
    yield equal("replicasets_after", 1)
    yield equal("leaked_after", 0)


SELECTOR_CAUSE = (
    "Rancher shows a caller without full access only the caller's own tokens, by a "
    "label selector made of the user name. A name with colons cannot be a label "
    "value, so this list can never succeed."
)

RANCHER_FLEET = Scenario(
    name="rancher-fleet",
    title="One list that never succeeds stops all garbage collection",
    summary=(
        "Rancher adds an API whose list fails for one caller: the one that the "
        "collector lists as. From then on nothing that has lost its owner is removed, "
        "anywhere; Fleet's agents pile up."
    ),
    cause=(
        f"{SELECTOR_CAUSE} Up to Kubernetes 1.31 the collector stops all its workers "
        "until every new resource has been listed once."
    ),
    tolerated=Telling(
        title="One list never succeeds, and garbage collection goes on without it",
        summary=(
            "Rancher adds an API whose list fails for one caller: the one that the "
            "collector lists as. The collector waits 30 s for it, while its workers "
            "work, and gives up; Fleet's agents do not pile up."
        ),
        cause=(
            f"{SELECTOR_CAUSE} This collector waits for a new resource once, and its "
            "workers do not wait at all; up to Kubernetes 1.31 they would have "
            "stopped until it was listed."
        ),
    ),
    remedies=REMEDIES,
    play=play,
    measure=measure,
    expect=expect,
    namespaces=(fleet.WHERE, WHERE),
    compared=(
        "stalled_s",
        "attempts_before_remedy",
        "pods_at_peak",
        "recovery_s",
        "pods_after",
        "leaked_after",
    ),
)
