"""The two finalizers that garbage collection lives on, and how lists of them change.

Upstream: ``FinalizerOrphanDependents`` and ``FinalizerDeleteDependents`` in
apimachinery pkg/apis/meta/v1/types.go
"""

ORPHAN_DEPENDENTS = "orphan"
"""The owner waits until its dependents have forgotten it."""

DELETE_DEPENDENTS = "foregroundDeletion"
"""The owner waits until its blocking dependents are gone."""

COLLECTOR_FINALIZERS = (ORPHAN_DEPENDENTS, DELETE_DEPENDENTS)


def without(finalizers: tuple[str, ...], *unwanted: str) -> tuple[str, ...]:
    """Return *finalizers* in their order, less the *unwanted*."""
    return tuple(name for name in finalizers if name not in unwanted)
