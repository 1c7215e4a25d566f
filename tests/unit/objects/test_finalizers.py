"""The finalizers that garbage collection lives on."""

from gcmodel.objects.finalizers import (
    COLLECTOR_FINALIZERS,
    DELETE_DEPENDENTS,
    ORPHAN_DEPENDENTS,
    without,
)


def test_names_are_those_of_upstream():
    """The collector's two finalizers are spelt as upstream spells them."""
    assert COLLECTOR_FINALIZERS == ("orphan", "foregroundDeletion")


def test_removing_keeps_order():
    """All copies of the unwanted go; the rest keeps its order."""
    names = ("b", ORPHAN_DEPENDENTS, "a", DELETE_DEPENDENTS, ORPHAN_DEPENDENTS)

    assert without(names, ORPHAN_DEPENDENTS) == ("b", "a", DELETE_DEPENDENTS)
    assert without(names, *COLLECTOR_FINALIZERS) == ("b", "a")
    assert without((), "x") == ()
