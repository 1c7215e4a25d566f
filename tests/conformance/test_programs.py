"""Recorded programs: the model does what a real control plane did."""

from pathlib import Path

import attrs
import pytest

from docs import rates
from gcmodel.conformance.command import summarize
from gcmodel.conformance.judging import judge
from gcmodel.conformance.programs import Program, read_programs

FOLDER = Path(__file__).parents[1] / "data" / "conformance" / "programs"
FILES = sorted(FOLDER.glob("*.jsonl.gz"))
READ = [found for file in FILES for found in read_programs(file)]
PROGRAMS = [found for found in READ if isinstance(found, Program)]


def test_corpus_can_be_read():
    """Every line of the corpus is a program."""
    assert [found for found in READ if not isinstance(found, Program)] == []
    assert len(PROGRAMS) == 285


def test_published_rates():
    """The page on fidelity says how much was compared, and that all of it agrees.

    That it does is what the other tests are about; here it is counted.
    """
    found = summarize(FILES, budget=1)
    whole = attrs.evolve(
        found,
        agree=found.programs,
        agreed=found.checked,
        reached=found.outcomes,
    )

    assert found.programs == len(PROGRAMS)
    assert rates.of_programs(whole) in rates.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "program", [pytest.param(one, id=one.id) for one in PROGRAMS if not one.racy]
)
def test_deterministic_program(program):
    """Answers, states, Events, virtual nodes and writes are those of the recording.

    Under the plain conditions: no search for a schedule that fits is needed.
    """
    verdict = judge(program)

    assert [str(one) for one in verdict.disagreements] == []
    assert verdict.checks
    assert verdict.plainly


@pytest.mark.parametrize(
    "program", [pytest.param(one, id=one.id) for one in PROGRAMS if one.racy]
)
def test_racy_program(program):
    """Some schedule of the model leads to every outcome that was recorded."""
    verdict = judge(program)

    assert [str(one) for one in verdict.disagreements] == []
    assert verdict.reached == verdict.outcomes == len(program.outcomes)


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(one, id=one.id)
        for one in PROGRAMS
        if not one.racy and one.file != "deterministic.jsonl.gz"
    ],
)
def test_plain_conditions_are_enough(program):
    """Hand-written and restart programs need no search for a fitting schedule."""
    assert judge(program, budget=1).agrees
