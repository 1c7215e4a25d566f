"""Which Pod of a StatefulSet is to be made or deleted next.

Upstream: ``updateStatefulSet`` in
pkg/controller/statefulset/stateful_set_control.go
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import attrs


@attrs.frozen
class Member:
    """A Pod as the plan sees it."""

    ordinal: int
    revision: str
    healthy: bool = True
    """Running and ready, and not being deleted."""
    ready_long_enough: bool = True
    """Ready for as long as the set's ``minReadySeconds`` asks for."""
    finished: bool = False
    deleting: bool = False

    @property
    def available(self) -> bool:
        """Whether the next Pod need not wait for it any longer."""
        return self.healthy and self.ready_long_enough


@attrs.frozen
class Create:
    """Make the Pod of *ordinal* from *revision*."""

    ordinal: int
    revision: str


@attrs.frozen
class Replace:
    """Delete the Pod of *ordinal*, which has finished, so that it is made anew."""

    ordinal: int


@attrs.frozen
class Condemn:
    """Delete the Pod of *ordinal*, which is not wanted any more."""

    ordinal: int


@attrs.frozen
class Update:
    """Delete the Pod of *ordinal*, so that it is made from the newest revision."""

    ordinal: int


Step: TypeAlias = Create | Replace | Condemn | Update


@attrs.frozen(kw_only=True)
class Wishes:
    """What a StatefulSet asks for.

    Attributes:
        ordinals: The ordinals that should exist, in order.
        parallel: Pods need not wait for each other.
        updates: Pods of an old revision are replaced.
        partition: So many Pods, counted from the first ordinal, stay at the current
            revision.
        current: The revision that was complete last.
        update: The newest revision.
    """

    ordinals: range
    parallel: bool = False
    updates: bool = True
    partition: int = 0
    current: str
    update: str

    def revision_for(self, ordinal: int) -> str:
        """Return the revision from which a missing Pod is made."""
        stays = self.updates and self.stays(ordinal)
        return self.current if stays else self.update

    def stays(self, ordinal: int) -> bool:
        """Whether the partition keeps the Pod of *ordinal* at its revision."""
        return ordinal < self.ordinals.start + self.partition


def next_steps(wishes: Wishes, members: Sequence[Member]) -> list[Step]:
    """Return what to do now.

    * **In order**: unless Pods are independent, one at a time is made, lowest first,
      and only while all before it are available; and one is deleted, highest first,
      unless it is unwell and so is one before it.
    * **Unique**: a Pod that is being deleted is waited for before its ordinal is
      filled again.
    """
    by_ordinal = {member.ordinal: member for member in members}
    steps, settled = _filled(wishes, by_ordinal)
    if not settled:
        return steps
    condemned = [one for one in members if one.ordinal not in wishes.ordinals]
    condemned.sort(key=lambda one: one.ordinal, reverse=True)
    wanted = [by_ordinal[n] for n in wishes.ordinals if n in by_ordinal]
    removal, settled = _condemned(wishes, condemned, wanted)
    steps += removal
    if not settled or not wishes.updates:
        return steps
    return steps + _updated(wishes, wanted)


def _filled(
    wishes: Wishes, by_ordinal: Mapping[int, Member]
) -> tuple[list[Step], bool]:
    steps: list[Step] = []
    for ordinal in wishes.ordinals:
        member = by_ordinal.get(ordinal)
        step = _step_for(wishes, ordinal, member)
        if step is not None:
            steps.append(step)
        waits = step is not None or member is None or not member.available
        if waits and not wishes.parallel:
            return steps, False
    return steps, True


def _step_for(wishes: Wishes, ordinal: int, member: Member | None) -> Step | None:
    if member is None:
        return Create(ordinal, wishes.revision_for(ordinal))
    if member.finished and not member.deleting:
        return Replace(ordinal)
    return None


def _condemned(
    wishes: Wishes, condemned: Sequence[Member], wanted: Sequence[Member]
) -> tuple[list[Step], bool]:
    unwell = (one for one in (*wanted, *reversed(condemned)) if not one.healthy)
    first_unwell = next(unwell, None)
    steps: list[Step] = []
    for member in condemned:
        if member.deleting:
            if not wishes.parallel:
                return steps, False
            continue
        waits = not member.healthy and member is not first_unwell
        if waits and not wishes.parallel:
            return steps, False
        steps.append(Condemn(member.ordinal))
        if not wishes.parallel:
            return steps, False
    return steps, True


def _updated(wishes: Wishes, wanted: Sequence[Member]) -> list[Step]:
    for member in reversed(wanted):
        if wishes.stays(member.ordinal):
            break
        if member.revision != wishes.update and not member.deleting:
            return [Update(member.ordinal)]
        if not member.healthy:
            break
    return []
