r"""Field selectors: equality on a few fields that the server has indexed by hand.

Upstream: apimachinery pkg/fields/selector.go; the conversions of field labels in
pkg/runtime/conversion.go and apiextensions-apiserver pkg/apiserver
"""

from collections.abc import Collection, Iterator, Mapping

import attrs

from gcmodel.objects.go_values import quote
from gcmodel.objects.metadata import KubeObject
from gcmodel.objects.selectors import SelectorError

DEFAULT_FIELDS = ("metadata.name", "metadata.namespace")
"""What every kind can be selected by."""

_OPERATORS = ("!=", "==", "=")
_ESCAPABLE = "\\,="


@attrs.frozen
class FieldTerm:
    """One field that must have a value, or must not."""

    field: str
    value: str
    equal: bool = True

    def matches(self, fields: Mapping[str, str]) -> bool:
        """Whether *fields* satisfy this; an absent field is empty."""
        return (fields.get(self.field, "") == self.value) == self.equal


@attrs.frozen
class FieldSelector:
    """Terms that all must hold, in the order in which they were written."""

    terms: tuple[FieldTerm, ...] = ()

    def matches(self, fields: Mapping[str, str]) -> bool:
        """Whether *fields* satisfy every term."""
        return all(term.matches(fields) for term in self.terms)

    def check_fields(
        self, known: Collection[str] = DEFAULT_FIELDS, *, custom: bool = False
    ) -> None:
        """Refuse fields that the kind cannot be selected by.

        Args:
            known: What the kind can be selected by.
            custom: The kind is a custom resource, whose error reads otherwise.

        Raises:
            SelectorError: With the text that the server answers.
        """
        for term in self.terms:
            if term.field in known:
                continue
            if custom or tuple(known) != DEFAULT_FIELDS:
                raise SelectorError(f"field label not supported: {term.field}")
            names = ", ".join(quote(name) for name in DEFAULT_FIELDS)
            named = quote(term.field)
            raise SelectorError(f"{named} is not a known field selector: only {names}")


def parse_field_selector(text: str) -> FieldSelector:
    """Read a field selector such as ``metadata.name=a,metadata.namespace!=b``.

    Raises:
        SelectorError: With the text that the server answers.
    """
    return FieldSelector(tuple(_term(part, text) for part in _split(text) if part))


def default_fields(stored: KubeObject) -> dict[str, str]:
    """Return the fields of *stored* that every kind can be selected by."""
    return dict(zip(DEFAULT_FIELDS, (stored.name, stored.namespace), strict=True))


def _term(part: str, text: str) -> FieldTerm:
    for index in range(len(part)):
        for operator in _OPERATORS:
            if part.startswith(operator, index):
                value = _unescape(part[index + len(operator) :])
                return FieldTerm(part[:index], value, equal=operator != "!=")
    raise SelectorError(f"invalid selector: '{text}'; can't understand '{part}'")


def _split(text: str) -> Iterator[str]:
    start, escaped = 0, False
    for index, character in enumerate(text):
        if character == "," and not escaped:
            yield text[start:index]
            start = index + 1
        escaped = character == "\\" and not escaped
    yield text[start:]


def _unescape(value: str) -> str:
    if not any(character in value for character in _ESCAPABLE):
        return value
    plain, escaped = "", False
    for character in value:
        if escaped and character not in _ESCAPABLE:
            raise SelectorError(
                f"invalid field selector: invalid escape sequence: \\{character}"
            )
        if not escaped and character in ",=":
            # Upstream prints the number of the character, not the character.
            raise SelectorError(
                "invalid field selector: unescaped character in value: "
                f"{ord(character)}"
            )
        escaped = character == "\\" and not escaped
        plain += "" if escaped else character
    if escaped:
        raise SelectorError("invalid field selector: invalid escape sequence: \\")
    return plain
