"""What a cluster refuses, and how it says so."""

import subprocess
import sys

import pytest

from gcmodel import Cluster, InvalidError, StalledError, UsageError

FILE = """\
apiVersion: v1
kind: ConfigMap
metadata: {{name: first}}
---
apiVersion: {version}
kind: {kind}
metadata: {{name: {name}}}
"""


@pytest.mark.parametrize("seed", ["x", 1.5, None, -1, True])
def test_seed_is_a_whole_number(seed):
    """Whatever else is given as a seed is refused before anything is built."""
    with pytest.raises(UsageError, match=r"seed=.*: must be a whole number"):
        Cluster(seed=seed)


@pytest.mark.parametrize("faults", ["LIST configmaps -> 500", 7])
def test_faults_are_a_list(faults):
    """One text is not taken for a list of its letters."""
    with pytest.raises(UsageError, match=r"must be a list of faults"):
        Cluster(faults=faults)


def test_condition_is_a_function():
    """A condition that cannot be asked is refused before time passes."""
    cluster = Cluster()

    with pytest.raises(UsageError, match=r"met=5: must be a function"):
        cluster.run_until(5)
    assert cluster.now_ns == 0


def test_wait_in_vain_tells_how_to_see_it_again():
    """Seed, time, the task that is due next and what to call are in the message."""
    with pytest.raises(StalledError) as caught:
        Cluster(seed=7).run_until(lambda: False, timeout="1m")

    assert str(caught.value).endswith(
        "(seed 7, t=60.000s, task watch-upkeep); replay: the same calls on "
        'Cluster(kubernetes="1.31", seed=7)'
    )


@pytest.mark.parametrize(
    ("version", "kind", "name", "error"),
    [
        ("v1", "Nope", "second", UsageError),
        ("v1", "ConfigMap", "SECOND", InvalidError),
        ("apps/v1", "Deployment", "second", InvalidError),
    ],
    ids=["unknown kind", "bad name", "existing one"],
)
def test_bad_document_is_named_and_nothing_applied(
    tmp_path, version, kind, name, error
):
    """File, line and document of the one that is refused; the first is not there."""
    cluster = Cluster()
    if kind == "Deployment":
        cluster.apply(deployment("mine"))
    path = tmp_path / "two.yaml"
    path.write_text(FILE.format(version=version, kind=kind, name=name))
    if kind == "Deployment":
        with path.open("a") as file:
            file.write("spec: {selector: {matchLabels: {app: other}}}\n")

    with pytest.raises(error) as caught:
        cluster.apply(path)

    assert str(caught.value).startswith(f"{path}:5: document 2: ")
    assert not cluster.exists("v1", "ConfigMap", "default/first")


def deployment(app):
    """Return the Deployment that the file then tries to give other Pods."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "second"},
        "spec": {
            "selector": {"matchLabels": {"app": app}},
            "template": {
                "metadata": {"labels": {"app": app}},
                "spec": {"containers": [{"name": "a", "image": "a"}]},
            },
        },
    }


def test_cluster_that_never_runs_leaves_nothing_unawaited():
    """It can be built and dropped where warnings are errors."""
    program = "from gcmodel import Cluster; Cluster(); Cluster(kubernetes='1.20')"
    call = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(call, check=True, capture_output=True, text=True)

    assert done.stderr == ""
