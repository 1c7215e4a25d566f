"""The table of conformance rows: nothing is dropped, and each has its source."""

from docs.conformance_rows import read_rows
from tests.docs.pages import ROOT

WANTED = ROOT / "tests" / "data" / "conformance" / "row_ids.txt"
ROWS = read_rows()


def test_no_row_is_dropped():
    """Every id that was set out to be held is held by a test."""
    lines = WANTED.read_text(encoding="utf-8").splitlines()
    wanted = {line for line in lines if not line.startswith("#")}

    assert len(wanted) > 150
    assert wanted - {one for row in ROWS for one in row.all_ids} == set()


def test_every_row_says_something():
    """A row has a claim, and names the test that holds it."""
    assert [row for row in ROWS if not row.claim or "::test_" not in row.test] == []


def test_upstream_rows_have_a_source():
    """A row that is not our own says where upstream has it."""
    theirs = [row for row in ROWS if row.order[0] in ("GC-U-", "GC-I-", "GC-E-", "AS-")]

    assert len(theirs) > 200
    assert [row.test for row in theirs if not row.source] == []


def test_ranges_are_spelt_out():
    """Ids come in lists and ranges."""
    ids = {row.ids: row.all_ids for row in ROWS}

    assert all(len(set(found)) == len(found) for found in ids.values())
    assert any(len(found) > 2 for found in ids.values())
