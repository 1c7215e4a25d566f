"""What a namespace that is being deleted reports about its end.

Upstream: ``namespaceConditionUpdater`` in
pkg/controller/namespace/deletion/status_condition_utils.go
"""

from collections.abc import Mapping

import attrs

from gcmodel.client.discovery import Discovered
from gcmodel.objects.identity import GroupVersionResource
from gcmodel.objects.metadata import Json, rfc3339

_FINE = {
    "NamespaceDeletionDiscoveryFailure": (
        "ResourcesDiscovered",
        "All resources successfully discovered",
    ),
    "NamespaceDeletionGroupVersionParsingFailure": (
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    "NamespaceDeletionContentFailure": (
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    "NamespaceContentRemaining": (
        "ContentRemoved",
        "All content successfully removed",
    ),
    "NamespaceFinalizersRemaining": (
        "ContentHasNoFinalizers",
        "All content-preserving finalizers finished",
    ),
}
"""Each condition, in the order in which they are added, when all is well."""


@attrs.frozen(kw_only=True)
class Findings:
    """What one pass over the content of a namespace found.

    Attributes:
        discovered: What discovery brought.
        failures: Why content of a resource could not be deleted.
        remaining: How many objects of each resource are left.
        finalizers: How many of these have each finalizer.
    """

    discovered: Discovered
    failures: tuple[Exception, ...] = ()
    remaining: Mapping[GroupVersionResource, int] = attrs.field(factory=dict)
    finalizers: Mapping[str, int] = attrs.field(factory=dict)

    def problems(self) -> dict[str, tuple[str, str]]:
        """Return reason and message of each condition that holds."""
        found = {
            "NamespaceDeletionDiscoveryFailure": self._discovery(),
            "NamespaceDeletionContentFailure": self._content(),
            "NamespaceContentRemaining": self._remaining(),
            "NamespaceFinalizersRemaining": self._finalizers(),
        }
        return {type_: problem for type_, problem in found.items() if problem}

    def _discovery(self) -> tuple[str, str] | None:
        text = discovery_failure(self.discovered)
        if text and self.discovered.failed:
            count = len(self.discovered.failed)
            text = f"Discovery failed for some groups, {count} failing: {text}"
        return ("DiscoveryFailed", text) if text else None

    def _content(self) -> tuple[str, str] | None:
        if not self.failures:
            return None
        texts = ", ".join(sorted(str(failure) for failure in self.failures))
        count = len(self.failures)
        message = f"Failed to delete all resource types, {count} remaining: {texts}"
        return "ContentDeletionFailed", message

    def _remaining(self) -> tuple[str, str] | None:
        counts = sorted(
            f"{gvr.resource}.{gvr.group} has {count} resource instances"
            for gvr, count in self.remaining.items()
        )
        if not counts:
            return None
        message = f"Some resources are remaining: {', '.join(counts)}"
        return "SomeResourcesRemain", message

    def _finalizers(self) -> tuple[str, str] | None:
        counts = sorted(
            f"{finalizer} in {count} resource instances"
            for finalizer, count in self.finalizers.items()
        )
        if not counts:
            return None
        return (
            "SomeFinalizersRemain",
            "Some content in the namespace has finalizers remaining: "
            + ", ".join(counts),
        )


def discovery_failure(discovered: Discovered) -> str:
    """Return what was wrong with discovery; empty if nothing was."""
    if discovered.failed or discovered.error:
        return discovered.failure_text
    return ""


def updated_conditions(known: list[Json], findings: Findings, now_s: int) -> list[Json]:
    """Return the *known* conditions brought up to date.

    * **Complete**: every type is there afterwards, in a fixed order if it was new.
    * **Continuous**: the transition time stays while the status does.
    """
    problems = findings.problems()
    conditions = {one["type"]: one for one in known}
    for type_, fine in _FINE.items():
        reason, message = problems.get(type_, fine)
        status = "True" if type_ in problems else "False"
        before = conditions.get(type_)
        since = rfc3339(now_s)
        if before is not None and before["status"] == status:
            since = before["lastTransitionTime"]
        conditions[type_] = {
            "type": type_,
            "status": status,
            "lastTransitionTime": since,
            "reason": reason,
            "message": message,
        }
    return list(conditions.values())
