"""Deleting the content of one resource: ways round, estimates, leftovers."""

import attrs
import pytest

from gcmodel.controllers.namespace_content import ContentDeleter, Remains
from gcmodel.controllers.resource_names import PODS
from gcmodel.errors import api_error
from gcmodel.objects.identity import GroupVersionResource
from tests.unit.controllers.fakes import EPOCH_S, FakeClient, Workshop, a_pod, an_object

WIDGETS = GroupVersionResource("example.com", "v1", "widgets")
COLLECTION = ("deletecollection", "widgets", "")


@attrs.define
class Deleting(FakeClient):
    """A fake whose collections are deleted unless an object has a finalizer."""

    async def delete_collection(self, resource, namespace, options=None):
        """Delete what is not held."""
        self._called("deletecollection", resource, "", options)
        for (kind, key), stored in list(self.objects.items()):
            free = not stored.metadata.finalizers
            if kind == resource.resource and stored.namespace == namespace and free:
                del self.objects[kind, key]


def deleting(*stored, resource=WIDGETS, unsupported=(), refusals=None):
    """Delete the content; return what is left, and the calls."""
    workshop = Workshop(client=Deleting(refusals=refusals or {}))
    for one in stored:
        workshop.client.put(resource, one)
    deleter = ContentDeleter(
        workshop.client, "default", EPOCH_S, frozenset(unsupported)
    )
    remains = workshop.run(deleter.delete(resource, EPOCH_S + 10))
    return remains, workshop.client


def test_all_at_once():
    """Content is deleted as a collection in the background, then looked for."""
    remains, client = deleting(an_object("Widget", "w"))

    assert (remains, client.calls) == (Remains(), [COLLECTION, ("list", "widgets", "")])
    assert client.bodies[0].propagation_policy == "Background"


@pytest.mark.parametrize(
    ("unsupported", "refusals", "first"),
    [
        ([("deletecollection", WIDGETS)], {}, []),
        (
            [],
            {("deletecollection", "widgets"): [api_error(405, "MethodNotAllowed", "")]},
            [COLLECTION],
        ),
    ],
)
def test_one_by_one(unsupported, refusals, first):
    """Where collections cannot be deleted, each object is."""
    remains, client = deleting(
        an_object("Widget", "a"),
        an_object("Widget", "b"),
        unsupported=unsupported,
        refusals=refusals,
    )

    assert remains == Remains()
    assert client.calls == [
        *first,
        ("list", "widgets", ""),
        ("delete", "widgets", "a"),
        ("delete", "widgets", "b"),
        ("list", "widgets", ""),
    ]


def test_one_that_is_gone_is_no_failure():
    """An object that is gone before its turn is skipped."""
    remains, client = deleting(
        an_object("Widget", "a"),
        an_object("Widget", "b"),
        unsupported=[("deletecollection", WIDGETS)],
        refusals={("delete", "widgets"): [api_error(404, "NotFound", "")]},
    )

    assert ("delete", "widgets", "b") in client.calls
    assert str(remains.failure) == (
        "unexpected items still remain in namespace: default for gvr: "
        "example.com/v1, Resource=widgets"
    )


@pytest.mark.parametrize("verb", ["deletecollection", "list"])
def test_failures(verb):
    """An error is what is left of the resource."""
    error = api_error(500, "", "no")

    remains, _ = deleting(refusals={(verb, "widgets"): [error]})

    assert remains == Remains(failure=error)


def test_unlistable():
    """What cannot be listed is taken for deleted."""
    remains, client = deleting(unsupported=[("list", WIDGETS)])

    assert (remains, client.calls) == (Remains(), [COLLECTION])


def test_finalizers_get_time():
    """Objects that are held are given fifteen seconds."""
    held = an_object("Widget", "w", finalizers=("a", "b"))

    remains, _ = deleting(held)

    assert remains == Remains(15, 1, {"a": 1, "b": 1})


def a_slow_pod(name, grace_s, phase="Running"):
    """Return a Pod that is held while it takes its grace."""
    spec = {"terminationGracePeriodSeconds": grace_s}
    return a_pod(name, phase=phase, spec=spec, finalizers=("held",))


@pytest.mark.parametrize(
    ("pods", "estimate_s"),
    [
        ([a_slow_pod("a", 30), a_slow_pod("b", 60)], 60),
        ([a_slow_pod("a", 30), a_slow_pod("b", 60, "Failed")], 30),
        ([a_slow_pod("a", 10)], 15),
    ],
)
def test_pods_get_their_grace(pods, estimate_s):
    """Pods are given the longest grace of those that run, if it is not over yet."""
    remains, client = deleting(*pods, resource=PODS)

    assert remains.estimate_s == estimate_s
    assert client.calls[0] == ("list", "pods", "")
