"""Events in their two forms, of the core group and of ``events.k8s.io``.

One object is behind both; some of its fields have another name in each.

Upstream: ``Convert_v1_Event_To_core_Event`` in pkg/apis/events/v1/conversion.go
"""

from gcmodel.objects.identity import GroupVersion
from gcmodel.objects.metadata import KubeObject

NEW_GROUP = "events.k8s.io"
_NEW_NAMES = {
    "involvedObject": "regarding",
    "message": "note",
    "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
    "reportingComponent": "reportingController",
}
_CORE_NAMES = {new: core for core, new in _NEW_NAMES.items()}


def converted(event: KubeObject, to: str) -> KubeObject:
    """Return *event* in the form that the apiVersion *to* has."""
    was_new, is_new = (
        GroupVersion.parse(version).group == NEW_GROUP
        for version in (event.api_version, to)
    )
    if was_new == is_new:
        body = event.body
    else:
        names = _NEW_NAMES if is_new else _CORE_NAMES
        body = {names.get(key, key): value for key, value in event.body.items()}
    return KubeObject(to, event.kind, event.metadata, body)
