"""Opening a source: a path or a stream, as it is or compressed.

What a source is shows in its first bytes; its name decides nothing.

Issue: ``.json.gz`` and ``.zst`` are read; one line says what is missing to read them.
"""

import codecs
import gzip
import io
import os
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from gcmodel.audit.bad_objects import BadObjects
from gcmodel.audit.chunks import Chunks
from gcmodel.audit.zstd import zstd_file
from gcmodel.errors import UsageError
from gcmodel.objects.places import shown

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
UTF_8 = codecs.BOM_UTF8
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
HEAD = 4


@attrs.define
class Meter:
    """Counts the bytes that come off the disk or the wire.

    Attributes:
        total: How many there are; None if nobody knows.
        tell: Called after each read.
    """

    total: int | None = None
    read: int = 0
    tell: Callable[[], None] = lambda: None


@attrs.define
class Metered:
    """A stream whose bytes are counted, and whose text is taken as UTF-8."""

    stream: Any
    meter: Meter
    origin: str

    def read(self, size: int) -> bytes:
        """Return the next bytes, about *size* of them."""
        read = getattr(self.stream, "read1", self.stream.read)
        found = read(size)
        if isinstance(found, str):
            found = found.encode("utf-8", "surrogatepass")
        if not isinstance(found, bytes | bytearray | None):
            raise UsageError(
                f"{self.origin}: its read() gives {shown(found)}: must be bytes or "
                "text; open a file, or pass a pathlib.Path"
            )
        octets = bytes(found or b"")
        self.meter.read += len(octets)
        self.meter.tell()
        return octets


@contextmanager
def opened(source: Any, meter: Meter, bad: BadObjects) -> Iterator[Chunks]:
    """Open *source*, a path or a stream; its text comes as UTF-8 without a mark.

    Raises:
        UsageError: It cannot be opened; or, later, not be read, and bad objects are
            not to be skipped.
    """
    if hasattr(source, "read"):
        name = getattr(source, "name", "")
        yield _chunks(source, meter, bad, name if isinstance(name, str) else "")
        return
    path = Path(source)
    with _file(path) as stream:
        if meter.total is None:
            meter.total = _size(stream)
        yield _chunks(stream, meter, bad, str(path))


def _file(path: Path) -> io.FileIO:
    try:
        return path.open("rb", buffering=0)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"{path}: cannot be read ({reason}); give a file or a folder of dumps"
        ) from error


def _size(stream: io.FileIO) -> int | None:
    status = os.fstat(stream.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _chunks(stream: Any, meter: Meter, bad: BadObjects, origin: str) -> Chunks:
    chunks = _guarded(Metered(stream, meter, origin or "the stream"), bad, origin)
    head = chunks.peek(HEAD)
    compressed: Any = _Peeked(chunks)
    if head.startswith(GZIP):
        chunks = _guarded(gzip.GzipFile(fileobj=compressed, mode="rb"), bad, origin)
    elif head.startswith(ZSTD):
        chunks = _guarded(zstd_file(compressed, origin), bad, origin)
    return _as_utf_8(chunks)


@attrs.frozen
class _Peeked:
    """Chunks as a file again, for those who decompress."""

    chunks: Chunks

    def read(self, size: int = -1) -> bytes:
        octets = self.chunks.read(max(size, 0))
        found = octets[:size] if size >= 0 else octets
        self.chunks.unread(octets[len(found) :])
        return found


def _guarded(stream: Any, bad: BadObjects, origin: str) -> Chunks:
    return Chunks(origin, _Guarded(stream, bad, origin).read)


@attrs.define
class _Guarded:
    """A stream that ends where it cannot be read on, which is told in one line."""

    stream: Any
    bad: BadObjects
    origin: str
    offset: int = 0
    is_broken: bool = False

    def read(self, size: int) -> bytes:
        if self.is_broken:
            return b""
        read = getattr(self.stream, "read1", self.stream.read)
        try:
            octets = bytes(read(size))
        except (EOFError, OSError, zlib.error) as error:
            return self._broken(error)
        except Exception as error:
            # Each library for zstd has an error of its own, by the same name.
            if type(error).__name__ != "ZstdError":
                raise
            return self._broken(error)
        self.offset += len(octets)
        return octets

    def _broken(self, error: Exception) -> bytes:
        self.is_broken = True
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        if isinstance(error, EOFError):
            reason = "the compressed data are cut off"
        where = f"{self.origin or 'the stream'}: byte {self.offset}"
        self.bad.add(
            UsageError(f"{where}: cannot be read on ({reason}); copy or dump it again")
        )
        return b""


def _as_utf_8(chunks: Chunks) -> Chunks:
    head = chunks.peek(HEAD)
    if head.startswith(UTF_16):
        decoder = codecs.getincrementaldecoder("utf-16")("replace")

        def transcoded(size: int) -> bytes:
            while octets := chunks.read(size):
                if text := decoder.decode(octets):
                    return text.encode()
            return decoder.decode(b"", final=True).encode()

        return Chunks(chunks.origin, transcoded)
    if head.startswith(UTF_8):
        whole = chunks.read()
        while len(whole) < len(UTF_8):
            whole += chunks.read()
        chunks.unread(whole[len(UTF_8) :])
    return chunks
