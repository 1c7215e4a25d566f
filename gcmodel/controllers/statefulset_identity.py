"""Who is who in a StatefulSet: names, ordinals, and the claims that go with them.

Upstream: pkg/controller/statefulset/stateful_set_utils.go
"""

import re
from collections.abc import Mapping

import attrs

from gcmodel.controllers.controller_refs import controller_reference
from gcmodel.controllers.controller_revisions import REVISION_LABEL
from gcmodel.controllers.pod_templates import pod_from
from gcmodel.controllers.resource_names import STATEFUL_SET
from gcmodel.objects.metadata import Json, KubeObject, ObjectMeta, OwnerReference

POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name"

_ORDINAL = re.compile(r"(?P<parent>.*)-(?P<ordinal>[0-9]+)")


def ordinal_of(stateful_set: KubeObject, pod: KubeObject) -> int | None:
    """Return the ordinal of *pod*, None if its name is not one of the set's."""
    found = _ORDINAL.fullmatch(pod.name)
    if found is None or found["parent"] != stateful_set.name:
        return None
    return int(found["ordinal"])


def first_ordinal(stateful_set: KubeObject) -> int:
    """Return where the ordinals begin; 0 if not said."""
    return int((stateful_set.spec.get("ordinals") or {}).get("start") or 0)


def claim_names(stateful_set: KubeObject, ordinal: int) -> dict[str, str]:
    """Return the names of an ordinal's volume claims, by that of the template."""
    names = {}
    for template in stateful_set.spec.get("volumeClaimTemplates") or ():
        name = (template.get("metadata") or {}).get("name") or ""
        names[name] = f"{name}-{stateful_set.name}-{ordinal}"
    return names


def pod_at(
    stateful_set: KubeObject, template: Json, ordinal: int, revision: str
) -> KubeObject:
    """Return the Pod of *ordinal*, made from the *template* of a *revision*."""
    reference = controller_reference(stateful_set, STATEFUL_SET)
    pod = pod_from(template, stateful_set, reference)
    name = f"{stateful_set.name}-{ordinal}"
    labels = {POD_NAME_LABEL: name, REVISION_LABEL: revision}
    pod = pod.with_metadata(
        name=name, generate_name="", labels={**pod.metadata.labels, **labels}
    )
    claims = claim_names(stateful_set, ordinal)
    kept = [
        volume
        for volume in pod.spec.get("volumes") or ()
        if volume.get("name") not in claims
    ]
    added = [
        {"name": volume, "persistentVolumeClaim": {"claimName": claim}}
        for volume, claim in claims.items()
    ]
    spec = {**pod.spec, "hostname": name}
    if service := stateful_set.spec.get("serviceName"):
        spec["subdomain"] = service
    if kept or added:
        spec["volumes"] = [*added, *kept]
    return pod.with_body(spec=spec)


def claim_at(stateful_set: KubeObject, template: Json, name: str) -> KubeObject:
    """Return the volume claim called *name*; it has no owner yet."""
    metadata = template.get("metadata") or {}
    selector = (stateful_set.spec.get("selector") or {}).get("matchLabels") or {}
    meta = ObjectMeta(
        name=name,
        namespace=stateful_set.namespace,
        labels={**(metadata.get("labels") or {}), **selector},
        annotations=dict(metadata.get("annotations") or {}),
    )
    body = {"spec": template.get("spec") or {}}
    return KubeObject("v1", "PersistentVolumeClaim", meta, body)


@attrs.frozen
class Retention:
    """What becomes of volume claims.

    Attributes:
        when_deleted: With the set, ``Retain`` or ``Delete``.
        when_scaled: With the Pod that is scaled away.
    """

    when_deleted: str = "Retain"
    when_scaled: str = "Retain"

    @classmethod
    def of(cls, stateful_set: KubeObject) -> "Retention":
        """Read the policy of *stateful_set*."""
        policy: Mapping[str, str] = (
            stateful_set.spec.get("persistentVolumeClaimRetentionPolicy") or {}
        )
        return cls(
            policy.get("whenDeleted", "Retain"), policy.get("whenScaled", "Retain")
        )


def claim_owners(
    claim: KubeObject,
    stateful_set: KubeObject,
    pod: KubeObject | None,
    *,
    condemned: bool,
) -> tuple[OwnerReference, ...]:
    """Return the owner references that a volume claim should have.

    * **Owned by the set** while the policy deletes claims with it, unless the Pod
      is being scaled away and takes its claim along.
    * **Not controlled**: the references neither manage nor block.

    Args:
        claim: As it is.
        stateful_set: The set that it belongs to.
        pod: The Pod that uses it, if there is one.
        condemned: The Pod is being scaled away.
    """
    retention = Retention.of(stateful_set)
    foreign = tuple(
        owner
        for owner in claim.metadata.owner_references
        if owner.uid != stateful_set.uid and not _names_pod(owner, claim, stateful_set)
    )
    if condemned and retention.when_scaled == "Delete" and pod is not None:
        return (*foreign, OwnerReference("v1", "Pod", pod.name, pod.uid))
    if retention.when_deleted == "Delete":
        gvk = STATEFUL_SET
        name, uid = stateful_set.name, stateful_set.uid
        return (*foreign, OwnerReference(gvk.api_version, gvk.kind, name, uid))
    return foreign


def _names_pod(
    owner: OwnerReference, claim: KubeObject, stateful_set: KubeObject
) -> bool:
    ordinal = claim.name.rpartition("-")[2]
    return owner.kind == "Pod" and owner.name == f"{stateful_set.name}-{ordinal}"
