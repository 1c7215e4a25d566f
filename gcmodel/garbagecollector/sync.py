"""The sync loop: follows discovery, and makes the monitors follow.

Two kinds. *Strict* (up to 1.31) holds every worker until all monitors have synced,
however often that takes. *Tolerant* (1.32 and later) waits once and goes on.

Upstream: ``Sync`` in pkg/controller/garbagecollector/garbagecollector.go
"""

from collections.abc import Callable

import attrs

from gcmodel.client.discovery import DiscoveryClient
from gcmodel.client.rest_mapper import RestMapper
from gcmodel.garbagecollector import sync_messages as messages
from gcmodel.garbagecollector.cache_wait import CacheWait
from gcmodel.garbagecollector.deletable_resources import (
    DeletableResources,
    Resources,
    deletable_resources,
    diff_text,
    failed_groups_text,
)
from gcmodel.garbagecollector.monitors import Monitors, ResyncError
from gcmodel.garbagecollector.worker_lock import WorkerLock
from gcmodel.kernel.durations import MILLISECOND, SECOND
from gcmodel.kernel.log import Message
from gcmodel.kernel.scheduler import Scheduler, pause
from gcmodel.versions.profile import Profile

PERIOD_NS = 30 * SECOND
TICK_NS = 100 * MILLISECOND


@attrs.frozen
class Attempt:
    """One attempt to bring the monitors in step.

    Attributes:
        number: Counted from 1 within one pass.
        started_ns: When its diff was logged; discovery lies before.
        diff: What came and went since the last pass that succeeded.
        monitors_ns: When the monitors were made; None if they were not.
        outcome: ``synced``, ``timed out``, ``resync failed``; empty while it runs.
    """

    number: int
    started_ns: int
    diff: str
    monitors_ns: int | None = None
    ended_ns: int | None = None
    outcome: str = ""


@attrs.define(eq=False)
class Sync:
    """Runs one pass after another, 30 s after the end of the last.

    * **Ignorant of emptiness**: when discovery brings nothing at all, nothing is
      changed.
    * **Strict**: from the first attempt of a pass to its success no worker runs;
      each attempt waits 30 s for the caches, the next begins with fresh discovery
      at the next tick of 100 ms.
    * **Tolerant**: a pass that times out counts as done; it is not repeated until
      discovery changes.
    """

    scheduler: Scheduler
    discovery: DiscoveryClient
    mapper: RestMapper
    monitors: Monitors
    worker_lock: WorkerLock
    profile: Profile
    say: Callable[..., None]
    period_ns: int = PERIOD_NS
    errors_total: int = attrs.field(default=0, init=False)
    """``garbagecollector_controller_resources_sync_error_total``."""
    attempts: list[Attempt] = attrs.field(factory=list, init=False)
    idle_passes: list[int] = attrs.field(factory=list, init=False)
    """When discovery brought no news."""
    passes_ns: list[int] = attrs.field(factory=list, init=False)
    """When each pass that has ended had begun."""
    in_pass: bool = attrs.field(default=False, init=False)
    _known: Resources = attrs.field(default=frozenset(), init=False)

    async def run(self) -> None:
        """Go on for ever."""
        while True:
            self.in_pass, begun = True, self.scheduler.now
            await self.run_once()
            self.in_pass = False
            self.passes_ns.append(begun)
            await pause(self.period_ns)

    async def run_once(self) -> None:
        """Go through one pass."""
        found = await self._discover()
        if not found.resources:
            self._count_error(messages.NO_RESOURCES)
            return
        found = self._keep_synced(found)
        if found.resources == self._known:
            self.idle_passes.append(self.scheduler.now)
            self.say(messages.NO_UPDATES)
            return
        if self.profile.sync_pauses_workers:
            await self._pass_strictly(found)
        else:
            await self._pass_tolerantly(found)

    # Strict

    async def _pass_strictly(self, found: DeletableResources) -> None:
        await self.worker_lock.acquire_write()
        self.scheduler.record("gc.paused", diff=diff_text(self._known, found.resources))
        number = 1
        resources: Resources | None = found.resources
        ticker_ns: int | None = None
        while resources is None or not await self._attempt_strictly(number, resources):
            if ticker_ns is None:
                ticker_ns = self.scheduler.now
            await pause(_until_next_tick(ticker_ns, self.scheduler.now))
            number += 1
            resources = await self._discover_again(number)
        self._known = resources
        self.say(messages.SYNCED)
        self.worker_lock.release_write()
        self.scheduler.record("gc.resumed", attempts=number)

    async def _discover_again(self, number: int) -> Resources | None:
        found = await self._discover()
        if not found.resources:
            self._count_error(messages.NO_RESOURCES_AGAIN, attempt=number)
            return None
        return self._keep_synced(found).resources

    async def _attempt_strictly(self, number: int, resources: Resources) -> bool:
        self._begin(number, resources, messages.SYNCING)
        try:
            await self._resync(resources)
        except ResyncError as error:
            self._end("resync failed")
            self._count_error(messages.RESYNC_FAILED, attempt=number, error=error)
            return False
        if not await self._wait():
            self._end("timed out")
            self._count_error(messages.TIMED_OUT, attempt=number)
            return False
        self._end("synced")
        return True

    # Tolerant

    async def _pass_tolerantly(self, found: DeletableResources) -> None:
        resources = found.resources
        self._begin(1, resources, messages.SYNCING_TOLERANT)
        try:
            await self._resync(resources)
        except ResyncError as error:
            self._end("resync failed")
            self._count_error(messages.RESYNC_FAILED_TOLERANT, error=error)
            return
        if await self._wait():
            self._end("synced")
            self.say(messages.SYNCED)
        else:
            self._end("timed out")
            self._count_error(messages.TIMED_OUT_TOLERANT)
        self._known = resources

    # Shared steps

    async def _discover(self) -> DeletableResources:
        found = deletable_resources(await self.discovery.discover())
        structured = self.profile.log_style != "printf"
        if found.failed:
            groups = failed_groups_text(found.failed, self.profile)
            message = (
                messages.GROUPS_FAILED_I if structured else messages.GROUPS_FAILED_W
            )
            self.say(message, groups=groups)
        elif found.error:
            message = (
                messages.DISCOVERY_FAILED_I
                if structured
                else messages.DISCOVERY_FAILED_W
            )
            self.say(message, error=found.error)
        for version in found.invalid:
            self.say(messages.INVALID_RESOURCE, version=version)
        return found

    def _keep_synced(self, found: DeletableResources) -> DeletableResources:
        if not self.profile.partial_discovery_keeps_synced or not found.failed:
            return found
        return found.keeping(
            resource
            for resource in self._known
            if resource.group_version in found.failed
            and self.monitors.is_resource_synced(resource)
        )

    async def _resync(self, resources: Resources) -> None:
        self.mapper.reset()
        self.say(messages.RESET_MAPPER)
        wanted = self.scheduler.choices.schedule.arrange(sorted(resources))
        await self.monitors.resync(wanted)
        self.attempts[-1] = attrs.evolve(
            self.attempts[-1], monitors_ns=self.scheduler.now
        )
        self.say(messages.RESYNCED)

    async def _wait(self) -> bool:
        wait = CacheWait(self.scheduler, self.monitors, self.say)
        return await wait.wait(self.period_ns)

    def _begin(self, number: int, resources: Resources, message: Message) -> None:
        diff = diff_text(self._known, resources)
        self.attempts.append(Attempt(number, self.scheduler.now, diff))
        self.scheduler.record("gc.sync", attempt=number, diff=diff)
        self.say(message, attempt=number, diff=diff)

    def _end(self, outcome: str) -> None:
        self.attempts[-1] = attrs.evolve(
            self.attempts[-1], ended_ns=self.scheduler.now, outcome=outcome
        )
        self.scheduler.record(
            "gc.sync.end",
            attempt=self.attempts[-1].number,
            outcome=outcome,
            unsynced=[str(one.resource) for one in self.monitors.unsynced()],
        )

    def _count_error(self, message: Message, **fields: object) -> None:
        self.errors_total += 1
        self.say(message, **fields)


def _until_next_tick(ticker_ns: int, now_ns: int) -> int:
    return TICK_NS - (now_ns - ticker_ns) % TICK_NS
