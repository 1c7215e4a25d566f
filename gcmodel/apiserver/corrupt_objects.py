"""Stored values that cannot be read, when the server is allowed to say so: KEP-3926.

Upstream: ``corruptObjectDeleter`` in apiserver
pkg/registry/generic/registry/corrupt_obj_deleter.go; ``aggregate`` in
pkg/storage/errors.go
"""

from gcmodel.apiserver import answers
from gcmodel.apiserver.backend import Backend, object_key, registry_key
from gcmodel.apiserver.requests import Request, Response
from gcmodel.apiserver.resources import ResourceType
from gcmodel.apiserver.validation_options import DELETE_OPTIONS
from gcmodel.errors import ApiError, Status, StatusCause, api_error
from gcmodel.faults.kinds import StoredFault, Undecryptable
from gcmodel.objects.field_errors import invalid, invalid_value
from gcmodel.objects.options import IGNORE_READ_ERROR

UNSAFE_VERB = "unsafe-delete-ignore-read-errors"
ERRORS_MAX = 100


def list_error(served: ResourceType, broken: list[tuple[StoredFault, str]]) -> ApiError:
    """Return why a list fails: every value that is *broken*, with its revision.

    At most a hundred are named.
    """
    causes = [
        StatusCause("UnexpectedServerResponse", _storage_error(fault, version), key)
        for fault, version in broken[:ERRORS_MAX]
        for key in [fault.key]
    ]
    if len(broken) > ERRORS_MAX:
        text = "too many errors, the list is truncated"
        causes.append(StatusCause("FieldValueTooMany", text))
    return api_error(
        500,
        "StorageReadError",
        f"failed to read one or more {served.group_resource} from the storage",
        causes=tuple(causes),
        details={"name": "list", "group": served.group, "kind": served.plural}
        if served.group
        else {"name": "list", "kind": served.plural},
    )


def _storage_error(fault: StoredFault, version: str) -> str:
    if isinstance(fault, Undecryptable):
        why = f"data from the storage is not transformable revision=0: {fault.error}"
    else:
        why = f"object not decodable revision={version}: {fault.error}"
    return (
        f"StorageError: corrupt object, Code: 7, Key: {fault.key}, ResourceVersion: 0, "
        f"AdditionalErrorMsg: {why}"
    )


def delete_unread(backend: Backend, served: ResourceType, request: Request) -> Response:
    """Remove the stored value of an object that cannot be read.

    * **Nothing holds it**: no finalizer, no grace, no policy, no precondition.
    * **Nobody is told what it was**: watchers get an error, and have to list again.

    Raises:
        NotFoundError: There is none.
        InvalidError: It can be read, so that it can be deleted like any other.
        ForbiddenError: The caller lacks the verb for this.
    """
    key = object_key(served, request)
    stored = backend.store.get(served.storage, key)
    if stored is None:
        raise answers.not_found(served.group_resource, request.name)
    fault = backend.faults.stored(registry_key(served, key))
    if fault is None:
        detail = (
            "is exclusively used to delete corrupt object(s), try again by removing "
            "this option"
        )
        error = invalid_value(IGNORE_READ_ERROR, True, detail)  # noqa: FBT003
        raise invalid(DELETE_OPTIONS, request.name, [error])
    _authorize(backend, served, request)
    text = "saw a DELETED event, but object data is corrupt - "
    version = stored.metadata.resource_version
    text += _storage_error(fault, version)
    failure = Status(500, "InternalError", text)
    backend.store.forget(served.storage, key, failure)
    backend.faults.remove(fault)
    return Response(200, Status(200))


def _authorize(backend: Backend, served: ResourceType, request: Request) -> None:
    decision = backend.authorizer.authorize(
        request.user,
        UNSAFE_VERB,
        served.group,
        served.plural,
        request.namespace,
        request.name,
    )
    if not decision.allowed:
        detail = f'not permitted to do "{UNSAFE_VERB}", reason: {decision.reason}'
        raise answers.forbidden(served.group_resource, request.name, detail)
