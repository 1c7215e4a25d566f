"""CustomResourceDefinitions, read: names, versions, and what they have served.

Upstream: ``calculateNamesAndConditions`` in apiextensions-apiserver
pkg/controller/status/naming_controller.go; ``Delete`` in
pkg/registry/customresourcedefinition/etcd.go
"""

from collections.abc import Iterable, Iterator

import attrs

from gcmodel.apiserver.conditions import Condition
from gcmodel.apiserver.resources import ResourceType
from gcmodel.errors import ApiError, api_error
from gcmodel.objects.field_errors import aggregate_text
from gcmodel.objects.identity import GroupResource, GroupVersion, GroupVersionKind
from gcmodel.objects.metadata import Json, KubeObject

DEFINITIONS = GroupResource("apiextensions.k8s.io", "customresourcedefinitions")
CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io"

NAMES_ACCEPTED = Condition("NamesAccepted", "True", "NoConflicts", "no conflicts found")
ESTABLISHED = Condition(
    "Established",
    "True",
    "InitialNamesAccepted",
    "the initial names have been accepted",
)
NOT_ACCEPTED = Condition(
    "Established", "False", "NotAccepted", "not all names are accepted"
)
DELETION_PENDING = Condition(
    "Terminating",
    "True",
    "InstanceDeletionPending",
    "CustomResourceDefinition marked for deletion; CustomResource deletion will begin "
    "soon",
)
DELETION_IN_PROGRESS = Condition(
    "Terminating",
    "True",
    "InstanceDeletionInProgress",
    "CustomResource deletion is in progress",
)
DELETION_COMPLETED = Condition(
    "Terminating", "False", "InstanceDeletionCompleted", "removed all instances"
)


def deletion_failed(reason: str, message: str) -> Condition:
    """Return the condition of a definition whose instances cannot be removed."""
    return Condition("Terminating", "True", reason, message)


@attrs.frozen
class CrdVersion:
    """One version of a custom resource."""

    name: str
    served: bool
    storage: bool
    has_status: bool


@attrs.frozen
class WebhookTarget:
    """Where the conversion webhook is called."""

    namespace: str
    service: str
    path: str = ""
    port: int = 443

    @property
    def url(self) -> str:
        """As error messages print it."""
        path = f"/{self.path.lstrip('/')}"
        host = f"{self.service}.{self.namespace}.svc:{self.port}"
        return f"https://{host}{path}?timeout=30s"


@attrs.frozen
class Crd:
    """A CustomResourceDefinition, read.

    Attributes:
        webhook: Who converts between versions; None if only apiVersion changes.
    """

    name: str
    group: str
    kind: str
    list_kind: str
    plural: str
    singular: str
    short_names: tuple[str, ...]
    categories: tuple[str, ...]
    namespaced: bool
    versions: tuple[CrdVersion, ...]
    webhook: WebhookTarget | None
    established: bool
    terminating: bool

    @classmethod
    def of(cls, stored: KubeObject) -> "Crd":
        """Read *stored*, written as v1 or v1beta1."""
        spec = stored.spec
        names = spec.get("names") or {}
        kind = names.get("kind") or ""
        return cls(
            name=stored.name,
            group=spec.get("group") or "",
            kind=kind,
            list_kind=names.get("listKind") or (kind and f"{kind}List"),
            plural=names.get("plural") or "",
            singular=names.get("singular") or kind.lower(),
            short_names=tuple(names.get("shortNames") or ()),
            categories=tuple(names.get("categories") or ()),
            namespaced=(spec.get("scope") or "Namespaced") == "Namespaced",
            versions=tuple(_versions(spec)),
            webhook=_webhook(spec.get("conversion") or {}),
            established=_holds(stored, "Established"),
            terminating=_holds(stored, "Terminating"),
        )

    @property
    def group_resource(self) -> GroupResource:
        """What the definition defines."""
        return GroupResource(self.group, self.plural)

    @property
    def storage_version(self) -> GroupVersion:
        """The version in which new objects are stored."""
        name = next((one.name for one in self.versions if one.storage), "")
        return GroupVersion(self.group, name)

    def knows(self, group_version: GroupVersion) -> bool:
        """Whether the definition lists *group_version*, served or not."""
        versions = {one.name for one in self.versions}
        return group_version.group == self.group and group_version.version in versions

    def serves(self, kind: GroupVersionKind) -> bool:
        """Whether objects of *kind* can be sent, once the definition is established."""
        return kind in {served.gvk for served in self.resource_types()}

    def resource_types(self) -> Iterator[ResourceType]:
        """Walk what the definition makes the server serve, once established."""
        for version in self.versions:
            if version.served:
                yield self._resource_type(version)

    def _resource_type(self, version: CrdVersion) -> ResourceType:
        return ResourceType(
            group=self.group,
            version=version.name,
            plural=self.plural,
            kind=self.kind,
            singular=self.singular,
            namespaced=self.namespaced,
            storage=self.group_resource,
            short_names=self.short_names,
            categories=self.categories,
            tracks_generation=True,
            allows_unconditional_update=False,
            built_in=False,
            has_status=version.has_status,
            supports_strategic_merge=False,
        )

    @property
    def resource_names(self) -> tuple[tuple[str, str], ...]:
        """Names of the resource, each with what a conflict over it is called."""
        shorts = ((short, "ShortNamesConflict") for short in self.short_names)
        plural = (self.plural, "PluralConflict")
        return (plural, (self.singular, "SingularConflict"), *shorts)

    @property
    def kind_names(self) -> tuple[tuple[str, str], ...]:
        """Names of the kind, each with what a conflict over it is called."""
        return ((self.kind, "KindConflict"), (self.list_kind, "ListKindConflict"))


def _versions(spec: Json) -> Iterator[CrdVersion]:
    everywhere = "status" in (spec.get("subresources") or {})
    if not spec.get("versions") and spec.get("version"):
        yield CrdVersion(spec["version"], True, True, everywhere)  # noqa: FBT003
    for entry in spec.get("versions") or ():
        wire = entry or {}
        yield CrdVersion(
            wire.get("name") or "",
            bool(wire.get("served")),
            bool(wire.get("storage")),
            everywhere or "status" in (wire.get("subresources") or {}),
        )


def _webhook(conversion: Json) -> WebhookTarget | None:
    if conversion.get("strategy") != "Webhook":
        return None
    nested = conversion.get("webhook") or {}
    client = nested.get("clientConfig") or conversion.get("webhookClientConfig") or {}
    service = client.get("service") or {}
    return WebhookTarget(
        service.get("namespace", ""),
        service.get("name", ""),
        service.get("path") or "",
        service.get("port") or 443,
    )


def name_conflict(crd: Crd, others: Iterable[Crd]) -> tuple[str, str] | None:
    """Return the reason and message of the last name that is taken, or None.

    Only established definitions of the same group hold names. Upstream judges one
    name after the other, and each that is taken overwrites what was said before; of
    the short names all that are taken are said.
    """
    holders = [
        other
        for other in others
        if other.group == crd.group and other.name != crd.name and other.established
    ]
    resources = {name for other in holders for name, _ in other.resource_names}
    kinds = {name for other in holders for name, _ in other.kind_names}
    found: dict[str, list[str]] = {}
    for taken, names in ((resources, crd.resource_names), (kinds, crd.kind_names)):
        for name, reason in names:
            if name in taken:
                found.setdefault(reason, []).append(f'"{name}" is already in use')
    if not found:
        return None
    reason, texts = found.popitem()
    return reason, aggregate_text(texts)


def with_names_judged(
    stored: KubeObject, others: Iterable[Crd], now_s: int
) -> KubeObject:
    """Return *stored* with its ``NamesAccepted`` and ``Established`` conditions.

    * **Sticky**: what is established once stays so; a later conflict only shows in
      ``NamesAccepted``.
    """
    crd = Crd.of(stored)
    conflict = name_conflict(crd, others)
    if conflict is not None:
        refusal = Condition("NamesAccepted", "False", *conflict)
        refused = refusal.written_to(stored, now_s)
        return refused if crd.established else NOT_ACCEPTED.written_to(refused, now_s)
    accepted = NAMES_ACCEPTED.written_to(stored, now_s)
    accepted = ESTABLISHED.written_to(accepted, now_s)
    names = {**stored.spec.get("names", {})}
    names |= {"listKind": crd.list_kind, "singular": crd.singular}
    versions = list(stored.status.get("storedVersions") or ())
    if crd.storage_version.version not in versions:
        versions.append(crd.storage_version.version)
    status = {**accepted.status, "acceptedNames": names, "storedVersions": versions}
    return accepted.with_body(status=status)


def begin_deletion(stored: KubeObject, now_s: int) -> KubeObject:
    """Return *stored* as its first DELETE leaves it: waiting for its instances."""
    finalizers = stored.metadata.finalizers
    if CLEANUP_FINALIZER not in finalizers:
        finalizers = (*finalizers, CLEANUP_FINALIZER)
    meta = stored.metadata
    marked = stored.with_metadata(
        deletion_timestamp=meta.deletion_timestamp or now_s,
        finalizers=finalizers,
    )
    return DELETION_PENDING.written_to(marked, now_s)


def create_while_terminating(resource: GroupResource) -> ApiError:
    """Return the answer to a create whose definition is going."""
    text = "create not allowed while custom resource definition is terminating"
    details = {"group": resource.group, "kind": resource.resource}
    return api_error(405, "MethodNotAllowed", text, details=details)


def _holds(stored: KubeObject, kind: str) -> bool:
    condition = Condition.of(stored, kind)
    return condition is not None and condition.holds
