"""The steps that creates, updates and patches have in common.

Upstream: ``dedupOwnerReferencesAndAddWarning`` in apiserver
pkg/endpoints/handlers/create.go; ``NewInvalid`` in apimachinery
pkg/api/errors/errors.go
"""

from gcmodel.apiserver.backend import Backend
from gcmodel.apiserver.resources import ResourceType
from gcmodel.apiserver.validation_owner_references import deduplicate
from gcmodel.objects.field_errors import FieldError, invalid
from gcmodel.objects.identity import GroupResource
from gcmodel.objects.metadata import KubeObject

NAMESPACES = GroupResource("", "namespaces")
EXTENSION_GROUPS = frozenset({"apiextensions.k8s.io", "apiregistration.k8s.io"})


def deduplicated(
    backend: Backend, wanted: KubeObject, *, after_admission: bool
) -> tuple[KubeObject, tuple[str, ...]]:
    """Return *wanted* without exact duplicates of owners, and what to warn of."""
    owners = wanted.metadata.owner_references
    if len(owners) < 2:  # noqa: PLR2004  (one reference has no duplicate)
        return wanted, ()
    found = deduplicate(owners, backend.profile)
    if not found.duplicate_uids:
        return wanted, ()
    kept = wanted.with_metadata(owner_references=found.owner_references)
    return kept, (found.warning(after_admission=after_admission),)


def refuse(
    backend: Backend,
    served: ResourceType,
    wanted: KubeObject,
    errors: list[FieldError],
) -> None:
    """Refuse *wanted* if there are *errors*.

    Raises:
        InvalidError: There are.
    """
    if errors:
        as_json = backend.profile.composite_values_as_json
        name = wanted.name or wanted.metadata.generate_name
        raise invalid(served.group_kind, name, errors, composite_as_json=as_json)


def is_core(served: ResourceType) -> bool:
    """Whether the kind is validated by Kubernetes' own wrapper of the metadata rules.

    The servers of definitions and APIServices use the generic rules alone.
    """
    return served.built_in and served.group not in EXTENSION_GROUPS
