"""The scan by indentation finds what decoding everything finds, in any chunks."""

import json

import pytest
from hypothesis import given, strategies as st

from gcmodel.audit.bad_objects import BadObjects
from gcmodel.audit.chunks import Chunks
from gcmodel.audit.detecting import reader_of
from gcmodel.audit.json_decoding import decode_metadata, with_msgspec
from gcmodel.audit.json_scan import JsonScan, layout_of
from gcmodel.audit.json_stream import JsonStream
from gcmodel.audit.metadata_reader import NEEDED
from tests.unit.audit.samples import Sips, a_list, an_object, read, told


def decoders():
    """Walk the decoders that can be had here, by name."""
    yield pytest.param(decode_metadata, id="standard library")
    try:
        yield pytest.param(with_msgspec(), id="msgspec")
    except ImportError:
        return


HOSTILE = (
    *('"metadata": {', "\n            }", "\n        },\n        {", '"kind": "Pod"'),
    *("]", "},", "\\", '"', "\u2028", "é", "\ud83d\ude00", "metadata", "items", "kind"),
    *NEEDED,
)
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8))
scalars = st.one_of(st.none(), st.booleans(), st.integers(), texts)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=8,
)
items = st.fixed_dictionaries(
    {},
    optional={
        "apiVersion": st.one_of(st.just("v1"), values),
        "kind": st.one_of(st.just("Pod"), values),
        "metadata": st.one_of(st.just({}), st.dictionaries(texts, values), values),
        "data": values,
        "spec": values,
        "zzz": st.lists(st.dictionaries(texts, values, max_size=2), max_size=2),
    },
)
elements = st.lists(st.one_of(items, st.none(), st.integers(), st.just({})), max_size=6)


def found(reader, octets):
    """Return what *reader* finds; each must begin where it says, in *octets*."""
    entries = list(reader.entries())
    assert {octets[entry.at : entry.at + 1] for entry in entries} <= {b"{"}
    return [(*entry[:3], needed(entry.metadata)) for entry in entries]


def needed(metadata):
    """Return what is read of *metadata*; who waits for a kind keeps no more."""
    if not isinstance(metadata, dict):
        return metadata
    return {key: metadata[key] for key in NEEDED if key in metadata}


def wanted(elements):
    """Return what there is to be found among *elements*, of a list of Pods."""
    return [
        (
            "",
            one.get("apiVersion") if one.get("kind") else "v1",
            one.get("kind") or "Pod",
            needed(one.get("metadata")),
        )
        for one in elements
        if isinstance(one, dict)
    ]


def in_one_order(entries):
    """Sort *entries*, since items without a kind wait for that of their list."""
    return sorted(json.dumps(entry, sort_keys=True) for entry in entries)


@given(
    elements=elements,
    step=st.sampled_from([1, 2, 4, "\t"]),
    sip=st.integers(1, 60),
    in_order=st.booleans(),
    is_ascii=st.booleans(),
)
def test_scan_finds_what_json_finds(elements, step, sip, in_order, is_ascii):
    """Whatever keys and strings hold, and wherever chunks end, nothing is lost."""
    wire = {"apiVersion": "v1", "items": elements, "kind": "PodList"}
    text = json.dumps(wire, indent=step, sort_keys=in_order, ensure_ascii=is_ascii)
    octets = text.encode("utf-8", "replace")
    wire = json.loads(octets)
    chunks = Chunks("dump", Sips(octets, sip).read1)
    layout = layout_of(chunks.peek(1 << 16))
    bad = BadObjects(skip=True)
    reader = (
        JsonScan(chunks, bad, layout, decode_metadata)
        if layout
        else JsonStream(chunks, bad)
    )

    assert in_one_order(found(reader, octets)) == in_one_order(wanted(wire["items"]))
    assert bad.count == sum(not isinstance(one, dict) for one in wire["items"])


@given(elements=elements, sip=st.integers(1, 60), separators=st.sampled_from([0, 1]))
def test_stream_finds_what_json_finds(elements, sip, separators):
    """JSON of any layout gives the same, item by item."""
    wire = {"items": elements, "apiVersion": "v1", "kind": "PodList"}
    text = json.dumps(
        wire,
        ensure_ascii=False,
        separators=((",", ":"), (" ,\n", " : "))[separators],
    )
    octets = text.encode("utf-8", "replace")
    chunks = Chunks("dump", Sips(octets, sip).read1)

    entries = found(JsonStream(chunks, BadObjects(skip=True)), octets)

    assert in_one_order(entries) == in_one_order(wanted(json.loads(octets)["items"]))


lines = st.lists(
    st.fixed_dictionaries(
        {"apiVersion": st.just("v1"), "kind": st.sampled_from(["Pod", "é", '"'])},
        optional={"metadata": st.dictionaries(texts, values), "spec": values},
    ),
    min_size=2,
    max_size=5,
)


@given(objects=lines, sip=st.integers(1, 60), in_order=st.booleans())
def test_lines_give_what_json_finds(objects, sip, in_order):
    """Objects on lines give the same, whether or not only their beginning is read."""
    text = "".join(
        json.dumps(one, sort_keys=in_order, separators=(",", ":")) + "\n"
        for one in objects
    )
    chunks = Chunks("dump", Sips(text.encode(), sip).read1)

    entries = found(reader_of(chunks, BadObjects()), text.encode())

    assert entries == [
        ("", one["apiVersion"], one["kind"], needed(one.get("metadata")))
        for one in map(json.loads, text.splitlines())
    ]


@pytest.mark.parametrize("decode", list(decoders()))
@pytest.mark.parametrize(
    "metadata",
    [
        b'{"name": "a", "uid": "b"}',
        b'{"name": "a", "uid": "b", "other": [{"deep": [1, 2.5, null]}]}',
        b'{"name": "\\ud800", "uid": "b"}',
        b'{"name": "a", "name": "b"}',
        b'{"name": "a", "ownerReferences": null}',
        b'{"name": 7, "ownerReferences": "a"}',
        '{"name": "é"}'.encode(),
        b"{}",
    ],
)
def test_decoders_give_the_same(decode, metadata):
    """Of what is needed, each decoder gives what the standard library gives."""
    named = ("name", "uid", "ownerReferences")
    given_back, whole = decode(metadata), json.loads(metadata)

    assert {key: given_back[key] for key in named if key in given_back} == {
        key: whole[key] for key in named if key in whole
    }


@pytest.mark.parametrize("decode", list(decoders()))
@pytest.mark.parametrize(
    "broken", [b"", b"{", b'{"a": NaN}', b'{"name": "\xff"}', b"[" * 99_999, b"{} {}"]
)
def test_decoders_refuse_the_same(decode, broken):
    """What is no JSON is refused by each."""
    with pytest.raises((ValueError, RecursionError)):
        decode(broken)


def test_text_laid_out_by_hand_is_decoded_in_full():
    """Lines that only look like structure send the text to the full decoder."""
    wire = a_list(an_object("a"), an_object("b", owners=["a"]), an_object("c"))
    wire["items"][1]["spec"] = {
        "list": [{"apiVersion": "v1", "metadata": {"name": "x"}}]
    }
    text = json.dumps(wire, indent=4)
    inner = json.dumps(wire["items"][1]["spec"]["list"][0], indent=4)
    moved = "[\n        " + inner.replace("\n", "\n        ") + "]"
    by_hand = text[: text.index('"list": ') + 8] + moved
    by_hand += text[text.index("]", text.index('"list": ')) + 1 :]

    assert json.loads(by_hand) == wire
    assert told(read(by_hand)) == told(read(text))


def test_kind_is_that_of_the_object_and_of_no_line_in_its_data():
    """A line that is moved to where a kind would stand does not name the kind."""
    wire = a_list(an_object("a"), an_object("b"))
    for one in wire["items"]:
        one["data"] = {"kind": "Evil"}
    text = json.dumps(wire, indent=4, sort_keys=True)
    moved = text.replace(" " * 16 + '"kind": "Evil"', " " * 12 + '"kind": "Evil"')

    assert moved != text
    assert json.loads(moved) == wire
    assert {node.kind for node in read(moved).graph} == {"Pod"}
