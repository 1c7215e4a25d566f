"""What reaches the API server and what it answers.

Upstream: ``RequestInfo`` in apiserver pkg/endpoints/request/requestinfo.go
"""

from typing import TypeAlias

import attrs

from gcmodel.apiserver.watch import WatchStream
from gcmodel.errors import GcModelError, Status
from gcmodel.kernel.scheduler import Signal
from gcmodel.objects.identity import GroupVersion, GroupVersionResource
from gcmodel.objects.lists import ObjectList
from gcmodel.objects.metadata import Json, KubeObject
from gcmodel.objects.options import DeleteOptions
from gcmodel.objects.patch_types import Patch

NO_RESOURCE = GroupVersionResource("", "", "")


@attrs.frozen(kw_only=True)
class Request:
    """One API request, after routing.

    Attributes:
        verb: ``create``, ``get``, ``list``, ``watch``, ``update``, ``patch``,
            ``delete``, ``deletecollection``; or ``discover`` for *path*.
        body: The object of a create or update, as a value or as JSON that nobody
            has judged yet; or the patch.
        timeout_s: How long a watch may last.
        metadata_only: Answer with ``PartialObjectMetadata``.
        field_manager: Who an apply is for.
        force: An apply wins every conflict.
        path: For requests that name no resource: ``/api``, ``/apis``,
            ``/apis/apps/v1``.
    """

    verb: str
    user: str
    resource: GroupVersionResource = NO_RESOURCE
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    body: KubeObject | Json | Patch | None = None
    options: DeleteOptions | None = None
    label_selector: str = ""
    field_selector: str = ""
    limit: int = 0
    continue_token: str = ""
    resource_version: str = ""
    resource_version_match: str = ""
    allow_bookmarks: bool = False
    send_initial_events: bool = False
    timeout_s: int | None = None
    dry_run: bool = False
    metadata_only: bool = False
    field_manager: str = ""
    force: bool = False
    path: str = ""


@attrs.frozen
class ServedResource:
    """A resource as discovery describes it."""

    name: str
    kind: str
    namespaced: bool
    verbs: tuple[str, ...]
    singular_name: str = ""
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@attrs.frozen
class ServedGroup:
    """A group as ``/apis`` lists it; the first version is the preferred one."""

    name: str
    versions: tuple[str, ...]


@attrs.frozen
class AggregatedDiscovery:
    """Everything in one document: what each group version serves, or its staleness."""

    groups: tuple[ServedGroup, ...]
    resources: dict[GroupVersion, tuple[ServedResource, ...]]
    stale: frozenset[GroupVersion]


Answer: TypeAlias = (
    KubeObject
    | ObjectList
    | WatchStream
    | Status
    | tuple[ServedGroup, ...]
    | tuple[ServedResource, ...]
    | AggregatedDiscovery
)


@attrs.frozen
class Response:
    """A success: the HTTP status, the body, and ``Warning`` headers."""

    code: int
    body: Answer
    warnings: tuple[str, ...] = ()


class NoAnswer(GcModelError):  # noqa: N818  (it is not an error of anybody's)
    """The backend has taken the request and stays silent: the caller waits.

    Attributes:
        released: Fires when the backend drops the request after all.
    """

    def __init__(self, released: Signal | None = None) -> None:
        """Keep what ends the wait, if anything does."""
        super().__init__(released)
        self.released = released
