"""Zstandard, by whichever library there is.

Python has one of its own from 3.14 on; before that it is a package.

Issue: ``.zst`` is read, or one line says what to install.
"""

from importlib import import_module
from typing import Any, Protocol

import attrs

from gcmodel.errors import UsageError

_LIBRARIES = ("compression.zstd", "backports.zstd")
_SLICE = 1024
"""Compressed bytes that are decompressed at once: they may become 32 MB, no more."""


class Readable(Protocol):
    """Something to read bytes from."""

    def read(self, size: int, /) -> bytes | None:
        """Return the next bytes, *size* at most."""


def zstd_file(stream: Readable, origin: str) -> Readable:
    """Return what *stream* holds, decompressed.

    Raises:
        UsageError: There is no library that could do it.
    """
    for name in _LIBRARIES:
        try:
            library: Any = import_module(name)
        except ImportError:
            continue
        found: Readable = library.ZstdFile(stream)
        return found
    try:
        return Frames(stream, import_module("zstandard"))
    except ImportError:
        raise UsageError(
            f"{origin or 'the stream'}: is compressed by zstd, which this Python "
            "cannot read; pip install zstandard, or decompress it with zstd -d"
        ) from None


@attrs.define
class Frames:
    """Reads frame after frame, by the package ``zstandard``.

    * **Whole**: a frame that is cut off is an error, which the package's own reader
      does not tell from the end.
    """

    stream: Readable
    library: Any
    _frame: Any = None
    _compressed: bytes = b""

    def read(self, _size: int) -> bytes:
        """Return the next bytes; their number depends on how they are compressed.

        Raises:
            EOFError: The last frame is cut off.
        """
        while True:
            octets = self._compressed or self.stream.read(_SLICE) or b""
            self._compressed = b""
            if not octets and self._frame is None:
                return b""
            if not octets:
                raise EOFError
            if self._frame is None:
                self._frame = self.library.ZstdDecompressor().decompressobj()
            found: bytes = self._frame.decompress(octets)
            if self._frame.eof:
                self._compressed = self._frame.unused_data
                self._frame = None
            if found:
                return found
