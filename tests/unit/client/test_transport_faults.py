"""What a caller meets when a fault strikes its request on the way."""

import attrs
import pytest

from gcmodel.apiserver.requests import Request, Response
from gcmodel.apiserver.watch import WatchStream
from gcmodel.client.transport import NO_LATENCY, Transport
from gcmodel.errors import ApiError, Status
from gcmodel.faults.plan import FaultPlan
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.identity import GroupVersionResource

PODS = GroupVersionResource("", "v1", "pods")
GET = Request(verb="get", user="u", resource=PODS, namespace="default", name="p")
LIST = Request(verb="list", user="u", resource=PODS)
WATCH = Request(verb="watch", user="u", resource=PODS)
DISCOVER = Request(verb="discover", user="u", path="/apis")


class Server:
    """Grants everything, and notes it; a watch is a stream."""

    def __init__(self, scheduler):
        """Have granted nothing."""
        self.scheduler = scheduler
        self.granted = []

    def handle(self, request):
        """Answer *request*."""
        self.granted.append(request.verb)
        if request.verb == "watch":
            stream = WatchStream(self.scheduler, lambda _: True, lambda one: one)
            return Response(200, stream)
        return Response(200, Status(200))


@attrs.frozen
class Met:
    """What one caller met.

    Attributes:
        granted: What the server was asked for.
        closed: Of a watch, whether it has ended.
        codes: What the trace holds of the request.
    """

    at_s: int
    error: Status | None
    granted: list
    closed: bool | None
    codes: list


def meet(fault, request):
    """Send *request* while *fault* is in force."""
    scheduler = Scheduler()
    server = Server(scheduler)
    transport = Transport(scheduler, server, NO_LATENCY, FaultPlan.of([fault]))
    outcome = []

    async def send():
        try:
            answer = await transport.send(request)
        except ApiError as error:
            outcome.append((scheduler.now // SECOND, error.status, None))
        else:
            closed = getattr(answer.body, "closed", None)
            outcome.append((scheduler.now // SECOND, None, closed))

    scheduler.spawn("caller", send())
    scheduler.run()
    ((at_s, error, closed),) = outcome
    codes = [one.fields["code"] for one in scheduler.trace if one.what == "api.request"]
    return Met(at_s, error, server.granted, closed, codes)


def unavailable(target):
    """Return the 503 that nobody takes the call."""
    text = f"the server is currently unable to handle the request{target}"
    return Status(503, "ServiceUnavailable", text)


@pytest.mark.parametrize(
    ("request_", "target"),
    [
        (GET, " (get pods p)"),
        (LIST, " (get pods)"),
        (WATCH, " (get pods)"),
        (DISCOVER, ""),
    ],
    ids=["get", "list", "watch", "discover"],
)
def test_refused_connection(request_, target):
    """A call that nobody takes is a 503 at once, and reaches nobody."""
    met = meet("* * -> refuse-connection", request_)

    assert met == Met(0, unavailable(target), [], None, [503])


TIMEOUT = "Timeout: request did not complete within the allotted timeout"


@pytest.mark.parametrize("request_", [GET, LIST, WATCH], ids=["get", "list", "watch"])
def test_request_that_hangs(request_):
    """A request that nobody answers costs a minute, and reaches nobody."""
    met = meet("* * -> hang", request_)

    assert met == Met(60, Status(504, "Timeout", TIMEOUT), [], None, [504])


def test_discovery_that_hangs():
    """Discovery that nobody answers is given up by the client after 32 seconds."""
    met = meet("discover * -> hang", DISCOVER)

    assert (met.at_s, met.granted, met.codes) == (32, [], [504])
    assert "context deadline exceeded" in met.error.message


def test_watch_that_is_dropped():
    """A watch that is dropped was granted, and has ended."""
    assert meet("watch * -> drop", WATCH) == Met(0, None, ["watch"], True, [200])


def test_watch_that_is_not_dropped():
    """A watch that nothing strikes goes on."""
    assert meet("list * -> hang", WATCH) == Met(0, None, ["watch"], False, [200])


def test_request_that_is_late():
    """A request that is delayed is answered as any other, only later."""
    assert meet("get pods -> delay 7s", GET) == Met(7, None, ["get"], None, [200])


def test_request_that_is_not_struck():
    """A fault for others leaves a request alone."""
    assert meet("list pods -> hang", GET) == Met(0, None, ["get"], None, [200])
