"""Rows AS-100 to AS-106: label selectors.

Upstream: apimachinery pkg/labels/selector.go and selector_test.go
"""

import pytest

from gcmodel.objects.selector_parser import parse
from gcmodel.objects.selectors import (
    Operator,
    Requirement,
    Selector,
    SelectorError,
    from_labels,
    requirement,
)

LABEL_VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', "
    "'_' or '.', and must start and end with an alphanumeric character (e.g. "
    "'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("", ""),
        ("x=a,y=b,z=c", "x=a,y=b,z=c"),
        ("z=c,x=a", "x=a,z=c"),
        ("x!=a,y=b", "x!=a,y=b"),
        ("x=", "x="),
        ("x= ", "x="),
        ("x=,z= ", "x=,z="),
        ("x= ,z= ", "x=,z="),
        ("!x", "!x"),
        ("x>1", "x>1"),
        ("x>1,z<5", "x>1,z<5"),
        ("\rx", "x"),
        ("this-is-a-dns.domain.com/key-with-dash",) * 2,
        (
            "0.1.2.domain/99 notin (10.10.100.1, tick.tack.clock)",
            "0.1.2.domain/99 notin (10.10.100.1,tick.tack.clock)",
        ),
        ("foo  in\t (abc)", "foo in (abc)"),
        ("x in (abc,)", "x in (,abc)"),
        ("x in ()", "x in ()"),
        ("x notin (, a)", "x notin (,a)"),
        (
            "x notin (abc,,def),bar,z in (),w",
            "bar,w,x notin (,abc,def),z in ()",
        ),
        ("a in (x,y,notin, z,in)", "a in (in,notin,x,y,z)"),
    ],
    ids=lambda text: f"AS-100 {text!r}",
)
def test_selectors_that_are_read(text, printed):
    """AS-100: what is read, and in which order it is printed."""
    assert str(parse(text)) == printed


EXPECTS_OPERATOR = "expected: in, notin, =, ==, !=, gt, lt"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "x=a||y=b",
            "unable to parse requirement: values[0][x]: Invalid value: "
            f'"a||y": {LABEL_VALUE}',
        ),
        ("x==a==b", "found '==', expected: ',' or 'end of string'"),
        ("!x=a", "found '=', expected: ',' or 'end of string'"),
        (
            "x<a",
            "unable to parse requirement: values[0]: Invalid value: \"a\": for 'Gt', "
            "'Lt' operators, the value must be an integer",
        ),
        ("x,,y", "found ',', expected: identifier after ','"),
        ("x,", "found '', expected: identifier after ','"),
        (",x,y", "found ',', expected: !, identifier, or 'end of string'"),
        (
            "x nott in (y)",
            f"unable to parse requirement: found 'nott', {EXPECTS_OPERATOR}",
        ),
        ("a in (xyz),", "found '', expected: identifier after ','"),
        ("a in (xyz)b notin ()", "found 'b', expected: ',' or 'end of string'"),
        (
            "a in (xyz abc)",
            "unable to parse requirement: found 'abc', expected: ',' or ')'",
        ),
        (
            "a notin(",
            "unable to parse requirement: found '', expected: ',', ')' or identifier",
        ),
        ("a (", f"unable to parse requirement: found '(', {EXPECTS_OPERATOR}"),
        ("(", "found '(', expected: !, identifier, or 'end of string'"),
        ("!", "unable to parse requirement: found '', expected: identifier"),
        ("a=(", "unable to parse requirement: found '(', expected: identifier"),
        ("a in b", "unable to parse requirement: found 'b' expected: '('"),
        (
            "a in (,!)",
            "unable to parse requirement: found '!', expected: ',', or identifier",
        ),
    ],
    ids=lambda text: f"AS-101 {text!r}" if len(text) < 25 else "",
)
def test_selectors_that_are_refused(text, message):
    """AS-101: what is refused, and in which words."""
    with pytest.raises(SelectorError) as refusal:
        parse(text)
    assert str(refusal.value) == message


LONG = "a" * 254


@pytest.mark.parametrize(
    ("key", "operator", "values", "start"),
    [
        ("x", Operator.IN, [], "values: Invalid value: []string{}: for 'in', 'notin' "),
        ("x", Operator.NOT_IN, [], "values: Invalid value: []string{}: for 'in', "),
        (
            "x",
            Operator.EQUALS,
            ["bar", "foo"],
            'values: Invalid value: []string{"bar", "foo"}: exact-match ',
        ),
        (
            "x",
            Operator.EXISTS,
            ["foo"],
            'values: Invalid value: []string{"foo"}: values set must be empty ',
        ),
        (
            "x",
            Operator.GREATER_THAN,
            [],
            "values: Invalid value: []string{}: for 'Gt', 'Lt' operators, exactly one ",
        ),
        (
            "x",
            Operator.GREATER_THAN,
            ["bar"],
            "values[0]: Invalid value: \"bar\": for 'Gt', 'Lt' operators, the value ",
        ),
        (
            "x",
            Operator.LESS_THAN,
            ["bar"],
            "values[0]: Invalid value: \"bar\": for 'Gt', 'Lt' operators, the value ",
        ),
        (
            LONG,
            Operator.EXISTS,
            [],
            f'key: Invalid value: "{LONG}": name part must be no more than 63 ',
        ),
        (
            "x16",
            Operator.EQUALS,
            [LONG],
            f'values[0][x16]: Invalid value: "{LONG}": must be no more than 63 ',
        ),
        (
            "x16",
            Operator.EQUALS,
            ["a b"],
            'values[0][x16]: Invalid value: "a b": a valid label must ',
        ),
        (
            "x",
            "unsupportedOp",
            [],
            'operator: Unsupported value: "unsupportedOp": supported values: "in", '
            '"notin", "=", "==", "!=", "gt", "lt", "exists", "!"',
        ),
    ],
    ids=lambda value: f"AS-102 {value[:30]}" if isinstance(value, str) else "",
)
def test_requirements_that_cannot_be(key, operator, values, start):
    """AS-102: each names the part of the requirement that is wrong."""
    with pytest.raises(SelectorError) as refusal:
        requirement(key, operator, values)
    assert str(refusal.value)[: len(start)] == start


def test_every_broken_rule_is_told():
    """AS-102: the errors of one requirement are told together."""
    with pytest.raises(SelectorError) as refusal:
        requirement("x", Operator.GREATER_THAN, ["1", "b"])
    assert str(refusal.value) == (
        "[values: Invalid value: []string{\"1\", \"b\"}: for 'Gt', 'Lt' operators, "
        "exactly one value is required, values[1]: Invalid value: \"b\": for 'Gt', "
        "'Lt' operators, the value must be an integer]"
    )


@pytest.mark.parametrize(
    ("labels", "text", "matches"),
    [
        ({"x": "foo", "y": "baz"}, "x in (foo),y notin (alpha)", True),
        ({"x": "foo", "y": "baz"}, "x in (foo),y in (alpha)", False),
        ({"y": ""}, "x notin (),y", True),
        ({"y": ""}, "!x,y", True),
        ({"y": ""}, "x notin (),!y", False),
        ({"y": "baz"}, "x in ()", False),
        ({"z": "2"}, "z>1", True),
        ({"z": "v2"}, "z>1", False),
        ({"z": "2"}, "z<1", False),
        ({}, "z<1", False),
        ({"x": "a"}, "x!=a", False),
        ({"x": "a"}, "", True),
    ],
    ids=lambda value: f"AS-103 {value}" if isinstance(value, str) else "",
)
def test_matching(labels, text, matches):
    """AS-103: absent keys satisfy only what is negative."""
    assert parse(text).matches(labels) == matches


def test_a_requirement_of_nothing():
    """AS-103: a requirement without key and operator matches nothing."""
    assert not Selector((Requirement("", ""),)).matches({"": "", "x": "y"})


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("x in (b,a)", "x in (a,b)"),
        ("x in (a)", "x in (a)"),
        ("!x", "!x"),
        ("x", "x"),
        ("x>1", "x>1"),
        ("x==a", "x==a"),
    ],
    ids=lambda text: f"AS-104 {text}",
)
def test_round_trip(text, printed):
    """AS-104: a selector prints as one that reads the same."""
    selector = parse(text)
    assert (str(selector), parse(printed)) == (printed, selector)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("owner", id="AS-105"),
        pytest.param("authn.management.cattle.io/token-userId", id="founding incident"),
    ],
)
def test_a_user_name_is_no_label_value(key):
    """AS-105: a selector made from a system user's name cannot be read back."""
    text = str(from_labels({key: "system:kube-controller-manager"}))

    with pytest.raises(SelectorError) as refusal:
        parse(text)

    assert str(refusal.value) == (
        f"unable to parse requirement: values[0][{key}]: Invalid value: "
        f'"system:kube-controller-manager": {LABEL_VALUE}'
    )
