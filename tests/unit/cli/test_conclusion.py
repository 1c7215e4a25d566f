"""What a run comes to, also one that was cut short, or in which nothing failed."""

import pytest

from gcmodel.cli.conclusion import verdict_of
from gcmodel.kernel.durations import MINUTE, SECOND
from gcmodel.scenarios.registry import find_remedy, find_scenario
from gcmodel.scenarios.scenario import Options, perform
from gcmodel.versions.profile import Profile

pytestmark = pytest.mark.slow


def concluded(name, remedy, version="1.31", until_ns=30 * MINUTE):
    """Return the verdict on a run."""
    scenario = find_scenario(name)
    chosen, mode = find_remedy(scenario, remedy)
    options = Options(
        profile=Profile.for_version(version),
        remedy=chosen,
        mode=mode,
        until_ns=until_ns,
    )
    return verdict_of(perform(scenario, options))


def ways(verdict):
    """Return the names of the ways out, and of those that were taken."""
    names = [way.name for way in verdict.ways_out]
    return names, [way.name for way in verdict.ways_out if way.taken]


@pytest.mark.parametrize(
    ("until_ns", "nobody", "effect"),
    [
        (
            1,
            "none so far: the collector has not started its workers yet",
            "Collection has not begun yet. At the end nothing is left over that has "
            "lost its owners.",
        ),
        (
            10 * SECOND,
            "none so far: every monitor has synced",
            "Collection has not stopped so far. At the end nothing is left over that "
            "has lost its owners.",
        ),
    ],
    ids=["before the collector", "before the trouble"],
)
def test_run_that_ends_before_the_trouble_knows_no_cause(until_ns, nobody, effect):
    """Nobody is cleared, nothing is blamed, and there is nothing to get out of."""
    verdict = concluded("rancher-fleet", "none", until_ns=until_ns)

    assert (verdict.culprit, verdict.nobody, verdict.effect) == ("", nobody, effect)
    assert verdict.cause.startswith("Nothing has failed yet")
    assert "before the end of the story" in verdict.so_far
    assert ways(verdict) == ([], [])


@pytest.mark.parametrize(("minutes", "taken"), [(12, []), (20, ["scale-to-zero"])])
def test_remedy_is_taken_when_its_time_has_come(minutes, taken):
    """A run that ends in the trouble names the culprit, and no remedy as taken."""
    verdict = concluded("rancher-fleet", "scale-to-zero", until_ns=minutes * MINUTE)

    assert verdict.culprit == "tokens.ext.cattle.io"
    assert verdict.so_far.startswith(f"the run ended after {minutes} min, before")
    assert ways(verdict)[1] == taken


@pytest.mark.parametrize(
    ("name", "remedy"),
    [("rancher-fleet", "older-rancher"), ("hidden-by-404", "fixed-authorizer")],
)
def test_where_nothing_fails_nothing_is_to_be_done(name, remedy):
    """What avoids the failure leaves neither its cause nor a way out to tell."""
    verdict = concluded(name, remedy)

    assert verdict.cause.startswith("Nothing fails in this run. What was done: ")
    assert ways(verdict) == ([], [])


def test_where_nothing_stopped_only_cures_of_the_list_are_told():
    """Mopping up has no point there, nor a version that is there already."""
    names, taken = ways(concluded("rancher-fleet", "delete-stale-pods", "1.36"))

    assert taken == []
    assert {
        "delete-stale-pods",
        "delete-stale-replicasets",
        "newer-kubernetes",
    }.isdisjoint(names)
    assert "fixed-authorizer" in names


@pytest.mark.parametrize(
    ("version", "effect"),
    [
        ("1.31", "For 6 min nothing was collected, of any kind."),
        (
            "1.32",
            "Collection never stopped, but for the 30 s in which the new collector "
            "started.",
        ),
    ],
)
def test_start_of_a_collector_counts(version, effect):
    """A collector that starts collects nothing, also where no list can hold it."""
    verdict = concluded("undecodable-object", "newer-kubernetes", version)

    assert verdict.effect.startswith(effect)
    assert verdict.so_far == ""


@pytest.mark.parametrize("version", ["1.20", "1.31", "1.36"])
def test_who_hides_an_owner_is_blamed(version):
    """The culprit is the resource that answered 404 to the collector's own account."""
    verdict = concluded("hidden-by-404", None, version)

    assert (verdict.culprit, verdict.asked, verdict.identity, verdict.error) == (
        "tokens.ext.cattle.io",
        "read as",
        "system:serviceaccount:kube-system:generic-garbage-collector",
        "404 to GET token-abc12, which lives",
    )


def test_nobody_is_blamed_where_owners_can_be_seen():
    """With the repaired authorizer no 404 is left to blame anybody for."""
    verdict = concluded("hidden-by-404", "fixed-authorizer")

    assert (verdict.culprit, verdict.identity, verdict.error) == ("", "", "")
