"""What comes of orphaning when the server does not do as asked."""

import pytest

from gcmodel.errors import api_error
from gcmodel.objects.finalizers import ORPHAN_DEPENDENTS
from tests.conformance.gc.config_maps import config_map, deleting, to_orphan
from tests.conformance.gc.harness import Harness

BROKEN = api_error(500, "InternalError", "no")
GONE = api_error(404, "NotFound", "gone")
PATCH_A, PATCH_B = "patch configmaps ns1 a", "patch configmaps ns1 b"
READ_OWNER, PATCH_OWNER = "get configmaps ns1 owner", "patch configmaps ns1 owner"


def orphan(answers):
    """Orphan a and b, requests meeting *answers*; return the harness."""
    harness = Harness()
    owner = deleting("owner", ORPHAN_DEPENDENTS)
    children = [config_map(name, ["owner"]) for name in ("a", "b")]
    for one in (owner, *children):
        harness.server.put(one)
    for action, answer in answers.items():
        harness.server.answer(action, answer)
    for child in children:
        harness.see("add", child)
    harness.see("add", owner)
    harness.process_attempt_to_orphan(1)
    return harness


def identity(name):
    """Return how messages name a ConfigMap."""
    return f"[v1/ConfigMap, namespace: ns1, name: {name}, uid: {name}]"


ALL_FOUR = [PATCH_A, PATCH_B, READ_OWNER, PATCH_OWNER]


@pytest.mark.parametrize(
    "answers", [{}, {PATCH_A: GONE}, {PATCH_A: GONE, PATCH_B: GONE}]
)
def test_dependents_that_are_gone_need_no_orphaning(answers):
    """Dependents that are not found do not keep the owner from being released."""
    harness = orphan(answers)

    assert harness.server.actions == ALL_FOUR
    assert (to_orphan(harness), harness.logged()) == ([], [])


FAILED_A = f"orphaning {identity('a')} failed, no"
FAILED_B = f"orphaning {identity('b')} failed, no"
DEPENDENTS_FAILED = (
    f"orphanDependents for {identity('owner')} failed with failed to orphan "
    f"dependents of owner {identity('owner')}, got errors: "
)
FINALIZER_FAILED = f"removeOrphanFinalizer for {identity('owner')} failed with "
FAILURES = {
    "one dependent": (
        {PATCH_B: BROKEN},
        ALL_FOUR[:2],
        DEPENDENTS_FAILED + FAILED_B,
    ),
    "one dependent, and one that is gone": (
        {PATCH_A: GONE, PATCH_B: BROKEN},
        ALL_FOUR[:2],
        DEPENDENTS_FAILED + FAILED_B,
    ),
    "both dependents": (
        {PATCH_A: BROKEN, PATCH_B: BROKEN},
        ALL_FOUR[:2],
        f"{DEPENDENTS_FAILED}[{FAILED_A}, {FAILED_B}]",
    ),
    "the owner cannot be read": (
        {READ_OWNER: BROKEN},
        ALL_FOUR[:3],
        f"{FINALIZER_FAILED}cannot finalize owner {identity('owner')}, because cannot "
        "get it: no. The garbage collector will retry later",
    ),
    "the owner cannot be patched": (
        {PATCH_OWNER: BROKEN},
        ALL_FOUR,
        f"{FINALIZER_FAILED}no",
    ),
}


@pytest.mark.parametrize(
    ("answers", "actions", "text"), FAILURES.values(), ids=FAILURES
)
def test_orphaning_that_fails_is_logged_and_tried_again(answers, actions, text):
    """Whichever step fails ends the turn; the owner waits to be orphaned again."""
    harness = orphan(answers)

    assert harness.server.actions == actions
    assert harness.logged() == [text]
    assert to_orphan(harness) == ["owner"]

    harness.process_attempt_to_orphan(1)
    assert harness.server.actions[len(actions) :] == ALL_FOUR
    assert to_orphan(harness) == []
