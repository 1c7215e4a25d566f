"""Would we notice? Known mistakes are put in, one at a time: the tests must fail."""

from pathlib import Path

import pytest

from gcmodel.versions.changes import CHANGES
from tests.power.mutants import MUTANTS, RULES
from tests.power.trial import is_killed, run

FIDELITY = Path(__file__).parents[2] / "docs" / "explanation" / "fidelity.md"


@pytest.mark.parametrize(
    "number", [pytest.param(n, id=str(one)) for n, one in enumerate(MUTANTS)]
)
def test_mistake_is_noticed(number):
    """The tests that are named with a mistake fail when it is made."""
    killed, output = is_killed(number)

    assert killed, output


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_mistake_can_be_made(mutant):
    """The place that a mistake changes is there, once."""
    source = mutant.path.read_text(encoding="utf-8")

    assert source.count(mutant.before) == 1
    assert mutant.before != mutant.after


def test_without_a_mistake_nothing_fails():
    """It is the mistake that fails, not the way in which it is put in."""
    done = run(
        ["tests/unit/garbagecollector", "tests/conformance/gc/test_worker_rows.py"]
    )

    assert done.returncode == 0, done.stdout


def test_every_rule_of_the_version_table_is_tried():
    """Each rule that some version changes is among what is put to the test."""
    assert set(RULES) == {change.field for change in CHANGES}


def test_published_rate():
    """The number of mistakes that are noticed is the one that is published."""
    assert f"{len(MUTANTS)} of {len(MUTANTS)} mistakes" in FIDELITY.read_text("utf-8")
    assert len(MUTANTS) >= 40
