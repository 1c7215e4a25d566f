"""A server that answers an informer's lists and watches from a script."""

from gcmodel.apiserver.watch import (
    BOOKMARK,
    DELETED,
    ERROR,
    MODIFIED,
    WatchEvent,
    WatchStream,
)
from gcmodel.errors import Status
from gcmodel.objects.identity import GroupVersionResource, Uid
from gcmodel.objects.lists import ObjectList
from gcmodel.objects.metadata import KubeObject, ObjectMeta

CONFIG_MAPS = GroupVersionResource("", "v1", "configmaps")
STALE = WatchEvent(ERROR, None, Status(410, "Expired", "too old resource version"))
BUSY = WatchEvent(ERROR, None, Status(429, "TooManyRequests", "slow down"))
FAILED = WatchEvent(ERROR, None, Status(500, "InternalError", "no"))


def config_map(name="a", version="1", uid="uid"):
    """Return one state of a ConfigMap."""
    meta = ObjectMeta(name=name, namespace="n1", resource_version=version, uid=Uid(uid))
    return KubeObject("v1", "ConfigMap", meta)


def changed(version, name="a"):
    """Return the event that a ConfigMap has changed."""
    return WatchEvent(MODIFIED, config_map(name, version))


def deleted(version, name="a"):
    """Return the event that a ConfigMap is gone."""
    return WatchEvent(DELETED, config_map(name, version))


def bookmark(version):
    """Return the event that nothing was missed up to *version*."""
    return WatchEvent(BOOKMARK, config_map("", version))


def listed(version="10", *names, more=""):
    """Return the answer to a list."""
    items = tuple(config_map(name, version) for name in names)
    return ObjectList(items, version, more)


class Wire:
    """A transport whose events take no time, nor does handing them over."""

    def watch_delay(self):
        """Return no time at all."""
        return 0

    handover_delay = watch_delay


class ScriptedServer:
    """A client that answers lists and watches from a script.

    An answer is what a list returns, the events of a watch, which stays open after the
    last of them unless that is None, or an error. When the script is at its end,
    requests hang.
    """

    user = "informers"
    transport = Wire()

    def __init__(self, scheduler, *script):
        """Answer from *script*, one request after the other."""
        self.scheduler = scheduler
        self.script = list(script)
        self.asked = []

    async def list(self, resource, *, limit, resource_version, continue_token):
        """Answer a list."""
        del resource
        page = f" after {continue_token}" if continue_token else ""
        self._ask(f"list {resource_version or 'latest'} limit {limit}{page}")
        return await self._answer()

    async def watch(self, resource, *, resource_version, timeout_s, **options):
        """Answer a watch."""
        del resource
        assert 300 <= timeout_s < 600
        first = " with first state" if options.get("send_initial_events") else ""
        self._ask(f"watch {resource_version or 'latest'}{first}")
        events = await self._answer()
        stream = WatchStream(self.scheduler, lambda _: True, lambda one: one)
        for event in events:
            if event is None:
                stream.close()
            else:
                stream.push(event)
        return stream

    def _ask(self, request):
        self.asked.append((self.scheduler.now, request))

    async def _answer(self):
        if not self.script:
            await self.scheduler.signal()
        answer = self.script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer
