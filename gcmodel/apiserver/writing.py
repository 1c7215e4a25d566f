"""The verbs that write: create, update, patch; and the delete that hides in an update.

Upstream: ``Create``, ``Update`` and ``deleteWithoutFinalizers`` in apiserver
pkg/registry/generic/registry/store.go; ``BeforeCreate`` and ``BeforeUpdate`` in
apiserver pkg/registry/rest
"""

import attrs

from gcmodel.apiserver import answers
from gcmodel.apiserver.backend import Backend, object_key, registry_key
from gcmodel.apiserver.defaults import with_defaults
from gcmodel.apiserver.kind_validation import validate_kind
from gcmodel.apiserver.name_rules import name_rule_of
from gcmodel.apiserver.patches import apply_patch, check_patch_type, unfit_result
from gcmodel.apiserver.requests import Request, Response
from gcmodel.apiserver.resources import ResourceType
from gcmodel.apiserver.validation import validate_for_create, validate_for_update
from gcmodel.apiserver.validation_owner_references import deduplicate
from gcmodel.apiserver.validation_shape import ShapeError, decode
from gcmodel.errors import api_error
from gcmodel.objects.field_errors import FieldError, invalid, invalid_value
from gcmodel.objects.go_values import Unsigned
from gcmodel.objects.identity import GroupResource, Uid
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from gcmodel.objects.patch_types import Patch

NAMESPACES = GroupResource("", "namespaces")
NAME_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
EXTENSION_GROUPS = frozenset({"apiextensions.k8s.io", "apiregistration.k8s.io"})
GENERATED_BASE_MAX = 58
GENERATED_LENGTH = 5


@attrs.define(eq=False)
class Writing:
    """Carries out writes.

    * **Atomic**: a refused write leaves no trace.
    * **Quiet**: a write that changes nothing takes no revision and is told to
      nobody.
    * **Warned either way**: what is warned about is said on refusals as well.
    * **Final**: an update that leaves a deleted object without finalizers deletes
      it; whatever else the update changed is lost.
    """

    backend: Backend

    # Create

    def create(self, served: ResourceType, request: Request) -> Response:
        """Store a new object."""
        wanted = request.body
        assert isinstance(wanted, KubeObject)
        wanted, warnings = self._deduplicated(wanted, after_admission=False)
        with answers.warned(warnings):
            answer = self._create(served, request, wanted)
        return attrs.evolve(answer, warnings=warnings)

    def _create(
        self, served: ResourceType, request: Request, wanted: KubeObject
    ) -> Response:
        self.backend.check_create(served)
        self._check_namespace(served, request, wanted)
        if wanted.metadata.resource_version:
            raise answers.raw_error(
                "resourceVersion should not be set on objects to be created"
            )
        fresh = self._fresh(served, wanted)
        for attempt in range(self.backend.profile.generate_name_attempts):
            named = self._named(fresh)
            key = named.key
            if attempt == 0:
                self._validate_new(served, named)
                self._admit(served, request, named)
            existing = self.backend.store.get(served.storage, key)
            if existing is None:
                break
            if wanted.metadata.name:
                deleting = existing.metadata.being_deleted
                raise answers.already_exists(
                    served.group_resource, named.name, being_deleted=deleting
                )
        else:
            raise self._name_taken(served, named.name)
        if request.dry_run:
            return Response(201, named)
        kept = self.backend.to_storage(named, served)
        stored = self.backend.store.put(served.storage, kept)
        return Response(201, self.backend.conversion(stored, served))

    def bring(self, served: ResourceType, wanted: KubeObject) -> KubeObject:
        """Store an object that the server itself makes, which needs no judging."""
        fresh = self._fresh(served, wanted)
        if wanted.status:
            fresh = fresh.with_body(status=wanted.status)
        return self.backend.store.put(served.storage, fresh)

    def _check_namespace(
        self, served: ResourceType, request: Request, wanted: KubeObject
    ) -> None:
        backend = self.backend
        if not served.namespaced or not backend.namespace_lifecycle:
            return
        namespace = backend.store.get(NAMESPACES, request.namespace)
        if namespace is None:
            raise answers.not_found(NAMESPACES, request.namespace)
        if namespace.metadata.being_deleted:
            raise answers.namespace_terminating(
                served.group_resource,
                wanted.name or wanted.metadata.generate_name,
                request.namespace,
            )

    def _fresh(self, served: ResourceType, wanted: KubeObject) -> KubeObject:
        meta = attrs.evolve(
            wanted.metadata,
            uid=Uid(self.backend.choices.uuid("uid")),
            creation_timestamp=self.backend.clock.now_s(),
            deletion_timestamp=None,
            deletion_grace_period_seconds=None,
            generation=1 if served.tracks_generation else 0,
            namespace=wanted.namespace if served.namespaced else "",
        )
        body = wanted.body
        if served.has_status and "status" in body:
            body = {key: value for key, value in body.items() if key != "status"}
        fresh = KubeObject(served.api_version, served.kind, meta, body)
        if not served.built_in:
            return fresh
        if served.storage == NAMESPACES:
            name = {"kubernetes.io/metadata.name": meta.name}
            fresh = fresh.with_metadata(labels={**meta.labels, **name})
        return with_defaults(fresh)

    def _named(self, fresh: KubeObject) -> KubeObject:
        meta = fresh.metadata
        if meta.name or not meta.generate_name:
            return fresh
        stream = self.backend.choices.stream("generated-name")
        ending = "".join(
            NAME_ALPHABET[int(stream.random() * len(NAME_ALPHABET))]
            for _ in range(GENERATED_LENGTH)
        )
        return fresh.with_metadata(
            name=meta.generate_name[:GENERATED_BASE_MAX] + ending
        )

    def _name_taken(self, served: ResourceType, name: str) -> Exception:
        text = (
            f'{served.group_resource} "{name}" already exists, the server was not able '
            "to generate a unique name for the object"
        )
        return api_error(409, "AlreadyExists", text, details={"retryAfterSeconds": 1})

    def _validate_new(self, served: ResourceType, wanted: KubeObject) -> None:
        errors = validate_kind(wanted) if served.built_in else []
        errors += validate_for_create(
            wanted.metadata,
            namespaced=served.namespaced,
            name_rule=name_rule_of(served, wanted),
            built_in=_is_core(served),
            profile=self.backend.profile,
        )
        self._refuse(served, wanted, errors)

    # Update and patch

    def update(self, served: ResourceType, request: Request) -> Response:
        """Replace an object, or its subresource."""
        wanted = request.body
        assert isinstance(wanted, KubeObject)
        if wanted.name and wanted.name != request.name:
            raise answers.bad_request(
                f"the name of the object ({wanted.name}) does not match the name on "
                f"the URL ({request.name})"
            )
        wanted, warnings = self._deduplicated(wanted, after_admission=False)
        with answers.warned(warnings):
            answer = self._update(served, request, wanted)
        return attrs.evolve(answer, warnings=warnings)

    def _update(
        self, served: ResourceType, request: Request, wanted: KubeObject
    ) -> Response:
        stored = self.backend.read(served, object_key(served, request))
        if stored is None:
            if served.creates_on_update:
                return self._create(
                    served, attrs.evolve(request, verb="create"), wanted
                )
            raise answers.not_found(served.group_resource, request.name)
        self._check_update(served, wanted, stored)
        return self._replace(served, request, stored, wanted)

    def _check_update(
        self, served: ResourceType, wanted: KubeObject, stored: KubeObject
    ) -> None:
        uid = wanted.uid
        if uid and uid != stored.uid:
            raise answers.precondition_failed(
                served.group_resource,
                stored.name,
                registry_key(served, stored.key),
                f"UID in precondition: {uid}, UID in object meta: {stored.uid}",
            )
        version = wanted.metadata.resource_version
        if not version and not served.allows_unconditional_update:
            detail = "must be specified for an update"
            error = invalid_value("metadata.resourceVersion", Unsigned(0), detail)
            self._refuse(served, stored, [error])
        if version and version != stored.metadata.resource_version:
            raise answers.modified(served.group_resource, stored.name)

    def patch(self, served: ResourceType, request: Request) -> Response:
        """Change part of an object."""
        patch = request.body
        assert isinstance(patch, Patch)
        check_patch_type(patch.kind, custom=not served.supports_strategic_merge)
        stored = self.backend.read(served, object_key(served, request))
        if stored is None:
            raise answers.not_found(served.group_resource, request.name)
        wire = apply_patch(
            patch,
            stored.to_dict(),
            kind_hint=served.kind,
            removes_directives=self.backend.profile.patch_removes_directives,
        )
        try:
            wire = decode(wire, custom=not served.built_in)
        except ShapeError as error:
            raise unfit_result(patch, wire, str(error)) from error
        wanted = KubeObject.from_dict(wire)
        wanted, warnings = self._deduplicated(wanted, after_admission=True)
        with answers.warned(warnings):
            version = wanted.metadata.resource_version
            if version and version != stored.metadata.resource_version:
                raise answers.modified(served.group_resource, stored.name)
            response = self._replace(served, request, stored, wanted)
        return attrs.evolve(response, warnings=warnings)

    def _replace(
        self,
        served: ResourceType,
        request: Request,
        stored: KubeObject,
        wanted: KubeObject,
    ) -> Response:
        changed = self._prepared(served, request, stored, wanted)
        errors = validate_for_update(
            changed.metadata,
            stored.metadata,
            namespaced=served.namespaced,
            built_in=_is_core(served),
            profile=self.backend.profile,
        )
        if served.built_in and not request.subresource:
            errors += validate_kind(changed)
        self._refuse(served, changed, errors)
        self._admit(served, request, changed)
        if request.dry_run:
            return Response(200, changed)
        if self.deletes(served, stored, changed):
            self.remove(served, stored)
            return Response(200, changed)
        if changed == stored:
            return Response(200, stored)
        kept = self.backend.to_storage(changed, served)
        written = self.backend.store.put(served.storage, kept)
        return Response(200, self.backend.conversion(written, served))

    def _prepared(
        self,
        served: ResourceType,
        request: Request,
        stored: KubeObject,
        wanted: KubeObject,
    ) -> KubeObject:
        meta = _repaired(wanted.metadata, stored.metadata)
        changed = KubeObject(stored.api_version, stored.kind, meta, wanted.body)
        if request.subresource == "status":
            return self._status_only(stored, changed)
        if request.subresource == "finalize":
            finalizers = wanted.spec.get("finalizers") or []
            return stored.with_body(spec={**stored.spec, "finalizers": finalizers})
        if served.has_status:
            status = stored.body.get("status")
            changed = changed.with_body(status=status)
        if served.storage == NAMESPACES:
            changed = changed.with_body(spec=stored.body.get("spec"))
        return self._counted(served, stored, changed)

    def _status_only(self, stored: KubeObject, changed: KubeObject) -> KubeObject:
        annotations = changed.metadata.annotations
        kept = stored.with_metadata(annotations=annotations)
        return kept.with_body(status=changed.body.get("status"))

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

    # Shared steps

    def _deduplicated(
        self, wanted: KubeObject, *, after_admission: bool
    ) -> tuple[KubeObject, tuple[str, ...]]:
        owners = wanted.metadata.owner_references
        if len(owners) < 2:  # noqa: PLR2004  (one reference has no duplicate)
            return wanted, ()
        found = deduplicate(owners, self.backend.profile)
        if not found.duplicate_uids:
            return wanted, ()
        kept = wanted.with_metadata(owner_references=found.owner_references)
        return kept, (found.warning(after_admission=after_admission),)

    def _admit(
        self, served: ResourceType, request: Request, wanted: KubeObject
    ) -> None:
        for plugin in self.backend.admission:
            plugin(request, served, wanted)

    def _refuse(
        self, served: ResourceType, wanted: KubeObject, errors: list[FieldError]
    ) -> None:
        if errors:
            as_json = self.backend.profile.composite_values_as_json
            name = wanted.name or wanted.metadata.generate_name
            raise invalid(served.group_kind, name, errors, composite_as_json=as_json)


def _is_core(served: ResourceType) -> bool:
    """Whether the kind is validated by Kubernetes' own wrapper of the metadata rules.

    The servers of definitions and APIServices use the generic rules alone.
    """
    return served.built_in and served.group not in EXTENSION_GROUPS


def _repaired(wanted: ObjectMeta, stored: ObjectMeta) -> ObjectMeta:
    """Return *wanted* with what clients may leave out of an update."""
    deleting = stored.deletion_timestamp
    grace = wanted.deletion_grace_period_seconds
    return attrs.evolve(
        wanted,
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
