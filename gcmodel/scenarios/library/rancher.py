"""Rancher on stage: its extension API, its tokens, and how either comes and goes."""

import attrs

from gcmodel.apiserver import answers
from gcmodel.apiserver.conditions import Condition
from gcmodel.apiserver.requests import Request, Response, ServedResource
from gcmodel.apiserver.token_extension import (
    NAMESPACE,
    RANCHER_USER,
    FullAccessRule,
    TokenExtension,
)
from gcmodel.apiserver.tokens import KIND, TOKENS
from gcmodel.errors import ApiError
from gcmodel.objects.lists import ObjectList
from gcmodel.objects.metadata import Json, KubeObject, ObjectMeta
from gcmodel.scenarios.library.props import deployment, namespace
from gcmodel.scenarios.stage import Stage

SYSTEM = "cattle-system"
SERVICE = "imperative-api-extension"
USER = RANCHER_USER
PORT, ADDRESS = 6666, "10.42.0.17"
_PORT: Json = {"name": "api", "port": PORT}
API_SERVICE = f"{TOKENS.version}.{TOKENS.group}"


class WithoutTokens(TokenExtension):
    """The extension server of a Rancher before 2.12, which has no tokens store."""

    def resources(self) -> tuple[ServedResource, ...]:
        """Return what discovery says, tokens excepted."""
        return tuple(one for one in super().resources() if one.name != TOKENS.resource)

    def handle(self, request: Request) -> Response:
        """Carry out *request*.

        Raises:
            ApiError: It is about tokens, or cannot be carried out.
        """
        if request.resource == TOKENS:
            raise answers.no_resource()
        return super().handle(request)


@attrs.define(eq=False)
class Rancher:
    """One installation: what it keeps in the cluster, and the server behind it."""

    stage: Stage
    extension: TokenExtension

    @classmethod
    def on(
        cls, stage: Stage, rule: FullAccessRule, *, tokens: bool = True
    ) -> "Rancher":
        """Bring Rancher's namespaces and accounts; its API is not registered yet."""
        stage.empower(RANCHER_USER)
        stage.apply("admin", namespace(SYSTEM), namespace(NAMESPACE))
        server = stage.cluster.server
        kind = TokenExtension if tokens else WithoutTokens
        extension = kind(stage.cluster.scheduler, server, stage.rbac, rule)
        return cls(stage, extension)

    def start(self) -> None:
        """Start the Pod and connect the server that runs in it."""
        self.stage.apply(RANCHER_USER, deployment(SYSTEM, "rancher"))
        self._connect()

    def register(self) -> None:
        """Create Service, endpoints and APIService."""
        self.stage.apply(RANCHER_USER, _service(), self._endpoints(ready=True))
        self.stage.apply(RANCHER_USER, _api_service())
        self.stage.elsewhere = self.tokens

    def unregister(self, user: str, *, service: bool) -> None:
        """Have *user* delete the APIService, and perhaps the Service too."""
        admin = self.stage.acting(user)
        group = "apiregistration.k8s.io/v1"
        admin.delete((group, "APIService", API_SERVICE), None, None)
        if service:
            admin.delete(("v1", "Service", f"{SYSTEM}/{SERVICE}"), None, None)

    def scale_to_zero(self) -> None:
        """Have the administrator scale Rancher away; nobody answers any more."""
        target = ("apps/v1", "Deployment", f"{SYSTEM}/rancher")
        self.stage.acting("admin").patch(target, {"spec": {"replicas": 0}}, "merge")
        self.stage.cluster.server.aggregator.disconnect(SYSTEM, SERVICE)

    def empty_endpoints(self) -> None:
        """Take the Pod off the Service, as the endpoints controller does."""
        self.stage.apply("system:apiserver", self._endpoints(ready=False))

    def create_token(self, name: str, user: str) -> KubeObject:
        """Log *user* in: a token that its owner may see, and few others."""
        token = KubeObject(
            f"{TOKENS.group}/{TOKENS.version}",
            KIND,
            ObjectMeta(name=name),
            {"spec": {"userID": user}},
        )
        body = self._ask("create", body=token).body
        assert isinstance(body, KubeObject), "a create is answered by an object"
        return body

    def tokens(self) -> list[KubeObject]:
        """Return all tokens, as an administrator sees them; none if nobody answers."""
        try:
            found = self._ask("list").body
        except ApiError:
            return []
        assert isinstance(found, ObjectList), "a list is answered by a list"
        return list(found.items)

    def lists_for(self, user: str) -> str:
        """Return what kubectl tells *user* on LIST tokens: empty if it works.

        Upstream: ``mappingFor`` in cli-runtime pkg/resource/builder.go, which asks
        what is served before it asks for it.
        """
        if not self._serves_tokens(user):
            return f'the server doesn\'t have a resource type "{TOKENS.resource}"'
        request = Request(verb="list", user=user, resource=TOKENS)
        try:
            self.stage.cluster.server.handle(request)
        except ApiError as error:
            return str(error)
        return ""

    def _serves_tokens(self, user: str) -> bool:
        path = f"/apis/{TOKENS.group}/{TOKENS.version}"
        request = Request(verb="discover", user=user, path=path)
        try:
            found = self.stage.cluster.server.handle(request).body
        except ApiError:
            return False
        assert isinstance(found, tuple), "a path is answered by a resource list"
        return TOKENS.resource in [getattr(one, "name", "") for one in found]

    def _endpoints(self, *, ready: bool) -> Json:
        """Return the object by which this version of the server tells readiness."""
        slices = self.stage.cluster.server.aggregator.reads_slices
        return _endpoint_slice(ready=ready) if slices else _endpoints(ready=ready)

    def _ask(self, verb: str, body: KubeObject | None = None) -> Response:
        request = Request(verb=verb, user="admin", resource=TOKENS, body=body)
        return self.stage.cluster.server.handle(request)

    def _connect(self) -> None:
        aggregator = self.stage.cluster.server.aggregator
        aggregator.connect(SYSTEM, SERVICE, self.extension)


def why_unavailable(stage: Stage) -> str:
    """Return the reason that the APIService states; empty if it is well, or gone."""
    found = stage.cluster.find("apiregistration.k8s.io/v1", "APIService", API_SERVICE)
    condition = None if found is None else Condition.of(found, "Available")
    return "" if condition is None or condition.holds else condition.reason


def _service() -> Json:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": SERVICE, "namespace": SYSTEM},
        "spec": {
            "clusterIP": "10.43.91.7",
            "selector": {"app": "rancher"},
            "ports": [_PORT],
        },
    }


def _endpoints(*, ready: bool) -> Json:
    subset = {"addresses": [{"ip": ADDRESS}], "ports": [_PORT]}
    return {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": SERVICE, "namespace": SYSTEM},
        "subsets": [subset] if ready else [],
    }


def _endpoint_slice(*, ready: bool) -> Json:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": f"{SERVICE}-x7k2p",
            "namespace": SYSTEM,
            "labels": {"kubernetes.io/service-name": SERVICE},
        },
        "addressType": "IPv4",
        "endpoints": [{"addresses": [ADDRESS], "conditions": {"ready": ready}}],
        "ports": [_PORT],
    }


def _api_service() -> Json:
    return {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": API_SERVICE},
        "spec": {
            "group": TOKENS.group,
            "version": TOKENS.version,
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "service": {"namespace": SYSTEM, "name": SERVICE, "port": PORT},
        },
    }
