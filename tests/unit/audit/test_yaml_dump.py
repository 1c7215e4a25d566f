"""YAML gives what the parser gives, though most of it is never parsed."""

import pytest
import yaml
from hypothesis import given, strategies as st

from gcmodel.audit.bad_objects import BadObjects
from gcmodel.audit.chunks import Chunks
from gcmodel.audit.yaml_dump import YamlDump
from gcmodel.audit.yaml_filter import filtered, is_block_style
from gcmodel.objects.yaml_reader import documents
from tests.unit.audit.samples import Sips, a_list, an_object, read, told

words = st.text("ab:#-|>'\"{}[]&*! \n", min_size=1, max_size=12)
values = st.recursive(
    st.one_of(words, st.booleans(), st.integers(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=3)
    ),
    max_leaves=6,
)
objects = st.fixed_dictionaries(
    {"apiVersion": st.just("v1"), "kind": st.just("Pod")},
    optional={
        "metadata": st.fixed_dictionaries(
            {"name": words, "uid": words},
            optional={"labels": values, "ownerReferences": values},
        ),
        "spec": values,
        "data": st.dictionaries(words, words, max_size=3),
        "a b": values,
    },
)


@given(wires=st.lists(objects, min_size=1, max_size=4), sip=st.integers(1, 60))
@pytest.mark.parametrize("is_list", [True, False])
def test_filter_keeps_what_is_needed(is_list, wires, sip):
    """Of a list or of documents, what is read is what the whole text says."""
    needed = ("name", "uid", "ownerReferences")
    text = yaml.safe_dump(a_list(*wires)) if is_list else yaml.safe_dump_all(wires)
    chunks = Chunks("dump", Sips(text.encode(), sip).read1)

    found = [
        {key: (one.metadata or {}).get(key) for key in needed}
        for one in YamlDump(chunks, BadObjects()).entries()
    ]

    wholes = [one.value for one in documents(text, "")]
    wholes = wholes[0]["items"] if is_list else wholes
    assert found == [
        {key: (one.get("metadata") or {}).get(key) for key in needed} for one in wholes
    ]


def test_what_is_not_needed_is_not_parsed():
    """Of metadata only the needed fields are kept, and none of spec and status."""
    text = (
        b"apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    a: b\n"
        b"  managedFields:\n  - manager: kubectl\n  name: a\nspec:\n  b: c\n  b:\n"
        b"status: {}"
    )

    assert filtered(text, 0) == b"apiVersion: v1\nkind: Pod\nmetadata:\n  name: a"


WHOLE_LINES = [
    *("a: b", "a:", "- a: b", "-", "  - - x", "", '# "x', "a: {}", "a: []", "a: -1"),
    *('a: "x\\"y" # c', "a: 'it''s'", "a: it's", 'a: x # "c', '"a b": c', "a: b\n  c"),
    *("f:metadata:", 'k:{"uid":"5"}:', "image: r.io/x:1.0", "a: 2026-01-01T00:00:00Z"),
    *('a: |-\n  {"x": 1\n  "\nb: c', '- |\n  "open\n- x', 'a: >-\n  "x\n\n  y\nb: c'),
]
OPEN_LINES = [
    *('a: "x', "a: 'x", "a: {x: 1,", "a: [1,", "a: &x y", "a: *x", "a: !t y", "? a"),
    *("<<: *a", "it's: \"x", 'a: b: "x', '- "x', 'a: "x" y', "{a: 1}", "- {x: y"),
    *('"a": "x', 'a: "x\\"', '- - |\n    t\n  - "open', "a: @x", "a:\n  b: 'c"),
]


@pytest.mark.parametrize(
    ("lines", "whole"),
    [*((one, True) for one in WHOLE_LINES), *((one, False) for one in OPEN_LINES)],
)
def test_lines_that_end_what_they_begin(lines, whole):
    """Only lines that leave no quote, bracket or anchor behind are in block style."""
    assert is_block_style(lines.encode()) is whole


UNUSUAL = {
    "anchor in what is dropped": "apiVersion: v1\nkind: Pod\nspec:\n  x: &name a\n"
    "metadata:\n  name: *name\n  namespace: ns\n  uid: uid-a\n",
    "merged metadata": "apiVersion: v1\nkind: Pod\nspec: &s {name: a, uid: uid-a}\n"
    "metadata:\n  <<: *s\n  namespace: ns\n",
    "flow": "{apiVersion: v1, kind: Pod,\n"
    " metadata: {name: a, namespace: ns, uid: uid-a}}",
    "quoted keys": '"apiVersion": v1\n"kind": Pod\n"metadata":\n  "name": a\n'
    '  "namespace": ns\n  "uid": uid-a\n',
    "comments": "# one\napiVersion: v1 # two\n\nkind: Pod\n# three\nmetadata: # four\n"
    "  # five\n  name: a\n  namespace: ns\n  uid: uid-a\n",
    "directive": "%YAML 1.1\n---\napiVersion: v1\nkind: Pod\n"
    "metadata: {name: a, namespace: ns, uid: uid-a}\n...\n",
    "on the marker's line": "--- {apiVersion: v1, kind: Pod, metadata: {name: a, "
    "namespace: ns, uid: uid-a}}\n",
    "empty documents": "---\n---\n# no\n---\napiVersion: v1\nkind: Pod\n"
    "metadata: {name: a, namespace: ns, uid: uid-a}\n---\n",
    "item further in": "kind: List\nitems:\n-   apiVersion: v1\n    kind: Pod\n"
    "    metadata:\n        name: a\n        namespace: ns\n        uid: uid-a\n",
    "list below its key": "subjects:\n- kind: List\napiVersion: v1\nkind: Pod\n"
    "metadata:\n  finalizers:\n  - a\n  name: a\n  namespace: ns\n  uid: uid-a\n",
    "quote that goes on in the first column": "apiVersion: v1\nkind: Pod\nmetadata:\n"
    '  name: a\n  namespace: ns\n  uid: uid-a\ndata: "x\nkind: Evil\nfoo: y"\n',
    "quote that goes on among the metadata": "apiVersion: v1\nkind: Pod\nmetadata:\n"
    '  annotations:\n    x: "\n  uid: other\n  y: z"\n  name: a\n  namespace: ns\n'
    "  uid: uid-a\n",
    "bracket that goes on in the first column": "apiVersion: v1\nkind: Pod\n"
    "metadata: {name: a, namespace: ns, uid: uid-a}\nspec: {x: y,\nkind: Evil}\n",
    "anchor that is set again in what is dropped": "apiVersion: &a v1\n"
    "spec: {x: &a Pod}\nkind: *a\nmetadata:\n  name: a\n  namespace: ns\n"
    "  uid: uid-a\n",
    "block text": "apiVersion: v1\nkind: Pod\ndata:\n  text: |\n    metadata:\n"
    "      uid: other\n\n    ---\nmetadata:\n  name: a\n  namespace: ns\n"
    "  uid: uid-a\n",
}


@pytest.mark.parametrize("form", UNUSUAL)
def test_unusual_forms_are_read_as_a_whole(form):
    """Aliases, flow, quoted keys and comments mean what they mean to kubectl."""
    wanted = told(read(yaml.safe_dump(an_object("a"))))

    assert told(read(UNUSUAL[form])) == wanted


def test_complaints_name_the_line_of_the_file():
    """Items are complained of where they begin, broken text where it is broken."""
    text = yaml.safe_dump(a_list(an_object("a"), an_object("b", uid=7), an_object("c")))
    begins = 1 + text[: text.index("name: b")].count("\n") - 3
    broken = text.replace("name: c\n", "name: 'c\n")

    dump = read(broken, skip_bad=True)

    lines = [str(one) for one in dump.bad_objects]
    assert lines[0].startswith(f"dump:{begins}: items[1].metadata.uid is the number 7")
    assert (dump.read, "is not YAML" in lines[1]) == (1, True)
