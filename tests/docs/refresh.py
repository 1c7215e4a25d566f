"""Writes what examples say into their pages: ``python -m tests.docs.refresh``.

Look at the difference before you commit it: a page that changes tells that the model
does. Output that is shown in part, with ``...``, is left to people.
"""

import os
import sys
import tempfile
from pathlib import Path

import attrs

from tests.docs.pages import blocks_of, name_of, pages
from tests.docs.player import Player, agrees


@attrs.define
class Refresher(Player):
    """Takes over what an example says, in place of judging it."""

    replaced: list = attrs.field(factory=list)

    def _compare(self, block, wanted, said, command=""):
        if not agrees(wanted, said):
            self.replaced.append((block, wanted, said, command))


def refresh(page):
    """Bring the outputs on *page* up to date; say which were left alone."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        refresher = Refresher(page, Path(folder))
        refresher.play(blocks_of(page))
    text = page.read_text(encoding="utf-8")
    for block, wanted, said, command in refresher.replaced:
        before = f"$ {command}\n{wanted}" if command else f"```text\n{wanted}"
        after = f"$ {command}\n{said}" if command else f"```text\n{said}"
        at = text.find(before, text.find(block.text))
        if "..." in wanted or at < 0:
            print(f"{name_of(page)}:{block.line}: left alone: {command}")  # noqa: T201
        else:
            text = text[:at] + after + text[at + len(before) :]
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    os.environ |= {"NO_COLOR": "1", "COLUMNS": "100"}
    chosen = [Path(one).resolve() for one in sys.argv[1:]]
    for one in chosen or pages():
        refresh(one)
