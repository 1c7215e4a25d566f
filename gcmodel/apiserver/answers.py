"""The refusals that the verbs share, worded as upstream words them.

Upstream: apimachinery pkg/api/errors/errors.go; the StorageError texts of
apiserver pkg/storage/errors.go
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gcmodel.errors import ApiError, StatusCause, api_error
from gcmodel.objects.identity import GroupResource


def not_found(resource: GroupResource, name: str) -> ApiError:
    """No such object."""
    details = _details(resource, name)
    return api_error(404, "NotFound", f'{resource} "{name}" not found', details=details)


def no_resource() -> ApiError:
    """No such resource: the path leads nowhere."""
    text = "the server could not find the requested resource"
    return api_error(404, "NotFound", text)


def already_exists(
    resource: GroupResource, name: str, *, being_deleted: bool, generated: bool = False
) -> ApiError:
    """The name is taken, perhaps by an object that is still being deleted.

    Args:
        resource: Where.
        name: Which.
        being_deleted: The object that has the name is going.
        generated: The caller gave a beginning for the server to make a name of.
    """
    prefix = "object is being deleted: " if being_deleted else ""
    text = f'{prefix}{resource} "{name}" already exists'
    details = _details(resource, name)
    if generated:
        text += ", the server was not able to generate a unique name for the object"
        details["retryAfterSeconds"] = 1
    return api_error(409, "AlreadyExists", text, details=details)


def conflict(resource: GroupResource, name: str, detail: str) -> ApiError:
    """The object is not what the caller takes it for."""
    text = f'Operation cannot be fulfilled on {resource} "{name}": {detail}'
    return api_error(409, "Conflict", text, details=_details(resource, name))


def modified(resource: GroupResource, name: str) -> ApiError:
    """The caller's resource version is not the stored one."""
    return conflict(
        resource,
        name,
        "the object has been modified; please apply your changes to the latest "
        "version and try again",
    )


def precondition_failed(
    resource: GroupResource, name: str, key: str, mismatch: str
) -> ApiError:
    """A precondition failed in the storage layer."""
    return conflict(
        resource,
        name,
        f"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, "
        f"AdditionalErrorMsg: Precondition failed: {mismatch}",
    )


def bad_request(text: str) -> ApiError:
    """The request makes no sense."""
    return api_error(400, "BadRequest", text)


def forbidden(resource: GroupResource, name: str, detail: str) -> ApiError:
    """Not to this caller, or not now."""
    target = f'{resource} "{name}"' if name else f"{resource}"
    text = f"{target} is forbidden: {detail}"
    return api_error(403, "Forbidden", text, details=_details(resource, name))


def namespace_terminating(
    resource: GroupResource, name: str, namespace: str
) -> ApiError:
    """Nothing new may appear in a namespace that is going."""
    cause = StatusCause(
        "NamespaceTerminating",
        f"namespace {namespace} is being terminated",
        "metadata.namespace",
    )
    text = (
        f'{resource} "{name}" is forbidden: unable to create new content in '
        f"namespace {namespace} because it is being terminated"
    )
    return api_error(
        403, "Forbidden", text, causes=(cause,), details=_details(resource, name)
    )


def method_not_allowed(resource: GroupResource, verb: str) -> ApiError:
    """The resource does not know the verb."""
    text = f'{verb} is not supported on resources of kind "{resource}"'
    details = _details(resource, "")
    return api_error(405, "MethodNotAllowed", text, details=details)


def no_such_method() -> ApiError:
    """The path is served, and not by this method."""
    text = "the server does not allow this method on the requested resource"
    return api_error(405, "MethodNotAllowed", text)


def raw_error(text: str) -> ApiError:
    """An error that reached the HTTP layer as it was: 500 without a reason."""
    return api_error(500, "", text)


def internal_error(text: str) -> ApiError:
    """A failure that the server owns up to."""
    whole = f"Internal error occurred: {text}"
    return api_error(500, "InternalError", whole, causes=(StatusCause("", text),))


def expired(text: str) -> ApiError:
    """History is cut off there."""
    return api_error(410, "Expired", text)


@contextmanager
def warned(warnings: tuple[str, ...]) -> Iterator[None]:
    """Let a refusal carry the warnings that its request has earned."""
    try:
        yield
    except ApiError as error:
        error.warnings = warnings
        raise


def _details(resource: GroupResource, name: str) -> dict[str, Any]:
    details: dict[str, Any] = {
        "name": name,
        "group": resource.group,
        "kind": resource.resource,
    }
    return {key: value for key, value in details.items() if value}
