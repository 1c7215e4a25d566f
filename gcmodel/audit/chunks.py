"""The bytes of one source, piece by piece.

Issue: memory does not grow with the size of what is read.
"""

from collections.abc import Callable

import attrs

from gcmodel.objects.places import Place

CHUNK = 1 << 18
"""Bytes that are read at a time; more does not make reading faster."""

OBJECT_MAX = 16 << 20
"""Bytes that one object may have. A server stores objects of 1.5 MiB at most."""


@attrs.define
class Chunks:
    """Bytes to be read once; what was read too far can be put back.

    Attributes:
        origin: What complaints call the source.
        offset: How many bytes came before the next ones.
    """

    origin: str
    _read: Callable[[int], bytes]
    size: int = CHUNK
    offset: int = 0
    _back: bytes = b""

    def read(self, size: int = 0) -> bytes:
        """Return the next bytes, some *size* of them; none at the end."""
        octets, self._back = self._back, b""
        octets = octets or self._read(size or self.size)
        self.offset += len(octets)
        return octets

    def after(self, rest: bytes) -> bytes:
        """Return *rest* and what follows; none if nothing follows.

        At least as much follows as is held, so that text is not copied too often
        while it waits for its end.
        """
        found: list[bytes] = []
        left = len(rest)
        while octets := self.read():
            found.append(octets)
            left -= len(octets)
            if left <= 0:
                break
        return rest + b"".join(found) if found else b""

    def unread(self, octets: bytes) -> None:
        """Put *octets* back, in front of what is to come."""
        self._back = octets + self._back
        self.offset -= len(octets)

    def peek(self, size: int) -> bytes:
        """Return the first *size* bytes to come, or all if there are fewer."""
        octets = b""
        while len(octets) < size and (more := self.read()):
            octets += more
        self.unread(octets)
        return octets[:size]

    def place(self, offset: int) -> Place:
        """Return the place of the byte at *offset*."""
        return byte_place(self.origin, offset)


def byte_place(origin: str, offset: int, index: int = -1) -> Place:
    """Return the place of a byte; *index* is that of an item, if it is in one."""
    path = ("items", index) if index >= 0 else ()
    return Place(f"{origin}: byte {offset}" if origin else f"byte {offset}", path=path)
