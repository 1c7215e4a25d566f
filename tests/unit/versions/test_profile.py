"""Versions as data, and what is no version."""

import attrs
import pytest

from gcmodel.errors import UsageError, shown
from gcmodel.versions.changes import CHANGES, NEWEST_MINOR, OLDEST_MINOR
from gcmodel.versions.profile import Profile, known_versions, parse_version


def rules(profile):
    """Return the rules of *profile*, without its name."""
    values = attrs.asdict(profile)
    del values["version"]
    return values


@pytest.mark.parametrize(
    ("version", "numbers"),
    [
        ("1.31", (31, 0)),
        ("v1.20.2", (20, 2)),
        ("1.31.5+k3s1", (31, 5)),
        ("1.32.0-rc.1", (32, 0)),
        (" 1.16 ", (16, 0)),
        (1.31, (31, 0)),
    ],
)
def test_versions_as_they_are_written(version, numbers):
    """A version is known with or without patch, prefix and suffix."""
    assert parse_version(version) == numbers
    assert Profile.for_version(version).minor == numbers


@pytest.mark.parametrize(
    "version",
    [
        *["", "1", "1.15", "1.37", "2.0", "1.031", "1.31.", "1.31.x", "latest", "1.3"],
        *["1." + "3" * 5000, "1.31.1.1", "1.\u0663\u0661", "-1.31", None],
    ],
)
def test_versions_that_are_none(version):
    """What is no version that is modelled is refused with those that are."""
    with pytest.raises(UsageError) as caught:
        Profile.for_version(version)

    assert str(caught.value) == (
        f"kubernetes={shown(version)}: not a version that is modelled; use one of "
        f"{', '.join(known_versions())}, with or without a patch"
    )


def test_known_versions():
    """Every minor between the oldest and the newest is known, and makes a profile."""
    versions = known_versions()

    assert (versions[0], versions[-1]) == (f"1.{OLDEST_MINOR}", f"1.{NEWEST_MINOR}")
    assert [Profile.for_version(version).version for version in versions] == versions


def test_profile_of_a_profile():
    """A profile stands for itself, flipped rules included."""
    profile = Profile.for_version("1.31").flipped(sync_pauses_workers=False)

    assert Profile.for_version(profile) is profile


def test_oldest_version_has_no_change():
    """Of the oldest version, the rules are the defaults."""
    assert rules(Profile.for_version("1.16")) == rules(Profile())


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.field}")
def test_every_change_takes_effect_in_its_release(change):
    """A rule has its new value in its release, and had another just before."""
    minor, patch = change.since
    before = (minor, patch - 1) if patch else (minor - 1, 99)

    values = [
        getattr(Profile.for_version(f"1.{minor}.{patch}"), change.field)
        for minor, patch in (before, change.since)
    ]

    assert values[0] != values[1] == change.value


def test_changes_are_in_order_of_release():
    """The table is read from the oldest release to the newest."""
    releases = [change.since for change in CHANGES]

    assert releases == sorted(releases)


def test_every_change_has_a_source_and_a_meaning():
    """No rule changes without saying where that is known from, and what it means."""
    assert all(change.source and change.meaning for change in CHANGES)


def test_patches_matter():
    """A fix that came in a patch is missing in the patches before it."""
    rule = "verifies_namespaceless_virtual_owner"

    assert [
        getattr(Profile.for_version(version), rule) for version in ("1.20.2", "1.20.3")
    ] == [False, True]


def test_flipping_one_rule():
    """A single rule can be flipped, and all others stay."""
    profile = Profile.for_version("1.31")

    flipped = profile.flipped(sync_pauses_workers=False, collector_qps_factor=5)

    assert rules(flipped) == {
        **rules(profile),
        "sync_pauses_workers": False,
        "collector_qps_factor": 5,
    }


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"sync": True}, "sync=True: not a rule of a profile; the rules are "),
        (
            {"version": "1.16"},
            "version='1.16': not a rule of a profile; the rules are ",
        ),
        ({"sync_pauses_workers": "no"}, "use False, True"),
        ({"sync_pauses_workers": 1}, "use False, True"),
        ({"absent_owner_key": "name"}, "use uid, coordinates"),
        ({"absent_owner_key": None}, "use uid, coordinates"),
        ({"collector_qps_factor": 0}, "must be a count; use 1 or more"),
        ({"collector_qps_factor": True}, "must be a count; use 1 or more"),
        ({"generate_name_attempts": 1.5}, "must be a count; use 1 or more"),
    ],
)
def test_rules_that_cannot_be(rule, message):
    """An unknown rule, or a value that it cannot have, is refused."""
    with pytest.raises(UsageError) as caught:
        Profile().flipped(**rule)

    assert message in str(caught.value)
