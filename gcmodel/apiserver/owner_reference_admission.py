"""The plug-in OwnerReferencesPermissionEnforcement: who may name owners.

It guards two rights: to make an object go away by giving it an owner, and to hold up
the deletion of an owner by a blocking reference to it.

Upstream: ``gcPermissionsEnforcement`` in plugin/pkg/admission/gc/gc_admission.go
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import attrs

from gcmodel.apiserver.admission import Review
from gcmodel.apiserver.authorization import ALL, Authorizer, Decision
from gcmodel.apiserver.resources import ResourceType
from gcmodel.objects.identity import GroupResource, GroupVersionKind
from gcmodel.objects.metadata import OwnerReference

Mappings: TypeAlias = Callable[[GroupVersionKind], Sequence[ResourceType]]
"""Finds the resources of a kind; none if nobody serves it."""

EXEMPT = frozenset({(GroupResource("", "pods"), "status")})
"""Subresources that cannot change owner references, and so are not looked at."""


@attrs.frozen
class OwnerReferencesPermissionEnforcement:
    """Asks the authorizer before owners are changed.

    * **Only changes count**: references that stay as they are need no right.
    * **Cheap for the mighty**: who may set finalizers on everything is let through
      before any kind is looked up.

    Attributes:
        authorizer: Who may do what.
        mappings: What is served of a kind.
    """

    authorizer: Authorizer
    mappings: Mappings

    def __call__(self, review: Review) -> None:
        """Judge *review*.

        Raises:
            ForbiddenError: The caller may not delete the dependent, or not hold up
                the owner.
        """
        place = review.served.group_resource, review.request.subresource
        if review.object is None or place in EXEMPT:
            return
        before = () if review.old is None else review.old.metadata.owner_references
        after = review.object.metadata.owner_references
        if before == after:
            return
        if review.operation == "UPDATE":
            self._check_dependent(review)
        blocking = list(newly_blocking(before, after))
        if blocking and not self._may_hold_up_everything(review.user):
            for owner in blocking:
                self._check_owner(review, owner)

    def _check_dependent(self, review: Review) -> None:
        served, subject = review.served, review.subject
        decision = self.authorizer.authorize(
            review.user,
            "delete",
            served.group,
            served.plural,
            subject.namespace,
            subject.name,
        )
        if not decision.allowed:
            text = "cannot set an ownerRef on a resource you can't delete"
            raise review.forbidden(_because(text, decision))

    def _may_hold_up_everything(self, user: str) -> bool:
        asked = self.authorizer.authorize(
            user, "update", ALL, f"{ALL}/finalizers", name=ALL
        )
        return asked.allowed

    def _check_owner(self, review: Review, owner: OwnerReference) -> None:
        kind = GroupVersionKind.of(owner.api_version, owner.kind)
        found = self.mappings(kind)
        if not found:
            raise review.forbidden(
                "cannot set blockOwnerDeletion in this case because cannot find "
                f"RESTMapping for APIVersion {owner.api_version} Kind {owner.kind}: "
                f'no matches for kind "{owner.kind}" in version "{owner.api_version}"'
            )
        for served in found:
            decision = self.authorizer.authorize(
                review.user,
                "update",
                served.group,
                f"{served.plural}/finalizers",
                review.subject.namespace if served.namespaced else "",
                owner.name,
            )
            if not decision.allowed:
                text = (
                    "cannot set blockOwnerDeletion if an ownerReference refers to a "
                    "resource you can't set finalizers on"
                )
                raise review.forbidden(_because(text, decision))


def newly_blocking(
    before: Sequence[OwnerReference], after: Sequence[OwnerReference]
) -> Iterator[OwnerReference]:
    """Walk the references that block their owner's deletion and did not before.

    Upstream: ``newBlockingOwnerDeletionRefs`` in the same file
    """
    known = {owner.uid: owner for owner in before}
    for owner in after:
        if not owner.block_owner_deletion:
            continue
        earlier = known.get(owner.uid)
        if earlier is None or not earlier.block_owner_deletion:
            yield owner


def _because(text: str, decision: Decision) -> str:
    # The authorizer's reason and its error, of which there is none here.
    return f"{text}: {decision.reason}, <nil>"
