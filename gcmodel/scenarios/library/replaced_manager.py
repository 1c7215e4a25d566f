"""The controller manager on stage: restarted, or replaced by a newer one."""

from gcmodel.scenarios.scenario import Remedy
from gcmodel.scenarios.stage import Stage
from gcmodel.versions.profile import Profile

TOLERANT = "1.32"
"""The first version whose collector does not stop for a resource that cannot sync."""


def is_tolerant(profile: Profile) -> bool:
    """Whether a collector of *profile* goes on without what it cannot list."""
    return not profile.sync_pauses_workers


NEWER_KUBERNETES = Remedy(
    "newer-kubernetes",
    f"run a controller manager of Kubernetes {TOLERANT}, which does not stop for it",
    in_place=is_tolerant,
)


def restart(stage: Stage) -> None:
    """Have the user restart the controller manager as it is."""
    how = "must list everything once before it works"
    if is_tolerant(stage.cluster.profile):
        how = "waits 30 s at most for what it cannot list, then works without"
    stage.tell(
        "you",
        "restart the controller manager",
        f"the new process knows nothing, and {how}",
    )
    stage.restart()


def replace(stage: Stage) -> None:
    """Have the user replace the controller manager, unless it is new enough."""
    profile = stage.cluster.profile
    if is_tolerant(profile):
        stage.tell(
            "you",
            f"leave the controller manager as it is, of Kubernetes {profile.version}",
            "it goes on without what it cannot list; a newer one could do no more",
        )
        return
    stage.tell(
        "you",
        f"replace the controller manager by one of Kubernetes {TOLERANT}",
        "it starts anew, and waits for its monitors 30 s at most",
    )
    # The API server keeps its way of telling what it serves.
    newer = Profile.for_version(TOLERANT)
    stage.restart(newer.flipped(aggregated_discovery=profile.aggregated_discovery))
