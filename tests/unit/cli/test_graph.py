"""``gcmodel graph``: what is printed, and what the exit status says."""

import io
import json
import types

import pytest

from gcmodel.cli import graph as command
from gcmodel.cli.main import main
from tests.unit.audit.samples import a_list, an_object, as_kubectl_prints

ITEMS = [
    an_object("web"),
    an_object("new", owners=["web"]),
    an_object("old", owners=["gone"]),
]

SUMMARY = """\
objects         3
owned by        2 references to owners that have a node
being deleted   0
depth           2

kinds: 1
        3  Pod

widest owners: 2
        1  Pod ns/web
        1  Pod ns/gone

cycles: none

virtual owners, named but not in the dump: 1
  Pod ns/gone, uid uid-gone
"""


@pytest.fixture
def dump(tmp_path):
    """A file with a dump of three objects."""
    path = tmp_path / "dump.json"
    path.write_text(as_kubectl_prints(a_list(*ITEMS)), encoding="utf-8")
    return path


@pytest.fixture
def broken(tmp_path):
    """A file with a dump of which one object is bad."""
    path = tmp_path / "broken.json"
    bad = an_object("bad", uid=7)
    path.write_text(as_kubectl_prints(a_list(*ITEMS, bad)), encoding="utf-8")
    return path


def test_summary_is_printed(dump, capsys):
    """Without a format it is told in words and numbers."""
    assert main(["graph", str(dump)]) == 0
    assert capsys.readouterr() == (SUMMARY, "")


def test_standard_input_is_read(dump, capsys, monkeypatch):
    """A dash stands for what is piped in."""
    stdin = types.SimpleNamespace(buffer=io.BytesIO(dump.read_bytes()))
    monkeypatch.setattr("sys.stdin", stdin)

    assert main(["graph", "-"]) == 0
    assert capsys.readouterr().out == SUMMARY


def test_closed_standard_input_is_told(capsys, monkeypatch):
    """Without standard input, there is nothing that a dash could stand for."""
    monkeypatch.setattr("sys.stdin", None)

    assert main(["graph", "-"]) == 2
    assert capsys.readouterr().err == (
        "gcmodel: -: standard input is closed; give the path of a dump\n"
    )


def test_parts_are_cut_out(dump, capsys):
    """By UID, or by kind and name, the object and its relatives are drawn."""
    chosen = (
        ["--uid", "uid-web"],
        ["--root", "pod/web"],
        ["--root", "Pod/web", "-n", "ns"],
    )
    for options in chosen:
        assert main(["graph", str(dump), "--format", "json", *options]) == 0
        nodes = json.loads(capsys.readouterr().out)["nodes"]
        assert [node["name"] for node in nodes] == ["web", "new"]


def test_drawing_is_written_to_a_file(dump, tmp_path, capsys):
    """With -o nothing is printed."""
    out = tmp_path / "graph.dot"

    assert main(["graph", str(dump), "--format", "dot", "-o", str(out)]) == 0
    assert capsys.readouterr() == ("", "")
    assert out.read_text(encoding="utf-8").startswith("digraph owners {\n")


def test_bad_object_ends_the_command(broken, capsys):
    """By default nothing is printed but one line that says what is wrong."""
    assert main(["graph", str(broken)]) == 2

    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "items[3].metadata.uid is the number 7: must be a string" in err


def test_skipped_objects_show_in_text_and_status(broken, capsys):
    """What is not whole says so, in the text as in the status."""
    assert main(["graph", str(broken), "--skip-bad"]) == 1

    out = capsys.readouterr().out
    assert out.startswith(
        "NOT WHOLE: 1 bad skipped; this tells of what could be read, 3 objects\n\n"
        f"{SUMMARY}\nskipped: 1\n"
    )
    assert "items[3].metadata.uid is the number 7" in out.splitlines()[-1]


def test_skipped_objects_stay_out_of_drawings(broken, capsys):
    """A drawing remains one; what was skipped is told on standard error."""
    assert main(["graph", str(broken), "--skip-bad", "--format", "json"]) == 1

    out, err = capsys.readouterr()
    assert len(json.loads(out)["nodes"]) == 4
    assert err.count("gcmodel: ") == 2


REFUSED = [
    pytest.param(
        ["--format", "png"],
        "format='png': not a format; use one of text, dot, mermaid, graphml, json",
        id="format",
    ),
    pytest.param(
        ["--uid", "a", "--root", "Pod/a"],
        "--uid and --root: only one object can be cut out; give one",
        id="both",
    ),
    pytest.param(
        ["-n", "ns"], "-n: says where --root lives; give --root as well", id="n"
    ),
    pytest.param(
        ["--uid", "a"], "uid='a': not in the dump; give one that is", id="uid"
    ),
]


@pytest.mark.parametrize(("options", "complaint"), REFUSED)
def test_wrong_use_is_refused(dump, options, complaint, capsys):
    """One line says what is wrong, and nothing is printed."""
    assert main(["graph", str(dump), *options]) == 2
    assert capsys.readouterr() == ("", f"gcmodel: {complaint}\n")


def test_output_that_cannot_be_written_is_told(dump, tmp_path, capsys):
    """A folder is no file to write to."""
    assert main(["graph", str(dump), "-o", str(tmp_path)]) == 2
    assert "cannot be written (Is a directory); name another file" in (
        capsys.readouterr().err
    )


def test_interruption_ends_in_one_line(dump, capsys, monkeypatch):
    """Ctrl-C while reading gives the status that shells know."""

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "_load", interrupted)

    assert main(["graph", str(dump)]) == 130
    assert capsys.readouterr() == ("", "gcmodel: interrupted\n")
