"""The ending of a ReplicaSet's name: a hash of the Pod template.

Upstream: ``ComputeHash`` in pkg/controller/controller_utils.go; ``DeepHashObject`` in
pkg/util/hash/hash.go; ``SafeEncodeString`` in apimachinery pkg/util/rand/rand.go; the
printed form of davecgh/go-spew, spew/format.go
"""

import json
from collections.abc import Mapping
from typing import Any

from gcmodel.controllers.pod_template_fields import fields_of
from gcmodel.objects.metadata import Json

_OFFSET = 2166136261
_PRIME = 16777619
_MASK = 0xFFFFFFFF
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_COLLISION_BYTES = 8

_ZERO_TIME = "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}"


def template_hash(template: Json, collision_count: int | None, minor: int) -> str:
    """Return the hash of *template* as names and labels carry it.

    * **Exact**: for templates of plain containers it is the hash that a cluster of
      minor 1.*minor* computes.
    * **Different by collision**: another *collision_count* gives another hash, and
      None differs from 0.

    Deviation: what is not in the table of fields is printed as JSON, so templates
    with volumes or probes get a hash of their own, stable and not upstream's.
    """
    printed = "(v1.PodTemplateSpec)" + _value(template, "v1.PodTemplateSpec", minor)
    digest = fnv_1a_32(printed.encode())
    if collision_count is not None:
        low = collision_count & _MASK
        digest = fnv_1a_32(low.to_bytes(_COLLISION_BYTES, "little"), digest)
    return safe_encode(str(digest))


def fnv_1a_32(data: bytes, running: int = _OFFSET) -> int:
    """Return the 32-bit FNV-1a hash of *data*, going on from *running*."""
    for byte in data:
        running = ((running ^ byte) * _PRIME) & _MASK
    return running


def fnv_1_32(data: bytes, running: int = _OFFSET) -> int:
    """Return the 32-bit FNV-1 hash of *data*, going on from *running*."""
    for byte in data:
        running = ((running * _PRIME) & _MASK) ^ byte
    return running


def safe_encode(text: str) -> str:
    """Return *text* in letters that cannot form a word."""
    return "".join(_LETTERS[ord(character) % len(_LETTERS)] for character in text)


def _typed(value: Any, type_: str, minor: int) -> str:
    if type_.startswith("*") and value is None:
        return f"({type_})<nil>"
    return f"({type_}){_value(value, type_.removeprefix('*'), minor)}"


def _value(value: Any, type_: str, minor: int) -> str:
    if type_.startswith("[]"):
        return _list(value, type_.removeprefix("[]"), minor)
    if type_.startswith("map["):
        return _map(value)
    if type_ == "v1.Time":
        return _ZERO_TIME
    if type_ == "v1.ResourceList":
        return "<nil>" if not value else _map(value)
    fields = fields_of(type_, minor)
    if fields is not None:
        return _struct(value or {}, type_, minor)
    return _scalar(value, type_)


def _struct(value: Mapping[str, Any], type_: str, minor: int) -> str:
    parts = []
    for field in fields_of(type_, minor) or ():
        held = value.get(field.json)
        if held is None:
            held = _default(type_, field.json, field.default, value)
        parts.append(f"{field.name}:{_typed(held, field.type, minor)}")
    return "{" + " ".join(parts) + "}"


def _default(type_: str, name: str, default: Any, value: Mapping[str, Any]) -> Any:
    if type_ == "v1.Container" and name == "imagePullPolicy":
        return _pull_policy(str(value.get("image") or ""))
    if type_ == "v1.PodSpec" and name == "serviceAccount":
        return value.get("serviceAccountName")
    return default


def _pull_policy(image: str) -> str:
    # A name without tag or digest means the newest one.
    last = image.rpartition("/")[2]
    newest = "@" not in image and (":" not in last or last.endswith(":latest"))
    return "Always" if newest else "IfNotPresent"


def _list(items: list[Any] | None, type_: str, minor: int) -> str:
    if items is None:
        return "<nil>"
    return "[" + " ".join(_value(item, type_, minor) for item in items) + "]"


def _map(entries: Mapping[str, Any] | None) -> str:
    if not entries:
        return "<nil>"
    return "map[" + " ".join(f"{key}:{entries[key]}" for key in sorted(entries)) + "]"


def _scalar(value: Any, type_: str) -> str:
    if isinstance(value, bool) or type_ == "bool":
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, separators=(",", ":"))
    if value is None:
        return "0" if type_.startswith("int") else ""
    return str(value)
