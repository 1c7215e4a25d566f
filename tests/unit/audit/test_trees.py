"""Folders: what is read, what is passed over, and what is told."""

import os

import pytest
import yaml

from gcmodel.audit import load
from gcmodel.errors import UsageError
from tests.unit.audit.samples import a_list, an_object, as_kubectl_prints, gzipped


def write(folder, files):
    """Write *files*, contents by path."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def test_tree_of_a_must_gather_is_read(tmp_path):
    """Lists and single objects at any depth are read, logs are not."""
    web, pod = an_object("web", kind="Deployment"), an_object("pod", owners=["web"])
    write(
        tmp_path,
        {
            "namespaces/ns/apps/deployments.yaml": yaml.safe_dump(a_list(web)),
            "namespaces/ns/core/pods.yaml": yaml.safe_dump(a_list(pod)),
            "namespaces/ns/pods/pod/pod.yaml": "---\n" + yaml.safe_dump(pod),
            "namespaces/ns/pods/pod/logs/current.log": "{ no dump",
            "cluster-scoped-resources/core/nodes/n.json": as_kubectl_prints(
                an_object("n", kind="Node")
            ),
            "cluster-scoped-resources/x.JSON.GZ": gzipped(
                as_kubectl_prints(an_object("x"))
            ),
            "event-filter.html": "<html>",
            "version": "4.14",
        },
    )

    dump = load(tmp_path)

    assert [node.uid for node in dump.graph] == ["uid-x", "uid-n", "uid-web", "uid-pod"]
    assert (dump.read, dump.repeated, dump.bad) == (5, 1, 0)


def test_broken_dump_in_a_tree_is_told(tmp_path):
    """A file that looks like a dump by its name is never passed over in silence."""
    write(tmp_path, {"a.yaml": "kind: [", "b.json": as_kubectl_prints(an_object("b"))})

    with pytest.raises(UsageError, match=r"a\.yaml:1: the manifest is not YAML"):
        load(tmp_path)


def test_other_object_of_the_same_uid_is_told(tmp_path):
    """An object may be in several files, but a UID belongs to one object."""
    other = an_object("b", uid="uid-a")
    write(
        tmp_path,
        {
            "1.json": as_kubectl_prints(an_object("a")),
            "2.json": as_kubectl_prints(other),
        },
    )

    with pytest.raises(
        UsageError, match=r"2\.json: byte 0: metadata.uid is the string"
    ):
        load(tmp_path)


def test_object_under_two_groups_is_one():
    """What a server shows under two API groups is counted as read before."""
    from tests.unit.audit.samples import read

    event = an_object("e", kind="Event")
    again = {**event, "apiVersion": "events.k8s.io/v1"}

    dump = read(as_kubectl_prints(a_list(event, again)))

    assert (len(dump.graph), dump.read, dump.repeated) == (1, 2, 1)


def test_folder_without_dumps_is_refused(tmp_path):
    """A folder in which nothing can be read is a mistake of the caller."""
    write(tmp_path, {"a.log": "x"})

    for skip_bad in (False, True):
        with pytest.raises(UsageError, match="no dump in it: must hold files that end"):
            load(tmp_path, skip_bad=skip_bad)


def test_pipe_in_a_folder_is_not_opened(tmp_path):
    """It might never end, so it is told instead."""
    os.mkfifo(tmp_path / "a.json")
    write(tmp_path, {"b.json": as_kubectl_prints(an_object("b"))})

    with pytest.raises(UsageError, match="is no file but a pipe or a device; give it"):
        load(tmp_path)
    dump = load(tmp_path, skip_bad=True)
    assert (dump.read, dump.bad) == (1, 1)


def test_link_that_leads_nowhere_is_told(tmp_path):
    """A file that cannot be read is bad, and the others are read."""
    (tmp_path / "a.json").symlink_to(tmp_path / "nowhere")
    write(tmp_path, {"b.json": as_kubectl_prints(an_object("b"))})

    with pytest.raises(UsageError, match=r"a\.json: cannot be read \(No such file"):
        load(tmp_path)
    assert load(tmp_path, skip_bad=True).read == 1


def test_folders_that_are_links_are_read_once(tmp_path):
    """A link to a folder elsewhere is followed; one that leads back ends."""
    outside, inside = tmp_path / "outside", tmp_path / "dump"
    write(outside, {"a.json": as_kubectl_prints(an_object("a"))})
    write(inside, {"sub/b.json": as_kubectl_prints(an_object("b"))})
    (inside / "link").symlink_to(outside, target_is_directory=True)
    (inside / "sub" / "up").symlink_to(inside, target_is_directory=True)

    dump = load(inside)

    assert (sorted(node.name for node in dump.graph), dump.repeated) == (["a", "b"], 0)
