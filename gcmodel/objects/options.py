"""What a caller says beside the object: how to delete, and on which condition.

Upstream: ``DeleteOptions``, ``Preconditions`` and ``DeletionPropagation`` in
apimachinery pkg/apis/meta/v1/types.go
"""

from enum import StrEnum
from typing import Any

import attrs

from gcmodel.errors import UsageError, shown

IGNORE_READ_ERROR = "ignoreStoreReadErrorWithClusterBreakingPotential"


class PropagationPolicy(StrEnum):
    """What becomes of the dependents of a deleted object."""

    ORPHAN = "Orphan"
    BACKGROUND = "Background"
    FOREGROUND = "Foreground"

    @classmethod
    def parse(cls, value: object) -> "PropagationPolicy":
        """Read a policy, in any case.

        Raises:
            UsageError: There is no such policy.
        """
        text = value.lower() if isinstance(value, str) else ""
        for policy in cls:
            if text == policy.value.lower():
                return policy
        known = ", ".join(policy.value for policy in cls)
        raise UsageError(
            f"propagation={shown(value)}: not a propagation policy; use one of {known}"
        )


@attrs.frozen
class Preconditions:
    """What must be true of the stored object for a delete to go ahead."""

    uid: str | None = None
    resource_version: str | None = None

    def to_dict(self) -> dict[str, str]:
        """Render in wire form."""
        wire = {"uid": self.uid, "resourceVersion": self.resource_version}
        return {key: value for key, value in wire.items() if value is not None}


@attrs.frozen
class DeleteOptions:
    """The body of a DELETE. Values are kept as sent: the server judges them.

    Attributes:
        propagation_policy: Any string, so that a bad one reaches the server.
        ignore_store_read_error: Remove the stored value of an object that cannot be
            read, whatever depends on it: upstream's
            ``ignoreStoreReadErrorWithClusterBreakingPotential``.
    """

    grace_period_seconds: int | None = None
    preconditions: Preconditions | None = None
    orphan_dependents: bool | None = None
    propagation_policy: str | None = None
    dry_run: tuple[str, ...] = ()
    ignore_store_read_error: bool | None = None

    @classmethod
    def from_dict(cls, wire: dict[str, Any] | None) -> "DeleteOptions":
        """Read the wire form."""
        wire = wire or {}
        conditions = wire.get("preconditions")
        return cls(
            grace_period_seconds=wire.get("gracePeriodSeconds"),
            preconditions=None
            if conditions is None
            else Preconditions(
                conditions.get("uid"), conditions.get("resourceVersion")
            ),
            orphan_dependents=wire.get("orphanDependents"),
            propagation_policy=wire.get("propagationPolicy"),
            dry_run=tuple(wire.get("dryRun") or ()),
            ignore_store_read_error=wire.get(IGNORE_READ_ERROR),
        )

    def to_dict(self) -> dict[str, Any]:
        """Render in wire form, without what was not said."""
        conditions = self.preconditions
        wire = {
            "gracePeriodSeconds": self.grace_period_seconds,
            "preconditions": None if conditions is None else conditions.to_dict(),
            "orphanDependents": self.orphan_dependents,
            "propagationPolicy": self.propagation_policy,
            "dryRun": list(self.dry_run) or None,
            IGNORE_READ_ERROR: self.ignore_store_read_error,
        }
        return {key: value for key, value in wire.items() if value is not None}
