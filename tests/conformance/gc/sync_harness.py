"""A collector whose discovery and lists are scripted, to look at its sync loop."""

from collections import deque

import attrs

from gcmodel.apiserver.requests import ServedGroup, ServedResource
from gcmodel.apiserver.watch import BOOKMARK, WatchEvent, WatchStream
from gcmodel.client.discovery import Discovered
from gcmodel.client.informer import SharedInformerFactory
from gcmodel.errors import api_error
from gcmodel.garbagecollector.collector import CollectorParts, GarbageCollector
from gcmodel.kernel.durations import MILLISECOND, SECOND
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.identity import GroupVersionResource as Resource
from gcmodel.objects.lists import ObjectList
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from gcmodel.versions.profile import Profile
from tests.conformance.gc.harness import FakeMapper, FakeRecorder, Wire

ALL = ("delete", "list", "watch")
PODS = Resource("", "v1", "pods")
SECRETS = Resource("", "v1", "secrets")
DEPLOYMENTS = Resource("apps", "v1", "deployments")


def discovered(*served, failed=None, error=""):
    """Return an answer of discovery; *served* are resources, each with its verbs."""
    resources = {}
    for resource, verbs in served:
        one = ServedResource(resource.resource, "Kind", True, verbs)
        before = resources.get(resource.group_version, ())
        resources[resource.group_version] = (*before, one)
    groups = [ServedGroup(group, (version,)) for group, version in resources]
    return Discovered(tuple(groups), resources, failed or {}, error)


class ScriptedDiscovery:
    """Discovery that says what it is told to say.

    What :attr:`first` holds is said before :attr:`answer`, one thing after the other.
    """

    def __init__(self):
        """Say nothing."""
        self.answer = Discovered()
        self.first = deque()
        self.asked = 0

    async def discover(self):
        """Answer."""
        self.asked += 1
        return self.first.popleft() if self.first else self.answer


@attrs.define(eq=False)
class Lists:
    """A client that lists nothing where it can, and fails where it cannot."""

    scheduler: Scheduler
    served: set
    user: str = "informers"
    transport: Wire = attrs.field(factory=Wire)

    async def list(self, resource, **_):
        """Answer a list."""
        self._check(resource)
        return ObjectList((), "1")

    async def watch(self, resource, *, send_initial_events, **_):
        """Answer a watch, which stays silent but for the end of its first state."""
        self._check(resource)
        stream = WatchStream(self.scheduler, lambda _: True, lambda one: one)
        if send_initial_events:
            meta = ObjectMeta(resource_version="1")
            end = WatchEvent(BOOKMARK, KubeObject("v1", "Kind", meta))
            stream.push(attrs.evolve(end, initial_events_end=True))
        return stream

    def _check(self, resource):
        if resource not in self.served:
            text = "the server could not find the requested resource"
            raise api_error(404, "NotFound", text)


class SyncTest:
    """A collector whose discovery and lists are scripted, looked at once a second."""

    def __init__(self, kubernetes):
        """Start it, with nothing discovered yet."""
        self.scheduler = Scheduler()
        self.discovery = ScriptedDiscovery()
        profile = Profile.for_version(kubernetes)
        lists = Lists(self.scheduler, {PODS, DEPLOYMENTS})
        informers = SharedInformerFactory(self.scheduler, lists, lists, profile)
        self.collector = GarbageCollector(
            CollectorParts(
                scheduler=self.scheduler,
                profile=profile,
                client=lists,
                discovery=self.discovery,
                mapper=FakeMapper(),
                informers=informers,
                recorder=FakeRecorder(),
                workers=1,
                verbosity=5,
                sync_period_ns=200 * MILLISECOND,
            )
        )
        informers.start()

    def start(self):
        """Start the collector."""
        self.collector.start()

    def step(self, answer):
        """Let discovery answer, wait a second; return what is monitored."""
        self.discovery.answer = answer
        self.run()
        return {resource.resource for resource in self.collector.monitors.by_resource}

    def run(self):
        """Wait a second."""
        self.scheduler.run(self.scheduler.now + SECOND)

    @property
    def not_blocked(self):
        """Whether the loop goes on, and the workers' lock can be had."""
        before = self.discovery.asked
        lock, taken = self.collector.worker_lock, []

        async def take():
            await lock.acquire_write()
            taken.append(True)
            lock.release_write()

        task = self.scheduler.spawn("take the lock", take())
        self.run()
        if not taken:
            self.scheduler.cancel(task)
        return self.discovery.asked > before and bool(taken)
