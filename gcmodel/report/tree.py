"""Who owns whom, drawn as a tree: what lives, what goes, and what was left behind."""

from collections.abc import Iterator

import attrs

from gcmodel.objects.identity import Uid
from gcmodel.objects.metadata import KubeObject, OwnerReference
from gcmodel.report.snapshot import Snapshot
from gcmodel.report.terminal import Terminal

MARK_COLUMN = 64
"""Where the marks stand."""

_STYLES = {"deleting": "yellow", "LEAKED": "red", "gone": "dim", "gone, virtual": "dim"}


@attrs.frozen
class Twig:
    """One line of a tree: an object, or an owner that is not there.

    Attributes:
        mark: Empty if the object simply lives.
    """

    text: str
    mark: str
    dependents: tuple[KubeObject, ...]


def draw(snapshot: Snapshot, terminal: Terminal) -> Iterator[str]:
    """Walk the lines of a picture of *snapshot*, namespace by namespace.

    An object with several owners is drawn below each of them.
    """
    names = dict.fromkeys(one.namespace for one in snapshot if one.namespace)
    for namespace in names:
        yield namespace
        inside = [one for one in snapshot if one.namespace == namespace]
        for twig in _roots(snapshot, inside):
            yield from _branch(snapshot, twig, terminal, "  ", "  ")


def mark(snapshot: Snapshot, stored: KubeObject) -> str:
    """Return what is to be said of *stored*: nothing if it simply lives."""
    if stored.metadata.being_deleted:
        return "deleting"
    return "LEAKED" if stored.uid in snapshot.leaked_uids else ""


def _roots(snapshot: Snapshot, inside: list[KubeObject]) -> Iterator[Twig]:
    owners = {ref.uid for one in inside for ref in one.metadata.owner_references}
    for one in snapshot:
        if not one.namespace and one.uid in owners:
            yield _twig(snapshot, one)
    for one in inside:
        if not one.metadata.owner_references:
            yield _twig(snapshot, one)
    missing: dict[Uid, OwnerReference] = {}
    for one in inside:
        missing |= {ref.uid: ref for ref in snapshot.missing_owners(one)}
    for uid, owner in missing.items():
        said = "gone, virtual" if uid in snapshot.virtual else "gone"
        text = f"{owner.kind} {owner.name} (uid {uid[:8]})"
        yield Twig(text, said, _dependents(snapshot, uid))


def _twig(snapshot: Snapshot, stored: KubeObject) -> Twig:
    text = f"{stored.kind} {stored.name}"
    return Twig(text, mark(snapshot, stored), _dependents(snapshot, stored.uid))


def _dependents(snapshot: Snapshot, uid: Uid) -> tuple[KubeObject, ...]:
    return tuple(
        one
        for one in snapshot
        if any(ref.uid == uid for ref in one.metadata.owner_references)
    )


def _branch(
    snapshot: Snapshot, twig: Twig, terminal: Terminal, first: str, rest: str
) -> Iterator[str]:
    line = f"{first}{twig.text}"
    if twig.mark:
        line = f"{line:{MARK_COLUMN}} {terminal.paint(twig.mark, _STYLES[twig.mark])}"
    yield line
    last = len(twig.dependents) - 1
    for number, dependent in enumerate(twig.dependents):
        corner, bar = ("└─ ", "   ") if number == last else ("├─ ", "│  ")
        below = _twig(snapshot, dependent)
        yield from _branch(snapshot, below, terminal, rest + corner, rest + bar)
