"""What garbage collection means, rule by rule, on a handful of objects."""

import pytest

from gcmodel.checks.oracle import Ownership, Standing, doomed, violations
from gcmodel.objects.metadata import KubeObject

SCOPES = {("v1", "ConfigMap"): True, ("v1", "Node"): False, ("v1", "Secret"): True}


def claim(uid, *, kind="ConfigMap", name=None, blocks=False, api_version="v1"):
    """Return a reference to an owner that is called like its UID."""
    return {
        "apiVersion": api_version,
        "kind": kind,
        "name": name or uid,
        "uid": uid,
        "blockOwnerDeletion": blocks,
    }


def made(uid, *claims, kind="ConfigMap", finalizers=(), going=False, grace=None):
    """Return an object that is called like its UID."""
    metadata = {
        "name": uid,
        "uid": uid,
        "namespace": "" if kind == "Node" else "ns",
        "ownerReferences": list(claims),
        "finalizers": list(finalizers),
        "deletionGracePeriodSeconds": grace,
    }
    if going:
        metadata["deletionTimestamp"] = "2025-01-01T00:00:00Z"
    return KubeObject.from_dict(
        {"apiVersion": "v1", "kind": kind, "metadata": metadata}
    )


def waiting(uid, *claims):
    """Return an object that is deleted in the foreground."""
    return made(uid, *claims, finalizers=["foregroundDeletion"], going=True)


def broken(*objects, late=()):
    """Return the broken rules by UID."""
    found = violations(objects, SCOPES, late)
    return {one.object.uid: one.rule for one in found}


GARBAGE = "garbage: no owner is left that would keep it"
UNCLEAN = "claims an owner that is gone or going, beside one that is there"
HELD = made("held", claim("w", blocks=True), finalizers=["a/b"], going=True)
"""It makes *w* wait for a reason."""


@pytest.mark.parametrize(
    "objects",
    [
        [made("a")],
        [made("a"), made("d", claim("a"))],
        [made("a", claim("b")), made("b", claim("a"))],
        [made("a", claim("a"))],
        [made("n", kind="Node"), made("d", claim("n", kind="Node"))],
        [made("a", finalizers=["x/y"], going=True), made("d", claim("a"))],
        [waiting("w"), HELD],
        [made("d", claim("gone"), finalizers=["x/y"], going=True)],
        [made("p", going=True, grace=30)],
    ],
    ids=[
        *("alone", "owned", "cycle", "own owner", "cluster-scoped owner"),
        *("owner held", "blocked", "held itself", "grace"),
    ],
)
def test_at_rest(objects):
    """Nothing is left to do."""
    assert broken(*objects) == {}


@pytest.mark.parametrize(
    ("objects", "rules"),
    [
        ([made("d", claim("gone"))], {"d": GARBAGE}),
        ([made("d", claim("gone"), claim("lost"))], {"d": GARBAGE}),
        ([made("a"), made("d", claim("a"), claim("gone"))], {"d": UNCLEAN}),
        ([waiting("w"), HELD, made("d", claim("w"))], {"d": GARBAGE}),
        (
            [waiting("w"), HELD, made("a"), made("d", claim("w"), claim("a"))],
            {"d": UNCLEAN},
        ),
        ([waiting("w")], {"w": "waits for dependents, though none blocks it"}),
        (
            [waiting("w"), made("d", claim("w"), finalizers=["x/y"], going=True)],
            {"w": "waits for dependents, though none blocks it"},
        ),
        (
            [made("o", finalizers=["orphan"], going=True)],
            {"o": "still waits for its dependents to forget it"},
        ),
        ([made("a", going=True)], {"a": "is being deleted, and nothing holds it"}),
    ],
    ids=[
        *("garbage", "all gone", "one gone", "owner waits", "one waits", "none blocks"),
        *("not blocking", "orphaning", "lingers"),
    ],
)
def test_not_at_rest(objects, rules):
    """Each rule, broken by as little as it takes."""
    assert broken(*objects) == rules


@pytest.mark.parametrize(
    ("dependent", "named", "standing"),
    [
        (made("d"), claim("a"), Standing.SOLID),
        (made("d"), claim("w"), Standing.WAITING),
        (made("d"), claim("gone"), Standing.ABSENT),
        (made("d"), claim("a", name="other"), Standing.MISTAKEN),
        (made("d"), claim("a", kind="Secret"), Standing.MISTAKEN),
        (made("d"), claim("a", kind="Widget"), Standing.UNKNOWABLE),
        (made("d"), claim("a", api_version="v9"), Standing.UNKNOWABLE),
        (made("d", kind="Node"), claim("a"), Standing.UNKNOWABLE),
        (made("d", kind="Node"), claim("n", kind="Node"), Standing.SOLID),
    ],
)
def test_standing_of_a_claim(dependent, named, standing):
    """A claim means an apiVersion, a kind, a name and a UID, in one namespace."""
    others = [made("a"), waiting("w"), made("n", kind="Node")]
    claiming = made(dependent.uid, named, kind=dependent.kind)
    ownership = Ownership.of([*others, claiming], SCOPES)

    assert ownership.standings(claiming) == {standing}


def test_owner_in_another_namespace_is_mistaken():
    """Owners are looked for in the dependent's namespace alone."""
    far = made("a").with_metadata(namespace="else")
    near = made("d", claim("a"))

    assert Ownership.of([far, near], SCOPES).standings(near) == {Standing.MISTAKEN}


@pytest.mark.parametrize(
    "doubtful",
    [claim("a", kind="Widget"), claim("a", name="other")],
    ids=["unknowable", "mistaken"],
)
def test_in_doubt_nothing_is_wrong(doubtful):
    """Beside a claim in doubt, one that is gone says nothing."""
    assert broken(made("a"), made("d", doubtful, claim("gone"))) == {}


def test_whoever_comes_late_is_excused():
    """The collector looks at dependents when an owner begins to wait, not later."""
    objects = [waiting("w"), HELD, made("d", claim("w"))]

    assert broken(*objects, late=["d"]) == {}


def test_mistaken_claims_block():
    """An owner waits for whoever blocks its UID, under any name."""
    mistaken = made("d", claim("w", name="other", blocks=True))

    assert broken(waiting("w"), mistaken) == {}


@pytest.mark.parametrize(
    ("objects", "gone"),
    [
        ([made("t")], "t"),
        ([made("t"), made("d", claim("t"))], "td"),
        ([made("t"), made("d", claim("t")), made("e", claim("d"))], "tde"),
        ([made("t"), made("k"), made("d", claim("t"), claim("k"))], "t"),
        (
            [
                made("t"),
                made("d", claim("t")),
                made("e", claim("t")),
                made("f", claim("d"), claim("e")),
            ],
            "tdef",
        ),
        ([made("t", claim("d")), made("d", claim("t"))], "td"),
        (
            [made("t"), made("d", claim("t"), claim("e")), made("e", claim("d"))],
            "t",
        ),
        ([made("t"), made("n", claim("t"), kind="Node")], "t"),
    ],
    ids=[
        *("alone", "owned", "chain", "second owner", "diamond", "cycle with it"),
        *("cycle below it", "unknowable"),
    ],
)
def test_doomed(objects, gone):
    """A dependent goes when its last owner does; a cycle keeps itself."""
    assert doomed(objects, SCOPES, "t") == frozenset(gone)


def test_violation_is_told_in_one_line():
    """Kind, key and rule."""
    (found,) = violations([made("d", claim("gone"))], SCOPES)

    assert str(found) == f"ConfigMap ns/d: {GARBAGE}"
