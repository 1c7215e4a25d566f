"""The recorded stall, re-enacted: seven scenarios on a real Kubernetes 1.20.2."""

import copy
import gzip
import io
import json
from pathlib import Path

import attrs
import pytest

from docs import rates
from gcmodel.cli.main import main
from gcmodel.conformance.incident_command import run
from gcmodel.conformance.incident_format import Scenario, Step, read_recording
from gcmodel.conformance.incident_report import KINDS, hold
from gcmodel.conformance.incident_run import reenact
from gcmodel.conformance.incident_setting import Circumstances
from gcmodel.errors import UsageError

DATA = Path(__file__).parents[1] / "data" / "conformance" / "incident"
RECORD = DATA / "incident-1.20.2.json.gz"
UNSEEN = DATA / "unseen.json"
SCENARIOS = ("S1-down", "S1-delete", "S1-fix", "S2", "S3", "S4", "S6")


@pytest.fixture(scope="module", name="recording")
def _recording():
    return read_recording(RECORD)


@pytest.fixture(scope="module", name="findings")
def _findings(recording):
    return {one.name: hold(recording, one) for one in recording.scenarios}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_model_agrees_with_the_record(findings, name, kind):
    """Whatever the real control plane showed, the model shows."""
    different = [
        "\n".join(check.lines())
        for check in findings[name].checks[kind]
        if not check.agrees
    ]

    assert different == []
    assert findings[name].checks[kind]


def test_published_rates(findings):
    """The page on fidelity says how far each scenario agrees."""
    published = rates.PAGE.read_text(encoding="utf-8")

    assert rates.of_incident(findings.values()) in published


def _changed(scenario, change):
    record = copy.deepcopy(scenario.record)
    change(record)
    steps = tuple(
        attrs.evolve(step, record=wire)
        for step, wire in zip(scenario.steps, record["steps"], strict=True)
    )
    return attrs.evolve(scenario, record=record, steps=steps)


def _step(record, name):
    return next(step for step in record["steps"] if step["step"] == name)


def _drop_a_line(record):
    del _step(record, "down")["logs"][-1]


def _change_a_level(record):
    _step(record, "down")["logs"][0]["level"] = "E"


def _delay_an_attempt(record):
    record["attempts"][1]["t_start"] -= 1


def _stretch_a_gap(record):
    record["reflector_gaps_s"]["1"][0] += 0.5


def _rename_a_write(record):
    call = _step(record, "probe-down")["gc_calls"][-1]
    call["body"]["propagationPolicy"] = "Foreground"


def _keep_an_object(record):
    pods = _step(record, "probe-down")["objects"]["pods"]
    pods.append({"namespace": "default", "name": "left", "uid": "P1"})


def _add_an_event(record):
    _step(record, "touch-2")["graph_events"]["ext.cattle.io/v1/Token update"] += 1


def _queue_an_item(record):
    _step(record, "down")["metrics"]["attempt_to_delete"]["depth"] = 1


def _skip_a_pass(record):
    record["idle_sync_ticks"] = [60.0]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (_drop_a_line, "log lines"),
        (_change_a_level, "log lines"),
        (_delay_an_attempt, "attempts"),
        (_stretch_a_gap, "gaps"),
        (_rename_a_write, "calls"),
        (_keep_an_object, "objects"),
        (_add_an_event, "graph events"),
        (_queue_an_item, "queue metrics"),
        (_skip_a_pass, "idle passes"),
    ],
)
def test_what_was_not_so_is_noticed(recording, change, kind):
    """A record that is changed in one place differs there, however often it is run."""
    scenario = next(one for one in recording.scenarios if one.name == "S4")
    finding = hold(recording, _changed(scenario, change), runs_max=3)

    assert {kind} == {found for found, _ in finding.differences()}


def test_another_version_disagrees(recording):
    """The comparison notices a collector that does not stop."""
    scenario = next(one for one in recording.scenarios if one.name == "S1-delete")
    modern = attrs.evolve(recording, version="1.32")
    got = reenact(modern, scenario, Circumstances())

    assert [one["outcome"] for one in got["attempts"]].count("timed out") == 1
    assert not hold(modern, scenario, runs_max=1).agrees


def test_unseen_orders_of_operations_run():
    """Operations in orders that were not recorded are carried out all the same."""
    recording = read_recording(UNSEEN)
    outcomes = {
        one.name: [
            (attempt["process"], attempt["outcome"])
            for attempt in reenact(recording, one, Circumstances())["attempts"]
        ]
        for one in recording.scenarios
    }

    assert outcomes["hangs"][0] == (1, "timed out")
    assert outcomes["hangs"][-1] == (1, "synced")
    assert outcomes["restart-during-a-stall"][-1] == (2, "synced")


def test_chance_is_dealt_and_not_the_outcome(recording):
    """Without anything but operations to go by, the stall goes the same way."""
    scenario = next(one for one in recording.scenarios if one.name == "S1-down")
    bare = Scenario(
        scenario.name,
        tuple(
            Step(step.name, step.started_s, step.ended_s, step.operations, {})
            for step in scenario.steps
        ),
        {},
    )
    got = reenact(recording, bare, Circumstances())

    assert [(one["attempt"], one["outcome"]) for one in got["attempts"][:6]] == [
        (one["attempt"], one["outcome"]) for one in scenario.record["attempts"][:6]
    ]


def test_json_says_how_much_agrees(tmp_path):
    """The command prints one object with the evidence of every scenario."""
    wire = json.loads(UNSEEN.read_text(encoding="utf-8"))
    wire["scenarios"]["hangs"]["idle_sync_ticks"] = []
    file = tmp_path / "record.json"
    file.write_text(json.dumps(wire), encoding="utf-8")
    out = io.StringIO()
    status = run(file, json=True, out=out)
    printed = json.loads(out.getvalue())
    hangs = printed["scenarios"]["hangs"]

    assert (status, printed["agree"]) == (1, False)
    assert hangs["evidence"]["idle passes"] == {"checked": 1, "agree": 0}
    assert hangs["evidence"]["objects"] == {"checked": 0, "agree": 0}
    assert [one["what"] for one in hangs["differences"]] == ["number of idle passes"]
    assert list(printed["scenarios"]) == ["hangs", "restart-during-a-stall"]


def test_text_shows_a_table_and_what_differs(tmp_path):
    """Without JSON there is a line for each scenario, then differences, then a sum."""
    wire = json.loads(UNSEEN.read_text(encoding="utf-8"))
    wire["scenarios"]["hangs"]["idle_sync_ticks"] = []
    file = tmp_path / "record.json"
    file.write_text(json.dumps(wire), encoding="utf-8")
    out = io.StringIO()
    run(file, json=False, out=out)
    lines = out.getvalue().splitlines()

    assert lines[2].split()[0] == "scenario"
    assert lines[3].split()[:2] == ["hangs", "0/0"]
    assert "hangs, idle passes: number of idle passes" in lines
    assert lines[-1].endswith("1 comparisons, 1 differ.")


BROKEN = [
    ("{", "not JSON"),
    ("[" * 100_000, "nested too deeply to be read"),
    ("{}", "format=null: must be a text; see docs/how-to/check-conformance.md"),
    ("[]", "must be a JSON object of format gc-incident-record"),
    ('{"format": "other/9"}', "format='other/9': must be gc-incident-record/1"),
    ('{"format": "gc-incident-record/1"}', "scenarios=null: must be an object"),
    (
        '{"format": "gc-incident-record/1", "scenarios": {}}',
        "scenarios={}: must have one at least",
    ),
]


@pytest.mark.parametrize(("text", "problem"), BROKEN)
def test_what_is_no_recording_is_refused(tmp_path, text, problem):
    """A file that is no recording is refused in one line."""
    file = tmp_path / "record.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError) as caught:
        read_recording(file)

    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("operation", "problem"),
    [
        ({"op": "explode"}, "op='explode': not an operation"),
        ({"op": "extension", "mode": "sulk"}, "mode='sulk': use one of ok, fail-kcm"),
        ({"op": "probe", "namespace": "default"}, "name=null: must be a text"),
        (
            {
                "op": "create_configmap",
                "namespace": "a",
                "name": "b",
                "owner": "somebody",
            },
            "owner='somebody': must be 'never existed'",
        ),
        (
            {
                "op": "delete_deployment",
                "namespace": "a",
                "name": "b",
                "propagationPolicy": "Sideways",
            },
            "'Sideways': not a propagation policy",
        ),
    ],
)
def test_impossible_operations_are_refused(tmp_path, operation, problem):
    """An operation that cannot be is named, with its scenario and step."""
    wire = json.loads(UNSEEN.read_text(encoding="utf-8"))
    wire["scenarios"]["hangs"]["steps"][1]["do"] = [operation]
    file = tmp_path / "record.json"
    file.write_text(json.dumps(wire), encoding="utf-8")

    with pytest.raises(UsageError) as caught:
        read_recording(file)

    assert problem in str(caught.value)
    assert "hangs: step 2: start" in str(caught.value)


BROKEN_EVIDENCE = [
    ({"logs": 5}, "logs=5: must be a list"),
    ({"objects": 5}, "objects=5: must be an object"),
    ({"objects": {"pods": "x"}}, 'objects: pods="x": must be a list'),
    ({"gc_calls": [{}]}, "gc_calls 1: t=null: must be a number"),
    ({"metrics": {"queue": {}}}, "queue_duration_seconds_count=null: must be a number"),
    ({"graph_events": {"v1/Pod add": True}}, "v1/Pod add=true: must be a number"),
    ({"t_end": 1e30}, "t_end=1e+30: must be seconds up to 86400"),
    ({"t_end": -1}, "t_end=-1.0: must be seconds up to 86400"),
]


@pytest.mark.parametrize(("change", "problem"), BROKEN_EVIDENCE)
def test_impossible_evidence_is_refused(tmp_path, change, problem):
    """What was not seen in such a shape is named, with its scenario and step."""
    wire = json.loads(UNSEEN.read_text(encoding="utf-8"))
    wire["scenarios"]["hangs"]["steps"][1] |= change
    file = tmp_path / "record.json"
    file.write_text(json.dumps(wire), encoding="utf-8")

    with pytest.raises(UsageError) as caught:
        read_recording(file)

    assert problem in str(caught.value)
    assert "hangs: step 2: start" in str(caught.value)


def test_file_that_is_cut_off_is_refused(tmp_path):
    """A download that broke off is no recording."""
    file = tmp_path / "record.json.gz"
    file.write_bytes(gzip.compress(UNSEEN.read_bytes())[:200])

    with pytest.raises(UsageError, match="cannot be read: Compressed file ended"):
        read_recording(file)


def test_missing_files_are_wrong_use(tmp_path, capsys):
    """A recording that is not there ends the command with status 2 and one line."""
    status = main(["conformance", "--incident", str(tmp_path / "none.json")])

    assert (status, capsys.readouterr().err.count("\n")) == (2, 1)


@pytest.mark.parametrize("options", [[], ["--incident"]])
def test_what_is_no_regular_file_is_wrong_use(tmp_path, capsys, options):
    """A folder is there, and is no file; it is not called missing."""
    status = main(["conformance", *options, str(tmp_path)])

    assert status == 2
    assert f"{tmp_path}: not a regular file; give " in capsys.readouterr().err


@pytest.mark.parametrize("options", [[], ["--incident"]])
def test_names_that_cannot_be_are_wrong_use(capsys, options):
    """A name that is longer than any file's leads to no file."""
    status = main(["conformance", *options, "x" * 5000])

    assert status == 2
    assert "xxx: no such file; give " in capsys.readouterr().err
