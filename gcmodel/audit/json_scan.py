"""Lists as kubectl prints them, read by their indentation: only metadata are decoded.

In JSON that a program has laid out, a line break is never inside a string, so a line
break with an exact indentation is structure: where an item begins, where its metadata
begin and end. Each item is checked to begin and end as an item does; whatever looks
different is decoded in full, and what cannot be an item sends the rest of the source
to the stream that decodes everything.

Issue: the indentation scan is sound only with a count of items and a fallback.
"""

import json
import re
from collections.abc import Iterator

import attrs

from gcmodel.audit.bad_objects import BadObjects
from gcmodel.audit.chunks import OBJECT_MAX, Chunks, byte_place
from gcmodel.audit.entries import Entry, ListMembers
from gcmodel.audit.json_decoding import DecodeMetadata, decode_metadata, fastest
from gcmodel.audit.json_stream import JsonStream
from gcmodel.objects.places import Place

_FIRST_LINES = re.compile(rb'\{\n(?P<step>[ \t]{1,8})"')
_BEGINNING_MAX, _TYPES_MAX = 256, 4096


@attrs.frozen
class Layout:
    """What lines look like, in JSON that is indented by *step*."""

    head_end: bytes
    item: bytes
    items: re.Pattern[bytes]
    """The same to search for, which is four times as fast as to find bytes."""
    item_end: bytes
    metadata: bytes
    metadata_end: re.Pattern[bytes]

    @classmethod
    def of(cls, step: bytes) -> "Layout":
        """Return the layout of a list that is indented by *step*."""
        item, field = b"\n" + step * 2 + b"{", b"\n" + step * 3
        return cls(
            head_end=b"\n" + step + b'"items": [',
            item=item,
            items=re.compile(re.escape(item)),
            item_end=b"\n" + step * 2 + b"},",
            metadata=field + b'"metadata": {\n',
            metadata_end=re.compile(re.escape(field + b"}")),
        )


def layout_of(head: bytes) -> Layout | None:
    """Return the layout of the list that begins with *head*; None if there is none."""
    found = _FIRST_LINES.match(head)
    if found is None:
        return None
    layout = Layout.of(found["step"])
    before, is_item, _ = head.partition(layout.item)
    if not is_item or not before.endswith(layout.head_end):
        return None
    try:
        json.loads(before + b"]}")
    except ValueError:
        return None
    return layout


@attrs.define
class JsonScan:
    """Reads a list that is laid out as *layout*.

    * **Nothing lost**: the text is cut where items begin, so every item is a piece;
      a piece that does not end as an item does is not taken for one.
    * **Not judged**: what stands outside of metadata is not decoded, and may be wrong.
    """

    chunks: Chunks
    bad: BadObjects
    layout: Layout
    decode: DecodeMetadata = attrs.field(factory=fastest)
    _types: dict[bytes, tuple[str, str]] = attrs.field(factory=dict, init=False)

    def place(self, at: int, index: int) -> Place:
        """Return the place of an entry."""
        return byte_place(self.chunks.origin, at, index)

    def entries(self) -> Iterator[Entry]:
        """Walk the objects in the order in which they stand."""
        layout, members = self.layout, ListMembers()
        index, rest = -1, b""
        while len(rest) <= OBJECT_MAX and (text := self.chunks.after(rest)):
            # Slices would copy the whole source once more; positions do not.
            start, base = 0, self.chunks.offset - len(text) - 1
            for found in layout.items.finditer(text):
                end = found.start()
                if index < 0:
                    members.take(json.loads(text[:end] + b"]}"))
                else:
                    entry = self._entry(text, start, end, base + start, index)
                    if entry is None:
                        yield from self._stream(text[start:], members, index)
                        return
                    yield entry
                index += 1
                start = found.end()
            rest = text[start:]
        # The last item, and what comes after the list.
        yield from self._stream(rest, members, index)

    def _stream(self, rest: bytes, members: ListMembers, index: int) -> Iterator[Entry]:
        self.chunks.unread(b"{" + rest)
        return JsonStream(self.chunks, self.bad).rest_of_list(members, index)

    def _entry(
        self, text: bytes, start: int, end: int, at: int, index: int
    ) -> Entry | None:
        """Return the entry of the item that begins with a brace before *start*.

        None if it does not end as an item does, or cannot be decoded by itself.
        """
        layout = self.layout
        if not text.endswith(layout.item_end, start, end):
            return None
        begun = text.find(layout.metadata, start, end)
        ended = layout.metadata_end.search(text, begun, end)
        # Most objects of a kind begin alike, up to their metadata.
        beginning = text[start : max(begun, start)]
        known = self._types.get(beginning) or self._type(beginning)
        if ended is None or known is None:
            return self._whole(text[start : end - 1], at, index)
        block = text[begun + len(layout.metadata) - 2 : ended.end()]
        try:
            metadata = self.decode(block)
        except (ValueError, RecursionError):
            return None
        return Entry("", *known, metadata, at, index)

    def _type(self, beginning: bytes) -> tuple[str, str] | None:
        """Return apiVersion and kind, if *beginning* is whole members and names both.

        It ends before the line of the metadata.
        """
        members, comma, _ = beginning.rpartition(b",")
        try:
            wire = decode_metadata(b"{" + members + b"}") if comma else {}
        except (ValueError, RecursionError):
            return None
        api_version, kind = wire.get("apiVersion"), wire.get("kind")
        if not (api_version and kind):
            return None
        found = (api_version, kind)
        if len(beginning) <= _BEGINNING_MAX and len(self._types) < _TYPES_MAX:
            self._types[beginning] = found
        return found

    def _whole(self, item: bytes, at: int, index: int) -> Entry | None:
        try:
            wire = decode_metadata(b"{" + item)
        except (ValueError, RecursionError):
            return None
        kind, metadata = wire.get("kind"), wire.get("metadata")
        if not kind:
            return None
        return Entry("", wire.get("apiVersion"), kind, metadata, at, index)
