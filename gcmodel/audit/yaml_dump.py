"""YAML of a dump: the items of a List one by one, or documents, as kubectl reads them.

The text is cut at lines that begin in the first column, so that no more than one
object is held at a time; what the cut pieces mean, the reader of manifests says.

Issue: ``kubectl get … -o yaml``, and manifests of many documents.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from gcmodel.audit.bad_objects import LISTED_MAX, BadObjects
from gcmodel.audit.chunks import OBJECT_MAX, Chunks
from gcmodel.audit.entries import (
    Entry,
    ListMembers,
    is_empty_list,
    is_watch_event,
    not_an_object,
    of_watch_event,
)
from gcmodel.audit.json_decoding import problem_of
from gcmodel.audit.yaml_filter import filtered
from gcmodel.errors import UsageError
from gcmodel.objects.places import Place

_FIRST_COLUMN = re.compile(rb"\n(?=[^\s#])")
_MARKER = re.compile(rb"(?:---|\.\.\.)(?=\s|\Z)")
_ITEMS = re.compile(rb"items:[ \t]*\r?(?:#[^\n]*)?\s*(?:#[^\n]*\s*)*\Z")
_COMMENTS = re.compile(rb"(?:\s|#[^\n]*(?:\n|\Z))*\Z")


EMPTY = "is empty: must hold at least one object; dump it again"


@attrs.define
class _Document:
    """What stands between two markers, but for the items of a List."""

    line: int
    blocks: list[bytes] = attrs.field(factory=list)
    size: int = 0
    items: int = -1
    """How many items there were; -1 if it is no List of blocks."""
    in_items: bool = False
    members: ListMembers = attrs.field(factory=ListMembers)

    def add(self, block: bytes) -> None:
        self.in_items = _ITEMS.fullmatch(block) is not None
        if self.in_items:
            self.items = max(self.items, 0)
            block = b"items: []" + block[len(b"items:") :]
        self.blocks.append(block)
        self.size += len(block)

    @property
    def text(self) -> bytes:
        return b"\n".join(self.blocks)


@attrs.define
class YamlDump:
    """Reads objects in YAML.

    * **Bounded**: holds one object, or one document that is not a List of blocks.
    * **Not judged**: in kubectl's block style, what is not needed is not parsed.
    """

    chunks: Chunks
    bad: BadObjects

    def place(self, at: int, index: int) -> Place:
        """Return the place of an entry."""
        path = ("items", index) if index >= 0 else ()
        return Place(self.chunks.origin, at, path=path)

    def entries(self) -> Iterator[Entry]:
        """Walk the objects in the order in which they stand."""
        document, empty = _Document(1), True
        for line, block in self._blocks():
            if _MARKER.match(block):
                yield from self._guarded(self._finished(document))
                document = _Document(line)
                rest = block[3:]
                if not _COMMENTS.match(rest):
                    document.add(b"   " + rest)
            elif document.in_items and block[:1] == b"-":
                yield from self._item(document, line, block)
            elif block[:1] != b"%" and not _COMMENTS.match(block):
                document.add(block)
            empty = empty and not document.blocks
            if document.size > OBJECT_MAX:
                raise self._too_large(document.line)
        yield from self._guarded(self._finished(document))
        if empty:
            raise Place(self.chunks.origin).error(EMPTY)

    def _blocks(self) -> Iterator[tuple[int, bytes]]:
        """Walk the pieces between lines that begin in the first column."""
        line, rest = 1, b""
        while text := self.chunks.after(rest):
            *pieces, rest = _FIRST_COLUMN.split(text)
            for piece in pieces:
                yield line, piece
                line += piece.count(b"\n") + 1
            if len(rest) > OBJECT_MAX:
                raise self._too_large(line)
        yield line, rest

    def _too_large(self, line: int) -> UsageError:
        return self.place(line, -1).error(
            f"has more than {OBJECT_MAX >> 20} MiB in one object, or in a list that is "
            "not laid out as kubectl does; dump it with -o json"
        )

    def _item(self, document: _Document, line: int, block: bytes) -> Iterator[Entry]:
        index = document.items
        document.items += 1
        if not index:
            self._take_head(document)
        text = b" " + block[1:]
        indent = len(text) - len(text.lstrip(b" "))
        found = self._decoded(text, indent, self.place(line, index))
        if found is not None:
            yield from self._item_of(document, found[0], line, index)

    def _take_head(self, document: _Document) -> None:
        """Take over what a list says of itself before its items; all, at its end."""
        from gcmodel.objects.yaml_reader import documents

        try:
            found = _first(documents(document.text.decode(), ""))
        except (UsageError, UnicodeDecodeError):
            return  # it is complained of at the end, where all of it is decoded
        if isinstance(found[0], dict):
            document.members.take(found[0])

    def _item_of(
        self, document: _Document, wire: Any, line: int, index: int
    ) -> Iterator[Entry]:
        if not isinstance(wire, dict):
            self.bad.add(not_an_object(wire, self.place(line, index)))
            return
        entry = document.members.item(wire, self.place(line, index), line, index)
        if entry is not None:
            yield entry

    def _finished(self, document: _Document) -> Iterator[Entry]:
        """Walk what is left of a document at its end."""
        if not document.blocks:
            return
        place = self.place(document.line, -1)
        found = self._decoded(document.text, 0, place)
        if found is None or found[0] is None:
            return
        wire, line = found[0], document.line
        if not isinstance(wire, dict):
            self.bad.add(not_an_object(wire, place))
            return
        if document.items >= 0 or isinstance(wire.get("items"), list):
            yield from self._list(document, wire, place)
        elif is_watch_event(wire):
            entry = of_watch_event(wire, place, line)
            if entry is not None:
                yield entry
        elif not is_empty_list(wire, place):
            kind, metadata = wire.get("kind"), wire.get("metadata")
            yield Entry("", wire.get("apiVersion"), kind, metadata, line)

    def _list(
        self, document: _Document, wire: dict[str, Any], place: Place
    ) -> Iterator[Entry]:
        document.members.take(wire)
        for index, item in enumerate(wire.get("items") or ()):
            yield from self._item_of(document, item, document.line, index)
        yield from document.members.late(place)

    def _guarded(self, found: Iterator[Entry]) -> Iterator[Entry]:
        try:
            yield from found
        except UsageError as error:
            self.bad.add(error)

    def _decoded(self, text: bytes, indent: int, place: Place) -> list[Any] | None:
        """Return the value that *text* holds, alone in a list; None if it is bad."""
        # Imported here, so that those who never see YAML need not load its parser.
        from gcmodel.objects.yaml_reader import documents

        needed = filtered(text, indent)
        if needed is not None:
            try:
                return _first(documents(needed.decode(), ""))
            except (UsageError, UnicodeDecodeError):
                # What it needs may stand among the lines that were dropped.
                pass
        # Empty lines in front, so that complaints name the line of the file.
        ahead = place.line - 1 if self.bad.count < LISTED_MAX else 0
        try:
            return _first(documents("\n" * ahead + text.decode(), place.origin))
        except UnicodeDecodeError as error:
            line = place.line + text.count(b"\n", 0, error.start)
            self.bad.add(place.on_line(line).error(problem_of(error)))
        except UsageError as error:
            self.bad.add(error)
        return None


def _first(found: Sequence[Any]) -> list[Any]:
    return [found[0].value if found else None]
