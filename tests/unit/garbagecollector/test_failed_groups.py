"""How the line about groups that could not be discovered reads, version by version."""

import pytest

from gcmodel.garbagecollector.deletable_resources import failed_groups_text
from gcmodel.garbagecollector.sync_messages import GROUPS_FAILED_I, GROUPS_FAILED_W
from gcmodel.objects.identity import GroupVersion
from gcmodel.versions.profile import Profile

FAILED = {GroupVersion("ext.cattle.io", "v1"): "stale GroupVersion discovery"}
HEAD = '"failed to discover some groups" groups='


@pytest.mark.parametrize(
    ("kubernetes", "line"),
    [
        (
            "1.26",
            "failed to discover some groups: "
            "map[ext.cattle.io/v1:stale GroupVersion discovery]",
        ),
        (
            "1.28",
            f'{HEAD}"<internal error: json: unsupported type: '
            'map[schema.GroupVersion]error>"',
        ),
        (
            "1.31",
            HEAD + r'"map[\"ext.cattle.io/v1\":\"stale GroupVersion discovery\"]"',
        ),
    ],
)
def test_line(kubernetes, line):
    """Each version prints the map as its logger can; quoted once."""
    profile = Profile.for_version(kubernetes)
    message = GROUPS_FAILED_W if kubernetes == "1.26" else GROUPS_FAILED_I
    groups = failed_groups_text(FAILED, profile)

    assert message.render(profile.log_style, {"groups": groups}).text == line
