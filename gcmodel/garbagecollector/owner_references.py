"""Owner references compared: with what was seen before, and with who is there.

Upstream: ``referencesDiffs``, ``partitionDependents``,
``getAlternateOwnerIdentity`` and ``ownerRefsMatch`` in
pkg/controller/garbagecollector/graph_builder.go
"""

from collections.abc import Iterable

import attrs

from gcmodel.garbagecollector.node import Node
from gcmodel.objects.identity import ObjectReference
from gcmodel.objects.metadata import OwnerReference


@attrs.frozen
class ReferenceDiff:
    """How one list of owner references became another.

    Attributes:
        changed: Same UID, anything else different: before and after.
    """

    added: list[OwnerReference]
    removed: list[OwnerReference]
    changed: list[tuple[OwnerReference, OwnerReference]]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.removed or self.changed)


def references_diffs(
    before: Iterable[OwnerReference], after: Iterable[OwnerReference]
) -> ReferenceDiff:
    """Compare by UID: a second reference with a UID already met counts as added."""
    remaining = {owner.uid: owner for owner in before}
    added: list[OwnerReference] = []
    changed: list[tuple[OwnerReference, OwnerReference]] = []
    for owner in after:
        known = remaining.pop(owner.uid, None)
        if known is None:
            added.append(owner)
        elif known != owner:
            changed.append((known, owner))
    return ReferenceDiff(added, list(remaining.values()), changed)


def partition_dependents(
    dependents: Iterable[Node], owner: ObjectReference
) -> tuple[list[Node], list[Node]]:
    """Return the dependents that name *owner* rightly, and those that do not.

    One that names the UID twice can be in both lists; one that does not name it at
    all is in neither.
    """
    matching: list[Node] = []
    nonmatching: list[Node] = []
    for dependent in dependents:
        if owner.namespace and dependent.namespace != owner.namespace:
            nonmatching.append(dependent)
            continue
        named = [
            reference.coordinates_match(owner)
            for reference in dependent.owners
            if reference.uid == owner.uid
        ]
        if True in named:
            matching.append(dependent)
        if False in named:
            nonmatching.append(dependent)
    return matching, nonmatching


def alternate_owner_identity(
    dependents: Iterable[Node], absent: ObjectReference
) -> ObjectReference | None:
    """Return whom the dependents may mean, now that *absent* is known not to exist.

    The candidates are walked in a fixed order that starts after *absent*, so that
    each gets its turn.
    """
    clustered = not absent.namespace
    candidates: dict[ObjectReference, None] = {}
    for dependent in dependents:
        namespace = dependent.namespace
        for owner in dependent.owners:
            if owner.uid != absent.uid:
                continue
            same_place = clustered or namespace == absent.namespace
            if owner.coordinates_match(absent) and same_place:
                continue
            kind_fits = (
                owner.api_version == absent.api_version and owner.kind == absent.kind
            )
            place = "" if clustered and kind_fits else namespace
            candidate = owner.in_namespace(place)
            if candidate != absent:
                candidates[candidate] = None
    ordered = sorted(candidates, key=_order)
    later = [one for one in ordered if _order(one) > _order(absent)]
    return next(iter(later or ordered), None)


def _order(identity: ObjectReference) -> tuple[bytes, ...]:
    parts = (
        identity.kind,
        identity.api_version,
        identity.namespace,
        identity.name,
        identity.uid,
    )
    return tuple(part.encode() for part in parts)
