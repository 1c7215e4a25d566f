"""Reading label selectors from strings."""

import pytest
from hypothesis import given, strategies as st

from gcmodel.objects.selector_parser import Token, lex, parse
from gcmodel.objects.selectors import SelectorError


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", [Token.END]),
        ("x==", [Token.IDENTIFIER, Token.DOUBLE_EQUALS, Token.END]),
        ("===", [Token.DOUBLE_EQUALS, Token.EQUALS, Token.END]),
        ("!==", [Token.NOT_EQUALS, Token.EQUALS, Token.END]),
        (">=", [Token.GREATER_THAN, Token.EQUALS, Token.END]),
        ("()", [Token.OPEN, Token.CLOSE, Token.END]),
        ("\t in\r\nnotin ", [Token.IN, Token.NOT_IN, Token.END]),
        ("a|b~c", [Token.IDENTIFIER, Token.END]),
        ("a\0b", [Token.IDENTIFIER, Token.IDENTIFIER, Token.END]),
        ("=\0b", [Token.EQUALS, Token.IDENTIFIER, Token.END]),
        ("a \0b", [Token.IDENTIFIER, Token.END]),
    ],
)
def test_lexemes(text, tokens):
    """The longest sign wins, and everything that is no sign is a word."""
    assert [token for token, _ in lex(text)] == tokens


@given(st.text(alphabet="ab=!(),<> \tin\0:", max_size=12))
def test_every_string_is_read_or_refused(text):
    """No string does anything but read well or be refused; what reads, reads back."""
    try:
        selector = parse(text)
    except SelectorError:
        return
    assert parse(str(selector)) == selector
