"""What a DELETE does to an object: a pure decision.

Upstream: ``BeforeDelete`` in apiserver pkg/registry/rest/delete.go;
``deletionFinalizersForGarbageCollection`` and ``markAsDeleting`` in
apiserver pkg/registry/generic/registry/store.go; ``CheckGracefulDelete`` in
pkg/registry/core/pod/strategy.go
"""

from typing import Literal

import attrs

from gcmodel.errors import api_error
from gcmodel.objects.finalizers import (
    COLLECTOR_FINALIZERS,
    DELETE_DEPENDENTS,
    ORPHAN_DEPENDENTS,
    without,
)
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from gcmodel.objects.options import DeleteOptions, PropagationPolicy

DefaultPolicy = Literal["Orphan", "Background", "Unsupported"]


@attrs.frozen
class Begun:
    """How a deletion stands before anything is written.

    Attributes:
        object: The object, with deletion time and grace period as they would be.
        graceful: A grace period is to be stored.
        pending: The object is already going, and this request adds nothing.
        grace_period_seconds: What the request now asks for.
    """

    object: KubeObject
    graceful: bool
    pending: bool
    grace_period_seconds: int | None


def check_preconditions(stored: KubeObject, options: DeleteOptions) -> None:
    """Refuse a delete whose preconditions do not hold.

    Raises:
        ConflictError: The resource slot of its text prints the kind.
    """
    wanted = options.preconditions
    if wanted is None:
        return
    meta = stored.metadata
    if wanted.uid is not None and wanted.uid != meta.uid:
        raise _conflict(
            stored,
            f"the UID in the precondition ({wanted.uid}) does not match the UID in "
            f"record ({meta.uid}). The object might have been deleted and then "
            "recreated",
        )
    version = wanted.resource_version
    if version is not None and version != meta.resource_version:
        raise _conflict(
            stored,
            f"the ResourceVersion in the precondition ({version}) does not match the "
            f"ResourceVersion in record ({meta.resource_version}). The object might "
            "have been modified",
        )


def _conflict(stored: KubeObject, detail: str) -> Exception:
    gvk = stored.gvk
    kind = f"{gvk.kind}.{gvk.group}" if gvk.group else gvk.kind
    return api_error(
        409,
        "Conflict",
        f'Operation cannot be fulfilled on {kind} "{stored.name}": {detail}',
        details={"name": stored.name, "group": gvk.group, "kind": gvk.kind},
    )


def begin(
    stored: KubeObject,
    options: DeleteOptions,
    now_s: int,
    *,
    graceful_kind: bool,
    stays_in_future: bool = False,
) -> Begun:
    """Decide on grace: whether this delete waits, shortens a wait, or goes ahead.

    Args:
        stored: The object as the store has it.
        options: As sent.
        now_s: The server's second.
        graceful_kind: The kind has a grace period at all (Pods have).
        stays_in_future: A shortened grace never ends in the past (1.33).
    """
    asked = options.grace_period_seconds
    if asked is not None and asked < 0:
        asked = 1
    meta = stored.metadata
    kept = meta.deletion_grace_period_seconds
    if kept is not None and kept < 0:
        stored = stored.with_metadata(deletion_grace_period_seconds=1)
        meta, kept = stored.metadata, 1
    if not graceful_kind:
        return Begun(stored, graceful=False, pending=False, grace_period_seconds=asked)
    if meta.being_deleted:
        return _shorten(stored, kept, asked, now_s, stays_in_future=stays_in_future)
    period = _pod_grace(stored, asked)
    going = stored.with_metadata(
        deletion_timestamp=now_s + period,
        deletion_grace_period_seconds=period,
        generation=meta.generation + 1 if meta.generation > 0 else meta.generation,
    )
    return Begun(going, graceful=True, pending=False, grace_period_seconds=period)


def _shorten(
    stored: KubeObject,
    kept: int | None,
    asked: int | None,
    now_s: int,
    *,
    stays_in_future: bool,
) -> Begun:
    if not kept:
        return Begun(stored, graceful=False, pending=False, grace_period_seconds=asked)
    if asked is None or asked >= kept:
        wanted = kept if asked is None else asked
        return Begun(stored, graceful=False, pending=True, grace_period_seconds=wanted)
    due = stored.metadata.deletion_timestamp
    assert due is not None
    moved = due - kept + asked
    if stays_in_future and asked and moved < now_s:
        moved, asked = now_s + 1, 1
    going = stored.with_metadata(
        deletion_timestamp=moved, deletion_grace_period_seconds=asked
    )
    return Begun(going, graceful=True, pending=False, grace_period_seconds=asked)


def _pod_grace(pod: KubeObject, asked: int | None) -> int:
    spec = pod.spec
    period = asked
    if period is None:
        period = spec.get("terminationGracePeriodSeconds") or 0
    phase = pod.status.get("phase")
    if not spec.get("nodeName") or phase in ("Failed", "Succeeded"):
        period = 0
    return 1 if period < 0 else period


def mark_as_deleting(stored: KubeObject, now_s: int) -> KubeObject:
    """Return *stored* as being deleted, without grace.

    The generation counts up only when deletion begins; a deletion time that lies
    in the past is kept.
    """
    meta = stored.metadata
    begun = meta.deletion_timestamp
    generation = meta.generation
    if begun is None and generation > 0:
        generation += 1
    return stored.with_metadata(
        deletion_timestamp=now_s if begun is None or begun > now_s else begun,
        deletion_grace_period_seconds=0,
        generation=generation,
    )


def collector_finalizers(
    meta: ObjectMeta, options: DeleteOptions, default: DefaultPolicy
) -> tuple[str, ...]:
    """Return the finalizers that the delete leaves on the object.

    * **Explicit wins**: ``orphanDependents``, then the policy, then the collector's
      finalizer that is already there, then the kind's default.
    * **Order kept**: equal as sets means unchanged; otherwise the collector's
      finalizer moves to the end.
    """
    wanted = without(meta.finalizers, *COLLECTOR_FINALIZERS)
    if _orphans(meta, options, default):
        wanted = (*wanted, ORPHAN_DEPENDENTS)
    if _waits(meta, options, default):
        wanted = (*wanted, DELETE_DEPENDENTS)
    return meta.finalizers if set(wanted) == set(meta.finalizers) else wanted


def _first_collector_finalizer(meta: ObjectMeta) -> str | None:
    return next(
        (name for name in meta.finalizers if name in COLLECTOR_FINALIZERS), None
    )


def _orphans(meta: ObjectMeta, options: DeleteOptions, default: DefaultPolicy) -> bool:
    if default == "Unsupported":
        return False
    if options.orphan_dependents is not None:
        return options.orphan_dependents
    if options.propagation_policy is not None:
        return options.propagation_policy == PropagationPolicy.ORPHAN.value
    existing = _first_collector_finalizer(meta)
    if existing is not None:
        return existing == ORPHAN_DEPENDENTS
    return default == "Orphan"


def _waits(meta: ObjectMeta, options: DeleteOptions, default: DefaultPolicy) -> bool:
    if default == "Unsupported" or options.orphan_dependents is not None:
        return False
    if options.propagation_policy is not None:
        return options.propagation_policy == PropagationPolicy.FOREGROUND.value
    return _first_collector_finalizer(meta) == DELETE_DEPENDENTS


def namespace_finalizers(meta: ObjectMeta, options: DeleteOptions) -> tuple[str, ...]:
    """Return the finalizers that the first delete leaves on a Namespace.

    Differs from :func:`collector_finalizers` in that ``orphanDependents: false``
    means foreground.

    Upstream: ``Delete`` in pkg/registry/core/namespace/storage/storage.go
    """
    asked, policy = options.orphan_dependents, options.propagation_policy
    unsaid = asked is None and policy is None
    present = set(meta.finalizers)
    orphan = (
        asked is True
        or policy == PropagationPolicy.ORPHAN.value
        or (unsaid and ORPHAN_DEPENDENTS in present)
    )
    foreground = (
        asked is False
        or policy == PropagationPolicy.FOREGROUND.value
        or (unsaid and DELETE_DEPENDENTS in present)
    )
    wanted = without(meta.finalizers, *COLLECTOR_FINALIZERS)
    if orphan:
        wanted = (*wanted, ORPHAN_DEPENDENTS)
    if foreground:
        wanted = (*wanted, DELETE_DEPENDENTS)
    return meta.finalizers if set(wanted) == present else wanted
