"""Which object a caller means, and where requests for it go."""

from typing import TypeAlias

import attrs

from gcmodel.apiserver.resources import ResourceRegistry, ResourceType
from gcmodel.cluster.arguments import check_texts
from gcmodel.errors import UsageError, shown
from gcmodel.objects.identity import GroupVersion, GroupVersionKind
from gcmodel.objects.metadata import KubeObject

Target: TypeAlias = KubeObject | tuple[str, str, str]
"""An object, or ``(apiVersion, kind, "namespace/name")``."""


@attrs.frozen
class Address:
    """A resource and one name in it."""

    served: ResourceType
    namespace: str
    name: str


@attrs.frozen
class Addressing:
    """Finds resources by kind.

    Attributes:
        known: Kinds beside the built-in ones: those of extension servers.
    """

    registry: ResourceRegistry

    def served(self, api_version: str, kind: str) -> ResourceType:
        """Return what serves *kind*.

        Raises:
            UsageError: Nothing does; the message names kinds that are close.
        """
        check_texts(api_version=api_version, kind=kind)
        found = self.registry.resource_for(GroupVersionKind.of(api_version, kind))
        if found is not None:
            return found
        named = f"{api_version}/{kind}"
        named = named if named.isprintable() else shown(named)
        way_out = self._way_out(api_version, kind)
        raise UsageError(f"{named}: not served by this cluster; {way_out}")

    def _way_out(self, api_version: str, kind: str) -> str:
        if versions := self._versions_of(kind):
            return f"the kind is served as {', '.join(versions)}"
        for version in self.registry.group_versions():
            for served in self.registry.resources_of(version):
                if kind.lower() in (served.singular, served.plural):
                    return f"did you mean {version}, {served.kind}?"
        correct = "correct the kind"
        if "/" not in api_version:
            return correct
        return f"create its CustomResourceDefinition first, or {correct}"

    def address(self, target: Target) -> Address:
        """Return where *target* lives."""
        if isinstance(target, KubeObject):
            served = self.served(target.api_version, target.kind)
            return Address(served, target.namespace, target.name)
        api_version, kind, key = target
        served = self.served(api_version, kind)
        namespace, slash, name = key.rpartition("/")
        if not name or "/" in namespace or not key.isprintable():
            raise UsageError(
                f"{shown(key)}: must be a name, or namespace/name; "
                "such as 'default/web'"
            )
        if served.namespaced:
            return Address(served, namespace or "default", name)
        if slash:
            raise UsageError(
                f"{shown(key)}: {kind} is cluster-scoped and lives in no namespace; "
                f"write {name!r}"
            )
        return Address(served, "", name)

    def _versions_of(self, kind: str) -> list[str]:
        return [
            str(GroupVersion(*version))
            for version in self.registry.group_versions()
            if any(one.kind == kind for one in self.registry.resources_of(version))
        ]


def to_target(parts: tuple[object, ...]) -> Target:
    """Read the arguments of a call: one object, or apiVersion, kind and key."""
    if len(parts) == 1 and isinstance(parts[0], KubeObject):
        return parts[0]
    if len(parts) == 3 and all(isinstance(part, str) for part in parts):  # noqa: PLR2004
        api_version, kind, key = parts
        return str(api_version), str(kind), str(key)
    raise UsageError(
        f"{shown(parts)}: does not name an object; pass an object, or its "
        "apiVersion, kind and 'namespace/name', such as "
        "('apps/v1', 'Deployment', 'default/web')"
    )
