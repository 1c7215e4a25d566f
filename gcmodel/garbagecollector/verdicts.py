"""What is to become of an object, decided from facts and nothing else.

Upstream: the ``switch`` of ``attemptToDeleteItem`` in
pkg/controller/garbagecollector/garbagecollector.go
"""

from typing import TypeAlias

import attrs

from gcmodel.objects.finalizers import DELETE_DEPENDENTS, ORPHAN_DEPENDENTS
from gcmodel.objects.identity import Uid
from gcmodel.objects.metadata import OwnerReference
from gcmodel.objects.options import PropagationPolicy


@attrs.frozen
class Classified:
    """An object's owner references, by what became of the owners.

    Attributes:
        solid: The owner exists, and does not wait for its dependents.
        dangling: The owner does not exist.
        waiting: The owner is being deleted in the foreground.
    """

    solid: tuple[OwnerReference, ...] = ()
    dangling: tuple[OwnerReference, ...] = ()
    waiting: tuple[OwnerReference, ...] = ()


@attrs.frozen
class Facts:
    """All that the verdict depends on.

    Attributes:
        owners: From the live object and live owners.
        finalizers: Of the live object.
        has_dependents: According to the graph.
        dependent_is_waiting: One of them deletes its own dependents.
    """

    owners: Classified
    finalizers: tuple[str, ...]
    has_dependents: bool
    dependent_is_waiting: bool


@attrs.frozen
class Keep:
    """It has an owner, and nothing to tidy up."""


@attrs.frozen
class DropOwners:
    """It has an owner; the references to owners that are gone or going are cut."""

    uids: tuple[Uid, ...]


@attrs.frozen
class Delete:
    """No owner holds it.

    Attributes:
        policy: What becomes of its own dependents.
        unblock_first: Its references must stop blocking, or a cycle would wait for
            itself.
        for_waiting_owner: An owner waits for it, and it has dependents of its own.
    """

    policy: PropagationPolicy
    unblock_first: bool = False
    for_waiting_owner: bool = False


Verdict: TypeAlias = Keep | DropOwners | Delete


def decide(facts: Facts) -> Verdict:
    """Return the verdict for one object whose owner references are not empty."""
    owners = facts.owners
    if owners.solid:
        gone = (*owners.dangling, *owners.waiting)
        return DropOwners(tuple(owner.uid for owner in gone)) if gone else Keep()
    if owners.waiting and facts.has_dependents:
        return Delete(
            PropagationPolicy.FOREGROUND,
            unblock_first=facts.dependent_is_waiting,
            for_waiting_owner=True,
        )
    return Delete(_policy_by_finalizer(facts.finalizers))


def _policy_by_finalizer(finalizers: tuple[str, ...]) -> PropagationPolicy:
    if ORPHAN_DEPENDENTS in finalizers:
        return PropagationPolicy.ORPHAN
    if DELETE_DEPENDENTS in finalizers:
        return PropagationPolicy.FOREGROUND
    return PropagationPolicy.BACKGROUND
