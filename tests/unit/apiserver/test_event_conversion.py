"""Events: one object, shown in the form of whichever group is asked."""

import pytest

from gcmodel import Cluster

CORE = {
    "involvedObject": {"kind": "ConfigMap", "namespace": "default", "name": "a"},
    "message": "so",
    "source": {"component": "test"},
    "firstTimestamp": "2021-01-01T00:00:00Z",
    "lastTimestamp": "2021-01-02T00:00:00Z",
    "count": 3,
    "reportingComponent": "test/reporter",
    "reason": "Told",
    "type": "Normal",
}
NEW = {
    "regarding": CORE["involvedObject"],
    "note": "so",
    "deprecatedSource": CORE["source"],
    "deprecatedFirstTimestamp": "2021-01-01T00:00:00Z",
    "deprecatedLastTimestamp": "2021-01-02T00:00:00Z",
    "deprecatedCount": 3,
    "reportingController": "test/reporter",
    "reason": "Told",
    "type": "Normal",
}
FORMS = {"v1": CORE, "events.k8s.io/v1": NEW, "events.k8s.io/v1beta1": NEW}


def cluster_with(version):
    """Return a cluster with one Event that was written at *version*."""
    cluster = Cluster("1.20")
    place = {"name": "e", "namespace": "default"}
    made = {"apiVersion": version, "kind": "Event", "metadata": place}
    cluster.create(made | FORMS[version])
    return cluster


@pytest.mark.parametrize("read", FORMS)
@pytest.mark.parametrize("written", FORMS)
def test_event_is_shown_in_the_form_that_is_asked_for(written, read):
    """Get and list give the fields the names of their group, and keep all values."""
    cluster = cluster_with(written)

    found = cluster.get(read, "Event", "e")
    assert (found.api_version, found.body) == (read, FORMS[read])
    assert cluster.list(read, "Event", namespace="default") == [found]


@pytest.mark.parametrize("read", FORMS)
@pytest.mark.parametrize("written", FORMS)
def test_event_may_be_changed_in_either_form(written, read):
    """A patch names the fields of the form that it is sent to."""
    cluster = cluster_with(written)
    field = "message" if read == "v1" else "note"
    cluster.patch(read, "Event", "e", patch={field: "otherwise"})

    changed = cluster.get(written, "Event", "e").body
    assert sorted(changed) == sorted(FORMS[written])
    assert "otherwise" in changed.values()


@pytest.mark.parametrize("written", FORMS)
@pytest.mark.parametrize("seen", FORMS)
def test_event_is_watched_in_the_form_that_is_asked_for(written, seen):
    """A watch shows what a get would."""
    cluster = cluster_with(written)
    watch = cluster.watch(seen, "Event", namespace="default")
    cluster.patch(seen, "Event", "e", patch={"metadata": {"labels": {"x": "y"}}})

    assert [one.object.body for one in watch.drain()] == [FORMS[seen]]
