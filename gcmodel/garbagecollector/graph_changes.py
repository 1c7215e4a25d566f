"""What the graph builder is told: one change each, by an informer or by a worker.

Upstream: ``event`` in pkg/controller/garbagecollector/graph_builder.go
"""

from typing import Literal, Protocol, TypeAlias

import attrs

from gcmodel.objects.identity import ObjectReference, Uid
from gcmodel.objects.metadata import OwnerReference

ChangeType = Literal["add", "update", "delete"]


class Metadata(Protocol):
    """What the graph builder reads of an object: an ``ObjectMeta``, or less.

    Upstream: ``metav1.Object``, as the metadata informers deliver it
    """

    @property
    def namespace(self) -> str:
        """Empty for the cluster."""

    @property
    def name(self) -> str:
        """Unique in its kind and namespace."""

    @property
    def uid(self) -> Uid:
        """The incarnation."""

    @property
    def owner_references(self) -> tuple[OwnerReference, ...]:
        """Whom it names; kept by the node, and never changed in place."""

    @property
    def finalizers(self) -> tuple[str, ...]:
        """What holds it back once it is being deleted."""

    @property
    def deletion_timestamp(self) -> int | None:
        """Set once deletion has begun."""


Observation: TypeAlias = tuple[ChangeType, str, str, Metadata, Metadata | None]
"""What a monitor's handler is told: change, apiVersion and kind, after, and before."""


@attrs.frozen(eq=False)
class GraphChange:
    """One element of the graph changes queue; no two are ever taken for one.

    Attributes:
        identity: Coordinates under the kind that the monitor was registered with.
        metadata: Of the object as the informer shows it; None in a virtual delete.
        before: Of the informer's previous state, in an update.
        virtual: A worker says so, not an informer.
        cause: The trace record of the write behind it.
    """

    type: ChangeType
    identity: ObjectReference
    metadata: Metadata | None = None
    before: Metadata | None = None
    virtual: bool = False
    cause: int = 0
