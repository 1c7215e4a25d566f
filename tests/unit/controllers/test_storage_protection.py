"""Volumes and claims that do not go while somebody uses them."""

import pytest

from gcmodel import Cluster

VOLUME = ("v1", "PersistentVolume", "disk")
CLAIM = ("v1", "PersistentVolumeClaim", "default/data")


def volume(phase="Available"):
    """Return a volume."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": "disk"},
        "spec": {"capacity": {"storage": "1Gi"}},
        "status": {"phase": phase},
    }


def claim():
    """Return a claim."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"]},
    }


def pod(claim_name="data"):
    """Return a Pod that mounts a claim."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "user"},
        "spec": {
            "containers": [{"name": "c", "image": "i"}],
            "volumes": [
                {"name": "v", "persistentVolumeClaim": {"claimName": claim_name}},
                {"name": "w", "emptyDir": {}},
            ],
        },
    }


@pytest.mark.parametrize(("wire", "name"), [(volume(), VOLUME), (claim(), CLAIM)])
def test_unused_ones_go(wire, name):
    """What nobody uses is let go as soon as it is deleted."""
    cluster = Cluster()
    cluster.apply(wire)
    cluster.settle()
    (finalizer,) = cluster.get(*name).metadata.finalizers

    cluster.delete(*name)
    cluster.settle()

    assert finalizer.startswith("kubernetes.io/pv")
    assert not cluster.exists(*name)


def test_a_claim_waits_for_its_pod():
    """A claim in use goes when the Pod has gone, and not before."""
    cluster = Cluster()
    cluster.apply(claim())
    cluster.apply(pod())
    cluster.settle()

    cluster.delete(*CLAIM)
    cluster.run("5m")
    used = cluster.exists(*CLAIM)
    cluster.delete("v1", "Pod", "user")
    cluster.settle()

    assert used
    assert not cluster.exists(*CLAIM)


def test_another_claim_does_not_matter():
    """A Pod keeps only what it mounts."""
    cluster = Cluster()
    cluster.apply(claim())
    cluster.apply(pod("other"))
    cluster.settle()

    cluster.delete(*CLAIM)
    cluster.settle()

    assert not cluster.exists(*CLAIM)


def test_a_pod_without_a_machine_does_not_count():
    """A Pod that nothing runs uses nothing."""
    cluster = Cluster(kubelet=False)
    cluster.apply(claim())
    cluster.apply(pod())
    cluster.settle()

    cluster.delete(*CLAIM)
    cluster.settle()

    assert not cluster.exists(*CLAIM)


def test_a_bound_volume_stays():
    """A volume in use says so itself."""
    cluster = Cluster()
    stored = cluster.apply(volume())
    cluster.admin.update(stored.with_body(status={"phase": "Bound"}), "status")
    cluster.settle()

    cluster.delete(*VOLUME)
    cluster.run("1h")
    held = cluster.get(*VOLUME)
    cluster.admin.update(held.with_body(status={"phase": "Released"}), "status")
    cluster.settle()

    assert held.metadata.being_deleted
    assert not cluster.exists(*VOLUME)


def test_protection_is_put_back():
    """Who takes the finalizer away from a living object finds it there again."""
    cluster = Cluster()
    cluster.apply(claim())
    cluster.settle()

    cluster.patch(*CLAIM, patch={"metadata": {"finalizers": None}})
    cluster.settle()

    assert cluster.get(*CLAIM).metadata.finalizers == ("kubernetes.io/pvc-protection",)
