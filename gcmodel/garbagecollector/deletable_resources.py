"""What discovery says may be watched and deleted.

Upstream: ``GetDeletableResources``, ``groupDiscoveryFailures`` and ``printDiff`` in
pkg/controller/garbagecollector/garbagecollector.go
"""

from collections.abc import Iterable

import attrs

from gcmodel.client.discovery import Discovered, sorted_failures
from gcmodel.objects.identity import GroupVersion, GroupVersionResource
from gcmodel.versions.profile import Profile

NEEDED_VERBS = frozenset({"delete", "list", "watch"})

Resources = frozenset[GroupVersionResource]


@attrs.frozen
class DeletableResources:
    """One answer of discovery, as the collector reads it.

    Attributes:
        failed: Group versions that did not answer, and what they said.
        invalid: Group versions that cannot be read; what they serve is left out.
        error: Why nothing could be had, if so.
    """

    resources: Resources = frozenset()
    failed: dict[GroupVersion, str] = attrs.field(factory=dict)
    invalid: tuple[GroupVersion, ...] = ()
    error: str = ""

    def keeping(self, kept: Iterable[GroupVersionResource]) -> "DeletableResources":
        """Return this with resources *kept* although their group did not answer."""
        return attrs.evolve(self, resources=self.resources | frozenset(kept))


def deletable_resources(found: Discovered) -> DeletableResources:
    """Keep the preferred resources that can be deleted, listed and watched."""
    deletable = [
        resource
        for resource, served in found.preferred()
        if set(served.verbs) >= NEEDED_VERBS
    ]
    invalid = {one.group_version for one in deletable if not _is_valid(one)}
    return DeletableResources(
        frozenset(one for one in deletable if one.group_version not in invalid),
        dict(found.failed),
        tuple(sorted(invalid)),
        found.error,
    )


def _is_valid(resource: GroupVersionResource) -> bool:
    version = resource.group_version
    return GroupVersion.parse(str(version)) == version


def failed_groups_text(failed: dict[GroupVersion, str], profile: Profile) -> str:
    """Print the failed groups as the version's logger does."""
    pairs = sorted_failures(failed)
    match profile.discovery_failure_style:
        case "map":
            return "map[" + " ".join(f"{gv}:{text}" for gv, text in pairs) + "]"
        case "internal-error":
            return (
                "<internal error: json: unsupported type: map[schema.GroupVersion]"
                "error>"
            )
        case "readable":
            return "map[" + " ".join(f'"{gv}":"{text}"' for gv, text in pairs) + "]"


def diff_text(before: Resources, after: Resources) -> str:
    """Print what came and went, each list sorted."""
    added = " ".join(sorted(str(one) for one in after - before))
    removed = " ".join(sorted(str(one) for one in before - after))
    return f"added: [{added}], removed: [{removed}]"
