"""What readers hand on: objects as they stand in a source, not yet judged.

Issue: watch streams are played as events, in order.
"""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, Protocol, get_args

import attrs

from gcmodel.audit.metadata_reader import needed_of
from gcmodel.errors import UsageError
from gcmodel.objects.places import Place, shown

WatchType = Literal["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]
_WATCH_TYPES = get_args(WatchType)


class Entry(NamedTuple):
    """One object.

    Attributes:
        type: How it came, in a watch; empty in a list.
        at: Its byte or its line; see :meth:`Reader.place`.
        item: Its number in the list it is an item of; -1 if it is in none.
    """

    type: str
    api_version: Any
    kind: Any
    metadata: Any
    at: int
    item: int = -1


class Reader(Protocol):
    """Reads a source in one of the formats."""

    def entries(self) -> Iterator[Entry]:
        """Walk the objects in the order in which they stand."""

    def place(self, at: int, item: int) -> Place:
        """Return the place of an entry."""


WAITING_MAX = 10_000
"""Items without a kind that are kept until their list says what they are."""


@attrs.define
class ListMembers:
    """What a list says of itself, as far as it has been read.

    * **Patient**: items need not say what they are if their list does, and it may
      say so after them; until then they wait.
    """

    api_version: Any = None
    kind: Any = None
    waiting: list[Entry] = attrs.field(factory=list)

    def take(self, members: dict[str, Any]) -> None:
        """Take over what *members* say."""
        self.api_version = members.get("apiVersion", self.api_version)
        self.kind = members.get("kind", self.kind)

    def item(
        self, wire: dict[str, Any], place: Place, at: int, index: int
    ) -> Entry | None:
        """Return the entry of an item; None if it must wait for its kind.

        Raises:
            UsageError: Too many wait already; *place* is where this one stands.
        """
        entry = Entry(
            "",
            wire.get("apiVersion"),
            wire.get("kind"),
            wire.get("metadata"),
            at,
            index,
        )
        if entry.kind:
            return entry
        if self.kind is None or self.api_version is None:
            if len(self.waiting) >= WAITING_MAX:
                raise place.at("kind").error(
                    f"is missing, as of {WAITING_MAX:,} items before it, and the list "
                    "has not said what it is; dump it with kubectl get -o json"
                )
            needed = needed_of(entry.metadata)
            self.waiting.append(entry._replace(metadata=needed))
            return None
        return self._typed(entry)

    def late(self, place: Place) -> Iterator[Entry]:
        """Walk the items that waited, once all has been read of the list at *place*.

        Raises:
            UsageError: It has not said what it is.
        """
        for entry in self.waiting:
            yield self._typed(entry)
        self.waiting = []
        if not self.kind:
            raise place.at("kind").error(
                "is missing: a list says what it is, and most at their end; dump it "
                "again if it may be cut off, or add kind: List"
            )

    def _typed(self, entry: Entry) -> Entry:
        # As in unstructured's decodeToList: the items of a PodList are Pods.
        kind = self.kind.removesuffix("List") if isinstance(self.kind, str) else None
        if not kind:
            return entry
        return entry._replace(kind=kind, api_version=self.api_version)


def is_empty_list(members: dict[str, Any], place: Place) -> bool:
    """Whether *members* are those of a list without items, as Go prints it.

    A kind may end in List and be none; it has no items then.

    Raises:
        UsageError: They are those of a list whose items are none.
    """
    kind = members.get("kind")
    is_list = isinstance(kind, str) and kind.endswith("List") and "items" in members
    if is_list and members["items"] is not None:
        raise place.at("items").error(
            f"is {shown(members['items'])}: must be a list of objects; dump it again"
        )
    return is_list


def not_an_object(wire: Any, place: Place) -> UsageError:
    """Return the complaint that *wire*, at *place*, is no object."""
    return place.error(
        f"is {shown(wire)}: must be an object, or a List of them; give what "
        "kubectl get -o json or -o yaml prints"
    )


def is_watch_event(members: dict[str, Any]) -> bool:
    """Whether *members* are those of an event of a watch."""
    return "type" in members and "object" in members and "kind" not in members


def of_watch_event(members: dict[str, Any], place: Place, at: int) -> Entry | None:
    """Return the object that an event is about; None if it is about none.

    Raises:
        UsageError: It is no event, or tells that the watch failed.
    """
    kind, wire = members["type"], members["object"]
    if kind not in _WATCH_TYPES:
        raise place.at("type").error(
            f"is {shown(kind)}: must be one of {', '.join(_WATCH_TYPES)}; write it so"
        )
    if kind == "BOOKMARK":
        return None
    if not isinstance(wire, dict):
        raise place.at("object").error(
            f"is {shown(wire)}: must be an object; dump anew"
        )
    if kind == "ERROR":
        raise _failed_watch(wire, place)
    return Entry(
        kind, wire.get("apiVersion"), wire.get("kind"), wire.get("metadata"), at
    )


def _failed_watch(status: dict[str, Any], place: Place) -> UsageError:
    said = status.get("message") or status.get("reason") or "nothing"
    return place.at("object").error(
        f"says {shown(said)}: the watch failed there, so what came after is missing; "
        "list and watch anew"
    )
