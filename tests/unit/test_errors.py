"""The tree of exceptions: what each says, and that it survives a process boundary."""

import pickle

import pytest

from gcmodel.errors import (
    AlreadyExistsError,
    ApiError,
    BadRequestError,
    ConflictError,
    ExpiredError,
    ForbiddenError,
    GcModelError,
    InternalServerError,
    InvalidError,
    MethodNotAllowedError,
    NotFoundError,
    PropertyViolationError,
    RequestTooLargeError,
    ServerTimeoutError,
    ServiceUnavailableError,
    SimulationError,
    StalledError,
    Status,
    StatusCause,
    StepLimitError,
    TooManyRequestsError,
    UnsupportedMediaTypeError,
    UsageError,
    api_error,
    error_of,
)

CLASSES = [
    (400, "BadRequest", BadRequestError),
    (403, "Forbidden", ForbiddenError),
    (404, "NotFound", NotFoundError),
    (405, "MethodNotAllowed", MethodNotAllowedError),
    (409, "Conflict", ConflictError),
    (409, "AlreadyExists", AlreadyExistsError),
    (410, "Expired", ExpiredError),
    (413, "RequestEntityTooLarge", RequestTooLargeError),
    (415, "UnsupportedMediaType", UnsupportedMediaTypeError),
    (422, "Invalid", InvalidError),
    (429, "TooManyRequests", TooManyRequestsError),
    (500, "InternalError", InternalServerError),
    (500, "", InternalServerError),
    (503, "ServiceUnavailable", ServiceUnavailableError),
    (504, "Timeout", ServerTimeoutError),
    (418, "Teapot", ApiError),
]


@pytest.mark.parametrize(("code", "reason", "kind"), CLASSES)
def test_code_and_reason_decide_the_class(code, reason, kind):
    """Each answer of the server has a class of its own, and prints as its message."""
    error = api_error(code, reason, "no")

    assert type(error) is kind
    assert (error.code, error.reason, error.message) == (code, reason, "no")
    assert str(error) == "no"


def test_status_in_wire_form():
    """A Status is written as the server writes it, causes within its details."""
    causes = (StatusCause("FieldValueRequired", "Required value", "metadata.name"),)
    error = api_error(422, "Invalid", "bad", causes=causes, details={"kind": "Pod"})

    assert error.status.to_dict() == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "bad",
        "reason": "Invalid",
        "details": {
            "kind": "Pod",
            "causes": [
                {
                    "reason": "FieldValueRequired",
                    "message": "Required value",
                    "field": "metadata.name",
                }
            ],
        },
        "code": 422,
    }


def test_success_in_wire_form():
    """A Status of success carries no code, and leaves out what is empty."""
    status = Status(200, details={"name": "web"})

    assert status.to_dict() == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": {"name": "web"},
    }


def test_cause_without_field():
    """A cause that concerns no field names none."""
    assert StatusCause("Some", "thing").to_dict() == {
        "reason": "Some",
        "message": "thing",
    }


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            StepLimitError("too many steps", seed=7, at_ns=1_500_000_000, task="gc-0"),
            "too many steps (seed 7, t=1.500s, task gc-0)",
        ),
        (
            StalledError("nothing is due", seed=0, at_ns=0),
            "nothing is due (seed 0, t=0.000s)",
        ),
    ],
)
def test_simulation_errors_say_how_to_see_them_again(error, text):
    """A run that cannot go on says seed, time, task and the command that replays it."""
    assert str(error) == text

    error.replay = "gcmodel run web --seed 7"

    assert str(error) == f"{text}; replay: gcmodel run web --seed 7"


ALL = [
    *(api_error(code, reason, "no") for code, reason, _ in CLASSES),
    UsageError("x=1: must be 2; write 2"),
    SimulationError("p", seed=1, at_ns=2, task="t"),
    StalledError("p", seed=1, at_ns=2),
    StepLimitError("p", seed=1, at_ns=2),
    PropertyViolationError("no object outlives its owners"),
]


@pytest.mark.parametrize("error", ALL, ids=lambda error: type(error).__name__)
def test_errors_cross_process_boundaries(error):
    """Every error can be sent to another process with all that it carries."""
    error.replay = "again"

    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  (made a line above)

    assert isinstance(copy, GcModelError)
    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))


def test_error_of_status():
    """The error for a Status carries that very Status."""
    status = Status(404, "NotFound", "no")

    assert error_of(status).status is status


def test_two_families_are_also_builtin():
    """Wrong use is a ValueError too, and a broken property an AssertionError."""
    assert issubclass(UsageError, ValueError)
    assert issubclass(PropertyViolationError, AssertionError)
