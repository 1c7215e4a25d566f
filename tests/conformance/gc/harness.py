"""The collector driven step by step, with a server, mapper and recorder of its own.

Queues are synchronous: whatever is to be added later is added at once, at the tail.
The server knows objects by resource, namespace and name, and answers from them.
"""

from collections import deque

import attrs

from gcmodel.client.informer import SharedInformerFactory
from gcmodel.client.rest_mapper import NoMatchError, RestMapping
from gcmodel.client.workqueue import WorkQueue
from gcmodel.errors import Status, api_error
from gcmodel.garbagecollector.absent_owner_cache import AbsentOwnerCache
from gcmodel.garbagecollector.collector import CollectorParts, GarbageCollector
from gcmodel.garbagecollector.graph_builder import GraphChange
from gcmodel.kernel.choices import Choices
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.identity import (
    GroupVersion,
    GroupVersionKind,
    GroupVersionResource as Resource,
)
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from gcmodel.versions.profile import Profile

KINDS = {
    ("v1", "Pod"): ("pods", True),
    ("v1", "Node"): ("nodes", False),
    ("v1", "Secret"): ("secrets", True),
    ("v1", "ConfigMap"): ("configmaps", True),
    ("v1", "ReplicationController"): ("replicationcontrollers", True),
    ("apps/v1", "Deployment"): ("deployments", True),
    ("rbac.authorization.k8s.io/v1", "Role"): ("roles", True),
    ("rbac.authorization.k8s.io/v1beta1", "Role"): ("roles", True),
}
"""What the mapper can map; anything else is not served."""


def resource_of(identity):
    """Return the resource that serves *identity*, and the namespace it has there."""
    plural, namespaced = KINDS[identity.api_version, identity.kind]
    namespace = identity.namespace if namespaced else ""
    return Resource.of(identity.api_version, plural), namespace


class FakeMapper:
    """Maps the kinds of a table."""

    def __init__(self, kinds=KINDS):
        """Map *kinds*."""
        self.by_kind = {}
        for (api_version, kind), (plural, namespaced) in kinds.items():
            gvk = GroupVersionKind.of(api_version, kind)
            resource = Resource.of(api_version, plural)
            self.by_kind[gvk] = RestMapping(resource, gvk, namespaced)

    def reset(self):
        """Forget nothing."""

    async def mapping_for(self, kind):
        """Return where *kind* is served."""
        if kind not in self.by_kind:
            raise NoMatchError(kind)
        return self.by_kind[kind]

    async def kind_for(self, resource):
        """Return what *resource* serves."""
        for mapping in self.by_kind.values():
            if mapping.resource == resource:
                return mapping.kind
        raise NoMatchError(resource)


class Wire:
    """A transport whose events take no time, nor does handing them over."""

    def watch_delay(self):
        """Return no time at all."""
        return 0

    handover_delay = watch_delay


class FakeServer:
    """A client that answers from a dictionary and writes down what it was asked.

    Objects that are told to be deleted are gone at once. What :attr:`answers` holds
    for an action is returned, or raised, in its place, first come first served.
    """

    user = "system:serviceaccount:kube-system:generic-garbage-collector"
    transport = Wire()

    def __init__(self, scheduler):
        """Hold no objects."""
        self.scheduler = scheduler
        self.objects = {}
        self.actions = []
        self.details = []
        self.asked_ns = []
        self.answers = {}

    def put(self, stored, identity=None):
        """Store an object, as *identity* if it is served under another kind too."""
        identity = identity or stored.reference
        resource, namespace = resource_of(identity)
        self.objects[resource, namespace, identity.name] = stored

    def lose(self, identity):
        """Drop an object without a word."""
        resource, namespace = resource_of(identity)
        del self.objects[resource, namespace, identity.name]

    def answer(self, action, *answers):
        """Meet the next requests that read *action* with *answers*."""
        self.answers.setdefault(action, deque()).extend(answers)

    async def get(self, resource, namespace, name):
        """Read an object."""
        return self._meet("get", resource, namespace, name)

    async def patch(self, resource, namespace, name, patch, subresource=""):
        """Write a patch down; the object stays as it is."""
        del subresource
        return self._meet("patch", resource, namespace, name, patch)

    async def delete(self, resource, namespace, name, options=None):
        """Delete an object, if it is the incarnation that is meant."""
        found = self._meet("delete", resource, namespace, name, options)
        meant = options.preconditions.uid
        if found.uid != meant:
            raise api_error(409, "Conflict", f"{meant} is {found.uid}")
        del self.objects[resource, namespace, name]
        return Status(200)

    async def list(self, resource, namespace="", **_):
        """Refuse: nothing is listed here."""
        raise api_error(503, "ServiceUnavailable", f"no {resource} in {namespace!r}")

    def _meet(self, verb, resource, namespace, name, detail=None):
        action = action_text(verb, resource, namespace, name)
        self.actions.append(action)
        self.details.append(detail)
        self.asked_ns.append(self.scheduler.now)
        if self.answers.get(action):
            answer = self.answers[action].popleft()
            if isinstance(answer, Exception):
                raise answer
            return answer
        found = self.objects.get((resource, namespace, name))
        if found is None:
            text = f'{resource.group_resource} "{name}" not found'
            raise api_error(404, "NotFound", text)
        return found


def action_text(verb, resource, namespace, name):
    """Return an action as the rows write it: ``get apps/v1 deployments ns1 web``."""
    version = str(GroupVersion(resource.group, resource.version))
    parts = (verb, version if resource.group else "", resource.resource)
    return " ".join(part for part in (*parts, namespace, name) if part)


@attrs.define
class FakeRecorder:
    """Keeps Events in place of writing them."""

    events: list = attrs.field(factory=list)

    def event(self, involved, kind, reason, message):
        """Keep one Event."""
        self.events.append((kind, reason, message, involved))


class SynchronousQueue(WorkQueue):
    """A work queue without delays, which keeps how long they would have been."""

    def __init__(self, *parts):
        """Start empty."""
        super().__init__(*parts)
        self.delays_ns = []

    def add_after(self, item, delay_ns, *, polling=False):
        """Add *item* now."""
        del polling
        self.delays_ns.append(delay_ns)
        self.add(item)


class SteppedCollector(GarbageCollector):
    """The collector, whose steps are taken one by one."""

    def _queue(self, name):
        return SynchronousQueue(self.scheduler, f"garbage_collector_{name}")


class Harness:
    """One collector and all that surrounds it, with its state in view."""

    def __init__(self, kubernetes="1.28", *, cache_capacity=100, mapper=None):
        """Start with an empty graph and an empty server."""
        self.scheduler = Scheduler(Choices())
        self.server = FakeServer(self.scheduler)
        self.recorder = FakeRecorder()
        profile = Profile.for_version(kubernetes)
        factory = SharedInformerFactory(
            self.scheduler, self.server, self.server, profile
        )
        self.collector = SteppedCollector(
            CollectorParts(
                scheduler=self.scheduler,
                profile=profile,
                client=self.server,
                discovery=None,
                mapper=mapper or FakeMapper(),
                informers=factory,
                recorder=self.recorder,
                verbosity=5,
            )
        )
        self.cache.capacity = cache_capacity

    @property
    def cache(self) -> AbsentOwnerCache:
        """Owners known not to exist."""
        return self.collector.absent_owners

    @property
    def graph(self):
        """The dependency graph."""
        return self.collector.graph

    # What informers say

    def say(self, kind, seen, before=None, *, first=False):
        """Queue a graph change: *seen* is an object, *before* its previous state."""
        changes = self.collector.graph_changes
        previous = None if before is None else before.metadata
        changes.add(GraphChange(kind, seen.reference, seen.metadata, previous))
        if first:
            changes._queue.rotate(1)

    def see(self, kind, seen, before=None):
        """Queue a graph change and process it."""
        self.say(kind, seen, before)
        self.process_graph_changes(1)

    # Steps

    def process_graph_changes(self, count):
        """Let the graph builder take in *count* changes."""
        for _ in range(count):
            self.collector.process_change(self.collector.graph_changes.take())
        self.check_graph()

    def process_attempt_to_delete(self, count):
        """Let a worker take *count* turns."""
        attempt = self.collector.deletion_worker.attempt_to_delete
        self._take_turns(self.collector.attempt_to_delete, attempt, count)

    def process_attempt_to_orphan(self, count):
        """Let an orphaning worker take *count* turns."""
        attempt = self.collector.orphan_worker.attempt_to_orphan
        self._take_turns(self.collector.attempt_to_orphan, attempt, count)

    def _take_turns(self, queue, attempt, count):
        for _ in range(count):
            self.run(self.collector._take_turn(queue, attempt, queue.take()))
        self.check_graph()

    def run(self, steps):
        """Run a coroutine to its end; its waits cost nothing. Return its result."""
        results = []

        async def keep():
            results.append(await steps)

        self.scheduler.spawn("step", keep())
        self.scheduler.run()
        assert len(results) == 1, "the step ends by itself"
        return results[0]

    # What can be seen

    def check_graph(self):
        """Hold the graph to its invariant: each edge is known at both its ends."""
        for node in self.graph:
            assert self.graph.find(node.uid) is node
            for dependent in node.dependents:
                assert node.uid in {owner.uid for owner in dependent.owners}
            for owner in node.owners:
                owner_node = self.graph.find(owner.uid)
                assert owner_node is None or node in owner_node.dependents

    def logged(self, level="E"):
        """Return the log lines of *level* so far."""
        return [
            record.fields["text"]
            for record in self.scheduler.trace
            if record.what == "log" and record.fields["level"] == level
        ]


def kube_object(identity, owners=(), **metadata):
    """Return an object that lives at *identity* and names *owners*."""
    return KubeObject(
        identity.api_version,
        identity.kind,
        ObjectMeta(
            name=identity.name,
            namespace=identity.namespace,
            uid=identity.uid,
            owner_references=tuple(owners),
            **metadata,
        ),
    )
