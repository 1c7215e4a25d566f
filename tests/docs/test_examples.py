"""Every example of the documents runs, and says what the page shows."""

import re

import pytest

from tests.docs.pages import ROOT, blocks_of, name_of, pages
from tests.docs.player import Player

SHOWN_ONLY = {"text", "sh", "toml", "json"}
PLAYED = {"python", "console"}


@pytest.mark.slow
@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_examples_run(page, tmp_path, monkeypatch):
    """Python and console blocks print what stands below them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")

    Player(page, tmp_path).play(blocks_of(page))


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_blocks_are_of_a_known_kind(page):
    """A block is executed, written to a file, or of a kind that is shown only."""
    strange = [
        f"{name_of(page)}:{block.line}: {block.kind!r}"
        for block in blocks_of(page)
        if block.kind not in PLAYED | SHOWN_ONLY and not block.title
    ]

    assert strange == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_make_targets_exist(page):
    """Whatever a page says to make is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):", makefile, flags=re.MULTILINE))
    said = [
        target
        for block in blocks_of(page)
        if block.kind == "sh"
        for target in re.findall(r"^make ([a-z][\w-]*)", block.text, flags=re.MULTILINE)
    ]

    assert set(said) <= targets
