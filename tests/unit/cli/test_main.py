"""The command line as a whole: refusals, statuses, and streams that break."""

import io
import sys

import pytest

import gcmodel
from gcmodel.cli.main import main
from gcmodel.versions.profile import known_versions

VERSIONS = ", ".join(known_versions())
SEEDS = (
    "must be a whole number from 0 to 9223372036854775807; leave it out for the default"
)
DURATIONS = (
    "must be a duration from 0s to 2562047h47m16.854775807s; write a number with a "
    "unit, such as 90s, 5m or 1m30s"
)

REFUSED = [
    pytest.param(
        ["run", "rancher-flet"],
        "'rancher-flet': not a scenario; did you mean rancher-fleet?",
        id="scenario",
    ),
    pytest.param(
        ["run", "qqq"],
        "'qqq': not a scenario; use one of rancher-fleet, tokens-synced-once, "
        "broken-conversion-webhook, undecodable-object, hidden-by-404",
        id="scenario like no other",
    ),
    pytest.param(
        ["run"],
        "the following arguments are required: NAME; see gcmodel run --help",
        id="no scenario",
    ),
    pytest.param(
        ["run", "rancher-fleet", "--kubernetes", "1.99"],
        "kubernetes='1.99': not a version that is modelled; "
        f"use one of {VERSIONS}, with or without a patch",
        id="version",
    ),
    pytest.param(
        ["run", "rancher-fleet", "--remedy", "delete-stale-pod"],
        "remedy='delete-stale-pod': not a remedy of rancher-fleet; did you mean "
        "delete-stale-pods or delete-stale-replicasets or delete-apiservice?",
        id="remedy",
    ),
    pytest.param(
        ["run", "rancher-fleet", "--remedy", "scale-to-zero:X"],
        "remedy='scale-to-zero:X': scale-to-zero has no such mode; use "
        "scale-to-zero:MissingEndpoints, scale-to-zero:FailedDiscoveryCheck",
        id="mode",
    ),
    pytest.param(
        ["run", "rancher-fleet", "--remedy", "none:X"],
        "remedy='none:X': none has no such mode; use just none",
        id="mode of a remedy without",
    ),
    pytest.param(
        ["run", "rancher-fleet", "--seed", "-1"], f"seed='-1': {SEEDS}", id="seed"
    ),
    pytest.param(
        ["run", "rancher-fleet", "--seed", "9" * 30],
        f"seed='{'9' * 30}': {SEEDS}",
        id="seed too large",
    ),
    pytest.param(
        ["run", "rancher-fleet", "--until", "soon"],
        f"until='soon': {DURATIONS}",
        id="duration",
    ),
    pytest.param(
        ["run", "rancher-fleet", "--until", "-5m"],
        f"until='-5m': {DURATIONS}",
        id="negative duration",
    ),
    pytest.param(
        ["run", "rancher-fleet", "--until=-5m"],
        f"until='-5m': {DURATIONS}",
        id="negative duration in one word",
    ),
    pytest.param(
        ["run", "rancher-fleet", "--until", "1y"],
        f"until='1y': {DURATIONS}",
        id="years",
    ),
    pytest.param(
        ["run", "rancher-fleet", "--until", "0s"],
        "until='0s': nothing happens in no time; write 12m or 90s",
        id="no time",
    ),
    pytest.param(
        ["run", "rancher-fleet", "--until", "99999h"],
        "until='99999h': a run lasts 48h0m0s at most; use Cluster.run for more",
        id="more time than memory",
    ),
    pytest.param(
        ["run", "rancher-fleet", "--log", "-v", "11"],
        "v='11': must be a whole number from 0 to 10; leave it out for the default",
        id="verbosity",
    ),
    pytest.param(
        ["run", "rancher-fleet", "--trace", "no/such/folder/file"],
        "trace='no/such/folder/file': cannot be written (No such file or directory); "
        "give a file that can",
        id="trace file",
    ),
    pytest.param(
        ["run", "rancher-fleet", "--trace", "."],
        "trace='.': cannot be written (Is a directory); give a file that can",
        id="trace folder",
    ),
    pytest.param(
        ["run", "rancher-fleet", "--trace", "folder/"],
        "trace='folder/': cannot be written (Is a directory); give a file that can",
        id="trace folder that is not there",
    ),
    pytest.param(
        ["run", "rancher-fleet", "-v", "3"],
        "-v 3: decides what is logged, which nobody would see; add --log or "
        "--trace FILE, or leave it out",
        id="verbosity of nothing",
    ),
    pytest.param(
        ["run", "rancher-fleet", "--json", "--log"],
        "--json and --log: each wants all of the output; use one",
        id="two outputs",
    ),
    pytest.param(
        ["compare", "rancher-fleet", "--kubernetes", "1.31,1.2"],
        "kubernetes='1.2': not a version that is modelled; "
        f"use one of {VERSIONS}, with or without a patch",
        id="version among good ones",
    ),
    pytest.param(
        ["conformance", "--incident", "a", "b"],
        "--incident: 2 files given, must be one; run the command once for each",
        id="incident files",
    ),
    pytest.param(
        ["run", "rancher-fleet", "--bogus"],
        "unrecognized arguments: --bogus; see gcmodel run --help",
        id="option",
    ),
    pytest.param(
        ["--versoin"],
        "unrecognized arguments: --versoin; see gcmodel --help",
        id="option and no command",
    ),
    pytest.param(
        ["run", "--bogus=1"],
        "unrecognized arguments: --bogus=1; see gcmodel run --help",
        id="option and no scenario",
    ),
    pytest.param(
        ["compare", "-x", "rancher-fleet", "--until"],
        "unrecognized arguments: -x; see gcmodel compare --help",
        id="short option",
    ),
    pytest.param(
        ["run", "--", "--bogus"],
        "'--bogus': not a scenario; use one of rancher-fleet, tokens-synced-once, "
        "broken-conversion-webhook, undecodable-object, hidden-by-404",
        id="what follows two dashes is no option",
    ),
    pytest.param(
        ["run", "rancher-fleet", "extra"],
        "unrecognized arguments: extra; see gcmodel run --help",
        id="one name too many",
    ),
]


@pytest.mark.parametrize(("arguments", "complaint"), REFUSED)
def test_wrong_use_is_refused_in_one_line(capsys, arguments, complaint):
    """What cannot be is refused before anything runs: status 2, one line, no output."""
    status = main(arguments)

    assert (status, *capsys.readouterr()) == (2, "", f"gcmodel: {complaint}\n")


RUN, COMPARE = ("run", "hidden-by-404"), ("compare", "hidden-by-404")


@pytest.mark.parametrize(
    ("command", "option", "values"),
    [
        (RUN, "--kubernetes", ("1.31", "1.32")),
        (RUN, "--remedy", ("none", "fixed-authorizer")),
        (RUN, "--seed", ("0", "0")),
        (RUN, "--until", ("5m", "6m")),
        (RUN, "--trace", ("a", "b")),
        (RUN, "-v", ("2", "3")),
        (COMPARE, "--seed", ("1", "2")),
        (COMPARE, "--until", ("5m", "6m")),
    ],
)
def test_option_with_one_value_is_given_once(capsys, command, option, values):
    """Neither of two values is taken, not even if they are the same."""
    first, second = values
    status = main([*command, option, first, option, second])

    assert (status, capsys.readouterr()) == (
        2,
        (
            "",
            f"gcmodel: argument {option}: given twice, as {first!r} and {second!r}; "
            f"give it once; see gcmodel {command[0]} --help\n",
        ),
    )


def test_trace_wants_the_name_of_a_file(capsys):
    """An empty name is no folder."""
    status = main([*RUN, "--trace", ""])

    assert (status, capsys.readouterr().err) == (
        2,
        "gcmodel: trace='': cannot be written (no file name); give one\n",
    )


def test_version(capsys):
    """``--version`` prints the version and nothing else."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"gcmodel {gcmodel.__version__}\n"


@pytest.mark.parametrize("command", [[], ["run"], ["compare"], ["conformance"]])
def test_help(capsys, command):
    """Every command explains itself."""
    assert main([*command, "--help"]) == 0
    assert capsys.readouterr().out.startswith("usage: gcmodel")


class Broken(io.StringIO):
    """A stream that fails on every write."""

    def __init__(self, error):
        """Fail with *error*."""
        super().__init__()
        self.error = error

    def write(self, text):  # noqa: ARG002  (it does not get that far)
        """Fail."""
        raise self.error


@pytest.mark.parametrize(
    ("error", "status", "complaint"),
    [
        (BrokenPipeError(), 141, ""),
        (
            OSError(28, "No space left on device"),
            1,
            "gcmodel: output: cannot be written (No space left on device)\n",
        ),
        (KeyboardInterrupt(), 130, "gcmodel: interrupted\n"),
    ],
    ids=["reader left", "disk full", "interrupted"],
)
def test_output_that_breaks_ends_quietly(monkeypatch, capsys, error, status, complaint):
    """A reader that leaves, a full disk and Ctrl-C leave no traceback."""
    monkeypatch.setattr(sys, "stdout", Broken(error))
    ended = main(["scenarios"])

    assert (ended, capsys.readouterr().err) == (status, complaint)


def test_scenarios_are_listed_with_their_remedies(capsys):
    """The list names every story, its point and what can be done."""
    assert main(["scenarios"]) == 0
    out = capsys.readouterr().out

    assert "hidden-by-404\n  An owner that is hidden from the collector" in out
    assert (
        "  remedies: repair-webhook, stop-serving-v2, newer-kubernetes, none\n" in out
    )
