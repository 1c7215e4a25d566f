"""YAML as kubectl reads it, built straight from the parser's events.

* **Bounded**: neither deep nesting nor aliases of aliases can exhaust the machine.
* **Located**: whatever is wrong is complained about with its line.
* **Inert**: no tag makes anything but JSON.

Importing this module imports PyYAML, so it is imported only where YAML is met.
"""

import re
from collections.abc import Iterator
from typing import Any

import attrs
import yaml

from gcmodel.errors import UsageError
from gcmodel.objects.json_values import DEPTH_MAX
from gcmodel.objects.places import Path, Place, shown
from gcmodel.objects.yaml_scalars import resolve, tagged

ALIASED_MAX = 100_000
"""How many values the aliases of one text may add up to."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_MERGE = object()


@attrs.frozen
class Document:
    """One document of a text: its first line, its number, and what it holds."""

    line: int
    number: int
    value: Any


def documents(text: str, origin: str) -> list[Document]:
    """Return the documents of *text*, empty ones included.

    Raises:
        UsageError: It is not YAML, or not YAML that could be JSON.
    """
    place = Place(origin)
    if found := _FORBIDDEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise place.on_line(line).error(
            f"holds the character {found.group()!a}: not allowed in YAML; "
            "remove it, or write it as an escape in double quotes"
        )
    try:
        return list(_Builder(place, yaml.parse(text, Loader=_Loader)).documents())
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, text, place) from error


def line_of(text: str, number: int, path: Path) -> int:
    """Return the line of what *path* leads to in a document, or of the last that is.

    *text* has been read before, so it is known not to be too deep. If it was read as
    JSON and is no YAML, the line is 0.
    """
    try:
        node = list(yaml.compose_all(text, Loader=_Loader))[number - 1]
    except (IndexError, yaml.YAMLError):
        return 0
    for part in path:
        child = _child(node, part)
        if child is None:
            break
        node = child
    return int(node.start_mark.line) + 1


def _child(node: Any, part: str | int) -> Any:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
        return node.value[part] if part < len(node.value) else None
    if not isinstance(node, yaml.MappingNode):
        return None
    for key, value in reversed(node.value):
        plain = isinstance(key, yaml.ScalarNode) and not key.style
        if _name(resolve(key.value) if plain else key.value) == part:
            return value
    return None


def _not_yaml(error: Any, text: str, place: Place) -> UsageError:
    mark = error.problem_mark or error.context_mark
    lines = text.splitlines()
    # The end of the text is not a line of its own.
    line = min(mark.line + 1, len(lines)) if mark else 0
    here = place.on_line(line)
    if line and lines[line - 1].lstrip(" ").startswith("\t"):
        return here.error(
            "is indented with a tab: not allowed in YAML; indent with spaces"
        )
    problem = " ".join(str(error.problem or error.context or error).split())
    return here.error(
        f"is not YAML: {problem}; check indentation, colons and quotes there"
    )


@attrs.frozen
class _Anchored:
    value: Any
    size: int
    height: int


@attrs.define
class _Builder:
    """Makes values of the events of one text."""

    place: Place
    events: Iterator[Any]
    anchors: dict[str, _Anchored] = attrs.field(factory=dict, init=False)
    size: int = attrs.field(default=0, init=False)
    deepest: int = attrs.field(default=0, init=False)
    aliased: int = attrs.field(default=0, init=False)

    def documents(self) -> Iterator[Document]:
        number = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                number += 1
                self.anchors = {}
                self.place = attrs.evolve(self.place, document=number)
                root = next(self.events)
                yield Document(_line(root), number, self.value(root, 0))

    def value(self, event: Any, depth: int) -> Any:
        """Return what starts with *event*."""
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, depth)
        if depth > DEPTH_MAX:
            raise self.error(
                event, f"nests deeper than {DEPTH_MAX} levels: too deep; flatten it"
            )
        if event.anchor is None:
            return self.fresh(event, depth)
        size, deepest = self.size, self.deepest
        self.deepest = depth
        value = self.fresh(event, depth)
        anchored = _Anchored(value, self.size - size, self.deepest - depth)
        self.anchors[event.anchor] = anchored
        self.deepest = max(self.deepest, deepest)
        return value

    def fresh(self, event: Any, depth: int) -> Any:
        self.size += 1
        self.deepest = max(self.deepest, depth)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(depth)
        return self.mapping(depth)

    def alias(self, event: Any, depth: int) -> Any:
        anchored = self.anchors.get(event.anchor)
        if anchored is None:
            raise self.error(
                event,
                f"uses *{event.anchor}: nothing before it is complete under that "
                f"name; write &{event.anchor} where the value stands first",
            )
        self.size += anchored.size
        self.aliased += anchored.size
        self.deepest = max(self.deepest, depth + anchored.height)
        if self.aliased > ALIASED_MAX or depth + anchored.height > DEPTH_MAX:
            raise self.error(
                event,
                f"uses *{event.anchor}: its aliases add up to more than "
                f"{ALIASED_MAX} values or {DEPTH_MAX} levels; write the values out",
            )
        return anchored.value

    def sequence(self, depth: int) -> list[Any]:
        values = []
        event = next(self.events)
        while not isinstance(event, yaml.SequenceEndEvent):
            values.append(self.value(event, depth + 1))
            event = next(self.events)
        return values

    def mapping(self, depth: int) -> dict[str, Any]:
        own: dict[str, Any] = {}
        merged: list[dict[str, Any]] = []
        event = next(self.events)
        while not isinstance(event, yaml.MappingEndEvent):
            key = self.key(event, depth)
            value_event = next(self.events)
            value = self.value(value_event, depth + 1)
            if key is _MERGE:
                merged += self.merge(value_event, value)
            else:
                own[key] = value
            event = next(self.events)
        result: dict[str, Any] = {}
        for one in reversed(merged):
            result |= one
        return result | own

    def merge(self, event: Any, value: Any) -> list[dict[str, Any]]:
        merged = value if isinstance(value, list) else [value]
        if not all(isinstance(one, dict) for one in merged):
            raise self.error(
                event,
                f"merges {shown(value)}: must be an object or a list of them; "
                "put << in quotes if it is a name",
            )
        return merged

    def key(self, event: Any, depth: int) -> Any:
        if _is_plain(event) and event.value == "<<":
            return _MERGE
        key = self.value(event, depth + 1)
        name = _name(key)
        if name is None:
            problem = f"has a key that is {shown(key)}: must be a string"
            raise self.error(event, f"{problem}; put it in quotes")
        return name

    def scalar(self, event: Any) -> Any:
        if _is_plain(event):
            value = resolve(event.value)
        elif event.tag is None:
            return event.value
        else:
            try:
                value = tagged(event.tag, event.value)
            except ValueError as error:
                complaint = f"has {shown(event.value)}, which {error}; drop the tag"
                raise self.error(event, complaint) from error
        if isinstance(value, float) and value - value != 0:
            problem = f"holds {event.value}: not a finite number"
            raise self.error(event, f"{problem}; put it in quotes if it is text")
        return value

    def error(self, event: Any, problem: str) -> UsageError:
        place = self.place.on_line(_line(event))
        if place.document > 1:
            place = attrs.evolve(place, documents=place.document)
        return place.error(problem)


def _name(key: Any) -> str | None:
    """Return what *key* is called in JSON, or None if it cannot be a name."""
    match key:
        case str():
            return key
        case bool():
            return str(key).lower()
        case int():
            return str(key)
        case float():
            return repr(key).removesuffix(".0")
        case _:
            return None


def _is_plain(event: Any) -> bool:
    return (
        isinstance(event, yaml.ScalarEvent) and event.tag is None and event.implicit[0]
    )


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
