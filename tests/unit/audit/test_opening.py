"""Streams that fail, and streams that are none."""

import io

import pytest

from gcmodel.audit import load
from gcmodel.errors import UsageError
from tests.unit.audit.samples import a_list, an_object, as_kubectl_prints, read

TEXT = as_kubectl_prints(a_list(*(an_object(f"n{number}") for number in range(9))))


class Failing(io.BytesIO):
    """A stream that fails after its first thousand bytes."""

    name = "wire"

    def read1(self, _size=-1):
        """Return the first bytes, then fail."""
        if self.tell():
            raise OSError(5, "Input/output error")
        return self.read(1000)


def test_failure_in_the_middle_is_told():
    """Where the stream fails, it ends; what came before is kept only on request."""
    with pytest.raises(UsageError) as refused:
        load(Failing(TEXT.encode()))
    dump = load(Failing(TEXT.encode()), skip_bad=True)

    assert str(refused.value) == (
        "wire: byte 1000: cannot be read on (Input/output error); copy or dump it again"
    )
    assert (dump.read, dump.bad) == (1, 2)


def test_half_characters_in_text_are_told():
    """Text that could not be written as UTF-8 gets one line, as bytes do."""
    with pytest.raises(UsageError, match="not UTF-8; save it as UTF-8"):
        load(io.StringIO(TEXT.replace("uid-n3", "\ud800")))


def test_stream_of_something_else_is_refused():
    """What read() gives must be bytes or text."""

    class Numbers:
        def read(self, _size):
            return 7

    with pytest.raises(UsageError, match=r"its read\(\) gives the number 7: must be"):
        load(Numbers())


def test_mark_that_is_cut_by_a_chunk_is_passed_over():
    """Bytes that say what the text is in are no part of it, however they come."""
    assert read("\ufeff" + TEXT, sip=1).read == 9


def test_file_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    """The reason of the system is told, in one line."""

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.json").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr("pathlib.Path.open", refuse)

    with pytest.raises(
        UsageError, match=r"a\.json: cannot be read \(Permission denied"
    ):
        load(tmp_path / "a.json")
