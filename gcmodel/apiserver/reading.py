"""The verbs that read what is stored: get and list.

Upstream: ``Get`` and ``ListPredicate`` in apiserver
pkg/registry/generic/registry/store.go; ``GetList`` in pkg/storage/etcd3/store.go
"""

from collections.abc import Iterable

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
        selects = selection(request)
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
        limit = 0 if request.resource_version == CACHED else request.limit
        return self._page(request, found, selects, revision, limit)

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
        storage, prefix = served.storage, prefix_of(request)
        return self._shown(served, self.backend.store.iter_objects(storage, prefix))

    def _exactly(
        self, served: ResourceType, request: Request, revision: int
    ) -> tuple[KubeObject, ...] | None:
        then = self.backend.store.collection(served.storage).at(revision)
        if then is None:
            return None
        prefix = prefix_of(request)
        keys = sorted(key for key in then if key.startswith(prefix))
        return self._shown(served, [then[key] for key in keys])

    def _shown(
        self, served: ResourceType, stored: Iterable[KubeObject]
    ) -> tuple[KubeObject, ...]:
        backend = self.backend
        if backend.faults:
            stored = tuple(stored)
            self._check_readable(served, stored)
        return tuple(backend.conversion(one, served) for one in stored)

    def _check_readable(
        self, served: ResourceType, stored: Iterable[KubeObject]
    ) -> None:
        faults = self.backend.faults
        broken = []
        for one in stored:
            fault = faults.stored(registry_key(served, one.key))
            if fault is None:
                continue
            if not self.backend.unsafe_delete:
                raise fault.list_error()
            broken.append((fault, one.metadata.resource_version))
        if broken:
            raise corrupt_objects.list_error(served, broken)

    # Pages

    def _page(
        self,
        request: Request,
        found: tuple[KubeObject, ...],
        selects: Selects,
        revision: int,
        limit: int,
    ) -> ObjectList:
        matching = tuple(one for one in found if selects(one))
        page, rest = matching, 0
        if limit and len(matching) > limit:
            page, rest = matching[:limit], len(matching) - limit
        items = page
        if request.metadata_only:
            items = tuple(metadata_of(one) for one in page)
        if not rest:
            return ObjectList(items, str(revision))
        after = page[-1].key.removeprefix(prefix_of(request))
        selected = bool(request.label_selector or request.field_selector)
        return ObjectList(
            items,
            str(revision),
            str(ContinueToken(revision, after)),
            None if selected else rest,
        )

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
        return self._page(request, left, selects, revision, request.limit)

    def _going_on(
        self, served: ResourceType, request: Request, token: ContinueToken
    ) -> tuple[tuple[KubeObject, ...], int]:
        if token.revision == LATEST:
            return self._now(served, request), self.backend.store.revision
        found = self._exactly(served, request, token.revision)
        if found is None:
            raise token.expired()
        return found, token.revision


def _asks_for_exactly(request: Request) -> bool:
    if request.resource_version in ("", CACHED):
        return False
    # Before there was a word for it, a limit made the version an exact one.
    match = request.resource_version_match
    return match == EXACT or (not match and bool(request.limit))
