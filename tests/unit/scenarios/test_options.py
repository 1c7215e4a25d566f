"""What a run can be asked for, and what it cannot."""

import pytest

from gcmodel.errors import UsageError
from gcmodel.scenarios.registry import find_remedy, find_scenario
from gcmodel.scenarios.scenario import Options, perform
from gcmodel.versions.profile import Profile

FLEET = find_scenario("rancher-fleet")
REMEDY, MODE = find_remedy(FLEET, None)
GOOD = {"profile": Profile.for_version("1.31"), "remedy": REMEDY, "mode": MODE}


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("profile", "1.31", "must be of type Profile"),
        ("remedy", "none", "must be of type Remedy"),
        ("mode", "zz", "not a mode of scale-to-zero; its modes are MissingEndpoints"),
        ("seed", -1, "must be a whole number, 0 to"),
        ("seed", "7", "must be a whole number, 0 to"),
        ("until_ns", 0, "must be a whole number, 1 or more"),
        ("until_ns", "5m", "must be a whole number, 1 or more"),
        ("verbosity", 11, "must be a whole number, 0 to 10"),
    ],
)
def test_options_that_cannot_be(field, value, rule):
    """Each option is judged when it is given."""
    with pytest.raises(UsageError, match=rule):
        Options(**GOOD | {field: value})


def test_what_is_performed_is_a_scenario_with_its_own_remedy():
    """A name is no scenario, and a remedy belongs to one."""
    options = Options(**GOOD)
    with pytest.raises(UsageError, match="must be of type Scenario"):
        perform("rancher-fleet", options)
    with pytest.raises(UsageError, match="must be of type Options"):
        perform(FLEET, REMEDY)
    with pytest.raises(UsageError, match="not a remedy of hidden-by-404"):
        perform(find_scenario("hidden-by-404"), options)
