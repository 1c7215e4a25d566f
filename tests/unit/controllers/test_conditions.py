"""Conditions: quiet if nothing is new, continuous while the status stays."""

from gcmodel.controllers.conditions import (
    condition,
    find_condition,
    seconds_of,
    with_condition,
    without_condition,
)

AT, LATER = 1_743_088_012, 1_743_088_099
HOLDS = condition("Available", "True", "Enough", "all is well", AT)


def test_found_by_type():
    """A condition is found by its type, or not at all."""
    status = {"conditions": [HOLDS]}

    assert find_condition(status, "Available") == HOLDS
    assert find_condition(status, "Progressing") is None
    assert find_condition({}, "Available") is None


def test_the_same_reason_is_no_news():
    """Another message under the same status and reason changes nothing."""
    again = condition("Available", "True", "Enough", "still well", LATER)

    assert with_condition([HOLDS], again) == [HOLDS]


def test_another_reason_keeps_the_transition_time():
    """While the status stays, so does the time since when it does."""
    other = condition("Available", "True", "Plenty", "even better", LATER)

    assert with_condition([HOLDS], other) == [
        other | {"lastTransitionTime": HOLDS["lastTransitionTime"]}
    ]


def test_another_status_goes_to_the_end():
    """A condition that turns is replaced, at the end of the list."""
    other = condition("Progressing", "True", "Moves", "", AT)
    turned = condition("Available", "False", "TooFew", "", LATER)

    assert with_condition([HOLDS, other], turned) == [other, turned]


def test_dropped():
    """A condition that is dropped leaves the others."""
    other = condition("Progressing", "True", "Moves", "", AT)

    assert without_condition([HOLDS, other], "Available") == [other]


def test_seconds():
    """Timestamps are read back as Unix seconds; none is 0."""
    assert (seconds_of(HOLDS["lastUpdateTime"]), seconds_of(None)) == (AT, 0)
