"""Which format a source is in, told by how it begins.

Issue: formats are detected by content, not by name only.
"""

import re

from gcmodel.audit.bad_objects import BadObjects
from gcmodel.audit.chunks import Chunks
from gcmodel.audit.entries import Reader, not_an_object
from gcmodel.audit.json_lines import JsonLines, is_json_lines
from gcmodel.audit.json_scan import JsonScan, layout_of
from gcmodel.audit.json_stream import JsonStream
from gcmodel.objects.places import Place, shown

HEAD = 1 << 16
"""Bytes in which the format must show."""

_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_JSON = re.compile(rb'\s*\{\s*(?:["}]|\Z)')
_YAML = re.compile(
    rb"(?:\s|#[^\n]*\n|%[^\n]*\n)*"
    rb"(?:---(?=\s|\Z)|- |[\w.\"'/-]+[ ]*:(?=\s|\Z)|[\[{&!?]|<<:|\Z)"
)


def reader_of(chunks: Chunks, bad: BadObjects) -> Reader:
    """Return the reader for the format of *chunks*.

    Raises:
        UsageError: It is in none that can be read.
    """
    head = chunks.peek(HEAD)
    begins = head.lstrip()[:1]
    place = Place(chunks.origin)
    if _JSON.match(head):
        return _json_reader(head, chunks, bad)
    if begins == b"[":
        raise not_an_object([], place)
    if not begins:
        raise place.error(_EMPTY if len(head) < HEAD else _BLANK)
    if _BINARY.search(head) or not _YAML.match(head):
        raise place.error(
            f"begins with {shown(head[:20].decode('utf-8', 'replace'))}: neither JSON "
            "nor YAML of an object; give what kubectl get -o json or -o yaml prints"
        )
    # Imported here, so that those who never see YAML need not load it.
    from gcmodel.audit.yaml_dump import YamlDump

    return YamlDump(chunks, bad)


def _json_reader(head: bytes, chunks: Chunks, bad: BadObjects) -> Reader:
    layout = layout_of(head)
    if layout is not None:
        return JsonScan(chunks, bad, layout)
    if is_json_lines(head):
        return JsonLines(chunks, bad)
    return JsonStream(chunks, bad)


_EMPTY = "is empty: must hold at least one object; dump it again"
_BLANK = f"begins with {HEAD} blanks: no dump does; give what kubectl get prints"
