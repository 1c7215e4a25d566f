"""Hypothesis profiles: ``dev`` by hand, ``ci`` in ``make test``, ``deep`` at night.

And ``power``, for known mistakes.

``HYPOTHESIS_PROFILE`` chooses one.
"""

import os

from hypothesis import HealthCheck, Phase, settings

settings.register_profile("dev", max_examples=50, stateful_step_count=20, deadline=None)
settings.register_profile(
    "ci",
    max_examples=100,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "deep",
    max_examples=20_000,
    stateful_step_count=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
# Whether a mistake is noticed is asked here, not how small the example can be made.
settings.register_profile(
    "power", settings.get_profile("ci"), phases=[Phase.explicit, Phase.generate]
)
settings.load_profile(os.getenv("HYPOTHESIS_PROFILE", "dev"))
