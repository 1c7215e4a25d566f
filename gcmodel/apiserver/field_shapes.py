"""What the server reads each built-in kind into: the shape of every known field.

Fields that are not in a table are kept as they come: nothing in this package looks
into them. Only at the top of an object the tables know every field.

Upstream: the types of ``go_structs``, as sigs.k8s.io/json reads them
"""

from functools import cache
from typing import Any

import attrs

from gcmodel.apiserver.go_structs import STRUCTS

STRING, NUMBER, BOOL = "string", "number", "bool"
ARRAY, OBJECT, TIME, INT_OR_STRING = "array", "object", "time", "int or string"


@attrs.frozen
class Shape:
    """What one value must look like.

    Attributes:
        kind: The JSON type, a time, or a number or string.
        go_type: What the decoder reads it into.
        items: The shape of the elements, or of the values of a map.
        fields: The shapes of the known fields of a struct.
        struct: The struct's name.
        pointer: Null is a value of its own here, not the zero value.
    """

    kind: str
    go_type: str
    items: "Shape | None" = None
    fields: "dict[str, Shape] | None" = None
    struct: str = ""
    pointer: bool = False


_BASIC = {
    "string": STRING,
    "bool": BOOL,
    "int32": NUMBER,
    "int64": NUMBER,
    "v1.Time": TIME,
    "intstr.IntOrString": INT_OR_STRING,
}
_NAMED = {"(string)": STRING, "(quantity)": INT_OR_STRING}


@cache
def shape_of(go_type: str) -> Shape:
    """Return the shape of a Go type, such as ``[]v1.Container``."""
    if go_type.startswith("*"):
        return attrs.evolve(shape_of(go_type[1:]), pointer=True)
    if go_type.startswith("[]"):
        items = shape_of(go_type[2:])
        return Shape(ARRAY, f"[]{items.go_type}", items=items)
    if go_type.startswith("map[string]"):
        return Shape(OBJECT, go_type, items=shape_of(go_type[len("map[string]") :]))
    if go_type in _BASIC:
        # The zero time is null, too.
        kind = _BASIC[go_type]
        return Shape(kind, go_type, pointer=kind == TIME)
    table = STRUCTS.get(go_type, "").strip()
    if table in _NAMED:
        return Shape(_NAMED[table], go_type)
    shown = go_type.rpartition("/")[2]
    if not table:
        return Shape(OBJECT, shown)
    struct = shown.removeprefix("v1.")
    return Shape(OBJECT, shown, fields=_fields(table), struct=struct)


@cache
def top_level(kind: str, version: str) -> dict[str, Shape]:
    """Return the shapes of the fields of an object of *kind*.

    Args:
        kind: Such as ``Deployment``.
        version: As its Go package is called, for messages.
    """
    shapes = {
        part.lower(): _in_package(shape_of(f"v1.{kind}{part}"), version)
        for part in ("Spec", "Status")
    }
    table = STRUCTS.get(f"v1.{kind}", "").strip()
    return shapes | _fields(table) | {"metadata": shape_of("v1.ObjectMeta")}


@cache
def field_names(kind: str) -> frozenset[str] | None:
    """Return the fields of an object of *kind*; None if they are not all known."""
    if f"v1.{kind}" in STRUCTS:
        own = frozenset(_fields(STRUCTS[f"v1.{kind}"].strip()))
    elif {f"v1.{kind}Spec", f"v1.{kind}Status"} & STRUCTS.keys():
        own = frozenset(("spec", "status"))
    else:
        return None
    return own | {"apiVersion", "kind", "metadata"}


def _in_package(shape: Shape, version: str) -> Shape:
    return attrs.evolve(shape, go_type=version + shape.go_type.removeprefix("v1"))


def _fields(table: str) -> dict[str, Shape]:
    named: dict[str, Any] = {}
    for line in table.splitlines():
        name, go_type = line.split()
        named[name] = shape_of(go_type)
    return named
