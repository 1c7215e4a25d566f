"""What can be done about a stall that Rancher's tokens cause, and the doing of it."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import attrs

from gcmodel.kernel.durations import SECOND
from gcmodel.objects.metadata import KubeObject
from gcmodel.report.table import counted
from gcmodel.scenarios.library import fleet
from gcmodel.scenarios.library.rancher import API_SERVICE, USER, Rancher
from gcmodel.scenarios.library.replaced_manager import NEWER_KUBERNETES, replace
from gcmodel.scenarios.scenario import NONE, Options, Remedy
from gcmodel.scenarios.stage import Stage

SCALE_TO_ZERO = Remedy(
    "scale-to-zero",
    "scale Rancher to zero, so that its API drops out of discovery",
    modes=("MissingEndpoints", "FailedDiscoveryCheck"),
)
DELETE_API_SERVICE = Remedy("delete-apiservice", f"delete the APIService {API_SERVICE}")
FEATURE_FLAG_OFF = Remedy(
    "feature-flag-off",
    "turn off imperative-api-extension: Rancher removes its API itself",
)
FIXED_AUTHORIZER = Remedy(
    "fixed-authorizer", "run a Rancher that asks about the verb, not about everything"
)
FIXED_USER_NAME = Remedy(
    "fixed-user-name", "run a Rancher that knows the controller manager by name"
)
DELETE_STALE_PODS = Remedy(
    "delete-stale-pods", "delete the extra Pods by hand", cures=False
)
DELETE_STALE_REPLICASETS = Remedy(
    "delete-stale-replicasets",
    "delete the extra ReplicaSets, then their Pods, by hand",
    cures=False,
)
OLDER_RANCHER = Remedy(
    "older-rancher", "run Rancher 2.11, which has no tokens API", avoids=True
)

REMEDIES = (
    SCALE_TO_ZERO,
    DELETE_API_SERVICE,
    FEATURE_FLAG_OFF,
    FIXED_AUTHORIZER,
    FIXED_USER_NAME,
    DELETE_STALE_PODS,
    DELETE_STALE_REPLICASETS,
    OLDER_RANCHER,
    NEWER_KUBERNETES,
    NONE,
)

Steps: TypeAlias = Iterator[int]


def apply_remedy(stage: Stage, options: Options, rancher: Rancher) -> Steps:
    """Do what *options* say, step by step, as a play does."""
    if options.remedy.name not in _ACTS:
        return
    stage.mark("remedy")
    yield from _ACTS[options.remedy.name](_Scene(stage, options, rancher))


@attrs.frozen
class _Scene:
    stage: Stage
    options: Options
    rancher: Rancher

    def after(self, wait_s: float) -> int:
        """Return the instant *wait_s* seconds from now."""
        return self.stage.cluster.now_ns + round(wait_s * SECOND)


def unavailable_reason(options: Options) -> str:
    """Return why the API is unavailable after the remedy; empty if it is not."""
    return options.mode or next(iter(options.remedy.modes), "")


def _scale_to_zero(scene: _Scene) -> Steps:
    scene.stage.tell(
        "you",
        "kubectl -n cattle-system scale deploy rancher --replicas=0",
        "nobody answers for ext.cattle.io any more",
    )
    scene.rancher.scale_to_zero()
    if unavailable_reason(scene.options) == "MissingEndpoints":
        yield scene.after(1)
        scene.rancher.empty_endpoints()
    else:
        yield scene.after(1)
        scene.stage.tell(
            "Rancher",
            "its proxy Pods stay behind the Service",
            "there are endpoints still; only the health check can notice",
        )


def _delete_api_service(scene: _Scene) -> Steps:
    scene.stage.tell(
        "you",
        f"kubectl delete apiservice {API_SERVICE}",
        "the group is not served at all any more, so no discovery fails",
    )
    scene.rancher.unregister("admin", service=False)
    yield scene.after(1)


def _feature_flag_off(scene: _Scene) -> Steps:
    scene.stage.tell(
        "Rancher",
        "restarts without imperative-api-extension; deletes Service and APIService",
        "the group is not served at all any more",
    )
    scene.rancher.unregister(USER, service=True)
    yield scene.after(1)


def _fix(scene: _Scene) -> Steps:
    name = scene.options.remedy.name
    how = "lists are judged by the verb" if name == "fixed-authorizer" else "by name"
    scene.stage.tell(
        "Rancher",
        f"a repaired build is rolled out: the controller manager sees all ({how})",
        "its next list will succeed; the reflector retries within a minute",
    )
    scene.rancher.extension.rule = (
        "fixed-authorizer" if name == "fixed-authorizer" else "fixed-user-name"
    )
    yield scene.after(1)


def _stale(stage: Stage, kind: str) -> list[KubeObject]:
    now = stage.look()
    left = {one.uid for one in now.leaked()}
    return [one for one in now.of_kind(kind, fleet.WHERE) if one.uid in left]


def _delete_stale(scene: _Scene, kind: str, did: str, meaning: str) -> None:
    stale = _stale(scene.stage, kind)
    if not stale:
        did = f"look for extra fleet-agent {kind}s: there are none to delete"
        meaning = "the collector has removed what the old Deployments owned"
    scene.stage.tell("you", did, meaning)
    for one in stale:
        scene.stage.acting("admin").delete(one, "Background", None)


def _pods(stage: Stage) -> set[str]:
    return {one.uid for one in stage.look().of_kind("Pod", fleet.WHERE)}


def _delete_stale_pods(scene: _Scene) -> Steps:
    before = _pods(scene.stage)
    _delete_stale(
        scene,
        "Pod",
        "kubectl delete the extra fleet-agent Pods",
        "their ReplicaSets still want one Pod each: watch what they do",
    )
    yield scene.after(60)
    made = len(_pods(scene.stage) - before)
    if made:
        scene.stage.tell(
            "ReplicaSets",
            f"have created {counted(made, 'Pod')} in place of those that were deleted",
            "Pods are what they make: as long as they are there, Pods come back",
        )


def _delete_stale_replica_sets(scene: _Scene) -> Steps:
    _delete_stale(
        scene,
        "ReplicaSet",
        "kubectl delete the extra fleet-agent ReplicaSets",
        "nobody will replace their Pods; but to delete those is the collector's job",
    )
    yield scene.after(60)
    if _stale(scene.stage, "Pod"):
        _delete_stale(
            scene,
            "Pod",
            "the Pods are still there: kubectl delete them as well",
            "this time they stay away; the bystanders' leftovers remain",
        )
    yield scene.after(60)


def _newer_kubernetes(scene: _Scene) -> Steps:
    replace(scene.stage)
    yield scene.after(1)


_ACTS: dict[str, Callable[[_Scene], Steps]] = {
    SCALE_TO_ZERO.name: _scale_to_zero,
    DELETE_API_SERVICE.name: _delete_api_service,
    FEATURE_FLAG_OFF.name: _feature_flag_off,
    FIXED_AUTHORIZER.name: _fix,
    FIXED_USER_NAME.name: _fix,
    DELETE_STALE_PODS.name: _delete_stale_pods,
    DELETE_STALE_REPLICASETS.name: _delete_stale_replica_sets,
    NEWER_KUBERNETES.name: _newer_kubernetes,
}
