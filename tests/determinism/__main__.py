"""``python -m tests.determinism [SEEDS]``: every story, two processes, the same bytes.

Each story is played under seeds 0 to SEEDS - 1 (1,000 if not said) in two processes
with different hash seeds; the digests of their traces must agree, seed by seed.
"""

import sys

from gcmodel.scenarios.registry import SCENARIOS
from tests.determinism.digests import digests_of, in_another_process

HASH_SEEDS = ("1", "4242")
seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
agreed = True
for scenario in SCENARIOS:
    first, second = (
        in_another_process(scenario.name, seeds, hash_seed) for hash_seed in HASH_SEEDS
    )
    found = [digests_of(first), digests_of(second)]
    same = sum(one == other for one, other in zip(*found, strict=True))
    agreed = agreed and same == seeds and len(found[0]) == seeds
    distinct = len(set(found[0]))
    print(f"{scenario.name}: {same} of {seeds} agree, {distinct} differ", flush=True)
sys.exit(0 if agreed else 1)
