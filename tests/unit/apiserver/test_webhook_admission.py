"""Admission webhooks: fault F17."""

import pytest

from gcmodel.apiserver.webhook_admission import (
    CallFailed,
    Denial,
    ValidatingWebhook,
)
from gcmodel.errors import Status, StatusCause
from tests.conformance.bare_server import CONFIG_MAPS, NODES, BareServer

NAME = "policy.example.com"
REFUSED = (
    'Post "https://hook.default.svc:443/?timeout=10s": dial tcp 10.0.0.1:443: '
    "connect: connection refused"
)


def server_with(answer, **parts):
    """Return a server that calls a webhook which answers so."""
    server = BareServer()
    server.create(CONFIG_MAPS, "held", finalizers=("x/a",))
    server.server.admit(ValidatingWebhook(name=NAME, answer=answer, **parts))
    return server


def unreachable(_):
    """Fail to be called."""
    raise CallFailed(REFUSED)


@pytest.mark.parametrize("verb", ["create", "delete"])
def test_unreachable(verb):
    """A webhook that cannot be called refuses every change it is called about."""
    server = server_with(unreachable)
    body = server.wanted(CONFIG_MAPS, "new") if verb == "create" else None
    name = "" if body else "held"

    refusal = server.refused(verb, CONFIG_MAPS, name, body=body)

    text = f'failed calling webhook "{NAME}": failed to call webhook: {REFUSED}'
    assert refusal == Status(
        500,
        "InternalError",
        f"Internal error occurred: {text}",
        (StatusCause("", text),),
    )
    assert server.list(CONFIG_MAPS).items[0].name == "held"


def test_unreachable_and_ignored():
    """A webhook whose failure is ignored lets everything through."""
    server = server_with(unreachable, failure_policy="Ignore")

    assert server.create(CONFIG_MAPS, "new").name == "new"


@pytest.mark.parametrize(
    ("denial", "code", "reason", "text"),
    [
        (Denial("no"), 400, "", ": no"),
        (Denial("no", 403, "Forbidden"), 403, "Forbidden", ": no"),
        (Denial("no", 200), 400, "", ": no"),
        (Denial(reason="Gone", code=410), 410, "Gone", ": Gone"),
        (Denial(), 400, "", " without explanation"),
    ],
)
def test_denied(denial, code, reason, text):
    """A denial has the webhook's code, if that is an error, and its words."""
    server = server_with(lambda _: denial)
    body = server.wanted(CONFIG_MAPS, "new")

    refusal = server.refused("create", CONFIG_MAPS, body=body)

    message = f'admission webhook "{NAME}" denied the request{text}'
    assert refusal == Status(code, reason, message)


def test_called_about_what_it_asked_for():
    """A webhook is called about its operations and resources, and no others."""
    called = []

    def note(review):
        called.append((review.operation, review.subject.name))

    server = server_with(
        note,
        operations=frozenset({"UPDATE", "DELETE"}),
        resources=frozenset({"configmaps"}),
    )

    server.create(CONFIG_MAPS, "a")
    server.patch(CONFIG_MAPS, "a", {"data": {"x": "y"}})
    server.delete(CONFIG_MAPS, "a")
    server.create(NODES, "n")
    server.delete(NODES, "n")

    assert called == [("UPDATE", "a"), ("DELETE", "a")]


def test_object_cannot_lose_its_finalizer():
    """F17: an object that a failing webhook guards can be listed, but not released."""
    server = server_with(unreachable, operations=frozenset({"UPDATE"}))
    going = server.delete(CONFIG_MAPS, "held").body

    released = going.with_metadata(finalizers=())
    assert server.refused("update", CONFIG_MAPS, "held", body=released).code == 500
    assert list(server.list(CONFIG_MAPS).items) == [going]
