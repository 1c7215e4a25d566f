"""The words of an answer that a fault gives in the server's place.

The founding case needs none of this: there a real server words its own error.
"""

import json

from gcmodel.faults.kinds import Effect, Forbid, Refuse
from gcmodel.faults.requests import RequestFacts


def worded(effect: Effect, facts: RequestFacts) -> Effect:
    """Return *effect* with the code, reason and message that the caller will see."""
    match effect:
        case Forbid():
            return _forbidden(facts)
        case Refuse(code, message=""):
            return _bare(code, facts)
        case _:
            return effect


def _forbidden(facts: RequestFacts) -> Refuse:
    # NewForbidden in apimachinery pkg/api/errors/errors.go, and ForbiddenMessage
    # in apiserver pkg/endpoints/handlers/responsewriters/errors.go
    who = _quoted(facts.user)
    if not facts.resource.resource:
        verb = "get" if facts.verb == "discover" else facts.verb
        text = f"forbidden: User {who} cannot {verb} path {_quoted(facts.path)}"
        return Refuse(403, "Forbidden", text)
    where = "at the cluster scope"
    if facts.namespace:
        where = f"in the namespace {_quoted(facts.namespace)}"
    target = str(facts.resource)
    if facts.name and facts.verb != "create":
        target = f"{target} {_quoted(facts.name)}"
    text = (
        f"{target} is forbidden: User {who} cannot {facts.verb} "
        f'resource "{facts.resource.resource}" '
        f'in API group "{facts.resource.group}" {where}'
    )
    return Refuse(403, "Forbidden", text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


_HTTP_VERBS = {
    "create": "post",
    "update": "put",
    "patch": "patch",
    "delete": "delete",
    "deletecollection": "delete",
}

_BARE = {
    400: ("BadRequest", "the server rejected our request for an unknown reason"),
    401: (
        "Unauthorized",
        "the server has asked for the client to provide credentials",
    ),
    403: ("Forbidden", "unknown"),
    404: ("NotFound", "the server could not find the requested resource"),
    405: (
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
    ),
    406: (
        "NotAcceptable",
        "the server was unable to respond with a content type that the client supports",
    ),
    409: ("Conflict", "the server reported a conflict"),
    415: ("UnsupportedMediaType", "unknown"),
    422: (
        "Invalid",
        "the server rejected our request due to an error in our request",
    ),
    429: (
        "TooManyRequests",
        "the server has received too many requests and has asked us to try again later",
    ),
    503: (
        "ServiceUnavailable",
        "the server is currently unable to handle the request",
    ),
    504: (
        "Timeout",
        (
            "the server was unable to return a response in the time allotted, "
            "but may still be processing the request"
        ),
    ),
}

_SERVER_ERROR = 500
_CONFLICT = 409

_UNKNOWN = (
    "the server responded with the status code %d but did not return more information"
)
_INTERNAL = (
    'an error on the server ("unknown") has prevented the request from succeeding'
)


def _bare(code: int, facts: RequestFacts) -> Refuse:
    # NewGenericServerResponse in apimachinery pkg/api/errors/errors.go: what a
    # client says of an answer without a Status. It knows HTTP verbs only.
    other = (
        ("InternalError", _INTERNAL) if code >= _SERVER_ERROR else ("", _UNKNOWN % code)
    )
    reason, text = _BARE.get(code, other)
    verb = _HTTP_VERBS.get(facts.verb, "get")
    if (code, verb) == (_CONFLICT, "post"):
        reason = "AlreadyExists"
    if facts.resource.resource:
        name = f" {facts.name}" if facts.name else ""
        text = f"{text} ({verb} {facts.resource}{name})"
    return Refuse(code, reason, text)
