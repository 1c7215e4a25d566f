"""A server of dictionaries, and caches that show only what a test puts in."""

from collections.abc import Callable
from typing import Any

import attrs

from gcmodel.client.indexer import Indexer
from gcmodel.controllers.surroundings import Surroundings
from gcmodel.errors import ApiError, api_error
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.identity import GroupVersionResource
from gcmodel.objects.lists import ObjectList
from gcmodel.objects.metadata import KubeObject, ObjectMeta, OwnerReference
from gcmodel.versions.profile import Profile

EPOCH_S = 1_700_000_000
"""The second at which the clock starts."""

Call = tuple[str, str, str]


@attrs.define
class FakeClient:
    """Keeps objects by resource and key; obeys the client's interface.

    Attributes:
        calls: Verb (with a subresource after a slash), resource and name of each.
        bodies: What each of them sent.
        refusals: Errors by verb and resource, raised instead of an answer.
    """

    objects: dict[tuple[str, str], KubeObject] = attrs.field(factory=dict)
    calls: list[Call] = attrs.field(factory=list)
    bodies: list[Any] = attrs.field(factory=list)
    refusals: dict[tuple[str, str], list[ApiError]] = attrs.field(factory=dict)
    meanwhile: dict[tuple[str, str], Callable[[], None]] = attrs.field(factory=dict)
    """What happens before a request arrives, by verb and resource."""
    revision: int = 100

    def put(self, resource, stored):
        """Store an object without a request."""
        self.objects[resource.resource, stored.key] = stored
        return stored

    def _called(self, verb, resource, name, body=None):
        self.calls.append((verb, resource.resource, name))
        self.bodies.append(body)
        self.meanwhile.get((verb, resource.resource), lambda: None)()
        waiting = self.refusals.get((verb, resource.resource))
        if waiting:
            raise waiting.pop(0)

    def _stored(self, resource, namespace, name):
        key = f"{namespace}/{name}" if namespace else name
        found = self.objects.get((resource.resource, key))
        if found is None:
            text = f'{resource.group_resource} "{name}" not found'
            raise api_error(404, "NotFound", text)
        return found

    def _written(self, resource, wanted):
        self.revision += 1
        version = str(self.revision)
        return self.put(resource, wanted.with_metadata(resource_version=version))

    async def get(self, resource: GroupVersionResource, namespace: str, name: str):
        """Return what is stored."""
        self._called("get", resource, name)
        return self._stored(resource, namespace, name)

    async def list(self, resource, namespace="", **_options):
        """Return what is stored in *namespace*."""
        self._called("list", resource, "")
        found = [
            stored
            for (kind, _), stored in self.objects.items()
            if kind == resource.resource and namespace in ("", stored.namespace)
        ]
        return ObjectList(tuple(found), str(self.revision))

    async def create(self, resource, wanted):
        """Store a new object, naming and marking it."""
        generated = wanted.metadata.generate_name
        name = wanted.name or f"{generated}{self.revision}"
        self._called("create", resource, name, wanted)
        if (resource.resource, f"{wanted.namespace}/{name}") in self.objects:
            text = f'{resource.group_resource} "{name}" already exists'
            raise api_error(409, "AlreadyExists", text)
        named = wanted.with_metadata(
            name=name, uid=f"uid-{name}", creation_timestamp=EPOCH_S
        )
        return self._written(resource, named)

    async def update(self, resource, wanted, subresource=""):
        """Replace an object; a stale resource version is a conflict."""
        verb = f"update/{subresource}" if subresource else "update"
        self._called(verb, resource, wanted.name, wanted)
        stored = self._stored(resource, wanted.namespace, wanted.name)
        if wanted.metadata.resource_version != stored.metadata.resource_version:
            raise api_error(409, "Conflict", "the object has been modified")
        return self._written(resource, wanted)

    async def patch(self, resource, namespace, name, patch, subresource=""):
        """Note a patch; nothing is changed."""
        del subresource
        self._called("patch", resource, name, patch.body)
        return self._stored(resource, namespace, name)

    async def delete(self, resource, namespace, name, options=None):
        """Remove an object."""
        self._called("delete", resource, name, options)
        self._stored(resource, namespace, name)
        return self.objects.pop((resource.resource, f"{namespace}/{name}"))


@attrs.define
class FakeInformer:
    """A cache that has synced and shows what a test puts in."""

    resource: GroupVersionResource
    indexer: Indexer = attrs.field(factory=Indexer)
    has_synced: bool = True
    handlers: list[Any] = attrs.field(factory=list)

    def add_event_handler(self, handler):
        """Keep *handler* for the test to call."""
        self.handlers.append(handler)


@attrs.define
class FakeInformers:
    """Gives out fake informers, one for each resource."""

    made: dict[GroupVersionResource, FakeInformer] = attrs.field(factory=dict)

    def informer(self, resource):
        """Return the informer of *resource*."""
        return self.made.setdefault(resource, FakeInformer(resource))


@attrs.define
class FakeRecorder:
    """Keeps Events as type, reason and message."""

    told: list[tuple[str, str, str]] = attrs.field(factory=list)

    def event(self, about, kind, reason, message):
        """Keep one Event."""
        del about
        self.told.append((kind, reason, message))


@attrs.frozen
class FakeClock:
    """Reads the scheduler's time."""

    scheduler: Scheduler

    def now_s(self):
        """Return seconds since the Unix epoch."""
        return EPOCH_S + self.scheduler.now // SECOND


@attrs.define
class Workshop:
    """Everything that a controller is built from, all of it fake but the time."""

    client: FakeClient = attrs.field(factory=FakeClient)
    informers: FakeInformers = attrs.field(factory=FakeInformers)
    recorder: FakeRecorder = attrs.field(factory=FakeRecorder)
    scheduler: Scheduler = attrs.field(factory=Scheduler)
    version: str = "1.28"

    @property
    def surroundings(self):
        """Return the parts as a controller takes them."""
        return Surroundings(
            self.scheduler,
            self.client,
            self.informers,
            Profile.for_version(self.version),
            self.recorder,
            FakeClock(self.scheduler),
        )

    def cache(self, resource, *seen):
        """Put objects into a cache, and nowhere else."""
        for one in seen:
            self.informers.informer(resource).indexer.store(one)

    def put(self, resource, *stored):
        """Put objects into the store and the cache."""
        for one in stored:
            self.client.put(resource, one)
            self.cache(resource, one)

    def catch_up(self):
        """Let every cache show what is stored."""
        for resource, informer in self.informers.made.items():
            for key in informer.indexer.keys():  # noqa: SIM118  (not a mapping)
                informer.indexer.remove(key)
            for (kind, _), stored in self.client.objects.items():
                if kind == resource.resource:
                    informer.indexer.store(stored)

    def run(self, steps, for_ns=SECOND):
        """Run a coroutine; return its result, or the error that it ended with."""
        outcome = []

        async def keep():
            try:
                outcome.append(await steps)
            except Exception as error:  # noqa: BLE001  (it is what is asked for)
                outcome.append(error)

        self.scheduler.spawn("test", keep())
        self.scheduler.run(self.scheduler.now + for_ns)
        return outcome[0]


TEMPLATE = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "c", "image": "example.invalid/agent:1"}]},
}


def made_by(kind, name, uid, api_version="apps/v1"):
    """Return the reference to a controller."""
    return OwnerReference(
        api_version, kind, name, uid, controller=True, block_owner_deletion=True
    )


def an_object(kind, name, spec=None, status=None, **metadata):
    """Return an object in ``default`` whose UID is ``uid-<name>``."""
    metadata = {
        "uid": f"uid-{name}",
        "namespace": "default",
        "resource_version": "1",
    } | metadata
    body = {"spec": spec or {}, "status": status or {}}
    group = "v1" if kind in ("Pod", "Namespace") else "apps/v1"
    return KubeObject(group, kind, ObjectMeta(name=name, **metadata), body)


def a_pod(name, owner=None, phase="Running", spec=None, **metadata):
    """Return a Pod with the labels of TEMPLATE, controlled by *owner*."""
    owners = () if owner is None else (made_by(owner.kind, owner.name, owner.uid),)
    metadata = {"labels": {"app": "web"}, "owner_references": owners} | metadata
    return an_object("Pod", name, spec, {"phase": phase}, **metadata)


def a_replica_set(name, replicas=1, available=0, template=None, **metadata):
    """Return a ReplicaSet that has as many Pods as it wants."""
    spec = {
        "replicas": replicas,
        "selector": {"matchLabels": {"app": "web"}},
        "template": template or TEMPLATE,
    }
    status = {
        "replicas": replicas,
        "availableReplicas": available,
        "observedGeneration": 1,
    }
    metadata = {"labels": {"app": "web"}, "generation": 1} | metadata
    return an_object("ReplicaSet", name, spec, status, **metadata)


def a_deployment(name="web", replicas=1, **metadata):
    """Return a Deployment of TEMPLATE that does not judge progress."""
    spec = {
        "replicas": replicas,
        "selector": {"matchLabels": {"app": "web"}},
        "template": TEMPLATE,
        "progressDeadlineSeconds": 2**31 - 1,
    }
    return an_object("Deployment", name, spec, generation=1, **metadata)
