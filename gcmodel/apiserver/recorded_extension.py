"""The extension server of the recordings: one token, and a switch to break it.

Upstream: none; the stand-in that was recorded against a real control plane
"""

from collections.abc import Callable
from typing import Literal, TypeAlias, get_args

import attrs

from gcmodel.apiserver import answers
from gcmodel.apiserver.aggregation import ConnectionRefused
from gcmodel.apiserver.requests import NoAnswer, Request, Response
from gcmodel.apiserver.tokens import (
    CONTROLLER_MANAGER,
    KIND,
    TOKENS,
    failed_to,
    own_tokens_selector,
    tokens_resource,
)
from gcmodel.apiserver.watch import ADDED, MODIFIED, StoreEvent, WatchEvent, WatchStream
from gcmodel.errors import ApiError, UsageError
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler, Signal, Task, sleep
from gcmodel.objects.identity import Uid
from gcmodel.objects.lists import ObjectList
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from gcmodel.objects.selector_parser import parse
from gcmodel.objects.selectors import SelectorError

Mode: TypeAlias = Literal["ok", "fail-kcm", "fail-all", "hang", "hang-all", "down"]
"""``ok`` for everybody; a failure, or silence, for the controller manager or for all
(``hang-all`` includes discovery); nobody there."""

FIRST_REVISION = 100
NAMESPACE = "default"
"""Where the token lives while tokens are namespaced."""

WATCH_S_MIN, WATCH_S_MAX = 30 * 60, 60 * 60


@attrs.define(eq=False)
class RecordedExtension:
    """Answers for ``ext.cattle.io/v1`` with one token, as its mode says.

    * **By rule**: a failing mode treats the controller manager as a caller without
      full access, whoever calls: its name becomes a selector, and reading that
      fails. So the text is the same for every verb and user.
    * **No store**: creates, updates and deletes change nothing.

    Attributes:
        mode: Changed by :meth:`switch` alone.
    """

    scheduler: Scheduler
    now_s: Callable[[], int]
    mode: Mode = "ok"
    namespaced: bool = False
    _revision: int = attrs.field(default=FIRST_REVISION, init=False)
    _token: KubeObject = attrs.field(init=False)
    _history: list[StoreEvent] = attrs.field(factory=list, init=False)
    _streams: dict[WatchStream, Task] = attrs.field(factory=dict, init=False)
    _released: Signal = attrs.field(init=False)

    @_token.default
    def _only_token(self) -> KubeObject:
        meta = ObjectMeta(
            name="token-abc12",
            uid=Uid(self.scheduler.choices.uuid("extension-uid")),
            resource_version=str(FIRST_REVISION),
            creation_timestamp=self.now_s(),
        )
        return KubeObject(f"{TOKENS.group}/{TOKENS.version}", KIND, meta)

    @_released.default
    def _signal(self) -> Signal:
        return self.scheduler.signal()

    def switch(
        self, mode: str, *, cut_watches: bool = True, namespaced: bool | None = None
    ) -> None:
        """Take *mode*; end open watches and hanging requests if *cut_watches*.

        ``down`` always ends them, in the middle of the stream. *namespaced* stays as
        it was if None.

        Raises:
            UsageError: There is no such mode.
        """
        known = get_args(Mode)
        if mode not in known:
            raise UsageError(
                f"mode={mode!r}: not a mode of the extension server; "
                f"use one of {', '.join(known)}"
            )
        self.mode = known[known.index(mode)]
        if namespaced is not None:
            self.namespaced = namespaced
        if cut_watches or mode == "down":
            for stream in list(self._streams):
                if mode == "down":
                    stream.break_off()
                else:
                    stream.close()
            self._released.fire()

    def touch(self) -> None:
        """Change the token, so that open watches see it."""
        before = self.token
        self._revision += 1
        self._token = self._token.with_metadata(resource_version=str(self._revision))
        cause = self.scheduler.record("extension.write", name=self._token.name)
        change = StoreEvent(self._revision, MODIFIED, self.token, before, cause)
        self._history.append(change)
        for stream in list(self._streams):
            stream.deliver(change)

    @property
    def token(self) -> KubeObject:
        """The one token there is."""
        return self._token.with_metadata(namespace=NAMESPACE if self.namespaced else "")

    def handle(self, request: Request) -> Response:
        """Carry out *request*, or not, as the mode says.

        Raises:
            ApiError: The mode fails for this caller.
            NoAnswer: The mode hangs for this caller.
            ConnectionRefused: The mode is ``down``.
        """
        if self.mode == "down":
            raise ConnectionRefused
        affected = self.mode.endswith("-all") or request.user == CONTROLLER_MANAGER
        discovery = request.verb == "discover"
        hangs = self.mode == "hang" and affected and not discovery
        if self.mode == "hang-all" or hangs:
            self._record(request, 0)
            raise NoAnswer(self._released)
        if discovery:
            return Response(200, (tokens_resource(namespaced=self.namespaced),))
        if self.mode.startswith("fail") and affected:
            self._record(request, 500)
            raise self._failure()
        response = self._answer(request)
        self._record(request, response.code)
        return response

    @staticmethod
    def _failure() -> ApiError:
        try:
            parse(own_tokens_selector(CONTROLLER_MANAGER))
        except SelectorError as refusal:
            return answers.internal_error(failed_to("list", refusal))
        raise AssertionError("the name of the controller manager is no label value")

    def _record(self, request: Request, status: int) -> None:
        self.scheduler.record(
            "extension.request",
            user=request.user,
            verb=request.verb,
            namespace=request.namespace,
            status=status,
            limit=request.limit,
            resource_version=request.resource_version,
        )

    def _answer(self, request: Request) -> Response:
        if request.verb in ("list", "deletecollection"):
            return Response(200, self._list(request.namespace))
        if request.verb == "watch":
            return Response(200, self._watch(request))
        if request.verb == "create":
            assert isinstance(request.body, KubeObject), "a create carries an object"
            return Response(201, request.body)
        token = self.token
        if request.name != token.name or request.namespace != token.namespace:
            raise answers.not_found(TOKENS.group_resource, request.name)
        return Response(200, token)

    def _list(self, namespace: str) -> ObjectList:
        token = self.token
        items = (token,) if namespace in ("", token.namespace) else ()
        return ObjectList(items, str(self._revision))

    def _watch(self, request: Request) -> WatchStream:
        stream = WatchStream(self.scheduler, lambda _: True, lambda seen: seen)
        since = int(request.resource_version or 0)
        if since == 0:
            stream.push(WatchEvent(ADDED, self.token))
        else:
            for change in self._history:
                if change.revision > since:
                    stream.deliver(change)
        limit_s = request.timeout_s or self._patience_s()
        end = self._end_after(stream, limit_s)
        name = "extension-watch-timeout"
        self._streams[stream] = self.scheduler.spawn(name, end, background=True)
        stream.on_close = lambda: self._forget(stream)
        return stream

    def _forget(self, stream: WatchStream) -> None:
        timer = self._streams.pop(stream)
        if timer is not self.scheduler.current:
            self.scheduler.cancel(timer)

    def _patience_s(self) -> int:
        stream = "extension-watch-timeout"
        return int(self.scheduler.choices.uniform(stream, WATCH_S_MIN, WATCH_S_MAX))

    @staticmethod
    async def _end_after(stream: WatchStream, seconds: int) -> None:
        await sleep(seconds * SECOND)
        stream.close()
