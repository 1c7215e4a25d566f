"""Conditions in the status of an object, as the server's own controllers write them.

Upstream: ``SetAPIServiceCondition`` in kube-aggregator
pkg/apis/apiregistration/v1/helper/helpers.go; ``SetCRDCondition`` in
apiextensions-apiserver pkg/apis/apiextensions/helpers.go
"""

import attrs

from gcmodel.objects.metadata import Json, KubeObject, rfc3339


@attrs.frozen
class Condition:
    """One condition, without its time.

    Attributes:
        status: ``True``, ``False`` or ``Unknown``.
    """

    type: str
    status: str
    reason: str
    message: str

    @property
    def holds(self) -> bool:
        """Whether the status is ``True``."""
        return self.status == "True"

    @classmethod
    def of(cls, stored: KubeObject, kind: str) -> "Condition | None":
        """Read the condition called *kind*, or None if *stored* has none."""
        for wire in stored.status.get("conditions") or ():
            if wire.get("type") == kind:
                fields = (wire.get(key, "") for key in ("status", "reason", "message"))
                return cls(kind, *fields)
        return None

    def written_to(self, stored: KubeObject, now_s: int) -> KubeObject:
        """Return *stored* with this condition, in its old place if it had one.

        * **Steady**: the time of transition moves only when the status does.
        """
        conditions = list(stored.status.get("conditions") or ())
        fresh: Json = {
            "lastTransitionTime": rfc3339(now_s),
            "message": self.message,
            "reason": self.reason,
            "status": self.status,
            "type": self.type,
        }
        places = [wire.get("type") for wire in conditions]
        if self.type in places:
            index = places.index(self.type)
            if conditions[index].get("status") == self.status:
                since = conditions[index].get("lastTransitionTime")
                fresh["lastTransitionTime"] = since
            conditions[index] = fresh
        else:
            conditions.append(fresh)
        return stored.with_body(status={**stored.status, "conditions": conditions})
