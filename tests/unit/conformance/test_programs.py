"""Programs are read strictly, and each line for itself."""

import gzip
import json

import pytest

from gcmodel.conformance.programs import (
    Outcome,
    Problem,
    Program,
    read_program,
    read_programs,
)
from gcmodel.conformance.steps import Step

CONFIG_MAP = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "a", "namespace": "n1"},
}
GOOD = {
    "id": "P-1",
    "kubernetes": "1.20.2",
    "racy": False,
    "steps": [
        {"op": "create", "handle": "a", "manifest": CONFIG_MAP},
        {"op": "settle"},
    ],
    "responses": [{"step": 0, "code": 201, "body": "ConfigMap"}],
    "states": [{"a": {"exists": True}}],
    "events": [],
    "settles": [{"virtual": []}],
    "gc_requests": [[]],
}


def read(**changes):
    """Read the good program with *changes*."""
    return read_program(json.dumps(GOOD | changes), "file", 7)


def steps(*found):
    """Read the good program with other steps; return the problem."""
    return read(steps=list(found)).problem


def test_program_is_read_whole():
    """A program has its steps, its one outcome and where it stands."""
    found = read()

    assert found == Program(
        file="file",
        line=7,
        id="P-1",
        steps=(
            Step(0, "create", GOOD["steps"][0]),
            Step(1, "settle", {"op": "settle"}),
        ),
        racy=False,
        outcomes=(Outcome(GOOD["responses"], GOOD["states"], []),),
        settles=[{"virtual": []}],
        requests=[[]],
        requests_one_worker=None,
        writes_vary=False,
        virtual_varies=False,
    )


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"kubernetes": "1.21.0"}, "kubernetes='1.21.0': must be '1.20.2'"),
        ({"format": 2}, "format=2: must be 1 or left out"),
        ({"id": ""}, 'id="": must not be empty'),
        ({"racy": "no"}, 'racy="no": must be true or false'),
        ({"states": []}, "states: 0 entries, must be one for each of the 1 settles"),
        ({"settles": [3]}, "settles[0]=3: must be an object"),
        ({"gc_requests": [[["get"]]]}, 'gc_requests[0]: ["get"]: must be verb'),
        ({"events": [{"handle": "a"}]}, "events[0].reason: missing"),
        ({"racy": True, "outcomes": []}, "outcomes: must not be empty"),
    ],
)
def test_what_is_wrong_is_named(changes, problem):
    """A problem names the field, what it is and what it must be."""
    found = read(**changes)

    assert (found.file, found.line, found.id) == ("file", 7, (GOOD | changes)["id"])
    assert found.problem.startswith(problem)


def test_unknown_operation_is_refused():
    """An operation that is not of the format is named together with those that are."""
    assert steps({"op": "frobnicate"}) == (
        "steps[0].op='frobnicate': must be one of create, delete, patch, update, "
        "deletecollection, settle, controller_stop, controller_start"
    )


def test_handle_must_be_created_first():
    """A handle says nothing about its object until it is created."""
    assert steps({"op": "delete", "handle": "z", "options": {}}) == (
        "steps[0].handle='z': must be created by an earlier step"
    )


def test_bad_lines_leave_the_others_alone(tmp_path):
    """Every line is read for itself; blank ones are skipped."""
    path = tmp_path / "some.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(f"{json.dumps(GOOD)}\n\nno json\n[]\n{json.dumps(GOOD)}\n")

    found = list(read_programs(path))
    assert [type(one) for one in found] == [Program, Problem, Problem, Program]
    assert [one.line for one in found] == [1, 3, 4, 5]
    assert str(found[2]) == "some.jsonl.gz:4: (no id): []: must be a JSON object"


@pytest.mark.parametrize("name", ["some.jsonl", "some.jsonl.gz"])
def test_line_that_is_not_utf_8_leaves_the_others_alone(tmp_path, name):
    """Each line is decoded for itself; the problem names line, id and byte."""
    good = json.dumps(GOOD).encode()
    bad = good.replace(b"ConfigMap", b"Config\xffMap", 1)
    path = tmp_path / name
    text = b"\n".join([good, bad, good])
    path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)

    found = list(read_programs(path))
    assert [type(one) for one in found] == [Program, Problem, Program]
    assert str(found[1]) == (
        f"{name}:2: P-1: not UTF-8: invalid start byte at byte {bad.index(0xFF) + 1}"
    )


@pytest.mark.parametrize("kept", [0.5, 0.75, 0.95])
def test_file_that_breaks_off_has_what_came_before(tmp_path, kept):
    """The whole lines before the break are read; the break is told at the end."""
    lines = [json.dumps(GOOD | {"id": f"P-{n}", "title": "x" * n}) for n in range(999)]
    packed = gzip.compress("\n".join(lines).encode())
    path = tmp_path / "some.jsonl.gz"
    path.write_bytes(packed[: int(kept * len(packed))])

    *found, problem = read_programs(path)
    assert [one.id for one in found] == [f"P-{n}" for n in range(len(found))]
    assert 0 < len(found) < 999
    assert str(problem).startswith(
        f"some.jsonl.gz: cannot be read after line {len(found)}: Compressed file ended"
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (json.dumps(GOOD)[:-1], "P-1"),
        (' { "id" : "P-1" , "steps": [', "P-1"),
        ('{"id": "P-1"', "P-1"),
        ('{"id": "P-', ""),
        ('{"steps": [{"id": "P-1"', ""),
        ('  "id": "P-1",', ""),
        ('{"id": "P\\u002d1", ', ""),
    ],
)
def test_line_that_is_cut_off_is_named_by_its_first_field(text, name):
    """An id that the line begins with is known, though the rest is no JSON."""
    assert read_program(text, "file", 7).id == name


def test_missing_file_is_a_problem_without_a_line(tmp_path):
    """A file that cannot be read is reported like a line that cannot be."""
    (found,) = read_programs(tmp_path / "none.jsonl")

    assert (found.line, found.id) == (None, "")
    assert str(found) == "none.jsonl: cannot be read: No such file or directory"


@pytest.mark.parametrize(
    "text",
    [json.dumps(GOOD, indent=2), json.dumps([GOOD], indent=2), "a\nb\nc\n"],
    ids=["pretty-printed", "pretty-printed list", "no JSON at all"],
)
def test_file_of_something_else_is_one_problem(tmp_path, text):
    """Where no line is like a program the file is named, once, and no line."""
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")

    assert [str(one) for one in read_programs(path)] == [
        "other.json: none of its lines is a program; give a file with one program a "
        "line, or --incident for a recording of stalled collectors"
    ]


@pytest.mark.parametrize("text", ["", "\n", " \n\n"])
def test_file_without_lines_is_a_problem(tmp_path, text):
    """Nothing agrees where there is nothing."""
    path = tmp_path / "empty.jsonl"
    path.write_text(text, encoding="utf-8")

    assert [str(one) for one in read_programs(path)] == [
        "empty.jsonl: no program in it; give files of recorded programs"
    ]


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000], ids=["lists", "objects"]
)
def test_what_is_nested_too_deeply_is_a_problem(text):
    """Brackets beyond any stack are refused like other lines that are no program."""
    assert str(read_program(text, "file", 7)) == (
        "file:7: (no id): nested too deeply to be read"
    )
