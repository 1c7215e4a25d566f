"""How the collector's messages are written down: file, line and text in one string.

Upstream: none; the tables that use it imitate klog calls
"""

from gcmodel.kernel.log import Level, Message, Wording


def said(
    level: Level, v: int, printf: str, structured: str = "", *, handled: bool = False
) -> Message:
    """Return the message that reads ``file:line|text`` up to 1.26, and since.

    Args:
        level: Information, warning or error.
        v: Verbosity at which an information line appears.
        printf: The wording up to 1.26.
        structured: The wording from 1.27 on; the same if left out.
        handled: The line comes from upstream's process-wide error handler.
    """
    later = _wording(structured) if structured else None
    return Message(level, v, _wording(printf), later, handled)


def _wording(line: str) -> Wording:
    src, _, text = line.partition("|")
    return Wording(src, text)
