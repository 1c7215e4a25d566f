"""The verb that changes part of an object, in four languages.

Server-side apply is the simplest of its kind: the configuration creates the object,
or is merged into it. Who manages which field is not kept, so nothing conflicts, and
what a configuration no longer mentions stays.

Upstream: ``PatchResource`` and ``applyPatch`` in apiserver
pkg/endpoints/handlers/patch.go
"""

import attrs

from gcmodel.apiserver import answers
from gcmodel.apiserver.backend import Backend, object_key
from gcmodel.apiserver.patches import apply_patch, check_patch_type, unfit_result
from gcmodel.apiserver.request_bodies import (
    check_coordinates,
    placed,
    read_body,
    wrong_kind,
)
from gcmodel.apiserver.requests import Request, Response
from gcmodel.apiserver.resources import ResourceType
from gcmodel.apiserver.subresources import SCALE, scale_of
from gcmodel.apiserver.validation_options import invalid_patch_options
from gcmodel.apiserver.validation_shape import ShapeError, decode
from gcmodel.apiserver.write_steps import deduplicated
from gcmodel.apiserver.writing import Writing
from gcmodel.objects.metadata import KubeObject
from gcmodel.objects.patch_types import Patch, PatchType

_REREAD = frozenset({PatchType.JSON, PatchType.MERGE})
"""Patches of JSON: their result is read like a body, by the kind that it states."""


@attrs.define(eq=False)
class Patching:
    """Applies patches to what is stored.

    * **Again if overtaken**: a patch is a change, not a state; if the object changes
      meanwhile, the patch is applied to what it is then.
    """

    backend: Backend
    writing: Writing

    def patch(self, served: ResourceType, request: Request) -> Response:
        """Change part of an object, or of its subresource.

        Raises:
            NotFoundError: There is none, and the patch is not one that creates.
            ConflictError: The patch names a resource version that is not stored.
            InvalidError: The result breaks a rule: it has another uid, or lacks the
                version that the kind insists on.
            UnsupportedMediaTypeError: The resource does not take the language.
        """
        patch = request.body
        assert isinstance(patch, Patch)
        check_patch_type(patch.kind, custom=not served.supports_strategic_merge)
        refusal = invalid_patch_options(request, patch.kind)
        if refusal is not None:
            raise refusal
        answer = None
        while answer is None:
            stored = self.backend.read(served, object_key(served, request))
            if stored is None:
                return self._missing(served, request, patch)
            answer = self._patch(served, request, patch, stored)
        return answer

    def _missing(
        self, served: ResourceType, request: Request, patch: Patch
    ) -> Response:
        if patch.kind is not PatchType.APPLY or request.subresource:
            raise answers.not_found(served.group_resource, request.name)
        assert isinstance(patch.body, dict), "the patch type has been checked"
        creation = attrs.evolve(request, body=patch.body)
        wanted = read_body(served, creation, self.backend.registry)
        if wanted.uid:
            raise answers.conflict(
                served.group_resource,
                request.name,
                f"uid mismatch: the provided object specified uid {wanted.uid}, and "
                "no existing object was found",
            )
        check_coordinates(request, wanted)
        wanted = placed(served, request, wanted)
        return self.writing.creating.create_object(served, request, wanted)

    def _patch(
        self,
        served: ResourceType,
        request: Request,
        patch: Patch,
        stored: KubeObject,
    ) -> Response | None:
        wanted = self._patched(served, request, patch, stored)
        check_coordinates(request, wanted)
        wanted, warnings = deduplicated(self.backend, wanted, after_admission=True)
        with answers.warned(warnings):
            self.writing.check_version(served, wanted, stored)
            answer = self.writing.replace(served, request, stored, wanted)
        return None if answer is None else attrs.evolve(answer, warnings=warnings)

    def _patched(
        self,
        served: ResourceType,
        request: Request,
        patch: Patch,
        stored: KubeObject,
    ) -> KubeObject:
        scaling = request.subresource == SCALE
        before = scale_of(stored) if scaling else stored
        wire = apply_patch(
            self._as_merge(served, patch),
            before.to_dict(),
            kind_hint=before.kind,
            removes_directives=self.backend.profile.patch_removes_directives,
        )
        if served.built_in and patch.kind in _REREAD and not scaling:
            problem = wrong_kind(served, wire, self.backend.registry)
            if problem:
                raise unfit_result(patch, wire, problem)
        try:
            wire = decode(wire, custom=not served.built_in)
        except ShapeError as error:
            raise unfit_result(patch, wire, str(error)) from error
        return KubeObject.from_dict(wire)

    def _as_merge(self, served: ResourceType, patch: Patch) -> Patch:
        if patch.kind is not PatchType.APPLY:
            return patch
        strategic = served.supports_strategic_merge
        kind = PatchType.STRATEGIC if strategic else PatchType.MERGE
        return Patch(kind, patch.body)
