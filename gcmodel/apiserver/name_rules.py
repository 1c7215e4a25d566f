"""Which rule the name of an object has to follow.

Upstream: the ``ValidateName`` functions of the strategies in pkg/registry
"""

from gcmodel.apiserver.resources import ResourceType
from gcmodel.objects.metadata import KubeObject
from gcmodel.objects.names import (
    LABEL_NAME,
    PATH_SEGMENT_NAME,
    SERVICE_NAME,
    SUBDOMAIN_NAME,
    NameRule,
    api_service_name,
    custom_resource_definition_name,
)

_FIXED = {
    "subdomain": SUBDOMAIN_NAME,
    "label": LABEL_NAME,
    "dns1035": SERVICE_NAME,
    "path": PATH_SEGMENT_NAME,
}


def name_rule_of(served: ResourceType, wanted: KubeObject) -> NameRule:
    """Return the rule for the name of *wanted*; some depend on its specification."""
    fixed = _FIXED.get(served.name_rule)
    if fixed is not None:
        return fixed
    spec = wanted.spec
    group = str(spec.get("group") or "")
    if served.name_rule == "crd":
        plural = str((spec.get("names") or {}).get("plural") or "")
        return custom_resource_definition_name(plural, group)
    return api_service_name(str(spec.get("version") or ""), group)
