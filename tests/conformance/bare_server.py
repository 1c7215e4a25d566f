"""An API server and nothing else, asked directly: what the rows AS-… are played on."""

from gcmodel.apiserver.requests import Request
from gcmodel.apiserver.server import ApiServer, ServerSettings
from gcmodel.errors import ApiError, NotFoundError, Status
from gcmodel.kernel.choices import Choices
from gcmodel.kernel.durations import SECOND
from gcmodel.kernel.scheduler import Scheduler
from gcmodel.objects.identity import GroupVersionResource
from gcmodel.objects.metadata import KubeObject, ObjectMeta, OwnerReference
from gcmodel.objects.options import DeleteOptions
from gcmodel.objects.patch_types import Patch, PatchType
from gcmodel.versions.profile import Profile

EPOCH_S = 1_700_000_000
"""The server's second at the start of each test."""

CONFIG_MAPS = GroupVersionResource("", "v1", "configmaps")
CONTROLLERS = GroupVersionResource("", "v1", "replicationcontrollers")
DEPLOYMENTS = GroupVersionResource("apps", "v1", "deployments")
EVENTS = GroupVersionResource("", "v1", "events")
JOBS = GroupVersionResource("batch", "v1", "jobs")
LEASES = GroupVersionResource("coordination.k8s.io", "v1", "leases")
NAMESPACES = GroupVersionResource("", "v1", "namespaces")
NODES = GroupVersionResource("", "v1", "nodes")
PODS = GroupVersionResource("", "v1", "pods")
REPLICA_SETS = GroupVersionResource("apps", "v1", "replicasets")
SERVICES = GroupVersionResource("", "v1", "services")
WIDGETS = GroupVersionResource("example.com", "v1", "widgets")
DEFINITIONS = GroupVersionResource(
    "apiextensions.k8s.io", "v1", "customresourcedefinitions"
)

_LABELS = {"app": "x"}
_TEMPLATE = {
    "metadata": {"labels": _LABELS},
    "spec": {"containers": [{"name": "c", "image": "i:1"}]},
}
SPECS = {
    CONTROLLERS: {"replicas": 1, "selector": _LABELS, "template": _TEMPLATE},
    DEPLOYMENTS: {"selector": {"matchLabels": _LABELS}, "template": _TEMPLATE},
    JOBS: {
        "template": {"spec": {"restartPolicy": "Never", **_TEMPLATE["spec"]}},
    },
    PODS: {"containers": [{"name": "c", "image": "i:1"}]},
    REPLICA_SETS: {"selector": {"matchLabels": _LABELS}, "template": _TEMPLATE},
    WIDGETS: {"size": 1},
}
"""A specification that is just good enough, by resource."""

WIDGET_DEFINITION = {
    "group": "example.com",
    "scope": "Namespaced",
    "names": {"plural": "widgets", "kind": "Widget"},
    "versions": [{"name": "v1", "served": True, "storage": True}],
}


class BareServer:
    """A server with the namespace ``default``, in which no time passes unasked.

    Requests go to ``default`` unless they say otherwise; resources are cluster-scoped
    where the server says so.
    """

    def __init__(self, version="1.28", profile=None, seed=0, **settings):
        """Start a server of *version*, run with *settings*."""
        self.scheduler = Scheduler(Choices(seed))
        self.profile = profile or Profile.for_version(version)
        chosen = ServerSettings(epoch_s=EPOCH_S, **settings)
        self.server = ApiServer(self.scheduler, self.profile, settings=chosen)
        self.server.start([KubeObject("v1", "Namespace", ObjectMeta(name="default"))])
        self.scheduler.run(0)

    def define_widgets(self):
        """Serve the custom resource ``widgets.example.com``."""
        self.create(DEFINITIONS, "widgets.example.com", spec=WIDGET_DEFINITION)
        self.scheduler.run(self.scheduler.now)

    def pass_time(self, seconds):
        """Let *seconds* pass."""
        self.scheduler.run(self.scheduler.now + int(seconds * SECOND))

    @property
    def now_s(self):
        """The second that it is."""
        return self.server.clock.now_s()

    @property
    def revision(self):
        """The revision of the store."""
        return self.server.store.revision

    def send(self, verb, resource, name="", **parts):
        """Send a request, as user admin; return the response."""
        served = self.server.registry.find(resource)
        if served is not None and served.namespaced:
            parts.setdefault("namespace", "default")
        parts.setdefault("user", "admin")
        request = Request(verb=verb, resource=resource, name=name, **parts)
        return self.server.handle(request)

    def refused(self, verb, resource, name="", **parts):
        """Send a request that is refused; return the Status."""
        before = self.revision
        try:
            answer = self.send(verb, resource, name, **parts)
        except ApiError as error:
            assert self.revision == before, "a refusal changes nothing"
            return error.status
        raise AssertionError(answer)

    def wanted(self, resource, name="", spec=None, **metadata):
        """Return an object to be created, of the kind of *resource*."""
        kind = self.server.registry.kind_for(resource)
        spec = SPECS.get(resource) if spec is None else spec
        body = {} if spec is None else {"spec": spec}
        meta = ObjectMeta(name=name, **metadata)
        return KubeObject(kind.api_version, kind.kind, meta, body)

    def create(self, resource, name="", spec=None, namespace="default", **metadata):
        """Create an object, and return it as stored."""
        wanted = self.wanted(resource, name, spec, **metadata)
        where = {"namespace": namespace} if self._namespaced(resource) else {}
        return self.send("create", resource, body=wanted, **where).body

    def _namespaced(self, resource):
        return self.server.registry.find(resource).namespaced

    def get(self, resource, name, **parts):
        """Return the stored object, or None."""
        try:
            return self.send("get", resource, name, **parts).body
        except NotFoundError:
            return None

    def update(self, resource, changed, **parts):
        """Replace an object; return the response."""
        return self.send("update", resource, changed.name, body=changed, **parts)

    def patch(self, resource, name, body, kind=PatchType.MERGE, **parts):
        """Patch an object; return the response."""
        return self.send("patch", resource, name, body=Patch(kind, body), **parts)

    def delete(self, resource, name, *, dry_run=False, **options):
        """Delete an object with DeleteOptions of *options*; return the response."""
        if "dry_run_stages" in options:
            options["dry_run"] = options.pop("dry_run_stages")
        chosen = DeleteOptions(**options) if options else None
        return self.send("delete", resource, name, options=chosen, dry_run=dry_run)

    def deleting(self, resource, name, finalizers=("x/a",)):
        """Create an object and delete it, so that its finalizers hold it."""
        self.create(resource, name, finalizers=tuple(finalizers))
        return self.delete(resource, name).body

    def store(self, resource, **changes):
        """Put an object into the store as it could not be written, and return it."""
        served = self.server.registry.find(resource)
        name = changes.pop("name")
        namespace = "default" if served.namespaced else ""
        made = self.wanted(resource, name, namespace=namespace, uid="u")
        made = made.with_metadata(**changes)
        return self.server.store.put(served.storage, made)

    def watch(self, resource, **parts):
        """Watch from now on, or as *parts* say."""
        parts.setdefault("resource_version", str(self.revision))
        return self.send("watch", resource, **parts).body

    def list(self, resource, **parts):
        """Return what a list returns."""
        return self.send("list", resource, **parts).body


def seen(stream):
    """Return the events that wait: type, name, finalizers, and version."""
    return [
        (
            event.type,
            event.object.name,
            event.object.metadata.finalizers,
            int(event.object.metadata.resource_version),
        )
        for event in stream.drain()
    ]


def conflict(detail, name="foo", resource="configmaps", group=""):
    """Return a 409 with *detail*."""
    full = f"{resource}.{group}" if group else resource
    text = f'Operation cannot be fulfilled on {full} "{name}": {detail}'
    details = {"name": name, "kind": resource} | ({"group": group} if group else {})
    return Status(409, "Conflict", text, details=details)


def not_found(name="foo", resource="configmaps"):
    """Return a 404."""
    text = f'{resource} "{name}" not found'
    return Status(404, "NotFound", text, details={"name": name, "kind": resource})


def types(stream):
    """Return the types of the events that wait."""
    return [event.type for event in stream.drain()]


def owner(kind="ReplicaSet", name="o", uid="1", api_version="apps/v1", **flags):
    """Return an owner reference."""
    return OwnerReference(api_version, kind, name, uid, **flags)
