"""The command as a process of its own."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow
CALL = [sys.executable, "-m", "gcmodel"]


def test_reader_that_leaves_gets_no_traceback():
    """A pipe that is closed early ends the process without a word."""
    call = [*CALL, "run", "rancher-fleet", "--log"]
    with subprocess.Popen(
        call, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        complaint = process.stderr.read()

    assert (process.returncode, complaint) == (141, b"")


CLOSED = [
    pytest.param(["run", "hidden-by-404"], id="story"),
    pytest.param(["run", "hidden-by-404", "--json"], id="facts"),
    pytest.param(["run", "hidden-by-404", "--log"], id="log"),
    pytest.param(["scenarios"], id="list"),
    pytest.param(["compare", "hidden-by-404"], id="table"),
]


def ended(arguments, redirection):
    """Return status and output of the command under a shell's *redirection*."""
    shell = ["sh", "-c", f'"$@" {redirection}', "sh"]
    done = subprocess.run(
        [*shell, *CALL, *arguments], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("arguments", CLOSED)
def test_output_that_is_closed_gets_no_traceback(arguments):
    """Whatever is printed: without standard output it ends as if nobody read it."""
    assert ended(arguments, ">&-") == (141, "")


def test_trace_into_a_pipe_is_read_as_it_is_written():
    """What is no regular file is written directly, here the output itself."""
    status, out = ended(
        ["run", "hidden-by-404", "--trace", "/dev/stdout", "--json"], "| cat"
    )
    first, *_, last = out.splitlines()

    assert (status, json.loads(first)["number"], last) == (0, 1, "}")


def test_complaints_that_nobody_reads_are_lost():
    """Without standard error a refusal is its status, and a run goes on."""
    refused = ended(["run", "nothing"], "2>&-")
    status, out = ended(["run", "hidden-by-404", "--json"], "2>&-")

    assert refused == (2, "")
    assert (status, json.loads(out)["holds"]) == (0, True)


def test_incident_loads_no_heavy_library():
    """To run the incident neither networkx, YAML, Hypothesis nor rich is loaded."""
    program = (
        "import sys; from gcmodel.cli.main import main; "
        "main(['run', 'rancher-fleet']); "
        "print({'networkx', 'yaml', 'hypothesis', 'rich'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )

    assert done.stdout.splitlines()[-1] == "set()"
