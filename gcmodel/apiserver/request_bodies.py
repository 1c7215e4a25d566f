"""From the body of a create or update to an object of the kind that is asked for.

A body is either an object, or JSON as it came over the wire, which is judged first.

Upstream: ``createHandler`` and ``UpdateResource`` in apiserver
pkg/endpoints/handlers; ``transformDecodeError`` and ``checkName`` in
pkg/endpoints/handlers/rest.go; ``EnsureObjectNamespaceMatchesRequestNamespace`` in
pkg/registry/rest/meta.go
"""

from gcmodel.apiserver import answers
from gcmodel.apiserver.requests import Request
from gcmodel.apiserver.resources import ResourceRegistry, ResourceType
from gcmodel.apiserver.validation_shape import check_shape
from gcmodel.objects.field_errors import invalid, invalid_value
from gcmodel.objects.identity import GroupVersionKind
from gcmodel.objects.metadata import Json, KubeObject
from gcmodel.objects.patch_types import Patch

_SCHEME = "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"


def read_body(
    served: ResourceType, request: Request, registry: ResourceRegistry
) -> KubeObject:
    """Return the object that *request* carries.

    * **Of the kind**: apiVersion and kind are those of the endpoint; a built-in kind
      may leave them out.

    Raises:
        BadRequestError: The body is no object of the kind.
        InvalidError: It is a custom resource of another kind.
    """
    body = request.body
    if isinstance(body, KubeObject):
        wanted = _defaulted(served, body)
    else:
        assert not isinstance(body, Patch), "a patch is not an object"
        wanted = KubeObject.from_dict(_shaped(served, body))
    _check_kind(served, wanted, registry)
    return wanted


def _shaped(served: ResourceType, body: Json | None) -> Json:
    custom = not served.built_in
    if isinstance(body, dict) and not custom:
        stated = {key: value for key, value in body.items() if value not in ("", None)}
        defaults = {"apiVersion": served.api_version, "kind": served.kind}
        body = {**defaults, **stated}
    return check_shape(body, custom=custom, expected=served.kind)


def _defaulted(served: ResourceType, body: KubeObject) -> KubeObject:
    if body.api_version and body.kind:
        return body
    return KubeObject(
        body.api_version or served.api_version,
        body.kind or served.kind,
        body.metadata,
        body.body,
    )


def _check_kind(
    served: ResourceType, wanted: KubeObject, registry: ResourceRegistry
) -> None:
    kind = wanted.gvk
    if kind == served.gvk:
        return
    if served.built_in and kind.kind != served.kind:
        problem = _unconvertible(served, kind, registry)
        raise answers.bad_request(
            f'{kind.kind} in version "{kind.version}" cannot be handled as a '
            f"{served.kind}: {problem}"
        )
    if not served.built_in and kind.kind != served.kind:
        errors = [invalid_value("kind", kind.kind, f"must be {served.kind}")]
        raise invalid(served.group_kind, wanted.name, errors)
    if wanted.api_version != served.api_version:
        raise answers.bad_request(
            f"the API version in the data ({wanted.api_version}) does not match the "
            f"expected API version ({served.api_version})"
        )


def wrong_kind(
    served: ResourceType, patched: Json, registry: ResourceRegistry
) -> str | None:
    """Return why a patched object is none of the kind of *served*, if it is not.

    A kind may be stated in another version, from which it is converted.
    """
    stated = (patched.get("apiVersion"), patched.get("kind"))
    version, name = (
        one if isinstance(one, str) and one else default
        for one, default in zip(stated, (served.api_version, served.kind), strict=True)
    )
    kind = GroupVersionKind.of(version, name)
    known = registry.resource_for(kind)
    if known is not None and known.storage == served.storage:
        return None
    return _unconvertible(served, kind, registry)


def _unconvertible(
    served: ResourceType, kind: GroupVersionKind, registry: ResourceRegistry
) -> str:
    if registry.resource_for(kind) is None:
        return (
            f'no kind "{kind.kind}" is registered for version '
            f'"{kind.api_version}" in scheme "{_SCHEME}"'
        )
    return (
        f"converting ({kind.version}.{kind.kind}) to "
        f"({_internal_package(served.group)}.{served.kind}): unknown conversion"
    )


def _internal_package(group: str) -> str:
    return group.partition(".")[0] or "core"


def placed(served: ResourceType, request: Request, wanted: KubeObject) -> KubeObject:
    """Return *wanted* in the namespace of *request*; cluster-scoped, in none.

    Raises:
        BadRequestError: It names another namespace.
    """
    namespace = request.namespace if served.namespaced else ""
    if wanted.namespace == namespace:
        return wanted
    if wanted.namespace and namespace:
        raise answers.bad_request(
            "the namespace of the provided object does not match the namespace sent "
            "on the request"
        )
    return wanted.with_metadata(namespace=namespace)


def check_coordinates(request: Request, wanted: KubeObject) -> None:
    """Refuse a changed object that is not the one which the URL names.

    Raises:
        BadRequestError: Its name or namespace is another, or it has no name.
    """
    if not wanted.name:
        raise answers.bad_request(
            f"the name of the object ({request.name} based on URL) was "
            "undeterminable: name must be provided"
        )
    if wanted.name != request.name:
        raise answers.bad_request(
            f"the name of the object ({wanted.name}) does not match the name on the "
            f"URL ({request.name})"
        )
    namespace = wanted.namespace
    if request.namespace and namespace and namespace != request.namespace:
        raise answers.bad_request(
            f"the namespace of the object ({namespace}) does not match the namespace "
            f"on the request ({request.namespace})"
        )
