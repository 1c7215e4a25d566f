"""Rows AS-60 to AS-83: what a delete does, as a client and a watcher see it.

The pure decisions of rows AS-62, AS-64 and AS-70 are in
tests/unit/apiserver/test_deletion.py.

Upstream: ``BeforeDelete`` in apiserver pkg/registry/rest/delete.go; ``Delete`` and its
tests in pkg/registry/generic/registry/store.go and store_test.go
"""

import pytest

from gcmodel.errors import Status, StatusCause, api_error
from gcmodel.objects.options import DeleteOptions, Preconditions
from tests.conformance.bare_server import (
    CONFIG_MAPS,
    CONTROLLERS,
    DEPLOYMENTS,
    EPOCH_S,
    EVENTS,
    JOBS,
    PODS,
    REPLICA_SETS,
    WIDGETS,
    BareServer,
    conflict,
    not_found,
    seen,
    types,
)

B, O = REPLICA_SETS, CONTROLLERS  # noqa: E741  (as the rows call them)
ORPHAN, FOREGROUND = "orphan", "foregroundDeletion"
GONE = "gone"


@pytest.fixture(name="server")
def _server():
    """Return a server of 1.28."""
    return BareServer()


def outcome(server, resource, finalizers, **options):
    """Create an object with *finalizers*, delete it; return what it is left with."""
    stored = server.create(resource, "foo", finalizers=tuple(finalizers))
    server.delete(resource, "foo", **options)
    left = server.get(resource, "foo")
    if left is None:
        return GONE
    assert left.metadata.deletion_timestamp == EPOCH_S
    assert left.metadata.deletion_grace_period_seconds == 0
    assert left.metadata.generation == stored.metadata.generation + 1
    return list(left.metadata.finalizers)


def deleted(stored, group="", plural="configmaps"):
    """Return the Status for an object that is gone."""
    details = {"name": stored.name, "kind": plural, "uid": stored.uid}
    return Status(200, details=details | ({"group": group} if group else {}))


def test_delete_of_nothing(server):
    """AS-60: what is not there cannot be deleted."""
    assert server.refused("delete", CONFIG_MAPS, "foo") == not_found()


@pytest.mark.parametrize("options", [None, DeleteOptions()])
def test_delete(server, options):
    """AS-60: an object that nothing holds is gone, with one event."""
    stored = server.create(CONFIG_MAPS, "foo")
    stream = server.watch(CONFIG_MAPS)

    answer = server.send("delete", CONFIG_MAPS, "foo", options=options)

    assert (answer.code, answer.body) == (200, deleted(stored))
    assert server.get(CONFIG_MAPS, "foo") is None
    assert seen(stream) == [("DELETED", "foo", (), server.revision)]


def test_version_precondition_of_a_pod(server):
    """AS-61: the server's own write before the delete does not break the condition."""
    stored = server.create(PODS, "foo")
    condition = Preconditions(resource_version=stored.metadata.resource_version)

    server.delete(PODS, "foo", grace_period_seconds=0, preconditions=condition)

    assert server.get(PODS, "foo") is None


def test_interrupted_delete_is_finished(server):
    """AS-62: a Pod that is going without grace is deleted by the next request."""
    server.store(PODS, name="foo", deletion_timestamp=EPOCH_S)
    stream = server.watch(PODS)

    server.delete(PODS, "foo")

    assert types(stream) == ["DELETED"]


@pytest.mark.parametrize("gc_enabled", [True, False])
@pytest.mark.parametrize("options", [{}, {"grace_period_seconds": 0}])
@pytest.mark.parametrize("resource", [PODS, B, O])
def test_held_by_a_finalizer(gc_enabled, options, resource):
    """AS-63: an object with a finalizer is only marked."""
    server = BareServer("1.33", gc_enabled=gc_enabled)
    server.create(resource, "foo", finalizers=("foo.com/x",))
    stream = server.watch(resource)

    answer = server.delete(resource, "foo", **options)

    meta = answer.body.metadata
    assert answer.body == server.get(resource, "foo")
    assert meta.deletion_timestamp == EPOCH_S
    assert meta.deletion_grace_period_seconds == 0
    assert meta.generation == 2
    assert types(stream) == ["MODIFIED"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["foo.com/x", ORPHAN, "bar.com/y"], ["foo.com/x", ORPHAN, "bar.com/y"]),
        (["foo.com/x", "bar.com/y"], ["foo.com/x", "bar.com/y", ORPHAN]),
        ([], [ORPHAN]),
        ([ORPHAN], [ORPHAN]),
    ],
)
def test_orphan_dependents(server, before, after):
    """AS-65: orphaning adds its finalizer at the end, or finds it where it is."""
    assert outcome(server, B, before, orphan_dependents=True) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["foo.com/x", ORPHAN, "bar.com/y"], ["foo.com/x", "bar.com/y"]),
        (["foo.com/x", "bar.com/y"], ["foo.com/x", "bar.com/y"]),
        ([], GONE),
        ([ORPHAN], GONE),
    ],
)
def test_do_not_orphan_dependents(server, before, after):
    """AS-66: an explicit no strips the finalizer, even where the kind orphans."""
    assert outcome(server, O, before, orphan_dependents=False) == after


@pytest.mark.parametrize("options", [None, DeleteOptions()], ids=["nil", "empty"])
@pytest.mark.parametrize(
    ("resource", "before", "after"),
    [
        (B, ["foo.com/x", ORPHAN, "b.com/y"], ["foo.com/x", ORPHAN, "b.com/y"]),
        (B, ["foo.com/x", "b.com/y"], ["foo.com/x", "b.com/y"]),
        (B, [], GONE),
        (B, [ORPHAN], [ORPHAN]),
        (O, ["foo.com/x", ORPHAN, "b.com/y"], ["foo.com/x", ORPHAN, "b.com/y"]),
        (O, ["foo.com/x", "b.com/y"], ["foo.com/x", "b.com/y", ORPHAN]),
        (O, [], [ORPHAN]),
        (O, [ORPHAN], [ORPHAN]),
    ],
)
def test_nothing_said(server, options, resource, before, after):
    """AS-67: without a word, what is there decides, and then the kind's default."""
    server.create(resource, "foo", finalizers=tuple(before))

    server.send("delete", resource, "foo", options=options)

    left = server.get(resource, "foo")
    assert (GONE if left is None else list(left.metadata.finalizers)) == after


@pytest.mark.parametrize("resource", [B, O], ids=["B", "O"])
@pytest.mark.parametrize("existing", [None, ORPHAN, FOREGROUND])
@pytest.mark.parametrize("policy", ["Foreground", "Background", "Orphan", None])
def test_policies(server, resource, existing, policy):
    """AS-68: policy beats finalizer beats default, in all 24 combinations."""
    unsaid = {None: ORPHAN if resource == O else None}.get(existing, existing)
    left = {"Foreground": FOREGROUND, "Background": None, "Orphan": ORPHAN}
    wanted = left.get(policy, unsaid)

    finalizers = [existing] if existing else []
    options = {"propagation_policy": policy} if policy else {}

    expected = [wanted] if wanted else GONE
    assert outcome(server, resource, finalizers, **options) == expected


@pytest.mark.parametrize(
    ("resource", "after"),
    [(DEPLOYMENTS, GONE), (JOBS, [ORPHAN]), (O, [ORPHAN]), (WIDGETS, GONE)],
    ids=["apps/v1", "Job", "RC", "custom"],
)
def test_defaults_of_endpoints(server, resource, after):
    """AS-69: what nothing said means depends on the endpoint."""
    server.define_widgets()
    assert outcome(server, resource, []) == after


@pytest.mark.parametrize("policy", ["Foreground", "Background", "Orphan"])
@pytest.mark.parametrize("existing", [ORPHAN, FOREGROUND])
def test_events_know_no_policy(server, policy, existing):
    """AS-69: an Event is deleted at once, and even stripped of what it carries."""
    server.create(EVENTS, "foo", finalizers=(existing,))

    server.delete(EVENTS, "foo", propagation_policy=policy)

    assert server.get(EVENTS, "foo") is None


@pytest.mark.parametrize(
    ("options", "body"),
    [
        (
            {"orphan_dependents": True, "propagation_policy": "Orphan"},
            'Invalid value: "Orphan": orphanDependents and deletionPropagation cannot '
            "be both set",
        ),
        (
            {"propagation_policy": "X"},
            'Unsupported value: "X": supported values: "Foreground", "Background", '
            '"Orphan", "nil"',
        ),
    ],
    ids=["both", "unknown"],
)
def test_contradicting_options(server, options, body):
    """AS-71: options are refused as an object would be."""
    server.create(CONFIG_MAPS, "foo")

    refusal = server.refused(
        "delete", CONFIG_MAPS, "foo", options=DeleteOptions(**options)
    )

    reason = "NotSupported" if body.startswith("Un") else "Invalid"
    assert refusal == Status(
        422,
        "Invalid",
        f'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: {body}',
        (StatusCause(f"FieldValue{reason}", body, "propagationPolicy"),),
        {"group": "meta.k8s.io", "kind": "DeleteOptions"},
    )


@pytest.mark.parametrize(
    ("condition", "detail"),
    [
        (
            Preconditions(uid="A"),
            "the UID in the precondition (A) does not match the UID in record ({uid}). "
            "The object might have been deleted and then recreated",
        ),
        (
            Preconditions(resource_version="1"),
            "the ResourceVersion in the precondition (1) does not match the "
            "ResourceVersion in record ({version}). The object might have been "
            "modified",
        ),
    ],
    ids=["uid", "version"],
)
@pytest.mark.parametrize("dry_run", [False, True])
def test_preconditions(server, condition, detail, dry_run):
    """AS-72, AS-78: another object is not deleted; the text names the kind."""
    stored = server.create(B, "foo")
    options = DeleteOptions(preconditions=condition)

    refusal = server.refused("delete", B, "foo", options=options, dry_run=dry_run)

    told = detail.format(uid=stored.uid, version=stored.metadata.resource_version)
    text = f'Operation cannot be fulfilled on ReplicaSet.apps "foo": {told}'
    details = {"name": "foo", "group": "apps", "kind": "ReplicaSet"}
    assert refusal == Status(409, "Conflict", text, details=details)
    assert server.get(B, "foo") == stored


def test_admission_is_asked_again(server):
    """AS-73: a plug-in judges the object that is deleted, not an older state."""
    server.create(CONFIG_MAPS, "foo")
    judged = []

    def judge(review):
        if review.operation != "DELETE":
            return
        judged.append(dict(review.old.metadata.labels))
        if len(judged) == 1:
            server.patch(CONFIG_MAPS, "foo", {"metadata": {"labels": {"a": "b"}}})

    server.server.admit(judge)
    server.delete(CONFIG_MAPS, "foo")

    assert judged == [{}, {"a": "b"}]


def test_admission_refuses_a_delete(server):
    """AS-73: what a plug-in refuses stays as it is."""
    stored = server.create(CONFIG_MAPS, "foo")

    def refuse(review):
        raise review.forbidden("keep it")

    server.server.admit(refuse)

    refusal = server.refused("delete", CONFIG_MAPS, "foo")
    assert refusal.message == 'configmaps "foo" is forbidden: keep it'
    assert server.get(CONFIG_MAPS, "foo") == stored


@pytest.mark.parametrize(
    ("options", "finalizers", "events"),
    [
        ({"propagation_policy": "Background"}, GONE, ["DELETED"]),
        ({"propagation_policy": "Orphan"}, [ORPHAN], ["MODIFIED"]),
        ({}, [FOREGROUND], []),
    ],
    ids=["Background", "Orphan", "unsaid"],
)
def test_second_delete(server, options, finalizers, events):
    """AS-74: until it is gone, another delete may change an object's policy."""
    server.create(B, "foo")
    going = server.delete(B, "foo", propagation_policy="Foreground").body
    stream = server.watch(B)
    server.pass_time(5)

    server.delete(B, "foo", **options)

    left = server.get(B, "foo")
    assert types(stream) == events
    assert (GONE if left is None else list(left.metadata.finalizers)) == finalizers
    if left is not None:
        assert left.metadata.deletion_timestamp == going.metadata.deletion_timestamp
        assert left.metadata.generation == going.metadata.generation


# Pods


def running_pod(server, phase="Running", node="n"):
    """Create a Pod on a node."""
    pod = server.create(PODS, "foo")
    if node:
        spec = {**pod.spec, "nodeName": node}
        pod = server.update(PODS, pod.with_body(spec=spec)).body
    status = pod.with_body(status={"phase": phase})
    return server.update(PODS, status, subresource="status").body


def test_second_delete_of_a_pod(server):
    """AS-75: while a grace period runs, a later policy is not heard."""
    running_pod(server)
    going = server.delete(
        PODS, "foo", propagation_policy="Foreground", grace_period_seconds=30
    ).body
    before = server.revision

    answer = server.delete(PODS, "foo", propagation_policy="Background")

    assert answer.body == going
    assert going.metadata.finalizers == (FOREGROUND,)
    assert (server.get(PODS, "foo"), server.revision) == (going, before)


@pytest.mark.parametrize(
    ("phase", "node"), [("Pending", ""), ("Succeeded", "n"), ("Failed", "n")]
)
def test_pod_that_does_not_run(server, phase, node):
    """AS-76: a Pod that does not run is deleted at once, though in two steps."""
    running_pod(server, phase, node)
    stream = server.watch(PODS)

    answer = server.delete(PODS, "foo")

    assert answer.body.metadata.deletion_grace_period_seconds == 0
    assert server.get(PODS, "foo") is None
    assert types(stream) == ["MODIFIED", "DELETED"]


def test_graceful_deletion(server):
    """AS-77: a running Pod goes when its node says so; its time lies ahead."""
    running_pod(server)
    stream = server.watch(PODS)

    marked = server.delete(PODS, "foo").body.metadata
    first = seen(stream)
    server.pass_time(3)
    answer = server.delete(PODS, "foo", grace_period_seconds=0)

    assert marked.deletion_timestamp == EPOCH_S + 30
    assert marked.deletion_grace_period_seconds == 30
    assert [event[0] for event in first] == ["MODIFIED"]
    assert answer.body.metadata.deletion_timestamp == EPOCH_S
    assert answer.body.metadata.deletion_grace_period_seconds == 0
    shortened, gone = seen(stream)
    assert (shortened[0], gone[0]) == ("MODIFIED", "DELETED")
    assert first[0][3] < shortened[3] < gone[3] == server.revision


@pytest.mark.parametrize(
    ("version", "period", "due_s"), [("1.32", 2, 2), ("1.33", 1, 11)]
)
def test_grace_that_would_end_in_the_past(version, period, due_s):
    """AS-77: since 1.33 a shortened grace does not end before it is asked for."""
    server = BareServer(version)
    running_pod(server)
    server.delete(PODS, "foo")
    server.pass_time(10)

    meta = server.delete(PODS, "foo", grace_period_seconds=2).body.metadata

    assert meta.deletion_grace_period_seconds == period
    assert meta.deletion_timestamp == EPOCH_S + due_s


# Answers


@pytest.mark.parametrize("finalizers", [(), ("x/a",)])
@pytest.mark.parametrize("said", ["request", "options"])
def test_dry_run(server, finalizers, said):
    """AS-78: a dry run answers as usual and changes nothing."""
    stored = server.create(B, "foo", finalizers=finalizers)
    before = server.revision

    if said == "request":
        answer = server.delete(B, "foo", dry_run=True)
    else:
        answer = server.delete(B, "foo", dry_run_stages=("All",))

    if finalizers:
        assert answer.body.metadata.deletion_timestamp == EPOCH_S
    else:
        assert answer.body == deleted(stored, "apps", "replicasets")
    assert (server.get(B, "foo"), server.revision) == (stored, before)


def test_last_word(server):
    """AS-79: a delete answers with a Status, or for some kinds with the object."""
    controller = server.create(B, "foo")
    pod = server.create(PODS, "foo")

    status = server.delete(B, "foo").body
    last = server.delete(PODS, "foo").body

    assert status == deleted(controller, "apps", "replicasets")
    assert status.to_dict() == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": {
            "name": "foo",
            "group": "apps",
            "kind": "replicasets",
            "uid": controller.uid,
        },
    }
    assert (last.kind, last.uid) == ("Pod", pod.uid)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"orphan_dependents": False}, 202),
        ({"propagation_policy": "Background"}, 200),
        ({}, 200),
    ],
)
def test_accepted(server, options, code):
    """AS-80: only the oldest way of saying it is answered with 202."""
    server.create(CONFIG_MAPS, "foo", finalizers=("x/a",))

    assert server.delete(CONFIG_MAPS, "foo", **options).code == code


def test_stripping_with_a_version_precondition(server):
    """Section 2.7: stripping the last finalizer loses the version to compare with."""
    stored = server.create(CONFIG_MAPS, "foo", finalizers=(ORPHAN,))
    version = stored.metadata.resource_version
    options = DeleteOptions(
        propagation_policy="Background",
        preconditions=Preconditions(resource_version=version),
    )

    refusal = server.refused("delete", CONFIG_MAPS, "foo", options=options)

    assert refusal == conflict(
        "StorageError: invalid object, Code: 4, Key: /registry/configmaps/default/foo, "
        "ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: ResourceVersion "
        f"in precondition: , ResourceVersion in object meta: {version}"
    )


# Collections


def crowd(server, count=10):
    """Create ConfigMaps c0, c1 and so on."""
    return [server.create(CONFIG_MAPS, f"c{number}") for number in range(count)]


def test_options_are_each_items_own(server):
    """AS-81: every item is deleted by the options as they were sent."""
    crowd(server, 3)
    options = DeleteOptions(propagation_policy="Orphan")

    server.send("deletecollection", CONFIG_MAPS, options=options)

    left = server.list(CONFIG_MAPS).items
    assert [one.metadata.finalizers for one in left] == [(ORPHAN,)] * 3
    assert options == DeleteOptions(propagation_policy="Orphan")


@pytest.mark.parametrize("limit", [0, 2])
@pytest.mark.parametrize("match", [None, "", "Exact"])
def test_deletecollection(server, limit, match):
    """AS-82: a collection is deleted in order, and answered with what it was."""
    stored = crowd(server)
    before = server.revision
    stream = server.watch(CONFIG_MAPS)
    version = {}
    if match is not None:
        version = {"resource_version": str(before), "resource_version_match": match}

    answer = server.send("deletecollection", CONFIG_MAPS, limit=limit, **version)

    assert answer.code == 200
    assert list(answer.body.items) == stored
    assert answer.body.resource_version == str(before)
    assert answer.body.continue_token == ""
    assert [event[:2] for event in seen(stream)] == [
        ("DELETED", f"c{number}") for number in range(10)
    ]


def test_what_vanishes_meanwhile(server):
    """AS-82: an item that somebody else deletes first is passed over."""
    crowd(server, 3)

    def meddle(review):
        if review.old.name == "c0" and server.get(CONFIG_MAPS, "c1"):
            server.delete(CONFIG_MAPS, "c1")

    server.server.admit(meddle)
    stream = server.watch(CONFIG_MAPS)

    assert server.send("deletecollection", CONFIG_MAPS).code == 200
    assert [event[1] for event in seen(stream)] == ["c1", "c0", "c2"]


def test_first_refusal_ends_it(server):
    """AS-82: what was deleted before a refusal stays deleted, the rest stays."""
    crowd(server, 4)

    def refuse(review):
        if review.old.name == "c2":
            raise api_error(403, "Forbidden", "not c2")

    server.server.admit(refuse)

    with pytest.raises(Exception, match=r"^not c2$"):
        server.send("deletecollection", CONFIG_MAPS)
    assert [one.name for one in server.list(CONFIG_MAPS).items] == ["c2", "c3"]


def test_selected_collection(server):
    """Section 2.13: only what the list would return is deleted."""
    server.create(CONFIG_MAPS, "a", labels={"x": "1"})
    server.create(CONFIG_MAPS, "b")

    server.send("deletecollection", CONFIG_MAPS, label_selector="x")

    assert [one.name for one in server.list(CONFIG_MAPS).items] == ["b"]


@pytest.mark.parametrize(
    ("finalizers", "after"),
    [([], GONE), ([ORPHAN], [ORPHAN]), (["x/a"], ["x/a"])],
)
def test_without_garbage_collection(finalizers, after):
    """AS-83: a server without garbage collection adds and removes no finalizer."""
    server = BareServer(gc_enabled=False)

    assert outcome(server, B, finalizers, propagation_policy="Foreground") == after
