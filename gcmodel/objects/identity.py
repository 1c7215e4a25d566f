"""Who an object is: group, version, kind, resource, and one incarnation of a name.

Upstream: ``GroupVersionKind`` and ``GroupVersionResource`` in apimachinery
pkg/runtime/schema/group_version.go; ``objectReference`` in
pkg/controller/garbagecollector/graph.go
"""

from typing import NamedTuple, NewType

Uid = NewType("Uid", str)
"""One incarnation of a name; never used twice."""


class GroupVersion(NamedTuple):
    """An API group at one version; the core group is ``""``."""

    group: str
    version: str

    @classmethod
    def parse(cls, api_version: str) -> "GroupVersion":
        """Read ``apps/v1`` or ``v1``; more than one slash gives the empty value."""
        head, slash, tail = api_version.partition("/")
        if not slash:
            return cls("", head)
        return cls("", "") if "/" in tail else cls(head, tail)

    def __str__(self) -> str:
        """Render as an apiVersion."""
        return f"{self.group}/{self.version}" if self.group else self.version


class GroupKind(NamedTuple):
    """A kind, whatever its version."""

    group: str
    kind: str

    def __str__(self) -> str:
        """Render as error messages print it: ``Deployment.apps``, ``Pod``."""
        return f"{self.kind}.{self.group}" if self.group else self.kind


class GroupResource(NamedTuple):
    """A resource, whatever its version."""

    group: str
    resource: str

    def __str__(self) -> str:
        """Render as error messages print it: ``deployments.apps``, ``pods``."""
        return f"{self.resource}.{self.group}" if self.group else self.resource


class GroupVersionKind(NamedTuple):
    """A kind at one version."""

    group: str
    version: str
    kind: str

    @classmethod
    def of(cls, api_version: str, kind: str) -> "GroupVersionKind":
        """Join an apiVersion and a kind."""
        return cls(*GroupVersion.parse(api_version), kind)

    @property
    def api_version(self) -> str:
        """The group and version as an object states them."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def __str__(self) -> str:
        """Render as Go prints it: ``apps/v1, Kind=Deployment``."""
        return f"{self.group}/{self.version}, Kind={self.kind}"


class GroupVersionResource(NamedTuple):
    """A resource at one version: what requests are addressed to."""

    group: str
    version: str
    resource: str

    @classmethod
    def of(cls, api_version: str, resource: str) -> "GroupVersionResource":
        """Join an apiVersion and the plural name of a resource."""
        return cls(*GroupVersion.parse(api_version), resource)

    @property
    def group_version(self) -> GroupVersion:
        """The group and version."""
        return GroupVersion(self.group, self.version)

    @property
    def group_resource(self) -> GroupResource:
        """The resource without its version."""
        return GroupResource(self.group, self.resource)

    def __str__(self) -> str:
        """Render as Go prints it: ``apps/v1, Resource=deployments``."""
        return f"{self.group}/{self.version}, Resource={self.resource}"


class ObjectReference(NamedTuple):
    """Coordinates of an object together with its incarnation.

    Two references are equal only if all five parts are: the same UID under
    another name is another claim.
    """

    api_version: str
    kind: str
    namespace: str
    name: str
    uid: Uid

    def __str__(self) -> str:
        """Render as the collector's messages do."""
        return (
            f"[{self.api_version}/{self.kind}, namespace: {self.namespace}, "
            f"name: {self.name}, uid: {self.uid}]"
        )
