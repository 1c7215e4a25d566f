"""Rancher's tokens, kept as Secrets behind a real (simulated) API server."""

import attrs
import pytest

from gcmodel.apiserver.authorization import Rbac
from gcmodel.apiserver.requests import Request
from gcmodel.apiserver.server import ApiServer
from gcmodel.apiserver.token_extension import (
    NAMESPACE,
    SECRETS,
    TokenExtension,
    token_secret,
)
from gcmodel.apiserver.tokens import TOKENS, USER_ID_LABEL
from gcmodel.errors import ApiError, ConflictError, MethodNotAllowedError, NotFoundError
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.identity import Uid
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from gcmodel.objects.options import DeleteOptions, Preconditions
from gcmodel.versions.profile import Profile

MANAGER = "system:kube-controller-manager"
COLLECTOR = "system:serviceaccount:kube-system:generic-garbage-collector"
FAILURE = (
    "Internal error occurred: failed to list tokens: unable to parse requirement: "
    "values[0][authn.management.cattle.io/token-userId]: Invalid value: "
    '"{user}": a valid label must be an empty string or '
    "consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
    "regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


@attrs.define
class Rancher:
    """The extension server and the server it keeps its Secrets in."""

    server: ApiServer
    extension: TokenExtension

    def ask(self, verb, user, **fields):
        """Send a request for tokens to the extension server."""
        request = Request(verb=verb, user=user, resource=TOKENS, **fields)
        return self.extension.handle(request).body

    def names(self, user):
        """List the names of the tokens that *user* is shown, or the refusal."""
        try:
            return [token.name for token in self.ask("list", user).items]
        except ApiError as refusal:
            return str(refusal)


@pytest.fixture(name="rancher")
def _rancher():
    scheduler = Scheduler()
    server = ApiServer(scheduler, Profile.for_version("1.31"))
    server.start()
    scheduler.run(SECOND)
    server.bring(KubeObject("v1", "Namespace", ObjectMeta(name=NAMESPACE)))
    server.bring(token_secret("token-a", "user-a", Uid("uid-a")))
    server.bring(token_secret("token-b", "user-b", Uid("uid-b")))
    return Rancher(server, TokenExtension(scheduler, server, Rbac()))


@pytest.mark.parametrize(
    ("rule", "user", "names"),
    [
        ("original", "admin", ["token-a", "token-b"]),
        ("original", "user-a", ["token-a"]),
        ("original", "nobody", []),
        ("original", MANAGER, FAILURE.format(user=MANAGER)),
        ("original", COLLECTOR, FAILURE.format(user=COLLECTOR)),
        ("fixed-user-name", MANAGER, ["token-a", "token-b"]),
        ("fixed-user-name", COLLECTOR, FAILURE.format(user=COLLECTOR)),
        ("fixed-user-name", "user-a", ["token-a"]),
        ("fixed-authorizer", MANAGER, ["token-a", "token-b"]),
        ("fixed-authorizer", COLLECTOR, ["token-a", "token-b"]),
        ("fixed-authorizer", "user-b", ["token-b"]),
    ],
)
def test_list_depends_on_who_asks_and_on_the_fix(rancher, rule, user, names):
    """A name with a colon is refused by the main server's own label rules."""
    rancher.extension.rule = rule

    assert rancher.names(user) == names


@pytest.mark.parametrize(
    ("rule", "user", "found"),
    [
        ("original", "admin", True),
        ("original", "user-a", True),
        ("original", "user-b", False),
        ("original", COLLECTOR, False),
        ("fixed-user-name", COLLECTOR, False),
        ("fixed-authorizer", COLLECTOR, True),
    ],
)
def test_get_hides_the_tokens_of_others(rancher, rule, user, found):
    """To a caller without full access somebody else's token does not exist."""
    rancher.extension.rule = rule

    try:
        answer = rancher.ask("get", user, name="token-a").uid
    except NotFoundError as missing:
        answer = str(missing)

    hidden = 'tokens.ext.cattle.io "token-a" not found'
    assert answer == ("uid-a" if found else hidden)


def test_missing_token_reads_like_a_hidden_one(rancher):
    """The Secret behind a token is never named to the caller."""
    with pytest.raises(NotFoundError) as caught:
        rancher.ask("get", "admin", name="token-x")

    assert str(caught.value) == 'tokens.ext.cattle.io "token-x" not found'


def test_caller_selector_is_kept(rancher):
    """What the caller selects by is joined with what the store adds."""
    selector = f"{USER_ID_LABEL}=user-b"

    found = rancher.ask("list", "user-a", label_selector=selector)

    assert found.items == ()


def test_watch_shows_tokens_not_secrets(rancher):
    """Changes of the Secrets reach watchers as changes of tokens."""
    scheduler = rancher.server.scheduler
    start = rancher.ask("list", "admin").resource_version
    stream = rancher.ask("watch", "admin", resource_version=start)
    rancher.server.bring(token_secret("token-c", "user-c", Uid("uid-c")))
    seen = []

    async def read():
        while (event := await stream.next()) is not None:
            seen.append((event.type, event.object.kind, event.object.uid))

    scheduler.spawn("reader", read())
    scheduler.run(2 * SECOND)
    stream.close()
    scheduler.run(3 * SECOND)

    assert seen == [("ADDED", "Token", "uid-c")]


def test_watch_without_access_fails_like_a_list(rancher):
    """The selector of a watch trips over the same rule."""
    with pytest.raises(ApiError) as caught:
        rancher.ask("watch", MANAGER)

    text = FAILURE.format(user=MANAGER).replace("failed to list", "failed to watch")
    assert str(caught.value) == text


def test_owner_references_are_not_kept(rancher):
    """This version of the store drops owner references and finalizers."""
    token = KubeObject(
        "ext.cattle.io/v1",
        "Token",
        ObjectMeta(name="token-d", finalizers=("x/y",)),
        {"spec": {"userID": "user-d"}},
    )

    created = rancher.ask("create", "admin", body=token)

    assert (created.name, created.spec, created.metadata.finalizers) == (
        "token-d",
        {"userID": "user-d"},
        (),
    )


def test_delete_with_the_token_uid_conflicts(rancher):
    """The UID precondition is compared with the UID of the Secret, so it never fits."""
    options = DeleteOptions(preconditions=Preconditions(uid="uid-a"))

    with pytest.raises(ConflictError) as caught:
        rancher.ask("delete", "admin", name="token-a", options=options)

    assert "UID in precondition: uid-a" in str(caught.value)


def test_delete_removes_the_secret(rancher):
    """A token that is deleted takes its Secret along."""
    rancher.ask("delete", "user-a", name="token-a")
    secrets = Request(verb="list", user="admin", resource=SECRETS, namespace=NAMESPACE)

    left = rancher.server.handle(secrets).body.items

    assert [secret.name for secret in left] == ["token-b"]


def test_update_is_not_modelled(rancher):
    """What the store does not carry out it refuses by verb."""
    with pytest.raises(MethodNotAllowedError) as caught:
        rancher.ask("update", "admin", name="token-a")

    assert str(caught.value) == (
        'update is not supported on resources of kind "tokens.ext.cattle.io"'
    )


def test_discovery_offers_one_deletable_resource(rancher):
    """Of the group's resources only tokens can be followed by a collector."""
    needed = {"delete", "list", "watch"}

    followed = [
        resource.name
        for resource in rancher.extension.resources()
        if needed.issubset(resource.verbs)
    ]

    assert followed == ["tokens"]
