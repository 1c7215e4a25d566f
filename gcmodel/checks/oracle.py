"""What garbage collection means, said without a collector.

It looks at objects alone: who claims which owner, and who is being deleted. Nothing
here knows of watches, queues, graphs that lag behind, or requests.

Upstream: none; the rules are those of the documentation on owners and dependents, on
finalizers and on cascading deletion, with what recorded states showed of the corners
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TypeAlias

import attrs
import networkx as nx

from gcmodel.objects.finalizers import DELETE_DEPENDENTS, ORPHAN_DEPENDENTS
from gcmodel.objects.identity import GroupVersion, Uid
from gcmodel.objects.metadata import KubeObject, OwnerReference

Scopes: TypeAlias = Mapping[tuple[str, str], bool]
"""Whether a kind is namespaced, by apiVersion and kind; others are not served."""


class Standing(Enum):
    """What becomes of a claim to an owner."""

    SOLID = "the owner is there"
    WAITING = "the owner is only waiting for its dependents to go"
    ABSENT = "there is no such owner"
    UNKNOWABLE = "nobody can say whether there is such an owner"
    MISTAKEN = "the owner is there, under another name, kind or namespace"


@attrs.frozen
class Violation:
    """An object that cannot be as it is while nothing is left to do."""

    object: KubeObject
    rule: str

    def __str__(self) -> str:
        """Render on one line."""
        return f"{self.object.kind} {self.object.key}: {self.rule}"


@attrs.frozen
class Ownership:
    """Some objects, and what their claims to owners come to.

    Attributes:
        objects: By UID.
        scopes: Of the kinds that are served.
        graph: An edge from each dependent to each owner that is there.
    """

    objects: Mapping[Uid, KubeObject]
    scopes: Scopes
    graph: "nx.DiGraph[Uid]" = attrs.field(init=False)

    @classmethod
    def of(cls, objects: Iterable[KubeObject], scopes: Scopes) -> "Ownership":
        """Return the ownership among *objects*."""
        return cls({one.uid: one for one in objects}, scopes)

    @graph.default
    def _edges(self) -> "nx.DiGraph[Uid]":
        graph: nx.DiGraph[Uid] = nx.DiGraph()
        graph.add_nodes_from(self.objects)
        for dependent in self.objects.values():
            for claim in dependent.metadata.owner_references:
                if self._owner(dependent, claim) is not None:
                    graph.add_edge(dependent.uid, claim.uid)
        return graph

    def _owner(self, dependent: KubeObject, claim: OwnerReference) -> KubeObject | None:
        owner = self.objects.get(claim.uid)
        if owner is None or not self._is_knowable(dependent, claim):
            return None
        namespaced = self.scopes[claim.api_version, claim.kind]
        meant = (
            GroupVersion.parse(claim.api_version).group,
            claim.kind,
            dependent.namespace if namespaced else "",
            claim.name,
        )
        group = GroupVersion.parse(owner.api_version).group
        found = (group, owner.kind, owner.namespace, owner.name)
        return owner if found == meant else None

    def _is_knowable(self, dependent: KubeObject, claim: OwnerReference) -> bool:
        # A cluster-scoped object lives in no namespace in which to look.
        namespaced = self.scopes.get((claim.api_version, claim.kind))
        return namespaced is not None and bool(dependent.namespace or not namespaced)

    def standing(self, dependent: KubeObject, claim: OwnerReference) -> Standing:
        """Judge one claim of *dependent*."""
        if not self._is_knowable(dependent, claim):
            return Standing.UNKNOWABLE
        owner = self._owner(dependent, claim)
        if owner is None:
            there = claim.uid in self.objects
            return Standing.MISTAKEN if there else Standing.ABSENT
        return Standing.WAITING if _waits(owner) else Standing.SOLID

    def standings(self, dependent: KubeObject) -> set[Standing]:
        """Judge every claim of *dependent*."""
        claims = dependent.metadata.owner_references
        return {self.standing(dependent, claim) for claim in claims}

    def blockers(self, owner: KubeObject) -> set[Uid]:
        """Return who keeps *owner* from going: all that block its UID, by any name."""
        return {
            dependent.uid
            for dependent in self.objects.values()
            for claim in dependent.metadata.owner_references
            if claim.uid == owner.uid and claim.block_owner_deletion
        }


def violations(
    objects: Iterable[KubeObject], scopes: Scopes, late: Iterable[Uid] = ()
) -> list[Violation]:
    """Return what cannot stay as it is, once the collector has nothing left to do.

    * **Garbage goes**: an object all of whose owners are gone, or going and waiting
      for it, is deleted.
    * **Claims are cleaned**: an object that keeps an owner claims no other that is
      not there, or that waits for it.
    * **Foreground waits for a reason**: an owner that waits has a dependent that
      blocks it.
    * **Orphaning ends**: no owner keeps waiting for its dependents to forget it, and
      none is left to be forgotten.
    * **Nothing lingers**: what is being deleted is held by a finalizer, or by a grace
      period.
    * **In doubt, keep**: an object that claims an owner of which nobody can say
      whether it exists is left alone.
    * **Mistakes are not judged**: an object that claims a UID under a wrong name, kind
      or namespace may stay or go; the collector looks at such a claim only if it is
      not the first to come with that UID.

    Args:
        objects: All that is stored.
        scopes: Of the kinds that are served.
        late: UIDs of those that came to claim an owner when it was already waiting,
            at which the collector does not look before it must.
    """
    ownership = Ownership.of(objects, scopes)
    excused = set(late)
    broken = [
        (one, _broken_rule(ownership, one, late=one.uid in excused))
        for one in ownership.objects.values()
    ]
    return [Violation(one, rule) for one, rule in broken if rule]


_NOT_JUDGED = {Standing.UNKNOWABLE, Standing.MISTAKEN}


def _broken_rule(ownership: Ownership, one: KubeObject, *, late: bool) -> str:
    if one.metadata.being_deleted:
        return _broken_rule_of_deletion(ownership, one)
    standings = ownership.standings(one)
    if not standings or standings & _NOT_JUDGED:
        return ""
    if late and Standing.WAITING in standings:
        return ""
    if Standing.SOLID not in standings:
        return "garbage: no owner is left that would keep it"
    if standings != {Standing.SOLID}:
        return "claims an owner that is gone or going, beside one that is there"
    return ""


def _broken_rule_of_deletion(ownership: Ownership, one: KubeObject) -> str:
    finalizers = one.metadata.finalizers
    if ORPHAN_DEPENDENTS in finalizers:
        return "still waits for its dependents to forget it"
    if DELETE_DEPENDENTS in finalizers and not ownership.blockers(one):
        return "waits for dependents, though none blocks it"
    if not finalizers and not one.metadata.deletion_grace_period_seconds:
        return "is being deleted, and nothing holds it"
    return ""


def _waits(owner: KubeObject) -> bool:
    meta = owner.metadata
    return meta.being_deleted and DELETE_DEPENDENTS in meta.finalizers


def doomed(
    objects: Iterable[KubeObject], scopes: Scopes, target: Uid
) -> frozenset[Uid]:
    """Return what is gone after a cascading delete of *target*, itself included.

    * **Background is foreground**: which of the two is a question of order alone.
    * **All owners must go**: a dependent stays as long as one of its owners does; two
      that only have each other stay together.

    Args:
        objects: All that is stored, at rest; nothing is being deleted, nothing has
            finalizers, which could hold a cascade half-way, no claim is mistaken, and
            nothing claims itself, which in the foreground would wait for ever.
        scopes: Of the kinds that are served.
        target: What is deleted.
    """
    ownership = Ownership.of(objects, scopes)
    gone = {target}
    reached = nx.ancestors(ownership.graph, target)
    while True:
        falling = {
            uid
            for uid in reached - gone
            if gone.issuperset(ownership.graph.successors(uid))
            and Standing.UNKNOWABLE not in ownership.standings(ownership.objects[uid])
        }
        if not falling:
            return frozenset(gone)
        gone |= falling
