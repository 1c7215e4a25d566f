"""The verb that creates, whether by request or by the server's own hand.

Upstream: ``Create`` in apiserver pkg/registry/generic/registry/store.go;
``BeforeCreate`` and ``CheckGeneratedNameError`` in pkg/registry/rest/create.go; the
NamespaceLifecycle plug-in in pkg/admission/plugin/namespace/lifecycle
"""

import attrs

from gcmodel.apiserver import answers
from gcmodel.apiserver.admission import Review
from gcmodel.apiserver.backend import Backend, registry_key
from gcmodel.apiserver.defaults import as_created
from gcmodel.apiserver.kind_validation import validate_kind
from gcmodel.apiserver.name_rules import name_rule_of
from gcmodel.apiserver.request_bodies import placed, read_body
from gcmodel.apiserver.requests import Request, Response
from gcmodel.apiserver.resources import ResourceType
from gcmodel.apiserver.selection import parse_revision
from gcmodel.apiserver.validation import validate_for_create
from gcmodel.apiserver.write_steps import (
    NAMESPACES,
    deduplicated,
    is_core,
    refuse,
)
from gcmodel.errors import AlreadyExistsError, ApiError
from gcmodel.objects.identity import Uid
from gcmodel.objects.metadata import KubeObject

NAME_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
GENERATED_BASE_MAX = 58
GENERATED_LENGTH = 5


@attrs.define(eq=False)
class Creating:
    """Stores new objects.

    * **Fresh**: uid, creation time, generation and status are the server's, and so
      is that the object is not being deleted.
    * **Atomic**: a refused create leaves no trace.
    * **Warned either way**: what is warned about is said on refusals as well.
    """

    backend: Backend

    def create(self, served: ResourceType, request: Request) -> Response:
        """Store a new object.

        Raises:
            AlreadyExistsError: The name is taken.
            NotFoundError: There is no such namespace.
            ForbiddenError: The namespace is going, or a plug-in says no.
            InvalidError: The object breaks a rule.
        """
        self.backend.check_create(served)
        wanted = read_body(served, request, self.backend.registry)
        wanted = placed(served, request, wanted)
        return self.create_object(served, request, wanted)

    def create_object(
        self, served: ResourceType, request: Request, wanted: KubeObject
    ) -> Response:
        """Store *wanted*, which has been read and placed."""
        wanted, warnings = deduplicated(self.backend, wanted, after_admission=False)
        with answers.warned(warnings):
            self._check_namespace(served, request, wanted)
            answer = self._create(served, request, wanted)
        return attrs.evolve(answer, warnings=warnings)

    def bring(self, served: ResourceType, wanted: KubeObject) -> KubeObject:
        """Store an object that the server itself makes, which needs no judging."""
        fresh = self._fresh(served, wanted)
        if wanted.status:
            fresh = fresh.with_body(status=wanted.status)
        return self.backend.store.put(served.storage, fresh)

    def _create(
        self, served: ResourceType, request: Request, wanted: KubeObject
    ) -> Response:
        meta = wanted.metadata
        generates = bool(meta.generate_name) and not meta.name
        attempts = self.backend.profile.generate_name_attempts if generates else 1
        while True:
            attempts -= 1
            try:
                return self._attempt(served, request, wanted)
            except AlreadyExistsError:
                if not attempts:
                    raise

    def _attempt(
        self, served: ResourceType, request: Request, wanted: KubeObject
    ) -> Response:
        named = self._named(self._fresh(served, wanted))
        self._validate(served, named)
        review = Review(
            operation="CREATE", request=request, served=served, object=named
        )
        self.backend.admit(review)
        # Here a version that cannot be read counts as none.
        if parse_revision(named.metadata.resource_version) and not request.dry_run:
            raise answers.raw_error(
                "resourceVersion should not be set on objects to be created"
            )
        self._check_name_is_free(served, named)
        if request.dry_run:
            return Response(201, named)
        kept = self.backend.to_storage(named, served)
        stored = self.backend.store.put(served.storage, kept)
        return Response(201, self.backend.conversion(stored, served))

    def _check_name_is_free(self, served: ResourceType, named: KubeObject) -> None:
        if self.backend.store.get(served.storage, named.key) is not None:
            raise self._taken(served, named)

    def _taken(self, served: ResourceType, named: KubeObject) -> ApiError:
        # Upstream reads the object again to see whether it is being deleted; by
        # then it may be gone. One that cannot be read cannot be seen to be going.
        found = self.backend.store.get(served.storage, named.key)
        readable = self.backend.faults.stored(registry_key(served, named.key)) is None
        error = answers.already_exists(
            served.group_resource,
            named.name,
            being_deleted=(
                readable and found is not None and found.metadata.being_deleted
            ),
            generated=bool(named.metadata.generate_name),
        )
        error.second_look = lambda: self._taken(served, named)
        return error

    def _validate(self, served: ResourceType, wanted: KubeObject) -> None:
        errors = validate_kind(wanted) if served.built_in else []
        errors += validate_for_create(
            wanted.metadata,
            namespaced=served.namespaced,
            name_rule=name_rule_of(served, wanted),
            built_in=is_core(served),
            profile=self.backend.profile,
        )
        refuse(self.backend, served, wanted, errors)

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
        meta = wanted.metadata.but(
            uid=Uid(self.backend.choices.uuid("uid")),
            creation_timestamp=self.backend.clock.now_s(),
            deletion_timestamp=None,
            deletion_grace_period_seconds=None,
            generation=1 if served.tracks_generation else wanted.metadata.generation,
            namespace=wanted.namespace if served.namespaced else "",
        )
        body = wanted.body
        if served.has_status and "status" in body:
            body = {key: value for key, value in body.items() if key != "status"}
        fresh = KubeObject(served.api_version, served.kind, meta, body)
        if not served.built_in:
            return fresh
        return as_created(fresh)

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
