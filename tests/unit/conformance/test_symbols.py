"""Symbols stand for what differs from run to run."""

import pytest

from gcmodel.conformance.symbols import Symbols
from gcmodel.kernel.choices import Choices
from gcmodel.objects.identity import Uid
from gcmodel.objects.metadata import KubeObject, ObjectMeta

FIRST = Uid("11111111-1111-4111-8111-111111111111")
SECOND = Uid("22222222-2222-4222-8222-222222222222")


@pytest.fixture(name="symbols")
def _symbols():
    symbols = Symbols(Choices())
    for uid, version in ((FIRST, "7"), (SECOND, "9")):
        meta = ObjectMeta(name="a", uid=uid, resource_version=version)
        symbols.created("a", KubeObject("v1", "ConfigMap", meta))
    return symbols


@pytest.mark.parametrize(
    ("symbol", "value"),
    [
        ("@a", SECOND),
        ("@a#1", FIRST),
        ("@a.rv", "12"),
        ("@a.rv0", "9"),
        ("plain", "plain"),
        ("a@b", "a@b"),
    ],
)
def test_symbol_becomes_a_value(symbols, symbol, value):
    """Handles stand for their latest incarnation, unless a number says which."""
    assert symbols.resolve({"x": [symbol]}, {"a": "12"}) == {"x": [value]}


def test_made_up_uid_stays_the_same(symbols):
    """A made-up uid belongs to no object, and is the same for the whole run."""
    made_up = symbols.resolve("!u", {})

    assert symbols.resolve("!u", {}) == made_up != symbols.resolve("!v", {})
    assert symbols.uid(made_up) == "!u"


def test_handle_that_was_never_created_is_made_up(symbols):
    """Before its first incarnation a handle's uid belongs to no object."""
    assert symbols.resolve("@z", {}) == symbols.resolve("!z", {})


def test_text_shows_symbols(symbols):
    """Uids, versions and addresses of a message are replaced, literal ones kept."""
    text = (
        f"UID ({FIRST}); the ResourceVersion in the precondition (1) does not match "
        "the ResourceVersion in record (25); Controller:(*bool)(0xc000a1b2c3)"
    )

    assert symbols.text(text) == (
        "UID (@a#1); the ResourceVersion in the precondition (1) does not match "
        "the ResourceVersion in record (<rv>); Controller:(*bool)(<ptr>)"
    )


def test_json_shows_symbols(symbols):
    """Uids are replaced wherever they stand, resource versions by their key."""
    value = {"metadata": {"uid": SECOND, "resourceVersion": "25", "labels": ["25"]}}

    assert symbols.json(value) == {
        "metadata": {"uid": "@a#2", "resourceVersion": "<rv>", "labels": ["25"]}
    }
