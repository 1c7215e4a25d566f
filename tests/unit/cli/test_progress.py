"""How far a run is, on a terminal."""

import io

from gcmodel.cli.progress import PATIENCE_S, Progress


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        """Say yes."""
        return True


def waiting(stream):
    """Return progress of a run that has taken longer than people like to wait."""
    progress = Progress.on(stream)
    progress.begun_s -= PATIENCE_S
    return progress


def test_quick_runs_show_nothing():
    """Within the first second nothing is written, and nothing is wiped."""
    progress = Progress.on(Screen())
    progress.show(5, 10)
    progress.clear()

    assert progress.stream.getvalue() == ""


def test_slow_runs_show_how_far_they_are():
    """After a second a bar appears; in the end it is wiped away."""
    progress = waiting(Screen())
    progress.show(5, 10)
    progress.show(6, 10)
    progress.clear()

    assert progress.stream.getvalue() == (
        "\r[" + "#" * 15 + " " * 15 + "]  50% of virtual time\r\x1b[K"
    )


def test_nothing_is_shown_outside_a_terminal():
    """A file does not get a progress bar, however long it takes."""
    progress = waiting(io.StringIO())
    progress.show(5, 10)
    progress.clear()

    assert progress.stream.getvalue() == ""


def test_reading_shows_bytes_and_objects():
    """Where the size is known there is a bar, elsewhere a count."""
    known, unknown = waiting(Screen()), waiting(Screen())
    known.show_reading(50_000_000, 100_000_000, 1234)
    unknown.show_reading(50_000_000, None, 1234)

    assert known.stream.getvalue() == (
        "\r[" + "#" * 15 + " " * 15 + "]  50% of 100 MB, 1,234 objects"
    )
    assert unknown.stream.getvalue() == "\rread 50 MB, 1,234 objects"
