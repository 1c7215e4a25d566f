"""One field error, and the refusal that several make."""

import pytest

from gcmodel.errors import Status, StatusCause
from gcmodel.objects.field_errors import (
    FieldError,
    FieldErrorType,
    aggregate_text,
    forbidden_value,
    invalid,
    invalid_value,
    not_supported,
    required,
    too_long,
)
from gcmodel.objects.identity import GroupKind


@pytest.mark.parametrize(
    ("error", "text", "reason"),
    [
        (invalid_value("a.b", "x", "no"), 'a.b: Invalid value: "x": no', "Invalid"),
        (invalid_value("a", None, "no"), 'a: Invalid value: "null": no', "Invalid"),
        (required("a"), "a: Required value", "Required"),
        (required("a", "say so"), "a: Required value: say so", "Required"),
        (forbidden_value("a", "no"), "a: Forbidden: no", "Forbidden"),
        (
            not_supported("a", "x", ["b", "c"]),
            'a: Unsupported value: "x": supported values: "b", "c"',
            "NotSupported",
        ),
        (too_long("a", 9), "a: Too long: must have at most 9 bytes", "TooLong"),
        (
            FieldError(FieldErrorType.DUPLICATE, "a", 3),
            "a: Duplicate value: 3",
            "Duplicate",
        ),
        (
            FieldError(FieldErrorType.TYPE_INVALID, "a", True, "no"),
            "a: Invalid value: true: no",
            "TypeInvalid",
        ),
    ],
)
def test_text_and_cause(error, text, reason):
    """The text has the path, the cause has it apart."""
    path, body = text.split(": ", 1)
    cause = StatusCause(f"FieldValue{reason}", body, path)
    assert (str(error), error.cause()) == (text, cause)


def test_composite_values_print_as_json_if_asked():
    """Only the value changes its form."""
    error = invalid_value("a", ["x"], "no")
    assert error.text(composite_as_json=True) == 'a: Invalid value: ["x"]: no'


def test_equal_messages_are_said_once():
    """One distinct message stands bare, several stand in brackets."""
    assert (aggregate_text(["a", "a"]), aggregate_text(["a", "b", "a"])) == (
        "a",
        "[a, b]",
    )


def test_refusal_says_once_and_counts_all():
    """The message repeats nothing, while the causes keep every error."""
    error = required("metadata.name", "missing")

    refusal = invalid(GroupKind("apps", "Deployment"), "web", [error, error])

    message = 'Deployment.apps "web" is invalid: metadata.name: Required value: missing'
    cause = StatusCause(
        "FieldValueRequired", "Required value: missing", "metadata.name"
    )
    details = {"name": "web", "group": "apps", "kind": "Deployment"}
    assert refusal.status == Status(422, "Invalid", message, (cause, cause), details)


def test_refusal_of_options_has_no_name():
    """Options are refused under their kind and an empty name."""
    refusal = invalid(GroupKind("meta.k8s.io", "DeleteOptions"), "", [required("a")])
    assert refusal.message == (
        'DeleteOptions.meta.k8s.io "" is invalid: a: Required value'
    )
