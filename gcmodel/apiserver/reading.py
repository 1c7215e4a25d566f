"""The verbs that read what is stored: get and list.

Upstream: ``Get`` and ``ListPredicate`` in apiserver
pkg/registry/generic/registry/store.go; ``GetList`` in pkg/storage/etcd3/store.go
"""

import builtins

import attrs

from gcmodel.apiserver import answers, corrupt_objects
from gcmodel.apiserver.backend import Backend, object_key, registry_key
from gcmodel.apiserver.continue_tokens import LATEST, ContinueToken
from gcmodel.apiserver.requests import Request
from gcmodel.apiserver.resources import ResourceType
from gcmodel.apiserver.selection import (
    Selects,
    metadata_of,
    parse_revision,
    prefix_of,
    revision_error,
    selection,
    too_large,
)
from gcmodel.apiserver.subresources import SCALE, scale_of
from gcmodel.apiserver.validation_list_options import EXACT, invalid_list_options
from gcmodel.faults.kinds import StoredFault
from gcmodel.objects.lists import ObjectList
from gcmodel.objects.metadata import KubeObject

CACHED = "0"
"""The resource version that asks for any state, as the watch cache has it."""


@attrs.define(eq=False)
class Reading:
    """Answers reads.

    * **All or nothing**: one object that cannot be read fails the whole list, even
      if no selector wants it.
    * **Consistent**: all pages of a list show the revision of the first.
    * **No further than needed**: a page fails for what is on it, not for what comes
      after.
    """

    backend: Backend

    def get(self, served: ResourceType, request: Request) -> KubeObject:
        """Return one object, or its scale.

        Raises:
            NotFoundError: There is none.
        """
        self._not_ahead(request)
        found = self.backend.read(served, object_key(served, request))
        if found is None:
            raise answers.not_found(served.group_resource, request.name)
        if request.subresource == SCALE:
            return scale_of(found)
        return metadata_of(found) if request.metadata_only else found

    def list(self, served: ResourceType, request: Request) -> ObjectList:
        """Return a collection, or one page of it.

        Raises:
            BadRequestError: A selector or the continue token cannot be read.
            InvalidError: The options contradict each other.
            ExpiredError: The state that is asked for is forgotten.
            ServerTimeoutError: It is not reached yet.
            ApiError: A stored value cannot be read.
        """
        selects = selection(served, request)
        profile = self.backend.profile
        refusal = invalid_list_options(request, watch_list=profile.watch_list_client)
        if refusal is not None:
            raise refusal
        if request.continue_token:
            return self._next_page(served, request, selects)
        revision = self._not_ahead(request)
        if _asks_for_exactly(request):
            found = self._exactly(served, request, revision)
            if found is None:
                text = "The resourceVersion for the provided list is too old."
                raise answers.expired(text)
        else:
            if revision:
                self.backend.check_cache(served)
            found, revision = self._now(served, request), self.backend.store.revision
        return self._page(served, request, _State(found, revision, selects))

    def _not_ahead(self, request: Request) -> int:
        if request.resource_version in ("", CACHED):
            return 0
        wanted = parse_revision(request.resource_version)
        if wanted is None:
            error = revision_error(request.resource_version)
            raise answers.bad_request(f"invalid resource version: {error}")
        current = self.backend.store.revision
        if wanted > current:
            raise too_large(wanted, current)
        return wanted

    def _now(self, served: ResourceType, request: Request) -> tuple[KubeObject, ...]:
        prefix = prefix_of(request)
        return tuple(self.backend.store.iter_objects(served.storage, prefix))

    def _exactly(
        self, served: ResourceType, request: Request, revision: int
    ) -> tuple[KubeObject, ...] | None:
        then = self.backend.store.collection(served.storage).at(revision)
        if then is None:
            return None
        prefix = prefix_of(request)
        keys = sorted(key for key in then if key.startswith(prefix))
        return tuple(then[key] for key in keys)

    # Pages

    def _page(
        self, served: ResourceType, request: Request, state: "_State"
    ) -> ObjectList:
        limit = 0 if request.resource_version == CACHED else request.limit
        page, left = self._read(served, state, limit)
        items = page
        if request.metadata_only:
            items = [metadata_of(one) for one in page]
        revision = str(state.revision)
        if not left:
            return ObjectList(tuple(items), revision)
        after = page[-1].key.removeprefix(prefix_of(request))
        selected = bool(request.label_selector or request.field_selector)
        token = str(ContinueToken(state.revision, after))
        return ObjectList(tuple(items), revision, token, None if selected else left)

    def _read(
        self, served: ResourceType, state: "_State", limit: int
    ) -> "tuple[builtins.list[KubeObject], int]":
        """Return the objects of one page, and how many stored ones come after it."""
        backend = self.backend
        page: builtins.list[KubeObject] = []
        broken: builtins.list[tuple[StoredFault, str]] = []
        checked = bool(backend.faults)
        left = 0
        for position, stored in enumerate(state.stored):
            if limit and len(page) == limit:
                left = len(state.stored) - position
                break
            fault = self._fault(served, stored) if checked else None
            if fault is not None:
                broken.append((fault, stored.metadata.resource_version))
                continue
            one = backend.conversion(stored, served)
            if state.selects(one):
                page.append(one)
        if broken:
            raise corrupt_objects.list_error(served, broken)
        return page, left

    def _fault(self, served: ResourceType, stored: KubeObject) -> StoredFault | None:
        fault = self.backend.faults.stored(registry_key(served, stored.key))
        if fault is not None and not self.backend.unsafe_delete:
            raise fault.list_error()
        return fault

    def _next_page(
        self, served: ResourceType, request: Request, selects: Selects
    ) -> ObjectList:
        if request.resource_version not in ("", CACHED):
            raise answers.bad_request(
                "specifying resource version is not allowed when using continue"
            )
        token = ContinueToken.parse(request.continue_token)
        found, revision = self._going_on(served, request, token)
        after = prefix_of(request) + token.after
        left = tuple(one for one in found if one.key > after)
        return self._page(served, request, _State(left, revision, selects))

    def _going_on(
        self, served: ResourceType, request: Request, token: ContinueToken
    ) -> tuple[tuple[KubeObject, ...], int]:
        if token.revision == LATEST:
            return self._now(served, request), self.backend.store.revision
        found = self._exactly(served, request, token.revision)
        if found is None:
            raise token.expired()
        return found, token.revision


@attrs.frozen
class _State:
    """What a list is made of.

    Attributes:
        stored: The objects as they are stored, in key order; not all are read.
        revision: The state that they are.
        selects: What of it is wanted.
    """

    stored: tuple[KubeObject, ...]
    revision: int
    selects: Selects


def _asks_for_exactly(request: Request) -> bool:
    if request.resource_version in ("", CACHED):
        return False
    # Before there was a word for it, a limit made the version an exact one.
    match = request.resource_version_match
    return match == EXACT or (not match and bool(request.limit))
