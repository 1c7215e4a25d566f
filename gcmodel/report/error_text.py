"""What a failed list said, dug out of a reflector's log line.

Upstream: the texts of client-go tools/cache/reflector.go
"""

import re

from gcmodel.kernel.trace import TraceRecord

_ACTOR = "reflector "
_FAILED = re.compile(r"failed to list \*[\w.]+: (?P<error>.*)", re.DOTALL)
_WRAPPED = re.compile(r'"Unhandled Error" err="(?P<text>.*)" logger="UnhandledError"')
_ESCAPED = re.compile(r"\\(.)")


def reflector_error(record: TraceRecord) -> tuple[str, str] | None:
    """Return the resource and the error if *record* logs a list that failed."""
    if record.fields["level"] == "I" or not record.actor.startswith(_ACTOR):
        return None
    text = record.fields["text"]
    wrapped = _WRAPPED.fullmatch(text)
    if wrapped is not None:
        text = _ESCAPED.sub(r"\1", wrapped["text"])
    found = _FAILED.search(text)
    if found is None:
        return None
    return record.actor.removeprefix(_ACTOR), found["error"]
