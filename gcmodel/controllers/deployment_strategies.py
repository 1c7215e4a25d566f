"""How a Deployment gets from its old ReplicaSets to its new one.

Upstream: ``rolloutRolling`` in pkg/controller/deployment/rolling.go;
``rolloutRecreate`` in recreate.go; ``sync`` and ``scale`` in sync.go; ``rollback`` in
rollback.go
"""

from collections.abc import Sequence

from gcmodel.controllers.deployment_replica_sets import NewReplicaSet
from gcmodel.controllers.deployment_revisions import (
    ROLLBACK_TO,
    desired_replicas,
    max_replicas,
    revision_of,
)
from gcmodel.controllers.deployment_rolling import Size, new_size, old_sizes
from gcmodel.controllers.deployment_scale import (
    Share,
    proportional_sizes,
    to_add_in_all,
)
from gcmodel.controllers.deployment_status import is_complete
from gcmodel.controllers.deployment_turn import DeploymentTurn
from gcmodel.controllers.pod_templates import (
    TEMPLATE_HASH,
    equal_but_for_hash,
    labels_of,
    template_of,
    with_labels,
)
from gcmodel.controllers.replica_counts import (
    active,
    counted,
    created_order,
    total_counted,
    total_wanted,
    wanted_replicas,
    with_spec,
)
from gcmodel.controllers.resource_names import DEPLOYMENTS
from gcmodel.errors import ApiError
from gcmodel.objects.metadata import KubeObject


async def roll(turn: DeploymentTurn) -> None:
    """Take one step of a rolling update: up if possible, else down."""
    new, old = await NewReplicaSet(turn).ensure(create=True)
    assert new is not None, "it was to be created"
    if await _scale_new(turn, new, old) or await _scale_down_old(turn, new, old):
        await turn.report_progress(new, old)
        return
    await _finish(turn, new, old)


async def recreate(turn: DeploymentTurn) -> None:
    """Take one step of a re-creation: everything old goes before anything new."""
    new, old = await NewReplicaSet(turn).ensure(create=False)
    running = active(old)
    for replica_set in running:
        await turn.resize(replica_set, 0, quiet=True)
    if running or total_counted(old, "replicas") > 0 or turn.pods_left(new):
        await turn.report_progress(new, old)
        return
    if new is None:
        new, old = await NewReplicaSet(turn).ensure(create=True)
    assert new is not None, "it was to be created"
    await turn.resize(new, turn.spec.replicas, quiet=True)
    await _finish(turn, new, old)


async def scale_and_report(turn: DeploymentTurn) -> None:
    """Follow a change of size, or do what a paused Deployment still does."""
    new, old = await NewReplicaSet(turn).ensure(create=False)
    await _scale(turn, new, old)
    rolls_back = ROLLBACK_TO in turn.deployment.metadata.annotations
    if turn.spec.paused and not rolls_back:
        await turn.clean_up(old)
    await turn.report(new, old)


async def report_only(turn: DeploymentTurn) -> None:
    """Bring the status up to date and touch nothing else."""
    new, old = await NewReplicaSet(turn).ensure(create=False)
    await turn.report(new, old)


async def is_scaling(turn: DeploymentTurn) -> bool:
    """Whether an active ReplicaSet was sized for another number of replicas."""
    new, old = await NewReplicaSet(turn).ensure(create=False)
    sizes = (desired_replicas(one) for one in active([*old, *_present(new)]))
    return any(size not in (None, turn.spec.replicas) for size in sizes)


async def roll_back(turn: DeploymentTurn) -> None:
    """Return to the template of an earlier revision, as an annotation asks.

    The annotation is removed whether or not there is such a revision.
    """
    await NewReplicaSet(turn).ensure(create=True)
    asked = turn.deployment.metadata.annotations.get(ROLLBACK_TO, "")
    wanted = int(asked) if asked.isdigit() else 0
    wanted = wanted or _last_revision(turn.replica_sets)
    target = next(
        (one for one in turn.replica_sets if wanted and revision_of(one) == wanted),
        None,
    )
    if target is None:
        kind, reason = "Warning", "RollbackRevisionNotFound"
        text = "Unable to find the revision to rollback to."
    elif equal_but_for_hash(template_of(turn.deployment), template_of(target)):
        kind, reason = "Warning", "RollbackTemplateUnchanged"
        text = (
            "The rollback revision contains the same template as current deployment "
            f'"{turn.deployment.name}"'
        )
    else:
        kind, reason = "Normal", "RollbackDone"
        text = f'Rolled back deployment "{turn.deployment.name}" to revision {wanted}'
        _take_template(turn, target)
    turn.tell(kind, reason, text)
    annotations = dict(turn.deployment.metadata.annotations)
    del annotations[ROLLBACK_TO]
    changed = turn.deployment.with_metadata(annotations=annotations)
    await turn.surroundings.client.update(DEPLOYMENTS, changed)


def _last_revision(replica_sets: Sequence[KubeObject]) -> int:
    revisions = sorted({revision_of(one) for one in replica_sets}, reverse=True)
    return revisions[1] if len(revisions) > 1 else 0


def _take_template(turn: DeploymentTurn, target: KubeObject) -> None:
    template = template_of(target)
    labels = {k: v for k, v in labels_of(template).items() if k != TEMPLATE_HASH}
    turn.deployment = with_spec(turn.deployment, template=with_labels(template, labels))


async def _finish(
    turn: DeploymentTurn, new: KubeObject, old: Sequence[KubeObject]
) -> None:
    if is_complete(turn.deployment, turn.deployment.status):
        await turn.clean_up(old)
    await turn.report_progress(new, old)


async def _scale_new(
    turn: DeploymentTurn, new: KubeObject, old: Sequence[KubeObject]
) -> bool:
    current = wanted_replicas(new)
    wanted = new_size(turn.spec, total_wanted([*old, new]), current)
    if wanted == current:
        return False
    await turn.resize(new, wanted, quiet=True)
    return True


async def _scale_down_old(
    turn: DeploymentTurn, new: KubeObject, old: Sequence[KubeObject]
) -> bool:
    ordered = sorted(active(old), key=created_order)
    steps = old_sizes(turn.spec, [_size(one) for one in ordered], _size(new))
    try:
        for step in steps:
            ordered[step.index] = await turn.resize(
                ordered[step.index], step.replicas, quiet=True
            )
    except ApiError:
        # Upstream drops the error: the turn goes on as if nothing was to be done.
        return False
    return bool(steps)


def _size(replica_set: KubeObject) -> Size:
    return Size(wanted_replicas(replica_set), counted(replica_set, "availableReplicas"))


async def _scale(
    turn: DeploymentTurn, new: KubeObject | None, old: Sequence[KubeObject]
) -> None:
    running = active([*old, *_present(new)])
    if len(running) <= 1:
        only = running[0] if running else _newest(new, old)
        if only is not None:
            await turn.resize(only, turn.spec.replicas, quiet=True)
    elif new is not None and _is_saturated(turn, new):
        for replica_set in active(old):
            await turn.resize(replica_set, 0, quiet=True)
    elif turn.spec.rolling:
        await _scale_in_proportion(turn, running)


async def _scale_in_proportion(
    turn: DeploymentTurn, running: Sequence[KubeObject]
) -> None:
    grows = to_add_in_all(turn.spec, [_share(turn, one) for one in running]) > 0
    by_age = sorted(running, key=created_order, reverse=grows)
    ordered = sorted(by_age, key=wanted_replicas, reverse=True)
    sizes = proportional_sizes(turn.spec, [_share(turn, one) for one in ordered])
    for replica_set, size in zip(ordered, sizes, strict=True):
        await turn.resize(replica_set, size)


def _share(turn: DeploymentTurn, replica_set: KubeObject) -> Share:
    known = max_replicas(replica_set) or counted(turn.deployment, "replicas")
    return Share(wanted_replicas(replica_set), known or turn.spec.replicas_max)


def _is_saturated(turn: DeploymentTurn, new: KubeObject) -> bool:
    want = turn.spec.replicas
    sized = desired_replicas(new) == want == wanted_replicas(new)
    return sized and counted(new, "availableReplicas") == want


def _newest(new: KubeObject | None, old: Sequence[KubeObject]) -> KubeObject | None:
    return new if new is not None else max(old, key=created_order, default=None)


def _present(new: KubeObject | None) -> list[KubeObject]:
    return [] if new is None else [new]
