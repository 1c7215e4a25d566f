"""Selectors as values."""

import pytest
from hypothesis import given, strategies as st

from gcmodel.objects.selector_parser import parse
from gcmodel.objects.selectors import (
    EVERYTHING,
    NOTHING,
    Operator,
    Requirement,
    Selector,
    SelectorError,
    from_label_selector,
    from_labels,
    parse_integer,
    requirement,
)

keys = st.from_regex(
    r"([a-z0-9]{1,5}/)?[A-Za-z0-9]([-_.A-Za-z0-9]{0,5}[a-z])?", fullmatch=True
)
values = st.from_regex(r"([A-Za-z0-9]([-_.A-Za-z0-9]{0,5}[a-z0-9])?)?", fullmatch=True)
numbers = st.integers(min_value=-(2**63), max_value=2**63 - 1).filter(lambda n: n >= 0)


@st.composite
def requirements(draw):
    """Draw a valid requirement, as the parser would build it."""
    operator = draw(st.sampled_from(list(Operator)))
    if operator in (Operator.EXISTS, Operator.DOES_NOT_EXIST):
        chosen = []
    elif operator in (Operator.GREATER_THAN, Operator.LESS_THAN):
        chosen = [str(draw(numbers))]
    elif operator in (Operator.IN, Operator.NOT_IN):
        chosen = sorted(draw(st.sets(values, min_size=1, max_size=4)))
    else:
        chosen = [draw(values)]
    return requirement(draw(keys), operator, chosen)


@given(st.lists(requirements(), max_size=4))
def test_text_reads_back(some):
    """The text of a valid selector is read back as the same selector."""
    selector = Selector.of(some)
    assert parse(str(selector)) == selector


@given(st.dictionaries(keys, values, max_size=4))
def test_labels_match_their_own_selector(labels):
    """A selector made from labels selects an object with these labels."""
    selector = from_labels(labels)
    assert selector.matches(labels | {"another": "one"})
    assert parse(str(selector)) == selector


@given(st.lists(requirements(), max_size=3), st.dictionaries(keys, values, max_size=3))
def test_all_requirements_must_hold(some, labels):
    """A selector is the conjunction of its requirements."""
    expected = all(one.matches(labels) for one in some)
    assert Selector.of(some).matches(labels) == expected


def test_a_map_is_taken_as_it_is():
    """Building from labels never fails; reading the text back does."""
    selector = from_labels({"owner": "system:kube-scheduler"})

    assert str(selector) == "owner=system:kube-scheduler"
    with pytest.raises(SelectorError):
        parse(str(selector))


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        ({}, ""),
        ({"matchLabels": {"b": "2", "a": "1"}}, "a=1,b=2"),
        ({"matchExpressions": [{"key": "a", "operator": "Exists"}]}, "a"),
        ({"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]}, "!a"),
        (
            {
                "matchLabels": {"z": "1"},
                "matchExpressions": [
                    {"key": "a", "operator": "In", "values": ["y", "x"]},
                    {"key": "b", "operator": "NotIn", "values": ["y"]},
                ],
            },
            "a in (x,y),b notin (y),z=1",
        ),
    ],
)
def test_label_selectors_of_specs(wire, text):
    """The API type says the same as a query string."""
    assert str(from_label_selector(wire)) == text


def test_no_label_selector_selects_nothing():
    """None selects nothing, an empty one everything."""
    chosen = (from_label_selector(None), from_label_selector({}))

    assert chosen == (NOTHING, EVERYTHING)
    assert [selector.matches({}) for selector in chosen] == [False, True]
    assert [selector.empty for selector in chosen] == [False, True]


def test_label_selectors_of_specs_are_judged():
    """An operator of the query language is none of the API type."""
    wire = {"matchExpressions": [{"key": "a", "operator": "="}]}
    with pytest.raises(SelectorError, match=r'^"=" is not a valid label selector'):
        from_label_selector(wire)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("-7", -7),
        ("+7", 7),
        ("007", 7),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),
        ("9" * 5000, None),
        ("", None),
        ("1_0", None),
        (" 1", None),
        ("٣", None),
    ],
)
def test_integers_are_go_integers(text, number):
    """Only what fits a signed 64-bit decimal is an integer."""
    assert parse_integer(text) == number


def test_unknown_operator_prints_as_it_is():
    """A requirement that nobody judged prints, but matches nothing."""
    unknown = Requirement("x", "~", ("a",))
    assert (str(unknown), unknown.matches({"x": "a"})) == ("x~a", False)
