"""The oracle against a real control plane: nothing wrong with what was recorded.

What it would forbid, Kubernetes never did, in any state of any recorded program.
"""

from pathlib import Path

import pytest

from gcmodel.apiserver.resources import catalogue
from gcmodel.checks.oracle import violations
from gcmodel.conformance.programs import read_programs
from gcmodel.objects.metadata import KubeObject
from gcmodel.versions.profile import Profile

FOLDER = Path(__file__).parents[1] / "data" / "conformance" / "programs"
SCOPES = {
    (kind.api_version, kind.kind): kind.namespaced
    for kind in catalogue(Profile.for_version("1.20"))
}
PROGRAMS = [one for file in sorted(FOLDER.glob("*.gz")) for one in read_programs(file)]


def uid_of(handle, state):
    """Return the UID of an object as the recording writes it."""
    return f"@{handle}#{state['incarnation']}"


def recorded(program, state):
    """Return the objects of one recorded *state*."""
    manifests = {
        step.fields["handle"]: step.fields["manifest"]
        for step in program.steps
        if step.op == "create"
    }
    return [
        object_of(manifests[handle], uid_of(handle, found), found)
        for handle, found in state.items()
        if found["exists"]
    ]


def object_of(manifest, uid, found):
    """Return one object: what it was made from, with what was read in the end."""
    metadata = {
        **manifest["metadata"],
        "uid": uid,
        "finalizers": found["finalizers"],
        "ownerReferences": found["ownerReferences"],
    }
    if found["deleting"]:
        metadata["deletionTimestamp"] = "2025-01-01T00:00:00Z"
    return KubeObject.from_dict({**manifest, "metadata": metadata})


def late(program, state, end):
    """Return the UIDs of those whose last claim is younger than a delete of another."""
    deleted = [
        step.index
        for step in program.steps[:end]
        if step.op == "delete" and state[step.fields["handle"]].get("deleting")
    ]
    claimed = {
        step.fields["handle"]: step.index
        for step in program.steps[:end]
        if step.op in ("create", "patch", "update")
    }
    return [
        uid_of(handle, found)
        for handle, found in state.items()
        if found["exists"] and deleted and claimed[handle] > min(deleted)
    ]


def still_retried(program, number, state):
    """Return the UIDs of those that the collector was still trying when it was read."""
    polled = program.settles[number].get("polled", ())
    names = {line.rpartition(" ")[2].rpartition("/")[2] for line in polled}
    manifests = {
        step.fields["handle"]: step.fields["manifest"]["metadata"]["name"]
        for step in program.steps
        if step.op == "create"
    }
    return [
        uid_of(handle, found)
        for handle, found in state.items()
        if found["exists"] and manifests[handle] in names
    ]


@pytest.mark.parametrize("program", [pytest.param(one, id=one.id) for one in PROGRAMS])
def test_real_states_break_no_rule(program):
    """What a real collector left behind is what the oracle allows."""
    for outcome in program.outcomes:
        for number, state in enumerate(outcome.states):
            found = violations(
                recorded(program, state),
                SCOPES,
                late(program, state, program.settle_steps[number]),
            )
            busy = still_retried(program, number, state)
            assert [str(one) for one in found if one.object.uid not in busy] == []


def test_few_are_excused():
    """Hardly anything needs an excuse: all but a few states pass without one."""
    states = [
        recorded(program, state)
        for program in PROGRAMS
        for outcome in program.outcomes
        for state in outcome.states
    ]
    unexcused = [objects for objects in states if violations(objects, SCOPES)]

    assert len(states) == 1485
    assert len(unexcused) == 2
