"""What the command prints, and how it ends."""

import gzip
import io
import json

import pytest

from gcmodel.conformance.command import run
from gcmodel.errors import UsageError

CONFIG_MAP = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "a", "namespace": "n1"},
}
STATE = {
    "exists": True,
    "incarnation": 1,
    "deleting": False,
    "finalizers": [],
    "ownerReferences": [],
}


def program(name, state=STATE, **changes):
    """Return a program that creates one ConfigMap."""
    return {
        "id": name,
        "kubernetes": "1.20.2",
        "racy": False,
        "steps": [
            {"op": "create", "handle": "a", "manifest": CONFIG_MAP},
            {"op": "settle"},
        ],
        "responses": [{"step": 0, "code": 201, "body": "ConfigMap"}],
        "states": [{"a": state}],
        "events": [],
        "settles": [{"virtual": []}],
        "gc_requests": [[]],
        **changes,
    }


@pytest.fixture(name="call")
def _call(tmp_path):
    def call(*programs, json=False):
        """Run the command on *programs*; return its status and its output."""
        path = tmp_path / "some.jsonl"
        lines = [one if isinstance(one, str) else dumps(one) for one in programs]
        path.write_text("\n".join(lines), encoding="utf-8")
        out = io.StringIO()
        status = run([path], json=json, out=out, budget=3)
        return status, out.getvalue()

    return call


dumps = json.dumps


def test_agreement_is_counted(call):
    """A program that agrees is counted for each kind of evidence; the status is 0."""
    status, text = call(program("P-1"), json=True)
    found = json.loads(text)

    assert status == 0
    assert found.pop("seconds") >= 0
    assert found == {
        "programs": 1,
        "agree": 1,
        "disagree": [],
        "evidence": {
            "responses": {"checked": 1, "agree": 1},
            "states": {"checked": 1, "agree": 1},
            "events": {"checked": 1, "agree": 1},
            "virtual": {"checked": 1, "agree": 1},
            "writes": {"checked": 1, "agree": 1},
            "write_order": {"checked": 0, "agree": 0},
        },
        "racy": {"outcomes": 0, "reached": 0},
        "replays": 1,
        "searched": 0,
        "budget": 3,
        "malformed": [],
    }


def test_disagreement_is_a_diff(call):
    """What was recorded and what the model did stand against each other."""
    status, text = call(program("P-1", STATE | {"generation": 4}))

    assert status == 1
    assert text.startswith(
        "P-1: states, step 1\n"
        "--- recorded\n"
        "+++ model\n"
        "@@ -4,5 +4,4 @@\n"
        '   "exists": true,\n'
        '   "finalizers": [],\n'
        '-  "generation": 4,\n'
        '   "incarnation": 1,\n'
        '   "ownerReferences": []\n'
    )
    assert "programs     0 of 1 agree\n" in text


def test_malformed_line_is_reported_and_the_others_run(call):
    """A line that is no program is named with file, line and id; the status is 1."""
    bad = program("P-2", steps=[{"op": "settle"}, {"op": "undo"}])
    status, text = call(program("P-1"), bad, "nothing", program("P-4"))

    assert status == 1
    assert text.splitlines()[:3] == [
        "some.jsonl:2: P-2: steps[1].op='undo': must be one of create, delete, patch, "
        "update, deletecollection, settle, controller_stop, controller_start",
        "some.jsonl:3: (no id): not JSON: Expecting value: line 1 column 1 (char 0)",
        "programs     2 of 2 agree",
    ]


def test_kind_that_is_not_served_is_reported(call):
    """A program that cannot be replayed is a problem of its line."""
    widget = CONFIG_MAP | {"kind": "Widget"}
    steps = [
        {"op": "create", "handle": "a", "manifest": widget},
        {"op": "settle"},
    ]
    status, text = call(program("P-1", steps=steps), json=True)

    (problem,) = json.loads(text)["malformed"]
    assert (status, problem["line"], problem["id"]) == (1, 1, "P-1")
    assert problem["problem"].startswith("cannot be replayed: v1/Widget: not served")


def test_outcome_that_is_not_reached_is_told(call):
    """A racy program names what the nearest replay did instead."""
    outcome = {
        "count": 1,
        "one_worker": 0,
        "responses": [{"step": 0, "code": 500}],
        "states": [{"a": STATE}],
        "events": [],
    }
    status, text = call(program("P-1", racy=True, outcomes=[outcome]), json=True)

    found = json.loads(text)
    assert (status, found["racy"]) == (1, {"outcomes": 1, "reached": 0})
    assert found["disagree"] == [
        {
            "id": "P-1",
            "evidence": "outcomes",
            "step": None,
            "expected": {"responses": [{"step": 0, "code": 500}]},
            "got": {"responses": [{"step": 0, "code": 201, "body": "ConfigMap"}]},
        }
    ]


def test_missing_file_is_wrong_use():
    """A file that is not there is the caller's mistake."""
    with pytest.raises(UsageError, match="no such file"):
        run(["nowhere.jsonl"], json=True, out=io.StringIO())


def test_empty_file_is_wrong_use(tmp_path):
    """Nothing agrees where there is nothing."""
    file = tmp_path / "programs.jsonl"
    file.write_text("\n", encoding="utf-8")

    with pytest.raises(UsageError, match="no program in it"):
        run([file], json=False, out=io.StringIO())


def test_empty_file_beside_others_is_a_problem(tmp_path):
    """A file that lost its programs is told; the others are judged."""
    good, empty = tmp_path / "good.jsonl", tmp_path / "empty.jsonl"
    good.write_text(dumps(program("P-1")), encoding="utf-8")
    empty.write_text("", encoding="utf-8")
    out = io.StringIO()

    assert run([empty, good], json=False, out=out) == 1
    assert out.getvalue().splitlines()[:2] == [
        "empty.jsonl: no program in it; give files of recorded programs",
        "programs     1 of 1 agree",
    ]


def test_file_that_is_cut_off_is_a_problem(tmp_path):
    """A download that broke off is told; it is no reason to fall over."""
    file = tmp_path / "programs.jsonl.gz"
    file.write_bytes(gzip.compress(b'{"id": "a", "steps": []}' * 99)[:40])
    out = io.StringIO()

    assert run([file], json=False, out=out) == 1
    assert "cannot be read: Compressed file ended" in out.getvalue()
