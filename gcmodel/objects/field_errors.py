"""What is wrong with one field, and how several such errors become one refusal.

Upstream: ``Error`` and ``ErrorList`` in apimachinery
pkg/util/validation/field/errors.go; ``NewInvalid`` in pkg/api/errors/errors.go
"""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

import attrs

from gcmodel.errors import InvalidError, Status, StatusCause
from gcmodel.objects.go_values import quote, render
from gcmodel.objects.identity import GroupKind


class FieldErrorType(Enum):
    """What kind of wrong: the reason of the cause, and the words that open the text."""

    NOT_FOUND = ("FieldValueNotFound", "Not found")
    REQUIRED = ("FieldValueRequired", "Required value")
    DUPLICATE = ("FieldValueDuplicate", "Duplicate value")
    INVALID = ("FieldValueInvalid", "Invalid value")
    NOT_SUPPORTED = ("FieldValueNotSupported", "Unsupported value")
    FORBIDDEN = ("FieldValueForbidden", "Forbidden")
    TOO_LONG = ("FieldValueTooLong", "Too long")
    TOO_MANY = ("FieldValueTooMany", "Too many")
    INTERNAL = ("InternalError", "Internal error")
    TYPE_INVALID = ("FieldValueTypeInvalid", "Invalid value")

    @property
    def reason(self) -> str:
        """The reason, as ``details.causes`` spells it."""
        return self.value[0]

    @property
    def text(self) -> str:
        """The opening words."""
        return self.value[1]


_VALUELESS = frozenset(
    {
        FieldErrorType.REQUIRED,
        FieldErrorType.FORBIDDEN,
        FieldErrorType.TOO_LONG,
        FieldErrorType.INTERNAL,
    }
)


@attrs.frozen
class FieldError:
    """One field that breaks one rule.

    Attributes:
        path: Where, such as ``metadata.finalizers[0]``.
        value: The offending value, for the types that print it.
        detail: The rule, in the server's words; may be empty.
    """

    type: FieldErrorType
    path: str
    value: Any = None
    detail: str = ""

    def body(self, *, composite_as_json: bool = False) -> str:
        """Render all but the path: what a cause says."""
        parts = [self.type.text]
        if self.type not in _VALUELESS:
            parts.append(render(self.value, composite_as_json=composite_as_json))
        if self.detail:
            parts.append(self.detail)
        return ": ".join(parts)

    def text(self, *, composite_as_json: bool = False) -> str:
        """Render with the path, as messages have it."""
        return f"{self.path}: {self.body(composite_as_json=composite_as_json)}"

    def __str__(self) -> str:
        """Render with the path, composite values in Go syntax."""
        return self.text()

    def cause(self, *, composite_as_json: bool = False) -> StatusCause:
        """Return the entry in ``details.causes``."""
        body = self.body(composite_as_json=composite_as_json)
        return StatusCause(self.type.reason, body, self.path)


def invalid_value(path: str, value: Any, detail: str) -> FieldError:
    """*value* breaks a rule."""
    return FieldError(FieldErrorType.INVALID, path, value, detail)


def required(path: str, detail: str = "") -> FieldError:
    """A value is missing."""
    return FieldError(FieldErrorType.REQUIRED, path, None, detail)


def forbidden_value(path: str, detail: str) -> FieldError:
    """No value may stand there now."""
    return FieldError(FieldErrorType.FORBIDDEN, path, None, detail)


def not_supported(path: str, value: Any, supported: Sequence[str]) -> FieldError:
    """*value* is none of *supported*."""
    detail = "supported values: " + ", ".join(quote(name) for name in supported)
    return FieldError(FieldErrorType.NOT_SUPPORTED, path, value, detail)


def too_long(path: str, limit: int, wording: str = "must have at most") -> FieldError:
    """More than *limit* bytes; *wording* changed over the releases."""
    return FieldError(FieldErrorType.TOO_LONG, path, None, f"{wording} {limit} bytes")


def aggregate_text(messages: Iterable[str]) -> str:
    """Join *messages*: each said once, and brackets only around several.

    >>> aggregate_text(["a: no", "b: no", "a: no"])
    '[a: no, b: no]'
    """
    distinct = list(dict.fromkeys(messages))
    if len(distinct) == 1:
        return distinct[0]
    return f"[{', '.join(distinct)}]"


def invalid(
    group_kind: GroupKind,
    name: str,
    errors: Sequence[FieldError],
    *,
    composite_as_json: bool = False,
) -> InvalidError:
    """Return the 422 that says what is wrong with the object *name*.

    * **Said once**: the message repeats no text.
    * **All counted**: the causes keep every error, in order.

    Args:
        group_kind: What the object is; with an empty kind for a bare patch.
        name: Of the object; empty for options.
        errors: At least one, in the order of validation.
        composite_as_json: As the version of the server prints composite values.
    """
    assert errors, "an object without errors is valid"
    texts = [error.text(composite_as_json=composite_as_json) for error in errors]
    message = f"{group_kind} {quote(name)} is invalid: {aggregate_text(texts)}"
    causes = [error.cause(composite_as_json=composite_as_json) for error in errors]
    details = {"name": name, "group": group_kind.group, "kind": group_kind.kind}
    return InvalidError(
        Status(
            422,
            "Invalid",
            message,
            tuple(causes),
            {key: value for key, value in details.items() if value},
        )
    )
