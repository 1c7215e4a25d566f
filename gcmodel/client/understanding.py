"""What a client makes of an error: less than the server said, at times.

Upstream: ``transformResponse``, ``newUnstructuredResponseError`` and ``Watch`` in
client-go rest/request.go; ``NewGenericServerResponse`` in apimachinery
pkg/api/errors/errors.go
"""

import re

from gcmodel.apiserver.requests import Request
from gcmodel.errors import ApiError, Status, error_of
from gcmodel.faults.kinds import Refuse
from gcmodel.faults.refusals import worded
from gcmodel.faults.requests import RequestFacts
from gcmodel.objects.identity import GroupResource

SERVER_ERROR = 500
UNEXPECTED = "UnexpectedServerResponse"
_TARGET = re.compile(r" \((?:get|post|put|patch|delete) [^()]*\)$")


def understood(request: Request, error: ApiError, *, by_path: bool) -> ApiError:
    """Return *error* as the client that sent *request* reports it.

    * **Watches do not read**: the body of a failure that opens no watch is left
      unread, so that only the code is known.
    * **By path, by no name**: a client that asks by path cannot say which resource
      it was that nobody answered for.
    """
    if request.verb == "watch" and error.code == SERVER_ERROR:
        return _unread(request, error, by_path=by_path)
    if by_path and any(cause.reason == UNEXPECTED for cause in error.status.causes):
        return _nameless(error)
    return error


def broken_stream(detail: str) -> ApiError:
    """Return the error into which a watch turns whose stream cannot be read on."""
    text = f"unable to decode an event from the watch stream: {detail}"
    generic = _generic(SERVER_ERROR, GroupResource("", ""))
    message = generic.message.replace("unknown", text)
    return error_of(Status(SERVER_ERROR, generic.reason, message))


def _unread(request: Request, error: ApiError, *, by_path: bool) -> ApiError:
    named = GroupResource("", "") if by_path else request.resource.group_resource
    generic = _generic(error.code, named)
    return error_of(Status(error.code, generic.reason, generic.message))


def _nameless(error: ApiError) -> ApiError:
    status = error.status
    message = _TARGET.sub("", status.message)
    return error_of(
        Status(status.code, status.reason, message, status.causes, status.details)
    )


def _generic(code: int, resource: GroupResource) -> Refuse:
    effect = worded(Refuse(code), RequestFacts(verb="watch", resource=resource))
    assert isinstance(effect, Refuse), "a refusal stays one"
    return effect
