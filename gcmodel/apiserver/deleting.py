"""The verbs that delete: one object, or what a list would return.

Upstream: ``Delete``, ``DeleteCollection`` and
``updateForGracefulDeletionAndFinalizers`` in apiserver
pkg/registry/generic/registry/store.go; ``Delete`` in
pkg/registry/core/namespace/storage/storage.go
"""

import attrs

from gcmodel.apiserver import answers
from gcmodel.apiserver.backend import Backend, object_key, registry_key
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
from gcmodel.apiserver.validation_options import invalid_delete_options
from gcmodel.apiserver.writing import NAMESPACES, Writing
from gcmodel.errors import NotFoundError, Status
from gcmodel.objects.lists import ObjectList
from gcmodel.objects.metadata import KubeObject
from gcmodel.objects.options import DeleteOptions, Preconditions

PROTECTED_NAMESPACES = frozenset({"default", "kube-system", "kube-public"})


@attrs.define(eq=False)
class Deleting:
    """Carries out deletes.

    * **Held by finalizers**: an object with finalizers is only marked; it goes when
      the last one is taken away.
    * **Switchable**: until then another delete may change the collector's
      finalizer, except while a grace period runs.
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
        """
        options = request.options or DeleteOptions()
        # The handler judges the options before anybody looks for the object.
        invalid = invalid_delete_options(options, self.backend.profile)
        if invalid is not None:
            raise invalid
        stored = self.backend.read(served, object_key(served, request))
        if stored is None:
            raise answers.not_found(served.group_resource, request.name)
        dry = request.dry_run or bool(options.dry_run)
        if served.storage == DEFINITIONS and not dry:
            stored = self._begin_definition(served, stored)
        if served.storage == NAMESPACES:
            return self._delete_namespace(served, request, stored, options, dry=dry)
        return self._delete(served, request, stored, options, dry=dry)

    def delete_collection(self, served: ResourceType, request: Request) -> Response:
        """Delete each object that a list returns, in order, until one refuses."""
        invalid = invalid_delete_options(
            request.options or DeleteOptions(), self.backend.profile
        )
        if invalid is not None:
            raise invalid
        listing = attrs.evolve(request, verb="list", limit=0)
        found = self.reading.list(served, listing)
        for one in found.items:
            each = attrs.evolve(
                request, verb="delete", namespace=one.namespace, name=one.name
            )
            try:
                self.delete(served, each)
            except NotFoundError:
                continue
        return Response(200, ObjectList(found.items, found.resource_version))

    # One object

    def _delete(
        self,
        served: ResourceType,
        request: Request,
        stored: KubeObject,
        options: DeleteOptions,
        *,
        dry: bool,
    ) -> Response:
        check_preconditions(stored, options)
        for plugin in self.backend.admission:
            plugin(request, served, stored)
        begun = begin(
            stored,
            options,
            self.backend.clock.now_s(),
            graceful_kind=served.graceful,
            stays_in_future=self.backend.profile.shortened_grace_stays_in_future,
        )
        if begun.pending:
            return self._lingers(begun.object, options)
        going = self._with_finalizers(served, begun.object, options)
        refinalized = going.metadata.finalizers != stored.metadata.finalizers
        lingers = bool(going.metadata.finalizers)
        if begun.graceful:
            going = self._write(served, going, dry=dry)
            if lingers or begun.grace_period_seconds:
                return self._lingers(going, options)
            return self._gone(served, going, dry=dry)
        if lingers:
            going = mark_as_deleting(going, self.backend.clock.now_s())
            return self._lingers(self._write(served, going, dry=dry), options)
        if refinalized and options.preconditions is not None:
            self._check_refreshed(served, stored, options.preconditions)
        return self._gone(served, stored, dry=dry)

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

    def _write(
        self, served: ResourceType, going: KubeObject, *, dry: bool
    ) -> KubeObject:
        stored = self.backend.store.get(served.storage, going.key)
        if dry or going == stored:
            return going
        return self.backend.store.put(served.storage, going)

    def _lingers(self, going: KubeObject, options: DeleteOptions) -> Response:
        code = 202 if options.orphan_dependents is False else 200
        return Response(code, going)

    def _gone(self, served: ResourceType, last: KubeObject, *, dry: bool) -> Response:
        if not dry:
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

    def _begin_definition(self, served: ResourceType, stored: KubeObject) -> KubeObject:
        # A definition waits for its instances, whatever the options say.
        if stored.metadata.being_deleted:
            return stored
        marked = begin_deletion(stored, self.backend.clock.now_s())
        return self.backend.store.put(served.storage, marked)

    # Namespaces

    def _delete_namespace(
        self,
        served: ResourceType,
        request: Request,
        stored: KubeObject,
        options: DeleteOptions,
        *,
        dry: bool,
    ) -> Response:
        if stored.name in PROTECTED_NAMESPACES:
            detail = "this namespace may not be deleted"
            raise answers.forbidden(NAMESPACES, stored.name, detail)
        self._check_namespace(served, stored, options.preconditions)
        if not stored.metadata.being_deleted:
            finalizers = stored.metadata.finalizers
            if self.backend.gc_enabled:
                finalizers = namespace_finalizers(stored.metadata, options)
            going = stored.with_metadata(
                deletion_timestamp=self.backend.clock.now_s(), finalizers=finalizers
            )
            going = going.with_body(status={**going.status, "phase": "Terminating"})
            return Response(200, self._write(served, going, dry=dry))
        if stored.spec.get("finalizers"):
            return Response(200, stored)
        return self._delete(served, request, stored, options, dry=dry)

    def _check_namespace(
        self, served: ResourceType, stored: KubeObject, wanted: Preconditions | None
    ) -> None:
        if wanted is None:
            return
        meta = stored.metadata
        pairs = (
            ("UID", wanted.uid, meta.uid),
            ("ResourceVersion", wanted.resource_version, meta.resource_version),
        )
        for what, asked, found in pairs:
            if asked is not None and asked != found:
                raise answers.conflict(
                    served.group_resource,
                    stored.name,
                    f"Precondition failed: {what} in precondition: {asked}, {what} in "
                    f"object meta: {found}",
                )
