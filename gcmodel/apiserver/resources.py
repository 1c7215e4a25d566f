"""Resources: what can be asked for, where it is stored, and how it behaves.

Upstream: ``APIResource`` in apimachinery pkg/apis/meta/v1/types.go; the strategies
under pkg/registry; ``SortedByGroupAndVersion`` in kube-aggregator
pkg/apis/apiregistration/v1/helper/helpers.go
"""

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Literal, TypeAlias

import attrs

from gcmodel.apiserver import resource_table as table
from gcmodel.objects.identity import (
    GroupKind,
    GroupResource,
    GroupVersion,
    GroupVersionKind,
    GroupVersionResource,
)
from gcmodel.versions.profile import Profile

DefaultPolicy: TypeAlias = Literal["Orphan", "Background", "Unsupported"]
"""What a delete without a policy means to dependents."""

ALL_VERBS = (
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
    "watch",
)

DELETABLE_VERBS = frozenset({"delete", "list", "watch"})
"""What the collector needs of a resource to follow it."""


@attrs.frozen(kw_only=True, cache_hash=True)
class ResourceType:
    """One resource at one version.

    Attributes:
        storage: Which collection holds the objects. Endpoints that share it show
            the same objects.
        default_policy: What a delete without a policy does, at this endpoint.
        graceful: A delete may take a grace period (Pods).
        tracks_generation: Changes of the specification are counted.
        returns_object_on_delete: A delete answers with the object, not a Status.
        allows_unconditional_update: An update may leave out the resource version.
        creates_on_update: An update of a missing object creates it.
        name_rule: What the name must be.
        built_in: Not defined by a CustomResourceDefinition.
        has_status: The status is a subresource.
        supports_strategic_merge: The resource takes strategic merge patches.
        serves_objects: False for questions such as reviews, which store nothing.
    """

    group: str
    version: str
    plural: str
    kind: str
    singular: str
    namespaced: bool
    storage: GroupResource
    verbs: tuple[str, ...] = ALL_VERBS
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    default_policy: DefaultPolicy = "Background"
    graceful: bool = False
    tracks_generation: bool = False
    returns_object_on_delete: bool = False
    allows_unconditional_update: bool = True
    creates_on_update: bool = False
    name_rule: table.NameRule = "subdomain"
    built_in: bool = True
    has_status: bool = False
    supports_strategic_merge: bool = True
    serves_objects: bool = True

    @cached_property
    def gvr(self) -> GroupVersionResource:
        """What requests are addressed to."""
        return GroupVersionResource(self.group, self.version, self.plural)

    @cached_property
    def gvk(self) -> GroupVersionKind:
        """What objects say of themselves."""
        return GroupVersionKind(self.group, self.version, self.kind)

    @cached_property
    def group_version(self) -> GroupVersion:
        """The group and version."""
        return GroupVersion(self.group, self.version)

    @cached_property
    def group_resource(self) -> GroupResource:
        """As error messages print it: ``deployments.apps``."""
        return GroupResource(self.group, self.plural)

    @cached_property
    def group_kind(self) -> GroupKind:
        """As error messages print it: ``Deployment.apps``."""
        return GroupKind(self.group, self.kind)

    @cached_property
    def api_version(self) -> str:
        """As objects state it: ``apps/v1``."""
        return str(self.group_version)

    @property
    def deletable(self) -> bool:
        """Whether the collector follows it: delete, list and watch."""
        return DELETABLE_VERBS.issubset(self.verbs)


@attrs.frozen
class Priority:
    """Where a group version stands in discovery; higher comes first."""

    group: int
    version: int


CUSTOM_RESOURCE_PRIORITY = Priority(1000, 100)
"""Of every group that a CustomResourceDefinition brings."""


def catalogue(profile: Profile) -> tuple[ResourceType, ...]:
    """Return the built-in resources that *profile* serves by default."""
    return _catalogue(profile.minor[0], pod_generation=profile.pod_generation)


@lru_cache(maxsize=64)
def _catalogue(minor: int, *, pod_generation: bool) -> tuple[ResourceType, ...]:
    found: list[ResourceType] = []
    for line in table.RESOURCES.splitlines():
        columns = line.split()
        versions = _served(columns[4], minor)
        found.extend(_built_in(columns, version, minor) for version in versions)
    if pod_generation:
        found = [
            attrs.evolve(kind, tracks_generation=True) if kind.graceful else kind
            for kind in found
        ]
    return tuple(found)


def _served(versions: str, minor: int) -> list[str]:
    served = []
    for entry in versions.split(","):
        window, _, until = entry.partition("<")
        version, _, since = window.partition("@")
        if int(since or 0) <= minor < int(until or minor + 1):
            served.append(version)
    return served


def _built_in(columns: list[str], version: str, minor: int) -> ResourceType:
    group, plural, kind, scope, _, short_names, categories = columns
    group = "" if group == "core" else group
    endpoint = GroupVersionResource(group, version, plural)
    name = str(endpoint.group_resource)
    generation_since = table.GENERATION_SINCE.get(name)
    return ResourceType(
        group=group,
        version=version,
        plural=plural,
        kind=kind,
        singular=kind.lower(),
        namespaced=scope == "N",
        storage=_storage(endpoint.group_resource),
        verbs=_verbs(name, minor),
        short_names=_names(short_names),
        categories=_names(categories),
        default_policy=default_policy(endpoint),
        graceful=name == "pods",
        tracks_generation=generation_since is not None and generation_since <= minor,
        returns_object_on_delete=name in table.RETURNS_OBJECT
        or group in table.RETURNS_OBJECT_GROUPS,
        allows_unconditional_update=name not in table.NEEDS_RESOURCE_VERSION,
        creates_on_update=name in table.CREATES_ON_UPDATE,
        name_rule=table.NAME_RULES.get(name, "subdomain"),
        has_status=name in table.HAS_STATUS,
        serves_objects=name not in table.CREATE_ONLY,
    )


def _names(column: str) -> tuple[str, ...]:
    return () if column == "-" else tuple(column.split(","))


def _storage(resource: GroupResource) -> GroupResource:
    shared = table.SHARED_STORAGE.get(str(resource))
    if shared is None:
        return resource
    plural, _, group = shared.partition(".")
    return GroupResource(group, plural)


def _verbs(name: str, minor: int) -> tuple[str, ...]:
    if name in table.CREATE_ONLY:
        return ("create",)
    if name in table.READ_ONLY:
        return ("get", "list")
    since = table.NO_DELETECOLLECTION.get(name, 0)
    if since is None or minor < since:
        return tuple(verb for verb in ALL_VERBS if verb != "deletecollection")
    return ALL_VERBS


def default_policy(endpoint: GroupVersionResource) -> DefaultPolicy:
    """Return what a delete without a policy means at *endpoint*, served or not.

    Upstream: ``DefaultGarbageCollectionPolicy`` of the strategies in pkg/registry
    """
    if endpoint.resource == "events" and endpoint.group in ("", "events.k8s.io"):
        return "Unsupported"
    if f"{endpoint.group_version}/{endpoint.resource}" in table.ORPHANED_BY_DEFAULT:
        return "Orphan"
    return "Background"


@lru_cache(maxsize=256)
def built_in_priority(group_version: GroupVersion) -> Priority:
    """Return where a built-in group version stands in discovery."""
    group, version = group_version
    stated = table.VERSION_PRIORITIES.get(str(group_version))
    if stated is None:
        stated = 15 if re.fullmatch(r"v\d+", version) else 9
    return Priority(table.GROUP_PRIORITIES.get(group, 1000), stated)


@lru_cache(maxsize=256)
def version_order(version: str) -> tuple[int, int, int, str]:
    """Return a sort key that puts the more mature and then the newer version first.

    Stable before beta before alpha, ``v10`` before ``v2``, and what is no version
    last, in alphabetical order.
    """
    parsed = re.fullmatch(r"v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?", version)
    if parsed is None:
        return (3, 0, 0, version)
    major, stage, minor = parsed.groups()
    rank = {None: 0, "beta": 1, "alpha": 2}[stage]
    return (rank, -int(major), -int(minor or 0), version)


def in_discovery_order(
    priorities: Iterable[tuple[GroupVersion, Priority]],
) -> list[GroupVersion]:
    """Sort group versions as ``/api`` and ``/apis`` list them.

    The core group, the aggregator's own group, then by group priority and name;
    within a group by version priority and then maturity.
    """
    found = list(priorities)
    groups: dict[str, int] = {}
    for group_version, priority in found:
        group = group_version.group
        groups[group] = max(priority.group, groups.get(group, priority.group))

    def key(entry: tuple[GroupVersion, Priority]) -> tuple[object, ...]:
        (group, version), priority = entry
        head = {"": 0, "apiregistration.k8s.io": 1}.get(group, 2)
        return head, -groups[group], group, -priority.version, version_order(version)

    return [group_version for group_version, _ in sorted(found, key=key)]


@attrs.define(eq=False)
class ResourceRegistry:
    """The resources that this server serves itself, at this moment.

    * **Ordered**: group versions come as discovery lists them, resources by name.

    Aggregated resources are not in it: their own server describes them.
    """

    _types: dict[GroupVersionResource, ResourceType] = attrs.field(
        factory=dict, init=False
    )
    _kinds: dict[GroupVersionKind, ResourceType] = attrs.field(factory=dict, init=False)
    _listed: dict[GroupVersion, tuple[ResourceType, ...]] = attrs.field(
        factory=dict, init=False
    )
    _ordered: tuple[GroupVersion, ...] | None = attrs.field(default=None, init=False)

    @classmethod
    def of(cls, types: Iterable[ResourceType]) -> "ResourceRegistry":
        """Return a registry that serves *types*."""
        registry = cls()
        for kind in types:
            registry.add(kind)
        return registry

    def add(self, served: ResourceType) -> None:
        """Serve a resource, in place of one with the same coordinates."""
        self._types[served.gvr] = served
        self._kinds[served.gvk] = served
        self._changed()

    def remove(self, resource: GroupVersionResource) -> None:
        """Serve *resource* no longer. Removing what is not served does nothing."""
        gone = self._types.pop(resource, None)
        self._changed()
        if gone is not None and self._kinds.get(gone.gvk) is gone:
            del self._kinds[gone.gvk]

    def _changed(self) -> None:
        self._listed.clear()
        self._ordered = None

    def find(self, resource: GroupVersionResource) -> ResourceType | None:
        """Return what is served at *resource*, or None."""
        return self._types.get(resource)

    def kind_for(self, resource: GroupVersionResource) -> GroupVersionKind | None:
        """Return the kind of the objects at *resource*, or None."""
        served = self._types.get(resource)
        return None if served is None else served.gvk

    def resource_for(self, kind: GroupVersionKind) -> ResourceType | None:
        """Return the resource whose objects are of *kind*, or None."""
        return self._kinds.get(kind)

    def resources_for(self, kind: GroupVersionKind) -> list[ResourceType]:
        """Return every resource whose objects are of *kind*, by name."""
        return [
            served
            for served in self.resources_of(GroupVersion(kind.group, kind.version))
            if served.kind == kind.kind
        ]

    def find_plural(self, resource: GroupResource) -> ResourceType | None:
        """Return *resource* at its preferred version, or None."""
        for group_version in self.group_versions():
            if group_version.group == resource.group:
                endpoint = GroupVersionResource(*group_version, resource.resource)
                if endpoint in self._types:
                    return self._types[endpoint]
        return None

    def group_versions(self) -> tuple[GroupVersion, ...]:
        """Return the group versions that serve anything, in discovery order."""
        if self._ordered is None:
            self._ordered = self._in_order()
        return self._ordered

    def _in_order(self) -> tuple[GroupVersion, ...]:
        present = dict.fromkeys(kind.group_version for kind in self._types.values())
        built_in = {kind.group for kind in self._types.values() if kind.built_in}
        priorities = (
            (
                group_version,
                built_in_priority(group_version)
                if group_version.group in built_in
                else CUSTOM_RESOURCE_PRIORITY,
            )
            for group_version in present
        )
        return tuple(in_discovery_order(priorities))

    def resources_of(self, group_version: GroupVersion) -> tuple[ResourceType, ...]:
        """Return what is served under *group_version*, by name."""
        if not self._listed:
            self._list_all()
        return self._listed.get(group_version, ())

    def _list_all(self) -> None:
        listed: dict[GroupVersion, list[ResourceType]] = {}
        for kind in sorted(self._types.values(), key=lambda kind: kind.plural):
            listed.setdefault(kind.group_version, []).append(kind)
        self._listed.update(
            (version, tuple(kinds)) for version, kinds in listed.items()
        )

    def preferred_resources(self) -> list[ResourceType]:
        """Return each resource once, at the first version of its group that has it.

        Upstream: ``ServerPreferredResources`` in client-go
        discovery/discovery_client.go
        """
        chosen: dict[GroupResource, ResourceType] = {}
        for group_version in self.group_versions():
            for served in self.resources_of(group_version):
                chosen.setdefault(served.group_resource, served)
        return list(chosen.values())
