"""What a CustomResourceDefinition has to say, as far as it decides what is served.

Upstream: ``validateCustomResourceDefinitionSpec``, its siblings and
``ValidateCustomResourceDefinitionStoredVersions`` in apiextensions-apiserver
pkg/apis/apiextensions/validation/validation.go
"""

from collections.abc import Callable, Sequence

from gcmodel.apiserver.crds import Crd, CrdVersion
from gcmodel.objects.field_errors import (
    FieldError,
    forbidden_value,
    invalid_value,
    not_supported,
    required,
)
from gcmodel.objects.go_values import Printed
from gcmodel.objects.metadata import Json, KubeObject
from gcmodel.objects.names import dns_1035_label, dns_1123_subdomain
from gcmodel.versions.profile import Profile

_SCOPES = ("Cluster", "Namespaced")
_STRATEGIES = ("None", "Webhook")
_STRUCT = "apiextensions.CustomResourceDefinitionVersion"
_IMMUTABLE = "field is immutable"


def validate_definition(wanted: KubeObject) -> list[FieldError]:
    """Judge the specification of *wanted*, a CustomResourceDefinition."""
    crd, spec = Crd.of(wanted), wanted.spec
    # Only the old version of the kind had a default.
    scope = "Namespaced" if wanted.api_version.endswith("/v1beta1") else ""
    return [
        *_group(crd.group),
        *_one_of("spec.scope", spec.get("scope") or scope, _SCOPES),
        *_versions(crd.versions, spec.get("version") or ""),
        *_names(crd),
        *_conversion(spec.get("conversion")),
    ]


def validate_definition_update(
    changed: KubeObject, stored: KubeObject, profile: Profile
) -> list[FieldError]:
    """Judge what *changed* would change of the definition *stored*."""
    now, before = Crd.of(changed), Crd.of(stored)
    fixed: list[tuple[str, object, object]] = []
    if before.established:
        scope = changed.spec.get("scope")
        fixed.append(("spec.scope", scope, stored.spec.get("scope")))
        fixed.append(("spec.names.kind", now.kind, before.kind))
    fixed.append(("spec.group", now.group, before.group))
    fixed.append(("spec.names.plural", now.plural, before.plural))
    errors = [
        invalid_value(path, value, _IMMUTABLE)
        for path, value, old in fixed
        if value != old
    ]
    return errors + _stored_versions(changed, profile)


def _stored_versions(changed: KubeObject, profile: Profile) -> list[FieldError]:
    listed = {version.name for version in Crd.of(changed).versions}
    return [
        invalid_value(
            f"status.storedVersions[{index}]", name, _not_listed(name, profile)
        )
        for index, name in enumerate(changed.status.get("storedVersions") or ())
        if name not in listed
    ]


def _not_listed(name: str, profile: Profile) -> str:
    if not profile.explains_stored_versions:
        return "must appear in spec.versions"
    return (
        f"missing from spec.versions; {name} was previously a storage version, and "
        "must remain in spec.versions until a storage migration ensures no data "
        f"remains persisted in {name} and removes {name} from status.storedVersions"
    )


def _group(group: str) -> list[FieldError]:
    if not group:
        return [required("spec.group")]
    if wrong := dns_1123_subdomain(group):
        return [invalid_value("spec.group", group, ",".join(wrong))]
    if "." not in group:
        detail = "should be a domain with at least one dot"
        return [invalid_value("spec.group", group, detail)]
    return []


def _one_of(path: str, value: str, known: Sequence[str]) -> list[FieldError]:
    if not value:
        return [required(path)]
    return [] if value in known else [not_supported(path, value, known)]


def _versions(versions: Sequence[CrdVersion], first: str) -> list[FieldError]:
    names = [version.name for version in versions]
    errors = []
    for index, name in enumerate(names):
        errors += _label(f"spec.versions[{index}].name", name)
    if len(set(names)) < len(names):
        detail = "must contain unique version names"
        errors.append(invalid_value("spec.versions", _printed(versions), detail))
    if sum(version.storage for version in versions) != 1:
        detail = "must have exactly one version marked as storage version"
        errors.append(invalid_value("spec.versions", _printed(versions), detail))
    if first:
        errors += _label("spec.version", first)
        if names[0] != first:
            detail = "must match the first version in spec.versions"
            errors.append(invalid_value("spec.version", first, detail))
    return errors


def _printed(versions: Sequence[CrdVersion]) -> Printed:
    """Print *versions* with the fields that are judged."""
    fields = [
        {"Name": one.name, "Served": one.served, "Storage": one.storage}
        for one in versions
    ]
    structs = [
        f'{_STRUCT}{{Name:"{one.name}", Served:{_go(one.served)}, '
        f"Storage:{_go(one.storage)}}}"
        for one in versions
    ]
    body = f"{{{', '.join(structs)}}}" if structs else "(nil)"
    return Printed(f"[]{_STRUCT}{body}", fields or None)


def _go(value: bool) -> str:  # noqa: FBT001  (it is the value that is printed)
    return "true" if value else "false"


def _names(crd: Crd) -> list[FieldError]:
    one_each = {
        "plural": (crd.plural, _label),
        "singular": (crd.singular, _label),
        "kind": (crd.kind, _mixed_case_label),
        "listKind": (crd.list_kind, _mixed_case_label),
    }
    missing = [
        required(f"spec.names.{key}") for key in one_each if not one_each[key][0]
    ]
    errors = []
    for key, (name, judge) in one_each.items():
        if name:
            errors += judge(f"spec.names.{key}", name)
    errors += _each("spec.names.shortNames", crd.short_names, _label)
    if crd.kind and crd.kind == crd.list_kind:
        detail = "kind and listKind may not be the same"
        errors.append(invalid_value("spec.names.listKind", crd.list_kind, detail))
    return missing + errors + _each("spec.names.categories", crd.categories, _label)


def _each(
    path: str, names: Sequence[str], judge: Callable[[str, str], list[FieldError]]
) -> list[FieldError]:
    return [
        error
        for index, name in enumerate(names)
        for error in judge(f"{path}[{index}]", name)
    ]


def _label(path: str, name: str) -> list[FieldError]:
    wrong = dns_1035_label(name)
    return [invalid_value(path, name, ",".join(wrong))] if wrong else []


def _mixed_case_label(path: str, name: str) -> list[FieldError]:
    wrong = dns_1035_label(name.lower())
    if not wrong:
        return []
    detail = "may have mixed case, but should otherwise match: " + ",".join(wrong)
    return [invalid_value(path, name, detail)]


def _conversion(conversion: Json | None) -> list[FieldError]:
    if conversion is None:
        return []
    strategy = conversion.get("strategy") or ""
    errors = _one_of("spec.conversion.strategy", strategy, _STRATEGIES)
    return errors + _client(strategy, _client_config(conversion))


def _client(strategy: str, client: Json | None) -> list[FieldError]:
    path = "spec.conversion.webhookClientConfig"
    if strategy != "Webhook":
        detail = "should not be set when strategy is not set to Webhook"
        return [] if client is None else [forbidden_value(path, detail)]
    if client is None:
        return [required(path, "required when strategy is set to Webhook")]
    if (client.get("url") is None) == (client.get("service") is None):
        return [required(path, "exactly one of url or service is required")]
    return []


def _client_config(conversion: Json) -> Json | None:
    """Return how the webhook is called, where either version of the kind has it."""
    nested = conversion.get("webhook") or {}
    found: Json | None = nested.get("clientConfig")
    return conversion.get("webhookClientConfig") if found is None else found
