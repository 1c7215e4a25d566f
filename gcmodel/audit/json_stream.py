"""JSON of any layout, read value by value: lists item by item, watches, one by one.

Issue: a List, typed lists, single objects, JSON Lines, and what ``kubectl get -w
--output-watch-events -o json`` prints.
"""

from collections.abc import Iterator
from typing import Any

import attrs

from gcmodel.audit.bad_objects import BadObjects
from gcmodel.audit.chunks import Chunks, byte_place
from gcmodel.audit.entries import (
    Entry,
    ListMembers,
    is_empty_list,
    is_watch_event,
    not_an_object,
    of_watch_event,
)
from gcmodel.audit.json_window import CUT_OFF, JsonWindow
from gcmodel.errors import UsageError
from gcmodel.objects.places import Place, shown

_KEPT = ("apiVersion", "kind", "metadata", "items", "type", "object")


@attrs.define
class JsonStream:
    """Reads JSON values that follow each other.

    * **Like Go**: whatever has a list under ``items`` is a list of objects.
    """

    chunks: Chunks
    bad: BadObjects
    window: JsonWindow = attrs.field(init=False)
    _is_between_values: bool = attrs.field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin where the chunks stand."""
        self.window = JsonWindow(self.chunks, base=self.chunks.offset)

    def place(self, at: int, index: int) -> Place:
        """Return the place of an entry."""
        return byte_place(self.chunks.origin, at, index)

    def entries(self) -> Iterator[Entry]:
        """Walk the objects in the order in which they stand."""
        while self.window.peek():
            self._is_between_values = False
            yield from self._guarded(self._value())

    def rest_of_list(self, members: ListMembers, index: int) -> Iterator[Entry]:
        """Walk what follows inside a list, before its item *index*; then go on."""
        start = self.window.offset
        yield from self._guarded(self._rest_of_list(members, start, index))
        yield from self.entries()

    def _guarded(self, found: Iterator[Entry]) -> Iterator[Entry]:
        try:
            yield from found
        except UsageError as error:
            self.bad.add(error)
            if not self._is_between_values:
                self.window.skip_to_line()
            self._is_between_values = False

    def _value(self) -> Iterator[Entry]:
        start = self.window.offset
        if self.window.peek() != "{":
            raise self._not_an_object(self.place(start, -1))
        self.window.at += 1
        yield from self._members(ListMembers(), start)

    def _not_an_object(self, place: Place) -> UsageError:
        rest = self.window.text[self.window.at : self.window.at + 20]
        return place.error(
            f"begins with {shown(rest)}: must be an object or a List of them; give "
            "what kubectl get -o json prints"
        )

    def _rest_of_list(
        self, members: ListMembers, start: int, index: int
    ) -> Iterator[Entry]:
        yield from self._items(members, start, index)
        if self.window.take(",}", self.place(start, -1)) == ",":
            yield from self._members(members, start, is_list=True)
        else:
            yield from members.late(self.place(start, -1))

    def _members(
        self, members: ListMembers, start: int, *, is_list: bool = False
    ) -> Iterator[Entry]:
        """Walk what stands after the brace of an object, or a comma in it."""
        place = self.place(start, -1)
        kept: dict[str, Any] = {}
        for key in self._keys(place):
            if key == "items" and self.window.peek() == "[":
                is_list = True
                members.take(kept)
                self.window.at += 1
                yield from self._items(members, start, 0)
                continue
            value = self.window.value(place.at(key))
            if key in _KEPT:
                kept[key] = value
        # Whatever is wrong from here on, the next value can be read.
        self._is_between_values = True
        if is_list:
            members.take(kept)
            yield from members.late(place)
        elif not is_empty_list(kept, place):
            entry = self._entry(kept, start)
            if entry is not None:
                yield entry

    def _keys(self, place: Place) -> Iterator[str]:
        if self.window.peek() == "}":
            self.window.at += 1
            return
        while True:
            if self.window.peek() not in ('"', ""):
                self.window.take('"', place)
            key = self.window.value(place)
            self.window.take(":", place)
            yield key
            if self.window.take(",}", place) == "}":
                return

    def _entry(self, members: dict[str, Any], start: int) -> Entry | None:
        if is_watch_event(members):
            return of_watch_event(members, self.place(start, -1), start)
        kind, metadata = members.get("kind"), members.get("metadata")
        return Entry("", members.get("apiVersion"), kind, metadata, start)

    def _items(self, members: ListMembers, start: int, index: int) -> Iterator[Entry]:
        """Walk the items, up to and with the bracket that ends them."""
        if self.window.peek() == "]":
            self.window.at += 1
            return
        whole = self.place(start, -1)
        while True:
            entry = self._item(members, index)
            if entry is not None:
                yield entry
            index += 1
            if self._separator(whole.at("items", index)) == "]":
                return

    def _separator(self, place: Place) -> str:
        """Take the comma or bracket after an item."""
        if self.window.peek() not in (",", "]", ""):
            try:
                self.window.take(",]", place)
            except UsageError as error:
                self.bad.add(error)
                self.window.skip_value()
        return self.window.take(",]", place)

    def _item(self, members: ListMembers, index: int) -> Entry | None:
        self.window.peek()
        start = self.window.offset
        try:
            value = self.window.value(self.place(start, index))
        except UsageError as error:
            if self.window.ended and CUT_OFF in str(error):
                raise
            self.bad.add(error)
            self._leave(start)
            return None
        if not isinstance(value, dict):
            self.bad.add(not_an_object(value, self.place(start, index)))
            return None
        return members.item(value, self.place(start, index), start, index)

    def _leave(self, start: int) -> None:
        # Bytes that are no UTF-8 are complained of when the value has been taken.
        if self.window.offset == start:
            self.window.skip_value()
