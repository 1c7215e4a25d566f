"""Monitors that have not synced, and those that cannot be made."""

import pytest

from gcmodel.garbagecollector.monitors import ResyncError
from gcmodel.objects.identity import GroupVersionResource as Resource
from tests.conformance.gc.harness import Harness
from tests.conformance.gc.sync_harness import PODS, SECRETS

WIDGETS = Resource("example.com", "v1", "widgets")
GADGETS = Resource("example.com", "v1", "gadgets")


def test_any_of_the_unsynced_is_named():
    """Of two monitors that have not synced, now one and now the other is named."""
    harness = Harness()
    monitors = harness.collector.monitors
    harness.run(monitors.resync([PODS, SECRETS]))

    named = {monitors.first_unsynced().resource for _ in range(20)}

    assert named == {PODS, SECRETS}


@pytest.mark.parametrize(
    ("unknown", "text"),
    [
        ([WIDGETS], 'couldn\'t look up resource "{0}": no matches for {0}'),
        (
            [WIDGETS, GADGETS],
            '[couldn\'t look up resource "{0}": no matches for {0}, '
            'couldn\'t look up resource "{1}": no matches for {1}]',
        ),
    ],
    ids=["one", "two"],
)
def test_those_that_can_be_made_are_made(unknown, text):
    """Resources that cannot be looked up are named, and the others are monitored."""
    harness = Harness()
    monitors = harness.collector.monitors

    with pytest.raises(ResyncError) as caught:
        harness.run(monitors.resync([PODS, *unknown, SECRETS]))

    assert str(caught.value) == text.format(*unknown)
    assert list(monitors.by_resource) == [PODS, SECRETS]
