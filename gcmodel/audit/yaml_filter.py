"""Of an object in YAML, the lines that the graph needs; the rest is not parsed.

In the block style of kubectl a line with the indentation of a key is a key, since
what belongs to a key is indented further. That holds only where no quote and no bracket
is left open at the end of a line, and what is dropped may hold an anchor that is needed
elsewhere. So each line is looked at; whatever is not in that style is left to the
parser, whole.

Issue: a line filter that drops spec, status and managedFields before YAML is decoded.
"""

import re
from functools import cache

from gcmodel.audit.metadata_reader import NEEDED

_KEPT = {b"apiVersion", b"kind", b"type", b"object", b"items"}
_NEEDED = {name.encode() for name in NEEDED}
_KEY = re.compile(rb" *([A-Za-z][\w./-]*):(?=\s|\Z)")
_QUOTED = rb"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*\""""
_PLAIN = rb"""(?:[^\s\[\]{}&*!|>%@`"'#?-]|-(?!\s))(?:(?!:[ \t]).)*"""
_LINE = re.compile(
    rb"(?P<dashes>(?:- +)*)(?:-|#.*|"
    rb"(?P<key>(?:" + _QUOTED + rb"|[A-Za-z0-9_./][^\s:'\"]*):(?: +|(?=\r?\Z)))?"
    rb"(?:" + _QUOTED + rb"|" + _PLAIN + rb"|\{\}|\[\]|(?P<literal>[|>][0-9+-]*))?"
    rb"[ \t]*(?:(?<=[ \t])#.*)?\r?)"
)
"""A line in block style, from its first character on: keys and values end on it."""

_BARE = re.compile(rb" *metadata:[ \t]*\r?(?:\n|\Z)")


def filtered(text: bytes, indent: int) -> bytes | None:
    """Return the needed lines of *text*, an object whose keys have *indent*.

    None if it is not in block style, or a key has a form that is not expected.
    """
    if not is_block_style(text):
        return None
    kept = []
    for block in key_blocks(text, indent):
        key = _KEY.match(block)
        if key is None:
            return None
        if key[1] in _KEPT:
            kept.append(block)
        elif key[1] == b"metadata":
            needed = _metadata(block, indent)
            if needed is None:
                return None
            kept.append(needed)
    # Without any, it is an empty object and not an empty document.
    return b"\n".join(kept) or b"{}"


def is_block_style(text: bytes) -> bool:
    """Whether each line of *text* ends what it begins, the lines of literals aside."""
    literal = -1
    for line in text.split(b"\n"):
        bare = line.lstrip(b" ")
        if literal >= 0:
            if not bare.strip() or len(line) - len(bare) > literal:
                continue
            literal = -1
        found = _LINE.fullmatch(bare)
        if found is None:
            return False
        if found["literal"]:
            # What it belongs to: its key, or the last dash before it.
            before = found["dashes"] if found["key"] else found["dashes"].rstrip()[:-1]
            literal = len(line) - len(bare) + len(before)
    return True


def _metadata(block: bytes, indent: int) -> bytes | None:
    bare = _BARE.match(block)
    if bare is None:
        return block
    rest = block[bare.end() :]
    inner = len(rest) - len(rest.lstrip(b" "))
    if inner <= indent:
        return block
    kept = [b" " * indent + b"metadata:"]
    for one in key_blocks(rest, inner):
        key = _KEY.match(one)
        if key is None:
            return None
        if key[1] in _NEEDED:
            kept.append(one)
    # Without any, it is an empty object and not a null.
    return b"\n".join(kept) if len(kept) > 1 else kept[0] + b" {}"


def key_blocks(text: bytes, indent: int) -> list[bytes]:
    """Cut *text* where a line has *indent* and is no item of a list."""
    return _boundary(indent).split(text)


@cache
def _boundary(indent: int) -> re.Pattern[bytes]:
    less = rb"| {0,%d}(?=[^\s#])" % (indent - 1) if indent else b""
    return re.compile(rb"\n(?= {%d}[^\s#-]%s)" % (indent, less))
