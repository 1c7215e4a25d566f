"""Programs with wrong values: each is reported for itself, and the others run."""

import copy
import gzip
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from gcmodel.conformance import command
from gcmodel.conformance.command import run
from gcmodel.conformance.programs import read_program

FOLDER = Path(__file__).parents[2] / "data" / "conformance" / "programs"
MANIFEST = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "a", "namespace": "n1"},
}
DELETE = {"op": "delete", "handle": "a", "options": {}}
COLLECTION = {"op": "deletecollection", "kind": "ConfigMap", "options": {}}


def program(*steps, **changes):
    """Return the text of a program that creates one object and makes *steps*."""
    made = [{"op": "create", "handle": "a", "manifest": MANIFEST}, *steps]
    wire = {
        "id": "P-1",
        "kubernetes": "1.20.2",
        "racy": False,
        "steps": [*made, {"op": "settle"}],
        "responses": [{"step": step, "code": 200} for step in range(len(made))],
        "states": [{}],
        "events": [],
        "settles": [{"virtual": []}],
        "gc_requests": [[]],
    }
    return json.dumps(wire | changes)


def judged(path):
    """Judge the file at *path*; return what came of it."""
    out = io.StringIO()
    run([path], json=True, out=out, budget=1)
    return json.loads(out.getvalue())


# Options of a delete

WRONG_OPTIONS = [
    ("gracePeriodSeconds", "5", '"5": must be a whole number of 64 bits'),
    ("gracePeriodSeconds", [5], "[5]: must be a whole number of 64 bits"),
    ("gracePeriodSeconds", {}, "{}: must be a whole number of 64 bits"),
    ("gracePeriodSeconds", 1.5, "1.5: must be a whole number of 64 bits"),
    ("gracePeriodSeconds", True, "true: must be a whole number of 64 bits"),
    ("gracePeriodSeconds", 2**63, f"{2**63}: must be a whole number of 64 bits"),
    ("orphanDependents", "yes", '"yes": must be true or false'),
    ("propagationPolicy", 5, "5: must be a string"),
    ("preconditions", "@a", '"@a": must be an object'),
    ("dryRun", "All", '"All": must be a list'),
]


@pytest.mark.parametrize("step", [DELETE, COLLECTION], ids=lambda step: step["op"])
@pytest.mark.parametrize(("field", "value", "problem"), WRONG_OPTIONS)
def test_option_of_a_wrong_type_is_named(step, field, value, problem):
    """No server could decode such options, so no recording can have them."""
    found = read_program(program(step | {"options": {field: value}}))

    assert found.problem == f"steps[1].options.{field}={problem}"


@pytest.mark.parametrize("step", [DELETE, COLLECTION], ids=lambda step: step["op"])
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"dryRun": ["All", 5]}, "dryRun[1]=5: must be a string"),
        ({"preconditions": {"uid": 5}}, "preconditions.uid=5: must be a string"),
        (
            {"preconditions": {"resourceVersion": []}},
            "preconditions.resourceVersion=[]: must be a string",
        ),
    ],
)
def test_wrong_part_of_an_option_is_named(step, options, problem):
    """What is in an option is looked at like the option."""
    found = read_program(program(step | {"options": options}))

    assert found.problem == f"steps[1].options.{problem}"


@pytest.mark.parametrize("field", ["labelSelector", "namespace"])
def test_selector_and_namespace_of_a_collection_are_text(field):
    """Where a collection is, and what of it, is a string."""
    found = read_program(program(COLLECTION | {field: ["n1"]}))

    assert found.problem == f'steps[1].{field}=["n1"]: must be a string'


# Requests of the collector

REQUEST = ["get", "configmaps", "n1/a", None, None, 200]


@pytest.mark.parametrize("key", ["gc_requests", "gc_requests_one_worker"])
@pytest.mark.parametrize(
    ("part", "value"),
    [(part, value) for part in range(3) for value in ([], {}, 5, None)]
    + [(3, []), (3, "x"), (4, []), (4, 5), (5, "200"), (5, None)],
)
def test_request_of_wrong_parts_is_named(key, part, value):
    """Each part of a recorded request has its type."""
    request = [*REQUEST[:part], value, *REQUEST[part + 1 :]]
    changes = {"gc_requests": [[REQUEST]]} | {key: [[request]]}

    assert read_program(program(**changes)).problem == (
        f"{key}[0]: {json.dumps(request)}: must be verb, resource, name, options, "
        "patch and code"
    )


# The model breaks down


def test_a_program_that_breaks_the_model_is_a_problem(tmp_path, monkeypatch):
    """Whatever goes wrong with one program is told; the next one is judged."""
    path = tmp_path / "some.jsonl"
    path.write_text(f"{program()}\n{program(id='P-2')}\n", encoding="utf-8")
    judge = command.judge

    def breaking(program, budget):
        if program.line == 1:
            raise ZeroDivisionError("by nothing")
        return judge(program, budget)

    monkeypatch.setattr(command, "judge", breaking)
    found = judged(path)

    assert found["programs"] == 1
    assert found["malformed"] == [
        {
            "file": "some.jsonl",
            "line": 1,
            "id": "P-1",
            "problem": "cannot be replayed: ZeroDivisionError: by nothing",
        }
    ]


# Recorded programs with one wrong value

ODD = st.sampled_from(
    [None, "", "@a", 0, -1, 1.5, True, [], {}, [None], [[]], {"a": 1}, "\ud800", 10**30]
)


TEXTS = (
    text
    for path in FOLDER.glob("*.jsonl.gz")
    for text in gzip.decompress(path.read_bytes()).decode().splitlines()
)
GOOD, *RECORDED = sorted(TEXTS, key=lambda text: (len(text), text))[:40]


def _places(value, path=()):
    if path:
        yield path
    pairs = {dict: dict.items, list: enumerate}.get(type(value), lambda _: ())(value)
    for key, one in pairs:
        yield from _places(one, (*path, key))


@st.composite
def spoiled(draw):
    """A recorded program with another value at some place, or none there."""
    wire = json.loads(draw(st.sampled_from(RECORDED)))
    *way, last = draw(st.sampled_from(list(_places(wire))))
    parent = wire
    for key in way:
        parent = parent[key]
    if draw(st.booleans()):
        parent[last] = copy.deepcopy(draw(ODD))
    else:
        del parent[last]
    return json.dumps(wire)


@pytest.fixture(name="path", scope="module")
def _path(tmp_path_factory):
    return tmp_path_factory.mktemp("odd") / "some.jsonl"


@given(text=spoiled())
def test_one_wrong_value_costs_one_program(path, text):
    """A spoiled program is judged or reported; the one after it is judged anyway."""
    path.write_text(f"{text}\n{GOOD}\n", encoding="utf-8")
    found = judged(path)
    run([path], json=False, out=io.StringIO(), budget=1)

    assert found["programs"] + len(found["malformed"]) == 2
    assert {one["line"] for one in found["malformed"]} <= {1}
    assert json.loads(GOOD)["id"] not in {one["id"] for one in found["disagree"]}
