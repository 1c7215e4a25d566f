"""What cannot be read gets one line, and is never passed over in silence."""

import io
import itertools
import json
import tracemalloc

import pytest

from gcmodel.audit import load
from gcmodel.errors import UsageError
from tests.unit.audit.samples import (
    a_list,
    a_reference,
    an_object,
    as_kubectl_prints,
    compact,
    gzipped,
    read,
)

GOOD = [an_object(f"good-{number}") for number in range(3)]
SERVER = "kubectl get -o json or -o yaml prints"


def between(bad):
    """Return a list, as kubectl prints it, with *bad* as its second item."""
    return as_kubectl_prints(a_list(GOOD[0], bad, GOOD[1]))


def without(*path):
    """Return an object that lacks what *path* leads to."""
    wire = an_object("bad")
    inner = wire
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return wire


# Each with what is complained of, and how many objects remain if it is skipped.
CASES = {
    "no kind": (between(without("kind")), "items[1].kind is missing: every object", 2),
    "no apiVersion": (between(without("apiVersion")), "items[1].apiVersion is miss", 2),
    "no metadata": (between(without("metadata")), "items[1].metadata is missing", 2),
    "no name": (between(without("metadata", "name")), "items[1].metadata.name is", 2),
    "no uid": (
        between(without("metadata", "uid")),
        "items[1].metadata.uid is missing: only what a server has stored has one; dump "
        "it with kubectl get -o json, or give manifests to Cluster.apply",
        2,
    ),
    "empty metadata": (
        between({"apiVersion": "v1", "kind": "Pod", "metadata": {}}),
        "items[1].metadata.name is missing",
        2,
    ),
    "manifest": (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n",
        "dump:1: metadata.uid is missing: only what a server has stored has one",
        0,
    ),
    "duplicate": (
        between(an_object("other", uid="uid-good-0")),
        "items[1].metadata.uid is the string 'uid-good-0': the string 'Pod/ns/good-0' "
        "has it already, and no two objects share one",
        2,
    ),
    "the same twice": (between(GOOD[0]), "items[1].metadata.uid is the string", 2),
    "owners are text": (
        between(an_object("bad", ownerReferences="web")),
        "items[1].metadata.ownerReferences is the string 'web': must be a list",
        2,
    ),
    "owners are empty text": (
        between(an_object("bad", ownerReferences="")),
        "items[1].metadata.ownerReferences is the string '': must be a list",
        2,
    ),
    "owner is a number": (
        between(an_object("bad", ownerReferences=[7])),
        "items[1].metadata.ownerReferences[0] is the number 7: must be an object",
        2,
    ),
    "owner without uid": (
        between(an_object("bad", ownerReferences=[{**a_reference("a"), "uid": ""}])),
        "items[1].metadata.ownerReferences[0].uid is missing",
        2,
    ),
    "owner's flag is a number": (
        between(
            an_object("bad", ownerReferences=[{**a_reference("a"), "controller": 1}])
        ),
        "items[1].metadata.ownerReferences[0].controller is the number 1: must be true",
        2,
    ),
    "uid is a number": (
        between(an_object("bad", uid=7)),
        "items[1].metadata.uid is the number 7: must be a string; put it in quotes",
        2,
    ),
    "finalizers are an object": (
        between(an_object("bad", finalizers={"a": 1})),
        "items[1].metadata.finalizers is an object: must be a list",
        2,
    ),
    "finalizer is a number": (
        between(an_object("bad", finalizers=[1])),
        "items[1].metadata.finalizers[0] is the number 1: must be a string",
        2,
    ),
    "deletion time is no time": (
        between(an_object("bad", deletionTimestamp="soon")),
        "items[1].metadata.deletionTimestamp is the string 'soon': must be a time",
        2,
    ),
    "null among items": (between(None), f"items[1] is null: must be an object, or", 2),  # noqa: F541
    "number among items": (
        between(7),
        "items[1] is the number 7: must be an object",
        2,
    ),
    "not a number": (
        between(an_object("bad", generation=float("nan"))),
        "items[1] holds NaN: not a number of JSON; put it in quotes",
        2,
    ),
    "infinity": (
        compact(a_list(GOOD[0], an_object("bad", generation=float("-inf")), GOOD[1])),
        "items[1] holds -Infinity: not a number of JSON",
        2,
    ),
    "too many digits": (
        between(an_object("bad")).replace('"uid-bad"', f'"uid-bad", "x": {"9" * 6000}'),
        "items[1] holds a number of too many digits",
        2,
    ),
    "half a character": (
        as_kubectl_prints(a_list(GOOD[0])).replace('"good-0"', r'"\ud800"'),
        r"items[0].metadata.name is the string '\ud800': holds half a character",
        0,
    ),
    "not UTF-8": (
        between(an_object("bad")).encode().replace(b"uid-bad", b"uid-\xff"),
        "items[1] holds the byte 0xff (byte ",
        2,
    ),
    "not UTF-8, on one line": (
        compact(a_list(GOOD[0], an_object("bad"))).encode().replace(b"d-bad", b"\xff"),
        "items[1] holds the byte 0xff (byte ",
        1,
    ),
    "YAML that is not UTF-8": (
        b"apiVersion: v1\nkind: Pod\nmetadata:\n  name: \xff\n  uid: a\n",
        "dump:4: the manifest holds the byte 0xff: not UTF-8",
        0,
    ),
    "nesting bomb": (
        compact(a_list(GOOD[0], "BOMB", GOOD[1])).replace(
            '"BOMB"', "[" * 100_000 + "]" * 100_000
        ),
        "items[1] nests too deep: no Kubernetes object does; flatten it",
        2,
    ),
    "nesting bomb without end": (
        '{"a":' * 100_000,
        "dump: byte 0: a nests too deep",
        0,
    ),
    "YAML nesting bomb": (
        f"apiVersion: v1\nkind: A\nmetadata: {'[' * 500}{']' * 500}\n",
        "dump:3: the manifest nests deeper than 100 levels",
        0,
    ),
    "YAML alias bomb": (
        "kind: A\napiVersion: v1\nb0: &b0 [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 10)}]\n" for n in range(1, 9)
        )
        + "metadata: {name: *b8, uid: a}\n",
        "dump:7: the manifest uses *b3: its aliases add up to more than 100000 values",
        0,
    ),
    "YAML number that is none": (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: .nan\n  uid: a\n",
        "dump:4: the manifest holds .nan: not a finite number",
        0,
    ),
    "YAML with a tab": (
        "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: a\n",
        "dump:4: the manifest is indented with a tab",
        0,
    ),
    "not JSON": ('{"nonsense"', "dump: byte 0: the manifest is cut off", 0),
    "no value": ('{"a" 1}', "dump: byte 0: the manifest is not JSON: the string", 0),
    "a brace": ("{nonsense", "dump:1: the manifest is not YAML", 0),
    "text": ("hello", "dump: the manifest begins with the string 'hello': neither", 0),
    "bytes": (bytes(range(99)), "dump: the manifest begins with the string", 0),
    "a list of JSON": (
        "[{}]",
        "dump: the manifest is a list: must be an object, or",
        0,
    ),
    "a list of YAML": ("- a\n", "dump:1: the manifest is a list: must be an object", 0),
    "not a List": ('{"a": 1}', "dump: byte 0: apiVersion is missing: every object", 0),
    "items are text": (
        '{"apiVersion":"v1","kind":"List","items":"a"}',
        "dump: byte 0: items is the string 'a': must be a list of objects",
        0,
    ),
    "empty": ("", "dump: the manifest is empty: must hold at least one object", 0),
    "blank": (" \n", "dump: the manifest is empty: must hold at least one object", 0),
    "only comments": (
        "# a\n---\n",
        "dump: the manifest is empty: must hold at leas",
        0,
    ),
    "many blanks": (" " * 99_999, "dump: the manifest begins with 65536 blanks", 0),
    "rest": (
        as_kubectl_prints(a_list(GOOD[0])) + "x",
        "the manifest begins with the",
        1,
    ),
    "missing comma": (
        compact(a_list(*GOOD)).replace('}},{"api', '}}{"api', 1),
        "items[1] is not JSON: the string",
        2,
    ),
    "failed watch": (
        compact({"type": "ADDED", "object": GOOD[0]})
        + compact({"type": "ERROR", "object": {"message": "too old"}}),
        "object says the string 'too old': the watch failed there, so what came after",
        1,
    ),
    "unknown event": (
        compact({"type": "MOVED", "object": GOOD[0]}),
        "dump: byte 0: type is the string 'MOVED': must be one of ADDED, MODIFIED",
        0,
    ),
    "YAML of something else": ("a: b\n", "dump:1: apiVersion is missing", 0),
    "list without kind": (
        "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n"
        "    name: a\n    uid: a\n",
        "dump:1: kind is missing: a list says what it is, and most at their end",
        1,
    ),
}


@pytest.mark.parametrize("sip", [None, 37])
@pytest.mark.parametrize("case", CASES)
def test_bad_input_ends_the_reading(case, sip):
    """By default the first thing that is wrong is told, in one line, and no more."""
    content, complaint, _ = CASES[case]

    with pytest.raises(UsageError) as refused:
        read(content, sip=sip)

    told = str(refused.value)
    assert complaint in told
    assert told.startswith("dump:")
    assert ("\n" in told, len(told) <= 501) == (False, True)


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_skipped_and_counted(case):
    """If bad objects are skipped, the good ones remain, and the first bad is told."""
    content, complaint, good = CASES[case]

    dump = read(content, skip_bad=True)

    assert (dump.read, dump.bad, dump.is_whole) == (good, 1, False)
    assert complaint in str(dump.bad_objects[0])


WHOLE = {
    "kubectl": as_kubectl_prints(a_list(*GOOD)),
    "compact": compact(a_list(*GOOD)),
    "lines": "\n".join(map(compact, GOOD)),
    "watch": "".join(as_kubectl_prints({"type": "ADDED", "object": x}) for x in GOOD),
}


@pytest.mark.parametrize("form", WHOLE)
def test_cut_off_json_is_noticed_wherever_it_is_cut(form):
    """However much is missing, a dump that is cut off inside a value is no dump."""
    text = WHOLE[form].rstrip()
    ends = {0} | {place for place in range(len(text)) if text[:place].endswith("}\n")}
    for end in set(range(1, len(text), 7)) - ends:
        with pytest.raises(UsageError, match=r"cut off|is not JSON|is missing"):
            read(text[:end])


def test_cut_off_compression_is_noticed():
    """What could be decompressed is read if bad objects are skipped."""
    cut = gzipped(as_kubectl_prints(a_list(*GOOD)))[:-20]

    with pytest.raises(UsageError, match=r"byte .*the compressed data are cut off"):
        read(cut)
    dump = read(cut, skip_bad=True)
    assert (dump.read > 0, dump.is_whole) == (True, False)


def test_damaged_compression_is_noticed():
    """Bytes that only begin as gzip does are told with what is wrong."""
    with pytest.raises(UsageError, match=r"dump: byte 0: cannot be read on \(Unknown"):
        read(b"\x1f\x8b" + b"a" * 50)


def test_first_twenty_are_listed():
    """All that is bad is counted, and the first twenty are told."""
    many = [an_object(f"bad-{number}", uid=number) for number in range(50)]

    dump = read(as_kubectl_prints(a_list(*many, *GOOD)), skip_bad=True)

    assert (dump.read, dump.bad, len(dump.bad_objects)) == (3, 50, 20)
    assert "items[19].metadata.uid is the number 19" in str(dump.bad_objects[-1])


def test_folder_goes_on_with_the_next_file(tmp_path):
    """A file that is broken takes no other with it, if bad objects are skipped."""
    (tmp_path / "a.json").write_text("{", encoding="utf-8")
    (tmp_path / "b.json").write_text(WHOLE["kubectl"], encoding="utf-8")

    with pytest.raises(UsageError, match=r"a\.json: byte 0: the manifest is cut off"):
        load(tmp_path)
    dump = load(tmp_path, skip_bad=True)
    assert (dump.read, dump.bad) == (3, 1)


class Endless(io.RawIOBase):
    """A stream that goes on and on with the same, after a beginning."""

    def __init__(self, beginning, again, total):
        """Give *beginning*, then *again* until *total* bytes were given."""
        self.parts = itertools.chain([beginning], itertools.repeat(again))
        self.left = total

    def read(self, _size=-1):
        """Return the next part."""
        if self.left <= 0:
            return b""
        part = next(self.parts)
        self.left -= len(part)
        return part


ITEM = json.dumps(an_object("x", uid=7)).encode()
LINE = b'{"kind":"Pod"%s}\n' % (b" " * 4096)
GARBAGE = {
    "text": (b'{"', b"garbage " * 8192),
    "one long string": (b'{"items":[{"a":"', b"a" * 65536),
    "brackets": (b'{"items":[', b"[" * 65536),
    "open items": (b'{"items":[{"a":', b'{"b":["c"}' + b" " * 4096),
    "YAML without end": (b"a:\n", b"  b: c\n" * 8192),
    "one YAML line": (b"a: ", b"b" * 65536),
    "lines": (LINE, LINE * 16),
    "bad items": (b'{"kind":"List","items":[', (ITEM + b",") * 64),
    "blanks": (b'{"a":1,', b" " * 65536),
}
SIZES = {"bad items": (4, 12)}
"""Megabytes, where many small things take long; the others fill every window."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", GARBAGE)
def test_memory_does_not_grow_with_garbage(kind):
    """Three times as much that is bad takes no more memory, and is counted."""
    peaks = []
    for megabytes in SIZES.get(kind, (24, 72)):
        stream = Endless(*GARBAGE[kind], megabytes << 20)
        tracemalloc.start()
        dump = load(stream, skip_bad=True)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert dump.bad > 0

    assert peaks[1] < peaks[0] * 1.5 + (1 << 20)


@pytest.mark.parametrize(
    ("version", "kind", "complaint"),
    [
        ("v1", "Status", "is a Status, in which a server says"),
        ("meta.k8s.io/v1", "Table", "is a Table, which a server makes for a terminal"),
    ],
)
def test_answers_that_are_no_objects(version, kind, complaint):
    """A refusal and a table are told by what they are, not by what they lack."""
    answer = {"kind": kind, "apiVersion": version, "metadata": {}, "message": "no"}

    with pytest.raises(UsageError, match=complaint):
        load(io.BytesIO(json.dumps(answer).encode()))
