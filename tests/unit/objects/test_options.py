"""How to delete, as callers say it."""

import pytest

from gcmodel.errors import UsageError
from gcmodel.objects.options import DeleteOptions, Preconditions, PropagationPolicy


@pytest.mark.parametrize(
    ("value", "policy"),
    [
        ("Orphan", PropagationPolicy.ORPHAN),
        ("background", PropagationPolicy.BACKGROUND),
        ("FOREGROUND", PropagationPolicy.FOREGROUND),
        (PropagationPolicy.ORPHAN, PropagationPolicy.ORPHAN),
    ],
)
def test_policies_in_any_case(value, policy):
    """A propagation policy is known by its name, in any case."""
    assert PropagationPolicy.parse(value) is policy


@pytest.mark.parametrize("value", ["", "cascade", None, 1])
def test_policies_that_are_none(value):
    """What is no policy is refused with those that are."""
    with pytest.raises(UsageError) as caught:
        PropagationPolicy.parse(value)

    assert str(caught.value) == (
        f"propagation={value!r}: not a propagation policy; "
        "use one of Orphan, Background, Foreground"
    )


def test_policies_print_as_upstream_spells_them():
    """A policy is the string that a request carries."""
    assert f"{PropagationPolicy.FOREGROUND}" == "Foreground"


WIRE = {
    "gracePeriodSeconds": 0,
    "preconditions": {"uid": "u1", "resourceVersion": "7"},
    "orphanDependents": False,
    "propagationPolicy": "Nonsense",
    "dryRun": ["All"],
}
OPTIONS = DeleteOptions(
    grace_period_seconds=0,
    preconditions=Preconditions("u1", "7"),
    orphan_dependents=False,
    propagation_policy="Nonsense",
    dry_run=("All",),
)


def test_wire_form_there_and_back():
    """Options are kept as they were sent, nonsense included: the server judges."""
    assert DeleteOptions.from_dict(WIRE) == OPTIONS
    assert OPTIONS.to_dict() == WIRE


@pytest.mark.parametrize("wire", [None, {}, dict.fromkeys(WIRE)])
def test_nothing_said(wire):
    """Absent, empty and null say nothing, and are written as nothing."""
    options = DeleteOptions.from_dict(wire)

    assert (options, options.to_dict()) == (DeleteOptions(), {})


def test_empty_preconditions_are_kept():
    """Preconditions that ask nothing are still there."""
    options = DeleteOptions.from_dict({"preconditions": {}})

    assert options.to_dict() == {"preconditions": {}}
