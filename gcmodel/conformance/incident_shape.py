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
_NUMBER_MAX = 10**12
"""Larger ones than any time or count; infinity, and what is no number, are none."""


@attrs.frozen
class Shape:
    """What a value must be.

    Attributes:
        name: As an error calls it.
        kinds: Its JSON types, as Python has them.
        item: What each of its values must be, if it is a list or an object.
        keys: What it must have, if it is an object.
        optional: What it may leave out; its other values must be as *item* says.
    """

    name: str
    kinds: tuple[type, ...]
    item: "Shape | None" = None
    keys: Mapping[str, "Shape"] = attrs.field(factory=dict)
    optional: Mapping[str, "Shape"] = attrs.field(factory=dict)

    def flaws(self, value: Any, path: str) -> Iterator[str]:
        """Walk what is wrong with *value*, which stands at *path*."""
        if not self._fits(value):
            text = json.dumps(value)[:_SHOWN_MAX]
            yield f"{path}={text}: must be {self.name}; {SEE_FORMAT}"
            return
        if isinstance(value, dict):
            yield from self._flaws_of_object(value, path)
        elif isinstance(value, list) and self.item is not None:
            for number, one in enumerate(value, start=1):
                yield from self.item.flaws(one, f"{path} {number}")

    def _fits(self, value: Any) -> bool:
        if isinstance(value, int | float):
            # To Python, true is a number as well.
            kind = bool if isinstance(value, bool) else int
            return kind in self.kinds and abs(value) <= _NUMBER_MAX
        return isinstance(value, self.kinds)

    def _flaws_of_object(self, value: Json, path: str) -> Iterator[str]:
        for key, shape in self.keys.items():
            yield from shape.flaws(value.get(key), f"{path}: {key}")
        for key, one in value.items():
            rule = self.optional.get(key) or self.item
            if rule is not None:
                yield from rule.flaws(one, f"{path}: {key}")


NUMBER = Shape("a number", (int, float))
TEXT = Shape("a text", (str,))
_OPTIONAL_TEXT = Shape("a text or null", (str, type(None)))
_OPTIONAL_NUMBER = Shape("a number or null", (int, float, type(None)))


def _record(optional: Mapping[str, Shape] | None = None, /, **keys: Shape) -> Shape:
    return Shape("an object", (dict,), keys=keys, optional=optional or {})


def _list(item: Shape | None = None) -> Shape:
    return Shape("a list", (list,), item)


def _by_name(item: Shape | None = None, **optional: Shape) -> Shape:
    return Shape("an object", (dict,), item, optional=optional)


_QUEUE = Shape(
    "an object, a number, true, false or null",
    (dict, int, float, bool, type(None)),
    NUMBER,
    {"queue_duration_seconds_count": NUMBER, "work_duration_seconds_count": NUMBER},
)
_OBJECTS = _by_name(
    _list(_record({"namespace": TEXT}, name=TEXT)),
    apiservice=Shape("a list or null", (list, type(None))),
)
_LINE = _record(
    {"count": NUMBER, "t_last": NUMBER, "v": NUMBER},
    t=NUMBER,
    level=TEXT,
    src=TEXT,
    text=TEXT,
)
_CALL = {"t": NUMBER, "verb": TEXT, "resource": TEXT, "code": NUMBER}
_COLLECTOR_CALL = _record({"namespace": _OPTIONAL_TEXT}, **_CALL, name=TEXT)
_CONTROLLER_CALL = _record({"name": _OPTIONAL_TEXT}, **_CALL, by=TEXT)
_EXTENSION_CALL = _record(
    t=NUMBER, user=TEXT, verb=TEXT, status=NUMBER, query=_by_name()
)
_CHANGE = _record(
    {"conditions": _list(_record())}, t=NUMBER, event=TEXT, kind=TEXT, name=TEXT
)

OF_STEP: Mapping[str, Shape] = {
    "measured": _by_name(),
    "objects": _OBJECTS,
    "metrics": Shape("an object or null", (dict, type(None)), _QUEUE),
    "logs": _list(_LINE),
    "graph_events": _by_name(NUMBER),
    "changes": _list(_CHANGE),
    "gc_calls": _list(_COLLECTOR_CALL),
    "controller_calls": _list(_CONTROLLER_CALL),
    "extension_requests": _list(_EXTENSION_CALL),
    "extension_discovery_requests": _by_name(NUMBER),
    "namespace_controller_calls": _by_name(NUMBER),
}
"""What a step may have beside its name, its times and what is done."""

_ATTEMPT = _record(
    dict.fromkeys(("t_monitors", "t_end", "gap_after_previous_end"), _OPTIONAL_NUMBER),
    process=NUMBER,
    attempt=NUMBER,
    t_start=NUMBER,
    diff=TEXT,
    outcome=_OPTIONAL_TEXT,
)

OF_SCENARIO: Mapping[str, Shape] = {
    "attempts": _list(_ATTEMPT),
    "idle_sync_ticks": _list(NUMBER),
    "reflector_failures": _list(_record(process=NUMBER, t=NUMBER, error=TEXT)),
    "reflector_gaps_s": _by_name(_list(NUMBER)),
    "samples": _list(Shape("an object", (dict,), NUMBER, {"t": NUMBER})),
}
"""What a scenario may have beside its steps."""

OF_RECORDING: Mapping[str, Shape] = {
    "flags": _by_name(_list(TEXT)),
    "identities": _by_name(TEXT),
    "discovered_deletable_resources": _list(TEXT),
    "deployment_template": _record(
        spec=_record(selector=_record(matchLabels=_by_name(TEXT)))
    ),
}
"""What a recording may have beside its version and its scenarios."""

OF_OPERATION: Mapping[str, Shape] = {
    "wait_s": NUMBER,
    "cut_watches": Shape("true or false", (bool,)),
    "namespaced": Shape("true or false", (bool,)),
}
"""What an operation may have beside what each of its kind must."""


def first_flaw(record: Json, shapes: Mapping[str, Shape]) -> str:
    """Return what is wrong with *record*; empty if nothing is."""
    for key, shape in shapes.items():
        if key in record:
            for flaw in shape.flaws(record[key], key):
                return flaw
    return ""
