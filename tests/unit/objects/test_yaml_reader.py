"""YAML as kubectl reads it, within bounds and with lines."""

import json

import pytest
import yaml
from hypothesis import example, given, strategies as st

from gcmodel.errors import UsageError
from gcmodel.objects.yaml_reader import Document, documents, line_of


def only(text):
    """Return what the one document of *text* holds."""
    (document,) = documents(text, "a.yaml")
    return document.value


def refusal(text):
    """Return the complaint about *text*."""
    with pytest.raises(UsageError) as caught:
        documents(text, "a.yaml")
    return str(caught.value)


def test_documents_are_numbered_and_located():
    """Each document has its number and the line of its content, comments aside."""
    text = "# head\na: 1\n---\n---\n# c\n\nb: 2\n...\n---\n- c\n"

    assert documents(text, "") == [
        Document(2, 1, {"a": 1}),
        Document(4, 2, None),
        Document(7, 3, {"b": 2}),
        Document(10, 4, ["c"]),
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n"])
def test_text_without_documents(text):
    """Comments and blank lines are no document."""
    assert documents(text, "") == []


READ = [
    ("a: 'yes'\nb: \"0644\"\nc: |\n  no\n", {"a": "yes", "b": "0644", "c": "no\n"}),
    ("a: >-\n  x\n  y\n", {"a": "x y"}),
    (
        "{1: a, yes: b, 1.5: c, 1e3: d, 0x10: e}",
        {"1": "a", "true": "b", "1.5": "c", "1000": "d", "16": "e"},
    ),
    ("a: 1\na: 2\n", {"a": 2}),
    ("a: !Ref z\nb: !!binary aGk=\nc: !!str 5\n", {"a": "z", "b": "hi", "c": "5"}),
    ("!Own {a: !Own [1]}", {"a": [1]}),
    ("a: &x {q: 1}\nb: *x\n", {"a": {"q": 1}, "b": {"q": 1}}),
    (
        "a: &x {q: 1, r: 1}\nb: {r: 2, <<: *x}\n",
        {"a": {"q": 1, "r": 1}, "b": {"q": 1, "r": 2}},
    ),
    ("{<<: [{a: 1, b: 1}, {b: 2, c: 2}]}", {"a": 1, "b": 1, "c": 2}),
    ("a: <<\n'<<': 1\n", {"a": "<<", "<<": 1}),
    ("&k key: *k\n", {"key": "key"}),
    ("? key\n: value\n", {"key": "value"}),
    ("%YAML 1.1\n---\na: 1\n", {"a": 1}),
    ("a:\n- 1\n- 2\n", {"a": [1, 2]}),
    ("a: &x 1\nb: &x 2\nc: *x\n", {"a": 1, "b": 2, "c": 2}),
]


@pytest.mark.parametrize(("text", "value"), READ, ids=[repr(text) for text, _ in READ])
def test_reading(text, value):
    """The whole of YAML 1.1 that kubectl takes ends up as JSON."""
    assert only(text) == value


def test_anchors_end_with_their_document():
    """A name given in one document is unknown in the next."""
    assert refusal("a: &x 1\n---\nb: *x\n") == (
        "a.yaml:3: document 2: the manifest uses *x: nothing before it is complete "
        "under that name; write &x where the value stands first"
    )


REFUSED = [
    ("a:\n  b: 1\n\tc: 2\n", 3, "is indented with a tab: not allowed in YAML"),
    ("a: [b", 1, "is not YAML: "),
    ("a: b: c", 1, "is not YAML: "),
    ("a: 'b", 1, "is not YAML: "),
    ("\n\n@a: 1", 3, "is not YAML: "),
    ("a: 1\n b: 2\n", 2, "is not YAML: "),
    ("a: \x00", 1, r"holds the character '\x00': not allowed in YAML"),
    ("a: 1\nb: \ud800", 2, r"holds the character '\ud800': not allowed in YAML"),
    ("? [a]\n: b", 1, "has a key that is a list: must be a string"),
    ("a:\n  ~: 1", 2, "has a key that is null: must be a string"),
    ("a:\n- .inf", 2, "holds .inf: not a finite number"),
    ("a: 1e400", 1, "holds 1e400: not a finite number"),
    ("a: &a [*a]", 1, "uses *a: nothing before it is complete under that name"),
    ("a: 1\nb: *c", 2, "uses *c: nothing before it is complete under that name"),
    ("a: !!int x", 1, "has the string 'x', which is not a !!int; drop the tag"),
    ("a: 1\n<<: 2", 2, "merges the number 2: must be an object or a list of them"),
    ("<<: [1]", 1, "merges a list: must be an object or a list of them"),
]


@pytest.mark.parametrize(("text", "line", "problem"), REFUSED)
def test_refusing(text, line, problem):
    """Located: what is wrong is told in one line, with its line in the text."""
    message = refusal(text)

    assert message.startswith(f"a.yaml:{line}: the manifest {problem}")
    assert ("; " in message, "\n" in message) == (True, False)


def nested(levels):
    """Return block YAML that nests *levels* deep."""
    return "".join(" " * level + "a:\n" for level in range(levels))


def test_nesting_is_bounded():
    """Bounded: a hundred levels are read, more are refused, however many."""
    assert only(nested(100))["a"]["a"] is not None
    assert refusal(nested(101)).startswith(
        "a.yaml:101: the manifest nests deeper than 100 levels"
    )
    assert "nest" in refusal("[" * 100_000)


def test_aliases_are_bounded_in_number():
    """Bounded: aliases of aliases cannot multiply without end."""
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 20)
    )

    assert "aliases add up to more than 100000 values or 100 levels" in refusal(bomb)


def test_aliases_are_bounded_in_depth():
    """Bounded: a chain of aliases is as deep as what it stands for."""
    chain = "a0: &a0 [x]\n" + "".join(
        f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 200)
    )

    assert refusal(chain).startswith("a.yaml:100: the manifest uses *a98: its aliases")


LOCATED = "a: 1\nb:\n  c:\n  - x\n  - d: 2\n---\nb: 7\n"


@pytest.mark.parametrize(
    ("number", "path", "line"),
    [
        (1, (), 1),
        (1, ("b",), 3),
        (1, ("b", "c", 0), 4),
        (1, ("b", "c", 1, "d"), 5),
        (1, ("b", "c", 1, "no"), 5),
        (1, ("b", "c", 9), 4),
        (1, ("a", "no"), 1),
        (2, ("b",), 7),
        (3, ("b",), 0),
    ],
)
def test_lines_of_paths(number, path, line):
    """A path is found on its line, or on the line of the last part that is there."""
    assert line_of(LOCATED, number, path) == line


def test_line_in_what_is_no_yaml():
    """Where the text is no YAML, no line is known."""
    assert line_of('{"a":\t[}', 1, ("a",)) == 0


# JSON writes what is beyond as two escapes, which YAML does not put together.
texts = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]))
# A key that YAML reads without a question mark spans at most 1024 characters, and
# JSON writes one character in up to twelve.
keys = texts.map(lambda text: text[:60])

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=12,
)


@given(json_values)
def test_json_is_yaml(value):
    """Whatever a program writes as JSON is read as the same value."""
    assert only(json.dumps(value)) == value


words = st.text("ab:-[]{}&*!|>'\"#?,%@`~<0.e \n\t", max_size=40)


@given(words | st.text(max_size=30))
@example("a: &a\n- *a")
@example("? ? ?")
@example("!!binary =")
def test_nothing_but_usage_errors(text):
    """Whatever the text, it is read or refused in one line."""
    try:
        documents(text, "a.yaml")
    except UsageError as error:
        message = str(error)
    else:
        message = ""

    assert "\n" not in message


@given(words)
def test_stock_reader_agrees_on_structure(text):
    """What PyYAML refuses is refused here, and what is read here PyYAML parses too."""
    try:
        list(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.YAMLError:
        return
    try:
        read = len(documents(text, ""))
    except UsageError:
        return

    assert read == len(list(yaml.compose_all(text, Loader=yaml.SafeLoader)))
