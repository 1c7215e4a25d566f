"""Every exception that this package raises on purpose.

* GcModelError
  x ApiError                    the simulated server said no; controllers handle it
    + BadRequestError           400
    + ForbiddenError            403
    + NotFoundError             404
    + MethodNotAllowedError     405
    + ConflictError             409 Conflict
    + AlreadyExistsError        409 AlreadyExists
    + ExpiredError              410
    + RequestTooLargeError      413
    + UnsupportedMediaTypeError 415
    + InvalidError              422
    + TooManyRequestsError      429
    + InternalServerError       500
    + ServiceUnavailableError   503
    + ServerTimeoutError        504
  x ReconcileError              a controller could not finish; it will try again
  x UsageError                  the caller asked for what cannot be (also ValueError)
  x SimulationError             the run cannot go on; nobody handles it
    + StalledError              something is awaited, yet nothing is due
    + StepLimitError            the run took more steps than it was given
  x PropertyViolationError      the run went on, into a state that must not be
"""

from collections.abc import Callable, Mapping
from typing import Any

import attrs


class GcModelError(Exception):
    """Base of the hierarchy: catch this to catch all that gcmodel raises."""


@attrs.frozen
class StatusCause:
    """One field error inside a Status, as ``details.causes`` lists it."""

    reason: str
    message: str
    field: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Render in wire form, without what is empty."""
        wire = {"reason": self.reason, "message": self.message, "field": self.field}
        return {key: value for key, value in wire.items() if value}


@attrs.frozen
class Status:
    """A ``v1 Status``: how the API server says that a request went.

    Upstream: ``Status`` in apimachinery pkg/apis/meta/v1/types.go
    """

    code: int
    reason: str = ""
    message: str = ""
    causes: tuple[StatusCause, ...] = ()
    details: Mapping[str, Any] = attrs.field(factory=dict)

    @property
    def is_success(self) -> bool:
        """Whether the request was carried out."""
        return self.code < 400  # noqa: PLR2004  (HTTP)

    def to_dict(self) -> dict[str, Any]:
        """Render in wire form."""
        details: dict[str, Any] = dict(self.details)
        if self.causes:
            details["causes"] = [cause.to_dict() for cause in self.causes]
        wire: dict[str, Any] = {"kind": "Status", "apiVersion": "v1", "metadata": {}}
        wire["status"] = "Success" if self.is_success else "Failure"
        optional = {"message": self.message, "reason": self.reason, "details": details}
        wire |= {key: value for key, value in optional.items() if value}
        return wire if self.is_success else wire | {"code": self.code}


class ApiError(GcModelError):
    """An answer of the simulated API server other than success.

    Attributes:
        warnings: The texts of its ``Warning`` headers.
        place: Where the object that was refused stands in its source; may be empty.
        second_look: The server words this refusal by what it finds when it looks
            again, a moment later; None if it does not look.
    """

    warnings: tuple[str, ...] = ()
    place: str = ""
    second_look: Callable[[], "ApiError"] | None = None

    def __init__(self, status: Status) -> None:
        """Keep the Status; the message is its message."""
        super().__init__(status)
        self.status = status

    @property
    def code(self) -> int:
        """The HTTP status."""
        return self.status.code

    @property
    def reason(self) -> str:
        """The machine-readable reason, as upstream spells it; may be empty."""
        return self.status.reason

    @property
    def message(self) -> str:
        """The text that a client prints."""
        return self.status.message

    def __str__(self) -> str:
        """Render as client-go does: the message, after its place if it has one."""
        return ": ".join(filter(None, (self.place, self.status.message)))


class BadRequestError(ApiError):
    """The request makes no sense to the server."""


class ForbiddenError(ApiError):
    """The caller may not do this, or nobody may do it now."""


class NotFoundError(ApiError):
    """No object, or no resource, lives at that name."""


class MethodNotAllowedError(ApiError):
    """The resource does not know the verb."""


class ConflictError(ApiError):
    """A precondition, or the resource version, did not match."""


class AlreadyExistsError(ApiError):
    """An object of that name lives, or is still being deleted."""


class ExpiredError(ApiError):
    """The resource version, or the continue token, is too old."""


class RequestTooLargeError(ApiError):
    """The body is too large."""


class UnsupportedMediaTypeError(ApiError):
    """The resource does not take that kind of patch."""


class InvalidError(ApiError):
    """The object, or the options, broke a rule; ``status.causes`` says which."""


class TooManyRequestsError(ApiError):
    """The server asks the client to slow down."""


class InternalServerError(ApiError):
    """The server failed; the reason may be empty, as for any raw error upstream."""


class ServiceUnavailableError(ApiError):
    """Nobody answers for that group at the moment."""


class ServerTimeoutError(ApiError):
    """The server, or the client's patience, ran out of time."""


_BY_CODE: dict[int, type[ApiError]] = {
    400: BadRequestError,
    403: ForbiddenError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    409: ConflictError,
    410: ExpiredError,
    413: RequestTooLargeError,
    415: UnsupportedMediaTypeError,
    422: InvalidError,
    429: TooManyRequestsError,
    500: InternalServerError,
    503: ServiceUnavailableError,
    504: ServerTimeoutError,
}


def api_error(
    code: int,
    reason: str,
    message: str,
    *,
    causes: tuple[StatusCause, ...] = (),
    details: Mapping[str, Any] | None = None,
) -> ApiError:
    """Return the ApiError whose class fits *code* and *reason*."""
    status = Status(code, reason, message, causes, details or {})
    return error_of(status)


def error_of(status: Status) -> ApiError:
    """Return the ApiError that carries *status*."""
    if status.reason == "AlreadyExists":
        return AlreadyExistsError(status)
    return _BY_CODE.get(status.code, ApiError)(status)


class ReconcileError(GcModelError):
    """A controller could not finish with an object, for a reason of its own.

    The server did not say no; what the controller sees does not allow it to go on.
    It is retried as an ApiError is.
    """


SHOWN_MAX = 100
"""Characters of a caller's value that a message shows."""


def shown(value: object) -> str:
    """Return *value* as a message shows it: on one line, and not without end.

    >>> shown("a" * 1000) == "'" + "a" * 99 + "…"
    True
    """
    try:
        text = " ".join(repr(value).split("\n"))
    except ValueError:  # Python does not print such a number
        text = "a number of thousands of digits"
    return text if len(text) <= SHOWN_MAX else text[:SHOWN_MAX] + "…"


class UsageError(GcModelError, ValueError):
    """What the caller passed cannot be: the call is to be corrected.

    The message is one line that shows the value, the rule and the way out.
    """


class SimulationError(GcModelError):
    """The run cannot go on.

    Carries what is needed to see it again: seed, virtual time, the task that ran or
    was due next, and the command that replays it.
    """

    def __init__(self, problem: str, seed: int, at_ns: int, task: str = "") -> None:
        """Keep the parts; the message is made of them."""
        super().__init__(problem, seed, at_ns, task)
        self.problem = problem
        self.seed = seed
        self.at_ns = at_ns
        self.task = task
        self.replay = ""

    def __str__(self) -> str:
        """Render as one line."""
        parts = [f"{self.problem} (seed {self.seed}, t={self.at_ns / 1e9:.3f}s"]
        if self.task:
            parts.append(f", task {self.task}")
        parts.append(")")
        if self.replay:
            parts.append(f"; replay: {self.replay}")
        return "".join(parts)


class StalledError(SimulationError):
    """A condition is awaited, yet nothing that could bring it is due."""


class StepLimitError(SimulationError):
    """The run took more steps than it was given."""


class PropertyViolationError(GcModelError, AssertionError):
    """A state that must not be was reached."""
