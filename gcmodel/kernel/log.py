"""Log lines as trace records: what a component says, at which level.

Upstream: none; the lines imitate k8s.io/klog
"""

from typing import Any, Literal, NamedTuple

import attrs

from gcmodel.kernel.scheduler import Scheduler

Level = Literal["I", "W", "E"]


def log_line(scheduler: Scheduler, level: Level, v: int, src: str, text: str) -> None:
    """Record that the running task logs *text*.

    Args:
        scheduler: Whose trace and time to use.
        level: Information, warning or error.
        v: Verbosity at which an information line appears; 0 is always.
        src: File and line upstream, as klog prints them.
        text: The message.
    """
    if scheduler.trace.enabled:
        scheduler.record("log", level=level, v=v, src=src, text=text)


class Wording(NamedTuple):
    """One message in one style: where upstream logs it and how it reads."""

    src: str
    text: str

    @property
    def structured(self) -> bool:
        """Whether the text is a quoted message with quoted values."""
        return self.text.startswith('"')


@attrs.frozen
class Message:
    """A message that upstream words differently from version to version.

    Attributes:
        level: Information, warning or error.
        v: Verbosity at which an information line appears.
        printf: Up to 1.26.
        structured: From 1.27 on; the printf wording if not given.
        structured_v: That verbosity from 1.27 on; the same if not given.
        handled: The line comes from upstream's process-wide error handler, which
            wraps it from 1.31 on.
    """

    level: Level
    v: int
    printf: Wording
    structured: Wording | None = None
    handled: bool = False
    structured_v: int | None = None

    def verbosity(self, style: str) -> int:
        """Return the verbosity at which it appears in *style*."""
        if style == "printf" or self.structured_v is None:
            return self.v
        return self.structured_v

    def render(self, style: str, fields: dict[str, Any]) -> Wording:
        """Return file, line and text in *style* with *fields* filled in."""
        wording = self.printf
        if style != "printf" and self.structured is not None:
            wording = self.structured
        if wording.structured:
            fields = _Quoted(fields)
        text = wording.text.format_map(fields)
        if style == "unhandled" and self.handled:
            text = f'"Unhandled Error" err="{_escaped(text)}" logger="UnhandledError"'
        return Wording(wording.src, text)

    def log(self, scheduler: Scheduler, style: str, /, **fields: Any) -> None:
        """Record the message as the running task's."""
        if scheduler.trace.enabled:
            src, text = self.render(style, fields)
            v = self.verbosity(style)
            scheduler.record("log", level=self.level, v=v, src=src, text=text)


class _Quoted(dict[str, Any]):
    """Fields as quoted values show them; only what a wording asks for is made."""

    def __getitem__(self, name: str) -> str:
        return _escaped(str(super().__getitem__(name)))


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("\n", "\\n")
