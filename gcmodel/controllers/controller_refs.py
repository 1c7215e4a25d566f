"""Who manages what: a controller claims, adopts and releases by its selector.

Upstream: ``BaseControllerRefManager``, ``PodControllerRefManager`` and
``RecheckDeletionTimestamp`` in pkg/controller/controller_ref_manager.go
"""

from collections.abc import Callable, Iterable
from enum import Enum

import attrs

from gcmodel.client.client import Client
from gcmodel.errors import ApiError, InvalidError, NotFoundError, ReconcileError
from gcmodel.objects.identity import (
    GroupVersionKind,
    GroupVersionResource,
)
from gcmodel.objects.metadata import Json, KubeObject, OwnerReference, rfc3339
from gcmodel.objects.patch_types import Patch, PatchType


class Claim(Enum):
    """What a controller does about one candidate."""

    IGNORE = "ignore"
    OWN = "own"
    ADOPT = "adopt"
    RELEASE = "release"


def claim_of(controller: KubeObject, candidate: KubeObject, *, matches: bool) -> Claim:
    """Return what *controller* does about *candidate*.

    * **Deaf when dying**: a controller that is being deleted keeps what it has, and
      neither adopts nor releases.
    * **Respectful**: what another controller manages is left alone.
    * **Not for the dying**: an orphan that is being deleted is not adopted.
    """
    manager = candidate.metadata.controller
    dying = controller.metadata.being_deleted
    if manager is not None:
        if manager.uid != controller.uid:
            return Claim.IGNORE
        if matches:
            return Claim.OWN
        return Claim.IGNORE if dying else Claim.RELEASE
    if dying or not matches or candidate.metadata.being_deleted:
        return Claim.IGNORE
    foreign = controller.namespace not in ("", candidate.namespace)
    return Claim.IGNORE if foreign else Claim.ADOPT


def controller_reference(
    controller: KubeObject, gvk: GroupVersionKind
) -> OwnerReference:
    """Return the owner reference by which *controller* manages what it makes."""
    return OwnerReference(
        gvk.api_version,
        gvk.kind,
        controller.name,
        controller.uid,
        controller=True,
        block_owner_deletion=True,
    )


@attrs.frozen
class ClaimedKind:
    """What is claimed: where it is served, and the Go type's name in messages."""

    resource: GroupVersionResource
    kind: str


@attrs.define(eq=False, repr=False)
class ClaimManager:
    """Claims for one controller, during one turn.

    * **Checked once**: before the first adoption the controller itself is read from
      the server; the answer holds for the rest of the turn.
    * **To the end**: an error about one candidate does not keep the others from
      being looked at.

    Attributes:
        controller: As the cache has it.
        gvk: Its kind, which cached objects of a typed client do not state.
        matches: Whether a candidate is wanted: selector and further filters.
        finalizers: Added on adoption and removed on release.
    """

    client: Client
    controller: KubeObject
    gvk: GroupVersionKind
    controller_resource: GroupVersionResource
    claimed: ClaimedKind
    matches: Callable[[KubeObject], bool]
    finalizers: tuple[str, ...] = ()
    _checked: bool = attrs.field(default=False, init=False)
    _refusal: ApiError | ReconcileError | None = attrs.field(default=None, init=False)

    async def claim(self, candidates: Iterable[KubeObject]) -> list[KubeObject]:
        """Return those of *candidates* that the controller manages from here on.

        Raises:
            ApiError: One adoption or release was refused.
            ReconcileError: The controller may not adopt, or several were refused.
        """
        claimed: list[KubeObject] = []
        errors: list[ApiError | ReconcileError] = []
        for candidate in candidates:
            try:
                if await self._claim_one(candidate):
                    claimed.append(candidate)
            except (ApiError, ReconcileError) as error:
                errors.append(error)
        raise_all(errors)
        return claimed

    async def _claim_one(self, candidate: KubeObject) -> bool:
        wanted = self.matches(candidate)
        match claim_of(self.controller, candidate, matches=wanted):
            case Claim.IGNORE:
                return False
            case Claim.OWN:
                return True
            case Claim.RELEASE:
                await self.release(candidate)
                return False
            case Claim.ADOPT:
                return await self._adopt_if_there(candidate)

    async def _adopt_if_there(self, candidate: KubeObject) -> bool:
        try:
            await self.adopt(candidate)
        except NotFoundError:
            return False
        return True

    async def adopt(self, candidate: KubeObject) -> None:
        """Become the controller of *candidate*.

        Raises:
            ReconcileError: The live controller is being deleted, or another one.
            ApiError: The patch was refused.
        """
        await self._check_may_adopt(candidate)
        reference = controller_reference(self.controller, self.gvk).to_dict()
        await self._patch(candidate, adoption(candidate, reference, self.finalizers))

    async def release(self, candidate: KubeObject) -> None:
        """Stop managing *candidate*; if it is gone or another by now, so be it."""
        body = releasing(candidate, self.controller.uid, self.finalizers)
        try:
            await self._patch(candidate, body)
        except (NotFoundError, InvalidError):
            return

    async def _patch(self, candidate: KubeObject, body: Json) -> None:
        await self.client.patch(
            self.claimed.resource,
            candidate.namespace,
            candidate.name,
            Patch(PatchType.STRATEGIC, body),
        )

    async def _check_may_adopt(self, candidate: KubeObject) -> None:
        if not self._checked:
            self._checked = True
            self._refusal = await self._look_up_refusal()
        if self._refusal is not None:
            what = f"{self.claimed.kind} {candidate.namespace}/{candidate.name}"
            raise ReconcileError(
                f"can't adopt {what} ({candidate.uid}): {self._refusal}"
            )

    async def _look_up_refusal(self) -> ApiError | ReconcileError | None:
        known = self.controller
        where = f"{known.namespace}/{known.name}" if known.namespace else known.name
        try:
            live = await self.client.get(
                self.controller_resource, known.namespace, known.name
            )
        except ApiError as error:
            return error
        if live.uid != known.uid:
            return ReconcileError(
                f"original {self.gvk.kind} {where} is gone: "
                f"got uid {live.uid}, wanted {known.uid}"
            )
        if live.metadata.being_deleted:
            when = go_time(live.metadata.deletion_timestamp)
            return ReconcileError(f"{where} has just been deleted at {when}.")
        return None


def adoption(
    candidate: KubeObject, reference: Json, finalizers: tuple[str, ...]
) -> Json:
    """Return the patch body that puts *reference* on *candidate*.

    The UID in it makes the patch fail on another object of the same name.
    """
    metadata: Json = {"ownerReferences": [reference], "uid": candidate.uid}
    if finalizers:
        metadata["finalizers"] = list(finalizers)
    return {"metadata": metadata}


def releasing(candidate: KubeObject, owner: str, finalizers: tuple[str, ...]) -> Json:
    """Return the patch body that removes the reference to *owner*."""
    metadata: Json = {
        "uid": candidate.uid,
        "ownerReferences": [{"$patch": "delete", "uid": owner}],
    }
    if finalizers:
        metadata["$deleteFromPrimitiveList/finalizers"] = list(finalizers)
    return {"metadata": metadata}


def raise_all(errors: list[ApiError | ReconcileError]) -> None:
    """Raise the one error as it is, or several as an aggregate; or return.

    Upstream: ``NewAggregate`` in apimachinery pkg/util/errors/errors.go
    """
    if len(errors) == 1:
        raise errors[0]
    if errors:
        texts = dict.fromkeys(str(error) for error in errors)
        joined = ", ".join(texts)
        raise ReconcileError(joined if len(texts) == 1 else f"[{joined}]")


def go_time(seconds: int | None) -> str:
    """Render *seconds* as Go prints a time: ``2025-03-27 15:06:52 +0000 UTC``."""
    return rfc3339(seconds).replace("T", " ").replace("Z", " +0000 UTC")
