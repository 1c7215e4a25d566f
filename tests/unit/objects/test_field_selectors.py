"""Field selectors."""

import pytest
from hypothesis import given, strategies as st

from gcmodel.objects.field_selectors import (
    FieldSelector,
    FieldTerm,
    default_fields,
    parse_field_selector,
)
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from gcmodel.objects.selectors import SelectorError


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        (",,", ()),
        ("metadata.name=a", (FieldTerm("metadata.name", "a"),)),
        ("a==b,c!=d", (FieldTerm("a", "b"), FieldTerm("c", "d", equal=False))),
        ("a=", (FieldTerm("a", ""),)),
        (r"a=b\,c\=d\\", (FieldTerm("a", "b,c=d\\"),)),
    ],
)
def test_terms(text, terms):
    """Terms are fields, a sign and a value, with commas between them."""
    assert parse_field_selector(text) == FieldSelector(terms)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "invalid selector: 'a'; can't understand 'a'"),
        ("a=b,c", "invalid selector: 'a=b,c'; can't understand 'c'"),
        ("a=b=c", "invalid field selector: unescaped character in value: 61"),
        (r"a=\b", r"invalid field selector: invalid escape sequence: \b"),
        ("a=b\\", "invalid field selector: invalid escape sequence: \\"),
    ],
)
def test_bad_syntax(text, message):
    """A field selector that cannot be read is refused."""
    with pytest.raises(SelectorError) as refusal:
        parse_field_selector(text)
    assert str(refusal.value) == message


def test_unknown_fields_are_refused():
    """A built-in kind names what it knows; a custom resource does not."""
    selector = parse_field_selector("metadata.name=a,spec.x=b")
    messages = []
    for custom in (False, True):
        with pytest.raises(SelectorError) as refusal:
            selector.check_fields(custom=custom)
        messages.append(str(refusal.value))
    with pytest.raises(SelectorError) as refusal:
        selector.check_fields(("metadata.name", "status.phase"))

    assert [*messages, str(refusal.value)] == [
        '"spec.x" is not a known field selector: only "metadata.name", '
        '"metadata.namespace"',
        "field label not supported: spec.x",
        "field label not supported: spec.x",
    ]


def test_known_fields_select():
    """An object is selected by its own name and namespace."""
    stored = KubeObject("v1", "Pod", ObjectMeta(name="a", namespace="n"))
    selector = parse_field_selector("metadata.name=a,metadata.namespace!=m")
    selector.check_fields()

    assert selector.matches(default_fields(stored))
    assert not parse_field_selector("metadata.name!=a").matches(default_fields(stored))


@given(st.text(max_size=12))
def test_escaped_values_read_back(value):
    """Any value can be said, with a backslash before what has a meaning."""
    escaped = value
    for character in "\\,=":
        escaped = escaped.replace(character, "\\" + character)
    assert parse_field_selector(f"a={escaped}").matches({"a": value})
