"""``gcmodel run``: story, JSON, log and trace of the same run."""

import json
import re

import pytest

from gcmodel.cli.main import main
from gcmodel.report.terminal import WIDTH

SHORT = ["run", "hidden-by-404", "--until", "5m"]
KLOG = re.compile(r"[IWE]0327 \d\d:\d\d:\d\d\.\d{6}       1 \w+\.go:\d+\] \S")


def printed(capsys, *arguments):
    """Return the status of the command and what it printed."""
    status = main(list(arguments))
    return status, capsys.readouterr().out


def test_json_is_one_object(capsys):
    """``--json`` prints what was asked for, whether it holds, and the facts."""
    status, out = printed(capsys, *SHORT, "--json", "--seed", "3", "--remedy", "none")
    outcome = json.loads(out)

    assert (status, list(outcome)) == (
        0,
        [
            "scenario",
            "kubernetes",
            "remedy",
            "seed",
            "holds",
            "not_judged",
            "facts",
            "virtual_seconds",
        ],
    )
    del outcome["facts"]
    assert outcome == {
        "scenario": "hidden-by-404",
        "kubernetes": "1.31",
        "remedy": "none",
        "seed": 3,
        "holds": True,
        "not_judged": [],
        "virtual_seconds": 300.0,
    }


def test_mode_is_part_of_the_remedy(capsys):
    """A mode other than the default is repeated as it was asked for."""
    remedy = "scale-to-zero:FailedDiscoveryCheck"
    short = ("run", "rancher-fleet", "--until", "1s", "--json")
    _, chosen = printed(capsys, *short, "--remedy", remedy)
    _, default = printed(capsys, *short, "--remedy", "scale-to-zero:MissingEndpoints")

    assert [json.loads(out)["remedy"] for out in (chosen, default)] == [
        remedy,
        "scale-to-zero",
    ]


def test_story_has_pictures_timeline_verdict_and_facts(capsys):
    """The parts come in their order, in lines that fit, without colour."""
    status, out = printed(capsys, *SHORT)
    lines = out.splitlines()
    heads = [line.split()[0].strip(":,") for line in lines if line[:1].isupper()]

    assert status == 0
    assert [one for one in heads if one.isupper() and len(one) > 1] == [
        "CLOCK",
        "BEFORE",
        "CLOCK",
        "DURING",
        "CLOCK",
        "AFTER",
        "VERDICT",
        "FACTS",
    ]
    assert max(map(len, lines)) <= WIDTH
    assert "\x1b" not in out
    assert lines[-1] == (
        "Again: gcmodel run hidden-by-404 --kubernetes 1.31 --remedy none --seed 0 "
        "--until 5m0s"
    )


def test_run_that_ends_early_says_what_it_cannot_judge(capsys):
    """Nothing is judged that the run did not get to, and nothing holds by that."""
    status, out = printed(capsys, "run", "rancher-fleet", "--until", "1s")

    assert status == 1
    assert (
        "The run ended before any of 21 expectations could be judged; therefore the "
        "exit status is 1."
    ) in out


@pytest.mark.parametrize("form", ["--log", "--json"])
def test_status_of_a_run_that_is_not_judged_is_explained(capsys, form):
    """Where the output does not say why the status is 1, standard error does."""
    status = main(["run", "rancher-fleet", "--until", "12m", form])

    assert (status, capsys.readouterr().err) == (
        1,
        "gcmodel: --until 12m0s: nothing could be judged by then; leave it out for the "
        "whole story\n",
    )


def test_facts_that_are_not_judged_are_named(capsys):
    """What holds is what was judged; JSON names the rest, and the text counts it."""
    short = ("run", "rancher-fleet", "--until", "15m")
    status, out = printed(capsys, *short, "--json")
    outcome = json.loads(out)
    _, text = printed(capsys, *short)

    assert (status, outcome["holds"], outcome["not_judged"]) == (
        0,
        True,
        [
            "recovery_s",
            "pods_after",
            "replicasets_after",
            "leaked_after",
            "unavailable_reason",
        ],
    )
    assert (
        "16 of 16 expectations hold; the run ended before the other 5 could be judged."
    ) in text


def test_again_is_the_same_run(capsys):
    """The last line of a story is the command that tells it once more."""
    short = ["run", "rancher-fleet", "--until", "90.5s", "--remedy", "none"]
    _, out = printed(capsys, *short, "--seed", "7")
    command = out.splitlines()[-1].removeprefix("Again: gcmodel ")
    _, again = printed(capsys, *command.split())

    assert again == out
    assert command.endswith("--seed 7 --until 1m30.5s")


def test_run_that_ends_in_the_stall_names_the_culprit(capsys):
    """Though nothing was done about it yet, who blocks is known."""
    _, out = printed(capsys, "run", "rancher-fleet", "--until", "5m")

    assert "culprit       tokens.ext.cattle.io" in out


def test_what_avoids_the_failure_is_not_told_its_cause(capsys):
    """Where nothing can fail, no list is said to."""
    call = ("run", "rancher-fleet", "--remedy", "older-rancher")
    _, out = printed(capsys, *call)

    assert "cause         Nothing fails in this run." in out


def test_log_is_klog(capsys):
    """``--log`` prints the controller manager's log and nothing else."""
    status, out = printed(capsys, *SHORT, "--log")
    lines = out.splitlines()

    assert status == 0
    assert [line for line in lines if not KLOG.match(line)] == []
    assert any("syncing garbage collector with updated resources" in x for x in lines)


def test_verbosity_adds_lines(capsys):
    """More verbosity, more lines; the less verbose ones stay."""
    _, less = printed(capsys, *SHORT, "--log", "-v", "0")
    _, more = printed(capsys, *SHORT, "--log", "-v", "4")

    assert set(less.splitlines()) < set(more.splitlines())
    assert "reset restmapper" in more
    assert "reset restmapper" not in less


def test_trace_is_written_one_record_a_line(capsys, tmp_path):
    """``--trace`` writes every record, numbered, with time, actor, kind and cause."""
    path = tmp_path / "trace.jsonl"
    status, _ = printed(capsys, *SHORT, "--trace", str(path))
    records = [json.loads(line) for line in path.read_text().splitlines()]

    assert status == 0
    assert [one["number"] for one in records] == list(range(1, len(records) + 1))
    assert {tuple(one) for one in records} == {
        ("number", "at_ns", "actor", "what", "cause", "fields")
    }
    assert "story" in {one["what"] for one in records}


@pytest.mark.parametrize("arguments", [SHORT, [*SHORT, "--json"], [*SHORT, "--log"]])
def test_same_seed_same_bytes(capsys, arguments):
    """The same call prints the same bytes."""
    assert printed(capsys, *arguments) == printed(capsys, *arguments)
