"""What can go wrong, and with whom: matches, effects, faults. Values, and no more.

The founding incident is one of them: *LIST tokens.ext.cattle.io by
system:kube-controller-manager -> 500*. That line is also its text form; see
:mod:`gcmodel.faults.text`.
"""

import re
from typing import Any, TypeAlias

import attrs

from gcmodel.errors import ApiError, UsageError, api_error
from gcmodel.objects.identity import GroupResource

ANY = "*"
"""As a whole pattern, or as a part of one: whatever stands there."""

VERBS = (
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "discover",
)

ANY_RESOURCE = GroupResource(ANY, ANY)

_CODE_MIN, _CODE_MAX = 400, 599
_REASON = re.compile(r"[A-Za-z]*")
_STORE_KEY = re.compile(r"/registry(/[^/\s]+){2,4}")


def _group_resource(value: object) -> GroupResource:
    if isinstance(value, GroupResource):
        return value
    if not isinstance(value, str) or value.split() != [value]:
        raise UsageError(
            f"resource={value!r}: must be the plural name and its group; "
            "write pods, deployments.apps, *.ext.cattle.io or *"
        )
    if value != value.lower():
        raise UsageError(
            f"resource={value!r}: must be the plural name in lower case; "
            "write pods, not Pods or Pod"
        )
    if value == ANY:
        return ANY_RESOURCE
    resource, _, group = value.partition(".")
    return GroupResource(group, resource)


def _verbs(value: object) -> tuple[str, ...]:
    if value == ANY:
        return VERBS
    words = value.split(",") if isinstance(value, str) else value
    chosen = words if isinstance(words, list | tuple) and words else (words,)
    for word in chosen:
        if not isinstance(word, str) or word.lower() not in VERBS:
            raise UsageError(
                f"verb={word!r}: not a verb of the API; "
                f"use * or some of {', '.join(VERBS)}"
            )
    return tuple(word.lower() for word in chosen)


def _check_text(_: object, field: "attrs.Attribute[Any]", value: object) -> None:
    if not isinstance(value, str):
        raise UsageError(
            f"{field.name}={value!r}: must be a string; write * for any, "
            "or leave it out"
        )


def _check_count(least: int) -> Any:
    hint = "; write nanoseconds, such as 5 * SECOND"

    def check(_: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if value is None and field.default is None:
            return
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise UsageError(
                f"{field.name}={value!r}: must be a whole number of {least} or more"
                + ("; leave it out for no limit" if field.default is None else hint)
            )

    return check


@attrs.frozen(kw_only=True)
class Match:
    """Which requests: every field given must fit, and ``*`` stands for anything.

    Attributes:
        verb: One verb, several (``list,watch``, or a tuple), or ``*``.
        resource: As error messages print it, or a GroupResource.
        namespace: The empty string fits requests that name no namespace only: those
            for cluster-scoped objects, and those across all namespaces.
        name: The empty string fits requests that name no object only.
        user: Who asks, such as ``system:serviceaccount:kube-system:*``.
        path: What a discovery request asks for, such as ``/apis/ext.cattle.io/v1``.
    """

    verb: tuple[str, ...] = attrs.field(default=VERBS, converter=_verbs)
    resource: GroupResource = attrs.field(
        default=ANY_RESOURCE, converter=_group_resource
    )
    namespace: str = attrs.field(default=ANY, validator=_check_text)
    name: str = attrs.field(default=ANY, validator=_check_text)
    user: str = attrs.field(default=ANY, validator=_check_text)
    path: str = attrs.field(default=ANY, validator=_check_text)

    @path.validator
    def _check_path(self, _: object, value: str) -> None:
        if value == ANY:
            if self.verb == ("discover",) and self.resource != ANY_RESOURCE:
                raise UsageError(
                    f"resource={str(self.resource)!r}: discovery asks for a path; "
                    "write the path, such as /apis/apps/v1"
                )
            return
        if self.resource != ANY_RESOURCE or "discover" not in self.verb:
            raise UsageError(
                f"path={value!r}: only discovery asks for a path; "
                "match the verb discover and no resource, or leave it out"
            )


@attrs.frozen
class Refuse:
    """The request is answered with an error, and reaches nobody.

    With a *message* the answer is a ``Status`` as given. Without, it is a bare HTTP
    status, as a broken proxy sends it, of which the client makes what it can.

    Attributes:
        code: The HTTP status, 400 to 599.
        reason: As upstream spells it; empty, as a raw Go error has it.
    """

    code: int = attrs.field()
    reason: str = attrs.field(default="")
    message: str = attrs.field(default="", validator=_check_text)

    @code.validator
    def _check_code(self, _: object, value: object) -> None:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not _CODE_MIN <= int(str(value)) <= _CODE_MAX:
            raise UsageError(
                f"code={value!r}: must be an HTTP status from 400 to 599; "
                "use 500 for a server that fails, 503 for one that is not there"
            )

    @reason.validator
    def _check_reason(self, _: object, value: object) -> None:
        if not isinstance(value, str) or not _REASON.fullmatch(value):
            raise UsageError(
                f"reason={value!r}: must be one word, as upstream spells it; "
                "write InternalError, Timeout or the like, or leave it out"
            )
        if value and not self.message:
            raise UsageError(
                f"reason={value!r}: needs a message, since a bare HTTP status "
                "carries neither; give both or leave both out"
            )

    def error(self) -> ApiError:
        """Return what the caller of the API gets."""
        return api_error(self.code, self.reason, self.message)


@attrs.frozen
class Forbid:
    """The caller lacks the right: 403, in the words of the server's authorizer."""


@attrs.frozen
class Delay:
    """The request arrives later than the network alone explains."""

    duration_ns: int = attrs.field(validator=_check_count(0))


@attrs.frozen
class Hang:
    """The request is never answered: the client's patience ends it."""


@attrs.frozen
class DropWatch:
    """The watch is established and then breaks off, without an error."""


@attrs.frozen
class ConnectionRefused:
    """Nobody takes the call."""


Effect: TypeAlias = Refuse | Forbid | Delay | Hang | DropWatch | ConnectionRefused


@attrs.frozen
class Fault:
    """What happens to the requests that match, and when it happens.

    Attributes:
        times: How many requests suffer it; all, if left out.
        after_ns: Virtual time from which it holds.
        until_ns: Virtual time from which it holds no more; never, if left out.
        probability: Of each request that matches; drawn, so part of the seed.
    """

    match: Match = attrs.field()
    effect: Effect = attrs.field()
    times: int | None = attrs.field(
        default=None, kw_only=True, validator=_check_count(1)
    )
    after_ns: int = attrs.field(default=0, kw_only=True, validator=_check_count(0))
    until_ns: int | None = attrs.field(
        default=None, kw_only=True, validator=_check_count(0)
    )
    probability: float = attrs.field(default=1.0, kw_only=True)

    @match.validator
    def _check_match(self, _: object, value: object) -> None:
        if not isinstance(value, Match):
            raise UsageError(
                f"match={value!r}: must be a Match; write Match(verb=…, resource=…)"
            )

    @effect.validator
    def _check_effect(self, _: object, value: object) -> None:
        if not isinstance(value, Effect):
            raise UsageError(
                f"effect={value!r}: not an effect; use Refuse(500), Forbid(), "
                "Delay(ns), Hang(), DropWatch() or ConnectionRefused()"
            )
        if isinstance(value, DropWatch) and self.match.verb != ("watch",):
            raise UsageError(
                f"verb={','.join(self.match.verb)!r}: only a watch can be dropped; "
                "match the verb watch alone"
            )

    @until_ns.validator
    def _check_window(self, _: object, value: int | None) -> None:
        if value is not None and value <= self.after_ns:
            raise UsageError(
                f"until_ns={value!r}: must be later than after_ns={self.after_ns}; "
                "leave it out for a fault that stays"
            )

    @probability.validator
    def _check_probability(self, _: object, value: object) -> None:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not 0 < float(str(value)) <= 1:
            raise UsageError(
                f"probability={value!r}: must be more than 0 and at most 1; "
                "leave it out for a fault that always strikes"
            )


def _check_key(_: object, __: "attrs.Attribute[Any]", value: object) -> None:
    well_formed = isinstance(value, str) and _STORE_KEY.fullmatch(value)
    if not well_formed:
        raise UsageError(
            f"key={value!r}: not a key of the store; "
            "write /registry/secrets/default/web, or without the namespace"
        )


@attrs.frozen
class Undecryptable:
    """The stored value cannot be turned into plain text: its key is lost.

    Attributes:
        key: Where it is stored.
        error: What the decryption says.
    """

    key: str = attrs.field(validator=_check_key)
    error: str = attrs.field(default="no matching prefix found", validator=_check_text)

    def read_error(self) -> ApiError:
        """Return what a request for this one object meets."""
        return api_error(500, "InternalError", f"Internal error occurred: {self.error}")

    def list_error(self) -> ApiError:
        """Return what a request meets that has to read past the object."""
        text = f'unable to transform key "{self.key}": {self.error}'
        return api_error(500, "InternalError", f"Internal error occurred: {text}")


@attrs.frozen
class Undecodable:
    """The stored value is plain text, and no object.

    Attributes:
        key: Where it is stored.
        error: What the decoder says.
    """

    key: str = attrs.field(validator=_check_key)
    error: str = attrs.field(
        default="no serialization format matched the provided data",
        validator=_check_text,
    )

    def read_error(self) -> ApiError:
        """Return what a request for this one object meets: a raw error, no reason."""
        return api_error(500, "", self.error)

    def list_error(self) -> ApiError:
        """Return what a request meets that has to read past the object."""
        return api_error(500, "", self.error)


StoredFault: TypeAlias = Undecryptable | Undecodable
