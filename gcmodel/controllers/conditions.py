"""Conditions in the status of an object: found by type, replaced, dropped.

Upstream: ``SetDeploymentCondition`` in
pkg/controller/deployment/util/deployment_util.go
"""

from datetime import datetime
from typing import Any

from gcmodel.objects.metadata import Json, rfc3339

Conditions = list[Json]


def condition(type_: str, status: str, reason: str, message: str, now_s: int) -> Json:
    """Return a condition that was updated, and came to hold, at *now_s*."""
    now = rfc3339(now_s)
    return {
        "type": type_,
        "status": status,
        "lastUpdateTime": now,
        "lastTransitionTime": now,
        "reason": reason,
        "message": message,
    }


def find_condition(status: Json, type_: str) -> Json | None:
    """Return the condition of *type_* in *status*, or None."""
    return next((one for one in conditions_in(status) if one["type"] == type_), None)


def conditions_in(status: Json) -> Conditions:
    """Return the conditions of *status*. Not to be changed in place."""
    found: Any = status.get("conditions")
    return found or []


def with_condition(conditions: Conditions, new: Json) -> Conditions:
    """Return *conditions* with *new* at the end.

    * **Quiet**: if one of the same type has the same status and reason, nothing
      changes, whatever the message.
    * **Continuous**: the transition time stays while the status does.
    """
    current = next((one for one in conditions if one["type"] == new["type"]), None)
    if current is not None and current["status"] == new["status"]:
        if current.get("reason") == new["reason"]:
            return conditions
        new = {**new, "lastTransitionTime": current.get("lastTransitionTime")}
    return [*without_condition(conditions, new["type"]), new]


def without_condition(conditions: Conditions, type_: str) -> Conditions:
    """Return *conditions* less the one of *type_*."""
    return [one for one in conditions if one["type"] != type_]


def seconds_of(timestamp: str | None) -> int:
    """Return the Unix time of a timestamp in a status; 0 for none."""
    return int(datetime.fromisoformat(timestamp).timestamp()) if timestamp else 0
