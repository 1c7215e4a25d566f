"""The recorded stall, re-enacted: seven scenarios on a real Kubernetes 1.20.2."""

import io
import json
from pathlib import Path

import pytest

from gcmodel.cli.main import main
from gcmodel.conformance.enactment import Enactment
from gcmodel.conformance.incident_checks import KINDS
from gcmodel.conformance.incident_command import judge, run
from gcmodel.conformance.recording import read_recording
from gcmodel.errors import UsageError

DATA = Path(__file__).parents[1] / "data" / "conformance" / "incident"
RECORD = DATA / "incident-1.20.2.json.gz"
UNSEEN = DATA / "unseen.json"
SCENARIOS = ("S1-down", "S1-delete", "S1-fix", "S2", "S3", "S4", "S6")


@pytest.fixture(scope="module", name="judged")
def _judged():
    recording = read_recording(RECORD)
    return {one.name: judge(recording, one) for one in recording.scenarios}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_model_agrees_with_the_record(judged, name, kind):
    """A schedule of the model shows what the real control plane showed."""
    different = [
        "\n".join(one.lines()) for one in judged[name].differences if one.kind == kind
    ]

    assert different == []


def test_every_kind_of_evidence_is_checked(judged):
    """No kind of evidence agrees because nothing of it was looked at."""
    checked = {
        kind: sum(one.evidence()[kind]["checked"] for one in judged.values())
        for kind in KINDS
    }

    assert min(checked.values()) > 0, checked


def test_another_version_disagrees():
    """The comparison notices a collector that does not stop."""
    recording = read_recording(RECORD)
    scenario = next(one for one in recording.scenarios if one.name == "S1-delete")
    modern = type(recording)("1.32", recording.template, recording.app, ())
    outcomes = [
        attempt.outcome for _, attempt in Enactment(modern, scenario).run().attempts
    ]

    assert outcomes.count("timed out") == 1


def test_unseen_orders_of_operations_run():
    """Operations in orders that were not recorded are carried out all the same."""
    recording = read_recording(UNSEEN)
    enacted = {one.name: Enactment(recording, one).run() for one in recording.scenarios}

    outcomes = {
        name: [(process, attempt.outcome) for process, attempt in one.attempts]
        for name, one in enacted.items()
    }
    assert outcomes["hangs"][0] == (1, "timed out")
    assert outcomes["hangs"][-1] == (1, "synced")
    assert outcomes["restart-during-a-stall"][-1] == (2, "synced")


def test_json_says_how_much_agrees():
    """The command prints one object with the evidence of every scenario."""
    out = io.StringIO()
    status = run(RECORD, json=True, out=out)
    printed = json.loads(out.getvalue())

    assert status == 0
    assert printed["agree"] is True
    assert list(printed["scenarios"]) == list(SCENARIOS)
    assert set(printed["scenarios"]["S2"]["evidence"]) == set(KINDS)


BROKEN = [
    ("{", "not JSON"),
    ("[]", "format=None: must be 'gc-incident-record/1'"),
    ('{"format": "gc-incident-record/9"}', "format='gc-incident-record/9'"),
    ('{"format": "gc-incident-record/1"}', "deployment_template=None: missing"),
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


def test_unknown_operations_are_refused(tmp_path):
    """An operation that does not exist is named, with its scenario and step."""
    wire = json.loads(UNSEEN.read_text(encoding="utf-8"))
    wire["scenarios"]["hangs"]["steps"][1]["do"] = [{"op": "explode"}]
    file = tmp_path / "record.json"
    file.write_text(json.dumps(wire), encoding="utf-8")

    with pytest.raises(UsageError, match="scenario hangs, step start: op='explode'"):
        read_recording(file)


def test_missing_files_are_wrong_use(tmp_path, capsys):
    """A recording that is not there ends the command with status 2 and one line."""
    status = main(["conformance", "--incident", str(tmp_path / "none.json")])

    assert (status, capsys.readouterr().err.count("\n")) == (2, 1)
