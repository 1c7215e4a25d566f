"""Bodies of creates and updates, as values and as raw JSON."""

import pytest

from gcmodel.apiserver.requests import Response
from gcmodel.errors import Status, StatusCause
from gcmodel.objects.identity import GroupVersionResource
from gcmodel.objects.metadata import KubeObject, ObjectMeta
from tests.conformance.bare_server import CONFIG_MAPS, PODS, WIDGETS, BareServer


@pytest.fixture(name="server")
def _server():
    """Return a server that also serves Widgets."""
    server = BareServer()
    server.define_widgets()
    return server


def config_map(**changes):
    """Return a ConfigMap on the wire."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "a"},
    } | changes


def widget(**changes):
    """Return a Widget on the wire."""
    return {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": {"name": "a"},
    } | changes


def test_raw_create_and_update(server):
    """JSON is decoded, stored and answered like a value."""
    wire = config_map(data={"x": "y"})
    created = server.send("create", CONFIG_MAPS, body=wire)
    changed = {**created.body.to_dict(), "data": {"x": "z"}}
    updated = server.send("update", CONFIG_MAPS, "a", body=changed)

    assert (created.code, updated.code) == (201, 200)
    assert created.body.body == {"data": {"x": "y"}}
    assert server.get(CONFIG_MAPS, "a") == updated.body
    assert updated.body.body == {"data": {"x": "z"}}


@pytest.mark.parametrize("left_out", ["apiVersion", "kind"])
def test_built_in_kind_left_out(server, left_out):
    """A built-in kind is known from the endpoint."""
    wire = {key: value for key, value in config_map().items() if key != left_out}

    stored = server.send("create", CONFIG_MAPS, body=wire).body

    assert (stored.api_version, stored.kind) == ("v1", "ConfigMap")


def test_value_without_kind(server):
    """The kind of a value, too, is known from the endpoint."""
    body = KubeObject("", "", ObjectMeta(name="a"))

    stored = server.send("create", CONFIG_MAPS, body=body).body

    assert (stored.api_version, stored.kind) == ("v1", "ConfigMap")


@pytest.mark.parametrize(
    ("resource", "wire", "text"),
    [
        pytest.param(
            CONFIG_MAPS,
            config_map(metadata={"name": "a", "labels": {"x": 1}}),
            'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot '
            "unmarshal number into Go struct field ObjectMeta.metadata.labels of type "
            "string",
            id="wrong type",
        ),
        pytest.param(
            CONFIG_MAPS,
            config_map(kind="Pod"),
            'Pod in version "v1" cannot be handled as a ConfigMap: converting (v1.Pod) '
            "to (core.ConfigMap): unknown conversion",
            id="other kind",
        ),
        pytest.param(
            CONFIG_MAPS,
            config_map(kind="Moon"),
            'Moon in version "v1" cannot be handled as a ConfigMap: no kind "Moon" is '
            'registered for version "v1" in scheme '
            '"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"',
            id="unknown kind",
        ),
        pytest.param(
            CONFIG_MAPS,
            config_map(apiVersion="v2"),
            "the API version in the data (v2) does not match the expected API version "
            "(v1)",
            id="other version",
        ),
        pytest.param(
            WIDGETS,
            widget(apiVersion="example.com/v2"),
            "the API version in the data (example.com/v2) does not match the expected "
            "API version (example.com/v1)",
            id="other version of a custom resource",
        ),
        pytest.param(
            WIDGETS,
            {"apiVersion": "example.com/v1"},
            "the object provided is unrecognized (must be of type Widget): Object "
            "'Kind' is missing in '{\"apiVersion\":\"example.com/v1\"}' "
            '({"apiVersion":"example.com/v1" ...)',
            id="custom resource without kind",
        ),
        pytest.param(
            CONFIG_MAPS,
            [],
            "the object provided is unrecognized (must be of type ConfigMap): couldn't "
            "get version/kind; json parse error: json: cannot unmarshal array into Go "
            'value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\"'
            '"; Kind string "json:\\"kind,omitempty\\"" } (5b5d)',
            id="no object",
        ),
    ],
)
def test_bodies_that_cannot_be(server, resource, wire, text):
    """What cannot be decoded is refused in the decoder's words."""
    refusal = server.refused("create", resource, body=wire)

    assert refusal == Status(400, "BadRequest", text)


def test_other_kind_of_custom_resource(server):
    """A custom resource of another kind is invalid, not undecodable."""
    refusal = server.refused("create", WIDGETS, body=widget(kind="Gadget"))

    body = 'Invalid value: "Gadget": must be Widget'
    assert refusal == Status(
        422,
        "Invalid",
        f'Widget.example.com "a" is invalid: kind: {body}',
        (StatusCause("FieldValueInvalid", body, "kind"),),
        {"name": "a", "group": "example.com", "kind": "Widget"},
    )


def test_values_are_judged_as_well(server):
    """A value of another kind is refused like raw JSON of another kind."""
    body = server.wanted(PODS, "a")

    assert server.refused("create", CONFIG_MAPS, body=body).code == 400


class Extension:
    """An extension server that answers a create with what was sent."""

    def __init__(self):
        """Remember the requests."""
        self.requests = []

    def handle(self, request):
        """Carry out *request*."""
        if request.verb == "discover":
            return Response(200, ())
        self.requests.append(request)
        return Response(201, request.body)


def test_aggregated_resources_are_judged_elsewhere(server):
    """What an extension server gets is the request as it came, raw body included."""
    extension = Extension()
    server.server.aggregator.connect("default", "ext", extension)
    meta = ObjectMeta(namespace="default", name="ext")
    spec = {"type": "ExternalName", "externalName": "localhost"}
    server.server.bring(KubeObject("v1", "Service", meta, {"spec": spec}))
    spec = {
        "group": "ext.io",
        "version": "v1",
        "service": {"namespace": "default", "name": "ext", "port": 443},
        "groupPriorityMinimum": 100,
        "versionPriority": 1,
    }
    registration = GroupVersionResource("apiregistration.k8s.io", "v1", "apiservices")
    server.create(registration, "v1.ext.io", spec=spec)
    server.pass_time(1)
    wire = {"anything": ["goes"]}

    tokens = GroupVersionResource("ext.io", "v1", "tokens")
    answer = server.send("create", tokens, body=wire, dry_run=True)

    assert (answer.code, answer.body) == (201, wire)
    request = extension.requests[-1]
    assert (request.user, request.body, request.dry_run) == ("admin", wire, True)
