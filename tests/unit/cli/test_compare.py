"""``gcmodel compare``: one story, several versions and remedies."""

import json

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


def test_json_is_a_list_of_outcomes(capsys):
    """``--json`` prints what ``run --json`` prints, for each combination."""
    assert main([*CALL, "--json"]) == 0
    outcomes = json.loads(capsys.readouterr().out)

    assert [(one["kubernetes"], one["remedy"]) for one in outcomes] == [
        ("1.28", "none"),
        ("1.31", "none"),
    ]
