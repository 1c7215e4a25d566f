"""Whether a manifest has the shape of an object, before any server looks at it.

Only what no client could read is found here. What the server would refuse, it shall
refuse itself, in its own words: a name that is no DNS label, a missing UID, a label
that is too long.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import attrs

from gcmodel.objects.places import Path, shown

_STRINGS = ("name", "generateName", "namespace", "uid", "resourceVersion")
_INTEGERS = ("generation", "deletionGracePeriodSeconds")
_TIMES = ("creationTimestamp", "deletionTimestamp")
_MAPS = ("labels", "annotations")
_OWNER_STRINGS = ("apiVersion", "kind", "name", "uid")
_OWNER_BOOLEANS = ("controller", "blockOwnerDeletion")
_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)", re.ASCII
)


@attrs.frozen
class Flaw:
    """What is wrong, and where in the manifest."""

    path: Path
    problem: str


def first_flaw(wire: Any) -> Flaw | None:
    """Return the first reason why *wire*, which is JSON, cannot be an object."""
    return next(_flaws(wire), None)


def _flaws(wire: Any) -> Iterator[Flaw]:
    if not isinstance(wire, Mapping):
        yield _not_an_object(wire)
        return
    yield from _type_flaws(wire)
    for field in ("metadata", "spec", "status"):
        yield from _expect(wire, (field,), dict, "an object")
    metadata = wire.get("metadata") or {}
    yield from _metadata_flaws(metadata)
    if not metadata.get("name") and not metadata.get("generateName"):
        yield Flaw(
            ("metadata", "name"),
            "is missing: every object needs a name or generateName; add one",
        )


def _not_an_object(wire: Any) -> Flaw:
    hint = "; write them"
    if isinstance(wire, str):
        hint = "; if it names a file, pass it as a pathlib.Path"
    elif isinstance(wire, list):
        hint = "; write them as documents, or under items: of a kind: List"
    return Flaw(
        (), f"is {shown(wire)}: must be an object with apiVersion and kind{hint}"
    )


def _type_flaws(wire: Mapping[str, Any]) -> Iterator[Flaw]:
    examples = {"apiVersion": "apps/v1", "kind": "Deployment"}
    for field, example in examples.items():
        if wire.get(field) in (None, ""):
            rule = "every object names its API version and its kind"
            yield Flaw(
                (field,), f"is missing: {rule}; add one, such as {field}: {example}"
            )
        yield from _expect(wire, (field,), str, "a string")
    if wire["apiVersion"].count("/") > 1:
        yield Flaw(
            ("apiVersion",),
            f"is {shown(wire['apiVersion'])}: must be a group and a version; "
            "write v1 or apps/v1",
        )


def _metadata_flaws(metadata: Mapping[str, Any]) -> Iterator[Flaw]:
    for field in _STRINGS:
        yield from _expect(metadata, ("metadata", field), str, "a string")
    for field in _INTEGERS:
        yield from _expect(metadata, ("metadata", field), int, "a whole number")
    for field in _TIMES:
        yield from _time_flaws(metadata.get(field), ("metadata", field))
    for field in _MAPS:
        yield from _map_flaws(metadata, ("metadata", field))
    yield from _list_flaws(metadata, ("metadata", "finalizers"), str, "a string")
    owners = ("metadata", "ownerReferences")
    yield from _list_flaws(metadata, owners, dict, "an object")
    for index, owner in enumerate(metadata.get("ownerReferences") or ()):
        for field in _OWNER_STRINGS:
            yield from _expect(owner, (*owners, index, field), str, "a string")
        for field in _OWNER_BOOLEANS:
            yield from _expect(owner, (*owners, index, field), bool, "true or false")


def _expect(
    parent: Mapping[str, Any], path: Path, kind: type, meaning: str
) -> Iterator[Flaw]:
    """Find fault with the last step of *path* in *parent*, unless it is null."""
    value = parent.get(str(path[-1]))
    if value is None or (
        isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
    ):
        return
    way_out = "put it in quotes" if kind is str else "write it so, or leave it out"
    yield Flaw(path, f"is {shown(value)}: must be {meaning}; {way_out}")


def _map_flaws(metadata: Mapping[str, Any], path: Path) -> Iterator[Flaw]:
    yield from _expect(metadata, path, dict, "an object")
    values = metadata.get(str(path[-1])) or {}
    for key in values:
        yield from _expect(values, (*path, key), str, "a string")


def _list_flaws(
    metadata: Mapping[str, Any], path: Path, kind: type, meaning: str
) -> Iterator[Flaw]:
    yield from _expect(metadata, path, list, "a list")
    for index, item in enumerate(metadata.get(str(path[-1])) or ()):
        if not isinstance(item, kind):
            problem = f"is {shown(item)}: must be {meaning}; write it so"
            yield Flaw((*path, index), problem)


def _time_flaws(value: Any, path: Path) -> Iterator[Flaw]:
    if value is None:
        return
    try:
        if _RFC3339.fullmatch(value):
            datetime.fromisoformat(value)
            return
    except (TypeError, ValueError):
        pass
    yield Flaw(
        path, f"is {shown(value)}: must be a time; write it as 2026-01-31T12:00:00Z"
    )
