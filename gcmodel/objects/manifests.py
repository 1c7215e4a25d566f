"""Manifests, from whatever a caller has: text, files, dicts, values, or many of them.

* **As kubectl**: YAML and JSON mean here what they mean to ``kubectl apply -f``.
* **All or nothing**: one bad document, and nothing of its source is returned.
* **Private**: what is returned shares nothing with what was passed in.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path as FilePath
from typing import Any, Protocol, TypeAlias

import attrs

from gcmodel.errors import UsageError
from gcmodel.objects.json_values import plain
from gcmodel.objects.manifest_shape import Flaw, first_flaw
from gcmodel.objects.metadata import Json, KubeObject
from gcmodel.objects.places import Place, shown


class Readable(Protocol):
    """An open file."""

    def read(self) -> str | bytes:
        """Return what is left of it."""


One: TypeAlias = str | bytes | PathLike[str] | Readable | Mapping[str, Any] | KubeObject
Source: TypeAlias = One | Iterable[One]
"""A text, a file or its path, an object; or several of these."""

_LOCATED_MAX = 2_000_000
"""Texts longer than this are not searched for the line of a flaw."""

_SPACE = re.compile(r"[ \t\r\n]*")
_JSON_OBJECT = re.compile(r'\{\s*(["}]|\Z)')


@attrs.frozen
class Manifest:
    """An object as someone wrote it, and where.

    Attributes:
        wire: The object, in the shape that every object has; to be kept unchanged.
        place: For complaints about it; see :meth:`gcmodel.objects.places.Place.error`.
    """

    wire: Json
    place: Place

    @property
    def origin(self) -> str:
        """The file it comes from, or another name for its source."""
        return self.place.origin

    @property
    def line(self) -> int:
        """The line on which its document starts; 0 if it comes from no text."""
        return self.place.line

    @property
    def document(self) -> int:
        """The number of its document in its source, from 1."""
        return self.place.document

    def to_object(self) -> KubeObject:
        """Return the object as a value."""
        return KubeObject.from_dict(self.wire)


def read(source: Source, *, origin: str = "") -> list[Manifest]:
    """Return the objects of *source*; lists of objects come as their items.

    Args:
        source: Text is read as a manifest and never taken for a file name: files
            are given as a ``pathlib.Path``.
        origin: What complaints call the source.

    Raises:
        UsageError: Something in it is no object, or cannot be read.
    """
    found = _read_one(source, origin)
    if found is not None:
        return found
    if not isinstance(source, Iterable):
        raise _not_a_source(source, origin)
    manifests = []
    for index, one in enumerate(source):
        name = f"{origin}[{index}]"
        found = _read_one(one, name)
        if found is None:
            raise _not_a_source(one, name)
        manifests += found
    return manifests


def read_file(path: str | PathLike[str]) -> list[Manifest]:
    """Return the objects in the file at *path*.

    Raises:
        UsageError: There is no such file, or something in it is no object.
    """
    try:
        content = FilePath(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"{path}: cannot be read ({reason}); give the path of a YAML or JSON file"
        ) from error
    return read(content, origin=str(path))


def _read_one(source: Any, origin: str) -> list[Manifest] | None:
    place = Place(origin)
    match source:
        case PathLike():
            return read_file(source)
        case str():
            return _read_text(source, place)
        case bytes() | bytearray():
            return _read_text(_decoded(bytes(source), place), place)
        case KubeObject():
            return _expanded(plain(source.to_dict(), place), place)
        case Mapping():
            return _expanded(plain(source, place), place)
        case _ if hasattr(source, "read"):
            return read(source.read(), origin=origin or getattr(source, "name", ""))
        case _:
            return None


def _not_a_source(source: object, origin: str) -> UsageError:
    return UsageError(
        f"{origin or 'the source'} is {shown(source)}: must be an object or its text; "
        "pass YAML or JSON, a dict, a KubeObject or a pathlib.Path"
    )


def _decoded(octets: bytes, place: Place) -> str:
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise place.error("is UTF-16: must be UTF-8; save it as UTF-8")
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as error:
        here = place.on_line(octets.count(b"\n", 0, error.start) + 1)
        octet = f"0x{octets[error.start]:02x}"
        raise here.error(
            f"holds the byte {octet}: not UTF-8; save it as UTF-8"
        ) from error


def _read_text(text: str, place: Place) -> list[Manifest]:
    text = text.removeprefix("\ufeff")
    found = list(_documents(text, place))
    if all(value is None for _, value in found):
        raise place.error("is empty: must hold at least one object; add one")
    manifests = []
    for document, value in found:
        if value is not None:
            here = attrs.evolve(document, documents=len(found))
            manifests += _expanded(plain(value, here), here, text)
    return manifests


def _documents(text: str, place: Place) -> Iterator[tuple[Place, Any]]:
    if text.lstrip()[:1] == "{":
        try:
            return iter(_json_documents(text, place))
        except json.JSONDecodeError as error:
            if _JSON_OBJECT.match(text.lstrip()) and "\n---" not in text:
                raise _not_json(error, place) from error
    # Imported here, so that those who never see YAML need not load its parser.
    from gcmodel.objects.yaml_reader import documents

    return (
        (attrs.evolve(place, line=one.line, document=one.number), one.value)
        for one in documents(text, place.origin)
    )


def _not_json(error: json.JSONDecodeError, place: Place) -> UsageError:
    here = place.on_line(error.lineno)
    return here.error(
        f"is not JSON: {error.msg} at column {error.colno}; "
        "check quotes, commas and brackets there"
    )


def _json_documents(text: str, place: Place) -> list[tuple[Place, Any]]:
    found: list[tuple[Place, Any]] = []
    position, line = 0, 1
    while True:
        start = _after_space(text, position)
        if start == len(text):
            return found
        line += text.count("\n", position, start)
        here = attrs.evolve(place, line=line, document=len(found) + 1)
        value, position = _one_json(text, start, here)
        found.append((here, value))
        line += text.count("\n", start, position)


def _after_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _one_json(text: str, start: int, place: Place) -> tuple[Any, int]:
    try:
        return json.JSONDecoder().raw_decode(text, start)
    except json.JSONDecodeError:
        raise
    except (RecursionError, ValueError) as error:
        raise place.error(
            "nests too deep or holds a number with too many digits: "
            "no Kubernetes object does; flatten it"
        ) from error


def _expanded(wire: Any, place: Place, text: str = "") -> list[Manifest]:
    """Return *wire*, or the items of the list that it is."""
    flaw = _list_flaw(wire)
    if flaw is None and _is_list(wire):
        manifests = []
        for index, item in enumerate(wire["items"] or ()):
            named = _with_kind_of_list(item, wire)
            manifests += _expanded(named, place.at("items", index), text)
        return manifests
    flaw = flaw or first_flaw(wire)
    if flaw is not None:
        raise _complaint(flaw, place, text)
    for field in ("labels", "annotations"):
        _null_to_empty((wire.get("metadata") or {}).get(field))
    return [Manifest(wire, place)]


def _is_list(wire: Any) -> bool:
    return (
        isinstance(wire, dict)
        and isinstance(wire.get("kind"), str)
        and wire["kind"].endswith("List")
        and "items" in wire
    )


def _list_flaw(wire: Any) -> Flaw | None:
    if not _is_list(wire) or isinstance(wire["items"], list | None):
        return None
    problem = f"is {shown(wire['items'])}: must be a list of objects; start each with -"
    return Flaw(("items",), problem)


def _with_kind_of_list(item: Any, parent: Json) -> Any:
    # As in unstructured's decodeToList: the items of a PodList need not say so.
    kind = parent["kind"].removesuffix("List")
    if isinstance(item, dict) and kind and not item.get("kind"):
        return {**item, "kind": kind, "apiVersion": parent.get("apiVersion")}
    return item


def _complaint(flaw: Flaw, place: Place, text: str) -> UsageError:
    path = place.path + flaw.path
    if text and len(text) <= _LOCATED_MAX:
        place = place.on_line(_line_of(text, place, path))
    return attrs.evolve(place, path=path).error(flaw.problem)


def _line_of(text: str, place: Place, path: tuple[str | int, ...]) -> int:
    from gcmodel.objects.yaml_reader import line_of

    return line_of(text, place.document, path) or place.line


def _null_to_empty(values: Any) -> None:
    # As Go reads null into a map of strings. The values are a copy of our own.
    for key, value in (values or {}).items():
        if value is None:
            values[key] = ""
