"""Rows AS-20 to AS-32, and AS-36: what Kubernetes asks of metadata.

Upstream: ``ValidateObjectMetaAccessor`` and its tests in apimachinery
pkg/api/validation/objectmeta.go and objectmeta_test.go
"""

import pytest

from gcmodel.apiserver.validation import (
    validate_finalizers,
    validate_object_meta,
    validate_object_meta_update,
)
from gcmodel.apiserver.validation_owner_references import deduplicate
from gcmodel.objects.field_errors import invalid
from gcmodel.objects.identity import GroupKind, Uid
from gcmodel.objects.metadata import ObjectMeta, OwnerReference
from gcmodel.objects.names import SUBDOMAIN_NAME, NameRule
from gcmodel.versions.profile import Profile

BASELINE = Profile.for_version("1.28")
INDEXED = Profile.for_version("1.34")
NAMED = ObjectMeta(name="test", namespace="test")
ANYTHING = NameRule(lambda _: [], lambda _: [])


def create(meta, *, name_rule=ANYTHING, built_in=False, profile=BASELINE):
    """Return the errors of a create of *meta*, as messages."""
    errors = validate_object_meta(
        meta,
        namespaced=True,
        name_rule=name_rule,
        built_in=built_in,
        profile=profile,
        path="field",
    )
    return [str(error) for error in errors]


def update(new, old, profile=BASELINE):
    """Return the errors of an update, as messages; both have a version."""
    changes = {"name": "test", "resource_version": "1"}
    metas = [ObjectMeta(**changes, **fields) for fields in (new, old)]
    errors = validate_object_meta_update(*metas, profile, path="field")
    return [str(error) for error in errors]


def owned(*owners):
    """Return metadata with *owners*."""
    return ObjectMeta(name="test", namespace="test", owner_references=owners)


def reference(number, **flags):
    """Return the reference that upstream's table gives *number*."""
    kind = f"customresourceKind{number}"
    uid = Uid(str(number))
    return OwnerReference("customresourceVersion", kind, "name", uid, **flags)


def test_dotted_namespace():
    """AS-20: a namespace with a dot is wrong once."""
    (message,) = create(ObjectMeta(name="test", namespace="foo.bar"))
    assert message == (
        'field.namespace: Invalid value: "foo.bar": must not contain dots'
    )


def test_long_upper_case_namespace():
    """AS-20: a namespace that is too long and not lower case is wrong twice."""
    errors = create(ObjectMeta(name="test", namespace="aB3d" * 16))
    starts = {error.partition(": ")[2].partition(":")[0] for error in errors}
    assert (len(errors), starts) == (2, {"Invalid value"})


@pytest.mark.parametrize(
    "owner",
    [
        pytest.param(
            OwnerReference(
                "customresourceVersion", "customresourceKind", "name", Uid("1")
            ),
            id="AS-21 any kind",
        ),
        pytest.param(
            OwnerReference("events.k8s.io/v1", "Event", "name", Uid("1")),
            id="AS-22 the newer Event",
        ),
        pytest.param(
            OwnerReference("v1", "Pod", "test", Uid("self")), id="AS-25 itself"
        ),
        pytest.param(
            OwnerReference("no.such.group/v9", "Nothing", "x", Uid("1")),
            id="AS-25 unknown kind",
        ),
        pytest.param(
            OwnerReference("v1", "Namespace", "elsewhere", Uid("never")),
            id="AS-25 no such owner",
        ),
    ],
)
@pytest.mark.parametrize("profile", [BASELINE, INDEXED], ids=["legacy", "indexed"])
def test_owners_that_are_never_checked(owner, profile):
    """AS-21, AS-22, AS-25: whether the owner is there, or can be, nobody asks."""
    assert create(owned(owner), profile=profile) == []


def test_two_references_to_one_uid():
    """AS-25: two references may share a UID."""
    one = OwnerReference("v1", "Pod", "a", Uid("1"))
    assert create(owned(one, OwnerReference("v1", "Pod", "b", Uid("1")))) == []


def test_core_events_own_nothing():
    """AS-22: a core Event is disallowed from being an owner."""
    event = OwnerReference("v1", "Event", "name", Uid("1"))
    assert create(owned(event)) == [
        "field.ownerReferences: Invalid value: "
        'v1.OwnerReference{APIVersion:"v1", Kind:"Event", Name:"name", UID:"1", '
        "Controller:(*bool)(nil), BlockOwnerDeletion:(*bool)(nil)}: "
        "/v1, Kind=Event is disallowed from being an owner"
    ]


def test_one_controller():
    """AS-23: one controller among four owners is fine."""
    flags = (False, True, False, None)
    owners = [reference(n, controller=flag) for n, flag in enumerate(flags, 1)]
    assert create(owned(*owners)) == []


def test_two_controllers():
    """AS-23: the second controller is named together with the first."""
    flags = (False, True, True, None)
    owners = [reference(n, controller=flag) for n, flag in enumerate(flags, 1)]
    (message,) = create(owned(*owners))
    assert message.endswith(
        ': Only one reference can have Controller set to true. Found "true" in '
        "references for customresourceKind2/name and customresourceKind3/name"
    )


@pytest.mark.parametrize(
    ("profile", "messages"),
    [
        pytest.param(
            BASELINE,
            [
                'apiVersion: Invalid value: "": version must not be empty',
                'kind: Invalid value: "": kind must not be empty',
                'name: Invalid value: "": name must not be empty',
                'uid: Invalid value: "": uid must not be empty',
            ],
            id="AS-24 legacy",
        ),
        pytest.param(
            INDEXED,
            [
                "apiVersion: Required value: must not be empty",
                "kind: Required value: must not be empty",
                "name: Required value: must not be empty",
                "uid: Required value: must not be empty",
            ],
            id="AS-24 indexed",
        ),
    ],
)
def test_empty_fields_of_a_reference(profile, messages):
    """AS-24: each empty field is an error, alone and with the others, in order."""
    index = "[0]" if profile is INDEXED else ""
    wanted = [f"field.ownerReferences{index}.{message}" for message in messages]
    parts = ("v1", "Pod", "a", "1")
    alone = [
        create(
            owned(OwnerReference(*(*parts[:n], "", *parts[n + 1 :]))), profile=profile
        )
        for n in range(4)
    ]

    together = create(owned(OwnerReference("", "", "", Uid(""))), profile=profile)

    assert (alone, together) == ([[one] for one in wanted], wanted)


ONE = OwnerReference("v1", "ConfigMap", "a", Uid("1"))
TWO = OwnerReference("v1", "ConfigMap", "b", Uid("2"))
RENAMED = OwnerReference("v1", "ConfigMap", "c", Uid("1"))
MOVED = OwnerReference("v2", "ConfigMap", "a", Uid("1"))
SAID_NO = OwnerReference(
    "v1", "ConfigMap", "a", Uid("1"), controller=False, block_owner_deletion=False
)


@pytest.mark.parametrize(
    ("owners", "kept"),
    [
        pytest.param((ONE, TWO, ONE, ONE, TWO), (ONE, TWO), id="AS-26 repeated"),
        pytest.param((ONE, RENAMED), (ONE, RENAMED), id="AS-26 other name"),
        pytest.param((ONE, MOVED), (ONE, MOVED), id="AS-26 other version"),
        pytest.param((SAID_NO, SAID_NO), (SAID_NO,), id="AS-26 equal flags"),
        pytest.param((SAID_NO, ONE), (SAID_NO, ONE), id="AS-26 false is not unset"),
    ],
)
def test_exact_duplicates_go(owners, kept):
    """AS-26: only references that are equal in every field are dropped."""
    assert deduplicate(owners, BASELINE).owner_references == kept


def test_both_collector_finalizers():
    """AS-27: an object cannot wait for its dependents and orphan them."""
    finalizers = ("orphan", "foregroundDeletion")
    errors = validate_finalizers(finalizers, "metadata.finalizers")
    refusal = invalid(GroupKind("", "ReplicationController"), "b", errors)
    assert refusal.message == (
        'ReplicationController "b" is invalid: metadata.finalizers: Invalid value: '
        '[]string{"orphan", "foregroundDeletion"}: finalizer orphan and '
        "foregroundDeletion cannot be both set"
    )


@pytest.mark.parametrize(
    ("before", "after", "added"),
    [
        pytest.param(("x/a",), ("x/a", "y/b"), '"y/b"', id="AS-28 added"),
        pytest.param(("x/a",), ("x/b",), '"x/b"', id="AS-28 replaced"),
        pytest.param((), ("z/z", "a/a"), '"a/a", "z/z"', id="AS-28 sorted"),
    ],
)
def test_no_new_finalizers_while_deleting(before, after, added):
    """AS-28: once an object is being deleted, nobody may hold it longer."""
    new = {"finalizers": after, "deletion_timestamp": 1}
    old = {"finalizers": before, "deletion_timestamp": 1}
    assert update(new, old) == [
        "field.finalizers: Forbidden: no new finalizers can be added if the object is "
        f"being deleted, found new finalizers []string{{{added}}}"
    ]


@pytest.mark.parametrize(
    ("before", "after", "deleted_at"),
    [
        pytest.param(("x/a", "y/b"), ("x/a",), 1, id="AS-28 removed"),
        pytest.param(("x/a", "y/b"), ("y/b", "x/a"), 1, id="AS-28 reordered"),
        pytest.param((), ("x/a",), None, id="AS-28 not being deleted"),
    ],
)
def test_finalizers_may_go(before, after, deleted_at):
    """AS-28: finalizers can be removed at any time, and added before deletion."""
    new = {"finalizers": after, "deletion_timestamp": deleted_at}
    old = {"finalizers": before, "deletion_timestamp": deleted_at}
    assert update(new, old) == []


@pytest.mark.parametrize(
    ("field", "new", "old", "path", "shown"),
    [
        pytest.param(
            "deletion_timestamp",
            1000,
            None,
            "deletionTimestamp",
            "1970-01-01 00:16:40 +0000 UTC",
            id="AS-29 set",
        ),
        pytest.param(
            "deletion_timestamp",
            None,
            1000,
            "deletionTimestamp",
            '"null"',
            id="AS-29 cleared",
        ),
        pytest.param(
            "deletion_timestamp",
            2000,
            1000,
            "deletionTimestamp",
            "1970-01-01 00:33:20 +0000 UTC",
            id="AS-29 changed",
        ),
        *(
            pytest.param(
                "deletion_grace_period_seconds",
                new,
                old,
                "deletionGracePeriodSeconds",
                shown,
                id=f"AS-29 grace {shown}",
            )
            for new, old, shown in (
                (30, None, "30"),
                (None, 30, '"null"'),
                (40, 30, "40"),
            )
        ),
        *(
            pytest.param(
                "creation_timestamp",
                new,
                old,
                "creationTimestamp",
                shown,
                id=f"AS-30 {shown}",
            )
            for new, old, shown in (
                (1000, None, "1970-01-01 00:16:40 +0000 UTC"),
                (None, 1000, "0001-01-01 00:00:00 +0000 UTC"),
                (2000, 1000, "1970-01-01 00:33:20 +0000 UTC"),
            )
        ),
    ],
)
def test_times_cannot_change(field, new, old, path, shown):
    """AS-29, AS-30: only the server sets times."""
    assert update({field: new}, {field: old}) == [
        f"field.{path}: Invalid value: {shown}: field is immutable"
    ]


@pytest.mark.parametrize(
    ("new", "old", "messages"),
    [
        pytest.param(
            4,
            5,
            ["field.generation: Invalid value: 4: must not be decremented"],
            id="AS-31 down",
        ),
        pytest.param(2, 1, [], id="AS-31 up"),
        pytest.param(5, 5, [], id="AS-31 same"),
    ],
)
def test_generation_never_goes_down(new, old, messages):
    """AS-31: a generation counts up."""
    assert update({"generation": new}, {"generation": old}) == messages


def test_generated_names():
    """AS-32: a prefix may end in a dash, and is judged by the kind's own rule."""
    meta = ObjectMeta(name="test", generate_name="foo-", namespace="test")
    picky = NameRule.masking(lambda _: ["no"])
    judged = [create(meta, name_rule=rule) for rule in (SUBDOMAIN_NAME, picky)]
    assert judged == [
        [],
        [
            'field.generateName: Invalid value: "foo-": no',
            'field.name: Invalid value: "test": no',
        ],
    ]


def test_plain_finalizers():
    """AS-36: custom resources accept a finalizer that built-in kinds refuse."""
    meta = ObjectMeta(name="test", namespace="test", finalizers=("foo",))
    judged = [create(meta, built_in=built_in) for built_in in (True, False)]
    assert [len(messages) for messages in judged] == [1, 0]
