"""The stand-in of the recordings: what it answers in each of its modes."""

import pytest

from gcmodel.apiserver.aggregation import ConnectionRefused
from gcmodel.apiserver.recorded_extension import RecordedExtension
from gcmodel.apiserver.requests import NoAnswer, Request, Response
from gcmodel.apiserver.tokens import TOKENS, tokens_resource
from gcmodel.errors import InternalServerError, NotFoundError, UsageError
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler

MANAGER = "system:kube-controller-manager"
FAILURE = (
    "Internal error occurred: failed to list tokens: unable to parse requirement: "
    "values[0][authn.management.cattle.io/token-userId]: Invalid value: "
    '"system:kube-controller-manager": a valid label must be an empty string or '
    "consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
    "regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


@pytest.fixture(name="extension")
def _extension():
    return RecordedExtension(Scheduler(), lambda: 0)


def _ask(extension, verb="list", user="admin", **fields):
    return extension.handle(Request(verb=verb, user=user, resource=TOKENS, **fields))


def _outcome(extension, user, verb="list"):
    if verb == "discover":
        request = Request(verb=verb, user=user, path="/apis/ext.cattle.io/v1")
    else:
        request = Request(verb=verb, user=user, resource=TOKENS, name="token-abc12")
    try:
        return extension.handle(request).code
    except InternalServerError as failure:
        return str(failure)
    except NoAnswer:
        return "silence"
    except ConnectionRefused:
        return "refused"


@pytest.mark.parametrize(
    ("mode", "manager", "admin", "discovery"),
    [
        ("ok", 200, 200, 200),
        ("fail-kcm", FAILURE, 200, 200),
        ("fail-all", FAILURE, FAILURE, 200),
        ("hang", "silence", 200, 200),
        ("hang-all", "silence", "silence", "silence"),
        ("down", "refused", "refused", "refused"),
    ],
)
def test_modes_answer_as_recorded(extension, mode, manager, admin, discovery):
    """Each mode has its answer for the controller manager, others, and discovery."""
    extension.switch(mode)

    assert (manager, admin, discovery) == (
        _outcome(extension, MANAGER),
        _outcome(extension, "admin"),
        _outcome(extension, "system:kube-aggregator", "discover"),
    )


@pytest.mark.parametrize("verb", ["list", "watch", "get", "delete", "deletecollection"])
def test_failure_reads_the_same_for_every_verb(extension, verb):
    """The stand-in says ``failed to list tokens`` whatever was asked."""
    extension.switch("fail-all")

    assert _outcome(extension, "somebody", verb) == FAILURE


def test_failure_carries_its_cause(extension):
    """The Status names the wrapped error as a cause, as was recorded."""
    extension.switch("fail-kcm")

    with pytest.raises(InternalServerError) as caught:
        _ask(extension, user=MANAGER)

    assert caught.value.status.to_dict() == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": FAILURE,
        "reason": "InternalError",
        "details": {
            "causes": [{"message": FAILURE.removeprefix("Internal error occurred: ")}]
        },
        "code": 500,
    }


def test_unknown_mode_is_refused(extension):
    """A mode that is none names those that are."""
    with pytest.raises(UsageError) as caught:
        extension.switch("sleepy")

    assert str(caught.value) == (
        "mode='sleepy': not a mode of the extension server; use one of "
        "ok, fail-kcm, fail-all, hang, hang-all, down"
    )


def test_list_has_the_one_token(extension):
    """The token is listed at revision 100 until it is touched."""
    before = _ask(extension).body
    extension.touch()
    after = _ask(extension).body

    assert (before.resource_version, after.resource_version) == ("100", "101")
    assert [token.name for token in after.items] == ["token-abc12"]
    assert after.items[0].uid == before.items[0].uid


def test_watch_sees_touches_after_its_start(extension):
    """A watch begins after the revision it names and ends when it is cut."""
    extension.touch()
    stream = _ask(extension, "watch", resource_version="100").body
    extension.touch()
    extension.switch("ok")
    extension.touch()

    seen = [event.object.metadata.resource_version for event in _drain(stream)]

    assert (seen, stream.closed) == (["101", "102"], True)


def test_watch_survives_a_switch_that_does_not_cut(extension):
    """A mode can be taken without ending open watches; ``down`` ends them."""
    stream = _ask(extension, "watch", resource_version="100").body
    extension.switch("fail-all", cut_watches=False)
    open_before = not stream.closed
    extension.switch("down", cut_watches=False)

    assert (open_before, stream.closed) == (True, True)


def test_watch_ends_with_its_timeout(extension):
    """A watch lasts no longer than the caller asked."""
    stream = _ask(extension, "watch", resource_version="100", timeout_s=346).body
    extension.scheduler.run(345 * SECOND)
    before = stream.closed
    extension.scheduler.run(346 * SECOND)

    assert (before, stream.closed) == (False, True)


def test_namespaced_tokens_live_in_one_namespace(extension):
    """Once namespaced, other namespaces have no token, and discovery says so."""
    extension.switch("ok", namespaced=True)
    discover = Request(verb="discover", user="admin", path="/apis/ext.cattle.io/v1")

    assert _ask(extension, namespace="n4").body.items == ()
    assert len(_ask(extension).body.items) == 1
    assert extension.handle(discover) == Response(
        200, (tokens_resource(namespaced=True),)
    )


def test_other_token_is_not_found(extension):
    """There is no second token."""
    with pytest.raises(NotFoundError) as caught:
        _ask(extension, "get", name="other")

    assert str(caught.value) == 'tokens.ext.cattle.io "other" not found'


def test_hanging_request_is_released_by_a_switch(extension):
    """Whoever waits for an answer can wait for the cut as well."""
    extension.switch("hang")
    with pytest.raises(NoAnswer) as caught:
        _ask(extension, user=MANAGER)
    released = []

    async def caller():
        await caught.value.released
        released.append(True)

    extension.scheduler.spawn("caller", caller())
    extension.scheduler.run(SECOND)
    extension.switch("ok")
    extension.scheduler.run(2 * SECOND)

    assert released == [True]


def _drain(stream):
    events = []

    async def read():
        while (event := await stream.next()) is not None:
            events.append(event)

    stream.scheduler.spawn("reader", read())
    stream.scheduler.run(stream.scheduler.now + SECOND)
    return events
