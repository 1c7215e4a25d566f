"""Rancher's ``tokens`` as an API: what discovery says, and which rule trips lists.

Upstream: ``ListOptionMerge`` and ``UserName`` in rancher/rancher
pkg/ext/stores/tokens/tokens.go
"""

from gcmodel.apiserver.requests import ServedResource
from gcmodel.apiserver.resources import ALL_VERBS
from gcmodel.errors import ApiError
from gcmodel.objects.identity import GroupVersionResource
from gcmodel.objects.selectors import from_labels

TOKENS = GroupVersionResource("ext.cattle.io", "v1", "tokens")
KIND = "Token"
USER_ID_LABEL = "authn.management.cattle.io/token-userId"
CONTROLLER_MANAGER = "system:kube-controller-manager"


def tokens_resource(*, namespaced: bool = False) -> ServedResource:
    """Describe tokens, as discovery does."""
    return ServedResource("tokens", KIND, namespaced, ALL_VERBS, singular_name="token")


def own_tokens_selector(user: str) -> str:
    """Return the selector for the tokens of *user*, **unchecked**.

    The user's name becomes the value of a label. A name with a colon cannot be one,
    but nothing here looks: whoever reads the selector finds out.
    """
    return str(from_labels({USER_ID_LABEL: user}))


def failed_to(action: str, failure: ApiError | ValueError) -> str:
    """Return how the store wraps what its backend said."""
    return f"failed to {action} tokens: {failure}"
