"""Conversion of custom resources between versions, and the ways in which it fails.

Upstream: ``crConverter`` in apiextensions-apiserver
pkg/apiserver/conversion/converter.go; ``webhookConverter`` in
pkg/apiserver/conversion/webhook_converter.go
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from gcmodel.apiserver import answers
from gcmodel.apiserver.crds import Crd, WebhookTarget
from gcmodel.errors import ApiError, GcModelError
from gcmodel.objects.identity import GroupVersion
from gcmodel.objects.metadata import KubeObject

Webhook: TypeAlias = Callable[[KubeObject, str], Sequence[KubeObject]]
"""Converts one object to an apiVersion; raises one of the two below if it does not."""


class WebhookUnreachable(GcModelError):  # noqa: N818  (a fact about a backend)
    """The call of the webhook failed; the message says how."""


class WebhookRejection(GcModelError):  # noqa: N818  (a fact about a backend)
    """The webhook answered that it will not convert the object."""


def convert(
    stored: KubeObject, to: GroupVersion, crd: Crd, webhook: Webhook | None = None
) -> KubeObject:
    """Return *stored* as it looks in the version *to*.

    * **Strict about versions**: neither end may be one that *crd* does not list.
    * **Lazy**: an object that is in the version already is not sent anywhere.
    * **Metadata are the server's**: a webhook may change labels and annotations;
      whatever else it does to metadata is undone.

    Args:
        stored: The object in the version it was stored in.
        to: The version that is asked for.
        crd: Its definition.
        webhook: Who answers at ``crd.webhook``; None if nobody does.

    Raises:
        ApiError: It cannot be converted: 500 without a reason.
    """
    source = GroupVersion.parse(stored.api_version)
    for direction, version in (("to", to), ("from", source)):
        if not crd.knows(version):
            text = f"request to convert CR {direction} an invalid group/version"
            raise answers.raw_error(f"{text}: {version}")
    if source == to:
        return stored
    if crd.webhook is None:
        return KubeObject(str(to), stored.kind, stored.metadata, stored.body)
    return _by_webhook(stored, to, crd, webhook)


def _by_webhook(
    stored: KubeObject, to: GroupVersion, crd: Crd, webhook: Webhook | None
) -> KubeObject:
    try:
        converted = _call(stored, to, crd, webhook)
    except (WebhookUnreachable, WebhookRejection) as failure:
        raise _failure(stored, f"failed: {failure}") from None
    if len(converted) != 1:
        text = f"returned {len(converted)} objects, expected 1"
        raise _failure(stored, text)
    result = converted[0]
    _check(stored, to, result)
    meta = stored.metadata.but(
        labels=result.metadata.labels,
        annotations=result.metadata.annotations,
    )
    return KubeObject(result.api_version, result.kind, meta, result.body)


def _call(
    stored: KubeObject, to: GroupVersion, crd: Crd, webhook: Webhook | None
) -> Sequence[KubeObject]:
    target = crd.webhook
    assert target is not None, "only a definition with a webhook calls one"
    try:
        return (webhook or _nobody_at(target))(stored, str(to))
    except WebhookUnreachable as failure:
        raise WebhookUnreachable(f'Post "{target.url}": {failure}') from None


def _nobody_at(target: WebhookTarget) -> Webhook:
    def unreachable(_stored: KubeObject, _to: str) -> Sequence[KubeObject]:
        raise WebhookUnreachable(f'service "{target.service}" not found')

    return unreachable


def _check(stored: KubeObject, to: GroupVersion, result: KubeObject) -> None:
    received = GroupVersion.parse(result.api_version)
    if received != to:
        text = f"invalid groupVersion (expected {to}, received {received})"
        raise _failure(stored, f"returned invalid object at index 0: {text}")
    if result.kind != stored.kind:
        text = f"invalid kind (expected {stored.kind}, received {result.kind})"
        raise _failure(stored, f"returned invalid object at index 0: {text}")
    for field in ("name", "namespace", "uid"):
        before = getattr(stored.metadata, field)
        after = getattr(result.metadata, field)
        if before != after:
            shown = field.upper() if field == "uid" else field
            text = f"must have the same {shown}: {before} != {after}"
            raise _failure(stored, f"returned invalid object: {text}")


def _failure(stored: KubeObject, text: str) -> ApiError:
    return answers.raw_error(f"conversion webhook for {stored.gvk} {text}")
