"""Kubernetes garbage collection, in your process, on a virtual clock.

An in-memory API server, informers, the garbage collector with its dependency graph,
and the controllers that make dependents. Each behaves as upstream does in a version
that you choose, deterministically, with every failure a value that you can inject.

The names below are loaded when they are first asked for, so that importing this
package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gcmodel.cluster.cluster import Cluster
    from gcmodel.errors import (
        AlreadyExistsError,
        ApiError,
        ConflictError,
        ForbiddenError,
        GcModelError,
        InvalidError,
        NotFoundError,
        PropertyViolationError,
        SimulationError,
        StalledError,
        UsageError,
    )
    from gcmodel.faults.kinds import Fault, Match
    from gcmodel.objects.identity import ObjectReference
    from gcmodel.objects.metadata import KubeObject, ObjectMeta, OwnerReference
    from gcmodel.objects.options import DeleteOptions, Preconditions, PropagationPolicy
    from gcmodel.versions.profile import Profile

__version__ = "0.1.0"

__all__ = [
    "AlreadyExistsError",
    "ApiError",
    "Cluster",
    "ConflictError",
    "DeleteOptions",
    "Fault",
    "ForbiddenError",
    "GcModelError",
    "InvalidError",
    "KubeObject",
    "Match",
    "NotFoundError",
    "ObjectMeta",
    "ObjectReference",
    "OwnerReference",
    "Preconditions",
    "Profile",
    "PropagationPolicy",
    "PropertyViolationError",
    "SimulationError",
    "StalledError",
    "UsageError",
]

_HOMES = {
    "gcmodel.cluster.cluster": ("Cluster",),
    "gcmodel.faults.kinds": ("Fault", "Match"),
    "gcmodel.objects.identity": ("ObjectReference",),
    "gcmodel.objects.metadata": ("KubeObject", "ObjectMeta", "OwnerReference"),
    "gcmodel.objects.options": ("DeleteOptions", "Preconditions", "PropagationPolicy"),
    "gcmodel.versions.profile": ("Profile",),
}
_PACKAGES = ("audit",)
"""Packages that are used under their own name, as in ``gcmodel.audit.load``."""

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load the module in which the public *name* lives, and return the name."""
    if name in _PACKAGES:
        return import_module(f"gcmodel.{name}")
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF.get(name, "gcmodel.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__, *_PACKAGES})
