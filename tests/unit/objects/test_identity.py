"""Names of groups, kinds and objects, written as Go writes them."""

import pytest
from hypothesis import given, strategies as st

from gcmodel.objects.identity import (
    GroupKind,
    GroupResource,
    GroupVersion,
    GroupVersionKind,
    GroupVersionResource,
    ObjectReference,
    Uid,
)


@pytest.mark.parametrize(
    ("text", "group", "version"),
    [
        ("v1", "", "v1"),
        ("apps/v1", "apps", "v1"),
        ("ext.cattle.io/v1", "ext.cattle.io", "v1"),
        ("", "", ""),
        ("/", "", ""),
        ("/v1", "", "v1"),
        ("apps/", "apps", ""),
        ("a/b/c", "", ""),
    ],
)
def test_parsing_an_api_version(text, group, version):
    """An apiVersion is a version, or a group and a version; else it is empty."""
    assert GroupVersion.parse(text) == (group, version)
    assert GroupVersionKind.of(text, "Pod") == (group, version, "Pod")
    assert GroupVersionResource.of(text, "pods") == (group, version, "pods")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (GroupVersion("", "v1"), "v1"),
        (GroupVersion("apps", "v1"), "apps/v1"),
        (GroupKind("", "Pod"), "Pod"),
        (GroupKind("apps", "Deployment"), "Deployment.apps"),
        (GroupResource("", "pods"), "pods"),
        (GroupResource("apps", "deployments"), "deployments.apps"),
        (GroupVersionKind("", "v1", "Pod"), "/v1, Kind=Pod"),
        (GroupVersionKind("apps", "v1", "Deployment"), "apps/v1, Kind=Deployment"),
        (GroupVersionResource("", "v1", "pods"), "/v1, Resource=pods"),
        (
            GroupVersionResource("ext.cattle.io", "v1", "tokens"),
            "ext.cattle.io/v1, Resource=tokens",
        ),
        (
            ObjectReference("apps/v1", "ReplicaSet", "default", "web", Uid("u1")),
            "[apps/v1/ReplicaSet, namespace: default, name: web, uid: u1]",
        ),
    ],
)
def test_texts_are_those_of_go(value, text):
    """Each identity prints as log lines and errors of Kubernetes print it."""
    assert str(value) == text


def test_parts_of_identities():
    """A resource and a kind at one version can be asked for less of themselves."""
    resource = GroupVersionResource("apps", "v1", "deployments")

    assert resource.group_version == GroupVersion("apps", "v1")
    assert resource.group_resource == GroupResource("apps", "deployments")
    assert GroupVersionKind("apps", "v1", "Deployment").api_version == "apps/v1"
    assert GroupVersionKind("", "v1", "Pod").api_version == "v1"


words = st.text("abc.-1", min_size=1)


@given(st.sampled_from([""]) | words, words)
def test_api_versions_round_trip(group, version):
    """What is written as an apiVersion is read as the same group and version."""
    value = GroupVersion(group, version)

    assert GroupVersion.parse(str(value)) == value
