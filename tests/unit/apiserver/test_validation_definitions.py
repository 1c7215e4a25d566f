"""What the server asks of a CustomResourceDefinition, in its own words."""

import pytest

from gcmodel import Cluster, InvalidError
from gcmodel.apiserver.kind_validation import validate_kind
from gcmodel.apiserver.validation_immutable import validate_immutable
from gcmodel.objects.metadata import KubeObject
from gcmodel.versions.profile import Profile

LABEL = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
    "start with an alphabetic character, and end with an alphanumeric character "
    "(e.g. 'my-name',  or 'abc-123', regex used for validation is "
    "'[a-z]([-a-z0-9]*[a-z0-9])?')"
)
MIXED = f"may have mixed case, but should otherwise match: {LABEL}"
STRUCT = "apiextensions.CustomResourceDefinitionVersion"
SERVICE = {"namespace": "ops", "name": "hook"}


def version(name="v1", *, storage=True):
    """Return an entry of spec.versions."""
    return {"name": name, "served": True, "storage": storage}


def printed(*versions):
    """Return how messages show spec.versions."""
    structs = [
        f'{STRUCT}{{Name:"{name}", Served:true, Storage:{storage}}}'
        for name, storage in versions
    ]
    return f"[]{STRUCT}{{{', '.join(structs)}}}"


def definition(api="v1", status=None, names=None, **spec):
    """Return a good definition of which some fields are changed."""
    good = {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": "widgets", "kind": "Widget"} | (names or {}),
        "versions": [version()],
    }
    return {
        "apiVersion": f"apiextensions.k8s.io/{api}",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": good | spec,
        "status": status or {},
    }


def problems(**changes):
    """Return what is wrong with a good definition that has been changed."""
    return [
        str(error)
        for error in validate_kind(KubeObject.from_dict(definition(**changes)))
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"scope": "Cluster"},
        {"versions": [version(storage=False), version("v2")]},
        {"names": {"singular": "widget", "shortNames": ["wd"], "categories": ["all"]}},
        {"conversion": None},
        {"conversion": {"strategy": "None"}},
        {
            "conversion": {
                "strategy": "Webhook",
                "webhook": {"clientConfig": {"service": SERVICE}},
            }
        },
        {
            "api": "v1beta1",
            "conversion": {"strategy": "Webhook", "webhookClientConfig": {"url": "u"}},
        },
        {"api": "v1beta1", "scope": None},
        {"api": "v1beta1", "versions": None, "version": "v1"},
    ],
)
def test_good(changes):
    """What is just good enough is taken, in either version of the kind."""
    assert problems(**changes) == []


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"group": ""}, ["spec.group: Required value"]),
        (
            {"group": "example"},
            [
                'spec.group: Invalid value: "example": '
                "should be a domain with at least one dot"
            ],
        ),
        ({"scope": None}, ["spec.scope: Required value"]),
        (
            {"scope": "Galactic"},
            [
                'spec.scope: Unsupported value: "Galactic": '
                'supported values: "Cluster", "Namespaced"'
            ],
        ),
        (
            {"versions": [version("V1")]},
            [f'spec.versions[0].name: Invalid value: "V1": {LABEL}'],
        ),
        (
            {"versions": None},
            [
                f"spec.versions: Invalid value: []{STRUCT}(nil): "
                "must have exactly one version marked as storage version"
            ],
        ),
        (
            {"versions": [version(storage=False)]},
            [
                f"spec.versions: Invalid value: {printed(('v1', 'false'))}: "
                "must have exactly one version marked as storage version"
            ],
        ),
        (
            {"versions": [version(), version("v2")]},
            [
                f"spec.versions: Invalid value: "
                f"{printed(('v1', 'true'), ('v2', 'true'))}: "
                "must have exactly one version marked as storage version"
            ],
        ),
        (
            {"versions": [version(), version(storage=False)]},
            [
                f"spec.versions: Invalid value: "
                f"{printed(('v1', 'true'), ('v1', 'false'))}: "
                "must contain unique version names"
            ],
        ),
        (
            {"api": "v1beta1", "version": "v2"},
            [
                'spec.version: Invalid value: "v2": '
                "must match the first version in spec.versions"
            ],
        ),
    ],
)
def test_group_scope_and_versions(changes, wrong):
    """Exactly one version is stored, and each has a name of its own."""
    assert problems(**changes) == wrong


@pytest.mark.parametrize(
    ("names", "wrong"),
    [
        ({"plural": None}, ["spec.names.plural: Required value"]),
        (
            {"kind": None},
            [
                "spec.names.singular: Required value",
                "spec.names.kind: Required value",
                "spec.names.listKind: Required value",
            ],
        ),
        ({"plural": "W"}, [f'spec.names.plural: Invalid value: "W": {LABEL}']),
        ({"singular": "w!"}, [f'spec.names.singular: Invalid value: "w!": {LABEL}']),
        (
            {"kind": "W!", "singular": "w", "listKind": "L"},
            [f'spec.names.kind: Invalid value: "W!": {MIXED}'],
        ),
        ({"listKind": "1"}, [f'spec.names.listKind: Invalid value: "1": {MIXED}']),
        (
            {"listKind": "Widget"},
            [
                'spec.names.listKind: Invalid value: "Widget": '
                "kind and listKind may not be the same"
            ],
        ),
        (
            {"shortNames": ["w", "W"], "categories": ["a", "A"]},
            [
                f'spec.names.shortNames[1]: Invalid value: "W": {LABEL}',
                f'spec.names.categories[1]: Invalid value: "A": {LABEL}',
            ],
        ),
    ],
)
def test_names(names, wrong):
    """Names are labels; of a kind, whatever its case."""
    assert problems(names=names) == wrong


@pytest.mark.parametrize(
    ("conversion", "wrong"),
    [
        ({}, ["strategy: Required value"]),
        (
            {"strategy": "Magic"},
            [
                'strategy: Unsupported value: "Magic": '
                'supported values: "None", "Webhook"'
            ],
        ),
        (
            {"strategy": "Webhook"},
            [
                "webhookClientConfig: Required value: "
                "required when strategy is set to Webhook"
            ],
        ),
        (
            {"strategy": "Webhook", "webhook": {"clientConfig": {}}},
            [
                "webhookClientConfig: Required value: "
                "exactly one of url or service is required"
            ],
        ),
        (
            {
                "strategy": "None",
                "webhook": {"clientConfig": {"service": SERVICE}},
            },
            [
                "webhookClientConfig: Forbidden: "
                "should not be set when strategy is not set to Webhook"
            ],
        ),
    ],
)
def test_conversion(conversion, wrong):
    """A webhook is named if, and only if, it is what converts."""
    assert problems(conversion=conversion) == [
        f"spec.conversion.{text}" for text in wrong
    ]


ESTABLISHED = {
    "conditions": [{"type": "Established", "status": "True"}],
    "storedVersions": ["v1"],
}


def changes(before, after, kubernetes="1.31"):
    """Return what is wrong with a change of a definition."""
    states = [KubeObject.from_dict(definition(**one)) for one in (after, before)]
    profile = Profile.for_version(kubernetes)
    return [str(error) for error in validate_immutable(*states, profile)]


@pytest.mark.parametrize(
    ("change", "path", "always"),
    [
        ({"scope": "Cluster"}, 'spec.scope: Invalid value: "Cluster"', False),
        (
            {"names": {"kind": "Other"}},
            'spec.names.kind: Invalid value: "Other"',
            False,
        ),
        ({"group": "example.org"}, 'spec.group: Invalid value: "example.org"', True),
        ({"names": {"plural": "w"}}, 'spec.names.plural: Invalid value: "w"', True),
    ],
)
def test_what_stays(change, path, always):
    """Group and plural never change; scope and kind stay once established."""
    refusal = [f"{path}: field is immutable"]

    assert changes({}, change) == (refusal if always else [])
    established = {"status": ESTABLISHED}
    assert changes(established, established | change) == refusal


@pytest.mark.parametrize(
    ("kubernetes", "detail"),
    [
        ("1.32", "must appear in spec.versions"),
        (
            "1.33",
            "missing from spec.versions; v1 was previously a storage version, and must "
            "remain in spec.versions until a storage migration ensures no data remains "
            "persisted in v1 and removes v1 from status.storedVersions",
        ),
    ],
)
def test_stored_version_stays_listed(kubernetes, detail):
    """#128746: what may have been stored cannot be dropped; 1.33 says what to do."""
    established = {"status": ESTABLISHED}
    after = established | {"versions": [version("v2")]}
    both = established | {"versions": [version("v2"), version(storage=False)]}

    assert changes(established, both, kubernetes) == []
    assert changes(established, after, kubernetes) == [
        f'status.storedVersions[0]: Invalid value: "v1": {detail}'
    ]


ODD = {
    "no storage version": {"versions": [version(storage=False)]},
    "two storage versions": {"versions": [version(), version("v2")]},
    "no name": {"versions": [version("")]},
    "name that is no label": {"versions": [version("Übung")]},
    "no versions": {"versions": []},
    "null for a version": {"versions": [None]},
    "same name twice": {"versions": [version(), version(storage=False)]},
    "unknown scope": {"scope": "Galactic"},
    "no kind": {"names": {"kind": None}},
    "kind with a space": {"names": {"kind": "a b"}},
}


@pytest.mark.parametrize("changed", ODD.values(), ids=ODD.keys())
def test_odd_definition_does_not_get_in(changed):
    """Neither as a new one nor as a change; time passes as if nothing had been."""
    cluster = Cluster(controllers=(), kubelet=False)
    with pytest.raises(InvalidError):
        cluster.apply(definition(**changed))
    cluster.apply(definition())
    cluster.run("5s")

    with pytest.raises(InvalidError):
        cluster.apply(definition(**changed))
    cluster.run("5s")

    stored = cluster.get(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.example.com"
    )
    assert stored.spec["versions"] == [version()]
