"""The wire between a caller and the API server: it takes time, and it can fail.

Upstream: none; the network, and client-go rest/request.go for the client's patience
"""

from typing import Protocol

import attrs

from gcmodel.apiserver.requests import NoAnswer, Request, Response
from gcmodel.apiserver.watch import WatchStream
from gcmodel.errors import ApiError, UsageError, api_error, shown
from gcmodel.faults.kinds import (
    ConnectionRefused,
    Delay,
    DropWatch,
    Effect,
    Hang,
    Refuse,
)
from gcmodel.faults.plan import FaultPlan, RequestFacts
from gcmodel.kernel.durations import MICROSECOND, SECOND
from gcmodel.kernel.scheduler import Scheduler, Signal, sleep
from gcmodel.kernel.waits import wait_for
from gcmodel.objects.metadata import Json, KubeObject
from gcmodel.objects.patch_types import Patch

REQUEST_TIMEOUT_NS = 60 * SECOND
"""``--request-timeout``: what the API server grants a request that is no watch."""

DISCOVERY_TIMEOUT_NS = 32 * SECOND
"""The patience of a discovery client, which gives up before the server does.

Upstream: ``defaultTimeout`` in client-go discovery/discovery_client.go
"""


class Server(Protocol):
    """Whatever answers requests, at once."""

    def handle(self, request: Request) -> Response:
        """Carry out *request*.

        Raises:
            ApiError: The server says no.
            NoAnswer: The backend stays silent.
        """


@attrs.frozen
class Latency:
    """How long a message takes, each leg drawn evenly between two bounds (ns).

    Attributes:
        handover: From an informer's cache to a handler: at most so long, mostly far
            less; nothing, unless the process is busy.
    """

    request: tuple[int, int] = (300 * MICROSECOND, 900 * MICROSECOND)
    response: tuple[int, int] = (200 * MICROSECOND, 600 * MICROSECOND)
    watch: tuple[int, int] = (200 * MICROSECOND, 1200 * MICROSECOND)
    handover: int = 0

    def __attrs_post_init__(self) -> None:
        """Refuse what no message can take."""
        for name in ("request", "response", "watch"):
            bounds = getattr(self, name)
            if not _are_bounds(bounds):
                raise UsageError(
                    f"{name}={shown(bounds)}: must be two whole numbers of "
                    "nanoseconds, the lower first; such as (200_000, 600_000)"
                )
        if not _are_bounds((0, self.handover)):
            raise UsageError(
                f"handover={shown(self.handover)}: must be a whole number of "
                "nanoseconds; leave it out for none"
            )


def _are_bounds(given: object) -> bool:
    return (
        isinstance(given, tuple)
        and [type(one) for one in given] == [int, int]
        and 0 <= given[0] <= given[1]
    )


NO_LATENCY = Latency((0, 0), (0, 0), (0, 0))


@attrs.define(eq=False)
class Transport:
    """Carries requests to the server and answers back.

    * **Late**: something else may happen before the request arrives, and again
      before its answer does.
    * **Faulty**: the fault plan is asked once for each request, on arrival.
    * **Traced**: each request is an ``api.request`` record, made when it is answered,
      in the order in which the server answers; it says when the request was sent.
    """

    scheduler: Scheduler
    server: Server
    latency: Latency = attrs.field(factory=Latency)
    faults: FaultPlan = attrs.field(factory=FaultPlan)

    async def send(self, request: Request) -> Response:
        """Send *request*; return the answer.

        Raises:
            ApiError: The server, or a fault in its place, says no.
        """
        sent_ns = self.scheduler.now
        await sleep(self._leg(self.latency.request))
        try:
            response = await self._answer(request)
        except ApiError as error:
            # No finally: a caller that is cancelled must not wait on its way out.
            refusal = await self._worded(error)
            self._record(request, refusal.code, sent_ns)
            await sleep(self._leg(self.latency.response))
            raise refusal from None
        self._record(request, response.code, sent_ns)
        await sleep(self._leg(self.latency.response))
        return response

    async def _worded(self, error: ApiError) -> ApiError:
        """Return *error* as the server words it once it has looked again."""
        if error.second_look is None:
            return error
        await sleep(self._leg(self.latency.request))
        refusal = error.second_look()
        refusal.warnings = error.warnings
        return refusal

    def _record(self, request: Request, code: int, sent_ns: int) -> None:
        if self.scheduler.trace.enabled:
            fields = request_fields(request)
            self.scheduler.record("api.request", **fields, code=code, sent_ns=sent_ns)

    def watch_delay(self) -> int:
        """Return how long the next watch event is under way."""
        return self._leg(self.latency.watch)

    def handover_delay(self) -> int:
        """Return how long the next notification waits for its handler."""
        longest = self.latency.handover
        if not longest:
            return 0
        chance = self.scheduler.choices.stream("handover").random()
        return int(longest * chance**8)

    async def _answer(self, request: Request) -> Response:
        effect = self._fault(request)
        match effect:
            case None:
                pass
            case Refuse():
                raise effect.error()
            case ConnectionRefused():
                raise connection_refused(request)
            case Hang():
                await self._silence(request, None)
            case Delay(duration_ns):
                await sleep(duration_ns)
            case _:
                pass
        try:
            response = self.server.handle(request)
        except NoAnswer as silence:
            await self._silence(request, silence.released)
            raise AssertionError("silence ends in an error") from None
        if isinstance(effect, DropWatch) and isinstance(response.body, WatchStream):
            response.body.close()
        return response

    def _fault(self, request: Request) -> Effect | None:
        if not self.faults:
            return None
        facts = RequestFacts(
            verb=request.verb,
            resource=request.resource.group_resource,
            namespace=request.namespace,
            name=request.name,
            user=request.user,
            path=request.path,
        )
        return self.faults.decide(facts, self.scheduler.now, self.scheduler.choices)

    async def _silence(self, request: Request, released: Signal | None) -> None:
        signal = released or self.scheduler.signal()
        discovers = request.verb == "discover"
        patience_ns = DISCOVERY_TIMEOUT_NS if discovers else REQUEST_TIMEOUT_NS
        if await wait_for(self.scheduler, signal, patience_ns):
            raise connection_refused(request)
        if discovers:
            raise api_error(504, "", _impatience(request))
        text = "Timeout: request did not complete within the allotted timeout"
        raise api_error(504, "Timeout", text)

    def _leg(self, bounds: tuple[int, int]) -> int:
        low, high = bounds
        if low == high:
            return low
        return low + int(
            self.scheduler.choices.stream("latency").random() * (high - low)
        )


def _impatience(request: Request) -> str:
    seconds = DISCOVERY_TIMEOUT_NS // SECOND
    return (
        f'Get "https://127.0.0.1:6443{request.path}?timeout={seconds}s": context '
        "deadline exceeded (Client.Timeout exceeded while awaiting headers)"
    )


def request_fields(request: Request) -> Json:
    """Return *request* as its trace record shows it, without what was not said."""
    fields: Json = {"user": request.user, "verb": request.verb}
    if request.path:
        fields["path"] = request.path
        return fields
    group, _, plural = request.resource
    fields["resource"] = f"{plural}.{group}" if group else plural
    if request.subresource:
        fields["subresource"] = request.subresource
    body = request.body
    created = body.name if isinstance(body, KubeObject) else ""
    fields["namespace"] = request.namespace
    fields["name"] = request.name or created
    if request.options is not None:
        fields["options"] = request.options.to_dict()
    if isinstance(body, Patch):
        fields["patch"] = body.body
    return fields


def connection_refused(request: Request) -> Exception:
    """Return what a client makes of a backend that does not take the call."""
    target = "" if not request.resource.resource else f" (get {_target(request)})"
    text = f"the server is currently unable to handle the request{target}"
    return api_error(503, "ServiceUnavailable", text)


def _target(request: Request) -> str:
    resource = str(request.resource.group_resource)
    return f"{resource} {request.name}" if request.name else resource
