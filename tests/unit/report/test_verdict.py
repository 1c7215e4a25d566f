"""The end of a story."""

import io

from gcmodel.report.terminal import Terminal
from gcmodel.report.verdict import Verdict, WayOut, render


def rendered(**changes):
    """Return a verdict as lines."""
    parts = {
        "culprit": "tokens.ext.cattle.io",
        "identity": "system:kube-controller-manager",
        "error": "failed to list tokens",
        "cause": "a name is no label",
        "effect": "nothing was collected",
        "ways_out": [
            WayOut("fix", "mend it", cures=True, taken=True),
            WayOut("pray", "hope", cures=False, taken=False),
        ],
    }
    return list(render(Verdict(**parts | changes), Terminal(io.StringIO())))


def test_verdict_names_who_what_why_and_how_out():
    """Culprit, identity, error, cause, effect and ways out each have their place."""
    assert rendered() == [
        "culprit       tokens.ext.cattle.io",
        "listed as     system:kube-controller-manager",
        "told          failed to list tokens",
        "cause         a name is no label",
        "effect        nothing was collected",
        "ways out      ✓ fix   mend it (taken in this run)",
        "              ✗ pray  hope; this does not help",
    ]


def test_verdict_that_is_not_final_says_so():
    """Of a run that was cut short it is told first why no more is known."""
    nobody = "none so far"
    lines = rendered(culprit="", nobody=nobody, so_far="it ended early", ways_out=[])

    assert lines[:2] == [
        "so far        it ended early",
        "culprit       none so far",
    ]


def test_without_a_culprit_nobody_is_accused():
    """If every monitor has synced, the verdict says so and names no identity."""
    assert rendered(culprit="", identity="", error="", ways_out=[]) == [
        "culprit       none: every monitor has synced",
        "cause         a name is no label",
        "effect        nothing was collected",
    ]


def test_culprit_may_have_been_read():
    """How it was asked stands before the user."""
    assert (
        rendered(asked="read as")[1] == "read as       system:kube-controller-manager"
    )
