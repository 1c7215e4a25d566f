"""Executes the blocks of one page, in a folder of its own; compares what they say.

The recordings that come with the tests are seen from there as from a checkout.
"""

import contextlib
import difflib
import doctest
import io
import os
import re
import shlex
import subprocess
import sys

import attrs

from tests.docs.pages import ROOT, name_of

_PYTEST_SECONDS = re.compile(r" in [0-9.]+s")


@attrs.define
class Player:
    """Plays the blocks of a page, one after the other.

    Attributes:
        folder: Where the files of the page are written, and the commands run.
    """

    page: object
    folder: object
    names: dict = attrs.field(factory=lambda: {"__name__": "page"})
    status: int = 0

    def play(self, blocks):
        """Execute *blocks*; AssertionError if one does not say what it should."""
        (self.folder / "tests").symlink_to(ROOT / "tests")
        for number, block in enumerate(blocks):
            following = blocks[number + 1] if number + 1 < len(blocks) else None
            if block.title:
                (self.folder / block.title).write_text(block.text, encoding="utf-8")
            elif block.kind == "python":
                self._play_python(block, following)
            elif block.kind == "console":
                self._play_console(block)

    def _play_python(self, block, following):
        said = _said(lambda: self._execute(block))
        wanted = following if following and following.kind == "text" else None
        if said or wanted:
            self._compare(block, wanted.text if wanted else "", said)

    def _execute(self, block):
        # Empty lines in front, so that a traceback points into the page.
        source = "\n" * (block.line - 1) + block.text
        before = set(self.names)
        exec(compile(source, name_of(self.page), "exec"), self.names)  # noqa: S102  (the page is ours)
        for name in [one for one in self.names if one not in before]:
            if name.startswith("test_"):
                self.names[name]()

    def _play_console(self, block):
        for command, wanted in _commands(block.text):
            self._compare(block, wanted, _said(lambda: self._run(command)), command)  # noqa: B023  (called at once)

    def _run(self, command):
        program, *arguments = shlex.split(command)
        if program == "echo":
            print(self.status)  # noqa: T201  ($?)
        elif program == "gcmodel":
            self.status = _status_of(arguments)
        elif program == "pytest":
            self.status = self._pytest(arguments)
        else:
            raise AssertionError(f"{command}: not a command that documents may show")

    def _pytest(self, arguments):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "80"},
            capture_output=True,
            text=True,
            check=False,
        )
        print(_PYTEST_SECONDS.sub(" in 0.01s", done.stdout), end="")  # noqa: T201
        return done.returncode

    def _compare(self, block, wanted, said, command=""):
        if not agrees(wanted, said):
            where = f"{name_of(self.page)}:{block.line}"
            lines = difflib.unified_diff(
                plain(wanted).splitlines(), plain(said).splitlines(), where, "said"
            )
            raise AssertionError(f"{where}: {command}\n" + "\n".join(lines))


def agrees(wanted, said):
    """Whether *said* is *wanted*, in which ``...`` stands for anything."""
    checker = doctest.OutputChecker()
    return checker.check_output(plain(wanted), plain(said), doctest.ELLIPSIS)


def _commands(text):
    """Return pairs of a command and what it should print."""
    parts = re.split(r"^\$ (.+)\n", text, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def _status_of(arguments):
    """Run the command line; return its exit status."""
    from gcmodel.cli.main import main

    try:
        return main(arguments)
    except SystemExit as end:
        return end.code


def _said(act):
    """Return what *act* prints, on either stream."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        act()
    return out.getvalue()


def plain(text):
    """Return *text* without blanks at the ends of its lines, and none after it."""
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    return "\n".join(lines) + "\n" if lines else ""
