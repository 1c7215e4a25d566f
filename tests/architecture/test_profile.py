"""A version that is named is modelled: every rule of the profile is asked for."""

import ast
from pathlib import Path

import attrs

from gcmodel.versions.changes import CHANGES
from gcmodel.versions.profile import Profile

PACKAGE = Path(__file__).parents[2] / "gcmodel"
RULES = {field.name for field in attrs.fields(Profile)}


def asked_for():
    """Return the attributes that the modules outside ``versions`` read."""
    return {
        node.attr
        for path in PACKAGE.rglob("*.py")
        if path.parent.name != "versions"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }


def test_every_rule_is_asked_for():
    """A rule that nobody reads would be a difference in name only."""
    assert RULES - asked_for() == set()


def test_every_change_is_of_a_rule():
    """The version table speaks of the profile's own fields."""
    assert {change.field for change in CHANGES} <= RULES
