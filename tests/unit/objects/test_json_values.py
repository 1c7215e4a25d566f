"""Plain JSON out of whatever Python holds."""

import math
from enum import StrEnum
from types import MappingProxyType

import pytest
from hypothesis import given, strategies as st

from gcmodel.errors import UsageError
from gcmodel.objects.json_values import DEPTH_MAX, plain
from gcmodel.objects.places import Place


class Colour(StrEnum):
    """A string of a kind of its own."""

    RED = "red"


COPIED = [
    (None, None),
    (True, True),
    (1.0, 1),
    (1.5, 1.5),
    (-0.0, 0),
    (2**63 - 1, 2**63 - 1),
    (2**63, float(2**63)),
    (1e300, 1e300),
    ((1, [2]), [1, [2]]),
    (MappingProxyType({"a": (1,)}), {"a": [1]}),
    (Colour.RED, "red"),
    ("\ud800x", "\ufffdx"),
    ({"\udc00": "\U0001f600"}, {"\ufffd": "\U0001f600"}),
]


@pytest.mark.parametrize(("value", "copy"), COPIED)
def test_copies_are_json(value, copy):
    """Numbers, texts and containers become what JSON has for them."""
    result = plain(value, Place())

    assert (result, type(result)) == (copy, type(copy))


REFUSED = [
    ({"spec": {1, 2}}, "spec is of type set: must be JSON"),
    ({"spec": b"x"}, "spec is of type bytes: must be JSON"),
    ({"spec": [0, math.nan]}, "spec[1] is nan: must be a finite number"),
    ({"spec": -math.inf}, "spec is -inf: must be a finite number"),
    ({"spec": 10**400}, "spec is a number beyond all floats: must be a finite"),
    ({"spec": {5: 1}}, "spec has a key that is the number 5: must be a string"),
    ({None: 1}, "the manifest has a key that is null: must be a string"),
]


@pytest.mark.parametrize(("value", "problem"), REFUSED)
def test_what_is_not_json_is_refused(value, problem):
    """A value that JSON has not is refused with the path to it."""
    with pytest.raises(UsageError) as caught:
        plain(value, Place())

    assert problem in str(caught.value)


def test_a_value_within_itself_is_too_deep():
    """What contains itself is refused as what nests too deep."""
    value = {}
    value["spec"] = [value]

    with pytest.raises(UsageError) as caught:
        plain(value, Place("web"))

    assert str(caught.value) == (
        f"web: spec[0].spec nests deeper than {DEPTH_MAX} levels: "
        "no Kubernetes object does; flatten it"
    )


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)


def containers(value):
    """Yield every dict and list within *value*, itself included."""
    if isinstance(value, dict | list):
        yield value
        for child in value.values() if isinstance(value, dict) else value:
            yield from containers(child)


@given(json_values)
def test_copies_are_equal_and_share_nothing(value):
    """A copy of JSON is the same JSON, made of other containers."""
    copy = plain(value, Place())

    assert copy == value
    originals = {id(one) for one in containers(value)}
    assert originals.isdisjoint(id(one) for one in containers(copy))
