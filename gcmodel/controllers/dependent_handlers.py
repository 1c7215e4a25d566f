"""Events of dependents, passed on to the controllers that they concern.

Upstream: ``addPod``, ``updatePod``, ``deletePod`` and ``resolveControllerRef`` in
pkg/controller/replicaset/replica_set.go, and their like in the other controllers
"""

from collections.abc import Callable
from typing import Any

import attrs

from gcmodel.client.indexer import Indexer
from gcmodel.objects.metadata import Json, KubeObject, OwnerReference
from gcmodel.objects.selectors import (
    NOTHING,
    Selector,
    SelectorError,
    from_label_selector,
)


def ignore(*_seen: Any) -> None:
    """Do nothing."""


def selector_of(controller: KubeObject) -> Selector:
    """Return the selector of a workload, which selects nothing if it cannot be read.

    That of a ReplicationController is a plain map of exact labels.
    """
    wire: Json | None = controller.spec.get("selector")
    if wire and controller.kind == "ReplicationController":
        wire = {"matchLabels": wire}
    try:
        return from_label_selector(wire)
    except SelectorError:
        return NOTHING


@attrs.frozen(repr=False)
class DependentHandlers:
    """Wakes whoever manages a dependent, or could come to do so.

    * **By incarnation**: a controller is found by name and believed by UID, so a
      dependent of a dead controller wakes nobody.
    * **Orphans are offered**: a dependent without controller wakes every controller
      that selects it, when it appears and when its labels or controller change.

    Attributes:
        controllers: The cache of the controllers.
        kind: Their kind.
        wake: Called with a controller to look at.
        created: Called first with the controller of a dependent that appeared.
        deleted: Called first with the controller of a dependent that goes, or went.
        changed: Called with controller, before and after of a dependent.
    """

    controllers: Indexer
    kind: str
    wake: Callable[[KubeObject], None]
    created: Callable[[KubeObject], None] = ignore
    deleted: Callable[[KubeObject, KubeObject], None] = ignore
    changed: Callable[[KubeObject, KubeObject, KubeObject], None] = ignore
    deletion_is_gone: bool = True
    """Whether a dependent that is being deleted counts as gone already."""

    def on_add(self, seen: KubeObject) -> None:
        """A dependent appeared, or was there before the informer was."""
        if self.deletion_is_gone and seen.metadata.being_deleted:
            self.on_delete(seen)
            return
        if seen.metadata.controller is None:
            self._offer(seen)
            return
        controller = self.controller_of(seen)
        if controller is not None:
            self.created(controller)
            self.wake(controller)

    def on_update(self, before: KubeObject, seen: KubeObject) -> None:
        """A dependent changed."""
        if before.metadata.resource_version == seen.metadata.resource_version:
            return
        if self.deletion_is_gone and seen.metadata.being_deleted:
            self.on_delete(seen)
            if before.metadata.labels != seen.metadata.labels:
                self.on_delete(before)
            return
        was, manager = before.metadata.controller, seen.metadata.controller
        if was != manager:
            self._wake_former(seen, was)
        if manager is not None:
            controller = self.resolve(seen.namespace, manager)
            if controller is not None:
                self.wake(controller)
                self.changed(controller, before, seen)
        elif was != manager or before.metadata.labels != seen.metadata.labels:
            self._offer(seen)

    def on_delete(self, last: KubeObject) -> None:
        """A dependent went, or begins to go."""
        controller = self.controller_of(last)
        if controller is not None:
            self.deleted(controller, last)
            self.wake(controller)

    def controller_of(self, dependent: KubeObject) -> KubeObject | None:
        """Return the cached controller of *dependent*, if it is of our kind."""
        manager = dependent.metadata.controller
        if manager is None:
            return None
        return self.resolve(dependent.namespace, manager)

    def resolve(self, namespace: str, manager: OwnerReference) -> KubeObject | None:
        """Return the cached object that *manager* means, or None."""
        if manager.kind != self.kind:
            return None
        found = self.controllers.get(namespace, manager.name)
        return found if found is not None and found.uid == manager.uid else None

    def _wake_former(self, dependent: KubeObject, was: OwnerReference | None) -> None:
        former = None if was is None else self.resolve(dependent.namespace, was)
        if former is not None:
            self.wake(former)

    def _offer(self, orphan: KubeObject) -> None:
        labels = orphan.metadata.labels
        if not labels:
            return
        for controller in self.controllers.list(orphan.namespace):
            selector = selector_of(controller)
            if not selector.empty and selector.matches(labels):
                self.wake(controller)
