"""How a user finds out whether the collector works: delete something, and look."""

from collections.abc import Iterator

from gcmodel.kernel.durations import SECOND
from gcmodel.scenarios.library.props import deployment
from gcmodel.scenarios.stage import Stage

WHERE = "default"
CREATED_S, GRACE_S = 10, 45


def check_health(stage: Stage, name: str) -> Iterator[int]:
    """Create a Deployment, delete it, and note what is left under *name*."""
    begun = stage.cluster.now_ns
    left_over = stage.notes.setdefault("left_over", {})
    probe = f"probe-{len(left_over) + 1}"
    stage.apply("admin", deployment(WHERE, probe))
    yield begun + CREATED_S * SECOND
    stage.tell("you", f"kubectl create deploy {probe}; kubectl delete deploy {probe}")
    family = stage.look_in(WHERE).descendants(
        stage.cluster.get("apps/v1", "Deployment", f"{WHERE}/{probe}")
    )
    stage.cluster.delete("apps/v1", "Deployment", f"{WHERE}/{probe}")
    yield begun + (CREATED_S + GRACE_S) * SECOND
    left = stage.look_in(WHERE).uids & {one.uid for one in family}
    left_over[name] = len(left)
    meaning = "nobody removes them" if left else "the collector works"
    shown = f"{len(left)} of its {len(family)} dependents are left"
    stage.tell_seen(f"look after {GRACE_S} s: {shown}", meaning)
