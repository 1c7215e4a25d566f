"""What the trace holds of each request."""

import pytest

from gcmodel.apiserver.requests import NoAnswer, Request, Response
from gcmodel.client.transport import NO_LATENCY, Transport
from gcmodel.errors import ApiError, Status, api_error
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.kernel.trace import Trace
from gcmodel.objects.identity import GroupVersionResource
from gcmodel.objects.options import DeleteOptions, Preconditions
from gcmodel.objects.patch_types import Patch, PatchType

PODS = GroupVersionResource("", "v1", "pods")
DELETE = Request(
    verb="delete",
    user="gc",
    resource=PODS,
    namespace="default",
    name="web",
    options=DeleteOptions(preconditions=Preconditions("uid-1")),
)
PATCH = Request(
    verb="patch",
    user="gc",
    resource=PODS,
    namespace="default",
    name="web",
    subresource="status",
    body=Patch(PatchType.MERGE, {"metadata": {"finalizers": None}}),
)
DISCOVER = Request(verb="discover", user="gc", path="/apis")


class Server:
    """Grants everything but deletes."""

    def handle(self, request):
        """Answer *request*."""
        if request.verb == "delete":
            raise api_error(404, "NotFound", "gone")
        return Response(200, Status(200))


def records(request, *, enabled=True):
    """Return the fields of what is recorded when *request* is sent."""
    scheduler = Scheduler(trace=Trace(enabled=enabled))
    transport = Transport(scheduler, Server(), NO_LATENCY)

    async def send():
        try:
            await transport.send(request)
        except ApiError:
            return

    scheduler.spawn("client", send())
    scheduler.run()
    return [one.fields for one in scheduler.trace if one.what == "api.request"]


def test_refused_request_is_recorded_with_its_code():
    """A refusal is recorded as a success is: whose, what, how, and the code."""
    assert records(DELETE) == [
        {
            "user": "gc",
            "verb": "delete",
            "resource": "pods",
            "namespace": "default",
            "name": "web",
            "options": {"preconditions": {"uid": "uid-1"}},
            "code": 404,
            "sent_ns": 0,
        }
    ]


def test_patch_is_recorded_with_its_body():
    """A patch is recorded with what it changes, and on which subresource."""
    assert records(PATCH) == [
        {
            "user": "gc",
            "verb": "patch",
            "resource": "pods",
            "subresource": "status",
            "namespace": "default",
            "name": "web",
            "patch": {"metadata": {"finalizers": None}},
            "code": 200,
            "sent_ns": 0,
        }
    ]


def test_discovery_is_recorded_by_path():
    """A request for a discovery document has a path and no resource."""
    assert records(DISCOVER) == [
        {"user": "gc", "verb": "discover", "path": "/apis", "code": 200, "sent_ns": 0}
    ]


def test_nothing_is_recorded_while_the_trace_is_off():
    """A trace that is off holds no requests."""
    assert records(PATCH, enabled=False) == []


class Silent:
    """Answers nobody."""

    def handle(self, request):  # noqa: ARG002  (the protocol)
        """Keep *request* waiting."""
        raise NoAnswer


@pytest.mark.parametrize(
    ("request_", "seconds", "said"),
    [
        (
            DISCOVER,
            32,
            'Get "https://127.0.0.1:6443/apis?timeout=32s": context deadline exceeded '
            "(Client.Timeout exceeded while awaiting headers)",
        ),
        (PATCH, 60, "Timeout: request did not complete within the allotted timeout"),
    ],
    ids=["discovery", "others"],
)
def test_discovery_gives_up_before_the_server_does(request_, seconds, said):
    """A silent backend costs discovery 32 s, and everybody else the server's 60 s."""
    scheduler = Scheduler()
    transport = Transport(scheduler, Silent(), NO_LATENCY)
    caught = []

    async def send():
        try:
            await transport.send(request_)
        except ApiError as error:
            caught.append((scheduler.now // 1_000_000_000, str(error)))

    scheduler.spawn("client", send())
    scheduler.run()

    assert caught == [(seconds, said)]
