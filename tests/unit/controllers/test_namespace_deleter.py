"""The end of a namespace where something comes in between."""

import attrs
import pytest

from gcmodel.apiserver.requests import ServedGroup, ServedResource
from gcmodel.client.discovery import Discovered
from gcmodel.controllers.namespace_deleter import NamespaceDeleter
from gcmodel.controllers.resource_names import NAMESPACES
from gcmodel.errors import ReconcileError, api_error
from gcmodel.objects.identity import GroupVersion
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from tests.unit.controllers.fakes import EPOCH_S, FakeClient, Workshop

CONFLICT = api_error(409, "Conflict", "the object has been modified")
ALL = ("delete", "deletecollection", "list")
V1 = GroupVersion("", "v1")


@attrs.define
class Collections(FakeClient):
    """A fake whose collections are empty, and can be deleted."""

    async def delete_collection(self, resource, namespace, options=None):
        """Note that content is to go."""
        del namespace, options
        self._called("deletecollection", resource, "")


@attrs.frozen
class Discovery:
    """Discovery that says what is served by v1."""

    served: tuple[ServedResource, ...] = ()

    async def discover(self):
        """Answer."""
        return Discovered((ServedGroup("", ("v1",)),), {V1: self.served})


def a_namespace(uid="uid-1", phase="Active", finalizers=("kubernetes",), **metadata):
    """Return a namespace that is being deleted."""
    meta = {"uid": uid, "resource_version": "1", "deletion_timestamp": EPOCH_S}
    return KubeObject(
        "v1",
        "Namespace",
        ObjectMeta(name="ns", **(meta | metadata)),
        {"spec": {"finalizers": list(finalizers)}, "status": {"phase": phase}},
    )


def workshop_of(namespace, *served):
    """Return a workshop with *namespace*, and a deleter in it."""
    workshop = Workshop(client=Collections())
    workshop.client.put(NAMESPACES, namespace)
    return workshop, NamespaceDeleter(workshop.surroundings, Discovery(served))


def written(workshop):
    """Return the verbs of the requests that change something."""
    return [verb for verb, _, _ in workshop.client.calls if verb not in ("get", "list")]


def test_it_is_marked_emptied_and_let_go():
    """A namespace is terminating, then judged, then without the finalizer."""
    workshop, deleter = workshop_of(a_namespace())

    assert workshop.run(deleter.delete("ns")) is None

    assert written(workshop)[0] == "update/status"
    assert written(workshop)[-1] == "update/finalize"
    assert workshop.client.objects["namespaces", "ns"].spec == {"finalizers": []}


def overtaken_by(uid):
    """Return a workshop where the first write meets the namespace *uid* in its place.

    And what comes of deleting the namespace there.
    """
    workshop, deleter = workshop_of(a_namespace())
    client, write = workshop.client, ("update/status", "namespaces")
    client.refusals[write] = [CONFLICT]

    def overtake():
        if len(written(workshop)) == 1:
            client.put(NAMESPACES, a_namespace(uid, resource_version="2"))

    client.meanwhile[write] = overtake
    return workshop, workshop.run(deleter.delete("ns"))


def test_a_conflict_is_met_by_reading_again():
    """After a conflict, the same namespace is written again as it is now."""
    workshop, outcome = overtaken_by("uid-1")

    assert outcome is None
    assert written(workshop)[:2] == ["update/status"] * 2
    assert written(workshop)[-1] == "update/finalize"


def test_a_namesake_is_safe():
    """After a conflict, another namespace of the name is not written at all."""
    workshop, outcome = overtaken_by("uid-2")

    assert isinstance(outcome, ReconcileError)
    assert str(outcome) == "namespace uid has changed across retries"
    assert written(workshop) == ["update/status"]


@pytest.mark.parametrize(
    ("verbs", "namespaced", "asked"),
    [
        (ALL, True, ["deletecollection", "list"]),
        (("deletecollection", "list"), True, []),
        (("get", "list"), True, []),
        (ALL, False, []),
    ],
    ids=["all", "no delete", "read only", "cluster-scoped"],
)
def test_what_belongs_to_a_namespace(verbs, namespaced, asked):
    """Only what is namespaced and can be deleted is deleted, or even listed."""
    served = ServedResource("things", "Thing", namespaced=namespaced, verbs=verbs)
    workshop, deleter = workshop_of(a_namespace(phase="Terminating"), served)

    assert workshop.run(deleter.delete("ns")) is None

    calls = [verb for verb, plural, _ in workshop.client.calls if plural == "things"]
    assert calls == asked
