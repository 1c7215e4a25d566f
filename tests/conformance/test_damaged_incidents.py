"""Recordings that were damaged: refused in a line, or told of in one."""

import copy
import io
import json

import pytest

from gcmodel.conformance import incident_command, incident_report
from gcmodel.conformance.incident_command import run
from gcmodel.conformance.incident_format import read_recording
from gcmodel.conformance.incident_report import hold
from gcmodel.conformance.recorded_files import opened
from gcmodel.errors import UsageError
from gcmodel.kernel.choices import Choices
from tests.conformance.test_incident import RECORD, UNSEEN

SCENARIO = "S2"
SAMPLED = 200
GONE = object()
ODD = [None, "x", [None], {}, -1, True, GONE]


@pytest.fixture(scope="module", name="recorded")
def _recorded():
    """Return one recorded scenario, with a little of each kind of evidence."""
    with opened(RECORD) as file:
        wire = json.load(file)
    scenario = wire["scenarios"][SCENARIO]
    scenario["steps"] = scenario["steps"][:3]
    for step in scenario["steps"]:
        step |= {
            key: value[:2]
            for key, value in step.items()
            if isinstance(value, list) and key != "do"
        }
    for part in ("attempts", "samples", "reflector_failures"):
        scenario[part] = scenario[part][:3]
    flags = {"kube-controller-manager": wire["flags"]["kube-controller-manager"]}
    return wire | {"scenarios": {SCENARIO: scenario}, "flags": flags}


def paths_of(value, start=()):
    """Return the path of every value inside *value*, containers included."""
    inside = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    return [
        path
        for key, item in inside
        for path in [(*start, key), *paths_of(item, (*start, key))]
    ]


def damaged(wire, path, value):
    """Return a copy of *wire* with *value* at *path*, or without what stands there."""
    copied = copy.deepcopy(wire)
    *way, last = path
    place = copied
    for step in way:
        place = place[step]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return copied


def written(tmp_path, wire):
    """Return the file that holds *wire*."""
    file = tmp_path / "record.json"
    file.write_text(json.dumps(wire), encoding="utf-8")
    return file


@pytest.mark.slow
def test_any_damage_is_refused_or_compared(recorded, tmp_path):
    """Whatever value is another or is gone, nothing but a refusal comes out."""
    places = [(path, odd) for path in paths_of(recorded) for odd in ODD]
    refused, problems = 0, []
    for path, odd in Choices(1).shuffled("damage", places)[:SAMPLED]:
        file = written(tmp_path, damaged(recorded, path, odd))
        try:
            recording = read_recording(file)
        except UsageError as error:
            refused += "\n" not in str(error)
            continue
        for scenario in recording.scenarios:
            finding = hold(recording, scenario, runs_max=1)
            json.dumps(finding.to_dict())
            if finding.problem:
                problems.append((path, odd, finding.problem))

    assert problems == []
    assert SAMPLED / 4 < refused < SAMPLED


@pytest.mark.parametrize(
    ("path", "odd", "problem"),
    [
        (("identities",), None, "identities=null: must be an object"),
        (("identities", "person"), 7, "identities: person=7: must be a text"),
        (("flags",), [], "flags=[]: must be an object"),
        (
            ("deployment_template", "spec"),
            GONE,
            "deployment_template: spec=null: must be an object",
        ),
        (
            ("deployment_template", "spec", "selector", "matchLabels"),
            {},
            "matchLabels={}: must be one label",
        ),
        (("versions", "kubernetes"), "v9.9", "versions: kubernetes: "),
        (
            ("flags", "kube-controller-manager"),
            ["--kube-api-qps=many"],
            "flag --kube-api-qps=many: must be a whole number",
        ),
        (
            ("flags", "kube-controller-manager"),
            ["--vmodule=graph_builder=x"],
            "flag --vmodule=graph_builder=x=x: must be a whole number",
        ),
        (
            ("scenarios", SCENARIO, "attempts", 1, "t_end"),
            "x",
            'S2: attempts 2: t_end="x": must be a number or null',
        ),
        (
            ("scenarios", SCENARIO, "attempts", 2, "gap_after_previous_end"),
            [None],
            "S2: attempts 3: gap_after_previous_end=[null]: must be a number or null",
        ),
        (
            ("scenarios", SCENARIO, "samples", 2, "delete_retries"),
            "x",
            'S2: samples 3: delete_retries="x": must be a number',
        ),
        (
            ("scenarios", SCENARIO, "samples", 2, "t"),
            float("inf"),
            "S2: samples 3: t=Infinity: must be a number",
        ),
        (
            ("scenarios", SCENARIO, "steps", 0, "objects", "pods"),
            [None],
            "objects: pods 1=null: must be an object",
        ),
    ],
)
def test_damage_is_named_with_its_place(recorded, tmp_path, path, odd, problem):
    """What is wrong is told in one line that says where."""
    with pytest.raises(UsageError) as caught:
        read_recording(written(tmp_path, damaged(recorded, path, odd)))

    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyError("spec"), "KeyError: 'spec'"),
        (UsageError("x=1: must be 2"), "x=1: must be 2"),
        (ValueError("a\nb"), "ValueError: a b"),
    ],
)
def test_scenario_that_cannot_be_held_does_not_stop_the_others(
    monkeypatch, error, said
):
    """It is named with what went wrong; the others run; the command fails."""
    reenact = incident_report.reenact

    def failing(recording, scenario, circumstances):
        if scenario.name == "hangs":
            raise error
        return reenact(recording, scenario, circumstances)

    monkeypatch.setattr(incident_report, "reenact", failing)
    text, wire = io.StringIO(), io.StringIO()

    assert run(UNSEEN, json=False, out=text) == incident_command.DISAGREES
    assert run(UNSEEN, json=True, out=wire) == incident_command.DISAGREES
    lines = text.getvalue().splitlines()
    assert f"hangs: cannot be re-enacted: {said}" in lines
    assert lines[-1].endswith("0 comparisons, all agree; 1 cannot be re-enacted.")
    scenarios = json.loads(wire.getvalue())["scenarios"]
    assert scenarios["hangs"]["problem"] == said
    assert scenarios["restart-during-a-stall"]["reenactments"] == 1
