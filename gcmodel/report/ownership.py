"""Who owns whom at one instant, and what was left behind."""

from collections.abc import Container, Iterable, Iterator
from functools import cached_property

import attrs

from gcmodel.cluster.snapshot import ClusterSnapshot
from gcmodel.objects.identity import Uid
from gcmodel.objects.metadata import KubeObject, OwnerReference

_NOISE = frozenset({"Event", "Lease", "APIService", "EndpointSlice", "Endpoints"})
"""Kinds that come and go without anybody's asking."""


@attrs.frozen
class Ownership:
    """What was stored at one instant, seen as families.

    Attributes:
        at_ns: Virtual time.
        objects: In the order of their resources and keys.
        virtual: Owners that the collector knows by hearsay only.
    """

    at_ns: int
    objects: tuple[KubeObject, ...]
    virtual: frozenset[Uid] = frozenset()

    def __iter__(self) -> Iterator[KubeObject]:
        """Walk the objects."""
        return iter(self.objects)

    def of_kind(self, kind: str, namespace: str) -> list[KubeObject]:
        """Return the objects of *kind* in *namespace*."""
        return [
            one
            for one in self.objects
            if (one.kind, one.namespace) == (kind, namespace)
        ]

    def missing_owners(self, dependent: KubeObject) -> list[OwnerReference]:
        """Return the references of *dependent* that lead nowhere."""
        known = self.uids
        return [
            owner
            for owner in dependent.metadata.owner_references
            if owner.uid not in known
        ]

    def leaked(self) -> list[KubeObject]:
        """Return what is left over: all that has, in the end, no owner left.

        What is being deleted already does not count.
        """
        return [one for one in self.objects if one.uid in self.leaked_uids]

    @cached_property
    def leaked_uids(self) -> frozenset[Uid]:
        """What is left over, by incarnation."""
        left: frozenset[Uid] = frozenset()
        while True:
            more = frozenset(
                one.uid for one in self.objects if self._is_left(one, left)
            )
            if more == left:
                return left
            left = more

    def _is_left(self, dependent: KubeObject, left: frozenset[Uid]) -> bool:
        owners = dependent.metadata.owner_references
        if not owners or dependent.metadata.being_deleted:
            return False
        known = self.uids
        return all(one.uid not in known or one.uid in left for one in owners)

    def descendants(self, owner: KubeObject) -> list[KubeObject]:
        """Return all that depends on *owner*, directly or not."""
        found = {owner.uid}
        while True:
            more = found | {
                one.uid
                for one in self.objects
                for reference in one.metadata.owner_references
                if reference.uid in found
            }
            if more == found:
                break
            found = more
        return [one for one in self.objects if one.uid in found - {owner.uid}]

    @cached_property
    def uids(self) -> frozenset[Uid]:
        """The incarnations that are there."""
        return frozenset(one.uid for one in self.objects)


def ownership(
    snapshot: ClusterSnapshot,
    namespaces: Iterable[str] | None = None,
    extra: Iterable[KubeObject] = (),
    always: Container[Uid] = (),
) -> Ownership:
    """Return who owns whom in *snapshot*.

    Cluster-scoped objects are taken along if they own something there, or are meant.

    Args:
        snapshot: Where to look.
        namespaces: Which of them; all if left out.
        extra: Objects that are kept elsewhere: by an extension server.
        always: Which objects are meant, whether they own anything or not.
    """
    wanted = None if namespaces is None else frozenset(namespaces)
    stored = [one for one in snapshot.objects if one.kind not in _NOISE]
    inside = [
        one
        for one in stored
        if one.namespace and (wanted is None or one.namespace in wanted)
    ]
    owners = {ref.uid for one in inside for ref in one.metadata.owner_references}
    known = {one.uid for one in inside}
    outside = [
        one
        for one in (*stored, *extra)
        if one.uid not in known and (one.uid in owners or one.uid in always)
    ]
    virtual = frozenset(node.identity.uid for node in snapshot.nodes if node.virtual)
    return Ownership(snapshot.at_ns, (*outside, *inside), virtual)
