"""``gcmodel compare``: one story, several versions and remedies."""

import json

import pytest

from gcmodel.cli.main import main

CALL = ["compare", "hidden-by-404", "--until", "5m", "--kubernetes", "1.28,1.31"]


def test_table_has_a_line_for_each_combination(capsys):
    """Versions vary slowest; lists with commas count as several."""
    status = main([*CALL, "--remedy", "none", "--remedy", "fixed-authorizer"])
    lines = capsys.readouterr().out.splitlines()
    rule = next(number for number, line in enumerate(lines) if line.startswith("-"))

    assert status == 0
    assert [line.split()[:4] for line in lines[rule + 1 :]] == [
        ["1.28", "none", "yes", "no"],
        ["1.28", "fixed-authorizer", "yes", "yes"],
        ["1.31", "none", "yes", "no"],
        ["1.31", "fixed-authorizer", "yes", "yes"],
    ]


@pytest.mark.parametrize(
    ("until", "held", "ended"), [("15m", "so far", 0), ("1m", "not judged", 1)]
)
def test_run_that_is_cut_short_holds_so_far(capsys, until, held, ended):
    """A table does not say that facts hold which it could not judge."""
    call = ["compare", "rancher-fleet", "--remedy", "none", "--until", until]
    status = main(call)

    assert status == ended
    assert capsys.readouterr().out.splitlines()[-1].endswith(held)


def test_json_is_a_list_of_outcomes(capsys):
    """``--json`` prints what ``run --json`` prints, for each combination."""
    assert main([*CALL, "--json"]) == 0
    outcomes = json.loads(capsys.readouterr().out)

    assert [(one["kubernetes"], one["remedy"]) for one in outcomes] == [
        ("1.28", "none"),
        ("1.31", "none"),
    ]
