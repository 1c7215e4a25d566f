"""How a user finds out whether the collector works: delete something, and look."""

from collections.abc import Iterator

from gcmodel.kernel.durations import SECOND
from gcmodel.scenarios.expectations import Expectation, at_most, at_the_end, equal
from gcmodel.scenarios.library.props import deployment
from gcmodel.scenarios.library.stall_facts import Facts, stall_facts
from gcmodel.scenarios.scenario import Options
from gcmodel.scenarios.stage import Stage

WHERE = "default"
CREATED_S, GRACE_S = 10, 45
AT_LAST = "at_last"
"""The name of a story's last look."""

DEPENDENTS = 2
"""What a Deployment leaves behind that nobody collects: a ReplicaSet, and its Pod."""


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


def health_facts(stage: Stage) -> Facts:
    """Return the facts of a story that looks at the collector's health."""
    left_over = stage.notes.get("left_over")
    ended = AT_LAST in (left_over or {})
    return stall_facts(stage) | {
        "left_over": left_over,
        "leaked_after": len(stage.moments["after"].leaked()) if ended else None,
    }


def health_expectations(
    options: Options, left: dict[str, int], *, recovery_s: float
) -> tuple[Expectation, ...]:
    """Return what those facts must be.

    Args:
        options: Decide whether anything stalls, and is cured.
        left: What each look but the last must find.
        recovery_s: The most that a stall may outlast its cure.
    """
    stalls = options.profile.sync_pauses_workers
    cured = options.remedy.cures or not stalls
    at_last = 0 if cured else DEPENDENTS
    # Of a stall that is not cured, the dependents of one earlier look are left as well.
    leaked = 0 if cured else 2 * DEPENDENTS
    expected = [
        at_the_end(equal("left_over", left | {AT_LAST: at_last})),
        at_the_end(equal("leaked_after", leaked)),
    ]
    if stalls and cured:
        expected.append(at_the_end(at_most("recovery_s", recovery_s)))
    return tuple(expected)
