"""What clients state of an object: its version, its generation, its kind."""

import pytest

from gcmodel import ApiError, Cluster, ConflictError, InvalidError

CONFIG_MAP = ("v1", "ConfigMap", "a")
ROLE = "rbac.authorization.k8s.io/v1"


def wire(kind="ConfigMap", api_version="v1", **metadata):
    """Return an object named a, as it is sent."""
    meta = {"name": "a", **metadata}
    return {"apiVersion": api_version, "kind": kind, "metadata": meta}


@pytest.fixture(name="cluster")
def _cluster():
    return Cluster("1.20")


def patch(cluster, **metadata):
    """Patch the metadata of a."""
    return cluster.patch(*CONFIG_MAP, patch={"metadata": metadata})


def update(cluster, **metadata):
    """Replace a."""
    found = cluster.get(*CONFIG_MAP)
    names = {"resourceVersion": "resource_version"}
    changes = {names.get(name, name): value for name, value in metadata.items()}
    return cluster.update(found.with_metadata(**changes))


# Versions

UNREADABLE = [
    ("abc", "invalid syntax"),
    ("-1", "invalid syntax"),
    ("+1", "invalid syntax"),
    ("1_0", "invalid syntax"),
    ("0x1", "invalid syntax"),
    (" 1", "invalid syntax"),
    (str(2**64), "value out of range"),
    ("9" * 5000, "value out of range"),
]


@pytest.mark.parametrize("change", [patch, update])
@pytest.mark.parametrize(("version", "problem"), UNREADABLE)
def test_change_of_an_unreadable_version_is_a_raw_error(
    cluster, change, version, problem
):
    """What Go says about the number reaches the client as it is, without a reason."""
    cluster.create(wire())
    with pytest.raises(ApiError) as caught:
        change(cluster, resourceVersion=version)

    status = caught.value.status
    assert (status.code, status.reason) == (500, "")
    assert status.message == (f'strconv.ParseUint: parsing "{version}": {problem}')


@pytest.mark.parametrize("change", [patch, update])
@pytest.mark.parametrize("version", [str(2**64 - 1), "1"])
def test_change_of_another_version_is_a_conflict(cluster, change, version):
    """A number that can be read is held against the stored one."""
    cluster.create(wire())
    with pytest.raises(ConflictError, match="the object has been modified"):
        change(cluster, resourceVersion=version)


@pytest.mark.parametrize("change", [patch, update])
def test_versions_are_compared_as_numbers(cluster, change):
    """Leading zeros say nothing."""
    stored = cluster.create(wire())
    version = f"00{stored.metadata.resource_version}"

    assert change(cluster, resourceVersion=version, labels={"x": "y"}).metadata.labels


@pytest.mark.parametrize("version", ["0", "00", "abc", str(2**64)])
def test_create_with_a_version_that_says_nothing(cluster, version):
    """Only a number that is a version must not be set on what is created."""
    created = cluster.create(wire(resourceVersion=version))
    assert created.metadata.resource_version.isdigit()


def test_update_that_would_create_reads_the_version(cluster):
    """A PUT of a missing role fails as one of a role that is there."""
    role = cluster.create(wire("ClusterRole", ROLE))
    cluster.delete(role)
    unread = role.with_metadata(resource_version="abc", uid="")
    with pytest.raises(ApiError, match="invalid syntax"):
        cluster.update(unread)


# Generations

UNCOUNTED = [
    ("v1", "ConfigMap", {}),
    ("v1", "Secret", {}),
    (ROLE, "ClusterRole", {}),
    ("v1", "Pod", {"spec": {"containers": [{"name": "c", "image": "i"}]}}),
]
COUNTED = ("scheduling.k8s.io/v1", "PriorityClass", {"value": 1})


@pytest.mark.parametrize(("api_version", "kind", "body"), UNCOUNTED)
def test_generation_of_an_uncounted_kind_is_the_clients(
    cluster, api_version, kind, body
):
    """Where no strategy sets a generation, the one that is sent is kept."""
    sent = wire(kind, api_version, generation=7, finalizers=["x/y"])
    assert cluster.create(sent | body).metadata.generation == 7

    cluster.delete(api_version, kind, "a")
    assert cluster.get(api_version, kind, "a").metadata.generation == 8


def test_generation_of_a_counted_kind_is_the_servers(cluster):
    """A kind whose changes are counted begins with one, whatever is sent."""
    api_version, kind, body = COUNTED
    for generation in (7, -1):
        sent = wire(kind, api_version, generation=generation) | body
        created = cluster.create(sent)
        assert created.metadata.generation == 1
        cluster.delete(created)


def test_generation_is_not_negative(cluster):
    """A generation that is kept is judged."""
    with pytest.raises(InvalidError) as caught:
        cluster.create(wire(generation=-1))

    assert caught.value.message == (
        'ConfigMap "a" is invalid: metadata.generation: Invalid value: -1: must be '
        "greater than or equal to 0"
    )


@pytest.mark.parametrize("change", [patch, update])
@pytest.mark.parametrize("generation", [12, -1])
def test_generation_is_not_changed_by_clients(cluster, change, generation):
    """After the creation the stored generation counts."""
    cluster.create(wire(generation=7))

    changed = change(cluster, generation=generation, labels={"x": "y"})
    assert changed.metadata.generation == 7


# Kinds

SCHEME = 'in scheme "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"'
CONVERTING = "converting (v1.Secret) to (core.ConfigMap): unknown conversion"
WRONG = [
    ({"kind": "Secret"}, CONVERTING),
    (
        {"apiVersion": "v2"},
        f'no kind "ConfigMap" is registered for version "v2" {SCHEME}',
    ),
    (
        {"apiVersion": "v2", "kind": "Secret"},
        f'no kind "Secret" is registered for version "v2" {SCHEME}',
    ),
]


@pytest.mark.parametrize("language", ["merge", "json"])
@pytest.mark.parametrize(("change", "problem"), WRONG)
def test_patch_to_another_kind_is_invalid(cluster, language, change, problem):
    """The patched JSON is read by the kind that it states, and then converted."""
    cluster.create(wire())
    body = change
    if language == "json":
        body = [
            {"op": "replace", "path": f"/{key}", "value": value}
            for key, value in change.items()
        ]
    with pytest.raises(InvalidError) as caught:
        cluster.patch(*CONFIG_MAP, patch=body, type=language)

    message = caught.value.message
    assert message.startswith(' "" is invalid: patch: Invalid value: "{')
    assert message.endswith(f'}}": {problem}')


@pytest.mark.parametrize("change", [change for change, _ in WRONG])
def test_strategic_patch_cannot_change_the_kind(cluster, change):
    """A strategic merge is made on an object of the kind, whatever it states."""
    cluster.create(wire())

    patched = cluster.patch(*CONFIG_MAP, patch=change, type="strategic")
    assert (patched.api_version, patched.kind) == ("v1", "ConfigMap")


@pytest.mark.parametrize("change", [{"kind": None}, {"kind": ""}, {"apiVersion": "v1"}])
def test_patch_that_states_no_other_kind_is_taken(cluster, change):
    """A kind that is left out is that of the resource."""
    cluster.create(wire())
    assert cluster.patch(*CONFIG_MAP, patch=change).kind == "ConfigMap"


def test_patch_may_state_another_version_of_the_kind(cluster):
    """What can be converted is of the kind."""
    role = cluster.create(wire("ClusterRole", ROLE))
    version = "rbac.authorization.k8s.io/v1beta1"

    patched = cluster.patch(role, patch={"apiVersion": version})
    assert patched.api_version == ROLE
