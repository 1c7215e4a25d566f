"""What evidence of a recorded incident looks like; a wrong one is refused early.

What a step or a scenario leaves out was not recorded; what it has must be of this
shape.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from gcmodel.objects.metadata import Json

SEE_FORMAT = "see docs/how-to/check-conformance.md"
NAMES: Mapping[type, str] = {str: "a text", dict: "an object", list: "a list"}
_SHOWN_MAX = 40


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@attrs.frozen
class Shape:
    """What a value must be.

    Attributes:
        name: As an error calls it.
        kinds: Its JSON types, as Python has them.
        item: What each of its values must be, if it is a list or an object.
        keys: What it must have, if it is an object.
    """

    name: str
    kinds: tuple[type, ...]
    item: "Shape | None" = None
    keys: Mapping[str, "Shape"] = attrs.field(factory=dict)

    def flaws(self, value: Any, path: str) -> Iterator[str]:
        """Walk what is wrong with *value*, which stands at *path*."""
        fits = _is_number(value) if self.kinds == NUMBER.kinds else True
        if not (fits and isinstance(value, self.kinds)):
            text = json.dumps(value)[:_SHOWN_MAX]
            yield f"{path}={text}: must be {self.name}; {SEE_FORMAT}"
            return
        if isinstance(value, dict):
            yield from self._flaws_of_object(value, path)
        elif isinstance(value, list) and self.item is not None:
            for number, one in enumerate(value, start=1):
                yield from self.item.flaws(one, f"{path} {number}")

    def _flaws_of_object(self, value: Json, path: str) -> Iterator[str]:
        for key, shape in self.keys.items():
            yield from shape.flaws(value.get(key), f"{path}: {key}")
        if self.item is not None:
            for key, one in value.items():
                yield from self.item.flaws(one, f"{path}: {key}")


NUMBER = Shape("a number", (int, float))
TEXT = Shape("a text", (str,))
_OPTIONAL_TEXT = Shape("a text or null", (str, type(None)))


def _record(**keys: Shape) -> Shape:
    return Shape("an object", (dict,), keys=keys)


def _list(item: Shape) -> Shape:
    return Shape("a list", (list,), item)


def _by_name(item: Shape | None = None) -> Shape:
    return Shape("an object", (dict,), item)


_QUEUE = Shape(
    "an object, a number or null",
    (dict, int, float, type(None)),
    NUMBER,
    {"queue_duration_seconds_count": NUMBER, "work_duration_seconds_count": NUMBER},
)
_OBJECTS = Shape("a list, an object or null", (list, dict, type(None)))
_CALL = {"t": NUMBER, "verb": TEXT, "resource": TEXT, "code": NUMBER}

OF_STEP: Mapping[str, Shape] = {
    "measured": _by_name(),
    "objects": _by_name(_OBJECTS),
    "metrics": Shape("an object or null", (dict, type(None)), _QUEUE),
    "logs": _list(_record(t=NUMBER, level=TEXT, src=TEXT, text=TEXT)),
    "graph_events": _by_name(NUMBER),
    "changes": _list(_record(t=NUMBER, event=TEXT, kind=TEXT, name=TEXT)),
    "gc_calls": _list(_record(**_CALL)),
    "controller_calls": _list(_record(by=TEXT, **_CALL)),
    "extension_requests": _list(_record(t=NUMBER, user=TEXT, verb=TEXT, status=NUMBER)),
    "extension_discovery_requests": _by_name(NUMBER),
    "namespace_controller_calls": _by_name(NUMBER),
}
"""What a step may have beside its name, its times and what is done."""

OF_SCENARIO: Mapping[str, Shape] = {
    "attempts": _list(
        _record(
            process=NUMBER,
            attempt=NUMBER,
            t_start=NUMBER,
            diff=TEXT,
            outcome=_OPTIONAL_TEXT,
        )
    ),
    "idle_sync_ticks": _list(NUMBER),
    "reflector_failures": _list(_record(process=NUMBER, t=NUMBER, error=TEXT)),
    "reflector_gaps_s": _by_name(_list(NUMBER)),
    "samples": _list(_record(t=NUMBER)),
}
"""What a scenario may have beside its steps."""


def first_flaw(record: Json, shapes: Mapping[str, Shape]) -> str:
    """Return what is wrong with *record*; empty if nothing is."""
    for key, shape in shapes.items():
        if key in record:
            for flaw in shape.flaws(record[key], key):
                return flaw
    return ""
