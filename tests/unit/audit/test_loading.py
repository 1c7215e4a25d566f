"""Sources of every form that people have give the same graph."""

import gc
import io
import json
import os

import pytest
import yaml

from gcmodel.audit import load
from gcmodel.errors import UsageError
from tests.unit.audit.samples import (
    FAMILY,
    a_list,
    an_object,
    as_kubectl_prints,
    compact,
    gzipped,
    read,
    told,
)

WANTED = told(read(compact(a_list(*FAMILY))))
KUBECTL = as_kubectl_prints(a_list(*FAMILY))
UNTYPED = [{key: one[key] for key in ("metadata", "spec")} for one in FAMILY]
WATCH = [{"type": "ADDED", "object": one} for one in FAMILY]

SERVER_ORDER = {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": UNTYPED}
FORMS = {
    "kubectl": KUBECTL,
    "jq": json.dumps(a_list(*FAMILY), indent=2),
    "tabs": json.dumps(a_list(*FAMILY), indent="\t"),
    "kind first": json.dumps({"kind": "List", **a_list(*FAMILY)}, indent=4),
    "typed list": as_kubectl_prints(a_list(*UNTYPED, kind="PodList")),
    "typed list of a server": compact(SERVER_ORDER),
    "typed list, compact": compact(a_list(*UNTYPED, kind="PodList")),
    "JSON Lines": "\n".join(map(compact, FAMILY)),
    "JSON Lines, other order": "\n".join(
        compact(dict(sorted(one.items(), reverse=True))) for one in FAMILY
    ),
    "objects one by one": "\n".join(map(as_kubectl_prints, FAMILY)),
    "lists one by one": "\n".join(as_kubectl_prints(a_list(one)) for one in FAMILY),
    "watch": "".join(map(as_kubectl_prints, WATCH)),
    "watch of a server": "\n".join(map(compact, WATCH)),
    "watch in YAML": yaml.safe_dump_all(WATCH),
    "YAML list": yaml.safe_dump(a_list(*FAMILY)),
    "YAML typed list": yaml.safe_dump(a_list(*UNTYPED, kind="PodList")),
    "YAML list, flow": yaml.safe_dump(a_list(*FAMILY), default_flow_style=True),
    "YAML documents": yaml.safe_dump_all(FAMILY),
    "YAML, with CRs": yaml.safe_dump(a_list(*FAMILY)).replace("\n", "\r\n"),
    "YAML, indented list": "kind: List\napiVersion: v1\nitems:\n"
    + "".join(f"  - {compact(one)}\n" for one in FAMILY),
    "gzip": gzipped(KUBECTL),
    "mark": "\ufeff" + KUBECTL,
    "UTF-16": KUBECTL.encode("utf-16"),
    "mark before YAML": "\ufeff" + yaml.safe_dump_all(FAMILY),
}


@pytest.mark.parametrize("sip", [None, 37, 1])
@pytest.mark.parametrize("form", FORMS)
def test_forms_give_the_same_graph(form, sip):
    """Format, layout, compression and encoding show in the content alone."""
    dump = read(FORMS[form], sip=sip)

    assert told(dump) == WANTED
    assert (dump.read, dump.bad, dump.is_whole) == (4, 0, True)


def test_sources_may_be_paths_and_text_streams(tmp_path):
    """A path, as text or not, and a stream of text give the same."""
    path = tmp_path / "dump"
    path.write_text(KUBECTL, encoding="utf-8")

    with path.open(encoding="utf-8") as stream:
        found = [told(load(source)) for source in (str(path), path, stream)]

    assert found == [WANTED] * 3


def test_pipe_is_read_like_a_file(tmp_path):
    """What a shell gives for ``<(kubectl get …)`` is a pipe, and is read."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    if not (child := os.fork()):
        path.write_text(KUBECTL, encoding="utf-8")
        os._exit(0)
    dump = load(path)
    os.waitpid(child, 0)

    assert told(dump) == WANTED


def test_several_sources_make_one_graph():
    """Owners and dependents may come from different sources."""
    halves = [as_kubectl_prints(a_list(*part)) for part in (FAMILY[:2], FAMILY[2:])]

    assert told(load([io.StringIO(half) for half in halves])) == WANTED


def test_empty_list_is_a_dump():
    """No objects are no mistake, also where Go prints null for none."""
    for text in ('{"kind":"PodList","items":null}', "kind: List\nitems: []\n"):
        dump = read(text)

        assert (dump.read, len(dump.graph), dump.is_whole) == (0, 0, True)


def test_names_may_hold_anything():
    """Characters beyond ASCII, and escapes, are read as they are meant."""
    odd = an_object('"metadata": {\n        },\u2028é😀', owners=["é"])
    for text in (as_kubectl_prints(a_list(odd)), compact(odd), yaml.safe_dump(odd)):
        dump = read(text, sip=3)

        names = [node.identity.name for node in dump.graph]
        assert names == [odd["metadata"]["name"], "é"]


def test_progress_is_told():
    """Bytes read, bytes there are, and objects so far, until all has been read."""
    octets = as_kubectl_prints(a_list(*FAMILY)).encode()
    told_of = []
    read(octets, sip=100, progress=lambda *what: told_of.append(what))

    assert told_of[0] == (100, None, 0)
    assert told_of[-1] == (len(octets), None, 4)


def test_progress_knows_the_size_of_files(tmp_path):
    """For files the bytes there are is the sum of their sizes."""
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(KUBECTL, encoding="utf-8")
    told_of = []
    load(tmp_path, progress=lambda *what: told_of.append(what))

    size = len(KUBECTL.encode())
    assert {total for _, total, _ in told_of} == {2 * size}
    assert told_of[-1][0] == 2 * size


def test_cyclic_collector_is_left_as_it_was():
    """Thresholds are raised while reading, unless the caller says not to."""
    usual, seen = gc.get_threshold(), []
    for rarely in (True, False):
        read(
            KUBECTL,
            collect_rarely=rarely,
            progress=lambda *_: seen.append(gc.get_threshold()),
        )
        assert gc.get_threshold() == usual

    assert (seen[0] != usual, seen[-1]) == (True, usual)


def test_interruption_leaves_cleanly(tmp_path):
    """Ctrl-C passes through: the file is closed, and thresholds are as before."""
    path, usual = tmp_path / "dump.json", gc.get_threshold()
    path.write_text(KUBECTL, encoding="utf-8")

    def interrupt(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(path, progress=interrupt)

    assert gc.get_threshold() == usual


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        pytest.param(
            "nowhere/a.json",
            "nowhere/a.json: no such file or folder; give the path of a dump, or - for "
            "standard input on the command line",
            id="missing",
        ),
        pytest.param(
            7,
            "source is the number 7: must be a path or an open file; pass text as "
            "io.StringIO(…)",
            id="number",
        ),
        pytest.param(
            b"{}",
            "source is of type bytes: must be a path or an open file; pass text as "
            "io.StringIO(…)",
            id="bytes",
        ),
    ],
)
def test_no_source(source, complaint):
    """What cannot be opened is refused, whether or not bad objects are skipped."""
    for skip_bad in (False, True):
        with pytest.raises(UsageError) as refused:
            load(source, skip_bad=skip_bad)

        assert str(refused.value) == complaint


def test_version_is_asked_for():
    """The graph is built as the version builds it; there must be such a version."""
    strange = [an_object("a"), an_object("b", owners=["a"])]
    strange[1]["metadata"]["ownerReferences"][0]["kind"] = "Other"

    assert len(read(compact(a_list(*strange)), kubernetes="1.16").graph) == 2
    with pytest.raises(UsageError, match="not a version that is modelled"):
        read(KUBECTL, kubernetes="1.99")
