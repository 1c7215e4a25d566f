"""The garbage collector: monitors, graph builder, queues, workers and sync, together.

Upstream: ``GarbageCollector`` and ``Run`` in
pkg/controller/garbagecollector/garbagecollector.go; ``startGarbageCollectorController``
in cmd/kube-controller-manager/app/core.go
"""

from collections.abc import Awaitable, Callable
from typing import Any

import attrs

from gcmodel.client.client import Client
from gcmodel.client.discovery import DiscoveryClient
from gcmodel.client.informer import SharedInformerFactory
from gcmodel.client.recorder import EventRecorder
from gcmodel.client.rest_mapper import RestMapper
from gcmodel.client.workqueue import WorkQueue
from gcmodel.garbagecollector import sync_messages as messages
from gcmodel.garbagecollector.absent_owner_cache import AbsentOwnerCache
from gcmodel.garbagecollector.attempt_to_delete import DeletionWorker, Outcome
from gcmodel.garbagecollector.attempt_to_orphan import OrphanWorker
from gcmodel.garbagecollector.cache_wait import CacheWait
from gcmodel.garbagecollector.graph import DependencyGraph
from gcmodel.garbagecollector.graph_builder import GraphBuilder, GraphChange
from gcmodel.garbagecollector.monitors import Monitor, Monitors
from gcmodel.garbagecollector.node import Node
from gcmodel.garbagecollector.operations import Operations
from gcmodel.garbagecollector.status import BlockingMonitor, CollectorStatus
from gcmodel.garbagecollector.sync import PERIOD_NS, Sync
from gcmodel.garbagecollector.wording import in_words
from gcmodel.garbagecollector.worker_lock import WorkerLock
from gcmodel.kernel.log import Message
from gcmodel.kernel.scheduler import Scheduler, Task, sleep
from gcmodel.objects.identity import ObjectReference
from gcmodel.objects.metadata import OwnerReference
from gcmodel.versions.profile import Profile


@attrs.frozen(kw_only=True)
class CollectorParts:
    """What the collector is given.

    Attributes:
        client: For its live calls, under its own identity.
        discovery: Its own discovery client; separate from the mapper's.
        workers: ``--concurrent-gc-syncs``, 20; as many for orphaning.
        verbosity: ``--v``: information lines above it are not recorded.
    """

    scheduler: Scheduler
    profile: Profile
    client: Client
    discovery: DiscoveryClient
    mapper: RestMapper
    informers: SharedInformerFactory
    recorder: EventRecorder
    workers: int = 20
    verbosity: int = 2
    sync_period_ns: int = PERIOD_NS


class GarbageCollector:
    """Deletes objects whose owners are gone, and holds owners whose dependents are not.

    It starts with an empty graph each time the controller manager starts.
    """

    def __init__(self, parts: CollectorParts) -> None:
        """Wire the parts together; nothing runs yet."""
        self.parts = parts
        self.scheduler = parts.scheduler
        self.graph = DependencyGraph()
        by_uid = parts.profile.absent_owner_key == "uid"
        self.absent_owners = AbsentOwnerCache(by_uid=by_uid)
        self.graph_changes: WorkQueue[GraphChange] = self._queue("graph_changes")
        self.attempt_to_delete: WorkQueue[Node] = self._queue("attempt_to_delete")
        self.attempt_to_orphan: WorkQueue[Node] = self._queue("attempt_to_orphan")
        self.graph_builder = self._make_graph_builder()
        self.monitors = Monitors(
            parts.scheduler,
            parts.informers,
            parts.mapper,
            parts.profile,
            self.graph_changes.add,
            self.say,
        )
        self._make_workers()
        self.worker_lock = WorkerLock(parts.scheduler)
        self.sync = self._make_sync()
        self.working = False
        self._tasks: list[Task] = []

    def _make_graph_builder(self) -> GraphBuilder:
        return GraphBuilder(
            self.graph,
            self.absent_owners,
            self.attempt_to_delete,
            self.attempt_to_orphan,
            self.parts.profile,
            self.say,
            self._report_invalid_namespace,
            self.scheduler.choices.schedule.arrange,
        )

    def _make_workers(self) -> None:
        parts = self.parts
        operations = Operations(
            parts.client,
            parts.mapper,
            parts.profile,
            self.say,
            self.monitors.find_cached,
        )
        self.deletion_worker = DeletionWorker(
            self.graph,
            self.attempt_to_delete,
            self.absent_owners,
            operations,
            parts.profile,
            self.enqueue_virtual_delete,
            self.say,
        )
        arrange = self.scheduler.choices.schedule.arrange
        self.orphan_worker = OrphanWorker(self.scheduler, operations, self.say, arrange)

    def _make_sync(self) -> Sync:
        parts = self.parts
        return Sync(
            parts.scheduler,
            parts.discovery,
            parts.mapper,
            self.monitors,
            self.worker_lock,
            parts.profile,
            self.say,
            parts.sync_period_ns,
        )

    def start(self) -> None:
        """Start graph builder, sync loop and, once all caches have synced, workers."""
        self._spawn("gc-run", self._run())
        self._spawn("gc-sync", self.sync.run())

    def stop(self) -> None:
        """End with the process; the graph is lost."""
        for task in self._tasks:
            self.scheduler.cancel(task)

    def status(self) -> CollectorStatus:
        """Return how things stand now."""
        attempts = self.sync.attempts
        unsynced = self.monitors.unsynced()
        return CollectorStatus(
            synced=bool(self.monitors.by_resource) and not unsynced,
            working=self.working,
            paused_since_ns=self.worker_lock.held_since_ns,
            blocked_by=tuple(_blocking(monitor) for monitor in unsynced),
            attempt=attempts[-1] if attempts else None,
            sync_errors=self.sync.errors_total,
            queued=len(self.attempt_to_delete) + len(self.attempt_to_orphan),
            in_hand=len(self.attempt_to_delete.processing)
            + len(self.attempt_to_orphan.processing),
            graph_size=len(self.graph),
        )

    def say(self, message: Message, **fields: Any) -> None:
        """Log *message*, unless it is more verbose than asked for."""
        if self.scheduler.trace.enabled and message.v <= self.parts.verbosity:
            style = self.parts.profile.log_style
            message.log(self.scheduler, style, **in_words(fields))

    def enqueue_virtual_delete(self, absent: ObjectReference) -> None:
        """Tell the graph builder that a worker did not find *absent*."""
        self.graph_changes.add(
            GraphChange(
                "delete", absent, virtual=True, cause=self.scheduler.trace.cause
            )
        )

    # Run

    async def _run(self) -> None:
        self.say(messages.STARTING)
        self.monitors.running = True
        self._spawn("graph-builder", self._build_graph())
        tolerant = not self.parts.profile.sync_pauses_workers
        wait = CacheWait(self.scheduler, self.monitors, self.say)
        synced = await wait.wait(self.parts.sync_period_ns if tolerant else None)
        if not tolerant:
            self.say(messages.PROCEEDING)
        else:
            text = messages.ALL_SYNCED if synced else messages.PROCEEDING_ANYWAYS
            self.say(text)
            self.say(messages.PROCEEDING_TOLERANT)
        self._start_workers()

    def _start_workers(self) -> None:
        self.working = True
        self.scheduler.record("gc.working", workers=self.parts.workers)
        for number in range(self.parts.workers):
            self._spawn(
                f"gc-worker-{number}",
                self._work(
                    self.attempt_to_delete, self.deletion_worker.attempt_to_delete
                ),
            )
            self._spawn(
                f"gc-orphan-worker-{number}",
                self._work(
                    self.attempt_to_orphan, self.orphan_worker.attempt_to_orphan
                ),
            )

    async def _build_graph(self) -> None:
        self.say(messages.BUILDER_RUNNING)
        await self.monitors.start()
        changes = self.graph_changes
        while (change := await changes.get()) is not None:
            self.process_change(change)

    def process_change(self, change: GraphChange) -> None:
        """Take *change*, which is off its queue, into the graph."""
        self.scheduler.act_upon(change.cause)
        self._trace_change(change)
        self.graph_builder.process(change)
        self.graph_changes.done(change)

    def _trace_change(self, change: GraphChange) -> None:
        if not self.scheduler.trace.enabled:
            return
        identity = change.identity
        number = self.scheduler.record(
            "gc.graph",
            event=change.type,
            virtual=change.virtual,
            kind=f"{identity.api_version}/{identity.kind}",
            namespace=identity.namespace,
            name=identity.name,
            uid=identity.uid,
        )
        self.scheduler.act_upon(number)

    async def _work(
        self, queue: WorkQueue[Node], attempt: Callable[[Node], Awaitable[Outcome]]
    ) -> None:
        while (node := await queue.get()) is not None:
            await self._take_turn(queue, attempt, node)
            # A worker that ends a turn competes with whoever it woke up, the graph
            # builder above all; it does not take its next item ahead of them.
            await sleep(0)

    async def _take_turn(
        self,
        queue: WorkQueue[Node],
        attempt: Callable[[Node], Awaitable[Outcome]],
        node: Node,
    ) -> None:
        # The item is already off the queue when the worker meets the lock.
        await self.worker_lock.acquire_read()
        self._trace_turn(queue, node)
        try:
            outcome = await attempt(node)
        finally:
            self.worker_lock.release_read()
        if outcome is Outcome.REQUEUE:
            queue.add_rate_limited(node)
        else:
            queue.forget(node)
        queue.done(node)

    def _trace_turn(self, queue: WorkQueue[Node], node: Node) -> None:
        if not self.scheduler.trace.enabled:
            return
        identity = node.identity
        number = self.scheduler.record(
            "gc.turn",
            queue=queue.name,
            kind=f"{identity.api_version}/{identity.kind}",
            namespace=identity.namespace,
            name=identity.name,
            uid=identity.uid,
            virtual=node.virtual,
        )
        self.scheduler.act_upon(number)

    def _report_invalid_namespace(self, node: Node, owner: OwnerReference) -> None:
        claimed = owner.in_namespace(node.identity.namespace)
        self.parts.recorder.event(
            node.identity,
            "Warning",
            "OwnerRefInvalidNamespace",
            f'ownerRef {claimed} does not exist in namespace "{claimed.namespace}"',
        )

    def _queue(self, name: str) -> WorkQueue[Any]:
        return WorkQueue(self.scheduler, f"garbage_collector_{name}")

    def _spawn(self, name: str, steps: Any) -> None:
        self._tasks.append(self.scheduler.spawn(name, steps))


def _blocking(monitor: Monitor) -> BlockingMonitor:
    reflector = monitor.informer.reflector
    return BlockingMonitor(
        monitor.resource,
        reflector.client.user,
        reflector.last_error,
        reflector.failures,
    )
