"""The verbs that delete: one object, or what a list would return.

Upstream: ``Delete``, ``DeleteCollection`` and
``updateForGracefulDeletionAndFinalizers`` in apiserver
pkg/registry/generic/registry/store.go; ``Delete`` in
pkg/registry/core/namespace/storage/storage.go and in apiextensions-apiserver
pkg/registry/customresourcedefinition/etcd.go
"""

from collections.abc import Callable

import attrs

from gcmodel.apiserver import answers
from gcmodel.apiserver.admission import Review
from gcmodel.apiserver.backend import Backend, object_key, registry_key
from gcmodel.apiserver.corrupt_objects import delete_unread
from gcmodel.apiserver.crds import DEFINITIONS, begin_deletion
from gcmodel.apiserver.deletion import (
    begin,
    check_preconditions,
    collector_finalizers,
    mark_as_deleting,
    namespace_finalizers,
)
from gcmodel.apiserver.reading import Reading
from gcmodel.apiserver.requests import Request, Response
from gcmodel.apiserver.resources import ResourceType
from gcmodel.apiserver.validation_options import (
    DELETE_OPTIONS,
    invalid_delete_options,
)
from gcmodel.apiserver.write_steps import NAMESPACES
from gcmodel.apiserver.writing import Writing
from gcmodel.errors import NotFoundError, Status
from gcmodel.objects.field_errors import invalid, invalid_value
from gcmodel.objects.metadata import KubeObject
from gcmodel.objects.options import IGNORE_READ_ERROR, DeleteOptions, Preconditions

PROTECTED_NAMESPACES = frozenset({"default", "kube-system", "kube-public"})
PAGE_SIZE = 10_000
"""How many objects a deletecollection lists at once, unless the caller says."""


@attrs.frozen
class _Deletion:
    """One delete under way.

    Attributes:
        dry: Nothing is to be written.
    """

    served: ResourceType
    request: Request
    options: DeleteOptions
    dry: bool


@attrs.define(eq=False)
class Deleting:
    """Carries out deletes.

    * **Held by finalizers**: an object with finalizers is only marked; it goes when
      the last one is taken away.
    * **Switchable**: until then another delete may change the collector's
      finalizer, except while a grace period runs.
    * **Current**: what goes is what the plug-ins have seen. If the object changes
      while they are asked, everything is done again.
    """

    backend: Backend
    reading: Reading
    writing: Writing

    def delete(self, served: ResourceType, request: Request) -> Response:
        """Delete one object, or mark it.

        Raises:
            NotFoundError: There is none.
            ConflictError: A precondition does not hold.
            InvalidError: The options contradict themselves.
            ForbiddenError: It is protected, or a plug-in says no.
        """
        options = self._options(request)
        self._protect(served, request)
        if options.ignore_store_read_error:
            return delete_unread(self.backend, served, request)
        dry = request.dry_run or bool(options.dry_run)
        deletion = _Deletion(served, request, options, dry)
        step = self._step(served)
        answer = None
        while answer is None:
            stored = self.backend.read(served, object_key(served, request))
            if stored is None:
                raise answers.not_found(served.group_resource, request.name)
            answer = step(deletion, stored)
        return answer

    def delete_collection(self, served: ResourceType, request: Request) -> Response:
        """Delete each object that a list returns, in order, until one refuses.

        * **Page by page**: what stands on later pages is not read before what stands
          on earlier ones has gone.
        """
        options = self._options(request)
        if options.ignore_store_read_error:
            detail = (
                "is not allowed with DELETECOLLECTION, try again after removing the "
                "option"
            )
            error = invalid_value(IGNORE_READ_ERROR, True, detail)  # noqa: FBT003
            raise invalid(DELETE_OPTIONS, "", [error])
        limit = request.limit or PAGE_SIZE
        listing = attrs.evolve(request, verb="list", limit=limit)
        page = self.reading.list(served, listing)
        items = page.items
        self._delete_all(served, request, page.items)
        while page.continue_token:
            listing = attrs.evolve(
                listing,
                continue_token=page.continue_token,
                resource_version="",
                resource_version_match="",
            )
            page = self.reading.list(served, listing)
            items += page.items
            self._delete_all(served, request, page.items)
        return Response(200, attrs.evolve(page, items=items))

    def _delete_all(
        self, served: ResourceType, request: Request, items: tuple[KubeObject, ...]
    ) -> None:
        for one in items:
            each = attrs.evolve(
                request, verb="delete", namespace=one.namespace, name=one.name
            )
            try:
                self.delete(served, each)
            except NotFoundError:
                continue

    def _options(self, request: Request) -> DeleteOptions:
        # The handler judges the options before anybody looks for the object.
        options = request.options or DeleteOptions()
        asked = options.ignore_store_read_error is not None
        if asked and not self.backend.unsafe_delete:
            options = attrs.evolve(options, ignore_store_read_error=None)
        refusal = invalid_delete_options(options, self.backend.profile)
        if refusal is not None:
            raise refusal
        return options

    def _protect(self, served: ResourceType, request: Request) -> None:
        protects = self.backend.namespace_lifecycle and served.storage == NAMESPACES
        if protects and request.name in PROTECTED_NAMESPACES:
            detail = "this namespace may not be deleted"
            raise answers.forbidden(NAMESPACES, request.name, detail)

    def _step(
        self, served: ResourceType
    ) -> Callable[[_Deletion, KubeObject], Response | None]:
        if served.storage == NAMESPACES:
            return self._delete_namespace
        if served.storage == DEFINITIONS:
            return self._delete_definition
        return self._delete

    def _still_current(self, deletion: _Deletion, stored: KubeObject) -> bool:
        """Ask the plug-ins; whether the object is still what they were asked about."""
        if not self.backend.admission:
            return True
        served = deletion.served
        judged = self.backend.store.get(served.storage, stored.key)
        review = Review(
            operation="DELETE", request=deletion.request, served=served, old=stored
        )
        self.backend.admit(review)
        return self.backend.store.get(served.storage, stored.key) is judged

    # One object

    def _delete(self, deletion: _Deletion, stored: KubeObject) -> Response | None:
        served, options = deletion.served, deletion.options
        check_preconditions(stored, options)
        now_s = self.backend.clock.now_s()
        begun = begin(
            stored,
            options,
            now_s,
            graceful_kind=served.graceful,
            stays_in_future=self.backend.profile.shortened_grace_stays_in_future,
        )
        if begun.pending:
            return self._lingers(deletion, stored)
        if not self._still_current(deletion, stored):
            return None
        going = self._with_finalizers(served, begun.object, options)
        refinalized = going.metadata.finalizers != stored.metadata.finalizers
        lingers = bool(going.metadata.finalizers)
        if begun.graceful:
            going = self._write(deletion, going)
            if lingers or begun.grace_period_seconds:
                return self._lingers(deletion, going)
            return self._gone(deletion, going)
        if lingers:
            going = mark_as_deleting(going, now_s)
            return self._lingers(deletion, self._write(deletion, going))
        if refinalized and options.preconditions is not None:
            self._check_refreshed(served, stored, options.preconditions)
        return self._gone(deletion, stored)

    def _with_finalizers(
        self, served: ResourceType, going: KubeObject, options: DeleteOptions
    ) -> KubeObject:
        if not self.backend.gc_enabled:
            return going
        finalizers = collector_finalizers(
            going.metadata, options, served.default_policy
        )
        if finalizers == going.metadata.finalizers:
            return going
        return going.with_metadata(finalizers=finalizers)

    def _check_refreshed(
        self, served: ResourceType, stored: KubeObject, wanted: Preconditions
    ) -> None:
        # The finalizers changed and nothing remains: upstream gives the write up,
        # and with it loses the version that the storage step then compares.
        if wanted.resource_version is None:
            return
        raise answers.precondition_failed(
            served.group_resource,
            stored.name,
            registry_key(served, stored.key),
            "ResourceVersion in precondition: , ResourceVersion in object meta: "
            f"{stored.metadata.resource_version}",
        )

    def _write(self, deletion: _Deletion, going: KubeObject) -> KubeObject:
        served = deletion.served
        stored = self.backend.read(served, going.key)
        if deletion.dry or going == stored:
            return going
        kept = self.backend.to_storage(going, served)
        written = self.backend.store.put(served.storage, kept)
        return self.backend.conversion(written, served)

    def _lingers(self, deletion: _Deletion, going: KubeObject) -> Response:
        code = 202 if deletion.options.orphan_dependents is False else 200
        return Response(code, going)

    def _gone(self, deletion: _Deletion, last: KubeObject) -> Response:
        served = deletion.served
        if not deletion.dry:
            self.writing.remove(served, last)
        if served.returns_object_on_delete:
            return Response(200, last)
        details = {
            "name": last.name,
            "group": served.group,
            "kind": served.plural,
            "uid": last.uid,
        }
        kept = {key: value for key, value in details.items() if value}
        return Response(200, Status(200, details=kept))

    # Kinds with a first delete of their own

    def _delete_definition(
        self, deletion: _Deletion, stored: KubeObject
    ) -> Response | None:
        # A definition first waits for its instances, whatever the options say.
        self._check_kind_preconditions(deletion, stored)
        if stored.metadata.being_deleted:
            return self._delete(deletion, stored)
        if not self._still_current(deletion, stored):
            return None
        going = begin_deletion(stored, self.backend.clock.now_s())
        return self._lingers(deletion, self._write(deletion, going))

    def _delete_namespace(
        self, deletion: _Deletion, stored: KubeObject
    ) -> Response | None:
        self._check_kind_preconditions(deletion, stored)
        if stored.metadata.being_deleted:
            if stored.spec.get("finalizers"):
                return self._lingers(deletion, stored)
            return self._delete(deletion, stored)
        if not self._still_current(deletion, stored):
            return None
        finalizers = stored.metadata.finalizers
        if self.backend.gc_enabled:
            finalizers = namespace_finalizers(stored.metadata, deletion.options)
        going = stored.with_metadata(
            deletion_timestamp=self.backend.clock.now_s(), finalizers=finalizers
        )
        going = going.with_body(status={**going.status, "phase": "Terminating"})
        return self._lingers(deletion, self._write(deletion, going))

    def _check_kind_preconditions(
        self, deletion: _Deletion, stored: KubeObject
    ) -> None:
        wanted, meta = deletion.options.preconditions, stored.metadata
        if wanted is None:
            return
        pairs = (
            ("UID", wanted.uid, meta.uid),
            ("ResourceVersion", wanted.resource_version, meta.resource_version),
        )
        for what, asked, found in pairs:
            if asked is not None and asked != found:
                raise answers.conflict(
                    deletion.served.group_resource,
                    stored.name,
                    f"Precondition failed: {what} in precondition: {asked}, {what} in "
                    f"object meta: {found}",
                )
