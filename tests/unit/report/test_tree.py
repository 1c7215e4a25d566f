"""Trees of owners and dependents."""

import io

from gcmodel.objects.metadata import KubeObject, ObjectMeta, OwnerReference
from gcmodel.report.ownership import Ownership
from gcmodel.report.terminal import Terminal
from gcmodel.report.tree import draw


def made(kind, name, owner="", *, deleting=False):
    """Return an object in the namespace ``shop``."""
    references = (OwnerReference("v1", "Deployment", "web", owner),) if owner else ()
    meta = ObjectMeta(
        name=name,
        uid=f"uid-{name}",
        namespace="shop",
        owner_references=references,
        deletion_timestamp=1 if deleting else None,
    )
    return KubeObject("v1", kind, meta)


def drawn(*objects, virtual=()):
    """Return the tree of *objects* as lines, runs of blanks made one."""
    families = Ownership(0, objects, frozenset(virtual))
    lines = draw(families, Terminal(io.StringIO()))
    return [line[:60].rstrip() + " " + line[60:].strip() for line in lines]


def test_dependents_hang_below_their_owners():
    """Owners come first, and each generation is indented."""
    lines = drawn(
        made("Deployment", "web"),
        made("ReplicaSet", "rs", "uid-web"),
        made("Pod", "p1", "uid-rs"),
        made("Pod", "p2", "uid-rs", deleting=True),
    )

    assert [line.rstrip() for line in lines] == [
        "shop",
        "  Deployment web",
        "  └─ ReplicaSet rs",
        "     ├─ Pod p1",
        "     └─ Pod p2 deleting",
    ]


def test_owners_that_are_gone_are_shown_with_what_they_left():
    """A missing owner is named by its UID; what it left behind has leaked."""
    lines = drawn(made("ReplicaSet", "rs", "deadbeef-1"), made("Pod", "p", "uid-rs"))

    assert [line.rstrip() for line in lines] == [
        "shop",
        "  Deployment web (uid deadbeef) gone",
        "  └─ ReplicaSet rs LEAKED",
        "     └─ Pod p LEAKED",
    ]


def test_virtual_owners_are_marked():
    """An owner that the collector knows by hearsay only is marked as virtual."""
    lines = drawn(made("Pod", "p", "deadbeef-1"), virtual=["deadbeef-1"])

    assert lines[1] == "  Deployment web (uid deadbeef) gone, virtual"


def test_what_lives_alone_in_no_namespace_comes_last():
    """A cluster-scoped object hangs where its dependents live; without any, apart."""
    alone, owner = (
        KubeObject("v1", "Token", ObjectMeta(name=name, uid=f"uid-{name}"))
        for name in ("hidden", "seen")
    )
    lines = drawn(alone, owner, made("Secret", "s", "uid-seen"))

    assert [line.rstrip() for line in lines] == [
        "shop",
        "  Token seen",
        "  └─ Secret s",
        "(in no namespace)",
        "  Token hidden",
    ]
