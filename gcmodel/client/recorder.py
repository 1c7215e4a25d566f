"""Kubernetes Events: what a component tells people, counted and thinned out.

Upstream: ``EventCorrelator`` in client-go tools/record/events_cache.go;
``recordToSink`` in client-go tools/record/event.go
"""

import attrs

from gcmodel.client.client import Client
from gcmodel.errors import ApiError, NotFoundError
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler, Task
from gcmodel.kernel.waits import Mailbox
from gcmodel.objects.identity import GroupVersionResource, ObjectReference
from gcmodel.objects.metadata import Json, KubeObject, ObjectMeta, rfc3339
from gcmodel.objects.patch_types import Patch, PatchType

EVENTS = GroupVersionResource("", "v1", "events")
SIMILAR_MAX = 10
SIMILAR_WINDOW_S = 600
COMBINED = "(combined from similar events): "
SPAM_BURST = 25
SPAM_REFILL_S = 300


@attrs.define
class _Known:
    """An Event that was told before, written or not, and how often it has happened."""

    name: str
    first_s: int
    count: int = 0


@attrs.frozen
class _Told:
    involved: ObjectReference
    type: str
    reason: str
    message: str
    cause: int

    @property
    def about(self) -> tuple[str, ...]:
        """What makes two Events similar: everything but the message."""
        return (*self.involved, self.type, self.reason)


@attrs.define(eq=False)
class EventRecorder:
    """Writes Events about objects, in the background.

    * **Counted**: the same Event again raises the count of the first one, which is
      written again if it is gone.
    * **Aggregated**: from the tenth similar one on, one stands for all, until for
      ten minutes there was none.
    * **Thinned**: at most 25 at once for one object, then one in five minutes; the
      others are counted, but not written.
    * **Best effort**: an Event that cannot be written is dropped.
    """

    client: Client
    scheduler: Scheduler
    component: str
    wall_epoch_s: int = 0
    _mailbox: Mailbox[_Told] = attrs.field(init=False)
    _task: Task | None = attrs.field(default=None, init=False)
    _known: dict[tuple[str, ...], _Known] = attrs.field(factory=dict, init=False)
    _similar: dict[tuple[str, ...], tuple[int, dict[str, None]]] = attrs.field(
        factory=dict, init=False
    )
    _tokens: dict[tuple[str, ...], tuple[float, int]] = attrs.field(
        factory=dict, init=False
    )

    @_mailbox.default
    def _box(self) -> Mailbox[_Told]:
        return Mailbox(self.scheduler)

    def event(
        self,
        about: KubeObject | ObjectReference,
        kind: str,
        reason: str,
        message: str,
    ) -> None:
        """Tell of *reason* about an object; *kind* is ``Normal`` or ``Warning``."""
        involved = about.reference if isinstance(about, KubeObject) else about
        cause = self.scheduler.trace.cause
        self._mailbox.put(_Told(involved, kind, reason, message, cause))
        if self._task is None:
            name = f"events {self.component}"
            self._task = self.scheduler.spawn(name, self._run())

    def stop(self) -> None:
        """End with the process; what waits is lost."""
        if self._task is not None:
            self.scheduler.cancel(self._task)

    async def _run(self) -> None:
        while True:
            told = await self._mailbox.take()
            self.scheduler.act_upon(told.cause)
            told = self._aggregated(told)
            known = self._counted(told)
            if self._passes(told):
                await self._write(told, known)

    def _now_s(self) -> int:
        return self.wall_epoch_s + self.scheduler.now // SECOND

    def _passes(self, told: _Told) -> bool:
        key = tuple(told.involved)
        tokens, at = self._tokens.get(key, (float(SPAM_BURST), self._now_s()))
        tokens = min(SPAM_BURST, tokens + (self._now_s() - at) / SPAM_REFILL_S)
        self._tokens[key] = (tokens - 1 if tokens >= 1 else tokens, self._now_s())
        return tokens >= 1

    def _aggregated(self, told: _Told) -> _Told:
        last_s, messages = self._similar.get(told.about, (0, {}))
        if self._now_s() - last_s > SIMILAR_WINDOW_S:
            messages = {}
        messages[told.message] = None
        self._similar[told.about] = (self._now_s(), messages)
        if len(messages) < SIMILAR_MAX:
            return told
        return attrs.evolve(told, message=COMBINED + told.message)

    def _counted(self, told: _Told) -> _Known:
        combined = told.message.startswith(COMBINED)
        key = told.about if combined else (*told.about, told.message)
        known = self._known.get(key)
        if known is None:
            stamp = self.scheduler.choices.stream("event-name").getrandbits(60)
            name = f"{told.involved.name}.{stamp:016x}"
            known = self._known[key] = _Known(name, self._now_s())
        known.count += 1
        return known

    async def _write(self, told: _Told, known: _Known) -> None:
        try:
            if known.count == 1 or not await self._raise_count(told, known):
                await self._create(told, known)
        except ApiError:
            return

    async def _raise_count(self, told: _Told, known: _Known) -> bool:
        """Count one that was written before; return whether it is still there."""
        body: Json = {
            "count": known.count,
            "lastTimestamp": rfc3339(self._now_s()),
            "message": told.message,
        }
        patch = Patch(PatchType.STRATEGIC, body)
        try:
            await self.client.patch(EVENTS, _namespace_of(told), known.name, patch)
        except NotFoundError:
            return False
        return True

    async def _create(self, told: _Told, known: _Known) -> None:
        involved = told.involved
        reference = {
            "kind": involved.kind,
            "namespace": involved.namespace,
            "name": involved.name,
            "uid": involved.uid,
            "apiVersion": involved.api_version,
        }
        body: Json = {
            "involvedObject": {key: value for key, value in reference.items() if value},
            "reason": told.reason,
            "message": told.message,
            "source": {"component": self.component},
            "firstTimestamp": rfc3339(known.first_s),
            "lastTimestamp": rfc3339(self._now_s()),
            "count": known.count,
            "type": told.type,
        }
        meta = ObjectMeta(name=known.name, namespace=_namespace_of(told))
        await self.client.create(EVENTS, KubeObject("v1", "Event", meta, body))


def _namespace_of(told: _Told) -> str:
    return told.involved.namespace or "default"
