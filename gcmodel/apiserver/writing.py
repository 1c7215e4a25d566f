"""The verb that replaces, and the delete that hides in it.

Upstream: ``Update`` and ``deleteWithoutFinalizers`` in apiserver
pkg/registry/generic/registry/store.go; ``BeforeUpdate`` in
pkg/registry/rest/update.go
"""

import attrs

from gcmodel.apiserver import answers
from gcmodel.apiserver.admission import Review
from gcmodel.apiserver.backend import Backend, object_key, registry_key
from gcmodel.apiserver.creating import Creating
from gcmodel.apiserver.defaults import with_defaults
from gcmodel.apiserver.kind_validation import validate_kind
from gcmodel.apiserver.request_bodies import check_coordinates, placed, read_body
from gcmodel.apiserver.requests import Request, Response
from gcmodel.apiserver.resources import ResourceType
from gcmodel.apiserver.selection import parse_revision, unreadable
from gcmodel.apiserver.subresources import (
    SCALE,
    scale_of,
    with_finalizers_of,
    with_scale_of,
    with_status_of,
)
from gcmodel.apiserver.validation import validate_for_update
from gcmodel.apiserver.validation_immutable import validate_immutable
from gcmodel.apiserver.write_steps import NAMESPACES, deduplicated, is_core, refuse
from gcmodel.objects.field_errors import invalid, invalid_value
from gcmodel.objects.go_values import Unsigned
from gcmodel.objects.identity import GroupKind
from gcmodel.objects.metadata import KubeObject, ObjectMeta


@attrs.define(eq=False)
class Writing:
    """Replaces stored objects.

    * **Atomic**: a refused write leaves no trace.
    * **Quiet**: a write that changes nothing takes no revision and is told to
      nobody.
    * **Warned either way**: what is warned about is said on refusals as well.
    * **Final**: an update that leaves a deleted object without finalizers deletes
      it; whatever else the update changed is lost.
    * **Current**: what is stored is what was judged. If a plug-in changes the object
      while it is asked, everything is done again.
    """

    backend: Backend
    creating: Creating

    def update(self, served: ResourceType, request: Request) -> Response:
        """Replace an object, or its subresource.

        Raises:
            NotFoundError: There is none, and an update does not create one.
            ConflictError: It is not the object, or not the version, that is meant.
            InvalidError: The change breaks a rule.
        """
        if request.subresource == SCALE:
            return self._scale(served, request)
        wanted = read_body(served, request, self.backend.registry)
        check_coordinates(request, wanted)
        wanted, warnings = deduplicated(self.backend, wanted, after_admission=False)
        with answers.warned(warnings):
            answer = None
            while answer is None:
                answer = self._update(served, request, wanted)
        return attrs.evolve(answer, warnings=warnings)

    def _update(
        self, served: ResourceType, request: Request, wanted: KubeObject
    ) -> Response | None:
        stored = self.backend.read(served, object_key(served, request))
        self._check_uid(served, request, wanted, stored)
        if stored is None:
            return self._create(served, request, wanted)
        self.check_version(served, wanted, stored)
        return self.replace(served, request, stored, wanted)

    def _create(
        self, served: ResourceType, request: Request, wanted: KubeObject
    ) -> Response:
        if not served.creates_on_update or request.subresource:
            raise answers.not_found(served.group_resource, request.name)
        _version_of(wanted)
        wanted = placed(served, request, wanted.with_metadata(resource_version=""))
        return self.creating.create_object(served, request, wanted)

    def _check_uid(
        self,
        served: ResourceType,
        request: Request,
        wanted: KubeObject,
        stored: KubeObject | None,
    ) -> None:
        # The uid is a precondition, and one that nothing at all does not meet.
        found = "" if stored is None else stored.uid
        if wanted.uid and wanted.uid != found:
            raise answers.precondition_failed(
                served.group_resource,
                request.name,
                registry_key(served, object_key(served, request)),
                f"UID in precondition: {wanted.uid}, UID in object meta: {found}",
            )

    def check_version(
        self, served: ResourceType, wanted: KubeObject, stored: KubeObject
    ) -> None:
        """Refuse a change of another version than the stored one, or of none.

        Raises:
            ConflictError: The version is not stored any more.
            ApiError: It is no version at all.
            InvalidError: The kind insists on a version. The kind's slot in its text
                prints the resource.
        """
        version = _version_of(wanted)
        if not version:
            if not served.allows_unconditional_update:
                detail = "must be specified for an update"
                error = invalid_value("metadata.resourceVersion", Unsigned(0), detail)
                resource = GroupKind(served.group, served.plural)
                raise invalid(resource, stored.name, [error])
        elif version != int(stored.metadata.resource_version):
            raise answers.modified(served.group_resource, stored.name)

    def _scale(self, served: ResourceType, request: Request) -> Response:
        scale = request.body
        if isinstance(scale, dict):
            scale = KubeObject.from_dict(scale)
        assert isinstance(scale, KubeObject), "a scale is an object"
        while True:
            stored = self.backend.read(served, object_key(served, request))
            if stored is None:
                raise answers.not_found(served.group_resource, request.name)
            self._check_uid(served, request, scale, stored)
            self.check_version(served, scale, stored)
            answer = self.replace(served, request, stored, scale)
            if answer is not None:
                return answer

    # What updates and patches share

    def replace(
        self,
        served: ResourceType,
        request: Request,
        stored: KubeObject,
        wanted: KubeObject,
    ) -> Response | None:
        """Put *wanted* in the place of *stored*; None if that is outdated by now."""
        changed = self._prepared(served, request, stored, wanted)
        self._validate(served, request, stored, changed)
        judged = self.backend.store.get(served.storage, stored.key)
        review = Review(
            operation="UPDATE",
            request=request,
            served=served,
            object=changed,
            old=stored,
        )
        self.backend.admit(review)
        if self.backend.store.get(served.storage, stored.key) is not judged:
            return None
        answer = changed
        if not request.dry_run:
            answer = self._commit(served, stored, changed)
        if request.subresource == SCALE:
            answer = scale_of(answer)
        return Response(200, answer)

    def _validate(
        self,
        served: ResourceType,
        request: Request,
        stored: KubeObject,
        changed: KubeObject,
    ) -> None:
        errors = validate_for_update(
            changed.metadata,
            stored.metadata,
            namespaced=served.namespaced,
            built_in=is_core(served),
            profile=self.backend.profile,
        )
        if served.built_in and request.subresource in ("", SCALE):
            errors += validate_kind(changed)
            errors += validate_immutable(changed, stored, self.backend.profile)
        refuse(self.backend, served, changed, errors)

    def _commit(
        self, served: ResourceType, stored: KubeObject, changed: KubeObject
    ) -> KubeObject:
        if self.deletes(served, stored, changed):
            self.remove(served, stored)
            return changed
        kept = self.backend.to_storage(changed, served)
        if changed == stored and (served.built_in or self._is_stored(served, kept)):
            return stored
        written = self.backend.store.put(served.storage, kept)
        return self.backend.conversion(written, served)

    def _is_stored(self, served: ResourceType, kept: KubeObject) -> bool:
        # What is stored in another version is rewritten even if nothing changes.
        return self.backend.store.get(served.storage, kept.key) == kept

    def _prepared(
        self,
        served: ResourceType,
        request: Request,
        stored: KubeObject,
        wanted: KubeObject,
    ) -> KubeObject:
        meta = _repaired(wanted.metadata, stored.metadata)
        changed = KubeObject(stored.api_version, stored.kind, meta, wanted.body)
        match request.subresource:
            case "status":
                return with_status_of(served, stored, changed)
            case "finalize":
                return with_finalizers_of(stored, wanted)
            case "scale":
                changed = with_scale_of(stored, wanted)
                return self._counted(served, stored, changed)
            case _:
                changed = self._main(served, stored, changed)
                return self._counted(served, stored, changed)

    def _main(
        self, served: ResourceType, stored: KubeObject, changed: KubeObject
    ) -> KubeObject:
        if served.has_status:
            status = stored.body.get("status")
            changed = changed.with_body(status=status)
        if served.storage == NAMESPACES:
            changed = changed.with_body(spec=stored.body.get("spec"))
        if served.built_in:
            changed = with_defaults(changed)
        return changed

    def _counted(
        self, served: ResourceType, stored: KubeObject, changed: KubeObject
    ) -> KubeObject:
        if not served.tracks_generation:
            return changed
        if served.built_in:
            same = changed.body.get("spec") == stored.body.get("spec")
        else:
            same = _without_status(changed) == _without_status(stored)
        if same:
            return changed
        return changed.with_metadata(generation=stored.metadata.generation + 1)

    # The delete in an update

    def deletes(
        self, served: ResourceType, stored: KubeObject, changed: KubeObject
    ) -> bool:
        """Whether storing *changed* would leave nothing to wait for."""
        if changed.metadata.finalizers or not stored.metadata.being_deleted:
            return False
        if stored.metadata.deletion_grace_period_seconds:
            return False
        return served.storage != NAMESPACES or not changed.spec.get("finalizers")

    def remove(self, served: ResourceType, stored: KubeObject) -> None:
        """Take *stored* out of the store."""
        self.backend.store.remove(served.storage, stored.key)


def _version_of(wanted: KubeObject) -> int:
    """Return the version that a change is meant for, or 0 for any."""
    given = wanted.metadata.resource_version
    version = parse_revision(given) if given else 0
    if version is None:
        raise answers.raw_error(unreadable(given))
    return version


def _repaired(wanted: ObjectMeta, stored: ObjectMeta) -> ObjectMeta:
    """Return *wanted* with what clients may leave out of an update."""
    deleting = stored.deletion_timestamp
    grace = wanted.deletion_grace_period_seconds
    return wanted.but(
        name=wanted.name or stored.name,
        namespace=wanted.namespace or stored.namespace,
        uid=wanted.uid or stored.uid,
        creation_timestamp=stored.creation_timestamp,
        deletion_timestamp=wanted.deletion_timestamp if deleting is None else deleting,
        deletion_grace_period_seconds=(
            stored.deletion_grace_period_seconds if grace is None else grace
        ),
        generation=stored.generation,
        resource_version=stored.resource_version,
    )


def _without_status(one: KubeObject) -> dict[str, object]:
    return {key: value for key, value in one.body.items() if key != "status"}
