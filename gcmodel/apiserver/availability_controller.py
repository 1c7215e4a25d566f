"""The loop that keeps the ``Available`` condition of APIServices current.

Upstream: ``AvailableConditionController`` in kube-aggregator
pkg/controllers/status/available_controller.go
"""

from collections.abc import Callable
from typing import TypeAlias

import attrs

from gcmodel.apiserver.aggregation import (
    AGGREGATOR_USER,
    API_SERVICES,
    ENDPOINT_SLICES,
    OBSERVED,
    Aggregator,
    ConnectionRefused,
    dial_error,
    service_of_slice,
)
from gcmodel.apiserver.availability import (
    PASSED,
    ApiService,
    availability,
)
from gcmodel.apiserver.conditions import Condition
from gcmodel.apiserver.requests import NoAnswer, Request, Response
from gcmodel.errors import ApiError
from gcmodel.kernel.durations import MILLISECOND, SECOND
from gcmodel.kernel.scheduler import Scheduler, pause, sleep
from gcmodel.kernel.waits import Mailbox
from gcmodel.objects.identity import GroupResource
from gcmodel.objects.metadata import KubeObject

RESYNC_NS = 30 * SECOND
ATTEMPTS = 5
"""Calls of one health check, all at once; a single good answer is enough."""

ATTEMPT_TIMEOUT_NS = 5 * SECOND
RETRY_FIRST_NS = 5 * MILLISECOND
RETRY_MAX_NS = 30 * SECOND
_DOUBLINGS_MAX = 32
_SUCCESSFUL = range(200, 300)

Outcome: TypeAlias = Response | ApiError | NoAnswer | ConnectionRefused
"""How one call of a health check went."""


def check_problem(url: str, outcome: Outcome) -> str:
    """Return what is wrong with the answer to a health check; empty if nothing.

    Only a 2xx is good: redirections are not followed.
    """
    match outcome:
        case Response(code) if code in _SUCCESSFUL:
            return ""
        case Response(code):
            problem = f"bad status from {url}: {code}"
        case ApiError():
            problem = f"bad status from {url}: {outcome.code}"
        case ConnectionRefused():
            problem = f'Get "{url}": {dial_error(str(outcome))}'
        case NoAnswer():
            patience = "Client.Timeout exceeded while awaiting headers"
            problem = f'Get "{url}": context deadline exceeded ({patience})'
    return f"failing or missing response from {url}: {problem}"


@attrs.define(eq=False)
class AvailabilityController:
    """Judges APIServices when something changes, every 30 s, and after failures.

    * **Deduplicated**: an APIService that is queued is not queued again, and is
      judged by one worker at a time.
    * **Backing off**: a failed health check is repeated after 5 ms, then twice as
      long each time up to 30 s. A check that fails in between, for another reason to
      make one, lengthens the next wait but not the present one.

    Attributes:
        write: Stores an APIService whose status has changed.
        now_s: The wall clock.
        first_resync_ns: When the first periodic resync is due after :meth:`run`.
    """

    scheduler: Scheduler
    aggregator: Aggregator
    write: Callable[[KubeObject], None]
    now_s: Callable[[], int]
    workers: int = 5
    first_resync_ns: int = RESYNC_NS
    _work: Mailbox[str] = attrs.field(init=False)
    _queued: dict[str, int] = attrs.field(factory=dict, init=False)
    _busy: set[str] = attrs.field(factory=set, init=False)
    _again: dict[str, int] = attrs.field(factory=dict, init=False)
    _failures: dict[str, int] = attrs.field(factory=dict, init=False)
    _due: dict[str, int] = attrs.field(factory=dict, init=False)

    @_work.default
    def _mailbox(self) -> Mailbox[str]:
        return Mailbox(self.scheduler)

    async def run(self) -> None:
        """Start the workers, then resync for ever."""
        self.resync()
        for number in range(self.workers):
            name = f"apiservice-availability-{number}"
            self.scheduler.spawn(name, self._worker(), background=True)
        await pause(self.first_resync_ns)
        while True:
            self.resync()
            await pause(RESYNC_NS)

    def observe(self, resource: GroupResource, changed: KubeObject) -> None:
        """Take note that *changed*, an object of *resource*, was written or deleted."""
        if resource not in OBSERVED:
            return
        if resource == API_SERVICES:
            self.enqueue(changed.name)
            return
        slices = resource == ENDPOINT_SLICES
        service = service_of_slice(changed) if slices else changed.name
        for api_service in self.aggregator.api_services():
            reference = api_service.service
            if reference is not None and (reference.namespace, reference.name) == (
                changed.namespace,
                service,
            ):
                self.enqueue(api_service.name)

    def resync(self) -> None:
        """Queue every aggregated APIService; local ones have nothing to re-check."""
        for api_service in self.aggregator.api_services():
            if api_service.service is not None:
                self.enqueue(api_service.name)

    def enqueue(self, name: str) -> None:
        """Have the APIService called *name* judged soon."""
        cause = self.scheduler.trace.cause
        if name in self._busy:
            self._again[name] = cause
        elif name not in self._queued:
            self._queued[name] = cause
            self._work.put(name)

    async def _worker(self) -> None:
        while True:
            name = await self._work.take()
            self.scheduler.act_upon(self._queued.pop(name))
            self._busy.add(name)
            await self.sync(name)
            self._busy.discard(name)
            if name in self._again:
                self.scheduler.act_upon(self._again.pop(name))
                self.enqueue(name)

    async def sync(self, name: str) -> None:
        """Judge one APIService and store the verdict."""
        stored = self.aggregator.reader.get(API_SERVICES, "", name)
        if stored is None:
            self._failures.pop(name, None)
            return
        api_service = ApiService.of(stored)
        facts = self.aggregator.facts(api_service)
        verdict = availability(facts)
        if verdict == PASSED:
            problem = await self._check(api_service)
            verdict = availability(attrs.evolve(facts, check_problem=problem))
        self._store(name, verdict)
        if verdict.reason == "FailedDiscoveryCheck":
            self._retry(name)
        else:
            self._failures.pop(name, None)

    def _store(self, name: str, verdict: Condition) -> None:
        # Read anew: the check may have taken seconds.
        stored = self.aggregator.reader.get(API_SERVICES, "", name)
        if stored is not None and Condition.of(stored, "Available") != verdict:
            self.scheduler.record(
                "apiservice.condition",
                name=name,
                status=verdict.status,
                reason=verdict.reason,
                message=verdict.message,
            )
            self.write(verdict.written_to(stored, self.now_s()))

    def _retry(self, name: str) -> None:
        failures = self._failures.get(name, 0)
        self._failures[name] = failures + 1
        delay = min(RETRY_FIRST_NS << min(failures, _DOUBLINGS_MAX), RETRY_MAX_NS)
        due = self.scheduler.now + delay
        # A retry that is due already is not put off by another failure.
        if name not in self._due or due < self._due[name]:
            self._due[name] = due
            steps = self._enqueue_later(name, delay)
            self.scheduler.spawn(f"retry-{name}", steps, background=True)

    async def _enqueue_later(self, name: str, delay: int) -> None:
        await sleep(delay)
        if self._due.get(name) == self.scheduler.now:
            del self._due[name]
            self.enqueue(name)

    async def _check(self, api_service: ApiService) -> str:
        url = self.aggregator.url(api_service)
        request = Request(
            verb="discover",
            user=AGGREGATOR_USER,
            path=f"/apis/{api_service.group_version}",
        )
        outcomes = [self._ask(api_service, request) for _ in range(ATTEMPTS)]
        problems = [check_problem(url, outcome) for outcome in outcomes]
        if "" in problems:
            return ""
        if any(isinstance(outcome, NoAnswer) for outcome in outcomes):
            await sleep(ATTEMPT_TIMEOUT_NS)
        return problems[-1]

    def _ask(self, api_service: ApiService, request: Request) -> Outcome:
        try:
            return self.aggregator.ask(api_service, request)
        except (ApiError, NoAnswer, ConnectionRefused) as outcome:
            return outcome
