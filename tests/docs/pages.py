"""Pages of documentation, cut into blocks.

A block is fenced by three backticks. Its first word says what it is, and decides what
becomes of it:

* ``python``: executed, in one namespace a page. Functions called ``test_…`` that it
  defines are called. What it prints must stand in the ``text`` block that follows.
* ``console``: lines that begin with ``$ `` are executed; what they print must follow.
* any word with a file name after it, such as ``yaml web.yaml``: written to that file.
* ``text`` that follows no ``python``, ``sh``, ``toml`` and others: shown only.
"""

import re
from pathlib import Path

import attrs

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_FENCE = re.compile(
    r"^```(?P<info>[^`\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(?P<title>.+?) *$", re.MULTILINE)


@attrs.frozen
class Block:
    """One fenced block.

    Attributes:
        kind: The first word after the fence.
        title: The name of the file it is written to; empty for none.
        line: Where its first line stands in the page, counted from 1.
    """

    kind: str
    title: str
    text: str
    line: int


def pages():
    """Return the path of every page: README, changelog and all of docs."""
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def name_of(page):
    """Return how tests call *page*."""
    return str(page.relative_to(ROOT))


def blocks_of(page):
    """Return the blocks of *page*, in order."""
    text = page.read_text(encoding="utf-8")
    return [_block(text, found) for found in _FENCE.finditer(text)]


def _block(text, found):
    kind, _, title = found["info"].strip().partition(" ")
    line = text.count("\n", 0, found.start("text")) + 1
    return Block(kind, title.strip(), found["text"], line)


def links_of(page):
    """Return the targets of the links of *page*, blocks left out."""
    prose = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return [found["target"] for found in _LINK.finditer(prose)]


def anchors_of(page):
    """Return the anchors that the headings of *page* make, as GitHub makes them."""
    prose = _FENCE.sub("", page.read_text(encoding="utf-8"))
    titles = [found["title"].lower() for found in _HEADING.finditer(prose)]
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}
