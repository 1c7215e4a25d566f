"""Manifests from all that a caller may have, and what is said of bad ones."""

import io
import json
import pathlib

import pytest
from hypothesis import given, strategies as st

from gcmodel.errors import UsageError
from gcmodel.objects.identity import Uid
from gcmodel.objects.manifests import Manifest, read, read_file
from gcmodel.objects.metadata import KubeObject, ObjectMeta, OwnerReference
from gcmodel.objects.places import Place

WEB = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}}
WEB_YAML = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n"
WEB_JSON = json.dumps(WEB)
WEB_OBJECT = KubeObject("v1", "ConfigMap", ObjectMeta(name="web"))


def wires(source):
    """Return the objects that *source* holds."""
    return [manifest.wire for manifest in read(source)]


@pytest.mark.parametrize(
    "source",
    [
        WEB,
        WEB_OBJECT,
        WEB_YAML,
        WEB_JSON,
        WEB_YAML.encode(),
        "\ufeff" + WEB_YAML,
        ("\ufeff" + WEB_YAML).encode(),
        bytearray(WEB_JSON.encode()),
        io.StringIO(WEB_YAML),
        io.BytesIO(WEB_JSON.encode()),
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: web}}",
        f"---\n{WEB_YAML}---\n# nothing more\n---\n",
        f" \n{WEB_JSON}\n\n",
        f"{WEB_JSON}\n---\n",
        WEB_YAML.replace("\n", "\r\n"),
        {"apiVersion": "v1", "kind": "List", "items": [WEB]},
        {"apiVersion": "v1", "kind": "ConfigMapList", "items": [{**WEB, "kind": ""}]},
        {"kind": "List", "items": [{"kind": "List", "items": [WEB]}]},
        [WEB],
        (WEB_YAML,),
        iter([WEB_OBJECT]),
    ],
)
def test_one_object_in_many_forms(source):
    """Text, bytes, files, dicts, values, lists of these: the object is the same."""
    assert wires(source) == [WEB]


def test_many_objects_keep_their_order():
    """Documents, items and elements come in the order in which they stand."""
    listed = {"kind": "List", "items": [{**WEB, "data": {"n": "3"}}, WEB]}

    read_back = wires([WEB_OBJECT, f"{WEB_YAML}---\n{WEB_JSON}", listed])

    assert read_back == [WEB, WEB, WEB, {**WEB, "data": {"n": "3"}}, WEB]


@pytest.mark.parametrize(
    "source",
    [
        [],
        {"kind": "List", "items": []},
        {"apiVersion": "v1", "kind": "PodList", "items": None},
    ],
)
def test_no_objects_at_all(source):
    """An empty list holds nothing, and that is no mistake."""
    assert read(source) == []


def test_places_are_kept():
    """A manifest knows its file, the line and number of its document, its path."""
    text = f"# head\n{WEB_YAML}---\napiVersion: v1\nkind: List\nitems:\n- {WEB_JSON}\n"

    assert read(text, origin="web.yaml") == [
        Manifest(WEB, Place("web.yaml", 2, 1, 2)),
        Manifest(WEB, Place("web.yaml", 7, 2, 2, ("items", 0))),
    ]


def test_place_of_json_documents():
    """Each of several JSON values has its own line and number."""
    second = read(f"{WEB_JSON}\n\n {WEB_JSON}", origin="a")[1]

    assert (second.origin, second.line, second.document) == ("a", 3, 2)


def test_to_object():
    """A manifest becomes the value that it describes."""
    owner = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "name": "web",
        "uid": "u1",
        "controller": True,
    }
    wire = {
        **WEB,
        "metadata": {
            "name": "web",
            "ownerReferences": [owner],
            "deletionTimestamp": "2026-01-31T12:00:00Z",
        },
        "spec": {"replicas": 2},
    }

    assert read(wire)[0].to_object() == KubeObject(
        "v1",
        "ConfigMap",
        ObjectMeta(
            name="web",
            owner_references=(
                OwnerReference("apps/v1", "ReplicaSet", "web", Uid("u1"), True),
            ),
            deletion_timestamp=1769860800,
        ),
        {"spec": {"replicas": 2}},
    )


def test_nothing_is_shared():
    """Private: changing what was passed in does not change what was read."""
    source = {**WEB, "data": {"a": ["x"]}}
    (manifest,) = read(source)

    source["data"]["a"].append("y")

    assert manifest.wire["data"] == {"a": ["x"]}


def test_null_label_is_empty():
    """A label without a value is the empty string, as Go reads it."""
    text = WEB_YAML + "  labels:\n    a:\n  annotations: ~\n"

    assert wires(text)[0]["metadata"] == {
        "name": "web",
        "labels": {"a": ""},
        "annotations": None,
    }


def test_kind_that_ends_in_list():
    """A kind that only sounds like a list, since it has no items, is an object."""
    wire = {**WEB, "kind": "AllowList"}

    assert wires(wire) == [wire]


def test_files(tmp_path):
    """A file is read by its path, and by nothing that merely looks like one."""
    path = tmp_path / "web.yaml"
    path.write_text(WEB_YAML, encoding="utf-8")

    expected = [Manifest(WEB, Place(str(path), 1))]
    assert read(path) == read_file(path) == read_file(str(path)) == expected
    with path.open(encoding="utf-8") as opened:
        assert read(opened) == expected
    with pytest.raises(UsageError, match="if it names a file, pass it as a pathlib"):
        read("web.yaml")


@pytest.mark.parametrize("name", ["absent.yaml", ".", "nul\0"])
def test_files_that_cannot_be_read(tmp_path, name):
    """A path that leads to no text is refused, with the system's reason."""
    path = tmp_path / name

    with pytest.raises(UsageError) as caught:
        read_file(path)

    message = str(caught.value)
    assert message.startswith(f"{path}: cannot be read (")
    assert message.endswith("); give the path of a YAML or JSON file")


def bad(**fields):
    """Return the web map with other *fields*."""
    return {**WEB, **fields}


def meta(**fields):
    """Return the web map with more metadata."""
    return {**WEB, "metadata": {"name": "web", **fields}}


OWNER = {"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "b"}

SHAPES = [
    (bad(apiVersion=None), "apiVersion is missing: every object names its API version"),
    (bad(apiVersion=""), "apiVersion is missing: every object names its API version"),
    (bad(apiVersion=1), "apiVersion is the number 1: must be a string"),
    (bad(apiVersion="a/b/c"), "apiVersion is the string 'a/b/c': must be a group and"),
    (
        bad(kind=None),
        "kind is missing: every object names its API version and its kind",
    ),
    (bad(kind=["Pod"]), "kind is a list: must be a string; put it in quotes"),
    (bad(metadata=None), "metadata.name is missing: every object needs a name or"),
    (bad(metadata=[]), "metadata is a list: must be an object"),
    (bad(metadata={}), "metadata.name is missing: every object needs a name or"),
    (bad(spec="x"), "spec is the string 'x': must be an object"),
    (bad(status=[]), "status is a list: must be an object"),
    (meta(name=5), "metadata.name is the number 5: must be a string; put it in quotes"),
    (meta(name=True), "metadata.name is the boolean true: must be a string"),
    (meta(generateName=5), "metadata.generateName is the number 5: must be a string"),
    (meta(namespace=[]), "metadata.namespace is a list: must be a string"),
    (meta(uid=7), "metadata.uid is the number 7: must be a string"),
    (meta(resourceVersion=7), "metadata.resourceVersion is the number 7: must be a st"),
    (meta(generation="1"), "metadata.generation is the string '1': must be a whole"),
    (meta(generation=True), "metadata.generation is the boolean true: must be a whole"),
    (
        meta(deletionGracePeriodSeconds=1.5),
        "metadata.deletionGracePeriodSeconds is the number 1.5: must be a whole number",
    ),
    (meta(creationTimestamp=5), "metadata.creationTimestamp is the number 5: must be"),
    (
        meta(deletionTimestamp="2026-01-31"),
        "metadata.deletionTimestamp is the string '2026-01-31': must be a time",
    ),
    (
        meta(deletionTimestamp="2026-02-31T12:00:00Z"),
        "metadata.deletionTimestamp is the string '2026-02-31T12:00:00Z': must be a t",
    ),
    (meta(labels=["a"]), "metadata.labels is a list: must be an object"),
    (meta(labels={"a": 1}), "metadata.labels.a is the number 1: must be a string"),
    (
        meta(annotations={"example.com/a": False}),
        "metadata.annotations[example.com/a] is the boolean false: must be a string",
    ),
    (meta(finalizers="orphan"), "metadata.finalizers is the string 'orphan': must be"),
    (meta(finalizers=["a", None]), "metadata.finalizers[1] is null: must be a string"),
    (meta(ownerReferences={}), "metadata.ownerReferences is an object: must be a list"),
    (meta(ownerReferences=["a"]), "metadata.ownerReferences[0] is the string 'a': m"),
    (
        meta(ownerReferences=[OWNER, {**OWNER, "uid": 1}]),
        "metadata.ownerReferences[1].uid is the number 1: must be a string",
    ),
    (
        meta(ownerReferences=[{**OWNER, "controller": "true"}]),
        "metadata.ownerReferences[0].controller is the string 'true': must be true or",
    ),
    (
        {"kind": "List", "items": [WEB, bad(kind="")]},
        "items[1].kind is missing: every object names its API version and its kind",
    ),
    ({"kind": "List", "items": [[]]}, "items[0] is a list: must be an object"),
    ({"kind": "List", "items": {}}, "items is an object: must be a list of objects"),
    (
        {"kind": "PodList", "items": [{"metadata": {"name": 1}}]},
        "items[0].apiVersion is missing: every object names",
    ),
]


@pytest.mark.parametrize(("wire", "problem"), SHAPES)
def test_shapes_that_are_no_object(wire, problem):
    """What no client could read as an object is refused with the path to the flaw."""
    with pytest.raises(UsageError) as caught:
        read(wire)

    message = str(caught.value)
    assert message.startswith(problem)
    assert ("; " in message, "\n" in message) == (True, False)


@pytest.mark.parametrize(
    "wire",
    [
        meta(labels=None, annotations=None, finalizers=None, ownerReferences=None),
        meta(creationTimestamp=None, generation=0, uid=None),
        meta(creationTimestamp="2026-01-31T12:00:00.123456+01:00"),
        {**WEB, "metadata": {"generateName": "web-"}},
        meta(ownerReferences=[{}]),
        meta(name="Not A Name", finalizers=["no/such/thing"], uid="no uid"),
        bad(spec=None, status={}),
    ],
)
def test_what_the_server_shall_judge(wire):
    """What has the right shape passes, however wrong the server will find it."""
    assert len(read(wire)) == 1


TEXTS = [
    (
        f"{WEB_YAML}---\n\nkind: Pod\napiVersion: v1\nmetadata:\n  labels: {{}}\n",
        "web.yaml:10: document 2: metadata.name is missing: every object needs a name "
        "or generateName; add one",
    ),
    (
        WEB_YAML.replace("web", "0x10"),
        "web.yaml:4: metadata.name is the number 16: must be a string; put it in "
        "quotes",
    ),
    (
        WEB_YAML + "  labels:\n    app: web\n    on: yes\n",
        "web.yaml:7: metadata.labels.true is the boolean true: must be a string; put "
        "it in quotes",
    ),
    (
        f'{{"apiVersion": "v1",\n"kind": "List",\n"items": [{WEB_JSON},\n'
        '{"apiVersion": "v1", "kind": "Pod",\n"metadata": {"name": null}}]}',
        "web.yaml:5: items[1].metadata.name is missing: every object needs a name or "
        "generateName; add one",
    ),
    (
        f'{WEB_JSON}\n{{"apiVersion": "v1"}}',
        "web.yaml:2: document 2: kind is missing: every object names its API version "
        "and its kind; add one, such as kind: Deployment",
    ),
    (
        '{"apiVersion": "v1",\n "kind"}',
        "web.yaml:2: the manifest is not JSON: Expecting ':' delimiter at column 8; "
        "check quotes, commas and brackets there",
    ),
    (
        "{a: [}",
        "web.yaml:1: the manifest is not YAML: did not find expected node content; "
        "check indentation, colons and quotes there",
    ),
    (
        f"{WEB_YAML}data: {{a: .nan}}\n",
        "web.yaml:5: the manifest holds .nan: not a finite number; put it in quotes if "
        "it is text",
    ),
    (
        '{"spec": NaN}',
        "web.yaml:1: spec is nan: must be a finite number; put it in quotes if it is "
        "text",
    ),
    (
        '{"a":' * 100_000,
        "web.yaml:1: the manifest nests too deep or holds a number with too many "
        "digits: no Kubernetes object does; flatten it",
    ),
    (
        f'{{"a": {"9" * 5000}}}',
        "web.yaml:1: the manifest nests too deep or holds a number with too many "
        "digits: no Kubernetes object does; flatten it",
    ),
    (
        '{"a":' * 150 + "1" + "}" * 150,
        "web.yaml:1: a.a.a nests deeper than 100 levels: no Kubernetes object does; "
        "flatten it",
    ),
    (
        "- a\n- b\n",
        "web.yaml:1: the manifest is a list: must be an object with apiVersion and "
        "kind; write them as documents, or under items: of a kind: List",
    ),
    (
        "# nothing\n",
        "web.yaml: the manifest is empty: must hold at least one object; add one",
    ),
    (
        "---\n---\n",
        "web.yaml: the manifest is empty: must hold at least one object; add one",
    ),
    (
        b"a: 1\nb: \xff\n",
        "web.yaml:2: the manifest holds the byte 0xff: not UTF-8; save it as UTF-8",
    ),
    (
        WEB_YAML.encode("utf-16"),
        "web.yaml: the manifest is UTF-16: must be UTF-8; save it as UTF-8",
    ),
]


@pytest.mark.parametrize(("text", "message"), TEXTS, ids=[m for _, m in TEXTS])
def test_texts_that_are_no_manifest(text, message):
    """All or nothing: the first flaw is told with its line, and nothing is read."""
    with pytest.raises(UsageError) as caught:
        read(text, origin="web.yaml")

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("source", "start"),
    [
        (5, "the source is the number 5: must be an object or its text"),
        (None, "the source is null: must be an object or its text"),
        ([WEB, 5], "[1] is the number 5: must be an object or its text"),
        ([[WEB]], "[0] is a list: must be an object or its text"),
        ([WEB, bad(kind=1)], "[1]: kind is the number 1: must be a string"),
        ([WEB_YAML, "kind: 1"], "[1]:1: apiVersion is missing"),
        ([pathlib.Path("no.yaml")], "no.yaml: cannot be read (No such file"),
    ],
)
def test_sources_that_hold_no_object(source, start):
    """What is no source is refused, with its index if it is one of several."""
    with pytest.raises(UsageError) as caught:
        read(source)

    assert str(caught.value).startswith(start)


names = st.text("abc-1", min_size=1)
objects = st.fixed_dictionaries(
    {
        "apiVersion": st.sampled_from(["v1", "apps/v1"]),
        "kind": st.sampled_from(["ConfigMap", "Deployment"]),
        "metadata": st.fixed_dictionaries(
            {"name": names},
            optional={
                "labels": st.dictionaries(names, st.text()),
                "finalizers": st.lists(names),
                "uid": names,
            },
        ),
    },
    optional={"data": st.dictionaries(st.text(), st.text())},
)


@given(st.lists(objects, min_size=1, max_size=4))
def test_every_form_reads_alike(many):
    """JSON text, YAML text, a List and Python values say the same."""
    lines = [json.dumps(one) for one in many]
    forms = ["\n".join(lines), lines, {"kind": "List", "items": many}, many]

    assert [wires(form) for form in forms] == [many] * len(forms)


FRAGMENTS = """\
apiVersion: v1
kind: Pod
kind: List
metadata:
  name: a
  labels: [1]
items: 5
- a
---
\t{
"}
""".splitlines(keepends=True)
fragments = st.lists(st.sampled_from(FRAGMENTS)).map("".join)


@given(fragments | st.text() | st.binary())
def test_nothing_but_usage_errors(source):
    """Whatever is read is read, or refused in one line that names the source."""
    message = "web: read"
    try:
        read(source, origin="web")
    except UsageError as error:
        message = str(error)

    assert message.startswith("web:")
    assert "\n" not in message
