"""A summary of a graph as lines of text."""

from collections.abc import Iterator

from gcmodel.audit.summary import Summary
from gcmodel.objects.identity import ObjectReference

LISTED_MAX = 10
_CYCLE_MAX = 6


def lines_of(summary: Summary) -> Iterator[str]:
    """Walk the lines that tell *summary*; long lists are cut, and say so."""
    yield f"objects         {summary.objects:,}"
    yield f"owned by        {summary.edges:,} references to owners that have a node"
    yield f"being deleted   {summary.being_deleted:,}"
    yield f"depth           {summary.depth:,}"
    yield from _section(
        "kinds", [f"{n:>9,}  {kind}" for kind, n in summary.kinds.items()]
    )
    wide = [f"{one.dependents:>9,}  {name_of(one.owner)}" for one in summary.widest]
    yield from _section("widest owners", wide)
    yield from _section("cycles", [_cycle(one) for one in summary.cycles])
    absent = [
        f"  {name_of(one)}, uid {_plain(one.uid)}" for one in summary.virtual_owners
    ]
    yield from _section("virtual owners, named but not in the dump", absent)


def name_of(identity: ObjectReference) -> str:
    """Return kind, namespace and name, on one line: ``Pod team-1/web-0``."""
    where = f"{identity.namespace}/" if identity.namespace else ""
    group, slash, _ = identity.api_version.partition("/")
    kind = f"{identity.kind}.{group}" if slash else identity.kind
    return _plain(f"{kind} {where}{identity.name}")


def _section(title: str, lines: list[str]) -> Iterator[str]:
    yield ""
    yield f"{title}: {len(lines):,}" if lines else f"{title}: none"
    yield from lines[:LISTED_MAX]
    if len(lines) > LISTED_MAX:
        yield f"  … {len(lines) - LISTED_MAX:,} more"


def _cycle(cycle: tuple[ObjectReference, ...]) -> str:
    names = [name_of(one) for one in cycle[:_CYCLE_MAX]]
    if len(cycle) == 1:
        return f"  {names[0]} owns itself"
    more = f" and {len(cycle) - _CYCLE_MAX:,} more" if len(cycle) > _CYCLE_MAX else ""
    return f"  {', '.join(names)}{more} own each other"


def _plain(text: str) -> str:
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
