"""Who owns whom, drawn as a tree: what lives, what goes, and what was left behind."""

from collections.abc import Iterator

import attrs

from gcmodel.objects.identity import Uid
from gcmodel.objects.metadata import KubeObject, OwnerReference
from gcmodel.report.ownership import Ownership
from gcmodel.report.terminal import Terminal

MARK_COLUMN = 64
"""Where the marks stand, if the terminal is as wide."""

_STYLES = {"deleting": "yellow", "LEAKED": "red", "gone": "dim", "gone, virtual": "dim"}
_MARK_WIDTH = 1 + max(map(len, _STYLES))


@attrs.frozen
class Twig:
    """One line of a tree: an object, or an owner that is not there.

    Attributes:
        mark: Empty if the object simply lives.
    """

    text: str
    mark: str
    dependents: tuple[KubeObject, ...]


def draw(families: Ownership, terminal: Terminal) -> Iterator[str]:
    """Walk the lines of a picture of *families*, namespace by namespace.

    An object with several owners is drawn below each of them; one that lives in no
    namespace, where its dependents live.
    """
    names = dict.fromkeys(one.namespace for one in families if one.namespace)
    for namespace in names:
        yield namespace
        inside = [one for one in families if one.namespace == namespace]
        for twig in _roots(families, inside):
            yield from _branch(families, twig, terminal, "  ", "  ")
    alone = [one for one in families if not one.namespace and _is_alone(families, one)]
    if alone:
        yield "(in no namespace)"
    for one in alone:
        yield from _branch(families, _twig(families, one), terminal, "  ", "  ")


def mark(families: Ownership, stored: KubeObject) -> str:
    """Return what is to be said of *stored*: nothing if it simply lives."""
    if stored.metadata.being_deleted:
        return "deleting"
    return "LEAKED" if stored.uid in families.leaked_uids else ""


def _roots(families: Ownership, inside: list[KubeObject]) -> Iterator[Twig]:
    owners = {ref.uid for one in inside for ref in one.metadata.owner_references}
    for one in families:
        if not one.namespace and one.uid in owners:
            yield _twig(families, one)
    for one in inside:
        if not one.metadata.owner_references:
            yield _twig(families, one)
    missing: dict[Uid, OwnerReference] = {}
    for one in inside:
        missing |= {ref.uid: ref for ref in families.missing_owners(one)}
    for uid, owner in missing.items():
        said = "gone, virtual" if uid in families.virtual else "gone"
        text = f"{owner.kind} {owner.name} (uid {uid[:8]})"
        yield Twig(text, said, _dependents(families, uid))


def _is_alone(families: Ownership, stored: KubeObject) -> bool:
    return not _dependents(families, stored.uid)


def _twig(families: Ownership, stored: KubeObject) -> Twig:
    text = f"{stored.kind} {stored.name}"
    return Twig(text, mark(families, stored), _dependents(families, stored.uid))


def _dependents(families: Ownership, uid: Uid) -> tuple[KubeObject, ...]:
    return tuple(
        one
        for one in families
        if any(ref.uid == uid for ref in one.metadata.owner_references)
    )


def _branch(
    families: Ownership, twig: Twig, terminal: Terminal, first: str, rest: str
) -> Iterator[str]:
    line = f"{first}{twig.text}"
    if twig.mark:
        column = min(MARK_COLUMN, terminal.width - _MARK_WIDTH)
        line = f"{line:{column}} {terminal.paint(twig.mark, _STYLES[twig.mark])}"
    yield line
    last = len(twig.dependents) - 1
    for number, dependent in enumerate(twig.dependents):
        corner, bar = ("└─ ", "   ") if number == last else ("├─ ", "│  ")
        below = _twig(families, dependent)
        yield from _branch(families, below, terminal, rest + corner, rest + bar)
