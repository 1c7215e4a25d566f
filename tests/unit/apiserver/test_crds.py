"""CustomResourceDefinitions: what they say, which names they get, how they convert."""

import attrs
import pytest

from gcmodel.apiserver.crd_conversion import (
    WebhookRejection,
    WebhookUnreachable,
    convert,
)
from gcmodel.apiserver.crds import (
    CLEANUP_FINALIZER,
    Crd,
    WebhookTarget,
    begin_deletion,
    create_while_terminating,
    name_conflict,
    with_names_judged,
)
from gcmodel.errors import ApiError
from gcmodel.objects.identity import GroupResource, GroupVersion
from gcmodel.objects.metadata import KubeObject, ObjectMeta

V1, V2 = GroupVersion("example.com", "v1"), GroupVersion("example.com", "v2")
WEBHOOK = {
    "strategy": "Webhook",
    "webhook": {
        "clientConfig": {
            "service": {"namespace": "ops", "name": "converter", "path": "/convert"}
        }
    },
}


def _definition(plural="widgets", kind="Widget", conversion=None, group="example.com"):
    names = {"plural": plural, "kind": kind, "shortNames": ["wd"]}
    versions = [
        {"name": "v1", "served": True, "storage": True},
        {
            "name": "v2",
            "served": True,
            "storage": False,
            "subresources": {"status": {}},
        },
        {"name": "v3", "served": False, "storage": False},
    ]
    spec = {
        "group": group,
        "names": names,
        "scope": "Namespaced",
        "versions": versions,
        "conversion": conversion or {"strategy": "None"},
    }
    return KubeObject(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        ObjectMeta(name=f"{plural}.{group}"),
        {"spec": spec},
    )


def _widget(version="v1"):
    return KubeObject(
        f"example.com/{version}",
        "Widget",
        ObjectMeta(namespace="default", name="w", uid="u", labels={"a": "b"}),
        {"spec": {"size": 1}},
    )


def _conditions(stored):
    return {
        wire["type"]: (wire["status"], wire["reason"], wire["message"])
        for wire in stored.status["conditions"]
    }


def test_names_without_rivals_are_accepted():
    """A definition alone in its group is established, with its names filled in."""
    judged = with_names_judged(_definition(), [], 0)

    assert _conditions(judged) == {
        "NamesAccepted": ("True", "NoConflicts", "no conflicts found"),
        "Established": (
            "True",
            "InitialNamesAccepted",
            "the initial names have been accepted",
        ),
    }
    assert judged.status["acceptedNames"] == {
        "plural": "widgets",
        "kind": "Widget",
        "shortNames": ["wd"],
        "listKind": "WidgetList",
        "singular": "widget",
    }
    assert judged.status["storedVersions"] == ["v1"]


FREE = {
    "plural": "others",
    "singular": "other",
    "shortNames": ["o"],
    "kind": "Other",
    "listKind": "OtherList",
}


@pytest.mark.parametrize(
    ("names", "conflict"),
    [
        ({"plural": "widgets"}, ("PluralConflict", "widgets")),
        ({"singular": "widget"}, ("SingularConflict", "widget")),
        ({"singular": "wd"}, ("SingularConflict", "wd")),
        ({"shortNames": ["o", "wd"]}, ("ShortNamesConflict", "wd")),
        ({"kind": "Widget"}, ("KindConflict", "Widget")),
        ({"listKind": "WidgetList"}, ("ListKindConflict", "WidgetList")),
        # What is judged later is what is said.
        (
            {"plural": "widgets", "singular": "widget"},
            ("SingularConflict", "widget"),
        ),
        (
            {"plural": "widgets", "shortNames": ["wd"]},
            ("ShortNamesConflict", "wd"),
        ),
        ({"plural": "widgets", "kind": "Widget"}, ("KindConflict", "Widget")),
        (
            {"kind": "Widget", "listKind": "WidgetList"},
            ("ListKindConflict", "WidgetList"),
        ),
    ],
)
def test_taken_name_is_not_established(names, conflict):
    """Whoever comes second to a name is not served; the last conflict is told."""
    first = Crd.of(with_names_judged(_definition(), [], 0))
    second = _definition().with_metadata(name="second.example.com")
    second = second.with_body(spec={**second.spec, "names": FREE | names})
    reason, name = conflict
    conflict = reason, f'"{name}" is already in use'

    judged = with_names_judged(second, [first], 0)

    assert _conditions(judged) == {
        "NamesAccepted": ("False", *conflict),
        "Established": ("False", "NotAccepted", "not all names are accepted"),
    }


def test_short_names_that_are_taken_are_told_together():
    """Several conflicts of one sort make one message."""
    first = Crd.of(with_names_judged(_definition(), [], 0))
    names = {**FREE, "shortNames": ["wd", "o", "widgets"]}
    second = _definition().with_metadata(name="second.example.com")
    second = Crd.of(second.with_body(spec={**second.spec, "names": names}))

    assert name_conflict(second, [first]) == (
        "ShortNamesConflict",
        '["wd" is already in use, "widgets" is already in use]',
    )


def test_names_belong_to_a_group():
    """The same names in another group do not conflict."""
    first = Crd.of(with_names_judged(_definition(), [], 0))
    second = Crd.of(_definition(group="example.org"))

    assert name_conflict(second, [first]) is None


def test_established_definition_survives_a_conflict():
    """What is established once stays established."""
    rival = Crd.of(with_names_judged(_definition(), [], 0))
    rival = attrs.evolve(rival, name="rival.example.com")
    mine = with_names_judged(_definition(), [], 0)

    judged = _conditions(with_names_judged(mine, [rival], 60))

    assert (judged["NamesAccepted"][0], judged["Established"][0]) == ("False", "True")


def test_served_versions_become_resources():
    """Each served version is a resource of its own over one storage."""
    types = list(Crd.of(_definition()).resource_types())

    assert [(one.version, one.has_status, one.storage) for one in types] == [
        ("v1", False, GroupResource("example.com", "widgets")),
        ("v2", True, GroupResource("example.com", "widgets")),
    ]
    assert {
        (one.built_in, one.supports_strategic_merge, one.allows_unconditional_update)
        for one in types
    } == {(False, False, False)}


def test_old_form_is_read():
    """A v1beta1 definition names one version and its webhook elsewhere."""
    service = {"namespace": "ops", "name": "converter"}
    spec = {
        "group": "example.com",
        "version": "v1",
        "names": {"plural": "widgets", "kind": "Widget"},
        "scope": "Cluster",
        "subresources": {"status": {}},
        "conversion": {
            "strategy": "Webhook",
            "webhookClientConfig": {"service": service},
        },
    }

    crd = Crd.of(_definition().with_body(spec=spec))

    assert (crd.namespaced, crd.storage_version, crd.webhook) == (
        False,
        V1,
        WebhookTarget("ops", "converter"),
    )
    assert [(one.version, one.has_status) for one in crd.resource_types()] == [
        ("v1", True)
    ]


def test_first_delete_adds_the_cleanup_finalizer():
    """A definition waits for its instances before it goes."""
    going = begin_deletion(_definition(), 7)

    assert going.metadata.finalizers == (CLEANUP_FINALIZER,)
    assert going.metadata.deletion_timestamp == 7
    assert _conditions(going)["Terminating"] == (
        "True",
        "InstanceDeletionPending",
        "CustomResourceDefinition marked for deletion; CustomResource deletion will "
        "begin soon",
    )


def test_create_while_terminating_is_405():
    """Nothing new appears under a definition that is going."""
    refusal = create_while_terminating(GroupResource("example.com", "widgets"))

    assert (refusal.code, refusal.reason, str(refusal)) == (
        405,
        "MethodNotAllowed",
        "create not allowed while custom resource definition is terminating",
    )


def test_strategy_none_changes_the_version_only():
    """Without a webhook nothing but apiVersion changes."""
    converted = convert(_widget(), V2, Crd.of(_definition()))

    assert converted == attrs.evolve(_widget(), api_version="example.com/v2")


def test_object_in_the_version_is_not_sent():
    """A webhook that is down does not matter to what needs no conversion."""
    crd = Crd.of(_definition(conversion=WEBHOOK))

    assert convert(_widget(), V1, crd) == _widget()


def test_webhook_converts():
    """What the webhook returns is served, with the stored metadata."""
    crd = Crd.of(_definition(conversion=WEBHOOK))

    def webhook(stored, to):
        renamed = stored.with_metadata(labels={"c": "d"}, finalizers=("x/y",))
        return [attrs.evolve(renamed, api_version=to, body={"spec": {"width": 1}})]

    converted = convert(_widget(), V2, crd, webhook)

    assert converted == KubeObject(
        "example.com/v2",
        "Widget",
        attrs.evolve(_widget().metadata, labels={"c": "d"}),
        {"spec": {"width": 1}},
    )


def _down(stored, to):  # noqa: ARG001
    raise WebhookUnreachable("dial tcp 10.0.0.9:443: connect: connection refused")


def _rejects(stored, to):  # noqa: ARG001
    raise WebhookRejection("size is not a number")


def _returns(**changes):
    def webhook(stored, to):
        return [attrs.evolve(stored, **{"api_version": to, **changes})]

    return webhook


def _renames(stored, to):
    renamed = stored.with_metadata(name="x")
    return [attrs.evolve(renamed, api_version=to)]


PREFIX = "conversion webhook for example.com/v1, Kind=Widget "
URL = "https://converter.ops.svc:443/convert?timeout=30s"


@pytest.mark.parametrize(
    ("webhook", "text"),
    [
        pytest.param(
            _down,
            f'failed: Post "{URL}": dial tcp 10.0.0.9:443: connect: connection refused',
            id="F3",
        ),
        pytest.param(
            None, f'failed: Post "{URL}": service "converter" not found', id="F3-B1"
        ),
        pytest.param(_rejects, "failed: size is not a number", id="F4-rejected"),
        pytest.param(
            lambda stored, to: [],  # noqa: ARG005
            "returned 0 objects, expected 1",
            id="F4-count",
        ),
        pytest.param(
            _returns(api_version="example.com/v3"),
            "returned invalid object at index 0: invalid groupVersion (expected "
            "example.com/v2, received example.com/v3)",
            id="F4-version",
        ),
        pytest.param(
            _returns(kind="Gadget"),
            "returned invalid object at index 0: invalid kind (expected Widget, "
            "received Gadget)",
            id="F4-kind",
        ),
        pytest.param(
            _renames,
            "returned invalid object: must have the same name: w != x",
            id="F4-name",
        ),
    ],
)
def test_failing_webhook_is_named(webhook, text):
    """A conversion that fails is a raw 500 that names the stored version."""
    crd = Crd.of(_definition(conversion=WEBHOOK))

    with pytest.raises(ApiError) as caught:
        convert(_widget(), V2, crd, webhook)

    failure = caught.value
    assert (failure.code, failure.reason, str(failure)) == (500, "", PREFIX + text)


@pytest.mark.parametrize(
    ("source", "to", "text"),
    [
        pytest.param(
            "v0", V1, "from an invalid group/version: example.com/v0", id="F5"
        ),
        pytest.param(
            "v1",
            GroupVersion("example.com", "v9"),
            "to an invalid group/version: example.com/v9",
            id="F5-target",
        ),
    ],
)
def test_version_that_is_not_listed_cannot_be_read(source, to, text):
    """What is stored in a version that the definition dropped is beyond reach."""
    with pytest.raises(ApiError) as caught:
        convert(_widget(source), to, Crd.of(_definition()))

    failure = caught.value
    assert (failure.code, failure.reason) == (500, "")
    assert str(failure) == f"request to convert CR {text}"
