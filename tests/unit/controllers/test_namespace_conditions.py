"""What a namespace says about its end."""

import pytest

from gcmodel.client.discovery import Discovered
from gcmodel.controllers.namespace_conditions import Findings, updated_conditions
from gcmodel.errors import api_error
from gcmodel.objects.identity import GroupVersion, GroupVersionResource
from tests.unit.controllers.fakes import EPOCH_S

FINE = Discovered()
PODS = GroupVersionResource("", "v1", "pods")
WIDGETS = GroupVersionResource("example.com", "v1", "widgets")

ALL_WELL = {
    "NamespaceDeletionDiscoveryFailure": (
        "False",
        "ResourcesDiscovered",
        "All resources successfully discovered",
    ),
    "NamespaceDeletionGroupVersionParsingFailure": (
        "False",
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    "NamespaceDeletionContentFailure": (
        "False",
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    "NamespaceContentRemaining": (
        "False",
        "ContentRemoved",
        "All content successfully removed",
    ),
    "NamespaceFinalizersRemaining": (
        "False",
        "ContentHasNoFinalizers",
        "All content-preserving finalizers finished",
    ),
}


def told(conditions):
    """Return status, reason and message by type, in order."""
    return {
        one["type"]: (one["status"], one["reason"], one["message"])
        for one in conditions
    }


def test_all_well():
    """A namespace that ends smoothly has five conditions, none of which holds."""
    found = told(updated_conditions([], Findings(discovered=FINE), EPOCH_S))

    assert list(found.items()) == list(ALL_WELL.items())


@pytest.mark.parametrize(
    ("findings", "type_", "reason", "message"),
    [
        pytest.param(
            Findings(
                discovered=Discovered(
                    failed={GroupVersion("down.io", "v1"): "no answer"}
                )
            ),
            "NamespaceDeletionDiscoveryFailure",
            "DiscoveryFailed",
            "Discovery failed for some groups, 1 failing: unable to retrieve the "
            "complete list of server APIs: down.io/v1: no answer",
            id="a group",
        ),
        pytest.param(
            Findings(discovered=Discovered(error="no route")),
            "NamespaceDeletionDiscoveryFailure",
            "DiscoveryFailed",
            "no route",
            id="everything",
        ),
        pytest.param(
            Findings(
                discovered=FINE,
                failures=(api_error(500, "", "b"), api_error(500, "", "a")),
            ),
            "NamespaceDeletionContentFailure",
            "ContentDeletionFailed",
            "Failed to delete all resource types, 2 remaining: a, b",
            id="content",
        ),
        pytest.param(
            Findings(discovered=FINE, remaining={WIDGETS: 1, PODS: 2}),
            "NamespaceContentRemaining",
            "SomeResourcesRemain",
            "Some resources are remaining: pods. has 2 resource instances, "
            "widgets.example.com has 1 resource instances",
            id="remains",
        ),
        pytest.param(
            Findings(discovered=FINE, finalizers={"b": 1, "a": 2}),
            "NamespaceFinalizersRemaining",
            "SomeFinalizersRemain",
            "Some content in the namespace has finalizers remaining: a in 2 resource "
            "instances, b in 1 resource instances",
            id="finalizers",
        ),
    ],
)
def test_problems(findings, type_, reason, message):
    """Each problem makes one condition hold, and leaves the others alone."""
    found = told(updated_conditions([], findings, EPOCH_S))

    assert found == ALL_WELL | {type_: ("True", reason, message)}


def test_transition_times():
    """The time of a condition moves only when its status does."""
    first = updated_conditions([], Findings(discovered=FINE), EPOCH_S)
    broken = Findings(discovered=Discovered(error="no route"))

    later = updated_conditions(first, broken, EPOCH_S + 60)

    times = [one["lastTransitionTime"] for one in later]
    assert times == ["2023-11-14T22:14:20Z"] + ["2023-11-14T22:13:20Z"] * 4


def test_foreign_conditions_stay():
    """A condition of somebody else is kept."""
    foreign = {"type": "Mine", "status": "True"}

    found = updated_conditions([foreign], Findings(discovered=FINE), EPOCH_S)

    assert (found[0], len(found)) == (foreign, 6)
