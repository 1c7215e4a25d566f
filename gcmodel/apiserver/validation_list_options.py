"""What the server asks of the options of a list or watch.

Upstream: ``ValidateListOptions`` in apimachinery
pkg/apis/meta/internalversion/validation/validation.go
"""

from gcmodel.apiserver.requests import Request
from gcmodel.errors import InvalidError
from gcmodel.objects.field_errors import (
    FieldError,
    forbidden_value,
    invalid,
    not_supported,
)
from gcmodel.objects.identity import GroupKind

LIST_OPTIONS = GroupKind("meta.k8s.io", "ListOptions")
EXACT = "Exact"
NOT_OLDER_THAN = "NotOlderThan"

_MATCH = "resourceVersionMatch"
_INITIAL = "sendInitialEvents"


def invalid_list_options(request: Request, *, watch_list: bool) -> InvalidError | None:
    """Return the 422 that the options of a list or watch deserve, or None.

    Args:
        request: A list or a watch.
        watch_list: The gate ``WatchList`` is open.
    """
    if request.verb == "watch":
        errors = _watch_errors(request, watch_list=watch_list)
    else:
        errors = _list_errors(request)
    return invalid(LIST_OPTIONS, "", errors) if errors else None


def _list_errors(request: Request) -> list[FieldError]:
    match = request.resource_version_match
    errors = []
    if match:
        if not request.resource_version:
            detail = f"{_MATCH} is forbidden unless resourceVersion is provided"
            errors.append(forbidden_value(_MATCH, detail))
        errors += _continue_errors(request)
        if match not in (EXACT, NOT_OLDER_THAN):
            errors.append(not_supported(_MATCH, match, [EXACT, NOT_OLDER_THAN, ""]))
        if match == EXACT and request.resource_version == "0":
            detail = f'{_MATCH} "exact" is forbidden for resourceVersion "0"'
            errors.append(forbidden_value(_MATCH, detail))
    if request.send_initial_events:
        detail = f"{_INITIAL} is forbidden for list"
        errors.append(forbidden_value(_INITIAL, detail))
    return errors


def _watch_errors(request: Request, *, watch_list: bool) -> list[FieldError]:
    match = request.resource_version_match
    errors = []
    if request.send_initial_events:
        if match != NOT_OLDER_THAN:
            detail = f"{_INITIAL} requires setting {_MATCH} to {NOT_OLDER_THAN}"
            errors.append(forbidden_value(_MATCH, detail))
        if not watch_list:
            detail = (
                f"{_INITIAL} is forbidden for watch unless the WatchList feature gate "
                "is enabled"
            )
            errors.append(forbidden_value(_INITIAL, detail))
    if match:
        if not request.send_initial_events:
            detail = f"{_MATCH} is forbidden for watch unless {_INITIAL} is provided"
            errors.append(forbidden_value(_MATCH, detail))
        if match != NOT_OLDER_THAN:
            errors.append(not_supported(_MATCH, match, [NOT_OLDER_THAN]))
        errors += _continue_errors(request)
    return errors


def _continue_errors(request: Request) -> list[FieldError]:
    if not request.continue_token:
        return []
    detail = f"{_MATCH} is forbidden when continue is provided"
    return [forbidden_value(_MATCH, detail)]
