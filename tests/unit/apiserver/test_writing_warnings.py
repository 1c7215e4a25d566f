"""Warnings about repeated owner references, on success and on refusal."""

import pytest

from gcmodel.apiserver.requests import Request
from gcmodel.cluster.cluster import Cluster
from gcmodel.errors import ApiError
from gcmodel.objects.identity import GroupVersionResource
from gcmodel.objects.metadata import KubeObject
from gcmodel.objects.patch_types import Patch, PatchType

OWNER = {"apiVersion": "v1", "kind": "ConfigMap", "name": "o", "uid": "u"}
TWICE = {"name": "a", "namespace": "default", "ownerReferences": [OWNER, OWNER]}
WANTED = KubeObject.from_dict(
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": TWICE}
)
WARNING = (
    ".metadata.ownerReferences contains duplicate entries{moment}; API server dedups "
    "owner references in 1.20+, and may reject such requests as early as 1.24; please "
    "fix your requests; duplicate UID(s) observed: u"
)


@pytest.fixture(name="send")
def _send():
    cluster = Cluster("1.20", garbage_collector=False, controllers=(), kubelet=False)
    cluster.settle()

    def send(verb, body, name=""):
        """Return the code and the warnings of the answer."""
        request = Request(
            verb=verb,
            user="admin",
            resource=GroupVersionResource("", "v1", "configmaps"),
            namespace="default",
            name=name,
            body=body,
        )
        try:
            answer = cluster.server.handle(request)
        except ApiError as error:
            return error.code, error.warnings
        return answer.code, answer.warnings

    return send


def test_success_is_warned_about(send):
    """A create that repeats a reference succeeds with a warning."""
    assert send("create", WANTED) == (201, (WARNING.format(moment=""),))


def test_refusal_is_warned_about(send):
    """A create that is refused is warned about all the same."""
    send("create", WANTED)

    assert send("create", WANTED) == (409, (WARNING.format(moment=""),))


def test_update_of_nothing_is_warned_about(send):
    """The warning comes before anybody looks for the object to update."""
    assert send("update", WANTED, "a") == (404, (WARNING.format(moment=""),))


def test_refused_patch_is_warned_about(send):
    """A patch is warned about after it was applied, even if it is then refused."""
    send("create", WANTED.with_metadata(owner_references=()))
    body = {"metadata": {"resourceVersion": "1", "ownerReferences": [OWNER, OWNER]}}
    moment = " after mutating admission happens"

    assert send("patch", Patch(PatchType.MERGE, body), "a") == (
        409,
        (WARNING.format(moment=moment),),
    )


def test_patch_of_nothing_is_not_warned_about(send):
    """A patch that finds no object was never applied, so there is nothing to warn."""
    body = {"metadata": {"ownerReferences": [OWNER, OWNER]}}

    assert send("patch", Patch(PatchType.MERGE, body), "a") == (404, ())
