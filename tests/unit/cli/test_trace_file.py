"""Where ``--trace`` writes, and what becomes of a file that was there."""

import json

import pytest

from gcmodel.cli.trace_file import TraceFile, opened
from gcmodel.errors import GcModelError, UsageError
from gcmodel.kernel.trace import Trace


@pytest.fixture(name="trace")
def _trace():
    trace = Trace()
    trace.append(7, "user", "story", {"did": "something"})
    return trace


@pytest.fixture(name="path")
def _path(tmp_path):
    path = tmp_path / "trace.jsonl"
    path.write_text("old", encoding="utf-8")
    return path


def test_trace_takes_the_place_of_the_file_in_the_end(path, trace):
    """Until all is written, what was there stays; then nothing else is left."""
    with opened(str(path)) as file:
        before = path.read_text(encoding="utf-8")
        file.write(trace)

    assert before == "old"
    assert json.loads(path.read_text(encoding="utf-8"))["at_ns"] == 7
    assert list(path.parent.iterdir()) == [path]


def test_run_that_is_cut_off_leaves_the_file_alone(path):
    """Ctrl-C costs nobody the trace of an earlier run."""
    with pytest.raises(KeyboardInterrupt), opened(str(path)):
        raise KeyboardInterrupt

    assert path.read_text(encoding="utf-8") == "old"
    assert list(path.parent.iterdir()) == [path]


def test_link_stays_a_link(path, trace):
    """What a link leads to is replaced, and not the link."""
    link = path.with_name("link")
    link.symlink_to(path.name)
    with opened(str(link)) as file:
        file.write(trace)

    assert link.is_symlink()
    assert json.loads(path.read_text(encoding="utf-8"))["what"] == "story"


def test_file_that_is_new_is_as_any_other(tmp_path, trace):
    """Who may read it is decided as for every file that is created."""
    path, other = tmp_path / "new", tmp_path / "other"
    other.touch()
    with opened(str(path)) as file:
        file.write(trace)

    assert path.stat().st_mode == other.stat().st_mode


def test_device_is_written_to(trace):
    """A device is opened as it is; nothing is put beside it."""
    file = TraceFile.open("/dev/null")
    file.write(trace)

    assert file.beside is None


def test_device_that_is_full_is_the_fault_of_its_name(trace):
    """What the trace cannot be written to is named, not the output."""
    with opened("/dev/full") as file, pytest.raises(GcModelError) as caught:
        file.write(trace)

    assert str(caught.value) == (
        "trace='/dev/full': cannot be written (No space left on device); "
        "give a file that can"
    )


@pytest.mark.parametrize("name", ["", ".", "new/", "a\0b", "n" * 999, "no/such/file"])
def test_what_can_be_no_file_is_refused(tmp_path, monkeypatch, name):
    """Whatever keeps a file from being opened is told before anything runs."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError, match="cannot be written"):
        TraceFile.open(name)
    assert list(tmp_path.iterdir()) == []


def test_link_that_leads_to_itself_is_refused(tmp_path):
    """A circle of links is no file."""
    loop = tmp_path / "loop"
    loop.symlink_to(loop)

    with pytest.raises(UsageError, match="cannot be written"):
        TraceFile.open(str(loop))
