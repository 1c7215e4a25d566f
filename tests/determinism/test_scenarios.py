"""A seed is a run: in any process, whatever the hash seed.

``python -m tests.determinism`` asks the same of a thousand seeds.
"""

import pytest

from gcmodel.scenarios.registry import SCENARIOS
from tests.determinism.digests import digests_of, in_another_process

SEEDS = 3


@pytest.mark.slow
@pytest.mark.parametrize("name", [one.name for one in SCENARIOS])
def test_two_processes_agree(name):
    """Trace and facts are the same bytes under two hash seeds; seeds give runs."""
    first, second = (in_another_process(name, SEEDS, one) for one in ("1", "4242"))
    digests = digests_of(first)

    assert digests == digests_of(second)
    assert len(set(digests)) == SEEDS
