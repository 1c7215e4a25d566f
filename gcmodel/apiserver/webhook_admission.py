"""Validating admission webhooks: other people's code that may refuse a change.

Upstream: ``validatingDispatcher`` in apiserver
pkg/admission/plugin/webhook/validating/dispatcher.go; ``ToStatusErr`` in
pkg/admission/plugin/webhook/errors/statuserror.go
"""

from collections.abc import Callable
from typing import Literal, TypeAlias

import attrs

from gcmodel.apiserver.admission import Operation, Review
from gcmodel.apiserver.answers import internal_error
from gcmodel.errors import ApiError, GcModelError, api_error
from gcmodel.objects.go_values import quote

BAD_REQUEST = 400


class CallFailed(GcModelError):  # noqa: N818  (a fact about a backend)
    """The webhook could not be called; the message says how."""


@attrs.frozen
class Denial:
    """The webhook says no.

    Attributes:
        message: Why; may be empty.
        code: The HTTP status that it asks for; what is no error becomes 400.
        reason: As upstream spells it; stands in for a message that is empty.
    """

    message: str = ""
    code: int = 0
    reason: str = ""


Answer: TypeAlias = Callable[[Review], Denial | None]
"""A webhook's own judgement: None lets the change through; it may raise CallFailed."""


@attrs.frozen(kw_only=True)
class ValidatingWebhook:
    """A plug-in that calls a webhook about some changes.

    * **Fails closed or open**: a webhook that cannot be called refuses with *Fail*
      and lets through with *Ignore*.

    Attributes:
        name: As errors print it, such as ``policy.example.com``.
        answer: What the webhook does.
        operations: Which changes it is called about.
        resources: Of which resources, as ``deployments.apps``; all, if empty.
        failure_policy: What an unreachable webhook means.
    """

    name: str
    answer: Answer
    operations: frozenset[Operation] = frozenset({"CREATE", "UPDATE", "DELETE"})
    resources: frozenset[str] = frozenset()
    failure_policy: Literal["Fail", "Ignore"] = "Fail"

    def __call__(self, review: Review) -> None:
        """Judge *review*.

        Raises:
            InternalServerError: The webhook cannot be called, and that is fatal.
            ApiError: It says no.
        """
        if review.operation not in self.operations:
            return
        if self.resources and str(review.served.group_resource) not in self.resources:
            return
        try:
            denial = self.answer(review)
        except CallFailed as failure:
            if self.failure_policy == "Ignore":
                return
            raise internal_error(
                f"failed calling webhook {quote(self.name)}: failed to call webhook: "
                f"{failure}"
            ) from None
        if denial is not None:
            raise self._refusal(denial)

    def _refusal(self, denial: Denial) -> ApiError:
        text = f"admission webhook {quote(self.name)} denied the request"
        why = denial.message or denial.reason
        text += f": {why}" if why else " without explanation"
        return api_error(max(denial.code, BAD_REQUEST), denial.reason, text)
