"""One moment of a cluster as a value: what is stored, and who owns whom."""

from collections.abc import Iterable, Iterator
from functools import cached_property

import attrs

from gcmodel.cluster.cluster import Cluster
from gcmodel.objects.identity import ObjectReference, Uid
from gcmodel.objects.metadata import KubeObject, OwnerReference

_NOISE = frozenset({"Event", "Lease", "APIService", "EndpointSlice", "Endpoints"})
"""Kinds that come and go without anybody's asking."""


@attrs.frozen
class Snapshot:
    """What was stored at one instant.

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


def take(
    cluster: Cluster, namespaces: Iterable[str], extra: Iterable[KubeObject] = ()
) -> Snapshot:
    """Return what *cluster* stores in *namespaces* now.

    Cluster-scoped objects are taken along if they own something there.

    Args:
        cluster: Where to look.
        namespaces: Which of them.
        extra: Objects that are kept elsewhere: by an extension server.
    """
    wanted = frozenset(namespaces)
    stored = [
        one for _, one in cluster.server.store.iter_all() if one.kind not in _NOISE
    ]
    inside = [one for one in stored if one.namespace in wanted]
    owners = {ref.uid for one in inside for ref in one.metadata.owner_references}
    outside = [
        one
        for one in (*stored, *extra)
        if one.namespace not in wanted and one.uid in owners
    ]
    return Snapshot(cluster.now_ns, (*outside, *inside), _virtual(cluster))


def _virtual(cluster: Cluster) -> frozenset[Uid]:
    manager = cluster.controller_manager
    if manager is None or manager.collector is None:
        return frozenset()
    return frozenset(node.uid for node in manager.collector.graph if node.virtual)


def titled(identity: KubeObject | ObjectReference) -> str:
    """Return ``Deployment shop/web``."""
    where = f"{identity.namespace}/" if identity.namespace else ""
    return f"{identity.kind} {where}{identity.name}"
