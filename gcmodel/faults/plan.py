"""Which fault strikes a request: the first that was added, matches and is still due."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import attrs

from gcmodel.errors import UsageError, shown
from gcmodel.faults.kinds import (
    Effect,
    Fault,
    StoredFault,
    Undecodable,
    Undecryptable,
)
from gcmodel.faults.refusals import worded
from gcmodel.faults.requests import RequestFacts, matches
from gcmodel.faults.text import parse_fault
from gcmodel.kernel.choices import Choices

__all__ = ["FaultPlan", "RequestFacts"]


@attrs.define(eq=False)
class _Entry:
    """A fault in force, and how often it struck."""

    fault: Fault
    number: int
    uses: int = 0

    def is_due(self, now_ns: int) -> bool:
        fault = self.fault
        if fault.times is not None and self.uses >= fault.times:
            return False
        if now_ns < fault.after_ns:
            return False
        return fault.until_ns is None or now_ns < fault.until_ns

    def strikes(self, choices: Choices) -> bool:
        if self.fault.probability >= 1:
            return True
        # A stream of its own, so that one fault does not disturb another.
        return choices.uniform(f"fault-{self.number}", 0, 1) < self.fault.probability


Check: TypeAlias = Callable[[Fault | StoredFault], None]


def take_any(_: Fault | StoredFault) -> None:
    """Take every fault for meant."""


@attrs.define(eq=False)
class FaultPlan:
    """The faults in force, requests' and the store's. Its one writer is the user.

    * **First**: of several faults that match, the one added first strikes; the
      others do not count the request.
    * **Reproducible**: the same requests at the same instants with the same seed
      are struck alike.

    Attributes:
        check: Raises a UsageError about a fault that cannot be meant.
    """

    check: Check = take_any
    _entries: list[_Entry] = attrs.field(factory=list, init=False)
    _stored: dict[str, StoredFault] = attrs.field(factory=dict, init=False)
    _added: int = attrs.field(default=0, init=False)

    @classmethod
    def of(
        cls,
        faults: Iterable[Fault | StoredFault | str],
        check: Check = take_any,
    ) -> "FaultPlan":
        """Return a plan that holds *faults*, in their order."""
        if isinstance(faults, str) or not isinstance(faults, Iterable):
            raise UsageError(
                f"faults={shown(faults)}: must be a list of faults; put it in brackets"
            )
        plan = cls(check)
        for fault in faults:
            plan.add(fault)
        return plan

    def __iter__(self) -> Iterator[Fault | StoredFault]:
        """Walk the faults in the order in which they were added, the store's last."""
        yield from (entry.fault for entry in self._entries)
        yield from self._stored.values()

    def __len__(self) -> int:
        """How many faults there are, spent ones included."""
        return len(self._entries) + len(self._stored)

    def add(self, fault: Fault | StoredFault | str) -> None:
        """Put *fault* in force, after those that are. One stored value has one.

        Args:
            fault: A fault, or its text: see :func:`gcmodel.faults.text.parse_fault`.

        Raises:
            UsageError: It is none, or cannot be meant.
        """
        fault = _read(fault)
        self.check(fault)
        if isinstance(fault, Fault):
            self._added += 1
            self._entries.append(_Entry(fault, self._added))
        else:
            self._stored[fault.key] = fault

    def remove(self, fault: Fault | StoredFault | str) -> None:
        """Lift *fault*, given as itself or as its text.

        Raises:
            UsageError: It is not in force.
        """
        fault = _read(fault)
        entry = self._find(fault)
        if entry is not None:
            self._entries.remove(entry)
        elif not isinstance(fault, Fault) and self._stored.get(fault.key) == fault:
            del self._stored[fault.key]
        else:
            raise UsageError(f"fault={fault!r}: not in force; see list(plan)")

    def clear(self) -> None:
        """Lift every fault."""
        self._entries.clear()
        self._stored.clear()

    def uses(self, fault: Fault | StoredFault | str) -> int:
        """Return how many requests *fault* struck; 0 if it is not in force."""
        entry = self._find(_read(fault))
        return 0 if entry is None else entry.uses

    def decide(
        self, facts: RequestFacts, now_ns: int, choices: Choices
    ) -> Effect | None:
        """Return what happens to the request, if anything, and count it.

        A refusal comes back with the code, reason and message that the caller sees.
        """
        for entry in self._entries:
            if not entry.is_due(now_ns) or not matches(entry.fault.match, facts):
                continue
            if entry.strikes(choices):
                entry.uses += 1
                return worded(entry.fault.effect, facts)
        return None

    def stored(self, key: str) -> StoredFault | None:
        """Return what is wrong with the value stored at *key*, if anything."""
        return self._stored.get(key)

    def _find(self, fault: Fault | StoredFault) -> _Entry | None:
        same = (entry for entry in self._entries if entry.fault == fault)
        return next(same, None)


def _read(fault: object) -> Fault | StoredFault:
    if isinstance(fault, str):
        return parse_fault(fault)
    if isinstance(fault, Fault | Undecodable | Undecryptable):
        return fault
    raise UsageError(
        f"fault={shown(fault)}: not a fault; use Fault(Match(…), Refuse(500)), "
        "Undecodable(key) or Undecryptable(key)"
    )
