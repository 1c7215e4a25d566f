"""Forms that a server takes, and that no recording happens to have."""

import json

import pytest

from gcmodel.conformance.conditions import PLAIN
from gcmodel.conformance.programs import Program, read_program
from gcmodel.conformance.replayer import replay

VERSIONS = {"ConfigMap": "v1", "ClusterRole": "rbac.authorization.k8s.io/v1"}
SETTLE = {"op": "settle"}


def manifest(name, kind="ConfigMap", **metadata):
    """Return an object that needs no specification."""
    place = {"namespace": "n1"} if kind == "ConfigMap" else {}
    meta = {"name": name, **place, **metadata}
    return {"apiVersion": VERSIONS[kind], "kind": kind, "metadata": meta}


def step(op, handle, kind="ConfigMap", **metadata):
    """Return a step with a manifest named like its handle."""
    return {"op": op, "handle": handle, "manifest": manifest(handle, kind, **metadata)}


def delete(handle, **options):
    """Return a step that deletes the object of *handle*."""
    return {"op": "delete", "handle": handle, "options": options}


def observe(*steps):
    """Return what the model does on *steps*."""
    requests = [index for index, one in enumerate(steps) if one != SETTLE]
    settles = len(steps) - len(requests)
    wire = {
        "id": "P-1",
        "kubernetes": "1.20.2",
        "racy": False,
        "steps": steps,
        "responses": [{"step": index, "code": 0} for index in requests],
        "states": [{}] * settles,
        "events": [],
        "settles": [{"virtual": []}] * settles,
        "gc_requests": [[]] * settles,
    }
    program = read_program(json.dumps(wire))
    assert isinstance(program, Program), program
    return replay(program, PLAIN)


def codes(seen):
    """Return how each request was answered."""
    return [one["code"] for one in seen.responses]


# Updates of what was never created


def test_update_may_be_what_creates_an_object():
    """A PUT of a missing ClusterRole makes an incarnation, which may be an owner."""
    owner = {
        "apiVersion": VERSIONS["ClusterRole"],
        "kind": "ClusterRole",
        "name": "r",
        "uid": "@r",
    }
    seen = observe(
        step("update", "r", "ClusterRole"),
        step("create", "a", ownerReferences=[owner]),
        SETTLE,
        delete("r"),
        SETTLE,
    )

    assert codes(seen) == [201, 201, 200]
    assert [one["a"]["exists"] for one in seen.states] == [True, False]
    assert seen.states[0]["a"]["ownerReferences"] == [owner | {"uid": "@r#1"}]


def test_update_of_a_missing_object_is_answered():
    """Most kinds are not created by a PUT; what follows on the handle is answered."""
    patch = {"op": "patch", "handle": "a", "patch": {}}
    seen = observe(step("update", "a"), patch, delete("a"), SETTLE)

    assert codes(seen) == [404, 404, 404]


def test_state_has_the_handles_that_a_create_was_tried_for():
    """An update alone does not put its handle among the states."""
    seen = observe(
        step("update", "r", "ClusterRole"), SETTLE, step("create", "a"), SETTLE
    )

    assert [list(state) for state in seen.states] == [[], ["a"]]


# What is null


@pytest.mark.parametrize(
    "field",
    [
        "gracePeriodSeconds",
        "preconditions",
        "orphanDependents",
        "propagationPolicy",
        "dryRun",
    ],
)
def test_option_that_is_null_is_left_out(field):
    """A server cannot tell null from nothing."""
    seen = observe(
        step("create", "a"), delete("a", **{field: None}), SETTLE, step("create", "b")
    )

    assert codes(seen) == [201, 200, 201]
    assert seen.states[0]["a"] == {"exists": False}


@pytest.mark.parametrize("parts", [{}, {"labelSelector": None}, {"labelSelector": ""}])
def test_collection_without_a_selector_is_all_of_it(parts):
    """No selector, null and an empty one select everything."""
    collection = {
        "op": "deletecollection",
        "kind": "ConfigMap",
        "namespace": "n1",
        "options": {},
        **parts,
    }
    seen = observe(
        step("create", "a"), step("create", "b", labels={"x": "y"}), collection, SETTLE
    )

    assert seen.responses[2]["items"] == 2
    assert seen.states[0] == {"a": {"exists": False}, "b": {"exists": False}}


# Events of the program's own

ABOUT_A = {"kind": "ConfigMap", "namespace": "n1", "name": "a"}


def event(handle, about, **body):
    """Return a step that creates an Event in its newer form."""
    place = {"namespace": "n1", "name": handle}
    made = {"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": place}
    made |= {"regarding": about, "reason": "Told", "type": "Normal", "note": "so"}
    return {"op": "create", "handle": handle, "manifest": made | body}


@pytest.mark.parametrize("about", [ABOUT_A, {"uid": "@a"}], ids=["by name", "by uid"])
def test_event_of_the_newer_form_is_read_in_the_older_one(about):
    """One object is behind both forms, and evidence is told in the older one."""
    source = {"component": "test"}
    older = {"deprecatedSource": source, "deprecatedCount": 3}
    seen = observe(step("create", "a"), event("e", about, **older), SETTLE)

    place = "/".join(about.get(part, "") for part in ("kind", "namespace", "name"))
    assert seen.events == [
        {
            "type": "Normal",
            "reason": "Told",
            "handle": "a" if place == "ConfigMap/n1/a" else place,
            "uid": "@a#1" if "uid" in about else "",
            "message": "so",
            "count": 3,
            "namespace": "n1",
            "source": "test",
        }
    ]


def test_event_that_leaves_out_what_it_may_is_read():
    """What an Event does not say is empty, or null."""
    seen = observe(step("create", "a"), event("e", ABOUT_A, note=None), SETTLE)

    (found,) = seen.events
    assert (found["message"], found["count"], found["source"]) == ("", None, None)


@pytest.mark.parametrize(
    "about",
    [{}, None, ABOUT_A | {"name": "b"}, ABOUT_A | {"namespace": "n2"}, {"uid": "x"}],
)
def test_event_about_nothing_of_the_program_is_no_evidence(about):
    """Only what is about the program's objects is among the results."""
    seen = observe(step("create", "a"), event("e", about), SETTLE)

    assert seen.events == []


# Owners whose kind is spelled otherwise


def child(handle, kind, name="gone", uid="!x"):
    """Return a step that creates an object of an owner of *kind*."""
    owner = {"apiVersion": "v1", "kind": kind, "name": name, "uid": uid}
    return step("create", handle, ownerReferences=[owner])


def test_owner_in_lower_case_is_solid():
    """The collector finds a living owner by its kind in lower case, and keeps both."""
    seen = observe(step("create", "a"), child("d", "configmap", "a", "@a"), SETTLE)

    assert [one["exists"] for one in seen.states[0].values()] == [True, True]
    assert seen.virtual == [[]]


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("configmap", ["configmaps", "n1/gone"]),
        ("ConfigMapList", ["configmaplists", "n1/gone"]),
        ("List", ["lists", "gone"]),
    ],
)
def test_owner_that_is_not_found_under_a_guessed_name_is_gone(kind, asked):
    """A resource that nobody serves has no objects: the dependent is deleted."""
    seen = observe(child("d", kind), SETTLE)

    assert seen.states[0]["d"] == {"exists": False}
    assert [one[1:3] for one in seen.requests[0] if one[-1] == 404] == [asked]


@pytest.mark.parametrize("kind", ["list", "CONFIGMAP", "configmaplist"])
def test_owner_of_an_unknown_spelling_is_waited_for(kind):
    """A kind that is not mapped says nothing about the owner: both stay."""
    seen = observe(child("d", kind), SETTLE)

    assert seen.states[0]["d"]["exists"]
    assert seen.virtual == [[["v1", kind, "n1", "gone", "!x"]]]


# Paths that are not routed


@pytest.mark.parametrize("place", [{}, {"namespace": None}, {"namespace": ""}])
def test_collection_of_all_namespaces_cannot_be_deleted(place):
    """At the path of a kind in all namespaces there is nothing but lists."""
    collection = {"op": "deletecollection", "kind": "ConfigMap", "options": {}, **place}
    seen = observe(step("create", "a"), collection, SETTLE)

    assert seen.states[0]["a"]["exists"]
    assert seen.responses[1] == {
        "step": 1,
        "code": 405,
        "reason": "MethodNotAllowed",
        "message": "the server does not allow this method on the requested resource",
    }


@pytest.mark.parametrize("place", [{}, {"namespace": ""}])
def test_collection_without_namespaces_can_be_deleted(place):
    """A kind that has no namespaces is deleted at its only path."""
    collection = {
        "op": "deletecollection",
        "kind": "ClusterRole",
        "labelSelector": "x=y",
        "options": {},
        **place,
    }
    labels = {"x": "y"}
    seen = observe(
        step("create", "r", "ClusterRole", labels=labels), collection, SETTLE
    )

    assert seen.responses[1]["items"] == 1
    assert seen.states[0]["r"] == {"exists": False}


def test_uid_in_a_label_is_told_by_its_symbol():
    """A Job is labelled with its own uid, which differs from run to run."""
    containers = {"containers": [{"name": "c", "image": "i"}], "restartPolicy": "Never"}
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "j", "namespace": "n1"},
        "spec": {"template": {"spec": containers}},
    }
    seen = observe({"op": "create", "handle": "j", "manifest": job}, SETTLE)

    labels = {"controller-uid": "@j#1", "job-name": "j"}
    assert seen.states[0]["j"]["labels"] == labels
