"""Where text goes, and what can be shown there."""

import io

import pytest

from gcmodel.report.terminal import WIDTH, Terminal, wrapped


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        """Say yes."""
        return True


def test_colour_on_a_terminal(monkeypatch):
    """On a terminal styles become escape sequences."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal.on(Screen())

    assert terminal.paint("no", "red", "bold") == "\x1b[31;1mno\x1b[0m"


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_colour_if_not_wanted(monkeypatch, name, value):
    """``NO_COLOR`` and a dumb terminal turn colour off."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(name, value)

    assert Terminal.on(Screen()).paint("no", "red") == "no"


def test_no_colour_in_a_file():
    """What is no terminal gets plain text."""
    assert Terminal.on(io.StringIO()).paint("no", "red") == "no"


@pytest.mark.parametrize(
    ("columns", "width"), [("50", 50), ("100", 100), ("250", 100), ("7", 40)]
)
def test_width_is_that_of_the_terminal(monkeypatch, columns, width):
    """Lines are as wide as the terminal, within what can be read."""
    monkeypatch.setenv("COLUMNS", columns)

    assert Terminal.on(Screen()).width == width


def test_width_of_a_file_does_not_depend_on_the_terminal(monkeypatch):
    """What is no terminal gets lines of the full width, wherever it is made."""
    monkeypatch.setenv("COLUMNS", "50")

    assert Terminal.on(io.StringIO()).width == WIDTH


def test_text_without_room_beside_its_margin_goes_below():
    """A margin that takes up most of a narrow terminal stands on a line of its own."""
    narrow = Terminal(io.StringIO(), width=40)

    assert narrow.beside("now  ", "one") == ["now  one"]
    assert narrow.beside("15:02:52  working  you ", "one") == [
        "15:02:52  working  you",
        "    one",
    ]


def test_signs_are_replaced_where_they_cannot_be_shown():
    """An ASCII stream gets ASCII trees and arrows."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    Terminal(stream).print("└─ Pod ↳ ü")
    stream.flush()

    assert raw.getvalue() == b"`- Pod > ?\n"


def test_lines_fit():
    """Wrapped lines keep their indent and stay within the width."""
    lines = wrapped("word " * 60, "    ", "who ")

    assert [line[:5] for line in lines[:2]] == ["who w", "    w"]
    assert max(map(len, lines)) <= WIDTH
