"""Field selectors: by which fields each kind can be selected."""

import attrs
import pytest

from gcmodel.apiserver.requests import Request
from gcmodel.apiserver.resources import catalogue
from gcmodel.apiserver.selectable_fields import SelectableFields
from gcmodel.apiserver.selection import selection
from gcmodel.errors import BadRequestError
from gcmodel.objects.metadata import KubeObject
from gcmodel.versions.profile import Profile
from tests.conformance.bare_server import PODS, BareServer, types

SERVED = {
    str(one.group_resource): one for one in catalogue(Profile.for_version("1.31"))
}
ABOUT = {"kind": "Pod", "name": "a", "namespace": "n", "uid": "u"}
OBJECTS = {
    "pods": {
        "spec": {"nodeName": "m", "restartPolicy": "Never", "hostNetwork": True},
        "status": {"phase": "Running", "podIP": "10.0.0.1"},
    },
    "nodes": {"spec": {"unschedulable": True}},
    "namespaces": {"status": {"phase": "Active"}},
    "secrets": {"type": "Opaque"},
    "services": {"spec": {"clusterIP": "10.0.0.2", "type": "ClusterIP"}},
    "events": {
        "involvedObject": ABOUT,
        "reason": "Killing",
        "type": "Normal",
        "source": {"component": "kubelet"},
        "reportingComponent": "kubelet-2",
    },
    "events.events.k8s.io": {"regarding": ABOUT, "reportingController": "kubelet-2"},
    "replicationcontrollers": {"status": {"replicas": 2}},
    "replicasets.apps": {"status": {"replicas": 3}},
    "jobs.batch": {"status": {"succeeded": 1}},
    "certificatesigningrequests.certificates.k8s.io": {"spec": {"signerName": "s"}},
}


def selects(resource, selector, body=None, **changes):
    """Whether *selector* lets an object of *resource* through."""
    served = attrs.evolve(SERVED[resource], **changes)
    request = Request(
        verb="list", user="u", resource=served.gvr, field_selector=selector
    )
    wire = {"metadata": {"name": "a", "namespace": "n"}, **(body or {})}
    return selection(served, request)(KubeObject.from_dict(wire))


@pytest.mark.parametrize(
    ("resource", "label", "value"),
    [
        ("pods", "metadata.name", "a"),
        ("pods", "metadata.namespace", "n"),
        ("pods", "spec.nodeName", "m"),
        ("pods", "spec.host", "m"),
        ("pods", "spec.restartPolicy", "Never"),
        ("pods", "spec.schedulerName", ""),
        ("pods", "spec.serviceAccountName", ""),
        ("pods", "spec.hostNetwork", "true"),
        ("pods", "status.phase", "Running"),
        ("pods", "status.podIP", "10.0.0.1"),
        ("pods", "status.nominatedNodeName", ""),
        ("nodes", "spec.unschedulable", "true"),
        ("namespaces", "status.phase", "Active"),
        ("secrets", "type", "Opaque"),
        ("services", "spec.clusterIP", "10.0.0.2"),
        ("services", "spec.type", "ClusterIP"),
        ("events", "involvedObject.kind", "Pod"),
        ("events", "involvedObject.uid", "u"),
        ("events", "reason", "Killing"),
        ("events", "type", "Normal"),
        ("events", "source", "kubelet"),
        ("events", "reportingComponent", "kubelet-2"),
        ("events.events.k8s.io", "regarding.name", "a"),
        ("events.events.k8s.io", "reportingController", "kubelet-2"),
        ("replicationcontrollers", "status.replicas", "2"),
        ("replicasets.apps", "status.replicas", "3"),
        ("jobs.batch", "status.successful", "1"),
        ("certificatesigningrequests.certificates.k8s.io", "spec.signerName", "s"),
        ("configmaps", "metadata.name", "a"),
    ],
)
def test_value_selects(resource, label, value):
    """An object is let through by its own value, and by no other."""
    body = OBJECTS.get(resource)

    assert selects(resource, f"{label}={value}", body)
    assert not selects(resource, f"{label}!={value}", body)
    assert not selects(resource, f"{label}=else", body)


@pytest.mark.parametrize(
    ("resource", "label", "zero"),
    [
        ("pods", "spec.nodeName", ""),
        ("pods", "spec.hostNetwork", "false"),
        ("pods", "status.phase", ""),
        ("nodes", "spec.unschedulable", "false"),
        ("replicationcontrollers", "status.replicas", "0"),
        ("replicasets.apps", "status.replicas", "0"),
        ("jobs.batch", "status.successful", "0"),
        ("events", "source", ""),
    ],
)
def test_what_is_left_out_is_zero(resource, label, zero):
    """Numbers are 0, switches false, texts empty."""
    assert selects(resource, f"{label}={zero}")


def test_source_of_an_event_is_who_reports_it():
    """An Event without a source is from the component that reports it."""
    assert selects("events", "source=x", {"reportingComponent": "x"})


@pytest.mark.parametrize("resource", OBJECTS)
def test_unknown_label_of_a_kind_with_labels_of_its_own(resource):
    """Kinds with a table refuse what is not in it, in one wording."""
    known = SelectableFields.of(SERVED[resource]).known
    assert "spec.foo" not in known

    with pytest.raises(BadRequestError) as caught:
        selects(resource, f"{known[0]}=x,spec.foo=bar")
    assert str(caught.value) == "field label not supported: spec.foo"


@pytest.mark.parametrize("resource", ["nodes", "namespaces"])
def test_cluster_scoped_kinds_have_no_namespace_to_select_by(resource):
    """Their tables do not have it."""
    with pytest.raises(BadRequestError, match=r"not supported: metadata\.namespace"):
        selects(resource, "metadata.namespace=x")


@pytest.mark.parametrize("resource", sorted(SERVED.keys() - OBJECTS.keys()))
def test_unknown_label_of_any_other_kind(resource):
    """All other built-in kinds say what they know."""
    with pytest.raises(BadRequestError) as caught:
        selects(resource, "status.phase=x")
    assert str(caught.value) == (
        '"status.phase" is not a known field selector: only "metadata.name", '
        '"metadata.namespace"'
    )


@pytest.mark.parametrize(
    ("namespaced", "refused"),
    [
        (True, ["spec.x"]),
        (False, ["spec.x", "metadata.namespace"]),
    ],
)
def test_custom_resources(namespaced, refused):
    """They can be selected by name, and by namespace if they live in one."""
    custom = {"built_in": False, "namespaced": namespaced}
    assert selects("configmaps", "metadata.name=a", **custom)

    for label in refused:
        with pytest.raises(BadRequestError) as caught:
            selects("configmaps", f"{label}=n", **custom)
        assert str(caught.value) == f"field label not supported: {label}"


def test_selected_by_what_changes():
    """A list and a watch follow a Pod into a phase and out of it."""
    server = BareServer()
    selector = {"field_selector": "status.phase=Pending"}
    stream = server.watch(PODS, **selector)
    pod = server.create(PODS, "a")
    assert [one.name for one in server.list(PODS, **selector).items] == ["a"]

    running = pod.with_body(status={"phase": "Running"})
    server.send("update", PODS, "a", body=running, subresource="status")

    assert server.list(PODS, **selector).items == ()
    assert types(stream) == ["ADDED", "DELETED"]
