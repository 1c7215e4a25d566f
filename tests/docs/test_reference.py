"""The reference is complete, and as the code is."""

import re

import pytest

import gcmodel
from docs.generate import PAGES, REFERENCE, render
from gcmodel.scenarios.stage import RESTART, STATUS, STORY
from tests.docs.pages import ROOT

RECORDED = re.compile(r"\.record\(\s*\"([a-z.]+)\"")


@pytest.mark.parametrize("name", PAGES)
def test_generated_page_is_up_to_date(name):
    """``python -m docs.generate`` would change nothing."""
    assert (REFERENCE / name).read_text(encoding="utf-8") == render(name)


def test_every_public_name_has_its_entry():
    """Whatever ``gcmodel`` exports has a heading in the reference."""
    page = (REFERENCE / "api.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (\w+)$", page, flags=re.MULTILINE)

    assert headings == gcmodel.__all__


def test_every_kind_of_trace_record_is_described():
    """Whatever the code records has a row in the page on the format of traces."""
    recorded = {STORY, STATUS, RESTART} | {
        kind
        for module in (ROOT / "gcmodel").rglob("*.py")
        for kind in RECORDED.findall(module.read_text(encoding="utf-8"))
    }
    page = (REFERENCE / "trace-format.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `([a-z.]+)` \|", page, flags=re.MULTILINE))

    assert recorded - described == set()


def test_every_deviation_has_its_entry():
    """A docstring that says ``Deviation:`` is listed in the page on fidelity."""
    page = (ROOT / "docs" / "explanation" / "fidelity.md").read_text(encoding="utf-8")
    deviating = [
        str(module.relative_to(ROOT / "gcmodel"))
        for module in sorted((ROOT / "gcmodel").rglob("*.py"))
        if "Deviation:" in module.read_text(encoding="utf-8")
    ]

    assert [path for path in deviating if f"`{path}`" not in page] == []
