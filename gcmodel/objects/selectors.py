"""Label selectors as values: what they require, and whether labels satisfy it.

A selector is built in three ways, and only two of them look at what they are given:

* :func:`gcmodel.objects.selector_parser.parse` reads a string and judges it.
* :func:`from_label_selector` reads the ``LabelSelector`` of a spec and judges it.
* :func:`from_labels` takes a map as it is. Its text may be one that cannot be read
  back; whoever re-reads it finds out.

Upstream: ``Requirement`` and ``internalSelector`` in apimachinery
pkg/labels/selector.go; ``LabelSelectorAsSelector`` in pkg/apis/meta/v1/helpers.go
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import attrs

from gcmodel.objects.field_errors import (
    FieldError,
    aggregate_text,
    invalid_value,
    not_supported,
)
from gcmodel.objects.go_values import Printed, quote, render
from gcmodel.objects.metadata import Json
from gcmodel.objects.names import label_value, qualified_name

NO_PATH = "<nil>"
"""How upstream prints the path of an error that was given none."""

_INT64_MIN, _INT64_MAX = -(2**63), 2**63 - 1
_INT64_DIGITS = 19


class SelectorError(ValueError):
    """A selector cannot be; the message is the server's."""


class Operator(StrEnum):
    """How a requirement relates a key to its values, as error messages spell it."""

    IN = "in"
    NOT_IN = "notin"
    EQUALS = "="
    DOUBLE_EQUALS = "=="
    NOT_EQUALS = "!="
    GREATER_THAN = "gt"
    LESS_THAN = "lt"
    EXISTS = "exists"
    DOES_NOT_EXIST = "!"


_SETS = (Operator.IN, Operator.NOT_IN)
_EXACT = (Operator.EQUALS, Operator.DOUBLE_EQUALS, Operator.NOT_EQUALS)
_ABSENT_MATCHES = (Operator.NOT_IN, Operator.NOT_EQUALS)
_UNARY = (Operator.EXISTS, Operator.DOES_NOT_EXIST)
_COMPARING = (Operator.GREATER_THAN, Operator.LESS_THAN)
_SIGNS = ((Operator.GREATER_THAN, ">"), (Operator.LESS_THAN, "<"))
_API_OPERATORS = {
    "In": Operator.IN,
    "NotIn": Operator.NOT_IN,
    "Exists": Operator.EXISTS,
    "DoesNotExist": Operator.DOES_NOT_EXIST,
}


@attrs.frozen
class Requirement:
    """One condition on the labels of an object. Building it directly checks nothing."""

    key: str
    operator: Operator | str
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether *labels* satisfy this; an operator without meaning never does."""
        value = labels.get(self.key)
        if self.operator == Operator.DOES_NOT_EXIST:
            return value is None
        if value is None:
            return self.operator in _ABSENT_MATCHES
        if self.operator in _COMPARING:
            return self._compares(value)
        if self.operator in _ABSENT_MATCHES:
            return value not in self.values
        if self.operator == Operator.EXISTS:
            return True
        return self.operator in (*_SETS, *_EXACT) and value in self.values

    def _compares(self, value: str) -> bool:
        label = parse_integer(value)
        bound = parse_integer(self.values[0]) if len(self.values) == 1 else None
        if label is None or bound is None:
            return False
        return (
            label > bound if self.operator == Operator.GREATER_THAN else label < bound
        )

    def __str__(self) -> str:
        """Render as a query string has it, values in order."""
        if self.operator in _UNARY:
            return ("!" if self.operator == Operator.DOES_NOT_EXIST else "") + self.key
        values = ",".join(sorted(self.values))
        if self.operator in _SETS:
            return f"{self.key} {self.operator} ({values})"
        sign = next((sign for name, sign in _SIGNS if name == self.operator), "")
        return f"{self.key}{sign or self.operator}{values}"


@attrs.frozen
class Selector:
    """Requirements that all must hold, in the order of their keys.

    Attributes:
        nothing: Matches no object at all, whatever is required.
    """

    requirements: tuple[Requirement, ...] = ()
    nothing: bool = False

    @classmethod
    def of(cls, requirements: Iterable[Requirement]) -> "Selector":
        """Return the selector of *requirements*, which come in any order."""
        return cls(tuple(sorted(requirements, key=lambda one: one.key)))

    @property
    def empty(self) -> bool:
        """Whether every object matches."""
        return not self.requirements and not self.nothing

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether *labels* satisfy every requirement."""
        if self.nothing:
            return False
        return all(requirement.matches(labels) for requirement in self.requirements)

    def __str__(self) -> str:
        """Render as a query string; not every selector can be read back."""
        return ",".join(str(requirement) for requirement in self.requirements)


EVERYTHING = Selector()
NOTHING = Selector(nothing=True)


def requirement(
    key: str, operator: Operator | str, values: Iterable[str] = ()
) -> Requirement:
    """Return a requirement that has been judged.

    Raises:
        SelectorError: With the text of every rule that is broken.
    """
    chosen = tuple(values)
    errors = [*key_errors(key, "key"), *_count_errors(operator, chosen)]
    for index, value in enumerate(chosen):
        if messages := label_value(value):
            path = f"values[{index}][{key}]"
            errors.append(invalid_value(path, value, "; ".join(messages)))
    if errors:
        raise SelectorError(aggregate_text(error.text() for error in errors))
    return Requirement(key, operator, chosen)


def key_errors(key: str, path: str = NO_PATH) -> list[FieldError]:
    """Judge the key of a requirement: at most one error, of all messages."""
    messages = qualified_name(key)
    return [invalid_value(path, key, "; ".join(messages))] if messages else []


def _count_errors(
    operator: Operator | str, values: tuple[str, ...]
) -> list[FieldError]:
    detail = ""
    if operator in _SETS and not values:
        detail = "for 'in', 'notin' operators, values set can't be empty"
    elif operator in _EXACT and len(values) != 1:
        detail = "exact-match compatibility requires one single value"
    elif operator in _UNARY and values:
        detail = "values set must be empty for exists and does not exist"
    elif operator in _COMPARING:
        return _comparison_errors(values)
    elif operator not in tuple(Operator):
        known = [known.value for known in Operator]
        return [not_supported("operator", str(operator), known)]
    return [invalid_value("values", list(values), detail)] if detail else []


def _comparison_errors(values: tuple[str, ...]) -> list[FieldError]:
    errors = []
    if len(values) != 1:
        detail = "for 'Gt', 'Lt' operators, exactly one value is required"
        errors.append(invalid_value("values", list(values), detail))
    detail = "for 'Gt', 'Lt' operators, the value must be an integer"
    return errors + [
        invalid_value(f"values[{index}]", value, detail)
        for index, value in enumerate(values)
        if parse_integer(value) is None
    ]


def parse_integer(text: str) -> int | None:
    """Read *text* as a decimal 64-bit integer, or return None."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()):
        return None
    if len(digits.lstrip("0")) > _INT64_DIGITS:
        return None
    number = int(text)
    return number if _INT64_MIN <= number <= _INT64_MAX else None


def from_labels(labels: Mapping[str, str]) -> Selector:
    """Return the selector for exactly these *labels*, **unchecked**.

    * **Never fails**: nothing looks at keys or values.
    * **May not read back**: the text of the result is judged by whoever parses it.
    """
    return Selector.of(
        Requirement(key, Operator.EQUALS, (value,)) for key, value in labels.items()
    )


def printed(wire: Json) -> Printed:
    """Return a ``LabelSelector`` for a message; it has no fields beside the known."""
    labels = wire.get("matchLabels") or {}
    expressions = wire.get("matchExpressions") or []
    known = {"matchLabels": labels, "matchExpressions": expressions}
    shown = ", ".join(map(_printed_requirement, expressions))
    return Printed(
        f"v1.LabelSelector{{MatchLabels:{_printed('map[string]string', labels)}, "
        "MatchExpressions:[]v1.LabelSelectorRequirement"
        f"{f'{{{shown}}}' if expressions else '(nil)'}}}",
        {name: value for name, value in known.items() if value},
    )


def _printed_requirement(wire: Json) -> str:
    return (
        f"v1.LabelSelectorRequirement{{Key:{quote(wire.get('key') or '')}, "
        f"Operator:{quote(wire.get('operator') or '')}, "
        f"Values:{_printed('[]string', wire.get('values'))}}}"
    )


def _printed(go_type: str, value: Any) -> str:
    return render(value) if value else f"{go_type}(nil)"


def from_label_selector(wire: Json | None) -> Selector:
    """Return the selector that a ``LabelSelector`` in a spec means.

    * **None selects nothing**, while an empty one selects everything.

    Raises:
        SelectorError: A key, operator or value is not valid.
    """
    if wire is None:
        return NOTHING
    requirements = [
        requirement(key, Operator.EQUALS, (value,))
        for key, value in (wire.get("matchLabels") or {}).items()
    ]
    for expression in wire.get("matchExpressions") or ():
        operator = _API_OPERATORS.get(expression.get("operator", ""))
        if operator is None:
            named = quote(expression.get("operator", ""))
            raise SelectorError(f"{named} is not a valid label selector operator")
        values = expression.get("values") or ()
        requirements.append(requirement(expression.get("key", ""), operator, values))
    return Selector.of(requirements)
