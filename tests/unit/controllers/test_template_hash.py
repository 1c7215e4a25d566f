"""The hash in the names of ReplicaSets, held to names that a real 1.20.2 gave."""

import pytest

from gcmodel.controllers.template_hash import (
    fnv_1_32,
    fnv_1a_32,
    safe_encode,
    template_hash,
)


def template(app):
    """Return the template of the recordings, as a user writes it."""
    container = {"name": "c", "image": "example.invalid/agent:1"}
    return {"metadata": {"labels": {"app": app}}, "spec": {"containers": [container]}}


RECORDED = {
    "a": "56f88c99c4",
    "app": "7ffdf578fd",
    "b": "846d7fbdd5",
    "c": "547c554dc6",
    "d": "5bfc7f9cc9",
    "fg": "66cbb9bbc8",
    "fleet-agent": "5d56cc98f9",
    "orp": "7775ffdc46",
    "web": "554d6dd95c",
    "x": "7c6b9cbd5f",
    "y": "657488c558",
    "z": "7775c854b9",
}


@pytest.mark.parametrize(("app", "ending"), RECORDED.items())
def test_recorded_endings(app, ending):
    """The hash of a template is the one that a real cluster put into the name."""
    assert template_hash(template(app), None, 20) == ending


def test_recorded_collisions():
    """Each collision count gives the name that a real cluster tried next."""
    found = [template_hash(template("fleet-agent"), count, 20) for count in range(1, 5)]

    assert found == ["74686f54cd", "589cb6db89", "85d9f7794d", "6b5f6c54c9"]


def test_defaults_are_filled_in():
    """A template with the server's defaults hashes as one without."""
    plain = template("web")
    container = plain["spec"]["containers"][0] | {
        "resources": {},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
    }
    spec = {
        "containers": [container],
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "securityContext": {},
        "schedulerName": "default-scheduler",
    }
    metadata = plain["metadata"] | {"creationTimestamp": None}
    filled = {"metadata": metadata, "spec": spec}

    assert template_hash(filled, 3, 20) == template_hash(plain, 3, 20)


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("agent", "Always"),
        ("agent:latest", "Always"),
        ("registry:5000/agent", "Always"),
        ("agent:1", "IfNotPresent"),
        ("agent@sha256:0", "IfNotPresent"),
    ],
)
def test_pull_policy_follows_the_image(image, policy):
    """An image without tag or digest is always pulled, and hashes so."""
    said = template("web")
    said["spec"]["containers"] = [{"name": "c", "image": image}]
    explicit = template("web")
    explicit["spec"]["containers"] = [
        {"name": "c", "image": image, "imagePullPolicy": policy}
    ]

    assert template_hash(said, None, 20) == template_hash(explicit, None, 20)


def test_no_count_differs_from_zero():
    """A Deployment that has met no collision hashes apart from one that counts zero."""
    assert template_hash(template("web"), None, 20) != template_hash(
        template("web"), 0, 20
    )


def test_new_fields_change_the_hash():
    """A release that adds a field to Pods renames every ReplicaSet to come."""
    endings = {
        template_hash(template("web"), None, minor) for minor in (22, 23, 25, 26)
    }

    assert len(endings) == 4


@pytest.mark.parametrize(
    "extra",
    [
        {"volumes": [{"name": "v", "emptyDir": {}}]},
        {"nodeSelector": {"a": "b"}},
        {"hostNetwork": True},
        {"priority": 7},
    ],
)
def test_everything_counts(extra):
    """Whatever a template says shows in its hash."""
    said = template("web")
    said["spec"] = said["spec"] | extra

    assert template_hash(said, None, 28) != template_hash(template("web"), None, 28)


def test_empty_slices_and_maps_print_apart():
    """A list that is there but empty is not one that is not there."""
    said = template("web")
    said["spec"] = said["spec"] | {"tolerations": []}

    assert template_hash(said, None, 28) != template_hash(template("web"), None, 28)


def test_hashes_are_the_published_ones():
    """Both hash functions give the published values for a known text."""
    assert (fnv_1a_32(b"foobar"), fnv_1_32(b"foobar")) == (0xBF9CF968, 0x31F0B262)


def test_safe_encoding():
    """Digits become letters and digits that form no words."""
    assert safe_encode("0123456789") == "456789bcdf"
