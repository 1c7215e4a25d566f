"""What the graph needs of an object: who it is, who owns it, whether it is going.

A dump has a million objects, so what many of them say alike is kept once, and only
what looks odd is looked at closely.

Issue: objects that lack kind, metadata or uid, or have wrong types, get one line.
"""

from sys import intern
from typing import Any

import attrs

from gcmodel.objects.identity import Uid
from gcmodel.objects.manifest_shape import Flaw, first_flaw
from gcmodel.objects.metadata import Json, ObjectMeta, OwnerReference
from gcmodel.objects.places import shown

NEEDED = (
    *("name", "namespace", "uid"),
    *("ownerReferences", "finalizers", "deletionTimestamp"),
)
"""Fields of metadata that are read; all others are passed over."""

REMEMBERED_MAX = 4096
"""How many lists of owner references, and how many types, are kept to be shared."""

Owners = tuple[OwnerReference, ...]


@attrs.define(eq=False, weakref_slot=False)
class DumpedMetadata:
    """The part of an ``ObjectMeta`` that the graph is built of, by the same names."""

    name: str
    namespace: str
    uid: Uid
    owner_references: Owners = ()
    finalizers: tuple[str, ...] = ()
    deletion_timestamp: int | None = None


@attrs.define
class MetadataReader:
    """Reads metadata in wire form.

    * **Sharing**: siblings share their owner references, everybody shares the names of
      types and namespaces.
    * **Bounded**: what is remembered in order to be shared is forgotten in time.
    """

    _owners: dict[Any, Owners] = attrs.field(factory=dict, init=False)
    _types: dict[tuple[Any, Any], tuple[str, str]] = attrs.field(
        factory=dict, init=False
    )

    def type_of(self, api_version: Any, kind: Any) -> tuple[str, str] | None:
        """Return both, shared; None if they are not what they must be."""
        try:
            known = self._types.get((api_version, kind))
        except TypeError:  # a list, or an object
            return None
        if known is None:
            probe = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}}
            if first_flaw(probe) is not None or not _are_text((api_version, kind)):
                return None
            known = (intern(api_version), intern(kind))
            _remember(self._types, (api_version, kind), known)
        return known

    def read(self, wire: Any) -> DumpedMetadata | None:
        """Return what *wire* says; None if it must be looked at closely."""
        try:
            name, uid = wire["name"], wire["uid"]
            namespace = wire.get("namespace", "")
            owners = wire.get("ownerReferences")
            shared = () if owners is None else self._shared(owners)
        except (KeyError, TypeError, AttributeError):
            return None
        if not (type(name) is str and type(uid) is str and type(namespace) is str):
            return None
        if shared is None or not (name and uid and (name + uid + namespace).isascii()):
            return None
        if "deletionTimestamp" in wire or "finalizers" in wire:
            return self._ending(wire, shared)
        return DumpedMetadata(name, intern(namespace), Uid(uid), shared)

    def look_closely(
        self, api_version: Any, kind: Any, wire: Any
    ) -> DumpedMetadata | Flaw:
        """Return what *wire* says, or what is wrong with it."""
        needed = needed_of(wire)
        item = {"apiVersion": api_version, "kind": kind, "metadata": needed}
        flaw = _flaw(item)
        if flaw is not None:
            return flaw
        meta = ObjectMeta.from_dict(needed)
        return DumpedMetadata(
            meta.name,
            intern(meta.namespace),
            meta.uid,
            meta.owner_references,
            meta.finalizers,
            meta.deletion_timestamp,
        )

    def _shared(self, owners: Any) -> Owners | None:
        if type(owners) is not list:
            return None
        # Most objects have one owner, and for one a loop is slow.
        one = len(owners) == 1
        key = _parts(owners[0]) if one else tuple(map(_parts, owners))
        known = self._owners.get(key)
        if known is None:
            references = (key,) if one else key
            if not all(map(_is_reference, references)):
                return None
            known = tuple(map(_reference, references))
            _remember(self._owners, key, known)
        return known

    def _ending(self, wire: Json, owners: Owners) -> DumpedMetadata | None:
        """Read the metadata of what has finalizers, or is being deleted."""
        finalizers = wire.get("finalizers")
        if "deletionTimestamp" not in wire and type(finalizers) is list:
            if not all(type(one) is str for one in finalizers):
                return None
            return DumpedMetadata(
                wire["name"],
                intern(wire.get("namespace", "")),
                Uid(wire["uid"]),
                owners,
                tuple(finalizers),
            )
        needed = needed_of(wire)
        if first_flaw({"apiVersion": "v1", "kind": "Any", "metadata": needed}):
            return None
        meta = ObjectMeta.from_dict({**needed, "ownerReferences": None})
        return DumpedMetadata(
            meta.name,
            intern(meta.namespace),
            meta.uid,
            owners,
            tuple(map(intern, meta.finalizers)),
            meta.deletion_timestamp,
        )


def needed_of(wire: Any) -> Any:
    """Return what is judged of metadata: what is read, in whatever form it comes."""
    if not isinstance(wire, dict):
        return wire
    return {key: wire[key] for key in NEEDED if key in wire}


def _remember(memory: dict[Any, Any], key: Any, value: Any) -> None:
    if len(memory) >= REMEMBERED_MAX:
        memory.clear()
    memory[key] = value


def _parts(owner: Any) -> tuple[Any, ...]:
    controller = owner.get("controller")
    blocks = owner.get("blockOwnerDeletion")
    # With their types: 1 and True are the same key, and only one is a boolean.
    return (
        *(owner["apiVersion"], owner["kind"], owner["name"], owner["uid"]),
        *(controller, type(controller), blocks, type(blocks)),
    )


def _is_reference(parts: tuple[Any, ...]) -> bool:
    booleans = (parts[5], parts[7])
    return all(
        type(part) is str and part and part.isascii() for part in parts[:4]
    ) and all(kind in (bool, type(None)) for kind in booleans)


def _reference(parts: tuple[Any, ...]) -> OwnerReference:
    version, kind, name, uid, controller, _, blocks, _ = parts
    return OwnerReference(
        intern(version), intern(kind), name, Uid(uid), controller, blocks
    )


def _flaw(item: Json) -> Flaw | None:
    wire = item["metadata"]
    if wire is None and item["kind"]:
        return Flaw(
            ("metadata",), "is missing: every object has one; dump the whole object"
        )
    flaw = first_flaw(item)
    if flaw is not None:
        return flaw
    for field in ("name", "uid"):
        if not wire.get(field):
            return Flaw(("metadata", field), _MISSING[field])
    for index, owner in enumerate(wire.get("ownerReferences") or ()):
        if not owner.get("uid"):
            path = ("metadata", "ownerReferences", index, "uid")
            return Flaw(path, "is missing: every owner is named by its UID; add it")
    return _half_character(item)


_MISSING = {
    "name": "is missing: what a server has stored has a name; add it",
    "uid": "is missing: only what a server has stored has one; dump it with kubectl "
    "get -o json, or give manifests to Cluster.apply",
}


def _half_character(item: Json) -> Flaw | None:
    wire = item["metadata"]
    texts: dict[tuple[str, ...], Any] = {
        ("apiVersion",): item["apiVersion"],
        ("kind",): item["kind"],
    }
    for field in ("name", "namespace", "uid"):
        texts["metadata", field] = wire.get(field)
    for path, text in texts.items():
        if not _are_text((text or "",)):
            problem = f"is {shown(text)}: holds half a character; write it as UTF-8"
            return Flaw(path, problem)
    for index, owner in enumerate(wire.get("ownerReferences") or ()):
        if not _are_text([value for value in owner.values() if isinstance(value, str)]):
            where = ("metadata", "ownerReferences", index)
            return Flaw(where, "holds half a character; write it as UTF-8")
    return None


def _are_text(texts: Any) -> bool:
    try:
        return all(text.isascii() or text.encode() for text in texts)
    except UnicodeEncodeError:
        return False
