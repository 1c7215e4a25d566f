"""What admission plug-ins are asked, and how they answer.

Upstream: ``Attributes`` and ``ValidationInterface`` in apiserver
pkg/admission/interfaces.go; ``NewForbidden`` in pkg/admission/errors.go
"""

from collections.abc import Callable
from typing import Literal, TypeAlias

import attrs

from gcmodel.apiserver import answers
from gcmodel.apiserver.requests import Request
from gcmodel.apiserver.resources import ResourceType
from gcmodel.errors import ApiError
from gcmodel.objects.metadata import KubeObject

Operation: TypeAlias = Literal["CREATE", "UPDATE", "DELETE"]


@attrs.frozen(kw_only=True)
class Review:
    """One change that is about to happen.

    Attributes:
        operation: A patch is an ``UPDATE``, or a ``CREATE`` if it applies anew.
        object: As it would be stored; None for a delete.
        old: As it is stored; None for a create.
    """

    operation: Operation
    request: Request
    served: ResourceType
    object: KubeObject | None = None
    old: KubeObject | None = None

    @property
    def subject(self) -> KubeObject:
        """The object that the change is about, new before old."""
        found = self.object or self.old
        assert found is not None, "a change changes something"
        return found

    @property
    def user(self) -> str:
        """Who asks for the change."""
        return self.request.user

    def forbidden(self, detail: str) -> ApiError:
        """Return the 403 that says *detail* of the object."""
        meta = self.subject.metadata
        name = meta.name or meta.generate_name
        return answers.forbidden(self.served.group_resource, name, detail)


Admission: TypeAlias = Callable[[Review], None]
"""A plug-in: it refuses a change by raising an ApiError."""


def dry(plugin: Admission) -> Admission:
    """Return *plugin*, told of every change that it is a dry run."""

    def asked(review: Review) -> None:
        plugin(attrs.evolve(review, request=attrs.evolve(review.request, dry_run=True)))

    return asked
