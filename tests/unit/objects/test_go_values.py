"""How Go prints values inside messages."""

import pytest
from hypothesis import given, strategies as st

from gcmodel.objects.go_values import Timestamp, Unsigned, plain, quote, render, to_json
from gcmodel.objects.identity import Uid
from gcmodel.objects.metadata import OwnerReference

OWNER = OwnerReference("v1", "ConfigMap", "a", Uid("u"), controller=True)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("plain", '"plain"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("\a\b\f\n\r\t\v", '"\\a\\b\\f\\n\\r\\t\\v"'),
        ("\x00\x7f", '"\\x00\\x7f"'),
        ("\u200b", '"\\u200b"'),
        ("\U000e0001", '"\\U000e0001"'),
        ("Māori", '"Māori"'),
    ],
)
def test_quoting_escapes_what_does_not_print(text, quoted):
    """%q escapes quotes, controls and what does not print, and nothing else."""
    assert quote(text) == quoted


@pytest.mark.parametrize(
    ("value", "go", "as_json"),
    [
        (None, '"null"', '"null"'),
        ("x", '"x"', '"x"'),
        (True, "true", "true"),
        (30, "30", "30"),
        (1.5, "1.5", "1.5"),
        (["a", "b"], '[]string{"a", "b"}', '["a","b"]'),
        ([], "[]string{}", "[]"),
        ([1, None], "[]interface {}{1, interface {}(nil)}", "[1,null]"),
        ({"b": "<", "a": "y"}, 'map[string]string{"a":"y", "b":"<"}', None),
        ({"a": 1}, 'map[string]interface {}{"a":1}', '{"a":1}'),
        (Unsigned(0), "0x0", "0"),
        (Timestamp(1000), "1970-01-01 00:16:40 +0000 UTC", '"1970-01-01T00:16:40Z"'),
        (Timestamp(None), "0001-01-01 00:00:00 +0000 UTC", "null"),
    ],
)
def test_values_render_as_go_prints_them(value, go, as_json):
    """A value prints in Go syntax, or as JSON where the version does."""
    escaped = '{"a":"y","b":"\\u003c"}'
    rendered = (render(value), render(value, composite_as_json=True))
    assert rendered == (go, escaped if as_json is None else as_json)


def test_owner_references_print_their_pointers():
    """Unset flags are nil pointers, set ones are addresses, each its own."""
    both = OwnerReference("v1", "Pod", "b", Uid("v"), block_owner_deletion=False)
    assert render([OWNER, both]) == (
        '[]v1.OwnerReference{v1.OwnerReference{APIVersion:"v1", Kind:"ConfigMap", '
        'Name:"a", UID:"u", Controller:(*bool)(0xc000012000), '
        'BlockOwnerDeletion:(*bool)(nil)}, v1.OwnerReference{APIVersion:"v1", '
        'Kind:"Pod", Name:"b", UID:"v", Controller:(*bool)(nil), '
        "BlockOwnerDeletion:(*bool)(0xc000012001)}}"
    )


def test_owner_references_print_as_json():
    """As JSON, what was not said is not printed."""
    assert render(OWNER, composite_as_json=True) == (
        '{"apiVersion":"v1","kind":"ConfigMap","name":"a","uid":"u","controller":true}'
    )


def test_plain_values_print_without_quotes():
    """%v prints maps with sorted keys, and strings bare."""
    value = {"b": [1, True, None, "x"], "a": {"k": "v"}}
    assert plain(value) == "map[a:map[k:v] b:[1 true <nil> x]]"


def test_json_escapes_html():
    """json.Marshal does not let HTML through."""
    assert to_json({"a": "<&>"}) == '{"a":"\\u003c\\u0026\\u003e"}'


@given(st.text())
def test_quoted_text_holds_no_raw_quote_or_newline(text):
    """A quoted text stays on one line and ends where its quote ends."""
    inner = quote(text)[1:-1].replace("\\\\", "").replace('\\"', "")
    assert '"' not in inner
    assert "\n" not in inner
