"""The volume claims of a StatefulSet: made once, and owned as its policy says.

Upstream: ``createPersistentVolumeClaims`` and ``UpdatePodClaimForRetentionPolicy`` in
pkg/controller/statefulset/stateful_pod_control.go
"""

import attrs

from gcmodel.client.informer import SharedInformer
from gcmodel.controllers.resource_names import PERSISTENT_VOLUME_CLAIMS
from gcmodel.controllers.statefulset_identity import (
    claim_at,
    claim_names,
    claim_owners,
)
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.errors import AlreadyExistsError, ReconcileError
from gcmodel.objects.metadata import KubeObject


@attrs.frozen(repr=False)
class VolumeClaims:
    """Makes volume claims, and sets who owns them.

    * **Lasting**: a claim is not deleted here; whom it belongs to decides whether the
      garbage collector does.
    """

    surroundings: Surroundings
    claims: SharedInformer

    async def ensure(self, stateful_set: KubeObject, ordinal: int) -> None:
        """Make the claims of *ordinal* that are missing.

        Raises:
            ReconcileError: One of them is being deleted.
            ApiError: The server refused one.
        """
        names = claim_names(stateful_set, ordinal)
        for template in stateful_set.spec.get("volumeClaimTemplates") or ():
            name = names[(template.get("metadata") or {}).get("name") or ""]
            known = self.claims.indexer.get(stateful_set.namespace, name)
            if known is None:
                await self._create(stateful_set, claim_at(stateful_set, template, name))
            elif known.metadata.being_deleted:
                raise ReconcileError(f"pvc {name} is being deleted")

    async def _create(self, stateful_set: KubeObject, wanted: KubeObject) -> None:
        owners = claim_owners(wanted, stateful_set, None, condemned=False)
        client = self.surroundings.client
        try:
            await client.create(
                PERSISTENT_VOLUME_CLAIMS, wanted.with_metadata(owner_references=owners)
            )
        except AlreadyExistsError:
            return
        what = f"Claim {wanted.name} in StatefulSet {stateful_set.name}"
        text = f"create {what} success"
        self.surroundings.recorder.event(
            stateful_set, "Normal", "SuccessfulCreate", text
        )

    async def set_owners(
        self,
        stateful_set: KubeObject,
        ordinal: int,
        pod: KubeObject,
        *,
        condemned: bool,
    ) -> None:
        """Let the claims of *ordinal* belong to whom the policy says.

        Raises:
            ApiError: The server refused it, for one since the claim has changed.
        """
        heeded = self.surroundings.profile.claim_retention
        policy = stateful_set.spec.get("persistentVolumeClaimRetentionPolicy")
        if not heeded or not policy:
            return
        for name in claim_names(stateful_set, ordinal).values():
            claim = self.claims.indexer.get(stateful_set.namespace, name)
            if claim is None:
                continue
            owners = claim_owners(claim, stateful_set, pod, condemned=condemned)
            if owners != claim.metadata.owner_references:
                changed = claim.with_metadata(owner_references=owners)
                client = self.surroundings.client
                await client.update(PERSISTENT_VOLUME_CLAIMS, changed)
