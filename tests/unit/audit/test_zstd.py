"""Zstandard, by whichever library there is; here one that is made of zlib."""

import types
import zlib

import pytest

from gcmodel.audit import zstd
from gcmodel.errors import UsageError
from tests.unit.audit.samples import an_object, as_kubectl_prints, read

MAGIC = b"\x28\xb5\x2f\xfd"


class Decompressor:
    """Looks like the one of ``zstandard``; a frame is the magic, then zlib's format."""

    def decompressobj(self):
        """Return an object for one frame."""
        return zlib.decompressobj()


class File:
    """Looks like the file of Python's own module."""

    def __init__(self, stream):
        """Hold what *stream* has after the magic, decompressed."""
        self.left = zlib.decompress(stream.read(1 << 20)[len(MAGIC) :])

    def read(self, _size):
        """Return all of it, once."""
        octets, self.left = self.left, b""
        return octets


PACKAGE = types.SimpleNamespace(ZstdDecompressor=Decompressor)
OWN = types.SimpleNamespace(ZstdFile=File)


def importing(**modules):
    """Return what imports only *modules*, named with underscores for dots."""

    def import_module(name):
        try:
            return modules[name.replace(".", "_")]
        except KeyError:
            raise ImportError(name) from None

    return import_module


def test_library_of_python_is_used_first(monkeypatch):
    """Where Python has the module, nothing else is looked for."""
    monkeypatch.setattr(zstd, "import_module", importing(compression_zstd=OWN))
    text = as_kubectl_prints(an_object("a"))

    assert read(MAGIC + zlib.compress(text.encode())).read == 1


def test_frames_follow_each_other(monkeypatch):
    """Several frames, as of files put together, are read as one text."""
    monkeypatch.setattr(zstd, "_SLICE", 5)
    frames = b"".join(zlib.compress(part) for part in (b"one ", b"two"))
    stream = zstd.Frames(types.SimpleNamespace(read=sips(frames)), PACKAGE)

    assert b"".join(iter(lambda: stream.read(1), b"")) == b"one two"


def test_frame_that_is_cut_off_is_an_error():
    """The end of the bytes is not taken for the end of the frame."""
    frame = zlib.compress(b"text " * 99)[:-5]
    stream = zstd.Frames(types.SimpleNamespace(read=sips(frame)), PACKAGE)

    with pytest.raises(EOFError):
        list(iter(lambda: stream.read(1), b""))


def sips(octets):
    """Return a function that reads *octets* a few at a time."""
    parts = iter([octets[place : place + 7] for place in range(0, len(octets), 7)])
    return lambda _size: next(parts, b"")


def test_missing_library_is_told_in_one_line(monkeypatch):
    """Who has no library is told what to install, or what to do without."""
    monkeypatch.setattr(zstd, "import_module", importing())

    with pytest.raises(UsageError) as refused:
        read(MAGIC + b"anything")

    assert str(refused.value) == (
        "dump: is compressed by zstd, which this Python cannot read; "
        "pip install zstandard, or decompress it with zstd -d"
    )
