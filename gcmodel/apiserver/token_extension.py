"""Rancher's extension server: tokens, kept as Secrets of the main cluster.

Deviation: update and patch of tokens are not modelled; see ``tokens`` in
docs/explanation/fidelity.md

Upstream: ``Store`` in rancher/rancher pkg/ext/stores/tokens/tokens.go
"""

from base64 import b64decode, b64encode
from typing import Literal, Protocol, TypeAlias

import attrs

from gcmodel.apiserver import answers
from gcmodel.apiserver.authorization import ALL, Authorizer
from gcmodel.apiserver.requests import Request, Response, ServedResource
from gcmodel.apiserver.tokens import (
    CONTROLLER_MANAGER,
    KIND,
    TOKENS,
    USER_ID_LABEL,
    failed_to,
    own_tokens_selector,
    tokens_resource,
)
from gcmodel.apiserver.watch import WatchStream
from gcmodel.errors import ApiError, NotFoundError
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.identity import GroupVersionResource, Uid
from gcmodel.objects.lists import ObjectList
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from gcmodel.objects.options import DeleteOptions

SECRETS = GroupVersionResource("", "v1", "secrets")
NAMESPACE = "cattle-tokens"
RANCHER_USER = "system:serviceaccount:cattle-system:rancher"
"""As whom the extension server itself calls the main one."""

FullAccessRule: TypeAlias = Literal["original", "fixed-user-name", "fixed-authorizer"]
"""How it is decided who sees everybody's tokens: whoever may do everything on
everything; or, besides, the controller manager by its name; or whoever may do this
verb on everything."""

_USER_ID, _UID = "user-id", "kube-uid"


class MainServer(Protocol):
    """The API server in front, in which the Secrets are kept."""

    def handle(self, request: Request) -> Response:
        """Carry out *request*.

        Raises:
            ApiError: It says no.
        """


def token_secret(name: str, user: str, uid: Uid) -> KubeObject:
    """Return the Secret in which the token called *name* of *user* is kept."""
    data = {_USER_ID: user, _UID: uid}
    return KubeObject(
        "v1",
        "Secret",
        ObjectMeta(name=name, namespace=NAMESPACE, labels={USER_ID_LABEL: user}),
        {
            "type": "Opaque",
            "data": {
                key: b64encode(value.encode()).decode() for key, value in data.items()
            },
        },
    )


def token_of(secret: KubeObject) -> KubeObject:
    """Return the token that *secret* keeps.

    It has a UID of its own. Owner references and finalizers are not kept: this
    version of the store drops them.
    """
    meta = secret.metadata
    return KubeObject(
        f"{TOKENS.group}/{TOKENS.version}",
        KIND,
        ObjectMeta(
            name=meta.name,
            uid=Uid(_field(secret, _UID)),
            resource_version=meta.resource_version,
            creation_timestamp=meta.creation_timestamp,
            labels=meta.labels,
        ),
        {"spec": {"userID": _field(secret, _USER_ID)}},
    )


def _field(secret: KubeObject, name: str) -> str:
    return b64decode((secret.body.get("data") or {}).get(name, "")).decode()


@attrs.define(eq=False)
class TokenExtension:
    """Answers for ``ext.cattle.io/v1``.

    * **Hidden by selector**: without full access a caller sees the tokens whose
      label has the caller's name. The selector is built without a check and sent to
      the main server, which refuses to read it if the name cannot be a label.
    * **Hidden by 404**: a single token of somebody else does not exist for a caller
      without full access.

    Attributes:
        main: Where the Secrets are.
        rule: Who has full access.
    """

    scheduler: Scheduler
    main: MainServer
    authorizer: Authorizer
    rule: FullAccessRule = "original"

    def handle(self, request: Request) -> Response:
        """Carry out *request*.

        Raises:
            ApiError: It cannot be carried out, or must not be.
        """
        verbs = {
            "list": self._list,
            "watch": self._watch,
            "get": self._get,
            "create": self._create,
            "delete": self._delete,
            "deletecollection": self._delete_collection,
        }
        if request.verb == "discover":
            return Response(200, self.resources())
        if request.resource != TOKENS:
            raise answers.no_resource()
        if request.verb not in verbs:
            raise answers.method_not_allowed(TOKENS.group_resource, request.verb)
        response = verbs[request.verb](request)
        self.scheduler.record(
            "extension.request",
            user=request.user,
            verb=request.verb,
            name=request.name,
            status=response.code,
        )
        return response

    def resources(self) -> tuple[ServedResource, ...]:
        """Return what discovery says; only tokens matter to a collector."""
        activities = ServedResource(
            "useractivities", "UserActivity", namespaced=False, verbs=("create", "get")
        )
        return (tokens_resource(), activities)

    def has_full_access(self, user: str, verb: str) -> bool:
        """Whether *user* is shown, and may touch, everybody's tokens."""
        if self.rule == "fixed-authorizer":
            return self.authorizer.authorize(user, verb, "", ALL).allowed
        if self.rule == "fixed-user-name" and user == CONTROLLER_MANAGER:
            return True
        return self.authorizer.authorize(user, ALL, "", ALL).allowed

    def _list(self, request: Request) -> Response:
        try:
            answer = self.main.handle(self._secrets(request))
        except ApiError as failure:
            raise self._internal("list", request, failure) from None
        found = answer.body
        assert isinstance(found, ObjectList), "a list is answered by a list"
        items = tuple(token_of(secret) for secret in found.items)
        return Response(200, attrs.evolve(found, items=items))

    def _watch(self, request: Request) -> Response:
        try:
            answer = self.main.handle(self._secrets(request))
        except ApiError as failure:
            raise self._internal("watch", request, failure) from None
        secrets = answer.body
        assert isinstance(secrets, WatchStream), "a watch is answered by a stream"
        tokens = WatchStream(self.scheduler, lambda _: True, lambda seen: seen)
        tokens.on_close = secrets.close
        pump = self._pump(secrets, tokens)
        self.scheduler.spawn("tokens-watch", pump, background=True)
        return Response(200, tokens)

    @staticmethod
    async def _pump(secrets: WatchStream, tokens: WatchStream) -> None:
        while (event := await secrets.next()) is not None:
            seen = event.object
            if seen is not None and seen.kind == "Secret":
                event = attrs.evolve(event, object=token_of(seen))
            tokens.push(event)
        tokens.close()

    def _secrets(self, request: Request) -> Request:
        selectors = [request.label_selector]
        if not self.has_full_access(request.user, request.verb):
            selectors.append(own_tokens_selector(request.user))
        return attrs.evolve(
            request,
            user=RANCHER_USER,
            resource=SECRETS,
            namespace=NAMESPACE,
            label_selector=",".join(filter(None, selectors)),
        )

    def _internal(self, action: str, request: Request, failure: ApiError) -> ApiError:
        self.scheduler.record(
            "extension.request", user=request.user, verb=request.verb, status=500
        )
        return answers.internal_error(failed_to(action, failure))

    def _get(self, request: Request) -> Response:
        return Response(200, token_of(self._visible_secret(request)))

    def _visible_secret(self, request: Request) -> KubeObject:
        missing = answers.not_found(TOKENS.group_resource, request.name)
        try:
            secret = self._call("get", request.name).body
        except NotFoundError:
            raise missing from None
        assert isinstance(secret, KubeObject), "a get is answered by an object"
        hidden = _field(secret, _USER_ID) != request.user
        if hidden and not self.has_full_access(request.user, request.verb):
            raise missing
        return secret

    def _call(
        self, verb: str, name: str = "", body: KubeObject | None = None
    ) -> Response:
        return self.main.handle(
            Request(
                verb=verb,
                user=RANCHER_USER,
                resource=SECRETS,
                namespace=NAMESPACE,
                name=name,
                body=body,
                options=DeleteOptions() if verb == "delete" else None,
            )
        )

    def _create(self, request: Request) -> Response:
        token = request.body
        assert isinstance(token, KubeObject), "a create carries an object"
        uid = Uid(self.scheduler.choices.uuid("extension-uid"))
        user = token.spec.get("userID") or request.user
        secret = self._call("create", body=token_secret(token.name, user, uid)).body
        assert isinstance(secret, KubeObject), "a create is answered by an object"
        return Response(201, token_of(secret))

    def _delete(self, request: Request) -> Response:
        secret = self._visible_secret(request)
        wanted = None if request.options is None else request.options.preconditions
        # The store compares with the UID of the Secret, which nobody outside knows.
        if wanted is not None and wanted.uid not in (None, secret.uid):
            detail = (
                f"Precondition failed: UID in precondition: {wanted.uid}, "
                f"UID in object meta: {secret.uid}"
            )
            raise answers.conflict(TOKENS.group_resource, request.name, detail)
        self._call("delete", request.name)
        return Response(200, token_of(secret))

    def _delete_collection(self, request: Request) -> Response:
        found = self._list(request).body
        assert isinstance(found, ObjectList), "a list is answered by a list"
        for token in found.items:
            self._call("delete", token.name)
        return Response(200, found)
