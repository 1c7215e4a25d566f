"""The command as a process of its own."""

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


def test_incident_loads_no_heavy_library():
    """To run the incident neither networkx, YAML, Hypothesis nor rich is loaded."""
    program = (
        "import sys; from gcmodel.cli.main import main; "
        "main(['run', 'rancher-fleet', '--until', '1s']); "
        "print({'networkx', 'yaml', 'hypothesis', 'rich'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )

    assert done.stdout.splitlines()[-1] == "set()"
