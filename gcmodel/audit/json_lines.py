"""JSON Lines: one object, or one event of a watch, on each line.

Where a line begins as an API server or kubectl begins it, only its metadata are
decoded; any other line is decoded in full, and the first that is no JSON by itself
sends the rest of the source to the stream that looks for values across lines.

Issue: JSON Lines, and watch streams as the server sends them.
"""

import re
from collections.abc import Iterator

import attrs

from gcmodel.audit.bad_objects import BadObjects
from gcmodel.audit.chunks import OBJECT_MAX, Chunks, byte_place
from gcmodel.audit.entries import Entry
from gcmodel.audit.json_decoding import DECODER, decode_metadata
from gcmodel.audit.json_stream import JsonStream
from gcmodel.objects.places import Place

_WORD = r"[\w./-]+"
_BEGINNING = re.compile(
    r'(?:\{"type":"(?P<type>ADDED|MODIFIED|DELETED)","object":)?\{'
    rf'(?:"apiVersion":"(?P<version>{_WORD})","kind":"(?P<kind>{_WORD})"'
    rf'|"kind":"(?P<kind_first>{_WORD})","apiVersion":"(?P<version_last>{_WORD})")'
    r',"metadata":',
    re.ASCII,
)


def is_json_lines(head: bytes) -> bool:
    """Whether *head* begins with a line that is a whole object."""
    line, ended, _ = head.partition(b"\n")
    return bool(ended) and line.startswith(b'{"') and line.rstrip().endswith(b"}")


@attrs.define
class JsonLines:
    """Reads objects that have a line each.

    * **Not judged**: what follows the metadata on a line is not decoded, and may be
      wrong, as long as the line ends with a brace.
    """

    chunks: Chunks
    bad: BadObjects

    def place(self, at: int, index: int) -> Place:
        """Return the place of an entry."""
        return byte_place(self.chunks.origin, at, index)

    def entries(self) -> Iterator[Entry]:
        """Walk the objects in the order in which they stand."""
        at, rest = self.chunks.offset, b""
        while len(rest) <= OBJECT_MAX and (text := self.chunks.after(rest)):
            *lines, rest = text.split(b"\n")
            for number, line in enumerate(lines):
                found = self._entries(line, at)
                if found is None:
                    rest = b"\n".join([*lines[number:], rest])
                    yield from self._stream(rest)
                    return
                yield from found
                at += len(line) + 1
        # The last line may be cut off, so it is decoded in full.
        yield from self._stream(rest)

    def _stream(self, rest: bytes) -> Iterator[Entry]:
        self.chunks.unread(rest)
        return JsonStream(self.chunks, self.bad).entries()

    def _entries(self, line: bytes, at: int) -> tuple[Entry, ...] | None:
        """Return what is on *line*; None if that cannot be told from it alone."""
        try:
            text = line.decode()
            found = _BEGINNING.match(text)
            if found is None or not text.rstrip().endswith("}"):
                return self._whole(line, at)
            metadata, end = DECODER.raw_decode(text, found.end())
            if text.find('"items"', end) >= 0:
                return self._whole(line, at)
        except (ValueError, RecursionError):
            return None
        kind = found["kind"] or found["kind_first"]
        version = found["version"] or found["version_last"]
        return (Entry(found["type"] or "", version, kind, metadata, at),)

    def _whole(self, line: bytes, at: int) -> tuple[Entry, ...] | None:
        if not line.strip():
            return ()
        wire = decode_metadata(line.strip())
        if not isinstance(wire, dict) or "items" in wire or "kind" not in wire:
            return None
        kind, metadata = wire["kind"], wire.get("metadata")
        return (Entry("", wire.get("apiVersion"), kind, metadata, at),)
