"""What unquoted words mean, as kubectl 1.32 was seen to read them."""

import math

import pytest

from gcmodel.objects.yaml_scalars import resolve, tagged

SEEN = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["y", "Y", "yes", "Yes", "YES", "on", "On", "TRUE", "True"], True),
    **dict.fromkeys(
        ["n", "N", "no", "No", "NO", "off", "OFF", "false", "FALSE"], False
    ),
    "tRUE": "tRUE",
    "yEs": "yEs",
    "nUll": "nUll",
    "0": 0,
    "00": 0,
    "-0": 0,
    "+12": 12,
    "0644": 420,
    "0o644": 420,
    "+0o7": 7,
    "007": 7,
    "0_7": 7,
    "089": 89,
    "08.5": 8.5,
    "0o9": "0o9",
    "0b11": 3,
    "0b2": "0b2",
    "0x1F": 31,
    "-0x1f": -31,
    "0x": "0x",
    "0x_": "0x_",
    "1_000": 1000,
    "1__0": 10,
    "_1": "_1",
    "1e3": 1000,
    "1E3": 1000,
    "1e+3": 1000,
    "12e03": 12000,
    "1.e3": 1000,
    ".5": 0.5,
    "-.5": -0.5,
    "+.5e2": 50,
    ".1e1": 1,
    "1.": 1,
    "1_0.5": 10.5,
    "1.10": 1.1,
    "1e-400": 0,
    ".e1": ".e1",
    "._5": "._5",
    "e3": "e3",
    "-": "-",
    "--": "--",
    ".": ".",
    "=": "=",
    "<": "<",
    "1.2.3": "1.2.3",
    "1:2": "1:2",
    "22:22": "22:22",
    "190:20:30": "190:20:30",
    "2026-01-01": "2026-01-01",
    "2026-01-01T00:00:00Z": "2026-01-01T00:00:00Z",
    "12345678901234567890123": 12345678901234567890123,
    ".inf2": ".inf2",
    "9" * 5000: "9" * 5000,
}


@pytest.mark.parametrize("word", SEEN, ids=[word[:24] or "empty" for word in SEEN])
def test_unquoted_words(word):
    """An unquoted word is what kubectl takes it for."""
    value = resolve(word)

    assert value == SEEN[word]
    assert isinstance(value, bool) == isinstance(SEEN[word], bool)


@pytest.mark.parametrize("word", [".inf", "+.Inf", "-.INF", ".nan", ".NaN", "1e400"])
def test_numbers_that_json_has_not(word):
    """Infinities and not-a-number are numbers here; the reader refuses them."""
    assert not math.isfinite(resolve(word))


PREFIX = "tag:yaml.org,2002:"


@pytest.mark.parametrize(
    ("tag", "word", "value"),
    [
        (PREFIX + "str", "5", "5"),
        (PREFIX + "int", "0x10", 16),
        (PREFIX + "float", "5", 5),
        (PREFIX + "float", "5.5", 5.5),
        (PREFIX + "bool", "yes", True),
        (PREFIX + "null", "", None),
        (PREFIX + "binary", "aGk=", "hi"),
        (PREFIX + "binary", "aG\n k=", "hi"),
        (PREFIX + "timestamp", "2026-01-01", "2026-01-01"),
        (PREFIX + "python/object:os.system", "x", "x"),
        ("!Ref", "5", "5"),
        ("!", "5", "5"),
    ],
)
def test_tags(tag, word, value):
    """A tag decides what a word is; an unknown one leaves it text."""
    assert tagged(tag, word) == value


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("int", "x"),
        ("int", "yes"),
        ("float", "true"),
        ("bool", "1"),
        ("null", "0"),
        ("binary", "%%"),
    ],
)
def test_tags_that_lie(kind, word):
    """A word that cannot be what its tag says is an error, as in kubectl."""
    with pytest.raises(ValueError, match=f"is not a !!{kind}"):
        tagged(PREFIX + kind, word)
