"""How far a run is, for somebody who waits in front of a terminal."""

import time
from typing import TextIO

import attrs

PATIENCE_S = 1.0
"""A run that is over by then shows nothing."""

INTERVAL_S = 0.1
WIDTH = 30


@attrs.define
class Progress:
    """A line that is written over and over, and wiped away in the end."""

    stream: TextIO
    visible: bool
    begun_s: float = attrs.field(factory=time.monotonic)
    shown_s: float = 0.0

    @classmethod
    def on(cls, stream: TextIO) -> "Progress":
        """Return progress that is shown only if *stream* is a terminal."""
        return cls(stream, stream.isatty())

    def show(self, now_ns: int, until_ns: int) -> None:
        """Say that *now_ns* of *until_ns* has been reached."""
        if self._is_due():
            self._write(f"{_bar(now_ns, until_ns)} of virtual time")

    def show_reading(self, read: int, total: int | None, objects: int) -> None:
        """Say that *read* bytes of *total* have been read, and what was in them."""
        if self._is_due():
            done = f"{_bar(read, total)} of" if total else "read"
            self._write(f"{done} {(total or read) / 1e6:,.0f} MB, {objects:,} objects")

    def _is_due(self) -> bool:
        at = time.monotonic()
        if not self.visible or at - self.begun_s < PATIENCE_S:
            return False
        if at - self.shown_s < INTERVAL_S:
            return False
        self.shown_s = at
        return True

    def _write(self, text: str) -> None:
        self.stream.write(f"\r{text}")
        self.stream.flush()

    def clear(self) -> None:
        """Wipe the line away."""
        if self.shown_s:
            self.stream.write("\r\x1b[K")
            self.stream.flush()


def _bar(now: int, until: int) -> str:
    part = min(now / max(until, 1), 1.0)
    bar = "#" * round(part * WIDTH)
    return f"[{bar:{WIDTH}}] {part:4.0%}"
