"""What a read lets through, and how it shows it.

Upstream: ``SelectionPredicate`` in apiserver pkg/storage/selection_predicate.go;
``asPartialObjectMetadata`` in pkg/endpoints/handlers/response.go;
``ParseResourceVersion`` in pkg/storage/api_object_versioner.go
"""

from collections.abc import Callable

from gcmodel.apiserver import answers
from gcmodel.apiserver.requests import Request
from gcmodel.apiserver.resources import ResourceType
from gcmodel.apiserver.selectable_fields import SelectableFields
from gcmodel.errors import ApiError, StatusCause, api_error
from gcmodel.objects.field_errors import FieldError, invalid_value
from gcmodel.objects.field_selectors import parse_field_selector
from gcmodel.objects.go_values import quote
from gcmodel.objects.metadata import KubeObject
from gcmodel.objects.selector_parser import parse
from gcmodel.objects.selectors import SelectorError

Selects = Callable[[KubeObject], bool]

METADATA_VERSION, METADATA_KIND = "meta.k8s.io/v1", "PartialObjectMetadata"


def selection(served: ResourceType, request: Request) -> Selects:
    """Return what the selectors of *request*, a read of *served*, let through.

    Raises:
        BadRequestError: A selector cannot be read.
    """
    if not request.label_selector and not request.field_selector:
        return lambda _: True
    selectable = SelectableFields.of(served)
    try:
        labels = parse(request.label_selector)
        fields = parse_field_selector(request.field_selector)
        fields.check_fields(selectable.known, custom=selectable.custom)
    except SelectorError as error:
        raise answers.bad_request(str(error)) from error
    return lambda one: (
        labels.matches(one.metadata.labels) and fields.matches(selectable.values(one))
    )


def prefix_of(request: Request) -> str:
    """Return what the keys of the objects start with that *request* reads."""
    return f"{request.namespace}/" if request.namespace else ""


def metadata_of(found: KubeObject) -> KubeObject:
    """Return *found* without all but its metadata."""
    return KubeObject(METADATA_VERSION, METADATA_KIND, found.metadata)


_UINT64_MAX = 2**64 - 1


def parse_revision(version: str) -> int | None:
    """Read a resource version, or return None."""
    if not (version.isascii() and version.isdigit()):
        return None
    digits = version.lstrip("0") or "0"
    number = int(digits) if len(digits) <= len(str(_UINT64_MAX)) else _UINT64_MAX + 1
    return None if number > _UINT64_MAX else number


def unreadable(version: str) -> str:
    """Return what Go says about a resource version that cannot be read."""
    digits = version.isascii() and version.isdigit()
    problem = "value out of range" if digits else "invalid syntax"
    return f"strconv.ParseUint: parsing {quote(version)}: {problem}"


def revision_error(version: str) -> FieldError:
    """Return the answer to a resource version that cannot be read."""
    return invalid_value("resourceVersion", version, unreadable(version))


def too_large(wanted: int, current: int) -> ApiError:
    """Return the answer to a read of a state that is not there yet."""
    cause = StatusCause("ResourceVersionTooLarge", "Too large resource version")
    return api_error(
        504,
        "Timeout",
        f"Timeout: Too large resource version: {wanted}, current: {current}",
        causes=(cause,),
        details={"retryAfterSeconds": 1},
    )
