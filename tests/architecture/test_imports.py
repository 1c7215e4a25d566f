"""What importing costs, told by what gets loaded."""

import json
import subprocess
import sys

import pytest

import gcmodel

HEAVY = {"asyncio", "hypothesis", "networkx", "pytest", "rich", "yaml"}

PROGRAM = """
import json, sys
import {module}
print(json.dumps(sorted(sys.modules)))
"""

CORE = [
    "gcmodel",
    "gcmodel.errors",
    "gcmodel.objects.manifests",
    "gcmodel.versions.profile",
    "gcmodel.kernel.waits",
    "gcmodel.faults.text",
    "gcmodel.cluster.cluster",
    "gcmodel.audit",
    "gcmodel.cli.main",
]


@pytest.mark.parametrize("name", CORE)
def test_core_loads_nothing_heavy(name):
    """No module of the core loads test, graph, text or terminal libraries."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(module=name)],
        check=True,
        capture_output=True,
        text=True,
    )

    assert HEAVY & set(json.loads(done.stdout)) == set()


def test_package_alone_loads_no_part_of_itself():
    """``import gcmodel`` loads none of its modules until a name is asked for."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(module="gcmodel")],
        check=True,
        capture_output=True,
        text=True,
    )

    parts = [name for name in json.loads(done.stdout) if name.startswith("gcmodel.")]
    assert parts == []


def test_every_public_name_can_be_loaded():
    """Whatever ``__all__`` promises is there, listed, and named as promised."""
    assert set(gcmodel.__all__) <= set(dir(gcmodel))
    assert [getattr(gcmodel, name).__name__ for name in gcmodel.__all__] == sorted(
        gcmodel.__all__
    )


def test_unknown_name_is_an_attribute_error():
    """A name that is not public is missing in the ordinary way."""
    with pytest.raises(AttributeError, match="has no attribute 'Clutser'"):
        gcmodel.Clutser  # noqa: B018  (the lookup is the point)


def test_packages_that_are_used_by_name():
    """``gcmodel.audit`` is there without an import of its own."""
    done = subprocess.run(
        [sys.executable, "-c", "import gcmodel; print(gcmodel.audit.load.__name__)"],
        check=True,
        capture_output=True,
        text=True,
    )

    assert (done.stdout, "audit" in dir(gcmodel)) == ("load\n", True)
