"""By which fields the objects of a kind can be selected, and what is in them.

Upstream: ``addConversionFuncs`` in pkg/apis/core/v1/conversion.go and its siblings of
apps/v1, batch/v1, certificates/v1 and events/v1; ``ToSelectableFields`` of the
strategies in pkg/registry; ``crConverter`` in apiextensions-apiserver
pkg/apiserver/conversion/converter.go
"""

from collections.abc import Mapping
from typing import Any

import attrs

from gcmodel.apiserver.resources import ResourceType
from gcmodel.objects.field_selectors import DEFAULT_FIELDS, default_fields
from gcmodel.objects.metadata import KubeObject

_NAMED = " ".join(DEFAULT_FIELDS)
_OBJECT_FIELDS = "kind namespace name uid apiVersion resourceVersion fieldPath"
_ABOUT, _REGARDING = (
    " ".join(f"{where}.{field}" for field in _OBJECT_FIELDS.split())
    for where in ("involvedObject", "regarding")
)
_LABELS = {
    "pods": f"{_NAMED} spec.nodeName spec.restartPolicy spec.schedulerName "
    "spec.serviceAccountName spec.hostNetwork status.phase status.podIP "
    "status.podIPs status.nominatedNodeName spec.host",
    "nodes": "metadata.name spec.unschedulable",
    "namespaces": "status.phase metadata.name",
    "secrets": f"type {_NAMED}",
    "services": f"{_NAMED} spec.clusterIP spec.type",
    "events": f"{_ABOUT} reason reportingComponent source type {_NAMED}",
    "events.events.k8s.io": f"{_REGARDING} reason reportingController type {_NAMED}",
    "replicationcontrollers": f"{_NAMED} status.replicas",
    "replicasets.apps": f"{_NAMED} status.replicas",
    "jobs.batch": f"{_NAMED} status.successful",
    "certificatesigningrequests.certificates.k8s.io": "metadata.name spec.signerName",
}
"""Every other built-in kind can be selected by name and namespace."""

_ELSEWHERE = {
    "spec.host": ("spec.nodeName",),
    "status.successful": ("status.succeeded",),
    "reportingComponent": ("reportingComponent", "reportingController"),
    "source": ("source.component", "reportingComponent"),
}
"""Labels that are not the place of what they say; the first that is there counts."""

_ZERO = {
    "spec.hostNetwork": "false",
    "spec.unschedulable": "false",
    "status.replicas": "0",
    "status.successful": "0",
}
"""What Go makes of a number, or a truth, that is left out; a text is empty."""


@attrs.frozen
class SelectableFields:
    """The field labels of one kind.

    Attributes:
        known: Its labels.
        custom: It is a custom resource.
    """

    known: tuple[str, ...]
    custom: bool = False

    @classmethod
    def of(cls, served: ResourceType) -> "SelectableFields":
        """Return those of *served*."""
        if not served.built_in:
            known = DEFAULT_FIELDS if served.namespaced else DEFAULT_FIELDS[:1]
            return cls(known, custom=True)
        labels = _LABELS.get(str(served.group_resource), _NAMED)
        return cls(tuple(labels.split()))

    def values(self, stored: KubeObject) -> Mapping[str, str]:
        """Return what *stored* has in each of them."""
        named = default_fields(stored)
        return {
            label: named[label] if label in named else _value(stored, label)
            for label in self.known
        }


def _value(stored: KubeObject, label: str) -> str:
    for path in _ELSEWHERE.get(label, (label,)):
        found = _at(stored, path)
        if found not in (None, ""):
            return _text(found)
    return _ZERO.get(label, "")


def _at(stored: KubeObject, path: str) -> Any:
    found: Any = stored.body
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else ""
