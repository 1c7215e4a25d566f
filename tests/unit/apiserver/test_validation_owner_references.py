"""What the server asks of owner references."""

import pytest
from hypothesis import given, strategies as st

from gcmodel.apiserver.validation_owner_references import (
    Deduplicated,
    deduplicate,
    validate_owner_references,
)
from gcmodel.objects.identity import Uid
from gcmodel.objects.metadata import OwnerReference
from gcmodel.versions.profile import Profile

PROFILE = Profile.for_version("1.28")
A = OwnerReference("v1", "ConfigMap", "a", Uid("1"))
B = OwnerReference("v1", "ConfigMap", "b", Uid("2"))
flags = st.sampled_from([None, False, True])
references = st.builds(
    OwnerReference,
    st.sampled_from(["v1", "apps/v1"]),
    st.just("ConfigMap"),
    st.sampled_from(["a", "b"]),
    st.sampled_from([Uid("1"), Uid("2")]),
    flags,
    flags,
)


@given(st.lists(references, max_size=6).map(tuple))
def test_deduplication_keeps_the_first_of_each(owners):
    """Only repetitions are lost, nothing moves, and a second time changes nothing."""
    done = deduplicate(owners, PROFILE)

    assert done.owner_references == tuple(dict.fromkeys(owners))
    assert len(done.owner_references) + len(done.duplicate_uids) == len(owners)
    assert deduplicate(done.owner_references, PROFILE).duplicate_uids == ()


def test_old_servers_keep_repetitions():
    """Before 1.20 the list is stored as it came."""
    old = Profile.for_version("1.19")
    assert deduplicate((A, A), old) == Deduplicated((A, A))


def test_warnings():
    """POST and PUT warn before mutating admission, PATCH after it."""
    done = deduplicate((A, B, A, B, A), PROFILE)
    rest = (
        "; API server dedups owner references in 1.20+, and may reject such requests "
        "as early as 1.24; please fix your requests; duplicate UID(s) observed: "
        "1, 2, 1"
    )
    start = ".metadata.ownerReferences contains duplicate entries"
    warnings = [done.warning(after_admission=after) for after in (False, True)]
    assert warnings == [
        start + rest,
        start + " after mutating admission happens" + rest,
    ]
    assert deduplicate((A, B), PROFILE).warning(after_admission=True) == ""


@pytest.mark.parametrize(
    ("version", "both"),
    [("1.20.2", "a and b"), ("1.25", "a and b"), ("1.26", "ReplicaSet/a and Job/b")],
)
def test_two_controllers_are_named(version, both):
    """The kinds of the two are told since 1.26."""
    owners = (
        OwnerReference("apps/v1", "ReplicaSet", "a", Uid("1"), controller=True),
        OwnerReference("batch/v1", "Job", "b", Uid("2"), controller=True),
    )
    profile = Profile.for_version(version)
    (error,) = validate_owner_references(owners, "path", profile)
    assert error.detail == (
        "Only one reference can have Controller set to true. "
        f'Found "true" in references for {both}'
    )


def test_every_further_controller_is_an_error():
    """Each is set against the first."""
    owners = tuple(
        OwnerReference("v1", "Pod", name, Uid(name), controller=True) for name in "abc"
    )
    errors = validate_owner_references(owners, "path", PROFILE)
    pairs = [error.detail.rpartition("for ")[2] for error in errors]
    assert pairs == ["Pod/a and Pod/b", "Pod/a and Pod/c"]


@pytest.mark.parametrize(
    ("version", "api_version", "messages"),
    [
        ("1.28", "v1", []),
        (
            "1.28",
            "apps/",
            ['o.apiVersion: Invalid value: "apps/": version must not be empty'],
        ),
        (
            "1.28",
            "a/b/c",
            ['o.apiVersion: Invalid value: "a/b/c": version must not be empty'],
        ),
        ("1.34", "", ["o[0].apiVersion: Required value: must not be empty"]),
        (
            "1.34",
            "a/b/c",
            [
                'o[0].apiVersion: Invalid value: "a/b/c": must be <group>/<version> or '
                "<version>"
            ],
        ),
    ],
)
def test_api_versions(version, api_version, messages):
    """An apiVersion that does not parse has no version; from 1.34 it says so."""
    owner = OwnerReference(api_version, "Pod", "p", Uid("1"))
    errors = validate_owner_references((owner,), "o", Profile.for_version(version))
    assert [str(error) for error in errors] == messages


@pytest.mark.parametrize(
    ("version", "conflicts"), [("1.20", []), ("1.25", []), ("1.26", ["Pod/ and Pod/b"])]
)
def test_controller_without_a_name(version, conflicts):
    """Where only names are told, a first controller without one is not remembered."""
    nameless = OwnerReference("v1", "Pod", "", Uid("1"), controller=True)
    named = OwnerReference("v1", "Pod", "b", Uid("2"), controller=True)
    profile = Profile.for_version(version)

    errors = validate_owner_references((nameless, named), "path", profile)

    assert errors[0].path == "path.name"
    pairs = [error.detail.rpartition("for ")[2] for error in errors[1:]]
    assert pairs == conflicts
