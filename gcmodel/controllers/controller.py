"""A control loop: keys come in, whoever they name is brought to its desired state.

Upstream: ``Run``, ``worker`` and ``handleErr`` of the workload controllers, for one
pkg/controller/deployment/deployment_controller.go
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

import attrs

from gcmodel.client.informer import SharedInformer
from gcmodel.client.workqueue import RateLimitingQueue
from gcmodel.controllers.messages import (
    CACHES_POPULATED,
    CACHES_SYNCED,
    WAITING_FOR_CACHES,
)
from gcmodel.errors import ApiError, ReconcileError
from gcmodel.kernel.durations import MILLISECOND, SECOND
from gcmodel.kernel.log import Message
from gcmodel.kernel.scheduler import Scheduler, Steps, Task, pause, sleep
from gcmodel.objects.metadata import KubeObject

SYNC_POLL_NS = 100 * MILLISECOND
"""How often a controller looks whether its informers have synced."""

START_NS_MAX = 10 * SECOND
"""A start that takes longer waits for something broken, and nobody waits for it."""

NAMESPACE_TERMINATING = "NamespaceTerminating"

Retry = ApiError | ReconcileError
"""What a turn may fail with; the key then comes back after its back-off."""


class Reconciler(Protocol):
    """Brings one object to its desired state."""

    async def reconcile(self, key: str) -> None:
        """Look at the object called *key* and do what is to be done.

        Raises:
            ApiError: The server said no; try again later.
            ReconcileError: The state does not allow it; try again later.
        """


@attrs.frozen
class Handlers:
    """Three functions as an event handler."""

    added: Callable[[KubeObject], None]
    updated: Callable[[KubeObject, KubeObject], None]
    deleted: Callable[[KubeObject], None]

    @classmethod
    def for_each(cls, wake: Callable[[KubeObject], None]) -> "Handlers":
        """Return handlers that call *wake* with the newest state, whatever happens."""
        return cls(wake, lambda _before, seen: wake(seen), wake)

    def on_add(self, seen: KubeObject) -> None:
        """An object appeared in the cache."""
        self.added(seen)

    def on_update(self, before: KubeObject, seen: KubeObject) -> None:
        """A cached object was replaced."""
        self.updated(before, seen)

    def on_delete(self, last: KubeObject) -> None:
        """An object left the cache."""
        self.deleted(last)


def no_report(key: str, error: Retry) -> None:
    """Say nothing of a failed turn."""


async def nothing_to_prepare() -> None:
    """Be ready at once."""


@attrs.define(eq=False, repr=False)
class Controller:
    """Workers around a queue of ``namespace/name`` keys.

    * **Level-triggered**: a key says *look at this object*, never what happened.
    * **One at a time**: no two workers look at the same object at once.
    * **Patient**: no worker starts before every informer has synced.
    * **Persistent**: a failed turn comes back with a growing delay; with
      *retries_max* it is dropped after that many, until the next change.

    Attributes:
        name: The component, as log lines and Events have it.
        log_style: As the version words its lines.
        report: Told of each turn that failed.
        prepare: Awaited before anything else.
    """

    name: str
    scheduler: Scheduler
    queue: RateLimitingQueue[str]
    reconciler: Reconciler
    informers: tuple[SharedInformer, ...]
    log_style: str = attrs.field(kw_only=True)
    workers: int = 5
    retries_max: int | None = None
    report: Callable[[str, Retry], None] = no_report
    prepare: Callable[[], Awaitable[None]] = nothing_to_prepare
    synced: bool = attrs.field(default=False, init=False)
    _tasks: list[Task] = attrs.field(factory=list, init=False)

    def start(self) -> None:
        """Begin: wait for the informers, then work."""
        self._spawn("start", self._start())

    def stop(self) -> None:
        """End, wherever the workers are."""
        self.queue.shut_down()
        for task in self._tasks:
            self.scheduler.cancel(task)
        self._tasks.clear()

    async def _start(self) -> None:
        await self.prepare()
        self._log(WAITING_FOR_CACHES)
        await self._until_informers_synced()
        self._log(CACHES_POPULATED)
        self._log(CACHES_SYNCED)
        self.synced = True
        for number in range(self.workers):
            self._spawn(f"worker {number}", self._work())

    async def _until_informers_synced(self) -> None:
        patient_until = self.scheduler.now + START_NS_MAX
        while not self._informers_synced():
            patient = self.scheduler.now < patient_until
            await (sleep(SYNC_POLL_NS) if patient else pause(SYNC_POLL_NS))

    def _informers_synced(self) -> bool:
        return all(informer.has_synced for informer in self.informers)

    async def _work(self) -> None:
        while (key := await self.queue.get()) is not None:
            await self._turn(key)

    async def _turn(self, key: str) -> None:
        try:
            await self.reconciler.reconcile(key)
        except (ApiError, ReconcileError) as error:
            self._failed(key, error)
        else:
            self.queue.forget(key)
        finally:
            self.queue.done(key)

    def _failed(self, key: str, error: Retry) -> None:
        self.report(key, error)
        limit = self.retries_max
        if limit is None or self.queue.num_requeues(key) < limit:
            self.queue.add_rate_limited(key)
        else:
            self.queue.forget(key)

    def _log(self, message: Message) -> None:
        message.log(self.scheduler, self.log_style, name=self.name)

    def _spawn(self, what: str, steps: Steps) -> None:
        self._tasks.append(self.scheduler.spawn(f"{self.name} {what}", steps))


def split_key(key: str) -> tuple[str, str]:
    """Return namespace and name of ``namespace/name``; the former may be empty."""
    namespace, slash, name = key.rpartition("/")
    return (namespace, name) if slash else ("", key)


def namespace_terminates(error: Retry) -> bool:
    """Whether *error* says that nothing can be created since the namespace ends."""
    if not isinstance(error, ApiError):
        return False
    return any(cause.reason == NAMESPACE_TERMINATING for cause in error.status.causes)
