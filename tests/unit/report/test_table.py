"""Tables of plain text."""

import pytest

from gcmodel.report.table import counted, shown, table


def test_words_of_headers_stand_below_each_other():
    """A long header takes several lines, so that its column can be narrow."""
    lines = table(("name", "pods_after"), [("web", 5), ("fleet-agent", None)])

    assert lines == [
        "name          pods",
        "             after",
        "-----------  -----",
        "web              5",
        "fleet-agent      -",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (True, "yes"),
        (False, "no"),
        (18.628, "18.6"),
        (5, "5"),
        ({"Job": 1, "Backup": 2}, "Job=1 Backup=2"),
        ([], "-"),
        ([30.1, 2], "30.1 2"),
        ("tokens", "tokens"),
    ],
)
def test_cells(value, text):
    """Each kind of fact has a short form."""
    assert shown(value) == text


def test_nouns_follow_their_number():
    """One is singular, everything else plural."""
    assert [counted(n, "Pod") for n in (0, 1, 2)] == ["0 Pods", "1 Pod", "2 Pods"]
