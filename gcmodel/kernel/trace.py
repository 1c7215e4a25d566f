"""What happened, as structured records from which every view derives."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import attrs

from gcmodel.errors import UsageError, shown


class TraceRecord(NamedTuple):
    """One thing that one task did at one instant.

    Attributes:
        number: Its place in the trace, counted from 1.
        at_ns: Virtual time, nanoseconds since the run began.
        actor: The task that did it.
        what: The kind of record, dotted: ``api.request``, ``store.write``, ``log``.
        fields: The particulars, JSON values only.
        cause: The number of the record without which this one would not be;
            0 if it came from outside.
    """

    number: int
    at_ns: int
    actor: str
    what: str
    fields: Mapping[str, Any]
    cause: int = 0

    def __str__(self) -> str:
        """Render time, number and cause, actor, what, and the fields in their order."""
        fields = " ".join(f"{key}={value}" for key, value in self.fields.items())
        return (
            f"{self.at_ns / 1e9:013.6f}  #{self.number} <- #{self.cause}  "
            f"{self.actor:<24}  {self.what}  {fields}"
        )


@attrs.define
class Trace:
    """An append-only list of records.

    * **Caused**: each record names an earlier record, or nothing, as its cause.
    * **Free when off**: with ``enabled`` false nothing is made and nothing kept;
      ask it before preparing costly fields.
    """

    enabled: bool = True
    cause: int = 0
    """What the running task is acting upon; the scheduler swaps it with the task."""
    _records: list[TraceRecord] = attrs.field(factory=list, init=False)

    def __iter__(self) -> Iterator[TraceRecord]:
        """Walk the records in the order they were made."""
        return iter(self._records)

    def __len__(self) -> int:
        """How many records there are."""
        return len(self._records)

    def __getitem__(self, number: int) -> TraceRecord:
        """Return the record called *number*.

        Raises:
            UsageError: There is none.
        """
        known = range(1, len(self._records) + 1)
        if number not in known:
            raise UsageError(
                f"record {shown(number)}: must be a number from 1 to "
                f"{len(self._records)}; walk the trace for all of them"
            )
        return self._records[number - 1]

    def since(self, number: int) -> list[TraceRecord]:
        """Return the records after *number*."""
        return self._records[number:]

    def append(self, at_ns: int, actor: str, what: str, fields: dict[str, Any]) -> int:
        """Add a record; return its number, or 0 if the trace is off."""
        if not self.enabled:
            return 0
        number = len(self._records) + 1
        record = TraceRecord(number, at_ns, actor, what, fields, self.cause)
        self._records.append(record)
        return number

    def causes_of(self, number: int) -> Iterator[TraceRecord]:
        """Walk from record *number* back to what came from outside."""
        while number:
            record = self[number]
            yield record
            number = record.cause

    @property
    def digest(self) -> str:
        """Hex digits that two equal traces share."""
        running = hashlib.sha256()
        for record in self._records:
            running.update(str(record).encode())
            running.update(b"\n")
        return running.hexdigest()[:16]
